package daemon

import (
	"context"
	"encoding/xml"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/cmd/internal/control"
)

// twoTopics polls a and b into north and south.
const twoTopics = `feeds:
  - {url: "${UP}/a.xml", name: a}
  - {url: "${UP}/b.xml", name: b}
topics:
  - {name: north, match: north}
  - {name: south, match: south}
`

// documents fetches everything and returns the documents, the manifest left out.
func (w *world) documents() map[string]string {
	w.Helper()
	out := filepath.Join(w.TempDir(), "out")
	w.once(control.FetchRequest{All: true}, out)
	files := w.files(out)
	delete(files, ".sluice-manifest.json")
	return files
}

// differ returns the names of the files that differ, without those that are
// packed.
func differ(a, b map[string]string) []string {
	var names []string
	for name := range a {
		if b[name] != a[name] {
			names = append(names, name)
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			names = append(names, name)
		}
	}
	names = slices.DeleteFunc(names, func(name string) bool { return strings.HasSuffix(name, ".gz") || strings.HasSuffix(name, ".zst") })
	slices.Sort(names)
	return names
}

// Two processes over copies of one store say the same to the byte; so does one
// that polls again and finds nothing new but another date of the document.
// An edited item changes its own topics and the page that lists them, no other.
func TestTheStoreAndTheConfigMakeTheBytes(t *testing.T) {
	w := newWorld(t)
	w.page("/a.xml", rss("a", "north-1", "south-2", "north-south-3"))
	w.page("/b.xml", rss("b", "south-4", "north-5"))
	w.config(twoTopics)
	first := w.documents()
	if len(first) < 10 || !strings.Contains(first["topics/north.atom"], "north-5") {
		t.Fatalf("%d files: %s", len(first), first["topics/north.atom"])
	}

	copied := newWorld(t)
	copied.config(strings.ReplaceAll(twoTopics, "${UP}", w.URL))
	data, err := os.ReadFile(filepath.Join(w.dir, "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(copied.dir, "sluice.db"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	copied.own(func(ctx context.Context, s *System) error {
		_, err := s.WriteTo(ctx, out, time.Now().Add(1000*time.Hour))
		return err
	})
	second := copied.files(out)
	delete(second, ".sluice-manifest.json")
	if !maps.Equal(first, second) {
		t.Errorf("over a copy of the store other bytes: %q", differ(first, second))
	}

	w.page("/a.xml", strings.Replace(rss("a", "north-1", "south-2", "north-south-3"), "<link>", "<lastBuildDate>Sun, 05 Nov 2023 10:00:00 GMT</lastBuildDate><link>", 1))
	if again := w.documents(); !maps.Equal(first, again) {
		t.Errorf("a poll with nothing new changed %q", differ(first, again))
	}

	w.page("/b.xml", strings.Replace(rss("b", "south-4", "north-5"), "<title>south-4<", "<title>south-4, corrected<", 1))
	if got, want := differ(first, w.documents()), []string{
		"index.html", "topics/south.atom", "topics/south.json", "topics/south.rss", "topics/south/archive/1.atom",
		"topics/south/archive/1.json", "topics/south/archive/1.rss", "topics/south/index.html",
	}; !slices.Equal(got, want) {
		t.Errorf("an edited item of the south changed %q, want %q", got, want)
	}
}

// identities returns what readers know a topic's feed and its entries by.
func identities(t *testing.T, doc string) []string {
	t.Helper()
	var feed struct {
		ID      string `xml:"id"`
		Entries []struct {
			ID        string `xml:"id"`
			Published string `xml:"published"`
			Updated   string `xml:"updated"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(doc), &feed); err != nil {
		t.Fatal(err)
	}
	list := []string{feed.ID}
	for _, e := range feed.Entries {
		list = append(list, fmt.Sprint(e))
	}
	return list
}

// Whatever gets another name or address, no reader sees anything new.
func TestNamesAndAddressesMayChange(t *testing.T) {
	w := newWorld(t)
	w.page("/a.xml", rss("a", "north-1", "north-2", "north-3"))
	w.page("/moved.xml", rss("a", "north-1", "north-2", "north-3"))
	const config = `site: {title: T, url: %q}
listen: 127.0.0.1:0
fetch: {allow_private: [127.0.0.0/8], allow_ports: any, per_host: {concurrency: 16, gap: 0s}}
feeds:
  - {%s}
topics:
  - {%s, match: north}
`
	var want []string
	for _, c := range []struct{ name, site, feed, topic, at string }{
		{"at first", "https://feeds.example.org", `url: "${UP}/a.xml", name: a`, "name: north", "north"},
		{"another address of the site", "https://other.example.net", `url: "${UP}/a.xml", name: a`, "name: north", "north"},
		{"an address with a path", "https://other.example.net/deep/path", `url: "${UP}/a.xml", name: a`, "name: north", "north"},
		{"another name of the topic", "https://other.example.net/deep/path", `url: "${UP}/a.xml", name: a`, "name: arctic, formerly: [north]", "arctic"},
		{"another name of the feed", "https://feeds.example.org", `url: "${UP}/a.xml", name: z, formerly: [a]`, "name: arctic, formerly: [north]", "arctic"},
		{"another address of the feed", "https://feeds.example.org", `url: "${UP}/moved.xml", name: z, formerly: [a]`, "name: arctic, formerly: [north]", "arctic"},
		{"back again", "https://feeds.example.org", `url: "${UP}/a.xml", name: a, formerly: [z]`, "name: north, formerly: [arctic]", "north"},
	} {
		if err := os.WriteFile(w.file, fmt.Appendf(nil, config, c.site, c.feed, c.topic), 0o600); err != nil {
			t.Fatal(err)
		}
		files := w.documents()
		doc := files["topics/"+c.at+".atom"]
		got := identities(t, doc)
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) || len(got) != 4 {
			t.Errorf("%s: %q, want %q", c.name, got, want)
		}
		if !strings.Contains(doc, `href="`+c.site+`/topics/`+c.at+`.atom"`) {
			t.Errorf("%s: its own address is not in %s", c.name, doc)
		}
		for _, former := range []string{"north", "arctic"} {
			if old, ok := files["topics/"+former+".atom"]; ok && old != doc {
				t.Errorf("%s: the file of the name %s holds other bytes", c.name, former)
			}
		}
	}
}
