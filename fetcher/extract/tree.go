package extract

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/transform"
)

// Bounds of one page. Real article pages have below 10,000 elements; what is
// above these bounds is refused, since readability takes a text several times
// for each element around it.
const (
	maxPage  = 4 << 20 // bytes; what is beyond is not looked at
	maxNodes = 60_000
	maxDepth = 200
	maxWork  = 32 << 20 // bytes of text, counted once for each element around them
)

var (
	errLarge = &Error{"it has too many elements for an article"}
	errDeep  = &Error{"its elements are nested too deeply"}
)

// parse decodes a page (by its byte order mark, the header, its meta element,
// its bytes: WHATWG HTML section 13.2.3) and builds its tree.
func parse(body []byte, contentType string) (*html.Node, error) {
	page := decode(body[:min(len(body), maxPage)], contentType)
	if costly(page) {
		return nil, errLarge
	}
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, errDeep // the only fault that a tree can have in memory
	}
	if err := measure(doc); err != nil {
		return nil, err
	}
	return doc, nil
}

// decode brings a page to UTF-8. Bytes of more than ASCII that are valid UTF-8
// are that, whatever labels say: no text in another encoding looks like it. A
// page cut at the bound may end inside a character.
func decode(body []byte, contentType string) []byte {
	whole := body[:max(0, len(body)-utf8.UTFMax)]
	if !isASCII(body) && utf8.Valid(bytes.TrimRightFunc(whole, func(r rune) bool { return r == utf8.RuneError })) {
		return bytes.ToValidUTF8(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), nil)
	}
	e, name, certain := charset.DetermineEncoding(body, contentType)
	if !certain {
		if at := declared.FindSubmatch(body[:min(len(body), maxPrescan)]); at != nil {
			if found, canonical := charset.Lookup(string(at[1])); found != nil {
				e, name = found, canonical
			}
		}
	}
	if name == "utf-8" {
		return bytes.ToValidUTF8(body, []byte("\ufffd"))
	}
	out, err := io.ReadAll(io.LimitReader(transform.NewReader(bytes.NewReader(body), e.NewDecoder()), maxPage))
	if err != nil {
		return bytes.ToValidUTF8(body, []byte("\ufffd"))
	}
	return bytes.ToValidUTF8(out, nil) // the limit may have cut a character
}

// maxPrescan is how far into a page its own declaration is sought: further than
// the standard's 1,024 bytes, as browsers do too.
const maxPrescan = 64 << 10

var declared = regexp.MustCompile(`(?i)<meta[^>]{1,200}charset\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})`)

func isASCII(body []byte) bool {
	for _, c := range body {
		if c >= utf8.RuneSelf || c == 0x1b { // ESC: ISO-2022-JP
			return false
		}
	}
	return true
}

// formatting are the elements that a parser opens anew in each block after the
// one in which they were left open (WHATWG HTML section 13.2.4.3): some of them
// and many blocks make of a small page a tree of gigabytes.
var formatting = map[atom.Atom]bool{
	atom.A: true, atom.B: true, atom.Big: true, atom.Code: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Nobr: true,
	atom.S: true, atom.Small: true, atom.Strike: true, atom.Strong: true, atom.Tt: true, atom.U: true,
}

// costly reports whether the tree of a page would be too large. It counts what
// a parser would build at most, without building it.
func costly(page []byte) bool {
	z := html.NewTokenizer(bytes.NewReader(page))
	open := make(map[atom.Atom]int)
	nodes, left := 0, 0 // left: formatting elements open
	for nodes <= 4*maxNodes {
		switch z.Next() {
		case html.ErrorToken:
			return false
		case html.StartTagToken:
			nodes += 1 + left
			name, _ := z.TagName()
			if a := atom.Lookup(name); formatting[a] {
				open[a]++
				left++
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if a := atom.Lookup(name); open[a] > 0 {
				open[a]--
				left--
			}
		case html.TextToken, html.SelfClosingTagToken:
			nodes++
		}
	}
	return true
}

// measure refuses a tree that is over the bounds.
func measure(doc *html.Node) error {
	nodes, work := 0, 0
	var walk func(n *html.Node, depth int) error
	walk = func(n *html.Node, depth int) error {
		if depth > maxDepth {
			return errDeep
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			nodes++
			if c.Type == html.TextNode && !isRaw(n) {
				work += len(c.Data) * depth
			}
			if nodes > maxNodes || work > maxWork {
				return errLarge
			}
			if err := walk(c, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return walk(doc, 0)
}

// isRaw tells whether the text in an element is none for readers.
func isRaw(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Textarea, atom.Svg:
		return true
	}
	return false
}

// each calls f for the elements below n in their order, not for those inside
// one for which it returned false. f may take its element out of the tree.
func each(n *html.Node, f func(*html.Node) bool) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode && f(c) {
			each(c, f)
		}
		c = next
	}
}

// attr returns an attribute's value.
func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// textOf returns the text for readers below n, blanks folded.
func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.Type == html.ElementNode && !inline[n.DataAtom]:
			b.WriteByte(' ')
		}
		if isRaw(n) {
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if n.Type == html.ElementNode && !inline[n.DataAtom] {
			b.WriteByte(' ')
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// hasText reports whether there is any text for readers below n.
func hasText(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" || !isRaw(c) && hasText(c) {
			return true
		}
	}
	return false
}

// within reports whether there are at most so many nodes below n.
func within(n *html.Node, limit int) bool {
	var count func(*html.Node)
	count = func(n *html.Node) {
		for c := n.FirstChild; c != nil && limit >= 0; c = c.NextSibling {
			limit--
			count(c)
		}
	}
	count(n)
	return limit >= 0
}

// inline are the elements that part no words.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.B: true, atom.I: true, atom.Em: true, atom.Strong: true, atom.Span: true, atom.U: true, atom.S: true,
	atom.Font: true, atom.Small: true, atom.Big: true, atom.Sub: true, atom.Sup: true, atom.Code: true, atom.Abbr: true,
	atom.Cite: true, atom.Q: true, atom.Mark: true, atom.Time: true, atom.Wbr: true, atom.Ins: true, atom.Del: true, atom.Label: true,
}

func remove(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

// baseOf returns what the page's base element says.
func baseOf(doc *html.Node) (ref string) {
	each(doc, func(n *html.Node) bool {
		if n.DataAtom == atom.Base && ref == "" {
			ref = strings.TrimSpace(attr(n, "href"))
		}
		return n.DataAtom != atom.Body
	})
	return ref
}
