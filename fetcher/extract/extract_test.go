package extract

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
)

const address = "https://news.example/2026/story"

// filler is text enough for an article.
var filler = strings.Repeat("<p>A paragraph of some length, with commas, as articles have them, and with an end that is worth waiting for.</p>\n", 6)

func mustPage(t *testing.T, page string) *Article {
	t.Helper()
	a, err := Page([]byte(page), "text/html; charset=utf-8", address)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestSeedArticle(t *testing.T) {
	dir := corpusDir(t, "seed-article")
	page, err := os.ReadFile(filepath.Join(dir, "a-article.html"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Page(page, "text/html", "https://www.worldreporter.example/articles/north-korea-munitions-russia?utm_source=x")
	if err != nil {
		t.Fatal(err)
	}
	want := Article{
		Title: "North Korea Sends Mass Munitions Shipments to Russian Military", Authors: []string{"Desk Contributor"},
		Published: time.Date(2023, 11, 4, 14, 5, 0, 0, time.UTC), Updated: time.Date(2023, 11, 4, 14, 5, 0, 0, time.UTC),
		Image:     "https://images.squarespace-cdn.example/content/v1/5f0c/a1/seoul-tv.jpg?format=1500w",
		Canonical: "https://www.worldreporter.example/articles/north-korea-munitions-russia", Language: "en-US",
	}
	got := *a
	got.Content = ""
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if n := strings.Count(a.Content, "<img"); n != 2 {
		t.Errorf("%d pictures, want 2: %s", n, a.Content)
	}
	var expected struct {
		Paragraphs     []string `json:"paragraphs"`
		Captions       []string `json:"captions"`
		MustNotContain []string `json:"must_not_contain"`
	}
	readJSON(t, filepath.Join(dir, "expected.json"), &expected)
	rest := a.Content
	for _, p := range expected.Paragraphs {
		_, after, found := strings.Cut(rest, "<p>"+strings.TrimSpace(p))
		if !found {
			t.Errorf("paragraph %.50q is missing or out of order", p)
			continue
		}
		rest = after
	}
	if n := strings.Count(figcaption.ReplaceAllString(a.Content, ""), "<p>"); n != len(expected.Paragraphs) {
		t.Errorf("%d paragraphs outside captions, want %d", n, len(expected.Paragraphs))
	}
	for _, c := range expected.Captions {
		if !strings.Contains(strings.Join(figcaption.FindAllString(a.Content, -1), " "), c) {
			t.Errorf("caption %.50q is none", c)
		}
	}
	for _, junk := range expected.MustNotContain {
		if strings.Contains(a.Content, junk) {
			t.Errorf("the text holds %q", junk)
		}
	}
}

func TestPagerAsText(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(corpusDir(t, "seed-article"), "seed.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	start := pagerStart(lines)
	if start == len(lines) || lines[start] != "Previous" || !strings.HasPrefix(lines[start-1], "Ukrainian officials") {
		t.Errorf("the pager begins at line %d of %d", start, len(lines))
	}
	// The same as a page.
	a := mustPage(t, "<article><h1>"+lines[0]+"</h1><p>"+strings.Join(lines[1:], "</p><p>")+"</p></article>")
	if strings.Contains(a.Content, "Previous") || strings.Contains(a.Content, "Transgender") || !strings.Contains(a.Content, "increased sanctions.") {
		t.Errorf("%s", a.Content)
	}
}

func TestWhatStays(t *testing.T) {
	for name, test := range map[string]struct {
		page  string // around the text
		with  []string
		never []string
	}{
		"captions": {
			`<article><div class="wp-caption alignnone"><img src="/a.jpg"><p class="wp-caption-text">A boat on the river (Photo: P. Hoto)</p></div>` + filler + `</article>`,
			[]string{`<figure><img src="https://news.example/a.jpg" alt=""/><figcaption>A boat on the river (Photo: P. Hoto)</figcaption></figure>`}, nil,
		},
		"a figure without figcaption": {
			`<article><figure><img src="/a.jpg"><span class="x">A boat</span></figure>` + filler + `</article>`,
			[]string{`<figcaption>A boat</figcaption>`}, nil,
		},
		"a caption without a picture is text": {
			`<article><p class="caption">Not beside any picture, this is a paragraph of its own, and stays one.</p>` + filler + `</article>`,
			[]string{`<p>Not beside any picture`}, []string{"figcaption"},
		},
		"junk by name": {
			`<article>` + filler + `<div class="sharedaddy">Share this</div><div id="mc_embed_signup">Get our letter</div><section class="RelatedCoverage-container-3AnSP"><p>Other story</p></section>` +
				`<div class="post-navigation">Older</div><div id="disqus_thread">Say something</div><aside class="newsletterSignup"><p>Sign up now</p></aside></article><footer><p>All rights reserved</p></footer>`,
			[]string{"worth waiting for"}, []string{"Share", "letter", "Other", "Older", "something", "Sign up", "rights"},
		},
		"a name is no proof": {
			`<body class="has-related-posts newsletter"><div class="subscribe"><article>` + filler + `</article></div></body>`,
			[]string{"worth waiting for"}, nil,
		},
		"what is hidden": {
			`<article>` + filler + `<p hidden>Hidden one</p><p style="display: none">Hidden two</p><span class="visually-hidden">Hidden three</span></article>`,
			[]string{"worth waiting for"}, []string{"Hidden"},
		},
		"a lead far from the body": {
			`<div><div><h1>A title</h1><div><div class="Post__lead"><h2>What this is all about, in a sentence or two that stand above the picture and beside the text.</h2></div></div></div></div>` +
				`<div><div><div class="body">` + filler + filler + `</div></div></div>`,
			[]string{"What this is all about, in a sentence"}, nil,
		},
		"a pager": {
			`<article>` + filler + `<div><p>Previous</p><p>Previous</p><p>Another headline</p><p>Next</p><p>Next</p><p>One more headline</p></div></article>`,
			[]string{"worth waiting for"}, []string{"Previous", "headline"},
		},
		"the word next is no pager": {
			`<article>` + filler + `<p>What comes next?</p><p>Next</p><p>Nobody knows, and that is the end of it for now.</p></article>`,
			[]string{"What comes next?", "Nobody knows"}, nil,
		},
		"date and author above the text": {
			`<article><h1>A title</h1><p>Posted on March 3, 2026</p><p>4 min read</p>` + filler + `<p>It was built on March 3, 1926.</p></article>`,
			[]string{"It was built on March 3, 1926."}, []string{"Posted", "min read"},
		},
		"links to other articles": {
			`<article>` + filler + `<p>Related: <a href="/o">Another story altogether</a></p>` + filler + `<p>More of <a href="/p">this</a> was said later, at some length and to the end.</p></article>`,
			[]string{"was said later"}, []string{"Another story"},
		},
		"a list of other articles": {
			`<article>` + filler + `<h4>More:</h4><h4><a href="/1">One other story</a></h4><h4><a href="/2">A second story</a></h4>` + filler +
				`<p>More</p><p>of this was said later, at some length and to the end.</p></article>`,
			[]string{"<p>More</p>", "was said later"}, []string{"More:", "story"},
		},
		"what only fills a place": {
			`<article><p>Tempo de leitura: 3 minutos</p>` + filler + `<div>Advert</div>` + filler + `<p>Advertisement for a new age, he called it, and no one knew why.</p><p>comments</p></article>`,
			[]string{"for a new age"}, []string{"leitura", "Advert<", "comments"},
		},
		"when it was published, further down": {
			`<article>` + strings.Repeat("<p>A short line.</p>", 8) + `<p>PUBLISHED: 10:48, Tue, Nov 19, 2019 | UPDATED: 11:05, Tue, Nov 19, 2019</p>` + filler + `<p>The list is of November 19, 2019</p></article>`,
			[]string{"The list is of"}, []string{"PUBLISHED"},
		},
		"articles behind the article": {
			`<div><article>` + filler + filler + filler + `</article><article><p>Another one, which begins here, and goes on, and on.</p></article></div>`,
			[]string{"worth waiting for"}, []string{"Another one"},
		},
		"a picture and its stand-in": {
			`<article><figure><div><noscript><img src="/a.jpg?format=1500w" alt="A"/></noscript><img data-src="/a.jpg" alt=""/></div><figcaption>A boat</figcaption></figure>` + filler +
				`<p><img src="/b.jpg"></p><p>Words stand between these two.</p><p><img src="/b.jpg"></p></article>`,
			[]string{`src="https://news.example/a.jpg?format=1500w"`, `b.jpg`}, []string{`a.jpg"`},
		},
		"scripts and handlers": {
			`<article onclick="x()">` + filler + `<script>alert(1)</script><p onmouseover="x()">An end of <a href="javascript:x()">some</a> kind, with a comma.</p></article>`,
			[]string{"An end of some kind"}, []string{"script", "alert", "onmouse", "onclick"},
		},
		"base": {
			`<head><base href="https://cdn.example/d/"></head><article>` + filler + `<p>See <a href="e">this one</a>, which is elsewhere, and far away from all that.</p></article>`,
			[]string{`href="https://cdn.example/d/e"`}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := mustPage(t, test.page)
			for _, s := range test.with {
				if !strings.Contains(a.Content, s) {
					t.Errorf("%q is missing: %s", s, a.Content)
				}
			}
			for _, s := range test.never {
				if strings.Contains(a.Content, s) {
					t.Errorf("%q is there: %s", s, a.Content)
				}
			}
		})
	}
}

func TestDescription(t *testing.T) {
	for name, test := range map[string]struct {
		head string
		want Article
	}{
		"nothing": {``, Article{}},
		"open graph": {
			`<meta property="og:title" content="T &amp; U"><meta property="og:image" content="/i.jpg"><meta property="og:url" content="/o?utm_source=x">` +
				`<meta property="article:published_time" content="2026-03-01T10:00:00+01:00"><meta property="article:modified_time" content="2026-03-02"><meta name="author" content="By A. Writer">` +
				`<meta property="og:locale" content="de_DE">`,
			Article{Title: "T & U", Image: "https://news.example/i.jpg", Canonical: "https://news.example/o", Authors: []string{"A. Writer"},
				Published: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), Updated: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Language: "de-DE"},
		},
		"ld+json wins": {
			`<link rel="canonical" href="https://news.example/c"><meta property="og:title" content="T - Site"><meta name="author" content="Nobody">` +
				`<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"Site"},{"@type":["NewsArticle"],"headline":"T",` +
				`"author":[{"@type":"Person","name":"A"},{"name":"B"},"https://news.example/u"],"image":[{"url":"/j.jpg"}],"datePublished":"2026-03-01T10:00:00Z","inLanguage":"fr"}]}</script>`,
			Article{Title: "T", Authors: []string{"A", "B"}, Image: "https://news.example/j.jpg", Canonical: "https://news.example/c",
				Published: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), Language: "fr"},
		},
		"broken ld+json": {
			`<script type="application/ld+json">{"@type":"NewsArticle","headline":</script><script type="application/ld+json"><!-- {"@type":"Article","headline":"a
b"}; --></script>`,
			Article{Title: "a b"},
		},
		"a line end in ld+json": {"<script type='application/ld+json'>{\"@type\":\"Article\",\"headline\":\"a\nb\"}</script>", Article{Title: "a b"}},
		"addresses that are none": {
			`<link rel="canonical" href="javascript:x()"><meta property="og:image" content="data:image/png;base64,xx"><meta property="article:author" content="https://f.example/me">`,
			Article{},
		},
		"dates that are none": {`<meta property="article:published_time" content="yesterday"><meta name="datePublished" content="">`, Article{}},
	} {
		t.Run(name, func(t *testing.T) {
			a := mustPage(t, "<html><head>"+test.head+"</head><body><article>"+filler+"</article></body></html>")
			a.Content = ""
			if !reflect.DeepEqual(*a, test.want) {
				t.Errorf("got  %+v\nwant %+v", *a, test.want)
			}
		})
	}
}

func TestCharset(t *testing.T) {
	long := func(s string) string {
		return "<article>" + strings.Repeat("<p>"+s+", "+s+", "+s+".</p>", 8) + "</article>"
	}
	encode := func(enc interface{ String(string) (string, error) }, s string) string {
		out, err := enc.String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	far := "<head>" + strings.Repeat("<meta name=x content=y>", 200)
	for name, test := range map[string]struct{ page, contentType, want string }{
		"header":              {encode(charmap.Windows1251.NewEncoder(), long("Привет, мир и все остальные")), "text/html; charset=windows-1251", "Привет"},
		"meta":                {`<meta charset="windows-1251">` + encode(charmap.Windows1251.NewEncoder(), long("Привет, мир и все остальные")), "text/html", "Привет"},
		"meta far behind":     {far + `<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">` + encode(japanese.ShiftJIS.NewEncoder(), long("こんにちは、世界とその他すべての皆さん")), "", "こんにちは"},
		"utf-8 undeclared":    {far + long("Zürich und Genève, das Übrige auch"), "text/html", "Zürich"},
		"utf-8 wrongly label": {`<meta charset="iso-8859-1">` + long("Zürich und Genève, das Übrige auch"), "text/html", "Zürich"},
		"bom":                 {"\xef\xbb\xbf" + long("Zürich und Genève, das Übrige auch"), "text/html; charset=latin1", "Zürich"},
		"nothing":             {encode(charmap.Windows1252.NewEncoder(), long("Zürich und Genève, das Übrige auch")), "text/html", "Zürich"},
		"unknown label":       {long("Plain words, and more of them, to the end"), "text/html; charset=nonsense", "Plain"},
	} {
		a, err := Page([]byte(test.page), test.contentType, address)
		if err != nil || !strings.Contains(a.Content, test.want) {
			t.Errorf("%s: %v, %+v", name, err, a)
		}
	}
}

func TestNoArticle(t *testing.T) {
	for name, test := range map[string]struct{ page, contentType, want string }{
		"a picture":     {"x", "image/jpeg", "it is image/jpeg and no HTML page"},
		"a document":    {"%PDF", "application/pdf", "it is application/pdf and no HTML page"},
		"nothing":       {"<html><body></body></html>", "text/html", "its article was not found"},
		"a notice":      {"<p>Please enable JavaScript.</p>", "text/html", "it holds no article, only some words"},
		"deep":          {strings.Repeat("<div>", 400) + filler, "text/html", "its elements are nested too deeply"},
		"deeper":        {strings.Repeat("<div>", 100_000) + filler, "text/html", "its elements are nested too deeply"},
		"large":         {strings.Repeat("<p>x", 100_000), "text/html", "it has too many elements for an article"},
		"unclosed bold": {formats(200) + strings.Repeat("<p>x", 10_000), "text/html", "it has too many elements for an article"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := Page([]byte(test.page), test.contentType, address)
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, %+v; want %q", err, a, test.want)
			}
		})
	}
}

// formats opens so many different formatting elements.
func formats(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("<font size=\"" + strings.Repeat("x", i) + "\">")
	}
	return b.String()
}

func TestPageIsDeterministic(t *testing.T) {
	page := []byte("<article><h1>A title</h1>" + filler + `<div class="related">x</div></article>`)
	first, err := Page(page, "text/html", address)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := Page(page, "text/html", address)
		if err != nil || !reflect.DeepEqual(first, again) {
			t.Fatalf("%+v, %v; first %+v", again, err, first)
		}
	}
}

func FuzzPage(f *testing.F) {
	f.Add([]byte("<article><h1>T</h1>"+filler+"</article>"), "text/html")
	f.Add([]byte(`<meta charset=utf-16><figure><img src=x><p class=caption>c</figure><table><tr><td>`+filler), "")
	f.Add([]byte(`<script type="application/ld+json">[[{"@type":["Article"],"author":[[{}]],"image":{}}]]</script>`+filler), "text/html; charset=gbk")
	f.Add([]byte(formats(20)+strings.Repeat("<p>Previous<li>Next", 20)), "text/plain")
	f.Fuzz(func(t *testing.T, page []byte, contentType string) {
		a, err := Page(page, contentType, address)
		if err != nil {
			if err.Error() == "" || a != nil {
				t.Errorf("%v, %+v", err, a)
			}
			return
		}
		if _, err := json.Marshal(a); err != nil || a.Content == "" || strings.Contains(a.Content, "<script") {
			t.Errorf("%v: %+v", err, a)
		}
	})
}
