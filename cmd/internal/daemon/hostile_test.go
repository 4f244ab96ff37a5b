package daemon

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"sluice/cmd/internal/control"
	"sluice/storage"
)

// TestHostileFeedsHarmNoOther fetches feeds made to exhaust who reads them,
// beside one that is as it should be.
func TestHostileFeedsHarmNoOther(t *testing.T) {
	rss := func(inside string) string {
		return "<rss version='2.0'><channel><title>x</title>" + inside + "</channel></rss>"
	}
	item := func(inside string) string { return "<item><title>Good</title>" + inside + "</item>" }
	var many strings.Builder
	count, taken := 50_000, 10_000
	if testing.Short() {
		count, taken = 300, 300
	}
	for i := range count {
		many.WriteString("<item><title>Item " + strconv.Itoa(i) + "</title></item>")
	}
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 200 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	_ = z.Close()
	tooMany := ""
	if count > taken {
		tooMany = "only the first 10000 of its 50000 items are taken"
	}
	feeds := map[string]struct {
		body, encoding string
		items          int
		says           string // of its error or warning
	}{
		"good":     {rss(item("<link>https://good.example/1</link>")), "", 1, ""},
		"deep":     {rss(item("<description>" + strings.Repeat("<div>", 100_000) + "x" + strings.Repeat("</div>", 100_000) + "</description>" + strings.Repeat("<x>", 100_000) + strings.Repeat("</x>", 100_000))), "", 1, ""},
		"many":     {rss(many.String()), "", taken, tooMany},
		"long":     {rss(item("<description>" + strings.Repeat("many words ", 20<<20/11) + "</description>")), "", 1, "a text beyond the bounds was cut"},
		"guid":     {rss(item("<guid>" + strings.Repeat("g", 1<<20) + "</guid>")), "", 1, "a text beyond the bounds was cut"},
		"entities": {"<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'>" + strings.Repeat("<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>", 1000) + "]>" + rss(item("<description>&b;&b;</description>")), "", 1, ""},
		"bomb":     {bomb.String(), "gzip", 0, "sends more than 30 MiB"},
		"cut":      {strings.TrimSuffix(rss(item("")+item("<guid>2</guid>")), "</item></channel></rss>"), "", 1, "the document ends too early; complete items: 1, the last one is left out"},
		"silent":   {rss("<item><guid>a</guid></item>" + item("") + "<item><pubDate>Sun, 01 Mar 2026 08:00:00 GMT</pubDate></item>"), "", 1, "2 items have neither title nor text nor link and were left out"},
		"page":     {"<html><head><link rel='alternate' type='application/rss+xml' href='/f'></head></html>", "", 0, "an HTML page, not a feed; the page says that its feed is"},
		"nothing":  {"Fatal error: no database", "", 0, "neither XML nor JSON, so no feed; it begins \"Fatal error: no database\""},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := feeds[r.URL.Path[1:]]
		w.Header().Set("Content-Type", "application/xml")
		if f.encoding != "" {
			w.Header().Set("Content-Encoding", f.encoding)
		}
		_, _ = w.Write([]byte(f.body))
	}))
	defer server.Close()
	w := newWorld(t)
	config := "topics: [{name: t, match: good}]\nfeeds:\n"
	for name := range feeds {
		config += "  - {name: " + name + ", url: '" + server.URL + "/" + name + "', max_body: 30MiB}\n"
	}
	w.config(config)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	w.own(func(ctx context.Context, s *System) error {
		if _, err := s.Fetch(ctx, control.FetchRequest{All: true}, time.Time{}, nil); err != nil {
			return err
		}
		states, err := s.store.Feeds(ctx)
		for _, state := range states {
			f := feeds[state.Name]
			if says := state.Error + state.Warning; state.Items != f.items || f.says == "" && says != "" || !strings.Contains(says, f.says) {
				t.Errorf("%s: %d items, %q; want %d, %q", state.Name, state.Items, says, f.items, f.says)
			}
		}
		if len(states) != len(feeds) {
			t.Errorf("%d feeds", len(states))
		}
		if entries, err := s.store.Entries(ctx, "t", storage.Place{}, 100); err != nil || len(entries) < 1 {
			t.Errorf("%d entries, %v", len(entries), err)
		}
		return err
	})
	runtime.ReadMemStats(&after)
	if used := int64(after.HeapSys) - int64(before.HeapSys); used > 1<<30 {
		t.Errorf("the heap grew by %d MiB", used>>20)
	}
}

// TestHostileMarkupIsNotPublished sends markup that does harm in every field of
// an item, and looks for it in every document.
func TestHostileMarkupIsNotPublished(t *testing.T) {
	const evil = `<script>steal()</script><img src=x onerror=steal()><a href="javascript:steal()">x</a><iframe src="https://evil.example/"></iframe>` +
		`<svg onload=steal()></svg><style>@import "https://evil.example/"</style><form action="https://evil.example/"><input></form><p style="position:fixed" onclick=steal()>Shown</p>`
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(evil)
	every := func(inside string) string {
		return `<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:dc="http://purl.org/dc/elements/1.1/"
			xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>` + inside + `</title><link>javascript:steal()</link>
			<copyright>` + inside + `</copyright><item><guid>` + inside + `</guid><title>Good ` + inside + `</title><link>https://good.example/1</link><description>` + inside + `</description>
			<content:encoded>` + inside + `</content:encoded><dc:creator>` + inside + `</dc:creator><dc:rights>` + inside + `</dc:rights><category domain="javascript:steal()">` + inside + `</category>
			<comments>javascript:steal()</comments><enclosure url="javascript:steal()" type="text/html" length="1"/><source url="javascript:steal()">` + inside + `</source>
			<itunes:title>` + inside + `</itunes:title><itunes:subtitle>` + inside + `</itunes:subtitle><itunes:image href="javascript:steal()"/>
			<media:content url="https://good.example/1.mp4"><media:title type="html">` + inside + `</media:title><media:description type="html">` + inside + `</media:description>
			<media:credit role="x">` + inside + `</media:credit><media:player url="javascript:steal()"/></media:content><podcast:person href="javascript:steal()">` + inside + `</podcast:person>
			</item></channel></rss>`
	}
	w := newWorld(t)
	w.page("/a.xml", every(escaped))
	w.page("/b.xml", every("<![CDATA["+evil+"]]>"))
	w.config("feeds:\n  - {url: \"${UP}/a.xml\", name: a, topics: [all]}\n  - {url: \"${UP}/b.xml\", name: b, topics: [all]}\ntopics:\n  - {name: all}\nstories: {window: 0s}\n")
	files := w.documents()
	if !strings.Contains(files["topics/all.json"], "Shown") {
		t.Fatalf("nothing was published: %s", files["topics/all.json"])
	}
	look := func(name, markup string) {
		t.Helper()
		for _, bad := range []string{"<script", "onerror", "javascript:", "<iframe", "<svg", "@import", "<form", "<input", "onclick", "onload", "position:fixed"} {
			if i := strings.Index(markup, bad); i >= 0 {
				t.Errorf("%s holds %q: %s", name, bad, markup[i:min(len(markup), i+100)])
			}
		}
	}
	var feed struct {
		Items []struct {
			HTML string `json:"content_html"`
			URL  string
		}
	}
	if err := json.Unmarshal([]byte(files["topics/all.json"]), &feed); err != nil || len(feed.Items) != 2 {
		t.Fatalf("%d items, %v", len(feed.Items), err)
	}
	for _, item := range feed.Items {
		look("JSON", item.HTML+item.URL)
	}
	for _, name := range []string{"topics/all.atom", "topics/all.rss", "sources.opml"} {
		for _, markup := range markupIn(t, files[name]) {
			look(name, markup)
		}
	}
	page := files["topics/all/index.html"]
	if strings.Contains(page, "<script") || strings.Contains(page, "<img") || strings.Contains(page, "javascript:") && !strings.Contains(page, "&#34;javascript:") {
		t.Errorf("the page holds %s", page)
	}
}

// markupIn returns what a reader takes for HTML in an XML document: texts that
// are said to be, and RSS's descriptions. Attributes, which are addresses where
// they matter, count too.
func markupIn(t *testing.T, doc string) (markup []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(doc))
	var inHTML []bool
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return markup
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			isHTML := token.Name.Local == "encoded" || token.Name.Local == "description" && token.Name.Space == ""
			for _, a := range token.Attr {
				isHTML = isHTML || a.Name.Local == "type" && a.Value == "html"
				if a.Name.Local != "label" && a.Name.Local != "term" && a.Name.Local != "title" && a.Name.Local != "text" {
					markup = append(markup, a.Value)
				}
			}
			inHTML = append(inHTML, isHTML)
		case xml.EndElement:
			inHTML = inHTML[:len(inHTML)-1]
		case xml.CharData:
			if n := len(inHTML); n > 0 && inHTML[n-1] {
				markup = append(markup, string(token))
			}
		}
	}
}
