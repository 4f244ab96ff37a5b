package config

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// manyFeeds is a config of n feeds in 20 topics.
func manyFeeds(n int) fstest.MapFS {
	var b strings.Builder
	b.WriteString("site: {title: T}\ntopics:\n")
	for i := range 20 {
		fmt.Fprintf(&b, "  - name: t%d\n    match: a OR b\n", i)
	}
	b.WriteString("feeds:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - url: https://host%d.example.org/feed.xml?key=%d\n    name: feed%d\n    tags: [a, b]\n    topics: [t%d]\n", i, i, i, i%20)
	}
	return fstest.MapFS{"c.yaml": {Data: []byte(b.String())}}
}

func BenchmarkLoad(b *testing.B) {
	fsys := manyFeeds(2000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(fsys, "/c.yaml", nil); err != nil {
			b.Fatal(err)
		}
	}
}

// TestManyMistakes wants the number of mistakes shown bounded.
func TestManyMistakes(t *testing.T) {
	fsys := manyFeeds(2000)
	fsys["c.yaml"].Data = []byte(strings.ReplaceAll(string(fsys["c.yaml"].Data), "tags:", "tag:"))
	_, err := Load(fsys, "/c.yaml", nil)
	m, ok := err.(*Mistakes)
	if !ok || len(m.List) != maxMistakes+1 || m.List[maxMistakes].What != "up to 1500 more mistakes are not shown" {
		t.Fatalf("%v", err)
	}
}
