// Package clean turns hostile HTML into safe HTML and plain text, with links
// made absolute and free of trackers.
//
// HTML goes through two stages. The first gives the fragment its structure: it
// keeps the elements of articles, closes what is open, rewrites links, drops
// pixels. The second is bluemonday under a policy made from the same table; it
// has the last word wherever the first met anything but plain articles' HTML
// (an element or attribute that it does not know, a script, an address that it
// refused), so that a mistake in the first is no hole. Harmless fragments are
// spared it: it doubles the cost, and they are nearly all that is read.
package clean

import (
	"html"
	"strings"
)

// Bounds of one fragment. What is beyond the input's bound is not looked at;
// the output ends between two elements, well-formed, within its own.
const (
	maxInput  = 4 << 20
	maxOutput = 1 << 20
	maxDepth  = 100 // open elements; deeper ones lose their tags, not their text
)

// HTML returns fragment as safe HTML that is well-formed XML too, so that it can
// be embedded in either. Links, pictures and the like are made absolute against
// base, freed of known tracking parameters, and dropped where they lead
// anywhere but to http and https (and mailto, for links).
//
// A fragment that is text only, which is itself HTML once its entities are
// decoded, was escaped once too often and is read as the HTML it was.
//
// HTML of what HTML returned changes nothing. It is safe for concurrent use;
// its time is linear in the fragment.
func HTML(fragment, base string) string {
	fragment = cut(fragment)
	if len(fragment) <= maxOutput && !strings.ContainsAny(fragment, "<>&") {
		return strings.TrimSpace(escapeText(fragment))
	}
	s := newStructure(base)
	s.read(fragment)
	if !s.tagged {
		if text := html.UnescapeString(s.String()); startsTagged(text) {
			again := newStructure(base)
			again.read(text)
			if again.tagged {
				s = again
			}
		}
	}
	if !s.odd {
		return s.String()
	}
	return gate(s.String())
}

// cut bounds the input, between two tags where it can.
func cut(fragment string) string {
	if len(fragment) <= maxInput {
		return fragment
	}
	fragment = fragment[:maxInput]
	if i := strings.LastIndexByte(fragment, '<'); i > maxInput/2 {
		return fragment[:i]
	}
	return strings.ToValidUTF8(fragment, "")
}
