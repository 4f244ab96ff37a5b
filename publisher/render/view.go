package render

import (
	"html"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sluice/storage"
)

// A view is an entry as every format shows it: fit to be written, with what
// must not be said left out.
type view struct {
	id                 string
	title              string // plain, one line; may be empty
	titleHTML          string // where the title has markup
	link               string
	linkType           string // where known
	linkLanguage       string
	published, updated time.Time
	summary, content   storage.Text
	short              string // plain, where no more than an excerpt may be shown
	language           string

	feed         string // title of its feed; empty for a private one
	authors      []storage.Person
	contributors []storage.Person
	categories   []storage.Category
	enclosures   []storage.Enclosure
	links        []storage.Link // all but link and the enclosures
	others       []storage.Link // to the other tellings
	image        string
	comments     string
	rights       string
	source       *storage.Origin // nil for a private feed
	face         string          // picture of its feed

	media       []storage.Media
	itunes      *storage.ITunes
	podcast     *storage.Podcast
	answers     []storage.Reply
	commentFeed string
	geo         *storage.Geo
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
	if v.rights == "" {
		v.rights = line(e.Feed.Rights)
	}
	if v.updated.IsZero() {
		v.updated = v.published
	}
	v.setTitle(hide.text(item.Title))
	v.authors = persons(item.Authors, hide)
	v.contributors = persons(item.Contributors, hide)
	if !e.Feed.Private {
		v.feed = line(e.Feed.Title)
		v.face = webAddress(e.Feed.Image)
		v.source = origin(item.Origin, v.face)
		if len(v.authors) == 0 && v.feed != "" {
			v.authors = []storage.Person{{Name: v.feed, URI: webAddress(item.Origin.Home)}}
		}
	}
	v.setLinks(item, hide)
	v.setOthers(e, hide)
	v.setMedia(item.Media, hide)
	v.setEpisode(item, hide)
	v.setThread(item.Thread, hide)
	v.setGeo(item.Geo, hide)
	v.narrow(e.Content)
	for _, c := range item.Categories {
		c = storage.Category{
			Term:   line(hide.string(c.Term)),
			Scheme: hide.address(scheme(c.Scheme)),
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

// sign names authors and titles as the byline and the prefix want it. Of a
// private feed both stay as they are, since they would name it or lack its
// name; and so does an author that is the feed itself.
func (v *view) sign(byline, prefix string) {
	if v.feed == "" {
		return
	}
	author := v.feed
	for i := range v.authors {
		p := &v.authors[i]
		if i == 0 {
			author = p.Name
		}
		if byline != "" && p.Name != v.feed {
			p.Name = line(strings.NewReplacer("{author}", p.Name, "{feed}", v.feed).Replace(byline))
		}
	}
	if prefix == "" || v.title == "" {
		return
	}
	prefix = line(strings.NewReplacer("{author}", author, "{feed}", v.feed).Replace(prefix)) + " "
	v.title = prefix + v.title
	if v.titleHTML != "" {
		v.titleHTML = markup(prefix) + v.titleHTML
	}
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
		l.Rel, l.Type, l.Language = relation(l.Rel), mediaType(l.Type), language(l.Language)
		switch {
		case l.URL == "" || l.Rel == "self": // its feed's self is not ours
			continue
		case (l.Rel == "" || l.Rel == "alternate") && l.URL == v.link:
			v.linkType, v.linkLanguage = l.Type, l.Language
			continue
		}
		l.Title = line(hide.string(l.Title))
		v.links = append(v.links, l)
	}
}

// setOthers links to the story's other tellings and to the feed from which the
// item says that it was copied, each address once. What stands at the site that
// it was copied from is where it comes from (via, RFC 4287 section 4.2.7.2); the
// rest is related.
func (v *view) setOthers(e *Entry, hide concealed) {
	if len(e.Others) == 0 && e.Item.Source == nil {
		return
	}
	seen := map[string]bool{v.link: true}
	for _, l := range v.links {
		seen[l.URL] = true
	}
	from := ""
	if s := e.Item.Source; s != nil {
		if url := hide.address(webAddress(s.URL)); url != "" {
			from = hostOf(url)
			if !seen[url] {
				seen[url] = true
				v.others = append(v.others, storage.Link{URL: url, Rel: "via", Title: line(hide.string(s.Title))})
			}
		}
	}
	for _, t := range e.Others {
		url := webAddress(t.URL)
		if url == "" || seen[url] {
			continue
		}
		seen[url] = true
		l := storage.Link{URL: url, Rel: "related", Title: line(t.Title)}
		if from != "" && hostOf(url) == from {
			l.Rel = "via"
		}
		v.others = append(v.others, l)
	}
}

// setGeo takes over where the item's subject lies.
func (v *view) setGeo(g *storage.Geo, hide concealed) {
	if g != nil {
		place := *g
		place.Name = line(hide.string(g.Name))
		v.geo = &place
	}
}

// narrow takes out what may not be republished.
func (v *view) narrow(terms Content) {
	if terms == Full {
		return
	}
	text := v.summary
	if text.Value == "" {
		text = v.content
	}
	v.summary, v.content = storage.Text{}, storage.Text{}
	if terms == Link {
		v.image, v.media, v.itunes, v.podcast = "", nil, nil, nil
		return
	}
	v.media = slices.Clone(v.media)
	for i := range v.media {
		v.media[i].Description = storage.Text{}
	}
	if v.itunes != nil {
		v.itunes.Subtitle = ""
	}
	v.short = sentences(excerpt(text.Value, text.HTML, maxExcerpt), excerptEnd)
	if v.short == "" {
		return
	}
	v.summary = storage.Text{Value: "<p>" + markup(v.short) + "</p>", HTML: true}
	if v.link != "" {
		name := v.feed
		if name == "" {
			name = hostOf(v.link)
		}
		v.summary.Value += "\n<p><a href=\"" + html.EscapeString(v.link) + "\">" + markup(name) + "</a></p>"
	}
}

// The length of an excerpt, in characters: it ends at the last sentence within
// maxExcerpt, unless that ends before excerptEnd; then at a word.
const (
	maxExcerpt = 300
	excerptEnd = 60
)

// sentences returns what of s, which cut may have ended with an ellipsis, is
// whole sentences, or s where that is less than least characters.
func sentences(s string, least int) string {
	if !strings.HasSuffix(s, "…") {
		return s
	}
	end, count := 0, 0
	for i, r := range s {
		count++
		after := s[i+utf8.RuneLen(r):]
		latin := strings.ContainsRune(".!?", r) && strings.HasPrefix(after, " ")
		if count >= least && (latin || strings.ContainsRune("。！？", r)) {
			end = len(s) - len(after)
		}
	}
	if end == 0 {
		return s
	}
	return s[:end]
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return u.Host
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

// origin returns what atom:source says. The picture that the config gives the
// feed goes before its own.
func origin(o storage.Origin, face string) *storage.Origin {
	o.Icon, o.Logo = webAddress(o.Icon), or(face, webAddress(o.Logo))
	o.ID, o.Title, o.Rights = iri(o.ID), line(o.Title), line(o.Rights)
	o.Self, o.Home, o.Language = webAddress(o.Self), webAddress(o.Home), language(o.Language)
	if o == (storage.Origin{}) {
		return nil
	}
	return &o
}
