package parse

import "strings"

// foreign is the prefix of all namespaces that are not read.
const foreign = "?"

// namespaces holds the prefix by which the grammar knows a namespace; the
// feed's own vocabulary has none. Its address stands without scheme, "www." and
// final slash, in lower case: feeds get these wrong in every way.
var namespaces = map[string]string{
	"w3.org/2005/atom":                                                    "atom",
	"purl.org/atom/ns#":                                                   "atom",
	"purl.org/rss/1.0":                                                    "",
	"my.netscape.com/rdf/simple/0.9":                                      "",
	"channel.netscape.com/rdf/simple/0.9":                                 "",
	"my.netscape.com/publish/formats/rss-0.91.dtd":                        "",
	"backend.userland.com/rss":                                            "",
	"backend.userland.com/rss2":                                           "",
	"blogs.law.harvard.edu/tech/rss":                                      "",
	"cyber.law.harvard.edu/rss/rss.html":                                  "",
	"w3.org/1999/02/22-rdf-syntax-ns#":                                    "rdf",
	"purl.org/rss/1.0/modules/content":                                    "content",
	"purl.org/rss/1.0/modules/syndication":                                "sy",
	"purl.org/dc/elements/1.1":                                            "dc",
	"purl.org/dc/elements/1.0":                                            "dc",
	"purl.org/dc/terms":                                                   "dcterms",
	"search.yahoo.com/mrss":                                               "media",
	"search.yahoo.com/mrss/rss.xml":                                       "media",
	"itunes.com/dtds/podcast-1.0.dtd":                                     "itunes",
	"rssnamespace.org/feedburner/ext/1.0":                                 "feedburner",
	"w3.org/1999/xhtml":                                                   "xhtml",
	"podcastindex.org/namespace/1.0":                                      "podcast",
	"github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast",
	"purl.org/atompub/tombstones/1.0":                                     "at",
	"podlove.org/simple-chapters":                                         "psc",
	"purl.org/syndication/thread/1.0":                                     "thr",
	"wellformedweb.org/commentapi":                                        "wfw",
	"backend.userland.com/creativecommonsrssmodule":                       "cc",
	"web.resource.org/cc":                                                 "cc",
	"creativecommons.org/ns#":                                             "cc",
	"georss.org/georss":                                                   "georss",
	"georss.org/georss/10":                                                "georss",
	"opengis.net/gml":                                                     "gml",
	"w3.org/2003/01/geo/wgs84_pos#":                                       "geo",
	"w3.org/2003/01/geo/wgs84_pos":                                        "geo",
	"webns.net/mvcb":                                                      "admin",
	"w3.org/xml/1998/namespace":                                           "xml",
	"rssnamespace.org/feedburner/ext/1.0/feedburner.dtd":                  "feedburner",
}

// known holds the prefixes that are believed where nothing declares them.
var known = map[string]string{
	"": "", "rss": "", "rdf": "rdf", "atom": "atom", "atom10": "atom", "a10": "atom",
	"content": "content", "sy": "sy", "dc": "dc", "dcterms": "dcterms", "dct": "dcterms",
	"media": "media", "itunes": "itunes", "feedburner": "feedburner", "xhtml": "xhtml",
	"admin": "admin", "xml": "xml", "podcast": "podcast", "psc": "psc", "thr": "thr", "wfw": "wfw",
	"cc": "cc", "creativecommons": "cc", "georss": "georss", "gml": "gml", "geo": "geo", "at": "at",
}

// A binding is one xmlns declaration in scope.
type binding struct {
	prefix, to string
	outer      *binding
}

func (b *binding) lookup(prefix string) (string, bool) {
	for ; b != nil; b = b.outer {
		if b.prefix == prefix {
			return b.to, true
		}
	}
	return "", false
}

// declare adds the xmlns declarations among as to the scope.
func declare(scope *binding, as attrs) *binding {
	for _, a := range as {
		prefix, ok := strings.CutPrefix(a.name, "xmlns")
		if !ok || prefix != "" && prefix[0] != ':' {
			continue
		}
		prefix = strings.TrimPrefix(prefix, ":")
		to, ok := namespaces[trimNamespace(a.value)]
		if !ok {
			// An unknown address behind a prefix that everybody uses for
			// one thing is a wrong address.
			if to, ok = known[strings.ToLower(prefix)]; !ok || prefix == "" && a.value != "" {
				to = foreign
			}
		}
		scope = &binding{prefix: prefix, to: to, outer: scope}
	}
	return scope
}

func trimNamespace(uri string) string {
	uri = strings.ToLower(strings.TrimSpace(uri))
	uri = strings.TrimPrefix(uri, "https://")
	uri = strings.TrimPrefix(uri, "http://")
	uri = strings.TrimPrefix(uri, "www.")
	return strings.TrimRight(uri, "/")
}

// split cuts a qualified name.
func split(qname string) (prefix, local string) {
	if i := strings.IndexByte(qname, ':'); i >= 0 {
		return qname[:i], qname[i+1:]
	}
	return "", qname
}

// canonical returns the name by which the grammar knows an element: its local
// name in lower case behind the prefix of its namespace. Native is the prefix
// that stands for the feed's own vocabulary besides "".
func canonical(qname, native string, scope *binding) string {
	prefix, local := split(qname)
	to, ok := scope.lookup(prefix)
	if !ok {
		if to, ok = known[strings.ToLower(prefix)]; !ok {
			to = foreign
		}
	}
	local = strings.ToLower(local)
	if to == "" || to == native {
		return local
	}
	return to + ":" + local
}
