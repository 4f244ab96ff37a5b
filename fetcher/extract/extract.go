// Package extract makes of an article's page its main content: clean HTML, with
// the title, author, date, picture, canonical link and language that the page
// gives.
//
// What the main content is, is readability's decision (Mozilla's algorithm, by
// go-readability). Before it decides, what is certainly no article is taken out
// of the page (junk.go), and captions that only their class names tell from
// text are made figures (caption.go), since class names are gone behind it.
// After it, what it let through is taken off the end (tail.go), and package
// clean has the last word.
//
// A page is hostile: its size, the size and depth of the tree that it makes,
// and so the time that all of this takes, are bounded (tree.go).
package extract

import (
	"errors"
	"fmt"
	"mime"
	"net/url"
	"strings"
	"time"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"sluice/fetcher/clean"
)

// An Article is what a page says. All but Content may be empty.
type Article struct {
	Content   string // clean HTML, links absolute
	Title     string // plain text
	Authors   []string
	Published time.Time
	Updated   time.Time
	Image     string // absolute address
	Canonical string // absolute address
	Language  string // as the page gives it
}

// An Error says why a page gave no article, in a sentence for people.
type Error struct{ Reason string }

func (e *Error) Error() string { return e.Reason }

// minText is how much text an article has at least, in characters: a notice
// that a page is not to be had is shorter.
const minText = 100

// Page extracts the article of a page. contentType is the answer's header of
// that name, address is where the page came from. The error is an *Error.
//
// It is a pure function, safe for concurrent use; its time and memory are
// bounded.
func Page(body []byte, contentType, address string) (*Article, error) {
	if err := isPage(contentType); err != nil {
		return nil, err
	}
	base, err := url.Parse(address)
	if err != nil {
		return nil, &Error{"its address can't be read"}
	}
	doc, err := parse(body, contentType)
	if err != nil {
		return nil, err
	}
	if ref := baseOf(doc); ref != "" {
		if u, err := base.Parse(ref); err == nil {
			base = u
		}
	}
	a := describe(doc, base.String())
	if err := a.read(doc, base); err != nil {
		return nil, err
	}
	return a, nil
}

// isPage refuses what is certainly not HTML.
func isPage(contentType string) error {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) || kind == "" {
		return nil // no label, or none that says anything: the bytes decide
	}
	switch kind {
	case "text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml", "application/octet-stream":
		return nil
	}
	return &Error{fmt.Sprintf("it is %s and no HTML page", kind)}
}

// read fills Content, and the title where the page's description has none.
func (a *Article) read(doc *html.Node, base *url.URL) error {
	markCaptions(doc)
	dropJunk(doc)
	lead := leadOf(doc)
	parser := readability.NewParser()
	parser.KeepClasses = true
	parser.DisableJSONLD = true
	found, err := parser.ParseAndMutate(doc, base)
	if err != nil {
		return &Error{"its article was not found"}
	}
	if a.Title == "" {
		a.Title = clean.Text(html.EscapeString(found.Title()))
	}
	if found.Node == nil {
		return &Error{"its article was not found"}
	}
	each(found.Node, func(n *html.Node) bool {
		n.DataAtom = atom.Lookup([]byte(n.Data)) // readability renames elements by their names alone
		return true
	})
	tidy(found.Node, a.Title)
	lead.restore(found.Node)
	if len([]rune(textOf(found.Node))) < minText {
		return &Error{"it holds no article, only some words"}
	}
	var b strings.Builder
	if err := html.Render(&b, found.Node); err != nil {
		return &Error{"its article can't be written as HTML"}
	}
	a.Content = clean.HTML(b.String(), base.String())
	if a.Content == "" {
		return &Error{"its article was not found"}
	}
	return nil
}
