package parse

import (
	"bytes"
	"testing"

	"github.com/mmcdole/gofeed"
)

// BenchmarkRealFeeds reads the feeds of real sites: with Parse, and with gofeed
// alone as the bound. gofeed refuses some of them.
func BenchmarkRealFeeds(b *testing.B) {
	var bodies [][]byte
	size := 0
	for name := range realFeeds(b) {
		body := corpusFile(b, "feeds/"+name)
		bodies = append(bodies, body)
		size += len(body)
	}
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			for _, body := range bodies {
				_, _ = Parse(body, "", "https://feed.example/")
			}
		}
	})
	b.Run("gofeed", func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			for _, body := range bodies {
				_, _ = gofeed.NewParser().Parse(bytes.NewReader(body))
			}
		}
	})
}
