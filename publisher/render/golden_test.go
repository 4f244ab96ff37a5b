package render

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sluice/config"
)

var update = flag.Bool("update", false, "write the golden files anew")

// documents are all that this package writes, of one page, by golden file.
func documents(t *testing.T, p *Page) map[string][]byte {
	t.Helper()
	empty := *p
	empty.Entries, empty.Withdrawn, empty.State.Changed, empty.Prev = nil, nil, time.Time{}, 0
	archive := *p
	archive.Withdrawn, archive.Entries, archive.Archive, archive.Prev, archive.Next = nil, p.Entries[:1], 2, 1, 3
	lines := []Line{
		{Topic: p.Topic, Entries: len(p.Entries), Newest: p.Updated()},
		{Topic: config.Topic{Name: "empty", Title: "empty", Language: "de"}},
		{Topic: config.Topic{Name: "one", Title: "One", Language: "en"}, Entries: 1, Newest: p.Updated()},
	}
	topics := []config.Topic{p.Topic, lines[1].Topic}
	sources := []Source{
		{Title: "Harbour \"Gazette\" & more", URL: "https://gazette.example/feed?a=1&b=2", Home: "https://gazette.example/", Tags: []string{"sea", "uk"}},
		{URL: "https://untitled.example/feed", Home: "javascript:x"},
		{Title: "no address", URL: "feed.xml"},
	}
	out := map[string][]byte{}
	for name, write := range map[string]func(io.Writer) error{
		"page.atom":    func(w io.Writer) error { return Atom(w, p) },
		"page.rss":     func(w io.Writer) error { return RSS(w, p) },
		"page.json":    func(w io.Writer) error { return JSON(w, p) },
		"page.html":    func(w io.Writer) error { return HTML(w, p) },
		"archive.atom": func(w io.Writer) error { return Atom(w, &archive) },
		"archive.rss":  func(w io.Writer) error { return RSS(w, &archive) },
		"archive.json": func(w io.Writer) error { return JSON(w, &archive) },
		"empty.atom":   func(w io.Writer) error { return Atom(w, &empty) },
		"empty.rss":    func(w io.Writer) error { return RSS(w, &empty) },
		"empty.json":   func(w io.Writer) error { return JSON(w, &empty) },
		"empty.html":   func(w io.Writer) error { return HTML(w, &empty) },
		"index.html":   func(w io.Writer) error { return Index(w, p.Site, lines) },
		"nothing.html": func(w io.Writer) error { return Index(w, p.Site, nil) },
		"topics.opml":  func(w io.Writer) error { return Topics(w, p.Site, topics) },
		"sources.opml": func(w io.Writer) error { return Sources(w, p.Site, sources) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = b.Bytes()
	}
	return out
}

// The golden files pin every element of every format.
func TestGolden(t *testing.T) {
	for name, got := range documents(t, testPage(t)) {
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from its golden file; run go test -update and look at the difference\n%s", name, got)
		}
	}
}

func TestSameBytesAgain(t *testing.T) {
	first, second := documents(t, testPage(t)), documents(t, testPage(t))
	for name := range first {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s: two renderings of equal pages differ", name)
		}
	}
}
