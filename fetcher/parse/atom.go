package parse

import (
	"bytes"
	"strings"

	"github.com/mmcdole/gofeed/atom"
)

// fromAtom reads Atom 1.0 (RFC 4287) and 0.3.
func fromAtom(r *rewritten) (*Document, error) {
	feed, err := (&atom.Parser{}).Parse(bytes.NewReader(r.xml))
	if err != nil {
		return nil, failf("an Atom document that can't be read: %v", err)
	}
	doc := &Document{
		ID:       r.id,
		Title:    r.text(titleSlot),
		Subtitle: r.text(summarySlot),
		Language: or(r.lang, text(feed.Extensions, "dc", "language")),
		Rights:   or(feed.Rights, text(feed.Extensions, "dc", "rights")),
		Image:    or(feed.Logo, feed.Icon),
		Icon:     feed.Icon,
		Logo:     feed.Logo,
		Updated:  Date(feed.Updated),
	}
	if g := feed.Generator; g != nil {
		doc.Generator = strings.TrimSpace(or(g.Value, g.URI) + " " + g.Version)
	}
	var authors people
	for _, p := range feed.Authors {
		authors.add(Person{Name: p.Name, Mail: mail(p.Email), URI: p.URI})
	}
	doc.describe(r.extras, authors, 0, syndication(feed.Extensions))
	for _, x := range feed.Extensions["itunes"]["image"] {
		doc.Image = or(doc.Image, x.Attrs["href"], x.Attrs["url"])
	}
	for _, l := range feed.Links {
		doc.feedLink(newLink(*l))
	}
	read := 0
	for i := range r.items {
		n := &r.items[i]
		if n.known {
			doc.Items = append(doc.Items, Item{Hash: n.hash, Known: true})
			continue
		}
		doc.add(atomItem(feed.Entries[read], feed, n))
		read++
	}
	return doc, nil
}

func atomItem(x *atom.Entry, feed *atom.Feed, n *itemNote) Item {
	e := x.Extensions
	it := Item{
		Hash:      n.hash,
		GUID:      n.id,
		Base:      n.base,
		Language:  or(text(e, "dc", "language"), n.lang),
		Title:     n.texts[titleSlot].text(),
		Summary:   n.texts[summarySlot].text(),
		Content:   n.texts[contentSlot].text(),
		Published: firstDate(x.Published, text(e, "dcterms", "issued"), text(e, "dcterms", "created"), text(e, "dc", "date")),
		Updated:   firstDate(x.Updated, text(e, "dcterms", "modified")),
		Rights:    or(x.Rights, text(e, "dc", "rights")),
	}
	src := ""
	if x.Content != nil {
		src = x.Content.Src
	}
	for _, name := range [][2]string{{"content", "encoded"}, {"xhtml", "body"}} {
		if it.Content.Value == "" {
			it.Content = it.foreign(e[name[0]][name[1]], n, "html")
		}
	}
	it.fallbackSummary(e, n)
	it.atomLinks(x, src)
	it.atomPeople(x, feed)
	for _, c := range x.Categories {
		it.categorise(Category{Term: or(c.Term, c.Label), Scheme: c.Scheme, Label: c.Label})
	}
	for _, s := range texts(e, "dc", "subject") {
		it.categorise(Category{Term: s})
	}
	addMedia(&it, e)
	it.carry(n.extras)
	if s := x.Source; s != nil && (n.sourceID != "" || s.Title != "" || len(s.Links) > 0) {
		it.Source = &Source{ID: n.sourceID, Title: s.Title}
		for _, l := range s.Links {
			if newLink(*l).Rel == "self" || it.Source.URL == "" && newLink(*l).Rel == "alternate" {
				it.Source.URL = l.Href
			}
		}
	}
	return it
}

func (it *Item) atomLinks(x *atom.Entry, src string) {
	var alternates []Link
	for _, a := range x.Links {
		l := newLink(*a)
		switch {
		case l.Rel == "alternate":
			alternates = append(alternates, l)
		case l.Rel == "enclosure":
			it.enclose(Enclosure{URL: l.URL, Type: l.Type, Length: l.Length})
		case l.Rel == "replies" && it.Comments == "" && (l.Type == "" || isPage(l.Type)):
			it.Comments = l.URL
		default:
			it.link(l)
		}
	}
	it.alternate(alternates, text(x.Extensions, "feedburner", "origLink"))
	it.Link = or(it.Link, src)
}

// atomPeople takes the authors of the entry, of its source, or of the feed
// (RFC 4287 section 4.2.1).
func (it *Item) atomPeople(x *atom.Entry, feed *atom.Feed) {
	var authors, others people
	add := func(ps *people, from []*atom.Person) {
		for _, p := range from {
			ps.add(Person{Name: p.Name, Mail: mail(p.Email), URI: p.URI})
		}
	}
	add(&authors, x.Authors)
	for _, s := range texts(x.Extensions, "dc", "creator") {
		authors.add(person(s))
	}
	if len(authors) == 0 && x.Source != nil {
		add(&authors, x.Source.Authors)
	}
	if len(authors) == 0 {
		authors.add(person(text(x.Extensions, "itunes", "author")))
	}
	if len(authors) == 0 {
		add(&authors, feed.Authors)
	}
	add(&others, x.Contributors)
	it.Authors, it.Contributors = authors, others
}

func newLink(l atom.Link) Link {
	return Link{
		URL: l.Href, Rel: rel(l.Rel), Type: strings.ToLower(l.Type), Language: l.Hreflang,
		Title: l.Title, Length: length(l.Length),
	}
}

// atomLink is newLink for an Atom link in another format.
func atomLink(a map[string]string) Link {
	return newLink(atom.Link{
		Href: a["href"], Rel: a["rel"], Type: a["type"], Hreflang: a["hreflang"], Title: a["title"], Length: a["length"],
	})
}

// rel returns a link relation by its registered name (RFC 4287 section
// 4.2.7.2).
func rel(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	s = strings.TrimPrefix(s, "http://www.iana.org/assignments/relation/")
	if s == "" {
		return "alternate"
	}
	return s
}
