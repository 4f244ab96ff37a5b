// Package opml reads and writes lists of feeds in OPML 1.0, 1.1 and 2.0, and
// reads those of Planet Venus and Pluto.
package opml

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// An Outline is one feed of a list.
type Outline struct {
	URL   string // absolute, http or https
	Title string // may be empty
	Home  string // the site's address, may be empty
	Tags  []string
	Line  int // of the outline in the document, from 1

	Folders []string // names of the folders that it stands in, the outermost first
}

// A List is what a document lists: each feed once, in its order.
type List struct {
	Title    string
	Outlines []Outline
	Warnings []Warning
	Again    int // outlines whose address stands in an earlier one
}

// A Warning says why an outline is not in the list.
type Warning struct {
	Line int
	What string
}

func (w Warning) String() string { return fmt.Sprintf("line %d: %s", w.Line, w.What) }

// An Error says why a document can't be read.
type Error struct {
	Line int // 0 where no line is to blame
	What string

	syntax bool // it is not well-formed
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.What
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.What)
}

// address returns the feed's address as it is polled, or why it can't be. The
// reason shows nothing of it: credentials may stand anywhere in what is no
// address.
func address(s string) (string, string) {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "feed:"); ok { // feed://host and feed:https://host
		s = rest
		if strings.HasPrefix(s, "//") {
			s = "http:" + s
		}
	}
	u, err := url.Parse(s)
	switch {
	case len(s) > maxAddress:
		return "", "the address is too long"
	case err != nil:
		return "", "what stands as the address is none"
	case u.Scheme != "http" && u.Scheme != "https":
		return "", "the address is not http or https"
	case u.Hostname() == "":
		return "", "the address names no host"
	}
	return s, ""
}

// tags adds the tags that a folder's name or a category attribute gives: one
// for each step of its paths, in lower case, blanks and commas as a dash: a
// category attribute parts its categories by commas.
func tags(have []string, names ...string) []string {
	for _, name := range names {
		for _, path := range strings.Split(name, "/") {
			tag := strings.Join(strings.FieldsFunc(strings.ToLower(path), func(r rune) bool { return r == ',' || unicode.IsSpace(r) }), "-")
			if tag != "" && len(tag) <= maxTag && len(have) < maxTags && !contains(have, tag) {
				have = append(have, tag)
			}
		}
	}
	return have
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// Bounds of one document.
const (
	maxOutlines = 100000
	maxDepth    = 64 // folders in folders; the names of deeper ones are ignored
	maxWarnings = 100
	maxAddress  = 8 << 10
	maxTag      = 100 // bytes
	maxTags     = 50  // of one feed
)
