package clean

import (
	"strings"

	"golang.org/x/net/html"
)

// simple reads a fragment as far as it is written as nearly all are: text, and
// tags in small letters whose attributes stand in double quotes with nothing
// in them that has another meaning. The tokenizer would find the same tokens
// there; it reads the rest, which begins where one of them does.
func (s *structure) simple(fragment string) (rest string) {
	for fragment != "" && !s.full {
		if fragment[0] != '<' {
			n := textEnd(fragment)
			if n < 0 {
				return fragment
			}
			text := fragment[:n]
			if !s.verbatim(text) {
				if strings.ContainsAny(text, "\r\x00") {
					return fragment
				}
				s.text(html.UnescapeString(text))
			}
			fragment = fragment[n:]
			continue
		}
		n := s.simpleTag(fragment)
		if n == 0 {
			return fragment
		}
		fragment = fragment[n:]
	}
	return ""
}

// textEnd returns where a text ends at whose < a tag begins, or the fragment
// ends; -1 if a < in it begins none.
func textEnd(s string) int {
	n := strings.IndexByte(s, '<')
	switch {
	case n < 0:
		return len(s)
	case n+1 < len(s) && (isLetter(s[n+1]) || s[n+1] == '/' || s[n+1] == '!' || s[n+1] == '?'):
		return n
	}
	return -1
}

// isLetter reports whether c is an ASCII letter, capital ones included.
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// simpleTag takes the tag with which s begins, and returns its length; 0 if it
// is not a simple one.
func (s *structure) simpleTag(in string) int {
	i, closing := 1, false
	if i < len(in) && in[i] == '/' {
		i, closing = 2, true
	}
	from := i
	for i < len(in) && (in[i] >= 'a' && in[i] <= 'z' || i > from && in[i] >= '0' && in[i] <= '9') {
		i++
	}
	name := in[from:i]
	if name == "" || i == len(in) || skipped[name] || name == "embed" {
		return 0
	}
	if closing {
		if in[i] != '>' {
			return 0
		}
		s.end(s.known(name))
		return i + 1
	}
	s.attrs = s.attrs[:0]
	doubt := s.odd
	for in[i] == ' ' {
		n, key, value := simpleAttr(in[i+1:])
		if _, twice := s.attr(key); n == 0 || twice {
			break
		}
		s.take(key, value)
		if i += 1 + n; i == len(in) {
			break
		}
	}
	for _, end := range [...]string{">", "/>", " />"} {
		if strings.HasPrefix(in[i:], end) {
			s.start(s.known(name), len(end) > 1)
			return i + len(end)
		}
	}
	s.odd = doubt
	return 0
}

// simpleAttr returns the length of the attribute with which s begins, and its
// parts; 0 if it is not a simple one.
func simpleAttr(in string) (n int, key, value string) {
	i := 0
	for i < len(in) && (in[i] >= 'a' && in[i] <= 'z' || i > 0 && (in[i] == '-' || in[i] >= '0' && in[i] <= '9')) {
		i++
	}
	if i == 0 || !strings.HasPrefix(in[i:], `="`) {
		return 0, "", ""
	}
	key = in[:i]
	from := i + 2
	for i = from; i < len(in); i++ {
		switch c := in[i]; {
		case c == '"':
			return i + 1, key, in[from:i]
		case c < ' ' || c == '&' || c == '<' || c == '>':
			return 0, "", ""
		}
	}
	return 0, "", ""
}
