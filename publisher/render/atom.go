package render

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"github.com/gorilla/feeds"

	"sluice/storage"
)

const (
	atomNS  = "http://www.w3.org/2005/Atom"
	mediaNS = "http://search.yahoo.com/mrss/"

	historyNS = "http://purl.org/syndication/history/1.0"

	tombstonesNS = "http://purl.org/atompub/tombstones/1.0"

	// generator names the program without a version: a new binary must not
	// change the bytes.
	generator = "sluice"
)

// The outer types below shadow those fields of gorilla/feeds' element structs
// that lack an attribute or may occur more than once. Their order is the order
// of the elements.

type atomFeed struct {
	feeds.AtomFeed
	Media     string     `xml:"xmlns:media,attr"`
	ITunes    string     `xml:"xmlns:itunes,attr"`
	Podcast   string     `xml:"xmlns:podcast,attr"`
	History   string     `xml:"xmlns:fh,attr,omitempty"`
	Lang      string     `xml:"xml:lang,attr,omitempty"`
	Archive   *empty     `xml:"fh:archive"`
	Links     []atomLink `xml:"link"`
	Author    atomPerson `xml:"author"`
	Generator string     `xml:"generator"`

	// Before the entries: RFC 4287 allows extensions of a feed nowhere else.
	Tombstones string        `xml:"xmlns:at,attr,omitempty"`
	Deleted    []atomDeleted `xml:"at:deleted-entry"`
}

// atomDeleted says that an entry was withdrawn, RFC 6721 section 3.
type atomDeleted struct {
	Ref  string `xml:"ref,attr"`
	When string `xml:"when,attr"`
}

type atomEntry struct {
	Lang  string   `xml:"xml:lang,attr,omitempty"`
	Title atomText `xml:"title"`
	feeds.AtomEntry
	Authors      []atomPerson   `xml:"author"`
	Contributors []atomPerson   `xml:"contributor"`
	Links        []atomLink     `xml:"link"`
	Categories   []atomCategory `xml:"category"`
	Summary      *atomProse     `xml:"summary"`
	Content      *atomProse     `xml:"content"`
	extensions
	Source *atomSource `xml:"source"` // last: some readers take the first title they meet
}

type atomText struct {
	Type  string `xml:"type,attr"`
	Value string `xml:",chardata"`
}

// atomProse is a text construct as one CDATA section: a body full of markup
// takes less than half the time to write, and less room, than with each
// character escaped.
type atomProse struct {
	Type  string `xml:"type,attr"`
	Value string `xml:",cdata"`
}

type atomPerson = feeds.AtomPerson

type atomLink struct {
	feeds.AtomLink
	Language string `xml:"hreflang,attr,omitempty"`
	Title    string `xml:"title,attr,omitempty"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr,omitempty"`
}

type atomSource struct {
	Lang    string     `xml:"xml:lang,attr,omitempty"`
	ID      string     `xml:"id,omitempty"`
	Title   string     `xml:"title,omitempty"`
	Updated string     `xml:"updated,omitempty"`
	Rights  string     `xml:"rights,omitempty"`
	Icon    string     `xml:"icon,omitempty"`
	Logo    string     `xml:"logo,omitempty"`
	Links   []atomLink `xml:"link"`
}

// Atom writes the page as an Atom 1.0 feed document, RFC 4287.
func Atom(w io.Writer, p *Page) error { return AtomFormat().write(w, p) }

// AtomFormat returns the format of Atom.
func AtomFormat() *Format {
	return &Format{frame: atomFrame, entry: func(w *bytes.Buffer, _ *Page, v *view) error {
		return entryXML(w, "entry", " ", newAtomEntry(v))
	}}
}

func atomFrame(p *Page) (before, behind []byte, err error) {
	if p.State.AtomID == "" {
		return nil, nil, fmt.Errorf("topic %s: the store gives it no id", p.Topic.Name)
	}
	doc := &atomFeed{
		AtomFeed: feeds.AtomFeed{
			Xmlns:    atomNS,
			Title:    line(p.Topic.Title),
			Id:       iri(p.State.AtomID),
			Updated:  stamp(p.Updated()),
			Subtitle: line(p.Topic.Description),
			Rights:   line(p.Topic.Rights),
		},
		Media:   mediaNS,
		ITunes:  itunesNS,
		Podcast: podcastNS,
		Lang:    language(p.Topic.Language),
		Links: []atomLink{
			newLink(storage.Link{URL: p.self(ExtAtom), Rel: "self", Type: TypeAtom}),
			newLink(storage.Link{URL: p.url(""), Rel: "alternate", Type: TypeHTML}),
			newLink(storage.Link{URL: p.url(ExtRSS), Rel: "alternate", Type: TypeRSS}),
			newLink(storage.Link{URL: p.url(ExtJSON), Rel: "alternate", Type: TypeJSON}),
		},
		Author:    atomPerson{Name: author(p.Site), Uri: p.Site.URL + "/"},
		Generator: generator,
	}
	if doc.Archive = p.archived(); doc.Archive != nil {
		doc.History = historyNS
	}
	for _, l := range p.links(ExtAtom) {
		doc.Links = append(doc.Links, newLink(storage.Link{URL: l.url, Rel: l.rel, Type: TypeAtom}))
	}
	for _, t := range p.Withdrawn {
		doc.Tombstones = tombstonesNS
		doc.Deleted = append(doc.Deleted, atomDeleted{Ref: entryIRI(clean(t.ID)), When: stamp(t.Withdrawn)})
	}
	return frameXML(doc, "\n</feed>")
}

func newAtomEntry(v *view) *atomEntry {
	e := &atomEntry{
		Lang:  v.language,
		Title: atomText{Type: "text", Value: v.title},
		AtomEntry: feeds.AtomEntry{
			Id:        entryIRI(v.id),
			Published: stamp(v.published),
			Updated:   stamp(v.updated),
			Rights:    v.rights,
		},
		Authors:      atomPersons(v.authors),
		Contributors: atomPersons(v.contributors),
		Links:        atomLinks(v),
		Source:       newAtomSource(v.source),
	}
	switch {
	case v.titleHTML != "":
		e.Title = atomText{Type: "html", Value: v.titleHTML}
	case v.title == "":
		// Atom demands a title, and readers show it: RFC 4287 section 4.2.14.
		e.Title.Value, _ = untitled(v.link, v.beginning())
	}
	for _, c := range v.categories {
		e.Categories = append(e.Categories, atomCategory{c.Term, c.Scheme, c.Label})
	}
	e.extensions = newExtensions(v, asIRI)
	summary, content := v.summary, v.content
	// An entry without a link needs content, RFC 4287 section 4.1.2.
	if content.Value == "" && v.link == "" {
		summary, content = storage.Text{}, summary
		e.Content = &atomProse{Type: e.Title.Type, Value: e.Title.Value} // validators want something in it
	}
	if summary.Value != "" {
		e.Summary = &atomProse{textType(summary), summary.Value}
	}
	if content.Value != "" {
		e.Content = &atomProse{textType(content), content.Value}
	}
	return e
}

func textType(t storage.Text) string {
	if t.HTML {
		return "html"
	}
	return "text"
}

func atomPersons(ps []storage.Person) []atomPerson {
	var out []atomPerson
	for _, p := range ps {
		out = append(out, atomPerson{Name: p.Name, Uri: p.URI, Email: p.Mail})
	}
	return out
}

// atomLinks returns the entry's links. There is one alternate link, so that
// no two share type and language (RFC 4287 section 4.1.2); a feed's further
// ones become related.
func atomLinks(v *view) []atomLink {
	var links []atomLink
	if v.link != "" {
		links = append(links, newLink(storage.Link{URL: v.link, Rel: "alternate", Type: v.linkType, Language: v.linkLanguage}))
	}
	for _, e := range v.enclosures {
		links = append(links, newLink(storage.Link{URL: e.URL, Rel: "enclosure", Type: e.Type, Length: e.Length}))
	}
	for _, l := range v.links {
		l.Rel = relationOf(l.Rel)
		links = append(links, newLink(l))
	}
	for _, l := range v.others {
		links = append(links, newLink(l))
	}
	if v.comments != "" {
		links = append(links, newLink(storage.Link{URL: v.comments, Rel: "replies", Type: TypeHTML}))
	}
	if v.commentFeed != "" {
		links = append(links, newLink(storage.Link{URL: v.commentFeed, Rel: "replies"}))
	}
	return links
}

// relationOf returns the relation that a further link of an entry gets.
func relationOf(rel string) string {
	if rel == "" || rel == "alternate" {
		return "related"
	}
	return rel
}

func newLink(l storage.Link) atomLink {
	out := atomLink{
		AtomLink: feeds.AtomLink{Href: l.URL, Rel: l.Rel, Type: l.Type},
		Language: l.Language,
		Title:    l.Title,
	}
	if l.Length > 0 {
		out.Length = strconv.FormatInt(l.Length, 10)
	}
	return out
}

func newAtomSource(o *storage.Origin) *atomSource {
	if o == nil {
		return nil
	}
	// A feed of another format has no id, and is known by its address.
	s := &atomSource{Lang: o.Language, ID: or(o.ID, o.Self), Title: o.Title, Rights: o.Rights, Icon: o.Icon, Logo: o.Logo}
	if !o.Updated.IsZero() {
		s.Updated = stamp(o.Updated)
	}
	if o.Self != "" {
		s.Links = append(s.Links, newLink(storage.Link{URL: o.Self, Rel: "self"}))
	}
	if o.Home != "" {
		s.Links = append(s.Links, newLink(storage.Link{URL: o.Home, Rel: "alternate"}))
	}
	return s
}

// asIRI leaves an address as it is, for formats that know IRIs.
func asIRI(s string) string { return s }
