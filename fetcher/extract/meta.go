package extract

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"sluice/fetcher/clean"
)

const (
	maxData    = 1 << 20 // bytes of one ld+json block
	maxThings  = 2000    // objects of all of them that are looked at
	maxAuthors = 20
	maxName    = 200 // bytes
	maxTitle   = 4 << 10
)

// describe reads what a page says of its article: ld+json (schema.org), meta
// elements (Open Graph, article:*, microdata), link rel=canonical, in this
// order where they contradict each other.
func describe(doc *html.Node, base string) *Article {
	d := description{base: base, meta: make(map[string]string)}
	each(doc, func(n *html.Node) bool {
		d.element(n)
		return true
	})
	a := &d.article
	a.Title = first(a.Title, line(d.meta["og:title"], maxTitle), line(d.meta["twitter:title"], maxTitle))
	if len(a.Authors) == 0 {
		for _, key := range []string{"author", "article:author_name", "dc.creator", "sailthru.author", "parsely-author", "article:author"} {
			if a.addAuthor(d.meta[key]); len(a.Authors) > 0 {
				break
			}
		}
	}
	for _, key := range []string{"article:published_time", "datepublished", "og:published_time", "dc.date.issued", "dcterms.created", "parsely-pub-date", "sailthru.date"} {
		if a.Published.IsZero() {
			a.Published = date(d.meta[key])
		}
	}
	for _, key := range []string{"article:modified_time", "datemodified", "og:updated_time", "dcterms.modified"} {
		if a.Updated.IsZero() {
			a.Updated = date(d.meta[key])
		}
	}
	for _, key := range []string{"og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"} {
		if a.Image == "" {
			a.Image = clean.Link(d.meta[key], base)
		}
	}
	a.Image = first(d.image, a.Image)
	a.Canonical = first(a.Canonical, clean.Link(d.meta["og:url"], base))
	a.Language = first(a.Language, d.meta["content-language"], strings.ReplaceAll(d.meta["og:locale"], "_", "-"), d.inLanguage)
	return a
}

// A description is what is read of one page.
type description struct {
	article    Article
	base       string
	meta       map[string]string // the first value of each name, lower case
	image      string
	inLanguage string
	things     int
	found      bool // an article among the ld+json
}

func (d *description) element(n *html.Node) {
	a := &d.article
	switch n.DataAtom {
	case atom.Html:
		a.Language = strings.TrimSpace(first(attr(n, "lang"), attr(n, "xml:lang")))
	case atom.Link:
		if slices.Contains(strings.Fields(strings.ToLower(attr(n, "rel"))), "canonical") && a.Canonical == "" {
			a.Canonical = clean.Link(attr(n, "href"), d.base)
		}
	case atom.Meta:
		value := strings.TrimSpace(attr(n, "content"))
		for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
			for _, name := range strings.Fields(strings.ToLower(attr(n, key))) {
				if _, known := d.meta[name]; !known && value != "" {
					d.meta[name] = value
				}
			}
		}
	case atom.Script:
		if strings.EqualFold(strings.TrimSpace(strings.SplitN(attr(n, "type"), ";", 2)[0]), "application/ld+json") {
			d.data(textNode(n))
		}
	}
}

// data reads a block of ld+json: the first article in it.
func (d *description) data(text string) {
	text = strings.TrimSpace(text)
	for _, wrap := range []string{"<!--", "//<![CDATA[", "<![CDATA["} {
		text = strings.TrimSpace(strings.TrimPrefix(text, wrap))
	}
	for _, wrap := range []string{"-->", "//]]>", "]]>"} {
		text = strings.TrimSpace(strings.TrimSuffix(text, wrap))
	}
	if len(text) > maxData {
		return
	}
	text = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' ' // line ends inside strings are a common mistake
		}
		return r
	}, text)
	var v any
	if json.Unmarshal([]byte(strings.TrimSuffix(text, ";")), &v) == nil {
		d.thing(v, 0)
	}
}

const maxNest = 8 // levels of ld+json

func (d *description) thing(v any, depth int) {
	if d.things++; d.found || depth > maxNest || d.things > maxThings {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			d.thing(e, depth+1)
		}
	case map[string]any:
		if isArticle(v["@type"]) {
			d.found = true
			d.take(v)
			return
		}
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage", "itemListElement"} {
			d.thing(v[key], depth+1)
		}
	}
}

// isArticle goes by the types that schema.org derives from Article.
func isArticle(kind any) bool {
	switch k := kind.(type) {
	case string:
		k = k[strings.LastIndexByte(k, '/')+1:]
		return strings.HasSuffix(k, "Article") || strings.HasSuffix(k, "Posting") || k == "Report" || strings.HasSuffix(k, "NewsArticle")
	case []any:
		return slices.ContainsFunc(k, isArticle)
	}
	return false
}

func (d *description) take(v map[string]any) {
	a := &d.article
	a.Title = line(first(text(v["headline"]), text(v["name"])), maxTitle)
	a.Published, a.Updated = date(text(v["datePublished"])), date(text(v["dateModified"]))
	d.inLanguage = text(v["inLanguage"])
	for _, key := range []string{"author", "creator"} {
		for _, who := range list(v[key]) {
			a.addAuthor(text(who))
		}
		if len(a.Authors) > 0 {
			break
		}
	}
	for _, picture := range list(v["image"]) {
		if p, ok := picture.(map[string]any); ok {
			picture = first(text(p["url"]), text(p["contentUrl"]), text(p["@id"]))
		}
		if d.image == "" {
			d.image = clean.Link(text(picture), d.base)
		}
	}
}

func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l[:min(len(l), maxAuthors)]
	}
	return []any{v}
}

// text is a string, or the name of a thing.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		s, _ := v["name"].(string)
		return s
	case []any:
		if len(v) > 0 {
			if s, ok := v[0].(string); ok {
				return s
			}
		}
	}
	return ""
}

// addAuthor leaves out what is no name.
func (a *Article) addAuthor(name string) {
	name = line(name, maxName)
	if len(name) > 3 && strings.EqualFold(name[:3], "by ") {
		name = strings.TrimSpace(name[3:])
	}
	if name == "" || strings.Contains(name, "://") || strings.HasPrefix(name, "@") || slices.Contains(a.Authors, name) || len(a.Authors) == maxAuthors {
		return
	}
	a.Authors = append(a.Authors, name)
}

// line makes one line of plain text; "" of what is too long.
func line(s string, limit int) string {
	if s = clean.Text(s); len(s) > limit {
		return ""
	}
	return s
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// layouts are the forms in which pages give dates: ISO 8601 and what is made
// of it.
var layouts = []string{
	time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700", "2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04",
	time.RFC1123Z, time.RFC1123, "2006-01-02", "20060102T150405Z0700", "January 2, 2006", "2 January 2006",
}

// date reads a date; one without a zone is UTC. The zero time is none.
func date(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
