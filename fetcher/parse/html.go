package parse

import "strings"

// pageError is the error for an HTML page.
func pageError(s, base string) error {
	alternate := alternateFeed(s, base)
	reason := "an HTML page, not a feed"
	if alternate != "" {
		reason += "; the page says that its feed is " + alternate
	}
	return &Error{Reason: reason, Page: true, Alternate: alternate}
}

// maxPageTags bounds the tags of a page that are looked at: links to feeds are
// in its head.
const maxPageTags = 5000

// alternateFeed returns the first feed that a page links to (RSS autodiscovery
// and HTML section 4.6.7.1).
func alternateFeed(s, base string) string {
	var as attrs
	sc := newScanner(s)
	for range maxPageTags {
		t := sc.next()
		if t.kind == endOfInput {
			break
		}
		if t.kind != startToken {
			continue
		}
		switch strings.ToLower(t.name) {
		case "base":
			as = readAttrs(t.attrs, as)
			base = resolve(as.get("href"), base)
		case "link":
			as = readAttrs(t.attrs, as)
			if !hasWord(as.get("rel"), "alternate") || as.get("href") == "" {
				continue
			}
			switch kind, _, _ := strings.Cut(strings.ToLower(as.get("type")), ";"); strings.TrimSpace(kind) {
			case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml":
				return resolve(strings.TrimSpace(as.get("href")), base)
			}
		}
	}
	return ""
}

func hasWord(s, word string) bool {
	for _, f := range strings.Fields(s) {
		if strings.EqualFold(f, word) {
			return true
		}
	}
	return false
}
