package topic

import (
	"sluice/storage"
	"sluice/storage/words"
)

// A segment is a part of an item.
type segment uint8

const (
	title segment = iota
	summary
	content
	author
	category
)

// A passage is a piece of an item's text that no phrase crosses.
type passage struct {
	segment segment
	at      int // position of its first word in its segment
	text    string
	tokens  []words.Token
}

// Bounds of what is looked at in one segment of an item.
const (
	maxText   = 1 << 20 // bytes of a text
	maxValues = 256     // authors, categories
	maxValue  = 4 << 10 // bytes of one of those
)

// read returns the passages of an item. Its content is that of its page, where
// that is known. Their tokens are put into room, which is returned as it is then.
func read(item *storage.Item, room []words.Token) ([]passage, []words.Token) {
	r := reader{passages: make([]passage, 0, 8), room: room[:0]}
	r.text(title, item.Title)
	r.text(summary, item.Summary)
	if x := item.Extract; x != nil {
		r.text(content, storage.Text{Value: x.Content, HTML: true})
	} else {
		r.text(content, item.Content)
	}
	at := 0
	for _, a := range item.Authors[:min(len(item.Authors), maxValues)] {
		at = r.value(author, at, a.Name)
		at = r.value(author, at, a.Mail)
	}
	at = 0
	for _, c := range item.Categories[:min(len(item.Categories), maxValues)] {
		at = r.value(category, at, c.Term)
		if c.Label != c.Term {
			at = r.value(category, at, c.Label)
		}
	}
	return r.passages, r.room
}

type reader struct {
	passages []passage
	room     []words.Token
}

// text reads prose.
func (r *reader) text(s segment, t storage.Text) {
	text := t.Value
	if t.HTML {
		text = words.Strip(text)
	}
	r.add(s, 0, cut(text, maxText))
}

// value reads one of many values of a segment, which stands at a position, and
// returns the position where the next one may stand: so far behind that no
// proximity joins them.
func (r *reader) value(s segment, at int, text string) int {
	return r.add(s, at, cut(text, maxValue)) + maxReach + 1
}

// add reads plain text, and returns the position behind it.
func (r *reader) add(s segment, at int, text string) int {
	if text == "" {
		return at
	}
	from := len(r.room)
	r.room = words.AppendScan(r.room, text)
	tokens := r.room[from:len(r.room):len(r.room)]
	r.passages = append(r.passages, passage{s, at, text, tokens})
	return at + len(tokens)
}

// cut returns the first n bytes of s, or some less so that no character is
// torn.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}

// countWords returns the number of words of an item's text: of its content, or
// of its summary where it has none.
func countWords(parts []passage) int {
	n := 0
	for _, p := range parts {
		switch p.segment {
		case content:
			return len(p.tokens)
		case summary:
			n = len(p.tokens)
		}
	}
	return n
}
