// Package parse turns the bytes of a feed into a Document: it decides their
// charset and repairs what is broken, leaves the reading of the elements to
// gofeed, and converts its result. It reads RSS 0.9x, 1.0 and 2.0, Atom 0.3
// and 1.0, and JSON Feed 1.0 and 1.1.
//
// gofeed never sees the bytes as they came. They are rewritten first, in one
// pass, into a small well-formed document that holds only what is read, within
// bounds: so a broken document can be read, a hostile one costs little, and
// what gofeed's structs have no place for (types of texts, xml:base, xml:lang)
// is noted on the way. Titles and texts, most of a feed's bytes, are noted too
// and go round gofeed, which spares two thirds of the time.
package parse

import "strings"

// Parse reads one feed document. ContentType is the HTTP header, which may be
// empty; base is the document's address, against which a relative xml:base is
// resolved. Memory and time are linear in the body, whatever it holds. Errors
// are of type *Error.
//
// A document that stops too early gives the items that are complete, and is
// marked as Truncated.
func Parse(body []byte, contentType, base string) (*Document, error) {
	return parse(body, contentType, base, reader{})
}

// ParseNew is Parse that gives each item its Hash where that can be told, and
// reads no item whose hash is known: it stands in the document as Known, with
// its Hash and nothing else. Known is not asked where it is nil.
//
// Of the rest of the document an item depends on nothing but what its Hash
// covers, the feed's Authors (Atom), and what readers take from the Document
// themselves. Feeds in JSON are always read whole.
func ParseNew(body []byte, contentType, base string, known func(hash uint64) bool) (*Document, error) {
	return parse(body, contentType, base, reader{hashes: true, known: known})
}

// A reader says what is wanted of a document.
type reader struct {
	hashes bool
	known  func(hash uint64) bool
}

func parse(body []byte, contentType, base string, want reader) (*Document, error) {
	text, c := decodeBody(body, contentType)
	doc, err := parseText(text, base, want)
	if err != nil {
		return nil, err
	}
	doc.Charset, doc.CharsetBy = c.name, c.by
	if c.warning != "" {
		doc.Warnings = append([]string{c.warning}, doc.Warnings...)
	}
	return doc, nil
}

func parseText(text, base string, want reader) (*Document, error) {
	trimmed := strings.TrimLeft(text, " \t\n\uFEFF\u00A0")
	switch {
	case trimmed == "":
		return nil, failf("the answer is empty")
	case trimmed[0] == '{' || trimmed[0] == '[':
		return fromJSON(trimmed)
	}
	sc, root, junk, err := findRoot(text, base)
	if err != nil {
		return nil, err
	}
	r := rewrite(sc, root, base, want)
	convert := fromRSS
	if r.format == "atom" {
		convert = fromAtom
	}
	doc, err := convert(r)
	if err != nil {
		return nil, err
	}
	doc.Format, doc.Version, doc.Base = r.format, r.version, r.base
	doc.Warnings, doc.Truncated = r.warnings, r.truncated
	if junk {
		doc.Warnings = append([]string{"there is something else before the feed"}, doc.Warnings...)
	}
	return doc, nil
}

// roots are the elements that a feed may start with.
var roots = map[string]bool{"rss": true, "feed": true, "rdf": true, "channel": true, "entry": true}

// maxJunk bounds the tags that may stand before a feed.
const maxJunk = 1000

// findRoot finds the root of the feed and returns a scanner that stands behind
// it. Junk tells that text or tags had to be passed over.
func findRoot(text, base string) (sc *scanner, root token, junk bool, err error) {
	sc = newScanner(text)
	first, page := "", false
	for tags := 0; tags < maxJunk; {
		t := sc.next()
		switch t.kind {
		case endOfInput:
			tags = maxJunk
		case textToken, cdataToken:
			junk = junk || strings.TrimSpace(strings.Trim(t.text, "\uFEFF")) != ""
		case endToken:
			tags++
		case startToken:
			tags++
			_, local := split(t.name)
			local = strings.ToLower(local)
			if roots[local] && (!page || certain(t)) {
				return sc, t, junk, nil
			}
			if first == "" {
				first = local
			}
			page = page || local == "html" || local == "body" || sc.doctype == "html"
			junk = true
		}
	}
	switch {
	case first == "":
		return nil, root, false, failf("neither XML nor JSON, so no feed; it begins %q", beginning(text))
	case page || pageTags[first]:
		return nil, root, false, pageError(text, base)
	}
	return nil, root, false, failf("XML, but not a feed: its root is <%s>", first[:min(len(first), 40)])
}

// beginning returns the first words of a text.
func beginning(text string) string {
	const enough = 60
	text = strings.Join(strings.Fields(text[:min(len(text), 4*enough)]), " ")
	return strings.ToValidUTF8(text[:min(len(text), enough)], "")
}

// certain tells whether a root says that it is one: a feed may be wrapped in a
// page by mistake, but a page may also just mention one.
func certain(t token) bool {
	as := readAttrs(t.attrs, nil)
	prefix, local := split(t.name)
	space := trimNamespace(as.get(strings.TrimSuffix("xmlns:"+prefix, ":")))
	switch strings.ToLower(local) {
	case "feed":
		return namespaces[space] == "atom"
	case "rss":
		return as.get("version") != ""
	}
	return false
}

// pageTags are elements with which a page may start that lacks its html tag.
var pageTags = map[string]bool{
	"head": true, "title": true, "meta": true, "link": true, "script": true, "style": true, "div": true,
	"p": true, "h1": true, "h2": true, "center": true, "table": true, "a": true, "br": true, "b": true,
}
