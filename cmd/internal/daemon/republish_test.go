package daemon

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"sluice/config"
	"sluice/fetcher"
	"sluice/fetcher/parse"
	"sluice/publisher/render"
	"sluice/storage"
	"sluice/storage/story"
)

// realFeeds returns the documents of real sites, by name.
func realFeeds(t *testing.T) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(corpus(t, "feeds/real"), "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Skip("no corpus")
	}
	docs := map[string][]byte{}
	for _, name := range fewer(names) {
		if docs[filepath.Base(name)], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	return docs
}

// republished is a page of all items of a document.
func republished(t *testing.T, name string, body []byte) *render.Page {
	t.Helper()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	doc, err := parse.Parse(body, "", "https://feed.example/")
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	feed := config.Feed{Name: "feed", URL: "https://feed.example/"}
	items, _ := fetcher.Normalise(feed, doc, storage.FeedState{Name: "feed"}, now)
	p := &render.Page{
		Site:  config.Site{Title: "Wire", URL: "https://wire.example", Language: "en", Timezone: time.UTC},
		Topic: config.Topic{Name: "x", Title: "X", Language: "en"},
		State: storage.TopicState{AtomID: "urn:uuid:6bdab4a5-0000-4000-8000-000000000000", Changed: now},
		Prev:  1,
		Withdrawn: []storage.Tombstone{
			{ID: "urn:uuid:6bdab4a5-0000-4000-8000-000000000001", Withdrawn: now},
		},
	}
	seen := map[string]bool{}
	for i := range items {
		item := items[i]
		id := story.OwnID(&item, feed.URL)
		if id == "" || seen[id] {
			id = story.MintID(storage.ID(story.Hash(name, fmt.Sprint(i))))
		}
		seen[id] = true
		entry := storage.Entry{ID: id, Published: story.Published(&item), Item: item}
		if entry.Published.IsZero() {
			entry.Published = now
		}
		entry.Updated = entry.Published
		p.Entries = append(p.Entries, render.Entry{
			Entry: entry, Feed: render.Feed{Title: item.Origin.Title, URL: feed.URL}, Content: render.Content(i % 3),
		})
	}
	return p
}

// What is republished of all real feeds keeps to the formats' schemas.
func TestRepublishedKeepsToSchemas(t *testing.T) {
	dir, entries := t.TempDir(), 0
	var atoms []string
	validate := jsonSchema(t)
	for name, body := range realFeeds(t) {
		p := republished(t, name, body)
		entries += len(p.Entries)
		var atom, rss, json bytes.Buffer
		if err := errors.Join(render.Atom(&atom, p), render.RSS(&rss, p), render.JSON(&json, p)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		file := filepath.Join(dir, name+".atom")
		if err := os.WriteFile(file, atom.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		atoms = append(atoms, file)
		if err := wellFormed(rss.Bytes()); err != nil {
			t.Errorf("%s as RSS: %v", name, err)
		}
		if err := validate(json.Bytes()); err != nil {
			t.Errorf("%s as JSON Feed: %v", name, err)
		}
	}
	t.Logf("%d documents with %d entries", len(atoms), entries)
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed")
	}
	args := append([]string{"--noout", "--huge", "--relaxng", corpus(t, "schemas/atom.rng")}, atoms...)
	if out, err := exec.Command(xmllint, args...).CombinedOutput(); err != nil {
		for line := range strings.Lines(string(out)) {
			if !strings.HasSuffix(line, " validates\n") {
				t.Error(strings.TrimSpace(line))
			}
		}
	}
}

func wellFormed(doc []byte) error {
	d := xml.NewDecoder(bytes.NewReader(doc))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// jsonSchema returns what holds a document to the schema of JSON Feed 1.1.
func jsonSchema(t *testing.T) func([]byte) error {
	t.Helper()
	c := jsonschema.NewCompiler()
	for url, name := range map[string]string{
		"https://json.schemastore.org/feed.json": "jsonfeed-1.1.json",
		"https://json.schemastore.org/feed-1":    "jsonfeed-1.json",
	} {
		f, err := os.Open(corpus(t, "schemas/"+name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		doc, err := jsonschema.UnmarshalJSON(f)
		if err == nil {
			err = c.AddResource(url, doc)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	compiled, err := c.Compile("https://json.schemastore.org/feed.json")
	if err != nil {
		t.Fatal(err)
	}
	return func(body []byte) error {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
		if err != nil {
			return err
		}
		return compiled.Validate(doc)
	}
}
