package story

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sluice/storage"
)

// article is 4 KB of clean HTML in which hardly a phrase comes twice.
var article = func() string {
	var b strings.Builder
	for i := 0; b.Len() < 4096; i++ {
		fmt.Fprintf(&b, "<p>The ministry of region%d said on Thursday that the harbour’s <a href=\"https://example.org/x?a=b&amp;c=d\">crane%d</a>, idle since %d, would “soon” be back in port%d.</p>\n", i, i, 1900+i, i)
	}
	return b.String()
}()

func htmlItem(title, body string) storage.Item {
	return storage.Item{URL: "https://example.org/a", Title: storage.Text{Value: title, HTML: true}, Content: storage.Text{Value: body, HTML: true}}
}

// What changes no word changes no Text; what changes one does.
func TestPrintText(t *testing.T) {
	original := htmlItem("Minister’s “plan” – 12 dead", "<p>The harbour's second crane, idle since 2019…</p><p>It is back, at 3.5 million euro.</p>")
	same := map[string]storage.Item{
		"quotes and dashes": htmlItem("Minister's \"plan\" — 12 dead", "<p>The harbour’s second crane, idle since 2019...</p><p>It is back, at 3.5 million euro.</p>"),
		"case":              htmlItem("MINISTER’S “PLAN” – 12 DEAD", "<p>the harbour's second crane, idle since 2019…</p><p>it is back, at 3.5 million euro.</p>"),
		"white space":       htmlItem("  Minister’s   “plan” – 12 dead", "The harbour's second\ncrane, idle since&nbsp;2019… It is back, at 3.5\tmillion euro. "),
		"markup":            htmlItem("<b>Minister</b>’s “plan” – 12 dead", "<div class=x>The <i>harb</i>our's second <a href='https://example.org/?utm_source=x'>crane</a>, idle since 2019…<br><br>It is back, at 3.5 million euro.<img src=y></div>"),
		"markup escaped":    htmlItem("Minister’s “plan” – 12 dead", "&lt;p&gt;The harbour's second crane, idle since 2019…&lt;/p&gt;&lt;p&gt;It is back, at 3.5 million euro.&lt;/p&gt;"),
		"normal form":       htmlItem("Minister’s “plan” – １２ dead", "<p>The harbour's second crane, idle since 2019…</p><p>It is back, at 3.5 million euro.</p>"),
		"soft hyphens":      htmlItem("Minister’s “plan” – 12 dead", "<p>The har\u00adbour's second crane, idle since 2019…</p><p>It is back, at 3.5 mil&shy;lion euro.</p>"),
		"counters":          htmlItem("Minister’s “plan” – 12 dead", "<p>The harbour's second crane, idle since 2019…</p><p>12 comments</p><p>It is back, at 3.5 million euro.</p><p>1,024 views · 3 likes</p>"),
	}
	other := map[string]storage.Item{
		"word in title":    htmlItem("Minister’s “plot” – 12 dead", original.Content.Value),
		"number in title":  htmlItem("Minister’s “plan” – 13 dead", original.Content.Value),
		"word in text":     htmlItem(original.Title.Value, "<p>The harbour's second crane, idle since 2019…</p><p>It is not back, at 3.5 million euro.</p>"),
		"number in text":   htmlItem(original.Title.Value, "<p>The harbour's second crane, idle since 2018…</p><p>It is back, at 3.5 million euro.</p>"),
		"order":            htmlItem(original.Title.Value, "<p>It is back, at 3.5 million euro.</p><p>The harbour's second crane, idle since 2019…</p>"),
		"added":            htmlItem(original.Title.Value, original.Content.Value+"<p>Correction.</p>"),
		"title in text":    htmlItem("", original.Title.Value+" "+original.Content.Value),
		"counted in prose": htmlItem(original.Title.Value, original.Content.Value+"<p>There were 12 comments.</p>"),
	}
	want := Print(&original).Text
	for name, item := range same {
		if got := Print(&item).Text; got != want {
			t.Errorf("%s: Text is %s, want %s", name, got, want)
		}
	}
	for name, item := range other {
		if got := Print(&item).Text; got == want {
			t.Errorf("%s: Text is the same", name)
		}
	}
}

func TestCounters(t *testing.T) {
	for text, words := range map[string]uint32{
		"One two three\n3 comments\nfour":             4,
		"Points: 12\n# Comments: 3":                   0,
		"阅读 1024 评论 3\n正文":                            2,
		"12 Kommentare":                               0,
		"12 comments were left by readers of the day": 9,
		"2024":                      1,
		"comments":                  1,
		"3 dead":                    2,
		"1 2 3 4 5 6 7 8 9 likes 1": 11,
	} {
		if got := Print(&storage.Item{Content: storage.Text{Value: text}}).Words; got != words {
			t.Errorf("%q has %d words, want %d", text, got, words)
		}
	}
}

func TestPrintShingles(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 50, 130, 131, 400, 5000} {
		var text []string
		for i := range n {
			text = append(text, fmt.Sprint("w", i))
		}
		p := Print(&storage.Item{Summary: storage.Text{Value: strings.Join(text, " ")}})
		want := min(max(n-2, min(n, 1)), maxShingles)
		if int(p.Words) != n || len(p.Shingles) != want {
			t.Errorf("%d words: %d words and %d shingles, want %d", n, p.Words, len(p.Shingles), want)
		}
		if !slices.IsSorted(p.Shingles) {
			t.Errorf("%d words: shingles are not sorted", n)
		}
	}
	one := Print(&storage.Item{Content: storage.Text{Value: strings.Repeat("again ", 5000)}})
	if len(one.Shingles) != 1 {
		t.Errorf("one word repeated gives %d shingles", len(one.Shingles))
	}
}

// smallest takes a short cut for long texts: the result is the same.
func TestSmallest(t *testing.T) {
	for _, n := range []int{100, 300, 385, 1000, 20000} {
		for _, spread := range []uint32{1, 2654435761, 1 << 20} {
			hashes := make([]uint32, n)
			for i := range hashes {
				hashes[i] = uint32(i/2) * spread
			}
			all := slices.Clone(hashes)
			slices.Sort(all)
			all = slices.Compact(all)
			if got, want := smallest(hashes), all[:min(len(all), maxShingles)]; !slices.Equal(got, want) {
				t.Errorf("%d hashes spread by %d: got %d, want %d smallest", n, spread, len(got), len(want))
			}
		}
	}
}

func TestPrintURL(t *testing.T) {
	print := func(url string) storage.Key { return Print(&storage.Item{URL: url}).URL }
	if print("https://www.example.org/a?utm_source=x") != print("http://example.org/a/") {
		t.Error("two forms of a link have different keys")
	}
	for _, url := range []string{"", "https://example.org/", "mailto:a@example.org", "not a link"} {
		if !print(url).IsZero() {
			t.Errorf("the link %q tells articles apart", url)
		}
	}
}

func TestBriefAll(t *testing.T) {
	items := []storage.Item{htmlItem("A", "x"), htmlItem("B", "y"), htmlItem("A", "x"), htmlItem("Other", "z")}
	items[3].URL = "https://example.org/other"
	BriefAll(items)
	if items[0].Print.URL.IsZero() || items[3].Print.URL.IsZero() {
		t.Error("a link of two titles counts for nothing")
	}
	items[2].Title.Value = "C"
	BriefAll(items)
	for i := range 3 {
		if !items[i].Print.URL.IsZero() {
			t.Errorf("item %d: a link of three titles tells articles apart", i)
		}
	}
	if items[3].Print.URL.IsZero() {
		t.Error("the link of another item counts for nothing")
	}
}

// Stores keep these parts of a print: they must never change.
func TestPrintGolden(t *testing.T) {
	item := htmlItem("Größe: 12 Brücken, 北京 и Ёлка", "<p>OSLO, 3 March – L'été &amp; O’Brien’s AI-powered 한국어 뉴스, 2.5 %.</p>")
	item.URL += "?id=7"
	p := Print(&item)
	got := fmt.Sprintf("%s %s %d %x %x", p.URL, p.Text, p.Words, p.Sketch, p.Pages)
	const want = "39963c063cce11246eced8bf1511ad53 7c3d20ba3e394a11148c201f1e878ab8 9 [686a1f6 53993848 5d795e3b 97ca4b53 9a7fdf92 e56b91d3] [49e2d116 e5796ddf]"
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func BenchmarkPrint(b *testing.B) {
	item := htmlItem("Second crane of the harbour is back in use", article)
	b.SetBytes(int64(len(article)))
	b.ReportAllocs()
	for b.Loop() {
		Print(&item)
	}
}
