package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sluice/storage"
)

func TestClean(t *testing.T) {
	for _, c := range [][2]string{
		{"", ""},
		{"plain\ttext\n", "plain\ttext\n"},
		{"ünïcödé 港 🚢", "ünïcödé 港 🚢"},
		{"a\x00b\x08c\x7fd", "abcd"},
		{"a\r\nb\rc", "a\nb\nc"},
		{"\u0085\u009f.\u00a0", ".\u00a0"},
		{"\ufffe\uffff\ufffd", "\ufffd"},
		{"\xff", "\ufffd"},
		{"a\xed\xa0\xbdb", "a\ufffd\ufffd\ufffdb"},
		{"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
	} {
		if got := clean(c[0]); got != c[1] {
			t.Errorf("clean(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\xed\xa0\x80\r\n\x00]]>&#0;")
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if again := clean(got); again != got {
			t.Errorf("clean(%q) = %q, and again %q", s, got, again)
		}
		var b bytes.Buffer
		if err := xml.EscapeText(&b, []byte(got)); err != nil {
			t.Fatal(err)
		}
		var back string
		if err := xml.Unmarshal([]byte("<x>"+b.String()+"</x>"), &back); err != nil || back != got {
			t.Errorf("%q reads back as %q, %v", got, back, err)
		}
	})
}

// However hostile the item, each format is well-formed and gives one entry.
func FuzzDocuments(f *testing.F) {
	f.Add("title", "<p>text</p>", "https://a.example/", true)
	f.Add("]]>\x00", "<a <b", "javascript:x", false)
	f.Fuzz(func(t *testing.T, title, text, link string, isHTML bool) {
		p := &Page{Site: testSite(t), State: storage.TopicState{AtomID: "urn:x:1"}}
		p.Entries = []Entry{{Feed: Feed{Title: title, Private: !isHTML, URL: link}, Entry: storage.Entry{ID: "urn:x:2", Item: storage.Item{
			Title: storage.Text{Value: title, HTML: isHTML}, Content: storage.Text{Value: text, HTML: isHTML},
			Summary: storage.Text{Value: title + text, HTML: isHTML},
			URL:     link, Language: title, Authors: []storage.Person{{Name: text, URI: link, Mail: title}},
			Categories: []storage.Category{{Term: title, Scheme: link}},
			Enclosures: []storage.Enclosure{{URL: link, Type: text}}, Links: []storage.Link{{URL: link, Rel: title}},
			Origin: storage.Origin{ID: link, Title: title, Self: link},
		}}}}
		var atom, rss, js, page bytes.Buffer
		for _, err := range []error{Atom(&atom, p), RSS(&rss, p), JSON(&js, p), HTML(&page, p)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		var a parsedAtom
		if err := xml.Unmarshal(atom.Bytes(), &a); err != nil || len(a.Entries) != 1 {
			t.Errorf("Atom: %v\n%s", err, atom.Bytes())
		}
		var r parsedRSS
		if err := xml.Unmarshal(rss.Bytes(), &r); err != nil || len(r.Items) != 1 {
			t.Errorf("RSS: %v\n%s", err, rss.Bytes())
		}
		if n := strings.Count(page.String(), "<article"); n != 1 {
			t.Errorf("HTML has %d articles\n%s", n, page.Bytes())
		}
	})
}

func TestLine(t *testing.T) {
	long := strings.Repeat("word ", 1<<18)
	got := line(long)
	if n := utf8.RuneCountInString(got); n > maxTitle || !strings.HasSuffix(got, "word…") {
		t.Errorf("a title of 1 MB becomes %d characters ending in %q", n, got[len(got)-10:])
	}
	cjk := line(strings.Repeat("港", 5000))
	if n := utf8.RuneCountInString(cjk); n != maxTitle {
		t.Errorf("a long title without spaces becomes %d characters, want %d", n, maxTitle)
	}
	exact := strings.Repeat("é", maxTitle)
	if line(exact) != exact {
		t.Error("a title of the greatest length is cut")
	}
	if got := line(" a \n\t b\u00a0c "); got != "a b\u00a0c" {
		t.Errorf("line gives %q", got)
	}
}

func TestExcerpt(t *testing.T) {
	for _, c := range []struct {
		text string
		html bool
		want string
	}{
		{"", false, ""},
		{"short", false, "short"},
		{"a < b &amp; c", false, "a < b &amp; c"},
		{"<p>a &lt; b &amp;amp; c</p>", true, "a < b &amp; c"},
		{"<p>one</p><p>two</p>three<br/>four", true, "one two three four"},
		{"un<em>broken</em> wo<wbr>rd", true, "unbroken word"},
		{"<p title=\"x\">open", true, "open"},
		{"cut <b", true, "cut"},
		{"some letters and then more of it", false, "some letters and…"},
		{strings.Repeat("<p> </p>", 10000) + "far", true, ""},
	} {
		if got := excerpt(c.text, c.html, 20); got != c.want {
			t.Errorf("excerpt(%.40q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestAddress(t *testing.T) {
	for _, c := range [][2]string{
		{"https://a.example/x?b=1&c=2#d", "https://a.example/x?b=1&c=2#d"},
		{" HTTP://A.example ", "HTTP://A.example"},
		{"https://a.example/ä b\"", "https://a.example/ä%20b%22"},
		{"https://a.example/50%/x%2Fy%zz", "https://a.example/50%25/x%2Fy%25zz"},
		{"https://[2001:db8::1]:8080/x[1].torrent?a[]=2", "https://[2001:db8::1]:8080/x%5B1%5D.torrent?a%5B%5D=2"},
		{"magnet:?xt=urn:btih:00", "magnet:?xt=urn:btih:00"},
		{"ftp://a.example/f", "ftp://a.example/f"},
		{"https://", ""}, {"https:///x", ""}, {"https:x", ""}, {"//a.example/", ""}, {"/x", ""}, {"x", ""}, {"", ""},
		{"javascript:alert(1)", ""}, {"java\nscript:alert(1)", ""}, {"data:,x", ""}, {"mailto:a@b.example", ""},
		{"http\x00s://a.example/", "https://a.example/"},
	} {
		if got := address(c[0]); got != c[1] {
			t.Errorf("address(%q) = %q, want %q", c[0], got, c[1])
		}
	}
	if got := webAddress("magnet:?xt=1"); got != "" {
		t.Errorf("webAddress lets %q through", got)
	}
	if got := asURI("https://a.example/記%20"); got != "https://a.example/%E8%A8%98%20" {
		t.Errorf("asURI gives %q", got)
	}
}

func TestGrammar(t *testing.T) {
	for _, c := range []struct {
		name string
		got  string
		want string
	}{
		{"language", language("zh-Hant-TW"), "zh-Hant-TW"},
		{"language with digits first", language("1x"), ""},
		{"language too long", language("abcdefghi"), ""},
		{"language underscore", language("en_US"), ""},
		{"type", mediaType("audio/mpeg; codecs=\"x\""), "audio/mpeg; codecs=\"x\""},
		{"type without subtype", mediaType("audio/"), ""},
		{"type with blanks", mediaType("a b/c"), ""},
		{"relation", relation("prev-archive"), "prev-archive"},
		{"relation IRI", relation("http://rel.example/x"), "http://rel.example/x"},
		{"relation neither", relation("two words"), "related"},
		{"iri", iri("urn:uuid:0"), "urn:uuid:0"},
		{"iri relative", iri("feed/1"), ""},
		{"mail", mail("a@b.example"), "a@b.example"},
		{"mail with name", mail("a@b.example (A)"), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestConceal(t *testing.T) {
	path := concealed{"https://x.example/feed"}
	query := concealed{"https://x.example/feed?t=1"}
	for _, c := range []struct {
		hide     concealed
		in, want string
	}{
		{path, `<a href="https://x.example/feed">f</a> https://x.example/feed`, `<a href="">f</a> `},
		{path, "https://x.example/feed/1", "https://x.example/feed/1"},
		{query, "see https://x.example/feed?t=12&u=3 there", "see  there"},
		{nil, "https://x.example/feed", "https://x.example/feed"},
	} {
		if got := c.hide.string(c.in); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.in, got, c.want)
		}
	}
	if query.address("https://x.example/feed?t=1&u=2") != "" {
		t.Error("an address that holds the private feed's query is let through")
	}
}

// The policy allows the style sheet that stands in the page, and the template
// engine has not changed it.
func TestPolicy(t *testing.T) {
	page := string(documents(t, testPage(t))["page.html"])
	_, rest, _ := strings.Cut(page, "<style>")
	sheet, _, found := strings.Cut(rest, "</style>")
	if !found {
		t.Fatal("the page has no style sheet")
	}
	sum := sha256.Sum256([]byte(sheet))
	if hash := base64.StdEncoding.EncodeToString(sum[:]); !strings.Contains(Policy(), "'sha256-"+hash+"'") {
		t.Errorf("the policy %q does not allow the page's style sheet, whose hash is %s", Policy(), hash)
	}
	for _, forbidden := range []string{"<script", " style=", " onclick"} {
		if strings.Contains(page, forbidden) {
			t.Errorf("the page holds %q", forbidden)
		}
	}
}

func TestUpdated(t *testing.T) {
	p := testPage(t)
	if got, want := p.Updated(), at(t, "2024-05-04T08:15:30Z"); !got.Equal(want) {
		t.Errorf("updated %v, want the latest entry's %v", got, want)
	}
	p.Entries = nil
	if got := p.Updated(); !got.Equal(p.State.Changed) {
		t.Errorf("an emptied page was updated %v, want %v", got, p.State.Changed)
	}
	p.State.Changed = time.Time{}
	if got := p.Updated(); !got.Equal(p.State.Begun) {
		t.Errorf("a new page was updated %v, want %v", got, p.State.Begun)
	}
	p.State.Changed, p.Archive = at(t, "2024-05-05T00:00:00Z"), 1
	if got := p.Updated(); !got.Equal(p.State.Begun) {
		t.Errorf("an emptied archive page was updated %v, want %v", got, p.State.Begun)
	}
}

func TestAtomNeedsID(t *testing.T) {
	p := testPage(t)
	p.State.AtomID = ""
	if err := Atom(&bytes.Buffer{}, p); err == nil || !strings.Contains(err.Error(), "harbours") {
		t.Errorf("an Atom feed without id gives %v", err)
	}
}

func benchmarkPage(b *testing.B) *Page {
	text := strings.Repeat("<p>The \"crane\" on the old quay moves again, says the harbour's master &amp; his crew.</p>\n", 45)
	p := &Page{State: storage.TopicState{AtomID: "urn:x:1"}}
	p.Site.Title, p.Site.URL, p.Topic.Name, p.Topic.Title = "Site", "https://s.example", "t", "T"
	for range 50 {
		p.Entries = append(p.Entries, Entry{Feed: Feed{Title: "Gazette"}, Entry: storage.Entry{
			ID: "urn:x:2", Published: time.Unix(1e9, 0), Updated: time.Unix(1e9, 0),
			Item: storage.Item{
				URL: "https://a.example/x", Title: storage.Text{Value: "The old quay and its crane"},
				Summary: storage.Text{Value: "A crane of 1880 moves again."}, Content: storage.Text{Value: text, HTML: true},
				Origin: storage.Origin{ID: "urn:x:3", Title: "Gazette", Self: "https://a.example/feed", Home: "https://a.example/"},
			},
		}})
	}
	return p
}

// One topic of 50 entries of 4 KB.
func BenchmarkRender(b *testing.B) {
	p := benchmarkPage(b)
	for name, write := range map[string]func(*bytes.Buffer) error{
		"atom": func(w *bytes.Buffer) error { return Atom(w, p) },
		"rss":  func(w *bytes.Buffer) error { return RSS(w, p) },
		"json": func(w *bytes.Buffer) error { return JSON(w, p) },
		"html": func(w *bytes.Buffer) error { return HTML(w, p) },
	} {
		b.Run(name, func(b *testing.B) {
			var buf bytes.Buffer
			for b.Loop() {
				buf.Reset()
				if err := write(&buf); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(buf.Len()))
		})
	}
}

func TestAnAdoptedIDThatIsNoIRI(t *testing.T) {
	for _, c := range []struct{ id, want string }{
		{"https://a.example/?p=1", "https://a.example/?p=1"},
		{"tag:a.example,2020:1", "tag:a.example,2020:1"},
		{"1700000000000017", "urn:uuid:"},
		{"", "urn:uuid:"},
	} {
		got := entryIRI(c.id)
		if !strings.HasPrefix(got, c.want) || got != entryIRI(c.id) || got != iri(got) {
			t.Errorf("%q becomes %q", c.id, got)
		}
	}
	if entryIRI("17") == entryIRI("18") {
		t.Error("two ids become one")
	}
}
