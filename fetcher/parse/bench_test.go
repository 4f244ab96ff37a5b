package parse

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

// BenchmarkRealFeeds reads the feeds of real sites, and compares with what
// gofeed alone takes of the same bytes. gofeed refuses some of them.
func BenchmarkRealFeeds(b *testing.B) {
	var bodies [][]byte
	size := 0
	for name := range realFeeds(b) {
		body := corpusFile(b, "feeds/"+name)
		bodies = append(bodies, body)
		size += len(body)
	}
	var ours, bound usage
	items := 0
	for b.Loop() {
		items = 0
		ours.add(func() {
			for _, body := range bodies {
				if doc, err := ParseNew(body, "", "https://feed.example/", nil); err == nil {
					items += len(doc.Items)
				}
			}
		})
		bound.add(func() {
			for _, body := range bodies {
				_, _ = gofeed.NewParser().Parse(bytes.NewReader(body))
			}
		})
	}
	n := float64(b.N * items)
	b.ReportMetric(float64(ours.took)/float64(bound.took), "x-gofeed")
	b.ReportMetric(float64(ours.took.Microseconds())/n, "us/item")
	b.ReportMetric(float64(ours.allocations)/n, "allocs/item")
	b.ReportMetric(float64(bound.allocations)/n, "gofeed-allocs/item")
	b.ReportMetric(float64(ours.bytes)/float64(b.N*size), "B/B")
}

// BenchmarkHostile reads documents of nothing but fragments in one extension
// element, each twice as large as the last: what is linear takes twice as long.
// gofeed, which is not, reads small ones.
func BenchmarkHostile(b *testing.B) {
	document := func(size int) []byte {
		const piece = "<![CDATA[x]]>y&amp;"
		return []byte("<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:x='urn:x'><channel><item><title>a</title><dc:creator>" +
			strings.Repeat(piece, size/2/len(piece)) + "</dc:creator><x:y>" + strings.Repeat(piece, size/2/len(piece)) + "</x:y></item></channel></rss>")
	}
	for name, read := range map[string]struct {
		sizes []int
		read  func([]byte) error
	}{
		"parse": {[]int{2_500_000, 5_000_000, 10_000_000}, func(body []byte) error {
			_, err := Parse(body, "", "")
			return err
		}},
		"gofeed": {[]int{80_000, 160_000, 320_000}, func(body []byte) error {
			_, err := gofeed.NewParser().Parse(bytes.NewReader(body))
			return err
		}},
	} {
		b.Run(name, func(b *testing.B) {
			used := make([]usage, len(read.sizes))
			for b.Loop() {
				for i, size := range read.sizes {
					body := document(size)
					used[i].add(func() {
						if err := read.read(body); err != nil {
							b.Fatal(err)
						}
					})
				}
			}
			for i, size := range read.sizes {
				b.ReportMetric(float64(used[i].took.Microseconds())/1000/float64(b.N), fmt.Sprint("ms/", size/1000, "KB"))
				if i > 0 {
					b.ReportMetric(float64(used[i].took)/float64(used[i-1].took), fmt.Sprint("x/", size/1000, "KB"))
				}
			}
			b.ReportMetric(float64(used[len(used)-1].bytes)/float64(b.N)/(1<<20), "MB-allocated")
		})
	}
}

// usage is what something takes.
type usage struct {
	took               time.Duration
	allocations, bytes uint64
}

func (u *usage) add(f func()) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := time.Now()
	f()
	u.took += time.Since(began)
	runtime.ReadMemStats(&after)
	u.allocations += after.Mallocs - before.Mallocs
	u.bytes += after.TotalAlloc - before.TotalAlloc
}
