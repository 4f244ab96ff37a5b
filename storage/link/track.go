package link

import (
	"net/url"
	"strings"
)

// cleanParams returns a query without its tracking parameters.
func cleanParams(query string, hosts []string) string {
	if !anyParam(query, func(p string) bool { return isTracking(p, hosts) }) {
		return query
	}
	kept := make([]string, 0, strings.Count(query, "&")+1)
	empty := true
	for p := range strings.SplitSeq(query, "&") {
		if isTracking(p, hosts) {
			continue
		}
		kept = append(kept, p)
		empty = empty && p == ""
	}
	if empty {
		return ""
	}
	return strings.Join(kept, "&")
}

func anyParam(query string, is func(string) bool) bool {
	for p := range strings.SplitSeq(query, "&") {
		if is(p) {
			return true
		}
	}
	return false
}

// cleanFragmentOf returns a fragment without what is tracking in it.
func cleanFragmentOf(fragment string, hosts []string) string {
	fragment, _, _ = strings.Cut(fragment, ":~:") // W3C URL Fragment Text Directives
	if isRoute(fragment) {
		front, query, ok := strings.Cut(fragment, "?")
		if !ok {
			return fragment
		}
		query = cleanParams(query, hosts)
		if query == "" {
			return front
		}
		return front + "?" + query
	}
	if !anyParam(fragment, isFragmentTracking) {
		return fragment
	}
	kept := make([]string, 0, 4)
	for p := range strings.SplitSeq(fragment, "&") {
		if !isFragmentTracking(p) && p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "&")
}

// isFragmentTracking reports whether a part of a fragment is tracking. A name
// without a value is an anchor.
func isFragmentTracking(param string) bool {
	param = strings.TrimPrefix(param, "?")
	name, _, hasValue := strings.Cut(param, "=")
	if !hasValue {
		return false
	}
	switch strings.ToLower(name) {
	case "xtor", "echobox", "at_medium", "at_campaign":
		return true
	}
	return isTracking(param, nil)
}

// longestName bounds the names of parameters that are looked at.
const longestName = 64

// isTracking reports whether a parameter is one of those by which the public
// lists agree that readers are tracked.
func isTracking(param string, hosts []string) bool {
	name, value, _ := strings.Cut(param, "=")
	if len(name) > longestName {
		return false
	}
	if strings.IndexByte(name, '%') >= 0 {
		if decoded, err := url.PathUnescape(name); err == nil {
			name = decoded
		}
	}
	name = strings.ToLower(strings.TrimPrefix(name, "amp;")) // an ampersand that was escaped twice
	if name == "ref" {
		return namesHost(value, hosts)
	}
	if trackers[name] {
		return true
	}
	for _, prefix := range trackerPrefixes {
		if strings.HasPrefix(name, prefix) && len(name) > len(prefix) {
			return true
		}
	}
	return false
}

// namesHost reports whether a value is one of the hosts, or an address of one.
func namesHost(value string, hosts []string) bool {
	if value == "" || len(hosts) == 0 || len(value) > longestHost {
		return false
	}
	if decoded, err := url.QueryUnescape(value); err == nil {
		value = decoded
	}
	named, ok := hostOf(value)
	if !ok {
		return false
	}
	for _, h := range hosts {
		if host, ok := hostOf(h); ok && host == named {
			return true
		}
	}
	return false
}

// hostOf returns the bare host of a host name or an address.
func hostOf(s string) (string, bool) {
	rest, ok := withoutScheme(s)
	if !ok {
		return "", false
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return hostKey(rest)
}

var trackers = map[string]bool{
	"_ga": true, "_gl": true, "gclid": true, "gclsrc": true, "gbraid": true, "wbraid": true, "dclid": true,
	"fbclid": true, "msclkid": true, "yclid": true, "ysclid": true, "twclid": true, "igshid": true,
	"mc_cid": true, "mc_eid": true, "mc_tc": true, "mkt_tok": true, "_hsenc": true, "_hsmi": true,
	"hsctatracking": true, "rb_clickid": true, "s_cid": true, "wickedid": true, "_openstat": true,
	"cmpid": true, "wt_mc": true, "wt_zmc": true, "sc_cid": true, "srsltid": true, "spm": true,
	"__twitter_impression": true, "tracking_source": true, "ml_subscriber": true,
}

var trackerPrefixes = []string{
	"utm_", "mtm_", "ga_", "fb_", "__hs", "hsa_", "vero_", "oly_", "otm_", "campaign_", "vn_", "itm_",
	"ml_subscriber", "_branch_",
}
