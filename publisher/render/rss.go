package render

import (
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"sluice/storage"
)

type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Content string     `xml:"xmlns:content,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Media   string     `xml:"xmlns:media,attr"`
	ITunes  string     `xml:"xmlns:itunes,attr"`
	Podcast string     `xml:"xmlns:podcast,attr"`
	History string     `xml:"xmlns:fh,attr,omitempty"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	feeds.RssFeed
	Links   []rssLink `xml:"atom:link"`
	Archive *empty    `xml:"fh:archive"`
}

type rssLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type rssItem struct {
	Title       string `xml:"title,omitempty"`
	Link        string `xml:"link,omitempty"`
	Description string `xml:"description,omitempty"`
	feeds.RssItem
	Creators     []string      `xml:"dc:creator"`
	Contributors []string      `xml:"dc:contributor"`
	Language     string        `xml:"dc:language,omitempty"`
	Rights       string        `xml:"dc:rights,omitempty"`
	Updated      string        `xml:"atom:updated,omitempty"`
	Categories   []rssCategory `xml:"category"`
	Links        []rssItemLink `xml:"atom:link"`
	CommentFeed  *rssComments  `xml:"wfw:commentRss"`
	extensions
	Source *rssSource `xml:"source"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr,omitempty"`
	Value  string `xml:",chardata"`
}

type rssSource struct {
	URL   string `xml:"url,attr"`
	Title string `xml:",chardata"`
}

// rssItemLink links to where an item comes from and to what it is related to,
// for which RSS has no element of its own.
type rssItemLink struct {
	Href     string `xml:"href,attr"`
	Rel      string `xml:"rel,attr"`
	Type     string `xml:"type,attr,omitempty"`
	Language string `xml:"hreflang,attr,omitempty"`
	Title    string `xml:"title,attr,omitempty"`
}

type rssComments struct {
	Namespace string `xml:"xmlns:wfw,attr"`
	URL       string `xml:",chardata"`
}

// RSS writes the page as an RSS 2.0 document in the RSS Advisory Board's
// profile.
func RSS(w io.Writer, p *Page) error { return RSSFormat().write(w, p) }

// RSSFormat returns the format of RSS.
func RSSFormat() *Format {
	return &Format{frame: rssFrame, entry: func(w *bytes.Buffer, _ *Page, v *view) error {
		return entryXML(w, "item", "  ", newRSSItem(v))
	}}
}

func rssFrame(p *Page) (before, behind []byte, err error) {
	channel := rssChannel{
		RssFeed: feeds.RssFeed{
			Title:         line(p.Topic.Title),
			Link:          asURI(p.url("")),
			Description:   line(p.Topic.Description),
			Language:      language(p.Topic.Language),
			Copyright:     line(p.Topic.Rights),
			LastBuildDate: rssDate(p.Updated()),
			Generator:     generator,
			Docs:          "https://www.rssboard.org/rss-specification",
			Ttl:           int(p.Age.Minutes()),
		},
		Links:   []rssLink{{Href: asURI(p.self(ExtRSS)), Rel: "self", Type: TypeRSS}},
		Archive: p.archived(),
	}
	for _, l := range p.links(ExtRSS) {
		channel.Links = append(channel.Links, rssLink{Href: asURI(l.url), Rel: l.rel, Type: TypeRSS})
	}
	if channel.Description == "" {
		channel.Description = channel.Title
	}
	doc := &rss{
		Version: "2.0",
		Atom:    atomNS,
		Content: "http://purl.org/rss/1.0/modules/content/",
		DC:      "http://purl.org/dc/elements/1.1/",
		Media:   mediaNS,
		ITunes:  itunesNS,
		Podcast: podcastNS,
		Channel: channel,
	}
	if channel.Archive != nil {
		doc.History = historyNS
	}
	return frameXML(doc, "\n </channel>\n</rss>")
}

func newRSSItem(v *view) *rssItem {
	e := &rssItem{
		Title: v.title,
		Link:  asURI(v.link),
		RssItem: feeds.RssItem{
			Guid:     &feeds.RssGuid{Id: v.id, IsPermaLink: strconv.FormatBool(v.id == asURI(v.link))},
			PubDate:  rssDate(v.published),
			Comments: asURI(v.comments),
		},
		Language: v.language,
		Rights:   v.rights,
		Source:   newRSSSource(v.source),
	}
	if v.updated.After(v.published) {
		e.Updated = stamp(v.updated) // for which RSS has no element of its own
	}
	e.setTexts(v)
	e.setPersons(v)
	for _, c := range v.categories {
		e.Categories = append(e.Categories, rssCategory{Domain: asURI(c.Scheme), Value: c.Term})
	}
	for _, l := range slices.Concat(v.links, v.others) {
		if l.Rel = relationOf(l.Rel); l.Rel == "via" || l.Rel == "related" {
			e.Links = append(e.Links, rssItemLink{asURI(l.URL), l.Rel, l.Type, l.Language, l.Title})
		}
	}
	if v.commentFeed != "" {
		e.CommentFeed = &rssComments{"http://wellformedweb.org/CommentAPI/", asURI(v.commentFeed)}
	}
	e.extensions = newExtensions(v, asURI)
	for _, f := range v.enclosures {
		// The profile allows one enclosure an item, on a host that has a domain.
		if e.Enclosure == nil && strings.Contains(hostOf(f.URL), ".") {
			e.Enclosure = newRSSEnclosure(f)
		} else if !slices.ContainsFunc(v.media, func(m storage.Media) bool { return m.URL == f.URL }) {
			e.Files = append(e.Files, mediaContent{URL: asURI(f.URL), Type: f.Type, Size: size(f.Length)})
		}
	}
	return e
}

// setTexts puts the only text into the description, which every reader knows,
// and where there are two the whole one into content:encoded. Both are HTML.
func (e *rssItem) setTexts(v *view) {
	summary, content := rssText(v.summary), rssText(v.content)
	if summary == "" || content == "" {
		e.Description = summary + content
	} else {
		e.Description = summary
		e.Content = &feeds.RssContent{Content: content}
	}
	// An item needs a title or a description.
	if e.Title == "" && e.Description == "" {
		e.Description = markup(v.id)
	}
}

func rssText(t storage.Text) string {
	if t.HTML {
		return t.Value
	}
	return markup(t.Value)
}

// setPersons names the authors. RSS's own author element is for a mail
// address, so it serves only where a feed gives no more than that.
func (e *rssItem) setPersons(v *view) {
	for _, p := range v.authors {
		if p.Name != p.Mail {
			e.Creators = append(e.Creators, p.Name)
		}
	}
	if len(e.Creators) == 0 && len(v.authors) > 0 {
		e.Author = v.authors[0].Mail
	}
	for _, p := range v.contributors {
		e.Contributors = append(e.Contributors, p.Name)
	}
}

func newRSSSource(o *storage.Origin) *rssSource {
	if o == nil || o.Self == "" {
		return nil
	}
	return &rssSource{URL: asURI(o.Self), Title: o.Title}
}

// newRSSEnclosure fills in what RSS demands and a feed may not have said: the
// profile gives 0 for an unknown length.
func newRSSEnclosure(f storage.Enclosure) *feeds.RssEnclosure {
	return &feeds.RssEnclosure{
		Url:    asURI(f.URL),
		Type:   enclosureType(f),
		Length: strconv.FormatInt(max(f.Length, 0), 10),
	}
}

// enclosureType returns the file's type, by its name where the feed gives
// none. The table is our own because the system's differs between machines.
func enclosureType(f storage.Enclosure) string {
	if f.Type != "" {
		return f.Type
	}
	name, _, _ := strings.Cut(f.URL, "?")
	switch strings.ToLower(path.Ext(name)) {
	case ".mp3":
		return "audio/mpeg"
	case ".m4a":
		return "audio/mp4"
	case ".ogg", ".oga", ".opus":
		return "audio/ogg"
	case ".mp4", ".m4v":
		return "video/mp4"
	case ".webm":
		return "video/webm"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".png":
		return "image/png"
	case ".gif":
		return "image/gif"
	case ".webp":
		return "image/webp"
	case ".pdf":
		return "application/pdf"
	}
	return "application/octet-stream"
}

// rssDate writes the date of RFC 822 with a year of four digits.
func rssDate(t time.Time) string { return t.UTC().Format(time.RFC1123Z) }
