package parse

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

const corpus = "../../../shared/corpus/"

// corpusFile reads a file of the corpus beside the repository.
func corpusFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(corpus + name)
	if os.IsNotExist(err) {
		t.Skipf("no corpus: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// realFeeds returns the names of the feeds of real sites, each with the number
// of its items as another parser counts them.
func realFeeds(t testing.TB) map[string]int {
	want := map[string]int{}
	for line := range strings.Lines(string(corpusFile(t, "feeds/MANIFEST.tsv"))) {
		if f := strings.Split(line, "\t"); len(f) > 6 && strings.HasPrefix(f[0], "real/") {
			n, err := strconv.Atoi(f[6])
			if err != nil {
				t.Fatal(err)
			}
			want[f[0]] = n
		}
	}
	return want
}

func TestRealFeeds(t *testing.T) {
	want := realFeeds(t)
	withItems, same := 0, 0
	for name, items := range want {
		doc, err := Parse(corpusFile(t, "feeds/"+name), "", "https://feed.example/")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(doc.Items) > 0 {
			withItems++
		} else if items > 0 {
			t.Errorf("%s: no items, want %d", name, items)
		}
		if len(doc.Items)+doc.Dropped == items {
			same++
		} else {
			t.Logf("%s: %d items and %d dropped, the other parser counts %d; %v", name, len(doc.Items), doc.Dropped, items, doc.Warnings)
		}
		for _, it := range doc.Items {
			if it.Published.IsZero() && it.Updated.IsZero() {
				continue
			}
			if y := max(it.Published.Year(), it.Updated.Year()); y < 1995 || y > 2040 {
				t.Errorf("%s: dated %v, %v", name, it.Published, it.Updated)
			}
		}
	}
	t.Logf("%d feeds, %d give items, %d as many as the other parser counts", len(want), withItems, same)
	if withItems < realWithItems || same < realSame {
		t.Errorf("%d feeds give items, %d as many as expected; want at least %d and %d", withItems, same, realWithItems, realSame)
	}
}

// TestMadeFeeds reads the documents that parser authors wrote, and finds in
// each as many items as another parser does. Items that say nothing are
// dropped here and counted there.
func TestMadeFeeds(t *testing.T) {
	documents, same := 0, 0
	for line := range strings.Lines(string(corpusFile(t, "feeds/MANIFEST.tsv"))) {
		f := strings.Split(line, "\t")
		if len(f) < 7 || !strings.HasPrefix(f[0], "made/") {
			continue
		}
		want, err := strconv.Atoi(f[6])
		if err != nil {
			t.Fatal(err)
		}
		if want <= 0 {
			continue
		}
		documents++
		doc, err := Parse(corpusFile(t, "feeds/"+f[0]), "", "")
		switch {
		case err != nil:
			t.Errorf("%s: %v", f[0], err)
		case len(doc.Items)+doc.Dropped == want:
			same++
		default:
			t.Errorf("%s: %d items and %d dropped, want %d", f[0], len(doc.Items), doc.Dropped, want)
		}
	}
	t.Logf("%d of %d documents give as many items", same, documents)
}

// TestSuites reads the documents of three parsers' test suites in which
// feedparser 6.0.10 finds items: testdata/suites/counts.tsv holds how many, by folder.
func TestSuites(t *testing.T) {
	types := make(map[string]string)
	for line := range strings.Lines(string(corpusFile(t, "feeds/suite-feedparser/expect.jsonl"))) {
		var expect struct {
			File    string
			Headers map[string]string
		}
		if err := json.Unmarshal([]byte(line), &expect); err != nil {
			t.Fatal(err)
		}
		for name, value := range expect.Headers {
			if strings.EqualFold(name, "Content-Type") {
				types[expect.File] = value
			}
		}
	}
	fewer := map[string]string{
		"suite-feedparser/illformed/rss_incomplete_cdata.xml": "its only item is not complete",
	}
	list, err := os.ReadFile("testdata/suites/counts.tsv")
	if err != nil {
		t.Fatal(err)
	}
	documents := 0
	for line := range strings.Lines(string(list)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		want, err := strconv.Atoi(f[1])
		if err != nil {
			t.Fatal(err)
		}
		for file := range strings.FieldsSeq(f[2]) {
			name := f[0] + "/" + file
			documents++
			doc, err := Parse(corpusFile(t, "feeds/"+name), types[name], "http://127.0.0.1/")
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if got := len(doc.Items) + doc.Dropped; (got == want) == (fewer[name] != "") {
				t.Errorf("%s: %d items and %d dropped, want %d", name, len(doc.Items), doc.Dropped, want)
			}
		}
	}
	t.Logf("%d of %d documents give as many items", documents-len(fewer), documents)
}

// What was measured when the tests were written.
const (
	realWithItems = 156
	realSame      = 156
)

func TestSeedUpdate(t *testing.T) {
	doc, err := Parse(corpusFile(t, "seed-article/a-feed-2-updated.rss.xml"), "application/rss+xml", "https://a.example/feed")
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range doc.Items {
		if !strings.Contains(it.Title.Value, "North Korea") {
			continue
		}
		published, updated := time.Date(2023, 11, 4, 14, 5, 0, 0, time.UTC), time.Date(2023, 11, 6, 9, 30, 0, 0, time.UTC)
		if !it.Published.Equal(published) || !it.Updated.Equal(updated) {
			t.Errorf("published %v, updated %v; want %v and %v", it.Published, it.Updated, published, updated)
		}
		if it.Permalink || it.GUID == "" || it.Link == "" || len(it.Authors) == 0 || it.Image == "" {
			t.Errorf("guid %q permalink %v link %q authors %v image %q", it.GUID, it.Permalink, it.Link, it.Authors, it.Image)
		}
		return
	}
	t.Error("the item is missing")
}
