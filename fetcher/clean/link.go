package clean

import (
	"net/url"
	"strings"

	"sluice/storage/link"
)

// Link returns the absolute http or https address of ref, resolved against
// base, without known tracking parameters; "" where it is none: another scheme,
// relative without a base, no address at all.
func Link(ref, base string) string { return resolve(ref, base, false) }

// maxAddress bounds an address, in bytes.
const maxAddress = 8 << 10

func resolve(ref, base string, mail bool) string {
	if isPlain(ref) {
		return ref
	}
	return resolveAny(ref, base, mail)
}

// isPlain tells whether an address is such that nothing can be done to it:
// http or https, a host of letters, digits, dots and dashes, and a path that
// escapes nothing. Most are, and need not be taken apart.
func isPlain(ref string) bool {
	rest, ok := strings.CutPrefix(ref, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(ref, "http://"); !ok {
			return false
		}
	}
	host := strings.IndexByte(rest, '/')
	if host < 0 {
		host = len(rest)
	}
	if host == 0 || len(ref) > maxAddress {
		return false
	}
	for i := range len(rest) {
		switch c := rest[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '.', c == '-':
		case i < host || c != '/' && c != '_' && c != '~' && (c < 'A' || c > 'Z'):
			return false
		}
	}
	return true
}

func resolveAny(ref, base string, mail bool) string {
	ref = strings.TrimSpace(ref)
	if strings.ContainsAny(ref, "\t\n\r") { // as browsers do, WHATWG URL section 4.4
		ref = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(ref)
	}
	if ref == "" || len(ref) > maxAddress {
		return ""
	}
	u, ref, err := parse(ref)
	if err != nil {
		return ""
	}
	if u.Scheme == "" {
		b, _, err := parse(base)
		if err != nil || b.Scheme == "" {
			return ""
		}
		u = b.ResolveReference(u)
		ref = ""
	}
	switch {
	case u.Scheme == "mailto" && mail && strings.Contains(u.Opaque, "@"):
		return u.String()
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Opaque != "":
		return ""
	}
	if u.User != nil {
		u.User, ref = nil, "" // names and passwords are not for others
	}
	if ref == "" || strings.IndexFunc(ref, foreign) >= 0 {
		ref = u.String()
		if strings.IndexFunc(ref, foreign) >= 0 {
			return "" // in the host, where nothing can be escaped
		}
	}
	return link.Clean(ref)
}

// foreign tells whether a character has to be escaped in an address.
func foreign(r rune) bool { return r <= ' ' || strings.ContainsRune("\"<>\\^`{|}", r) || r == 0x7F }

// parse is url.Parse for addresses as people write them: with blanks and stray
// percent signs. It returns the address as it parsed it, too.
func parse(s string) (*url.URL, string, error) {
	u, err := url.Parse(s)
	if err == nil {
		return u, s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%' && (i+2 >= len(s) || !hex(s[i+1]) || !hex(s[i+2])):
			b.WriteString("%25")
		case c <= ' ' || c == 0x7F:
			b.WriteString("%20")
		default:
			b.WriteByte(c)
		}
	}
	u, err = url.Parse(b.String())
	return u, b.String(), err
}

func hex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// maxCandidates bounds a srcset.
const maxCandidates = 20

// srcset returns the candidates of a srcset (HTML section 4.8.4.2.1) whose
// addresses may stay.
func srcset(v, base string) string {
	var kept []string
	for range maxCandidates {
		v = strings.TrimLeft(v, ", \t\n\r\f")
		end := strings.IndexAny(v, " \t\n\r\f")
		if end < 0 {
			end = len(v)
		}
		ref := v[:end]
		descriptor := ""
		if v = v[end:]; strings.HasSuffix(ref, ",") {
			ref = strings.TrimRight(ref, ",")
		} else {
			descriptor, v, _ = strings.Cut(v, ",")
			descriptor = strings.TrimSpace(descriptor)
		}
		if ref == "" {
			break
		}
		address := Link(ref, base)
		if address == "" || strings.Contains(address, ",") || strings.Trim(descriptor, "0123456789.wxh ") != "" {
			continue
		}
		kept = append(kept, strings.TrimSpace(address+" "+descriptor))
	}
	return strings.Join(kept, ", ")
}
