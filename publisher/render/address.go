package render

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// address returns s as a valid absolute address, or "" if it is none or its
// scheme is not one that a document may carry. It changes no more than it must:
// characters that an IRI can't hold (RFC 3987 section 2.2) are
// percent-encoded, all else stays as published.
func address(s string) string {
	s = strings.Trim(clean(s), " \t\n")
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok {
		return ""
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "ftp":
		host, isAuthority := strings.CutPrefix(rest, "//")
		if !isAuthority || host == "" || strings.ContainsRune("/?#: ", rune(host[0])) {
			return ""
		}
	case "magnet":
		if rest == "" {
			return ""
		}
	default:
		return ""
	}
	return encodeIRI(s)
}

// encodeIRI percent-encodes what an IRI can't hold: brackets stand only around
// the IPv6 address of its host (RFC 3986 section 3.2.2).
func encodeIRI(s string) string {
	if !strings.ContainsAny(s, "[]") {
		return encode(s, notInIRI)
	}
	authority := 0
	if at := strings.Index(s, "://"); at >= 0 {
		authority = len(s)
		if end := strings.IndexAny(s[at+3:], "/?#"); end >= 0 {
			authority = at + 3 + end
		}
	}
	return encode(s[:authority], notInIRI) + encode(s[authority:], func(c byte) bool { return c == '[' || c == ']' || notInIRI(c) })
}

// notInIRI reports whether an ASCII character can't stand in an IRI,
// RFC 3987 section 2.2.
func notInIRI(c byte) bool {
	return c <= ' ' || strings.IndexByte("\"<>\\^`{|}", c) >= 0
}

// iri returns s as a valid absolute IRI of any scheme, for what names a thing
// and is no address, or "".
func iri(s string) string {
	s = strings.Trim(clean(s), " \t\n")
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || rest == "" || scheme == "" || !isToken(scheme) {
		return ""
	}
	return encodeIRI(s)
}

// scheme returns what names a vocabulary of categories: an absolute IRI of any
// scheme but those that run what they hold, or "".
func scheme(s string) string {
	s = iri(s)
	switch name, _, _ := strings.Cut(s, ":"); strings.ToLower(name) {
	case "javascript", "vbscript", "data", "file":
		return ""
	}
	return s
}

// entryIRI returns the id of an entry as Atom wants it, an IRI (RFC 4287
// section 4.2.6). An id that was adopted from an earlier publisher of RSS may
// be any text; readers of Atom never held it.
func entryIRI(id string) string {
	if s := iri(id); s != "" {
		return s
	}
	sum := sha256.Sum256([]byte(id))
	sum[6], sum[8] = sum[6]&0x0F|0x80, sum[8]&0x3F|0x80 // version 8, RFC 9562 section 5.8
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// webAddress is address for what browsers and players open: http and https.
func webAddress(s string) string {
	s = address(s)
	if len(s) >= 4 && strings.EqualFold(s[:4], "http") {
		return s
	}
	return ""
}

// asURI maps an address to ASCII (RFC 3987 section 3.1), for RSS and JSON
// Feed, which know no IRIs.
func asURI(s string) string {
	return encode(s, func(c byte) bool { return c >= 0x80 })
}

// encode percent-encodes the bytes that must be, and a "%" that encodes
// nothing.
func encode(s string, must func(byte) bool) string {
	wrong := func(i int) bool { return must(s[i]) || s[i] == '%' && !isEscape(s[i:]) }
	first := 0
	for first < len(s) && !wrong(first) {
		first++
	}
	if first == len(s) {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:first])
	for i := first; i < len(s); i++ {
		if wrong(i) {
			fmt.Fprintf(&b, "%%%02X", s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func isEscape(s string) bool {
	return len(s) >= 3 && isHex(s[1]) && isHex(s[2])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// language returns a BCP 47 tag that fits the grammar of RFC 4287 section 2
// (1 to 8 letters, then groups of letters and digits), or "".
func language(tag string) string {
	for i, part := range strings.Split(tag, "-") {
		if len(part) < 1 || len(part) > 8 {
			return ""
		}
		for j := range len(part) {
			c := part[j]
			letter := 'a' <= c|0x20 && c|0x20 <= 'z'
			if !letter && (i == 0 || c < '0' || c > '9') {
				return ""
			}
		}
	}
	return tag
}

// relation returns a link relation as RFC 4287 section 4.2.7.2 has it: a
// registered name or an IRI. What is neither, is related somehow.
func relation(s string) string {
	switch s = line(s); {
	case s == "" || isToken(s):
		return s
	case iri(s) == s:
		return s
	}
	return "related"
}

// mediaType returns a media type that fits the grammar of RFC 6838 section
// 4.2, parameters included, or "".
func mediaType(s string) string {
	s = line(s)
	bare, _, _ := strings.Cut(s, ";")
	kind, subtype, ok := strings.Cut(strings.TrimRight(bare, " "), "/")
	if !ok || kind == "" || subtype == "" || !isToken(kind) || !isToken(subtype) {
		return ""
	}
	return s
}

// isToken reports whether s holds only what names of schemes, relations and
// media types are made of.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("!#$&^_.+-", c) >= 0) {
			return false
		}
	}
	return true
}
