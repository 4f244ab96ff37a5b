package parse

import "strings"

// A part is one piece of an element's content.
type part struct {
	kind kind
	text string
}

// capture reads the content of the element that open has started. Where it
// holds no tags, the value is its text, decoded. Else it is HTML source.
//
// The element also ends where an element around it does, or where the next
// item starts: an end tag is missing then.
func (r *rewriter) capture(open token) (value string, markup bool) {
	if open.empty {
		return "", false
	}
	r.parts = r.parts[:0]
	for depth := 0; ; {
		t := r.sc.next()
		switch t.kind {
		case endOfInput:
			return r.join(markup), markup
		case textToken, cdataToken:
			r.parts = append(r.parts, part{t.kind, t.text})
			continue
		case startToken:
			if r.closes(t) || r.itemRaw != "" && apart[strings.ToLower(t.name)] {
				r.missing(open, t)
				return r.join(markup), markup
			}
			if t.name == open.name && !t.empty {
				depth++
			}
		case endToken:
			if strings.EqualFold(t.name, open.name) {
				if depth == 0 {
					return r.join(markup), markup
				}
				depth--
			} else if r.closes(t) {
				r.missing(open, t)
				return r.join(markup), markup
			}
		}
		markup = true
		r.parts = append(r.parts, part{t.kind, tagSource(t)})
	}
}

// apart are elements of items that neither HTML nor any other element of an
// item holds.
var apart = map[string]bool{
	"pubdate": true, "guid": true, "description": true, "enclosure": true, "comments": true,
	"content:encoded": true, "published": true, "updated": true, "issued": true, "modified": true,
}

func (r *rewriter) missing(open, t token) {
	r.sc.unread(t)
	r.warn("<" + open.name[:min(len(open.name), 40)] + "> is not closed")
}

func (r *rewriter) join(markup bool) string {
	if len(r.parts) == 1 && !markup {
		if p := r.parts[0]; p.kind == textToken {
			return decode(p.text)
		}
		return r.parts[0].text
	}
	size := 0
	for _, p := range r.parts {
		size += len(p.text)
	}
	var b strings.Builder
	b.Grow(size)
	for _, p := range r.parts {
		switch {
		case p.kind == textToken && !markup:
			b.WriteString(decode(p.text))
		case p.kind == cdataToken && markup && r.format == "atom":
			_, _ = textToMarkup.WriteString(&b, p.text)
		default:
			b.WriteString(p.text)
		}
	}
	return b.String()
}

// textToMarkup writes text, as CDATA is in XHTML, among markup.
var textToMarkup = strings.NewReplacer("&", "&amp;", "<", "&lt;")

// tagSource returns a tag of XHTML as HTML: without prefix, and, if it is
// empty though HTML knows it not to be, with an end tag.
func tagSource(t token) string {
	_, local := split(t.name)
	if t.kind == endToken {
		return "</" + local + ">"
	}
	if !t.empty && len(local) == len(t.name) && strings.HasSuffix(t.text, ">") {
		return t.text
	}
	s := "<" + local + t.attrs + ">"
	if t.empty && !voidHTML[strings.ToLower(local)] {
		s += "</" + local + ">"
	}
	return s
}

// voidHTML are the elements that have no end tag, HTML section 13.1.2.
var voidHTML = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true,
	"input": true, "link": true, "meta": true, "param": true, "source": true, "track": true, "wbr": true,
}

// unwrapDiv takes away the div that XHTML in Atom must have around it
// (RFC 4287 section 3.1.1.3).
func unwrapDiv(s string) string {
	s = strings.TrimSpace(s)
	sc := newScanner(s)
	first := sc.next()
	if first.kind != startToken || !strings.EqualFold(first.name, "div") {
		return s
	}
	inner := sc.pos
	for depth := 0; ; {
		t := sc.next()
		switch {
		case t.kind == endOfInput:
			return s
		case t.kind == startToken && strings.EqualFold(t.name, "div") && !t.empty:
			depth++
		case t.kind == endToken && strings.EqualFold(t.name, "div"):
			if depth > 0 {
				depth--
				continue
			}
			if sc.pos != len(s) {
				return s
			}
			return s[inner:t.start]
		}
	}
}

// stripTags returns the text of HTML source.
func stripTags(s string) string {
	if strings.IndexByte(s, '<') < 0 {
		return decode(s)
	}
	var b strings.Builder
	for sc := newScanner(s); ; {
		switch t := sc.next(); t.kind {
		case endOfInput:
			return strings.TrimSpace(b.String())
		case textToken:
			b.WriteString(decode(t.text))
		case cdataToken:
			b.WriteString(t.text)
		}
	}
}
