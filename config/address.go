package config

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// parseAddress reads an http or https address and parts it from the
// credentials in it (RFC 3986, section 3.2.1) and from its fragment, which no
// request carries.
func parseAddress(text string) (address, *fault) {
	u, f := parseURL(text, "https", "http")
	if f != nil {
		return address{}, f
	}
	var auth *BasicAuth
	if u.User != nil {
		password, _ := u.User.Password()
		auth = &BasicAuth{Username: u.User.Username(), Password: password}
	}
	return address{url: bare(text), auth: auth}, nil
}

// parseURL reads an absolute URL with a host and one of the schemes.
func parseURL(text string, schemes ...string) (*url.URL, *fault) {
	allowed := strings.Join(schemes[:len(schemes)-1], ", ") + " or " + schemes[len(schemes)-1]
	if strings.ContainsAny(text, " \t\r\n") || !isLine(text) {
		return nil, &fault{what: "has a blank or a control character in the address", remedy: "write blanks as %20"}
	}
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || strings.ContainsAny(scheme, "/?#.@") {
		f := &fault{what: "is not a whole address", remedy: "write it with its scheme, such as " + schemes[0] + "://example.org/"}
		if host, _, _ := strings.Cut(text, "/"); strings.Contains(host, ".") && !strings.ContainsAny(host, "@:") {
			f.hint = "write " + schemes[0] + "://" + clip(text)
		}
		return nil, f
	}
	known := false
	for _, s := range schemes {
		known = known || strings.EqualFold(s, scheme)
	}
	if !known {
		f := &fault{what: "has another scheme than " + allowed, remedy: "use an address of one of these"}
		if strings.EqualFold(scheme, "feed") {
			f.hint = "write " + schemes[0] + " in place of feed"
		} else if s := didYouMean(scheme, schemes); s != "" {
			f.hint = s
		}
		return nil, f
	}
	u, err := url.Parse(text)
	if err != nil || rest == "" {
		return nil, &fault{what: "is not an address that can be read", remedy: "look for stray %, [ or ] in it and for a bad port"}
	}
	if u.Hostname() == "" {
		return nil, &fault{what: "has no host", remedy: "write it as " + schemes[0] + "://HOST/PATH"}
	}
	if !isHost(u.Hostname()) {
		return nil, &fault{what: "has a host that is no host name", remedy: "write a name such as example.org, or an IP address"}
	}
	if port := u.Port(); port != "" || strings.HasSuffix(u.Host, ":") {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return nil, &fault{what: "has a bad port", remedy: "write one from 1 to 65535, or none"}
		}
	}
	return u, nil
}

func clip(text string) string {
	if len(text) > 80 {
		return strings.ToValidUTF8(text[:77], "") + "..."
	}
	return text
}

// isHost reports whether host is an IP address or a host name (RFC 1123,
// section 2.1, with underscores, which are met in the wild), after IDNA.
func isHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	ascii, err := idna.Punycode.ToASCII(strings.ToLower(strings.TrimSuffix(host, ".")))
	if err != nil || len(ascii) > 253 {
		return false
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if !hostLabel.MatchString(label) {
			return false
		}
	}
	return true
}

// splitHostPort parts HOST:PORT; an IPv6 address stands in brackets.
func splitHostPort(text string) (host, port string, ok bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return "", "", false
	}
	host, port = text[:i], text[i+1:]
	if inner, bracket := strings.CutPrefix(host, "["); bracket {
		host, ok = strings.CutSuffix(inner, "]")
		return host, port, ok
	}
	return host, port, !strings.ContainsAny(host, ":[]")
}

var hostLabel = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$`)

// bare cuts the credentials and the fragment out of an address and leaves all
// else as it is written.
func bare(text string) string {
	text, _, _ = strings.Cut(text, "#")
	start := strings.Index(text, "://")
	if start < 0 {
		return text
	}
	start += len("://")
	end := len(text)
	if i := strings.IndexAny(text[start:], "/?"); i >= 0 {
		end = start + i
	}
	if at := strings.LastIndexByte(text[start:end], '@'); at >= 0 {
		return text[:start] + text[start+at+1:]
	}
	return text
}

// sameAddress returns the form by which two feeds are the same: scheme and
// host in lower case, no default port, no empty path (RFC 3986, section 6.2).
func sameAddress(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return text
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if u.Scheme == "http" {
		u.Host = strings.TrimSuffix(u.Host, ":80")
	} else {
		u.Host = strings.TrimSuffix(u.Host, ":443")
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}

// maxName bounds the name of a feed, in bytes.
const maxName = 128

// FeedName returns the name that a feed gets from its address where the
// config gives it none: the host without www. and the path, all that is not a
// letter, a digit, a dot, - or _ turned into -; and 8 digits of the address's
// SHA-256 where it has a query or is long. Credentials have no part in it.
func FeedName(address string) string {
	host, path, query := parts(address)
	name := strings.Trim(unnamed.ReplaceAllString(host+path, "-"), "-.")
	if query || len(name) > maxName-9 {
		name = strings.TrimRight(name[:min(len(name), maxName-9)], "-.") + "-" + digest(address)
	}
	return name
}

// privateName is FeedName for an address that nobody may read out of it.
func privateName(address string) string {
	host, _, _ := parts(address)
	name := strings.Trim(unnamed.ReplaceAllString(host, "-"), "-.")
	return name[:min(len(name), maxName-9)] + "-" + digest(address)
}

func parts(address string) (host, path string, query bool) {
	u, err := url.Parse(bare(address))
	if err != nil {
		return "feed", "", true
	}
	host = strings.ToLower(u.Host)
	if ascii, err := idna.Punycode.ToASCII(host); err == nil {
		host = ascii
	}
	return strings.TrimPrefix(host, "www."), u.EscapedPath(), u.RawQuery != ""
}

var unnamed = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

func digest(address string) string {
	sum := sha256.Sum256([]byte(bare(address)))
	return hex.EncodeToString(sum[:4])
}

// hasToken reports whether the query of an address carries what looks like a
// credential.
func hasToken(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	for pair := range strings.FieldsFuncSeq(u.RawQuery, func(r rune) bool { return r == '&' || r == ';' }) {
		key, value, _ := strings.Cut(pair, "=")
		if key, err := url.QueryUnescape(key); err == nil && value != "" && credential.MatchString(key) {
			return true
		}
	}
	return false
}

// credential matches the names of parameters and headers that let someone in.
var credential = regexp.MustCompile(`(?i)(^|[_.-])(api_?key|key|auth|authorization|token|secret|password|passwd|pwd|cookie|session|sid|sig|signature|credentials?)($|[_.-])|token$|secret$|apikey$`)
