package render

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"sluice/storage"
)

// What may not be republished is in no document, and what may is.
func TestContentTerms(t *testing.T) {
	long := "<p>The first sentence of this text is not so very short, at least sixty characters. " +
		"The second one follows it. " + strings.Repeat("More and more is said here, ", 20) + "and the end is SECRET.</p>"
	p := &Page{Site: testSite(t), State: storage.TopicState{AtomID: "urn:x:y"}}
	p.Entries = []Entry{{
		Feed: Feed{Title: "A & B"},
		Entry: storage.Entry{ID: "urn:x:1", Published: at(t, "2024-05-03T22:30:00Z"), Item: storage.Item{
			URL: "https://a.example/1?a=1&b=2", Title: storage.Text{Value: "The title"}, Image: "https://a.example/picture.jpg",
			Summary: storage.Text{Value: long, HTML: true}, Content: storage.Text{Value: long + "<p>SECRET</p>", HTML: true},
		}},
	}}
	for terms, want := range map[Content]struct{ text, whole bool }{
		Full: {true, true}, Excerpt: {true, false}, Link: {false, false},
	} {
		p.Entries[0].Content = terms
		for name, write := range map[string]func(io.Writer, *Page) error{"atom": Atom, "rss": RSS, "json": JSON, "html": HTML} {
			var b bytes.Buffer
			if err := write(&b, p); err != nil {
				t.Fatal(err)
			}
			doc := b.String()
			has := func(s string) bool { return strings.Contains(doc, s) }
			if has("The second one follows it.") != want.text || terms != Full && (has("SECRET") || has("More and more")) {
				t.Errorf("%s on terms %d: %s", name, terms, doc)
			}
			if name != "html" && (has("SECRET") != want.whole || has("picture.jpg") != want.text) {
				t.Errorf("%s on terms %d: %s", name, terms, doc)
			}
			if !strings.Contains(doc, "The title") || !strings.Contains(doc, "https://a.example/1?a=1") {
				t.Errorf("%s on terms %d lacks the title or the link", name, terms)
			}
		}
	}
}

func TestSentences(t *testing.T) {
	for in, want := range map[string]string{
		"":                            "",
		"Whole text. No end":          "Whole text. No end",
		"One two. Three four. Fiv…":   "One two. Three four.",
		"One two three four five…":    "One two three four five…",
		"One. Two three four five…":   "One. Two three four five…", // ends too early
		"Version 1.5 is out now! An…": "Version 1.5 is out now!",
		"港に灯台ができた。それは高い…": "港に灯台ができた。",
	} {
		if got := sentences(in, 8); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// The other tellings are linked to, each once.
func TestOtherTellings(t *testing.T) {
	p := testPage(t)
	p.Entries = p.Entries[:1]
	own := p.Entries[0].Item.URL
	p.Entries[0].Others = []storage.Telling{
		{URL: "https://herald.example/quay", Title: "The <same> quay"}, {URL: own, Title: "itself"},
		{URL: "https://herald.example/quay", Title: "again"}, {URL: "javascript:x"}, {URL: ""},
	}
	var b bytes.Buffer
	if err := Atom(&b, p); err != nil {
		t.Fatal(err)
	}
	const want = `<link href="https://herald.example/quay" rel="related" title="The &lt;same&gt; quay"></link>`
	if doc := b.String(); strings.Count(doc, "herald.example") != 1 || !strings.Contains(doc, want) || strings.Contains(doc, "itself") {
		t.Errorf("links to other tellings: %s", doc)
	}
}

func TestBylineAndPrefix(t *testing.T) {
	p := testPage(t)
	p.Topic.Byline, p.Topic.Prefix, p.Topic.Rights = "{author} at {feed}", "[{feed}]", "Collected <here>"
	p.Entries[1].Feed.Rights = "CC BY & all"
	docs := documents(t, p)
	for name, want := range map[string][]string{
		"page.atom": {" at Harbour Gazette</name>", ">[Harbour Gazette] ", "<rights>Collected &lt;here&gt;</rights>", "<rights>CC BY &amp; all</rights>"},
		"page.rss":  {" at Harbour Gazette</dc:creator>", "<title>[Harbour Gazette] ", "<copyright>Collected &lt;here&gt;</copyright>", "<dc:rights>CC BY &amp; all</dc:rights>"},
		"page.json": {` at Harbour Gazette"`, `"title":"[Harbour Gazette] `},
	} {
		for _, s := range want {
			if !bytes.Contains(docs[name], []byte(s)) {
				t.Errorf("%s lacks %s", name, s)
			}
		}
	}
	for name, doc := range docs {
		if bytes.Contains(doc, []byte("Secret Desk")) || bytes.Contains(doc, []byte(" at <")) || bytes.Contains(doc, []byte("[] ")) {
			t.Errorf("%s names a private feed, or nothing", name)
		}
		if bytes.Contains(doc, []byte("Gazette at Harbour Gazette")) {
			t.Errorf("%s calls a feed its own author at itself", name)
		}
	}
}
