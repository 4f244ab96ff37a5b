package daemon

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"sluice/config"
	"sluice/fetcher"
	"sluice/fetcher/clean"
	"sluice/fetcher/parse"
	"sluice/publisher/render"
	"sluice/storage"
	"sluice/storage/story"
)

// atomAgain is our Atom as another program reads it.
type atomAgain struct {
	Entries []struct {
		ID        string        `xml:"http://www.w3.org/2005/Atom id"`
		Title     textAgain     `xml:"http://www.w3.org/2005/Atom title"`
		Summary   textAgain     `xml:"http://www.w3.org/2005/Atom summary"`
		Content   textAgain     `xml:"http://www.w3.org/2005/Atom content"`
		Published string        `xml:"http://www.w3.org/2005/Atom published"`
		Updated   string        `xml:"http://www.w3.org/2005/Atom updated"`
		Rights    string        `xml:"http://www.w3.org/2005/Atom rights"`
		Lang      string        `xml:"lang,attr"`
		Links     []linkAgain   `xml:"http://www.w3.org/2005/Atom link"`
		Authors   []personAgain `xml:"http://www.w3.org/2005/Atom author"`
		Others    []personAgain `xml:"http://www.w3.org/2005/Atom contributor"`
		Tags      []tagAgain    `xml:"http://www.w3.org/2005/Atom category"`
	} `xml:"http://www.w3.org/2005/Atom entry"`
}

type textAgain struct {
	Type  string `xml:"type,attr"`
	Value string `xml:",chardata"`
}

type linkAgain struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Len  string `xml:"length,attr"`
	Lang string `xml:"hreflang,attr"`
	Name string `xml:"title,attr"`
}

type personAgain struct {
	Name  string `xml:"name"`
	Email string `xml:"email"`
	URI   string `xml:"uri"`
}

type tagAgain struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr"`
	Label  string `xml:"label,attr"`
}

// pageOf makes of a document the page of a topic that takes all its items.
func pageOf(body []byte, contentType, base string) (*render.Page, error) {
	doc, err := parse.Parse(body, contentType, base)
	if err != nil {
		return nil, err
	}
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	feed := config.Feed{Name: "f", URL: base}
	items, _ := fetcher.Normalise(feed, doc, storage.FeedState{}, now)
	page := &render.Page{
		Site:  config.Site{Title: "T", URL: "https://feeds.example"},
		Topic: config.Topic{Name: "t", Title: "T"}, State: storage.TopicState{AtomID: "urn:uuid:0"},
	}
	for i := range items {
		items[i].FirstSeen = now
		e := render.Entry{Entry: storage.Entry{Item: items[i], ID: items[i].GUID, Published: story.Published(&items[i]), Updated: items[i].Updated}}
		page.Entries = append(page.Entries, e)
	}
	return page, nil
}

// republish makes our Atom of a document and reads it again.
func republish(body []byte, contentType, base string) (*atomAgain, error) {
	page, err := pageOf(body, contentType, base)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := render.Atom(&out, page); err != nil {
		return nil, err
	}
	again := &atomAgain{}
	return again, xml.Unmarshal(out.Bytes(), again)
}

// An assertion of feedparser's suite is a conjunction of comparisons.
var (
	comparison = regexp.MustCompile(`entries\[(\d)\]((?:\[(?:'\w+'|\d+)\]|\.\w+)+) == (u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*"|\([0-9, ]+\)|None)`)
	step       = regexp.MustCompile(`\['(\w+)'\]|\[(\d+)\]|\.(\w+)`)
	escape     = regexp.MustCompile(`\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.`)
)

// python reads a string of Python.
func python(s string) string {
	s = strings.TrimPrefix(s, "u")
	return escape.ReplaceAllStringFunc(s[1:len(s)-1], func(e string) string {
		switch e[1] {
		case 'u', 'x':
			n, _ := strconv.ParseInt(e[2:], 16, 32)
			return string(rune(n))
		case 'n':
			return "\n"
		case 't':
			return "\t"
		case 'r':
			return "\r"
		}
		return e[1:]
	})
}

// holds tells whether our Atom says of an entry what the path is to be.
func holds(again *atomAgain, entry int, path []string, want string) bool {
	if entry >= len(again.Entries) {
		return strings.TrimSpace(clean.Text(want)) == "" // an item that says nothing is left out
	}
	e := &again.Entries[entry]
	index := 0
	last := path[len(path)-1]
	if len(path) > 1 {
		index, _ = strconv.Atoi(path[1])
	}
	date := func(s string) bool {
		t, err := time.Parse(time.RFC3339, s)
		if strings.HasPrefix(want, "(") {
			return err == nil && strings.HasPrefix(want, fmt.Sprintf("(%d, %d, %d, %d, %d, %d,", t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second()))
		}
		return err == nil && t.Equal(parse.Date(want))
	}
	person := func(ps []personAgain) bool {
		if index >= len(ps) {
			return false
		}
		switch p := ps[index]; last {
		case "name":
			return p.Name == want
		case "email":
			return p.Email == want
		case "url", "href":
			return strings.TrimSuffix(p.URI, "/") == strings.TrimSuffix(want, "/")
		}
		p := ps[index]
		return want == p.Name || want == fmt.Sprintf("%s (%s)", p.Name, p.Email) || want == p.Email
	}
	switch path[0] {
	case "title", "title_detail":
		switch last {
		case "type":
			return true // we choose our own
		case "language":
			return e.Lang == want
		}
		ours := e.Title.Value
		if e.Title.Type == "html" {
			ours = clean.Text(ours)
		}
		if strings.TrimSpace(clean.Text(want)) == "" {
			return ours != "" // Atom demands a title
		}
		return sameWords(ours, want) || sameWords(ours, clean.Text(want))
	case "description", "summary", "summary_detail", "content", "subtitle":
		switch last {
		case "type":
			return true
		case "language":
			return e.Lang == want
		}
		return sameText(e.Summary, want) || sameText(e.Content, want)
	case "id", "guid":
		return e.ID == want
	case "link":
		return len(e.Links) > 0 && e.Links[0].Rel == "alternate" && e.Links[0].Href == want
	case "links":
		for _, l := range e.Links {
			if l.Href == want || l.Rel == want || l.Type == want || l.Lang == want || l.Name == want || l.Rel == "alternate" && strings.HasSuffix(want, "html") {
				return true
			}
		}
	case "license", "wfw_comment", "comments":
		for _, l := range e.Links {
			if l.Href == want {
				return true
			}
		}
	case "tags":
		if index < len(e.Tags) {
			t := e.Tags[index]
			return map[string]string{"term": t.Term, "scheme": t.Scheme, "label": t.Label}[last] == want
		}
	case "author", "author_detail":
		index = 0
		return person(e.Authors)
	case "authors":
		return person(e.Authors)
	case "contributors":
		return person(e.Others)
	case "rights":
		return sameWords(e.Rights, clean.Text(want))
	case "published", "published_parsed", "created", "created_parsed":
		return date(e.Published)
	case "updated", "updated_parsed":
		return date(e.Updated) || date(e.Published)
	case "enclosures":
		for _, l := range e.Links {
			if l.Rel == "enclosure" && (l.Href == want || l.Type == want || l.Len == want) {
				return true
			}
		}
	}
	return false
}

// sameText allows for sanitising: another policy keeps other attributes and
// elements, and both mean the same text.
func sameText(ours textAgain, want string) bool {
	if ours.Type == "html" {
		return clean.HTML(want, "") == ours.Value || sameWords(clean.Text(want), clean.Text(ours.Value))
	}
	return sameWords(ours.Value, want) || sameWords(ours.Value, clean.Text(want))
}

func sameWords(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}

// speaking is the end of an item.
var speaking = regexp.MustCompile(`</(\w+:)?(entry|item)>`)

// asserted are the fields of entries whose content is published.
var asserted = map[string]bool{
	"title": true, "title_detail": true, "description": true, "summary": true, "summary_detail": true, "content": true,
	"id": true, "guid": true, "link": true, "links": true, "license": true, "comments": true, "wfw_comment": true,
	"tags": true, "author": true, "author_detail": true, "authors": true, "contributors": true, "rights": true,
	"published": true, "published_parsed": true, "created": true, "created_parsed": true, "updated": true,
	"updated_parsed": true, "enclosures": true, "subtitle": true,
}

// TestFeedparserAssertions evaluates what feedparser's suite asserts of the
// content of entries on our Atom of the same documents. Left out are the type
// of texts, which we choose ourselves, and their xml:base, for our links are
// absolute.
func TestFeedparserAssertions(t *testing.T) {
	const dir = "../../../../shared/corpus/feeds/"
	lines, err := os.ReadFile(dir + "suite-feedparser/expect.jsonl")
	if os.IsNotExist(err) {
		t.Skip("no corpus beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	total, good := 0, 0
	for line := range strings.Lines(string(lines)) {
		var a struct {
			File, Expect, Scope string
			Headers             map[string]string
		}
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		checks := comparison.FindAllStringSubmatch(a.Expect, -1)
		if a.Scope != "entry" || len(checks) == 0 || strings.Contains(a.Expect, "' + '") {
			continue
		}
		body, err := os.ReadFile(dir + a.File)
		if err != nil {
			t.Fatal(err)
		}
		contentType, base := "", "http://127.0.0.1:8097/tests/"+strings.TrimPrefix(a.File, "suite-feedparser/")
		for name, value := range a.Headers {
			switch strings.ToLower(name) {
			case "content-type":
				contentType = value
			case "content-location":
				base = value
			}
		}
		again, err := republish(body, contentType, base)
		if err == nil && len(again.Entries) == 0 {
			// Items that say nothing are left out: let them say something.
			body = speaking.ReplaceAll(body, []byte("<title>t</title></$1$2>"))
			again, err = republish(body, contentType, base)
		}
		for _, c := range checks {
			var path []string
			for _, s := range step.FindAllStringSubmatch(c[2], -1) {
				path = append(path, s[1]+s[2]+s[3])
			}
			if last := path[len(path)-1]; !asserted[path[0]] || last == "base" || last == "type" && path[0] != "links" && path[0] != "enclosures" {
				continue
			}
			want := c[3]
			switch {
			case want == "None":
				want = ""
			case want[0] != '(':
				want = python(want)
			}
			entry, _ := strconv.Atoi(c[1])
			total++
			if err == nil && holds(again, entry, path, want) {
				good++
				continue
			}
			file := strings.TrimPrefix(a.File, "suite-feedparser/wellformed/")
			t.Logf("%s: %s: %s", file, c[0], differs[file])
			if differs[file] == "" {
				t.Errorf("%s: %s: for no known reason", file, c[0])
			}
		}
	}
	t.Logf("%d of %d assertions hold", good, total)
	if good*100 < total*95 {
		t.Errorf("%d of %d assertions hold, want 95 %%", good, total)
	}
}

// differs holds the documents of which an assertion does not hold, and why.
var differs = map[string]string{
	"atom/entry_link_no_href_link_priority.xml":    sameItem,
	"atom10/entry_link_no_href_link_priority.xml":  sameItem,
	"node_precedence/atom10_title.xml":             sameItem,
	"atom10/entry_link_title.xml":                  "the title of the link to the item itself is not carried",
	"base/http_entry_id_base_content_location.xml": notResolved,
	"base/http_entry_id_base_docuri.xml":           notResolved,
	"cdf/item_href_map_link.xml":                   noCDF,
	"cdf/item_href_map_links.xml":                  noCDF,
	"cdf/item_lastmod_parsed.xml":                  noCDF,
	"lang/entry_content_xml_lang_blank.xml":        blankLanguage,
	"lang/entry_summary_xml_lang_blank.xml":        blankLanguage,
	"lang/entry_title_xml_lang_blank.xml":          blankLanguage,
	"lang/item_xhtml_body_xml_lang.xml":            "xml:lang is carried of the item, not of a body element within an RSS item",
	"rss/entity_in_doctype.xml":                    "entities that a DOCTYPE declares are never expanded",
	"rss/item_guid_not_permalink_not_url.xml":      "a guid that is no IRI can't be an atom:id",
	"rss/item_madeup_tags_element.xml":             "no module has such an element",
}

const (
	sameItem      = "both entries say the same, and are one item"
	notResolved   = "an atom:id is kept as received: it is no relative reference (RFC 4287 section 4.2.6)"
	noCDF         = "CDF is not read"
	blankLanguage = "a text of no language is published in its item's"
)
