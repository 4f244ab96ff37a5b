package parse

import "strings"

// A kind is what a token is.
type kind uint8

const (
	endOfInput kind = iota
	textToken       // raw character data, entities not decoded
	cdataToken      // the inside of a CDATA section
	startToken
	endToken
)

// A token is one piece of a document. Name is the qualified name as written.
type token struct {
	kind       kind
	name       string
	attrs      string // the raw attributes of a start tag
	text       string // of text and CDATA; the whole tag of tags
	empty      bool   // a start tag that ends in "/>"
	start, end int
}

// A scanner cuts a document into tokens and never fails: what is no markup is
// text. Comments, processing instructions and declarations are passed over; a
// DOCTYPE's entities are thus neither expanded nor fetched. Its time is linear
// in the input, whatever the input.
type scanner struct {
	s            string
	pos          int
	cut          bool   // a construct was open when the input ended
	unbalanced   bool   // a DOCTYPE had no end
	declarations int    // those passed over that are neither comments nor CDATA
	doctype      string // the first DOCTYPE's name
	double       int    // cached position of the next double quote, -1 before the first search
	single       int
}

func newScanner(s string) *scanner { return &scanner{s: s, double: -1, single: -1} }

// next returns the next token; of kind endOfInput when there is none.
func (s *scanner) next() token {
	for s.pos < len(s.s) {
		start := s.pos
		if s.s[start] != '<' {
			return s.textUntilMarkup(start)
		}
		rest := s.s[start:]
		switch {
		case len(rest) < 2:
			s.pos, s.cut = len(s.s), true
		case rest[1] == '!':
			if t, ok := s.declaration(rest); ok {
				return t
			}
		case rest[1] == '?':
			s.skipInstruction(rest)
		case rest[1] == '/' && len(rest) > 2 && nameStart(rest[2]):
			return s.endTag(start)
		case nameStart(rest[1]):
			return s.startTag(start)
		default:
			return s.textUntilMarkup(start)
		}
	}
	return token{kind: endOfInput, start: len(s.s), end: len(s.s)}
}

// unread makes t the next token again.
func (s *scanner) unread(t token) { s.pos = t.start }

func (s *scanner) textUntilMarkup(start int) token {
	end := len(s.s)
	if i := strings.IndexByte(s.s[start+1:], '<'); i >= 0 {
		end = start + 1 + i
	}
	s.pos = end
	return token{kind: textToken, text: s.s[start:end], start: start, end: end}
}

// declaration reads a comment, a CDATA section or a DOCTYPE; only CDATA is a
// token.
func (s *scanner) declaration(rest string) (token, bool) {
	start := s.pos
	const open = "<![CDATA["
	switch {
	case strings.HasPrefix(rest, "<!--"):
		s.skipPast(rest, 4, "-->")
	case len(rest) >= len(open) && strings.EqualFold(rest[:len(open)], open):
		text := rest[len(open):]
		s.skipPast(rest, len(open), "]]>")
		if !s.cut {
			text = text[:s.pos-start-len(open)-3]
		}
		return token{kind: cdataToken, text: text, start: start, end: s.pos}, true
	default:
		s.declarations++
		s.skipDoctype(rest)
	}
	return token{}, false
}

func (s *scanner) skipPast(rest string, from int, end string) {
	i := strings.Index(rest[from:], end)
	if i < 0 {
		s.pos, s.cut = len(s.s), true
		return
	}
	s.pos += from + i + len(end)
}

// skipInstruction passes over a processing instruction. One without an end of
// its own ends with the first '>', or where the next tag could start.
func (s *scanner) skipInstruction(rest string) {
	if next := strings.IndexByte(rest[1:], '<'); next >= 0 {
		rest = rest[:1+next]
	}
	for _, end := range []string{"?>", ">"} {
		if i := strings.Index(rest, end); i >= 0 {
			s.pos += i + len(end)
			return
		}
	}
	s.pos += len(rest)
	s.cut = s.pos == len(s.s)
}

// skipDoctype passes over a declaration with its internal subset.
func (s *scanner) skipDoctype(rest string) {
	if s.doctype == "" {
		if f := strings.Fields(rest[2:min(len(rest), 200)]); len(f) > 1 && strings.EqualFold(f[0], "DOCTYPE") {
			s.doctype = strings.ToLower(strings.TrimRight(f[1], ">"))
		}
	}
	subset, quote := 0, byte(0)
	for i := 2; i < len(rest) && !s.unbalanced; i++ {
		c := rest[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[':
			subset++
		case c == ']':
			subset--
		case c == '>' && subset <= 0:
			s.pos += i + 1
			return
		case c == '<' && strings.HasPrefix(rest[i:], "<!--"):
			end := strings.Index(rest[i:], "-->")
			if end < 0 {
				s.pos, s.cut = len(s.s), true
				return
			}
			i += end + 2
		}
	}
	// Unbalanced: what follows its first '>' is the document. So is it for
	// all later ones, lest each be searched to the end.
	s.unbalanced = true
	if gt := strings.IndexByte(rest, '>'); gt >= 0 {
		s.pos += gt + 1
		return
	}
	s.pos, s.cut = len(s.s), true
}

func (s *scanner) endTag(start int) token {
	nameEnd := nameLength(s.s, start+2)
	end := nameEnd
	for end < len(s.s) && s.s[end] != '>' && s.s[end] != '<' {
		end++
	}
	t := token{kind: endToken, name: s.s[start+2 : nameEnd], start: start}
	if end < len(s.s) && s.s[end] == '>' {
		end++
	} else if end == len(s.s) {
		s.cut = true
	}
	s.pos, t.end, t.text = end, end, s.s[start:end]
	return t
}

// startTag reads a start tag. A tag that misses its '>' ends where the next
// one begins.
func (s *scanner) startTag(start int) token {
	nameEnd := nameLength(s.s, start+1)
	i := nameEnd
	assigned := false // the last visible character was '='
loop:
	for ; i < len(s.s); i++ {
		switch c := s.s[i]; c {
		case '>', '<':
			break loop
		case '"', '\'':
			if assigned {
				if end := s.closingQuote(i, c); end > 0 {
					i = end
				}
			}
			assigned = false
		case '=':
			assigned = true
		case ' ', '\t', '\n', '\r':
		default:
			assigned = false
		}
	}
	t := token{kind: startToken, name: s.s[start+1 : nameEnd], start: start}
	t.attrs = s.s[nameEnd:i]
	if strings.HasSuffix(t.attrs, "/") {
		t.attrs, t.empty = t.attrs[:len(t.attrs)-1], true
	}
	switch {
	case i == len(s.s):
		s.cut = true
	case s.s[i] == '>':
		i++
	}
	s.pos, t.end, t.text = i, i, s.s[start:i]
	return t
}

// closingQuote returns where the value that opens at i ends, 0 where it does
// not: no quote follows, or a tag ends and another begins before it does.
func (s *scanner) closingQuote(i int, quote byte) int {
	cached := &s.double
	if quote == '\'' {
		cached = &s.single
	}
	if *cached <= i {
		*cached = len(s.s)
		if n := strings.IndexByte(s.s[i+1:], quote); n >= 0 {
			*cached = i + 1 + n
		}
	}
	if *cached == len(s.s) {
		return 0
	}
	value := s.s[i+1 : *cached]
	if lt := strings.IndexByte(value, '<'); lt >= 0 && strings.IndexByte(value[:lt], '>') >= 0 {
		return 0
	}
	return *cached
}

func nameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= 0x80
}

// nameLength returns the end of the name that starts at i.
func nameLength(s string, i int) int {
	for i < len(s) && (nameStart(s[i]) || s[i] >= '0' && s[i] <= '9' || s[i] == '-' || s[i] == '.') {
		i++
	}
	return i
}
