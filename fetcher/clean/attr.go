package clean

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// An attr is one attribute of the tag that is read.
type attr struct{ key, value string }

// maxAttrs bounds the attributes that are read of one tag.
const maxAttrs = 50

// readAttrs reads the attributes of a tag. The first of a name counts.
func (s *structure) readAttrs(z *html.Tokenizer) {
	s.attrs = s.attrs[:0]
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		s.take(string(key), string(value))
	}
}

// take takes an attribute of the tag that is read.
func (s *structure) take(key, value string) {
	if _, twice := s.attr(key); twice || len(s.attrs) == maxAttrs || len(value) > maxValue {
		s.odd = true
		return
	}
	s.odd = s.odd || !harmless[key] && !addressKey[key] && !strings.HasPrefix(key, "data-") && !strings.HasPrefix(key, "aria-")
	s.attrs = append(s.attrs, attr{key, value})
}

// addressKey are the attributes that are looked at one by one below, and leave
// no doubt if that finds nothing wrong.
var addressKey = map[string]bool{
	"href": true, "src": true, "srcset": true, "lang": true, "dir": true, "cite": true, "datetime": true, "colspan": true,
	"rowspan": true, "start": true, "poster": true, "controls": true, "hreflang": true, "scope": true, "value": true,
}

// attr returns an attribute of the tag that is read.
func (s *structure) attr(key string) (string, bool) {
	for _, a := range s.attrs {
		if a.key == key {
			return a.value, true
		}
	}
	return "", false
}

// tag returns the start tag with the attributes that may stay, and false if the
// element may not: a link to nowhere, a picture that is none.
func (s *structure) tag(e element) (string, bool) {
	if len(s.attrs) == 0 && len(e.attrs) == 0 {
		return e.start, true
	}
	if e.name == "img" && !s.picture() {
		return "", false
	}
	b := make([]byte, 0, 128)
	b = append(b, e.start[:len(e.start)-1]...)
	address := false
	for _, list := range [][]string{e.attrs, everywhere} {
		for _, key := range list {
			v := s.value(e.name, key)
			if v == "" && key != "alt" {
				continue
			}
			address = address || key == "href" || key == "src"
			b = append(b, ' ')
			b = append(b, key...)
			b = append(b, `="`...)
			b = append(b, escape(v)...)
			b = append(b, '"')
		}
	}
	if !address && (e.name == "a" || e.name == "img" || e.name == "source") {
		return "", false
	}
	if len(b) == len(e.start)-1 {
		return e.start, true
	}
	return string(append(b, '>')), true
}

// maxValue bounds an attribute's value; a longer one is left out.
const maxValue = 16 << 10

// value returns an attribute's value as it may stay; "" if it may not.
func (s *structure) value(name, key string) string {
	v, given := s.attr(key)
	v = strings.TrimSpace(v)
	switch key {
	case "href":
		return s.address(v, true)
	case "src":
		if address := s.address(v, false); address != "" || name != "img" {
			return address
		}
		// A page's script would have put the address there later.
		for _, lazy := range []string{"data-src", "data-lazy-src", "data-original", "data-orig-file"} {
			if v, ok := s.attr(lazy); ok {
				if address := s.address(v, false); address != "" {
					return address
				}
			}
		}
		return ""
	case "poster", "cite":
		return s.address(v, false)
	case "srcset":
		if v == "" {
			return ""
		}
		return srcset(v, s.base)
	case "width", "height", "colspan", "rowspan", "start", "value":
		v = strings.TrimSuffix(strings.ToLower(v), "px")
		if n, err := strconv.Atoi(v); err != nil || n < 0 || n > 99999 {
			return ""
		}
		return v
	case "controls":
		return "controls" // without them it could not be played: scripts are gone
	case "reversed":
		if given {
			return "reversed"
		}
		return ""
	case "xmlns":
		return "http://www.w3.org/1998/Math/MathML"
	case "lang", "hreflang", "dir", "scope", "display":
		if strings.Trim(strings.ToLower(v), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || len(v) > 35 {
			return ""
		}
	}
	return legal(v)
}

// address returns an address as it may stay, and doubts a fragment that has one
// that may not.
func (s *structure) address(v string, mail bool) string {
	if v == "" {
		return ""
	}
	address := resolve(v, s.base, mail)
	s.odd = s.odd || address == ""
	return address
}

// picture tells whether an img is something to look at: pixels that count
// readers are not.
func (s *structure) picture() bool {
	for _, key := range []string{"width", "height"} {
		v, _ := s.attr(key)
		v = strings.TrimSuffix(strings.TrimSpace(v), "px")
		if n, err := strconv.Atoi(v); err == nil && n <= 1 {
			return false
		}
	}
	src, _ := s.attr("src")
	src = strings.ToLower(src)
	for _, counter := range counters {
		if strings.Contains(src, counter) {
			return false
		}
	}
	style, _ := s.attr("style")
	return !strings.Contains(strings.ReplaceAll(strings.ToLower(style), " ", ""), "display:none")
}

// counters are parts of the addresses of pictures that only count.
var counters = []string{
	"//feeds.feedburner.com/~r/", "//feeds.feedburner.com/~ff/", "//feeds.wordpress.com/1.0/", "//pixel.wp.com/",
	"//stats.wordpress.com/", "//pixel.quantserve.com/", "//b.scorecardresearch.com/", "//www.google-analytics.com/",
	"//ssl.google-analytics.com/", "//ad.doubleclick.net/", "//rss.feedsportal.com/", "//pi.feedsportal.com/",
	"//da.feedsportal.com/", "//res.feedsportal.com/", "//www.facebook.com/tr?", "//analytics.twitter.com/",
	"//medium.com/_/stat?",
}

// escape writes s as an attribute's value.
func escape(s string) string { return escapeWith(escapes, s) }

// escapeText writes s as text.
func escapeText(s string) string { return escapeWith(textEscapes, s) }

// escapeWith drops the characters that XML does not allow, too.
func escapeWith(escapes *strings.Replacer, s string) string {
	special, odd := false, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '&' || c == '<' || c == '>' || c == '"':
			special = true
		case c < 0x20 && c != '\n' && c != '\t' || c >= 0x80:
			odd = true
		}
	}
	if odd {
		s = legal(s)
	}
	if special {
		s = escapes.Replace(s)
	}
	return s
}

var (
	textEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	escapes     = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;")
)

// legal drops the characters that XML 1.0 does not allow (section 2.2), and
// bytes that are no UTF-8.
func legal(s string) string {
	s = strings.ToValidUTF8(s, "")
	bad := func(r rune) bool { return r < 0x20 && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF }
	if strings.IndexFunc(s, bad) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if bad(r) {
			return -1
		}
		return r
	}, s)
}
