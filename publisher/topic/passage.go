package topic

import (
	"strings"

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
}

// Bounds of what is looked at in one segment of an item.
const (
	maxText   = 1 << 20 // bytes of a text
	maxValues = 256     // authors, categories
	maxValue  = 4 << 10 // bytes of one of those
)

// read returns the passages of an item. Its content is that of its page, where
// that is known.
func read(item *storage.Item) []passage {
	r := reader{passages: make([]passage, 0, 8)}
	r.text(title, item.Title)
	known := item.Print.Plain
	switch x := item.Extract; {
	case x != nil:
		r.text(summary, item.Summary)
		r.text(content, storage.Text{Value: x.Content, HTML: true})
	case strings.TrimSpace(item.Content.Value) == "":
		r.plain(summary, item.Summary, known)
	default:
		r.text(summary, item.Summary)
		r.plain(content, item.Content, known)
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
	return r.passages
}

type reader struct{ passages []passage }

// text reads prose.
func (r *reader) text(s segment, t storage.Text) { r.plain(s, t, "") }

// plain reads prose whose plain text is known, if it is not empty.
func (r *reader) plain(s segment, t storage.Text, known string) {
	if known == "" {
		known = words.Plain(t.Value, t.HTML)
	}
	r.add(s, 0, cut(known, maxText))
}

// value reads one of many values of a segment, which stands at a position, and
// returns the position where the next one may stand: so far behind that no
// proximity joins them.
func (r *reader) value(s segment, at int, text string) int {
	text = cut(text, maxValue)
	r.add(s, at, text)
	return at + words.Count(text) + maxReach + 1
}

// add takes a piece of plain text that stands at a position.
func (r *reader) add(s segment, at int, text string) {
	if text != "" {
		r.passages = append(r.passages, passage{s, at, text})
	}
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
	of := ""
	for _, p := range parts {
		switch p.segment {
		case content:
			return words.Count(p.text)
		case summary:
			of = p.text
		}
	}
	return words.Count(of)
}
