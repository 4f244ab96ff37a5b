package render

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"net/url"
	"time"

	"sluice/config"
)

//go:embed page.html index.html
var templateFiles embed.FS

//go:embed style.css
var style string

// templates are the HTML documents, parsed once from the embedded files and
// never changed.
var templates = template.Must(template.ParseFS(templateFiles, "*.html"))

// Policy returns the Content-Security-Policy of the HTML documents: nothing
// but their own style sheet, by its hash.
func Policy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'"
}

// How many characters of an entry's text and title a page shows.
const (
	excerptLength  = 320
	headlineLength = 250
)

type htmlHead struct {
	Language string
	Title    string
	Policy   string
	Style    template.CSS
}

type htmlPage struct {
	htmlHead
	SiteTitle, SiteURL      string
	TopicTitle, Description string
	Self, Atom, RSS, JSON   string
	Zone                    string
	Private                 bool
	Empty                   bool
}

type htmlEntry struct {
	Language, Title, Link, Feed, Excerpt string
	Authors                              []string
	Published                            htmlTime
}

// An htmlTime is a time for machines and for people.
type htmlTime struct {
	Stamp, Shown string
}

func newTime(t time.Time, zone *time.Location) htmlTime {
	return htmlTime{stamp(t), t.In(zone).Format("2006-01-02 15:04")}
}

func zone(site config.Site) *time.Location {
	if site.Timezone == nil {
		return time.UTC
	}
	return site.Timezone
}

// HTML writes the page for people.
func HTML(w io.Writer, p *Page) error { return HTMLFormat().write(w, p) }

// HTMLFormat returns the format of the page for people.
func HTMLFormat() *Format {
	return &Format{frame: htmlFrame, entry: func(w *bytes.Buffer, p *Page, v *view) error {
		return templates.ExecuteTemplate(w, "entry", newHTMLEntry(v, zone(p.Site)))
	}}
}

func htmlFrame(p *Page) (before, behind []byte, err error) {
	title := line(p.Topic.Title)
	data := htmlPage{
		htmlHead:    newHead(p.Topic.Language, title+" · "+line(p.Site.Title)),
		SiteTitle:   line(p.Site.Title),
		SiteURL:     p.Site.URL + "/",
		TopicTitle:  title,
		Description: line(p.Topic.Description),
		Self:        p.url(""),
		Atom:        p.url(ExtAtom),
		RSS:         p.url(ExtRSS),
		JSON:        p.url(ExtJSON),
		Zone:        zone(p.Site).String(),
		Private:     p.Token != "",
		Empty:       len(p.Entries) == 0,
	}
	var w bytes.Buffer
	if err := templates.ExecuteTemplate(&w, "begin", data); err != nil {
		return nil, nil, err
	}
	begun := w.Len()
	err = templates.ExecuteTemplate(&w, "end", data)
	return w.Bytes()[:begun:begun], w.Bytes()[begun:], err
}

func newHead(lang, title string) htmlHead {
	return htmlHead{
		Language: language(lang),
		Title:    title,
		Policy:   Policy(),
		Style:    template.CSS(style),
	}
}

func newHTMLEntry(v *view, zone *time.Location) htmlEntry {
	e := htmlEntry{
		Language:  v.language,
		Title:     cut(v.title, headlineLength),
		Link:      v.link,
		Feed:      v.feed,
		Published: newTime(v.published, zone),
	}
	e.Excerpt = v.beginning()
	if e.Title == "" {
		e.Title, e.Excerpt = untitled(v.link, e.Excerpt)
	}
	for _, p := range v.authors {
		if p.Name != v.feed {
			e.Authors = append(e.Authors, p.Name)
		}
	}
	return e
}

// beginning returns the beginning of an entry's text.
func (v *view) beginning() string {
	if v.short != "" {
		return v.short
	}
	text := v.summary
	if text.Value == "" {
		text = v.content
	}
	return excerpt(text.Value, text.HTML, excerptLength)
}

// untitled makes a headline for an entry without one, of its text, or of the
// host of its link. It returns what is left of the text too.
func untitled(link, text string) (title, rest string) {
	const headline = 90
	switch short := cut(text, headline); {
	case text == "":
		if u, err := url.Parse(link); err == nil && u.Host != "" {
			return u.Host, ""
		}
		return "Untitled", ""
	case short == text:
		return text, ""
	default:
		return short, text
	}
}

// A Line is what the index says of one topic.
type Line struct {
	Topic   config.Topic
	Entries int       // in its head
	Newest  time.Time // latest update among them; zero where there is none
}

type htmlIndex struct {
	htmlHead
	SiteTitle, Topics, Sources, Zone string
	Lines                            []htmlLine
}

type htmlLine struct {
	Language, Title, Description string
	Page, Atom, RSS, JSON        string
	Entries                      int
	Newest                       *htmlTime
}

// Index writes the list of topics for people.
func Index(w io.Writer, site config.Site, lines []Line) error {
	data := htmlIndex{
		htmlHead:  newHead(site.Language, line(site.Title)),
		SiteTitle: line(site.Title),
		Topics:    site.URL + PathTopics,
		Sources:   site.URL + PathSources,
		Zone:      zone(site).String(),
	}
	for _, l := range lines {
		t := l.Topic
		row := htmlLine{
			Title:       line(t.Title),
			Description: line(t.Description),
			Page:        topicURL(site, t.Name, ""),
			Atom:        topicURL(site, t.Name, ExtAtom),
			RSS:         topicURL(site, t.Name, ExtRSS),
			JSON:        topicURL(site, t.Name, ExtJSON),
			Entries:     l.Entries,
		}
		if t.Language != site.Language {
			row.Language = language(t.Language)
		}
		if !l.Newest.IsZero() {
			newest := newTime(l.Newest, zone(site))
			row.Newest = &newest
		}
		data.Lines = append(data.Lines, row)
	}
	return templates.ExecuteTemplate(w, "index.html", data)
}
