package topic

import (
	"iter"
	"maps"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"sluice/storage"
)

// features returns what has: knows, and when an item has it.
func features() map[string]func(*storage.Item) bool {
	enclosed := func(kind string) func(*storage.Item) bool {
		return func(item *storage.Item) bool {
			return slices.ContainsFunc(item.Enclosures, func(e storage.Enclosure) bool {
				return strings.HasPrefix(strings.ToLower(e.Type), kind+"/")
			}) || slices.ContainsFunc(item.Media, func(m storage.Media) bool { return kindOf(m) == kind })
		}
	}
	return map[string]func(*storage.Item) bool{
		"enclosure": func(item *storage.Item) bool { return len(item.Enclosures) > 0 },
		"image":     func(item *storage.Item) bool { return item.Image != "" || enclosed("image")(item) },
		"audio":     enclosed("audio"),
		"video":     enclosed("video"),
		"author":    func(item *storage.Item) bool { return len(item.Authors) > 0 },
		"category":  func(item *storage.Item) bool { return len(item.Categories) > 0 },
		"fulltext":  func(item *storage.Item) bool { return item.Content.Value != "" || item.Extract != nil },
	}
}

// kindOf returns what a file of Media RSS is: image, audio, video, or what else
// its medium or type begins with. YouTube gives its videos the type of the
// player that they once had.
func kindOf(m storage.Media) string {
	kind, _, _ := strings.Cut(strings.ToLower(m.Type), "/")
	switch {
	case m.Medium != "":
		return m.Medium
	case strings.EqualFold(m.Type, "application/x-shockwave-flash"):
		return "video"
	}
	return kind
}

func featureNames() []string { return slices.Sorted(maps.Keys(features())) }

// namesOf returns the names of a field that an item answers to, whose feed has
// the tags.
func namesOf(f field, item *storage.Item, tags []string) iter.Seq[string] {
	switch f {
	case ofFeed:
		return slices.Values([]string{strings.ToLower(item.Feed)})
	case ofLanguage:
		return leading(strings.ToLower(strings.ReplaceAll(item.Language, "_", "-")))
	case ofSite:
		return trailing(hostOf(item.URL))
	}
	return func(yield func(string) bool) {
		if f == ofTag {
			for _, tag := range tags {
				if !yield(strings.ToLower(tag)) {
					return
				}
			}
			return
		}
		for feature, present := range features() {
			if present(item) && !yield(feature) {
				return
			}
		}
	}
}

// leading returns a language tag and those that it is a part of: zh-hans-cn,
// zh-hans, zh.
func leading(tag string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for tag != "" && yield(tag) {
			tag = tag[:max(0, strings.LastIndexByte(tag, '-'))]
		}
	}
}

// trailing returns a host and the hosts that it is below: a.b.org, b.org, org.
func trailing(host string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for host != "" && yield(host) {
			_, host, _ = strings.Cut(host, ".")
		}
	}
}

// hostOf returns the host of an address in the form in which it is compared.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return host(u.Hostname())
}

// host returns a host's name in the form in which names are compared: lower
// case, and international ones in ASCII (RFC 5891).
func host(name string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if ascii, err := idna.Lookup.ToASCII(name); err == nil {
		return ascii
	}
	return name
}
