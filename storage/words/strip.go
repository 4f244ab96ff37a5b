package words

import (
	"html"
	"strings"
)

// Strip returns the plain text of clean HTML: tags and comments out, the
// contents of script, style and template elements too, entities decoded. A
// block element or br ends a line; inline elements leave no trace, so that a
// word with emphasis inside it stays one word. White space is kept as it is.
//
// It is for text that matching and dedupe see. What it returns is not safe to
// be put into HTML again without escaping.
func Strip(markup string) string {
	if !strings.ContainsAny(markup, "<&") {
		return markup
	}
	s := stripper{in: markup, quotes: true}
	s.out.Grow(len(markup))
	s.strip()
	return s.out.String()
}

// Plain returns the plain text of a text, which may be markup. Markup that was
// escaped twice is still markup: it is taken out too, and so are characters
// that were.
func Plain(text string, markup bool) string {
	if markup {
		text = Strip(text)
	}
	if strings.Contains(text, "</") {
		text = Strip(text)
	}
	if strings.Contains(text, "&") {
		text = html.UnescapeString(text)
	}
	return text
}

type stripper struct {
	in     string
	out    strings.Builder
	fresh  bool // nothing was written since the last break
	quotes bool // a quote in a tag hides its end; false once one was not closed
}

func (s *stripper) strip() {
	s.fresh = true
	for s.in != "" {
		open := strings.IndexByte(s.in, '<')
		if open < 0 {
			s.text(s.in)
			return
		}
		s.text(s.in[:open])
		s.in = s.in[open:]
		switch {
		case strings.HasPrefix(s.in, "<!--"):
			s.skipPast(4, "-->")
		case len(s.in) > 1 && startsTag(s.in[1]):
			s.tag()
		default:
			s.text("<")
			s.in = s.in[1:]
		}
	}
}

// startsTag reports whether c behind < makes a tag of it.
func startsTag(c byte) bool {
	return c == '/' || c == '!' || c == '?' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// text writes a piece of text.
func (s *stripper) text(piece string) {
	if piece == "" {
		return
	}
	s.out.WriteString(html.UnescapeString(piece))
	s.fresh = false
}

// skipPast drops all up to and including the next end, sought from byte from
// on; the whole rest where there is none.
func (s *stripper) skipPast(from int, end string) {
	i := strings.Index(s.in[from:], end)
	if i < 0 {
		s.in = ""
		return
	}
	s.in = s.in[from+i+len(end):]
}

// tag reads one tag.
func (s *stripper) tag() {
	end := s.tagEnd()
	if end < 0 { // no tag can end any more
		s.text(s.in)
		s.in = ""
		return
	}
	tag := s.in[1:end]
	s.in = s.in[end+1:]
	closing := strings.HasPrefix(tag, "/")
	name := tagName(strings.TrimPrefix(tag, "/"))
	switch name {
	case "script", "style", "template":
		if !closing && !strings.HasSuffix(tag, "/") {
			s.skipElement(name)
		}
	}
	if blocks[name] && !s.fresh {
		s.out.WriteByte('\n')
		s.fresh = true
	}
}

// tagEnd finds the > of the tag at the start of the input.
func (s *stripper) tagEnd() int {
	if s.quotes {
		var quote byte
		for i := 1; i < len(s.in); i++ {
			switch c := s.in[i]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '>':
				return i
			case (c == '"' || c == '\'') && strings.HasSuffix(strings.TrimRight(s.in[max(0, i-8):i], " \t\r\n"), "="):
				quote = c
			}
		}
		s.quotes = quote == 0
	}
	return strings.IndexByte(s.in, '>')
}

// skipElement drops all up to the end tag of a raw text element.
func (s *stripper) skipElement(name string) {
	for {
		i := strings.Index(s.in, "</")
		if i < 0 {
			s.in = ""
			return
		}
		s.in = s.in[i+2:]
		if len(s.in) >= len(name) && strings.EqualFold(s.in[:len(name)], name) {
			s.skipPast(len(name), ">")
			return
		}
	}
}

// tagName returns the lower-case name at the start of a tag's inside.
func tagName(tag string) string {
	const longest = 10
	n := 0
	for n < len(tag) && n <= longest && tag[n]|0x20 >= 'a' && tag[n]|0x20 <= 'z' || n > 0 && n < len(tag) && n <= longest && tag[n] >= '0' && tag[n] <= '9' {
		n++
	}
	return lower(tag[:n])
}

// blocks holds the elements at whose start and end a line ends.
var blocks = map[string]bool{
	"address": true, "article": true, "aside": true, "blockquote": true, "br": true, "caption": true, "center": true,
	"dd": true, "details": true, "div": true, "dl": true, "dt": true, "fieldset": true, "figcaption": true,
	"figure": true, "footer": true, "form": true, "h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true,
	"header": true, "hr": true, "img": true, "li": true, "main": true, "nav": true, "ol": true, "option": true, "p": true, "pre": true,
	"section": true, "summary": true, "table": true, "tbody": true, "td": true, "tfoot": true, "th": true, "thead": true,
	"title": true, "tr": true, "ul": true, "video": true, "audio": true, "iframe": true,
}
