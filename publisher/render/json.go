package render

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"

	"sluice/storage"
)

type jsonFeed struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	HomePageURL string       `json:"home_page_url"`
	FeedURL     string       `json:"feed_url"`
	NextURL     string       `json:"next_url,omitempty"`
	Description string       `json:"description,omitempty"`
	Language    string       `json:"language,omitempty"`
	Authors     []jsonAuthor `json:"authors"`
	Items       []jsonItem   `json:"items"`
}

type jsonAuthor struct {
	Name   string `json:"name"`
	URL    string `json:"url,omitempty"`
	Avatar string `json:"avatar,omitempty"`
}

type jsonItem struct {
	ID            string           `json:"id"`
	URL           string           `json:"url,omitempty"`
	Title         string           `json:"title,omitempty"`
	ContentHTML   string           `json:"content_html,omitempty"`
	ContentText   *string          `json:"content_text,omitempty"`
	Summary       string           `json:"summary,omitempty"`
	Image         string           `json:"image,omitempty"`
	DatePublished string           `json:"date_published"`
	DateModified  string           `json:"date_modified"`
	Authors       []jsonAuthor     `json:"authors,omitempty"`
	Tags          []string         `json:"tags,omitempty"`
	Language      string           `json:"language,omitempty"`
	Attachments   []jsonAttachment `json:"attachments,omitempty"`
}

type jsonAttachment struct {
	URL      string  `json:"url"`
	MIMEType string  `json:"mime_type"`
	Title    string  `json:"title,omitempty"`
	Size     int64   `json:"size_in_bytes,omitempty"`
	Duration float64 `json:"duration_in_seconds,omitempty"`
}

// JSON writes the page as a JSON Feed, https://jsonfeed.org/version/1.1.
func JSON(w io.Writer, p *Page) error { return JSONFormat().write(w, p) }

// JSONFormat returns the format of JSON Feed.
func JSONFormat() *Format {
	return &Format{frame: jsonFrame, comma: ",", entry: func(w *bytes.Buffer, _ *Page, v *view) error {
		if err := encodeJSON(w, newJSONItem(v)); err != nil {
			return err
		}
		w.Truncate(w.Len() - 1) // the newline
		return nil
	}}
}

func jsonFrame(p *Page) (before, behind []byte, err error) {
	doc := &jsonFeed{
		Version:     "https://jsonfeed.org/version/1.1",
		Title:       line(p.Topic.Title),
		HomePageURL: asURI(p.url("")),
		FeedURL:     asURI(p.self(ExtJSON)),
		Description: line(p.Topic.Description),
		Language:    language(p.Topic.Language),
		Authors:     []jsonAuthor{{Name: author(p.Site), URL: asURI(p.Site.URL + "/")}},
		Items:       []jsonItem{}, // what they are to say stands between the brackets
	}
	if p.Prev != 0 {
		doc.NextURL = asURI(p.archiveURL(p.Prev, ExtJSON))
	}
	var w bytes.Buffer
	if err := encodeJSON(&w, doc); err != nil {
		return nil, nil, err
	}
	const end = "]}\n"
	return bytes.TrimSuffix(w.Bytes(), []byte(end)), []byte(end), nil
}

func encodeJSON(w *bytes.Buffer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func newJSONItem(v *view) jsonItem {
	item := jsonItem{
		ID:            v.id,
		URL:           asURI(v.link),
		Title:         v.title,
		Image:         asURI(v.image),
		DatePublished: stamp(v.published),
		DateModified:  stamp(v.updated),
		Authors:       jsonAuthors(v.authors),
		Language:      v.language,
	}
	item.setTexts(v)
	seen := map[string]bool{}
	for _, c := range v.categories {
		tag := c.Label
		if tag == "" {
			tag = c.Term
		}
		if !seen[tag] {
			seen[tag] = true
			item.Tags = append(item.Tags, tag)
		}
	}
	for i, f := range v.enclosures {
		item.Attachments = append(item.Attachments, newJSONAttachment(v, i, f))
	}
	// A feed's picture stands for who writes it, if that is one.
	if v.face != "" && len(item.Authors) == 1 {
		item.Authors[0].Avatar = asURI(v.face)
	}
	return item
}

// newJSONAttachment adds what other vocabularies say of an enclosure: an
// episode's length is that of its first.
func newJSONAttachment(v *view, i int, f storage.Enclosure) jsonAttachment {
	a := jsonAttachment{URL: asURI(f.URL), MIMEType: enclosureType(f), Size: max(f.Length, 0)}
	for j := range v.media {
		if m := &v.media[j]; m.URL == f.URL {
			a.Title, a.Duration = m.Title.Value, max(m.Duration, 0).Seconds()
			if a.Size == 0 {
				a.Size = max(m.Length, 0)
			}
			break
		}
	}
	if i == 0 && a.Duration == 0 && v.itunes != nil && (strings.HasPrefix(a.MIMEType, "audio/") || strings.HasPrefix(a.MIMEType, "video/")) {
		a.Duration = max(v.itunes.Duration, 0).Seconds()
	}
	return a
}

// setTexts gives the item the content that the format demands: the whole
// text, else the summary, else none.
func (item *jsonItem) setTexts(v *view) {
	content := v.content
	if content.Value == "" {
		content = v.summary
	} else {
		item.Summary = plainText(v.summary)
	}
	if content.HTML && content.Value != "" {
		item.ContentHTML = content.Value
	} else {
		item.ContentText = &content.Value
	}
}

func plainText(t storage.Text) string {
	if t.HTML {
		return plain(t.Value)
	}
	return t.Value
}

func jsonAuthors(ps []storage.Person) []jsonAuthor {
	var out []jsonAuthor
	for _, p := range ps {
		a := jsonAuthor{Name: p.Name, URL: asURI(p.URI)}
		if a.URL == "" && p.Mail != "" {
			a.URL = "mailto:" + asURI(p.Mail)
		}
		out = append(out, a)
	}
	return out
}
