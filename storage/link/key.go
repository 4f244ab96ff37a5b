package link

import (
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// Key returns the form of an address by which it is compared with others, and
// whether it is specific enough to tell articles apart: the bare name of a
// host is not.
//
// The form has no scheme, user, default port, leading www., m. or amp. of the
// host, trailing slash, final /amp or index page, tracking, or fragment (but
// for #! and #/, see DropFragment). Hosts are in ASCII and lower case,
// percent-encoding is normalised (RFC 3986 section 6.2.2), dot segments are
// resolved, parameters are sorted. The case of the path is kept.
//
// Key takes addresses with and without a scheme, so that Key of a key is that
// key. What is no http or https address, or has no host that can be
// understood, is its own key after Clean, and never specific.
func Key(address string) (key string, specific bool) {
	rest, ok := withoutScheme(address)
	if !ok {
		return Clean(address), false
	}
	rest, fragment, _ := strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	authority, path := rest, ""
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	host, ok := hostKey(authority)
	if !ok {
		return Clean(address), false
	}
	path = pathKey(path)
	query = queryKey(query)
	fragment = cleanFragmentOf(fragment, nil)
	if isRoute(fragment) {
		fragment = "#" + escape(fragment)
	} else {
		fragment = ""
	}
	if query != "" {
		query = "?" + query
	}
	return host + path + query + fragment, path+query+fragment != ""
}

// withoutScheme takes the scheme off an address. It reports false for
// addresses of other schemes than http and https.
func withoutScheme(address string) (string, bool) {
	if n := schemeEnd(address); n > 0 {
		return address[n:], true
	}
	if rest, ok := strings.CutPrefix(address, "//"); ok {
		return rest, true
	}
	scheme, rest, ok := strings.Cut(address, ":")
	if !ok || strings.ContainsAny(scheme, "/?#@") {
		return address, address != ""
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return address, isPort(rest)
}

func isPort(s string) bool {
	if len(s) == 0 || len(s) > 5 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// hostKey returns the comparison form of an authority.
func hostKey(authority string) (string, bool) {
	host := authority
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	port := ""
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host, port = host[:i], host[i+1:]
		if port != "" && !isPort(port) {
			return "", false
		}
	}
	host = bareHost(host)
	if !isHost(host) {
		return "", false
	}
	if port == "" || port == "80" || port == "443" {
		return host, true
	}
	return host + ":" + port, true
}

// isHost reports whether a bare host is a name, or an IPv6 address in
// brackets.
func isHost(host string) bool {
	if strings.HasPrefix(host, "[") {
		host = strings.Trim(host, "[]:")
		return isPlainHost(strings.ReplaceAll(host, ":", ""))
	}
	return host != "" && !strings.ContainsAny(host, " \t\r\n\x00/\\?#@:[]<>\"%&")
}

// longestHost is the length in bytes from which a host is not looked at
// closely: four times the limit of RFC 1035 section 2.3.4, for other scripts.
const longestHost = 1020

// bareHost returns a host name in ASCII and lower case, without a final dot
// and without the prefixes that stand for another look of the same site.
func bareHost(host string) string {
	host = strings.ToLower(host)
	if len(host) <= longestHost && !isPlainHost(host) {
		if ascii, err := idna.Lookup.ToASCII(host); err == nil {
			host = ascii
		}
	}
	host = strings.TrimRight(host, ".")
	for {
		rest := host
		for _, prefix := range [...]string{"www.", "m.", "amp."} {
			if after, ok := strings.CutPrefix(rest, prefix); ok && strings.IndexByte(after, '.') > 0 {
				rest = after
			}
		}
		if rest == host {
			return host
		}
		host = rest
	}
}

func isPlainHost(host string) bool {
	for i := 0; i < len(host); i++ {
		if c := host[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' {
			return false
		}
	}
	return true
}

// pathKey returns the comparison form of a path.
func pathKey(path string) string {
	path = resolveDots(escape(path))
	for {
		rest := strings.TrimRight(path, "/")
		if i := strings.LastIndexByte(rest, '/'); i >= 0 && isIndex(rest[i+1:]) {
			rest = rest[:i]
		}
		if rest == path {
			return path
		}
		path = rest
	}
}

// isIndex reports whether a last path segment means the folder it is in.
func isIndex(segment string) bool {
	switch strings.ToLower(segment) {
	case "amp", "index.html", "index.htm", "index.php", "index.asp", "index.aspx", "index.jsp", "index.shtml",
		"default.htm", "default.html", "default.asp", "default.aspx":
		return true
	}
	return false
}

// resolveDots removes dot segments (RFC 3986 section 5.2.4).
func resolveDots(path string) string {
	if !strings.Contains(path, "/.") {
		return path
	}
	var kept []string
	for segment := range strings.SplitSeq(path[1:], "/") {
		switch segment {
		case ".":
		case "..":
			if len(kept) > 0 {
				kept = kept[:len(kept)-1]
			}
		default:
			kept = append(kept, segment)
		}
	}
	return "/" + strings.Join(kept, "/")
}

// queryKey returns the comparison form of a query.
func queryKey(query string) string {
	if query == "" {
		return ""
	}
	var params []string
	for p := range strings.SplitSeq(query, "&") {
		p = strings.TrimPrefix(p, "amp;")
		if p == "" || isTracking(p, nil) {
			continue
		}
		params = append(params, strings.ReplaceAll(escape(p), "+", "%20"))
	}
	slices.Sort(params)
	return strings.Join(params, "&")
}
