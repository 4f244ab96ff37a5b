package clean

import (
	"strings"

	"golang.org/x/net/html"
)

// Text returns the plain text of an HTML fragment, for titles and the like:
// without tags and the content of scripts, entities decoded, blanks folded.
// Text that is still HTML after that was escaped twice and is read once more.
func Text(fragment string) string {
	fragment = cut(fragment)
	if !strings.ContainsAny(fragment, "<&") {
		return fold(fragment)
	}
	text := strip(fragment)
	if taggedInside(text) {
		text = strip(text)
	}
	return text
}

// strip takes the tags away, once.
func strip(fragment string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(fragment))
	skip := ""
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return fold(b.String())
		case html.TextToken:
			if skip == "" {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			n := string(name)
			if to, ok := renamed[n]; ok {
				n = to
			}
			switch {
			case skip != "" && kind == html.EndTagToken && n == skip:
				skip = ""
			case skip == "" && kind == html.StartTagToken && skipped[n]:
				skip = n
			}
			if elements[n].role&block != 0 || n == "br" {
				b.WriteByte(' ')
			}
		}
	}
}

// fold makes one blank of each run of them.
func fold(s string) string { return strings.Join(strings.Fields(legal(s)), " ") }

// startsTagged tells whether text is HTML from its first character: it starts
// with a tag that articles use, which is also closed.
func startsTagged(text string) bool { return strings.HasPrefix(text, "<") && taggedInside(text) }

// taggedInside tells whether text holds the start tag of an element that
// articles use and its end tag: more than a text about HTML does.
func taggedInside(text string) bool {
	if !strings.Contains(text, "</") {
		return false
	}
	z := html.NewTokenizer(strings.NewReader(text))
	started := map[string]bool{}
	for {
		switch z.Next() {
		case html.ErrorToken:
			return false
		case html.StartTagToken:
			name, _ := z.TagName()
			if n := string(name); elements[n].role != 0 || n == "span" || n == "font" {
				started[n] = true
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if started[string(name)] {
				return true
			}
		}
	}
}
