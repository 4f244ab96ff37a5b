package story

import "strings"

// ownMarkup returns markup without its block quotations: what stands there is
// another's text, and an article that quotes one is not a telling of it.
func ownMarkup(markup string) string {
	const open, end = "<blockquote", "</blockquote"
	if indexFold(markup, open) < 0 {
		return markup
	}
	var own strings.Builder
	for depth := 0; markup != ""; {
		i, j := indexFold(markup, open), indexFold(markup, end)
		at, step := i, 1
		if i < 0 || j >= 0 && j < i {
			at, step = j, -1
		}
		piece := markup
		if at >= 0 {
			piece, markup = markup[:at], markup[at:]
		} else {
			markup = ""
		}
		if depth == 0 {
			own.WriteString(piece)
		}
		if at < 0 {
			break
		}
		depth = max(0, depth+step)
		_, markup, _ = strings.Cut(markup, ">")
		own.WriteString("<p>")
	}
	return own.String()
}

// indexFold is strings.Index of a piece that begins with < and is in small
// letters else, in any case.
func indexFold(s, tag string) int {
	for from := 0; ; {
		i := strings.IndexByte(s[from:], '<')
		if i < 0 || len(s)-from-i < len(tag) {
			return -1
		}
		if from += i; strings.EqualFold(s[from:from+len(tag)], tag) {
			return from
		}
		from++
	}
}
