package parse

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"
)

// fromRSS reads RSS 0.9x, 1.0 and 2.0.
func fromRSS(r *rewritten) (*Document, error) {
	feed, err := (&rss.Parser{}).Parse(bytes.NewReader(r.xml))
	if err != nil {
		return nil, failf("an RSS document that can't be read: %v", err)
	}
	e := feed.Extensions
	doc := &Document{
		Title:     r.text(titleSlot, text(e, "dc", "title")),
		Subtitle:  r.text(summarySlot, text(e, "itunes", "summary"), text(e, "itunes", "subtitle"), text(e, "dc", "description")),
		ID:        text(e, "atom", "id"),
		Language:  or(feed.Language, text(e, "dc", "language"), r.lang),
		Rights:    or(feed.Copyright, text(e, "dc", "rights")),
		Generator: feed.Generator,
		Updated:   firstDate(text(e, "atom", "updated"), feed.LastBuildDate, text(e, "dc", "date"), feed.PubDate),
	}
	doc.describe(r.extras, nil, minutes(feed.TTL), syndication(e))
	if len(feed.Links) > 0 {
		doc.Home = feed.Links[0]
	}
	if feed.Image != nil {
		doc.Image = feed.Image.URL
	}
	for _, x := range e["itunes"]["image"] {
		doc.Image = or(doc.Image, x.Attrs["href"], x.Attrs["url"])
	}
	for _, l := range e["atom"]["link"] {
		doc.feedLink(atomLink(l.Attrs))
	}
	read := 0
	for i := range r.items {
		n := &r.items[i]
		if n.known {
			doc.Items = append(doc.Items, Item{Hash: n.hash, Known: true})
			continue
		}
		doc.add(rssItem(feed.Items[read], n))
		read++
	}
	return doc, nil
}

func rssItem(x *rss.Item, n *itemNote) Item {
	e := x.Extensions
	it := Item{
		Hash:      n.hash,
		Base:      n.base,
		Language:  or(text(e, "dc", "language"), n.lang),
		Title:     n.texts[titleSlot].text(),
		Summary:   n.texts[summarySlot].text(),
		Content:   n.texts[contentSlot].text(),
		Published: firstDate(x.PubDate, text(e, "atom", "published"), text(e, "dcterms", "issued"), text(e, "dcterms", "created")),
		Updated:   firstDate(text(e, "atom", "updated"), text(e, "dcterms", "modified")),
		Comments:  x.Comments,
		Rights:    text(e, "dc", "rights"),
	}
	// dc:date is the only date of many RSS 1.0 feeds; beside a pubDate it is a
	// later one.
	if at := Date(text(e, "dc", "date")); it.Published.IsZero() {
		it.Published = at
	} else if it.Updated.IsZero() && at.After(it.Published) {
		it.Updated = at
	}
	it.rssTexts(e, n)
	it.rssLinks(x, n)
	it.rssPeople(x)
	for _, c := range x.Categories {
		it.categorise(Category{Term: c.Value, Scheme: c.Domain})
	}
	for _, s := range texts(e, "dc", "subject") {
		it.categorise(Category{Term: s})
	}
	for _, enc := range x.Enclosures {
		it.enclose(Enclosure{URL: enc.URL, Type: enc.Type, Length: length(enc.Length)})
	}
	addMedia(&it, e)
	it.carry(n.extras)
	if x.Source != nil && *x.Source != (rss.Source{}) {
		it.Source = &Source{Title: x.Source.Title, URL: x.Source.URL}
	}
	return it
}

// rssTexts takes title and texts from other vocabularies where RSS's own are
// missing.
func (it *Item) rssTexts(e ext.Extensions, n *itemNote) {
	if it.Title.Value == "" {
		it.Title = it.foreign(e["atom"]["title"], n, "text")
	}
	if it.Title.Value == "" {
		it.Title = it.foreign(e["dc"]["title"], n, "text")
	}
	for _, name := range [][2]string{{"atom", "content"}, {"xhtml", "body"}} {
		if it.Content.Value == "" {
			it.Content = it.foreign(e[name[0]][name[1]], n, "html")
		}
	}
	it.fallbackSummary(e, n)
}

// fallbackSummary takes the summary from other vocabularies.
func (it *Item) fallbackSummary(e ext.Extensions, n *itemNote) {
	for _, name := range [][2]string{{"atom", "summary"}, {"dc", "description"}, {"itunes", "summary"}, {"itunes", "subtitle"}} {
		if it.Summary.Value == "" && (it.Content.Value == "" || name[0] == "atom") {
			it.Summary = it.foreign(e[name[0]][name[1]], n, "html")
		}
	}
	for _, x := range n.extras {
		if it.Summary.Value == "" && it.Content.Value == "" && x.name == "media:description" {
			it.Summary = x.value
		}
	}
}

// foreign returns the first text of an extension element; kind is what it is
// where it does not say.
func (it *Item) foreign(xs []ext.Extension, n *itemNote, kind string) Text {
	for _, x := range xs {
		if x.Value == "" {
			continue
		}
		switch t := x.Attrs["type"]; t {
		case "html", "xhtml", "text":
			kind = t
		case "plain", "text/plain":
			kind = "text"
		case "text/html":
			kind = "html"
		}
		return Text{Type: kind, Value: x.Value, Base: n.base, Language: n.lang}
	}
	return Text{}
}

// rssLinks fills guid and links.
func (it *Item) rssLinks(x *rss.Item, n *itemNote) {
	if x.GUID != nil {
		it.GUID = x.GUID.Value
		it.Permalink = it.GUID != "" && !strings.EqualFold(strings.TrimSpace(x.GUID.IsPermalink), "false")
	}
	it.GUID = or(it.GUID, n.about)
	var alternates []Link
	for _, l := range x.Links {
		alternates = append(alternates, Link{URL: l, Rel: "alternate"})
	}
	for _, a := range x.Extensions["atom"]["link"] {
		if l := atomLink(a.Attrs); l.Rel == "alternate" {
			alternates = append(alternates, l)
		} else {
			it.link(l)
		}
	}
	it.alternate(alternates, text(x.Extensions, "feedburner", "origLink"))
	if it.Link == "" && (it.Permalink || n.about != "") && isWeb(it.GUID) {
		it.Link = it.GUID
	}
}

func (it *Item) rssPeople(x *rss.Item) {
	e := x.Extensions
	var authors, others people
	if x.Author != "" {
		authors.add(person(x.Author))
	}
	for _, a := range e["atom"]["author"] {
		authors.add(extPerson(a))
	}
	for _, s := range texts(e, "dc", "creator") {
		authors.add(person(s))
	}
	if len(authors) == 0 {
		authors.add(person(text(e, "itunes", "author")))
	}
	for _, a := range e["atom"]["contributor"] {
		others.add(extPerson(a))
	}
	for _, s := range texts(e, "dc", "contributor") {
		others.add(person(s))
	}
	it.Authors, it.Contributors = authors, others
}

func extPerson(x ext.Extension) Person {
	child := func(name string) string {
		if c := x.Children[name]; len(c) > 0 {
			return c[0].Value
		}
		return ""
	}
	return Person{Name: child("name"), Mail: child("email"), URI: child("uri")}
}

// syndication reads how often a feed changes by its own word, from the RSS 1.0
// syndication module; 0 where it does not say.
func syndication(e ext.Extensions) time.Duration {
	const day = 24 * time.Hour
	period, ok := map[string]time.Duration{
		"hourly": time.Hour, "daily": day, "weekly": 7 * day, "monthly": 30 * day, "yearly": 365 * day,
	}[strings.ToLower(text(e, "sy", "updatePeriod"))]
	if !ok {
		return 0
	}
	if n, err := strconv.Atoi(text(e, "sy", "updateFrequency")); err == nil && n > 0 {
		return period / time.Duration(n)
	}
	return period
}

func minutes(s string) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 || n > 60*24*365 {
		return 0
	}
	return time.Duration(n) * time.Minute
}

// firstDate returns the first of its arguments that can be read.
func firstDate(values ...string) time.Time {
	for _, v := range values {
		if t := Date(v); !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}
