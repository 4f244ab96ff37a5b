package parse

import (
	"strings"
	"time"
)

// text returns the piece of prose that was noted.
func (n note) text() Text {
	if n.value == "" {
		return Text{}
	}
	return Text{Type: n.kind, Value: n.value, Base: n.base, Language: n.lang}
}

// text returns a piece of the feed's prose, or the first of the others that is
// given, as HTML.
func (r *rewritten) text(s slot, others ...string) Text {
	if t := r.texts[s].text(); t.Value != "" {
		return t
	}
	if v := or(others...); v != "" {
		return Text{Type: "html", Value: v, Base: r.base, Language: r.lang}
	}
	return Text{}
}

// add takes an item into the document, unless it says nothing.
func (d *Document) add(it Item) {
	if it.Title.Value == "" && it.Summary.Value == "" && it.Content.Value == "" && it.Link == "" && len(it.Enclosures) == 0 {
		d.Dropped++
		return
	}
	d.Items = append(d.Items, it)
}

// feedLink takes a link of the feed itself.
func (d *Document) feedLink(l Link) {
	switch {
	case l.URL == "":
	case l.Rel == "self":
		d.Self = or(d.Self, l.URL)
	case l.Rel == "hub":
		if len(d.Hubs) < maxHubs {
			d.Hubs = append(d.Hubs, l.URL)
		}
	case l.Rel == "alternate" && d.Home == "" && (l.Type == "" || isPage(l.Type)):
		d.Home = l.URL
	case len(d.Links) < maxLinks:
		d.Links = append(d.Links, l)
	}
}

// maxDeleted bounds the entries that a document says were deleted.
const maxDeleted = 10_000

// maxHubs bounds the hubs of a feed.
const maxHubs = 8

// describe fills what the feed says in vocabularies that gofeed has no structs
// for.
func (d *Document) describe(xs []extra, authors people, ttl, period time.Duration) {
	d.Hints = hints(xs, ttl, period)
	d.Show = show(xs)
	var categories Item
	for _, x := range xs {
		switch v, a := x.value.Value, x.attrs.get; x.name {
		case "author":
			authors.add(person(v))
		case "category":
			categories.categorise(Category{Term: or(a("term"), v, a("label")), Scheme: or(a("scheme"), a("domain")), Label: a("label")})
		case "itunes:category":
			categories.categorise(Category{Term: a("text"), Scheme: itunesScheme})
		case "license":
			d.feedLink(Link{URL: or(a("rdf:resource"), v), Rel: "license"})
		case "icon":
			d.Icon = or(d.Icon, v)
		case "logo":
			d.Logo = or(d.Logo, v)
		case "at:deleted-entry":
			if ref := strings.TrimSpace(a("ref")); ref != "" && len(d.Deleted) < maxDeleted {
				d.Deleted = append(d.Deleted, ref)
			}
		}
	}
	d.Authors, d.Categories = authors, categories.Categories
	d.Image = or(d.Image, d.Logo, d.Icon)
}

// alternate decides which of the alternate links is the item's: the one before
// a click counter, else a page, else the first. The others are kept as links,
// and so is that one where it says more of itself than its address.
func (it *Item) alternate(ls []Link, original string) {
	best := -1
	for i, l := range ls {
		if l.URL != "" && (best < 0 || rank(l.Type) < rank(ls[best].Type)) {
			best = i
		}
	}
	for i, l := range ls {
		if i != best || l.Language != "" || l.Length > 0 || rank(l.Type) > 1 {
			it.link(l)
		}
	}
	if best >= 0 {
		it.Link = ls[best].URL
	}
	it.Link = or(original, it.Link)
}

// rank orders the types of alternate links, best first.
func rank(kind string) int {
	switch {
	case strings.HasPrefix(kind, "text/html"):
		return 0
	case kind == "":
		return 1
	case isPage(kind):
		return 2
	}
	return 3
}

// isPage tells whether a media type is that of a page for people.
func isPage(kind string) bool {
	return strings.HasPrefix(kind, "text/html") || strings.HasPrefix(kind, "application/xhtml+xml")
}

// maxLinks bounds the links of one item.
const maxLinks = 256

// link adds one of an item's other links; each once.
func (it *Item) link(l Link) {
	if l.URL == "" || len(it.Links) >= maxLinks {
		return
	}
	if l.Rel == "enclosure" {
		it.enclose(Enclosure{URL: l.URL, Type: l.Type, Length: l.Length})
		return
	}
	for _, have := range it.Links {
		if have.URL == l.URL && have.Rel == l.Rel {
			return
		}
	}
	it.Links = append(it.Links, l)
}

// maxCategories bounds the categories of one item.
const maxCategories = 256

// categorise adds a category; each once.
func (it *Item) categorise(c Category) {
	c.Term = strings.Join(strings.Fields(c.Term), " ")
	if c.Term == "" || len(it.Categories) >= maxCategories {
		return
	}
	for _, have := range it.Categories {
		if have.Term == c.Term && have.Scheme == c.Scheme {
			return
		}
	}
	it.Categories = append(it.Categories, c)
}

// isWeb tells whether s is an absolute address of the web.
func isWeb(s string) bool {
	s = strings.ToLower(s[:min(len(s), 8)])
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}
