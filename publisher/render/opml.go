package render

import (
	"encoding/xml"
	"io"
	"strings"

	"sluice/config"
)

type opml struct {
	XMLName  xml.Name  `xml:"opml"`
	Version  string    `xml:"version,attr"`
	Title    string    `xml:"head>title"`
	Owner    string    `xml:"head>ownerName,omitempty"`
	Docs     string    `xml:"head>docs"`
	Outlines []outline `xml:"body>outline"`
}

type outline struct {
	Text        string `xml:"text,attr"`
	Title       string `xml:"title,attr"`
	Type        string `xml:"type,attr"`
	XMLURL      string `xml:"xmlUrl,attr"`
	HTMLURL     string `xml:"htmlUrl,attr,omitempty"`
	Description string `xml:"description,attr,omitempty"`
	Language    string `xml:"language,attr,omitempty"`
	Category    string `xml:"category,attr,omitempty"`
}

// Topics writes the topics as a subscription list, OPML 2.0.
func Topics(w io.Writer, site config.Site, topics []config.Topic) error {
	doc := newOPML(site, site.Title)
	for _, t := range topics {
		doc.Outlines = append(doc.Outlines, outline{
			Text:        line(t.Title),
			Title:       line(t.Title),
			Type:        "rss",
			XMLURL:      topicURL(site, t.Name, ExtAtom),
			HTMLURL:     topicURL(site, t.Name, ""),
			Description: line(t.Description),
			Language:    language(t.Language),
		})
	}
	return writeXML(w, doc)
}

// A Source is a feed that sluice polls and may name.
type Source struct {
	Title string
	URL   string
	Home  string
	Tags  []string
}

// Sources writes the polled feeds as a subscription list, OPML 2.0. A source
// whose address is not fit to be published is left out.
func Sources(w io.Writer, site config.Site, sources []Source) error {
	doc := newOPML(site, "Sources of "+site.Title)
	for _, s := range sources {
		url := address(s.URL)
		if url == "" {
			continue
		}
		title := line(s.Title)
		if title == "" {
			title = url
		}
		doc.Outlines = append(doc.Outlines, outline{
			Text:     title,
			Title:    title,
			Type:     "rss",
			XMLURL:   url,
			HTMLURL:  webAddress(s.Home),
			Category: line(strings.Join(s.Tags, ",")),
		})
	}
	return writeXML(w, doc)
}

func newOPML(site config.Site, title string) *opml {
	return &opml{Version: "2.0", Title: line(title), Owner: line(site.Author), Docs: "http://opml.org/spec2.opml"}
}
