package story

import (
	"slices"
	"strings"

	"sluice/storage/words"
)

// appendHashes appends the hashes of the words of a text, without its lines of
// counters: those change from poll to poll, and nothing with them. The first
// lead of them are its dateline and byline.
func appendHashes(hashes []uint32, text string) (_ []uint32, lead int) {
	hashes = slices.Grow(hashes, len(text)/6+2)
	body := bare(text)
	before := len(hashes)
	hashes = appendText(hashes, text[:len(text)-len(body)])
	return appendText(hashes, body), len(hashes) - before
}

// appendText appends the hashes of the words of text, line by line.
func appendText(hashes []uint32, text string) []uint32 {
	for text != "" {
		line, rest, _ := strings.Cut(text, "\n")
		before := len(hashes)
		hashes = words.AppendHashes(hashes, line)
		if isCounter(hashes[before:]) {
			hashes = hashes[:before]
		}
		text = rest
	}
	return hashes
}

// longestCounter is how many tokens a line of counters has at most.
const longestCounter = 8

// isCounter reports whether the words of a line are numbers and what they
// count, such as in "3 comments", "Points: 12" or "1,024 views, 7 likes".
func isCounter(line []uint32) bool {
	if len(line) < 2 || len(line) > longestCounter {
		return false
	}
	number, counted := false, false
	for _, h := range line {
		switch {
		case words.IsNumber(h):
			number = true
		case countable[h]:
			counted = true
		default:
			return false
		}
	}
	return number && counted
}

// countable holds what readers do with an article, as pages count it.
var countable = hashSet("comment comments reply replies view views like likes share shares read reads point points upvotes reaction reactions" +
	" boost boosts favourites favorites retweets downloads" +
	" updated published posted ago min mins minute minutes hour hours" +
	" kommentar kommentare aufrufe commentaire commentaires vues partages comentario comentarios visitas commenti visualizzazioni" +
	" комментарий комментария комментариев комментарии просмотр просмотра просмотров 댓글 조회수" +
	" 评 論 论 阅 閱 读 讀 浏 瀏 览 覽 赞 讚 点 次 数 量 条")

func hashSet(list string) map[uint32]bool {
	set := make(map[uint32]bool)
	for _, h := range words.AppendHashes(nil, list) {
		set[h] = true
	}
	return set
}
