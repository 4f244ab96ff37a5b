package discover

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"

	"sluice/fetcher/clean"
)

// feedTypes are the media types by which pages name their feeds.
var feedTypes = map[string]bool{
	"application/rss+xml": true, "application/atom+xml": true, "application/feed+json": true, "application/rdf+xml": true,
	"application/json": true, "text/xml": true, "application/xml": true, "application/x-rss+xml": true,
}

// Bounds of a page.
const (
	maxPage  = 4 << 20 // bytes that are read
	maxLinks = 50
)

// links returns the feeds that a page names: link elements with rel=alternate
// or feed and the media type of a feed (HTML section 4.6.7.1), then links whose
// address looks like one.
func links(p *Page) []string {
	base := p.URL
	var named, likely []string
	z := html.NewTokenizer(bytes.NewReader(p.Body[:min(len(p.Body), maxPage)]))
	add := func(list []string, ref string) []string {
		address := clean.Link(ref, base)
		if address == "" || len(list) >= maxLinks {
			return list
		}
		for _, have := range list {
			if have == address {
				return list
			}
		}
		return append(list, address)
	}
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		name, _ := z.TagName()
		switch string(name) {
		case "base":
			if ref := attributes(z)["href"]; ref != "" {
				if address := clean.Link(ref, base); address != "" {
					base = address
				}
			}
		case "link":
			as := attributes(z)
			kind, _, _ := strings.Cut(strings.ToLower(as["type"]), ";")
			for _, rel := range strings.Fields(strings.ToLower(as["rel"])) {
				if rel == "feed" || rel == "alternate" && feedTypes[strings.TrimSpace(kind)] && !strings.Contains(as["href"], "/oembed") && !strings.Contains(as["href"], "/wp-json/") {
					named = add(named, as["href"])
				}
			}
		case "a":
			if ref := attributes(z)["href"]; looksLikeFeed(ref) {
				likely = add(likely, ref)
			}
		}
	}
	return append(named, likely...)
}

func attributes(z *html.Tokenizer) map[string]string {
	as := map[string]string{}
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		if _, twice := as[string(key)]; !twice {
			as[string(key)] = string(value)
		}
	}
	return as
}

// looksLikeFeed tells whether a link of a page may lead to a feed.
func looksLikeFeed(ref string) bool {
	s, _, _ := strings.Cut(strings.ToLower(ref), "#")
	s = strings.TrimRight(s, "/")
	for _, end := range []string{".rss", ".atom", ".rdf", "/feed", "/rss", "/atom", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json", "feed=rss2", "feeds/posts/default"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return strings.Contains(s, "//feeds.")
}
