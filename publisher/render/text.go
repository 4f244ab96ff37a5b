package render

import (
	"html"
	"math"
	"strings"
	"unicode/utf8"
)

// maxTitle bounds titles and names, in characters. Readers show a line of it;
// some break on more.
const maxTitle = 1000

// clean returns s as it may stand in any document: valid UTF-8 in which every
// character is allowed by XML 1.0 (section 2.2) and is no control character
// but tab and newline. Invalid bytes, among them unpaired surrogates, become
// U+FFFD; other line ends become newlines; what is not allowed is dropped.
func clean(s string) string {
	bad := firstBad(s)
	if bad < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:bad])
	for i := bad; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteRune(utf8.RuneError)
		case r == '\r':
			if !strings.HasPrefix(s[i+n:], "\n") {
				b.WriteByte('\n')
			}
		case allowed(r):
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// firstBad returns where the first byte or character stands that clean
// changes, or -1.
func firstBad(s string) int {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if !allowed(rune(c)) {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !allowed(r) || r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func allowed(r rune) bool {
	switch {
	case r < 0x20:
		return r == '\t' || r == '\n'
	case r < 0x7F:
		return true
	case r < 0xA0, r == 0xFFFE, r == 0xFFFF:
		return false
	}
	return true
}

// line returns s clean and as one line: white space collapsed, bounded by
// maxTitle.
func line(s string) string {
	return cut(collapse(clean(s)), maxTitle)
}

// collapse replaces each run of ASCII white space by one space and trims it
// at both ends. Other spaces are typography and stay.
func collapse(s string) string {
	if isCollapsed(s) {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < utf8.RuneSelf && isSpace(byte(r)) }), " ")
}

func isCollapsed(s string) bool {
	space := true // before the first character
	for i := range len(s) {
		is := isSpace(s[i])
		if is && (space || s[i] != ' ') {
			return false
		}
		space = is
	}
	return !space || s == ""
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'
}

// cut returns s if it has at most limit characters, else its beginning, at a
// space if one is near, with an ellipsis.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end, count := -1, 0
	for i := range s {
		if count == limit-1 {
			end = i
		}
		if count++; count > limit {
			return atSpace(s[:end]) + "…"
		}
	}
	return s
}

// atSpace drops the word that s breaks off in, unless that is most of s, as
// in languages that write no spaces.
func atSpace(s string) string {
	if i := strings.LastIndexByte(s, ' '); i > len(s)*3/4 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ")
}

// plain returns the text of clean HTML as one line.
func plain(fragment string) string {
	return collapse(clean(strip(fragment, math.MaxInt)))
}

// excerpt returns the beginning of clean HTML, or of plain text, as one line
// of at most limit characters. It reads no more of a long text than it needs.
func excerpt(text string, isHTML bool, limit int) string {
	// Characters have at most 4 bytes; the rest is room for white space.
	const room = 5
	if isHTML {
		text = strip(text, limit*room)
	} else {
		text = text[:min(len(text), limit*room)]
	}
	return cut(collapse(clean(text)), limit)
}

// strip returns the text of clean HTML, in which "<" opens a tag and nothing
// else, up to about limit bytes.
func strip(fragment string, limit int) string {
	var b strings.Builder
	for fragment != "" && b.Len() < limit {
		text, rest, tagged := strings.Cut(fragment, "<")
		b.WriteString(text[:min(len(text), limit)])
		if !tagged {
			break
		}
		tag, after, closed := strings.Cut(rest, ">")
		if !closed {
			break
		}
		if !inline[tagName(tag)] {
			b.WriteByte(' ')
		}
		fragment = after
	}
	return html.UnescapeString(b.String())
}

func tagName(tag string) string {
	tag = strings.TrimPrefix(tag, "/")
	if i := strings.IndexAny(tag, " \t\n/"); i >= 0 {
		tag = tag[:i]
	}
	return strings.ToLower(tag)
}

// inline holds the elements that do not part words.
var inline = map[string]bool{
	"a": true, "abbr": true, "b": true, "bdi": true, "bdo": true, "cite": true, "code": true,
	"del": true, "dfn": true, "em": true, "font": true, "i": true, "ins": true, "kbd": true,
	"mark": true, "q": true, "rp": true, "rt": true, "ruby": true, "s": true, "samp": true,
	"small": true, "span": true, "strike": true, "strong": true, "sub": true, "sup": true,
	"time": true, "tt": true, "u": true, "var": true, "wbr": true,
}

// markup returns plain text as HTML that shows it.
func markup(text string) string {
	return strings.ReplaceAll(html.EscapeString(text), "\n", "<br>\n")
}
