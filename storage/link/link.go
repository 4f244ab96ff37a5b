// Package link is pure: it takes known tracking out of links, and makes of
// each link a form by which two links can be compared. It never fetches
// anything, and no input makes it panic.
//
// Both work on the bytes of an address by the grammar of RFC 3986 section 3
// rather than on a parsed one, since what feeds call a link is often none:
// whatever is not understood stays as it is.
package link

import (
	"crypto/sha256"
	"strings"
)

// Clean returns the form of an address that is published: without the known
// tracking parameters of its query and fragment, and without a fragment
// directive (:~:text=...). All else is kept byte for byte and in its order, a
// fragment that is not tracking too.
//
// Anything but an absolute http or https address is returned as it is. Clean
// of what Clean returned changes nothing.
func Clean(address string) string { return CleanFor(address) }

// CleanFor is Clean for links of a feed whose own hosts are known: a parameter
// `ref` that names one of them is tracking too. Else `ref` may mean anything
// and stays. Each of own is a host or an address, such as those of the feed and
// of its site; empty ones are passed over.
func CleanFor(address string, own ...string) string {
	if schemeEnd(address) == 0 || !strings.ContainsAny(address, "?#") {
		return address
	}
	rest, fragment, hasFragment := strings.Cut(address, "#")
	front, query, hasQuery := strings.Cut(rest, "?")
	cleanQuery, cleanFragment := query, fragment
	if hasQuery {
		cleanQuery = cleanParams(query, own)
	}
	if hasFragment {
		cleanFragment = cleanFragmentOf(fragment, own)
	}
	if cleanQuery == query && cleanFragment == fragment {
		return address
	}
	var b strings.Builder
	b.Grow(len(address))
	b.WriteString(front)
	if hasQuery && (cleanQuery != "" || query == "") {
		b.WriteString("?" + cleanQuery)
	}
	if hasFragment && (cleanFragment != "" || fragment == "") {
		b.WriteString("#" + cleanFragment)
	}
	return b.String()
}

// DropFragment returns an address without its fragment, except for one that
// is part of the address in all but name: one that begins with ! or /. Only
// absolute http and https addresses are changed.
func DropFragment(address string) string {
	rest, fragment, ok := strings.Cut(address, "#")
	if !ok || schemeEnd(address) == 0 || isRoute(fragment) {
		return address
	}
	return rest
}

// Apart reports for each address of one document whether its fragment is
// needed to tell it from another one there: some feeds give every entry the
// same page and another fragment.
func Apart(addresses []string) []bool {
	first := make(map[string]string, len(addresses)) // by what DropFragment leaves
	shared := make(map[string]bool)
	for _, a := range addresses {
		page := DropFragment(a)
		if other, ok := first[page]; !ok {
			first[page] = a
		} else if other != a {
			shared[page] = true
		}
	}
	apart := make([]bool, len(addresses))
	for i, a := range addresses {
		page := DropFragment(a)
		apart[i] = page != a && shared[page]
	}
	return apart
}

// Hash returns the first 128 bits of the SHA-256 of a comparison form.
func Hash(key string) [16]byte {
	sum := sha256.Sum256([]byte(key))
	return [16]byte(sum[:16])
}

// schemeEnd returns where the authority of an absolute http or https address
// begins, 0 for anything else.
func schemeEnd(address string) int {
	for _, scheme := range [...]string{"https://", "http://"} {
		if len(address) > len(scheme) && strings.EqualFold(address[:len(scheme)], scheme) {
			return len(scheme)
		}
	}
	return 0
}

// isRoute reports whether a fragment is the route of a page that is one
// program: #!/path or #/path.
func isRoute(fragment string) bool {
	return len(fragment) > 1 && (fragment[0] == '!' || fragment[0] == '/')
}
