package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// readmeBlock returns the indented block of the README that begins with a line,
// without its indent.
func readmeBlock(t *testing.T, first string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(data), "\n\n    "+first+"\n")
	if !ok {
		t.Fatalf("the README has no block that begins with %q", first)
	}
	block, _, _ := strings.Cut(rest, "\n\n")
	return first + "\n" + strings.ReplaceAll(strings.TrimPrefix(block, "    "), "\n    ", "\n") + "\n"
}

// The README's configs are sound, their tests pass, and nothing in them is
// doubtful.
func TestReadmesConfigs(t *testing.T) {
	for name, config := range map[string]string{
		"config": readmeBlock(t, "site: {title: Example Wire}"),
		"topics": "site: {title: T}\n" + readmeBlock(t, "topics:"),
	} {
		file := filepath.Join(t.TempDir(), "sluice.yaml")
		if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, wrong := runIn(t.Context(), "check", "--config", file)
		if code != exitOK || wrong != "" || !strings.Contains(out, "is sound") {
			t.Errorf("%s: code %d, %s%s", name, code, out, wrong)
		}
	}
}

// The README's topics are those of the seed article's subjects, and take of its
// feeds what is theirs.
func TestReadmesTopicsOnTheSeedArticle(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "seed-article")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the seed article is not here: %v", err)
	}
	up := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer up.Close()
	feeds := "feeds:\n"
	for i, name := range []string{"a-feed-1.rss.xml", "a-feed-3-followup.rss.xml", "b-feed.atom.xml", "c-feed.json"} {
		feeds += fmt.Sprintf("  - {url: %q, name: feed-%d}\n", up.URL+"/"+name, i)
	}
	file := place(t, feeds+readmeBlock(t, "topics:"))
	if code, out, wrong := runIn(t.Context(), "fetch", "--all", "--config", file); code != exitOK || wrong != "" {
		t.Fatalf("fetch: code %d, %s%s", code, out, wrong)
	}
	_, out, _ := runIn(t.Context(), "list", "--json", "--config", file)
	want := map[string]string{
		"mass munitions": "arms korea ukraine", "second wave": "arms korea ukraine", "shutters embassies": "diplomacy korea",
		"how many shells": "arms korea", "transgender": "", "typhoon": "", "new threat": "",
	}
	seen := make(map[string]bool)
	for line := range strings.Lines(out) {
		var row struct {
			Title  string
			Topics []string
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		slices.Sort(row.Topics)
		for part, topics := range want {
			if strings.Contains(strings.ToLower(row.Title), part) {
				seen[part] = true
				if got := strings.Join(row.Topics, " "); got != topics {
					t.Errorf("%s: in %q, want %q", row.Title, got, topics)
				}
			}
		}
	}
	if len(seen) != len(want) {
		t.Errorf("the feeds have only %v", seen)
	}
}
