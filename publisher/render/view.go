package render

import (
	"strings"
	"time"

	"sluice/storage"
)

// A view is an entry as every format shows it: fit to be written, with what
// must not be said left out.
type view struct {
	id                 string
	title              string // plain, one line; may be empty
	titleHTML          string // where the title has markup
	link               string
	published, updated time.Time
	summary, content   storage.Text
	language           string

	feed         string // title of its feed; empty for a private one
	authors      []storage.Person
	contributors []storage.Person
	categories   []storage.Category
	enclosures   []storage.Enclosure
	links        []storage.Link // all but link and the enclosures
	image        string
	comments     string
	rights       string
	source       *storage.Origin // nil for a private feed
}

// views returns the page's entries as views.
func views(p *Page) []view {
	vs := make([]view, len(p.Entries))
	for i := range p.Entries {
		vs[i] = newView(&p.Entries[i])
	}
	return vs
}

func newView(e *Entry) view {
	item := &e.Item
	hide := hidden(e)
	v := view{
		id:        clean(e.ID),
		link:      hide.address(webAddress(item.URL)),
		published: e.Published,
		updated:   e.Updated,
		summary:   hide.text(item.Summary),
		content:   hide.text(item.Content),
		language:  language(item.Language),
		image:     hide.address(webAddress(item.Image)),
		comments:  hide.address(webAddress(item.Comments)),
		rights:    line(hide.string(item.Rights)),
	}
	if v.updated.IsZero() {
		v.updated = v.published
	}
	v.setTitle(hide.text(item.Title))
	v.authors = persons(item.Authors, hide)
	v.contributors = persons(item.Contributors, hide)
	if !e.Feed.Private {
		v.feed = line(e.Feed.Title)
		v.source = origin(item.Origin)
		if len(v.authors) == 0 && v.feed != "" {
			v.authors = []storage.Person{{Name: v.feed, URI: webAddress(item.Origin.Home)}}
		}
	}
	v.setLinks(item, hide)
	for _, c := range item.Categories {
		c = storage.Category{
			Term:   line(hide.string(c.Term)),
			Scheme: hide.address(address(c.Scheme)),
			Label:  line(hide.string(c.Label)),
		}
		if c.Term == "" {
			c.Term = c.Label
		}
		if c.Term != "" {
			v.categories = append(v.categories, c)
		}
	}
	return v
}

// setTitle keeps the markup of a title only while the title is short enough
// to stay whole: markup can't be cut.
func (v *view) setTitle(t storage.Text) {
	if !t.HTML {
		v.title = line(t.Value)
		return
	}
	full := plain(t.Value)
	v.title = cut(full, maxTitle)
	if v.title == full && strings.Contains(t.Value, "<") {
		v.titleHTML = collapse(t.Value)
	}
}

func (v *view) setLinks(item *storage.Item, hide concealed) {
	for _, e := range item.Enclosures {
		if e.URL = hide.address(address(e.URL)); e.URL != "" {
			e.Type = mediaType(e.Type)
			v.enclosures = append(v.enclosures, e)
		}
	}
	for _, l := range item.Links {
		l.URL = hide.address(address(l.URL))
		// An entry's own alternate stands in link; its feed's self is not ours.
		if l.URL == "" || l.Rel == "self" || (l.Rel == "" || l.Rel == "alternate") && l.URL == v.link {
			continue
		}
		l.Rel, l.Type, l.Language = relation(l.Rel), mediaType(l.Type), language(l.Language)
		l.Title = line(hide.string(l.Title))
		v.links = append(v.links, l)
	}
}

// persons leaves out those without a name: where a feed gives but an address,
// that is the name.
func persons(ps []storage.Person, hide concealed) []storage.Person {
	var named []storage.Person
	for _, p := range ps {
		p = storage.Person{Name: line(hide.string(p.Name)), Mail: mail(p.Mail), URI: hide.address(webAddress(p.URI))}
		if p.Name == "" {
			p.Name = p.Mail
		}
		if p.Name == "" {
			p.Name = p.URI
		}
		if p.Name != "" {
			named = append(named, p)
		}
	}
	return named
}

// mail returns an address as RFC 4287 section 3.2.3 wants it (something, "@",
// something), or "".
func mail(s string) string {
	s = line(s)
	if i := strings.IndexByte(s, '@'); i < 1 || i == len(s)-1 || strings.ContainsAny(s, " <>()\"") {
		return ""
	}
	return s
}

func origin(o storage.Origin) *storage.Origin {
	o.ID, o.Title, o.Rights = iri(o.ID), line(o.Title), line(o.Rights)
	o.Self, o.Home, o.Language = webAddress(o.Self), webAddress(o.Home), language(o.Language)
	if o == (storage.Origin{}) {
		return nil
	}
	return &o
}
