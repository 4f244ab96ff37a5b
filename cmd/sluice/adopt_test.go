package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/fetcher/parse"
)

// A reader held the 50 entries of a planet. Its feeds are polled now: in
// what we publish at the old address it finds each of them under the id that it
// knows, and none that it does not, though the feeds hold more; until something
// new comes.
func TestAReaderOfAnAdoptedPlanetSeesNothingNew(t *testing.T) {
	const dir = "testdata/adopt"
	extra := ""
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := os.ReadFile(filepath.Join(dir, filepath.Base(r.URL.Path)))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		text := string(body)
		if r.URL.Path == "/ann.xml" {
			text = strings.Replace(text, "<item>", extra+"<item>", 1)
		}
		fmt.Fprint(w, text)
	}))
	defer up.Close()
	config := "site: {title: T, url: https://feeds.test.example}\n" +
		"fetch: {allow_private: [127.0.0.0/8], allow_ports: any, per_host: {gap: 0s}}\n" +
		"topics: [{name: boats, match: '*', limit: 100, formerly: [/atom.xml]}]\nfeeds:\n"
	for _, name := range []string{"ann", "ben", "cem", "dot", "eli"} {
		config += fmt.Sprintf("  - {url: %q, name: %s}\n", up.URL+"/"+name+".xml", name)
	}
	file := filepath.Join(t.TempDir(), "sluice.yaml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "site")
	sluice := func(args ...string) string {
		t.Helper()
		code, stdout, stderr := runIn(t.Context(), append(args, "--config", file)...)
		if code != exitOK {
			t.Fatalf("%v: code %d, %s", args, code, stderr)
		}
		return stdout
	}
	read := func(name string) *parse.Document {
		t.Helper()
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := parse.Parse(body, "", "")
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	planet := read(filepath.Join(dir, "planet.atom"))
	held := make(map[string]parse.Item)
	for _, item := range planet.Items {
		held[item.GUID] = item
	}
	if said := sluice("adopt", filepath.Join(dir, "planet.atom"), "--topic", "boats"); !strings.Contains(said, "50 of 50 entries") {
		t.Fatal(said)
	}
	sluice("fetch", "--all")
	sluice("publish", "--out", out)
	ours := read(filepath.Join(out, "atom.xml"))
	if ours.ID != planet.ID || len(ours.Items) != len(held) {
		t.Errorf("the feed's id is %s, with %d entries", ours.ID, len(ours.Items))
	}
	for _, item := range ours.Items {
		was, ok := held[item.GUID]
		if !ok {
			t.Errorf("a new entry: %s, %s", item.GUID, item.Title.Value)
		} else if !item.Published.Equal(was.Published) || !item.Updated.Equal(was.Updated) || item.Title.Value != was.Title.Value {
			t.Errorf("%s: published %s, updated %s, %s", item.GUID, item.Published, item.Updated, item.Title.Value)
		}
	}
	// All the rest is in the archive.
	if page := read(filepath.Join(out, "topics/boats/archive/1.atom")); len(page.Items) != 71 {
		t.Errorf("the archive holds %d entries, want 71", len(page.Items))
	}

	extra = "<item><title>The wharf is sold</title><link>https://ann.example/new</link><guid>https://ann.example/new</guid></item>"
	sluice("fetch", "--all")
	sluice("publish", "--out", out)
	ours = read(filepath.Join(out, "atom.xml"))
	if len(ours.Items) != len(held)+1 || ours.Items[0].GUID != "https://ann.example/new" {
		t.Errorf("%d entries, the first is %s", len(ours.Items), ours.Items[0].GUID)
	}
}
