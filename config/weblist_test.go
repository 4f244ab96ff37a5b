package config

import (
	"testing"
	"testing/fstest"
)

// What a list with an address is asked with stays on its host.
func TestListsCredentialsStayAtHome(t *testing.T) {
	files := fstest.MapFS{"c.yaml": &fstest.MapFile{Data: []byte(`site: {title: T}
feeds:
  - opml: https://reader:secret@lists.example/list.opml
    headers: {X-Key: k}
    tags: [a]
`)}}
	c, err := Load(files, "/c.yaml", func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	l := c.Lists[0]
	if l.URL != "https://lists.example/list.opml" || !l.Private || l.Name() == l.URL || l.Key() != l.URL {
		t.Errorf("list %+v", l)
	}
	for _, tt := range []struct {
		url  string
		home bool
	}{
		{"https://lists.example/feed", true}, {"https://LISTS.example/feed", true}, {"http://lists.example/feed", false},
		{"https://lists.example:8443/feed", false}, {"https://elsewhere.example/feed", false},
	} {
		f, err := l.Outline(tt.url, "", []string{"b"})
		if err != nil {
			t.Fatal(err)
		}
		if sent := f.BasicAuth != nil && f.Headers["X-Key"] == "k"; sent != tt.home || f.Private != tt.home || len(f.Tags) != 2 {
			t.Errorf("%s: %+v", tt.url, f)
		}
	}
}
