package topic

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"sluice/config"
	"sluice/storage"
)

// newsItem returns an item of about 400 words whose words are spread as those
// of a language are.
func newsItem(r *rand.Rand) *storage.Item {
	zipf := rand.NewZipf(r, 1.1, 8, 20000)
	var b strings.Builder
	for range 400 {
		fmt.Fprintf(&b, "%s ", wordNumber(zipf.Uint64()))
	}
	return item("en", "A title of "+wordNumber(zipf.Uint64()), b.String())
}

// wordNumber returns the n-th word of a made-up language.
func wordNumber(n uint64) string {
	word := ""
	for n++; n > 0; n /= 20 {
		word += []string{"ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vi", "da", "fo", "gu", "ha", "jo", "pi", "qua", "ster", "we", "xi", "zo"}[n%20]
	}
	return word
}

func BenchmarkClassify(b *testing.B) {
	for _, n := range []int{1, 100, 1000, 10000} {
		r := rand.New(rand.NewPCG(1, 2))
		var ts []config.Topic
		for i := range n {
			var terms []string
			for range 10 {
				terms = append(terms, wordNumber(200+r.Uint64N(20000)))
			}
			ts = append(ts, config.Topic{Name: fmt.Sprint("t", i), Path: "t", Match: []string{strings.Join(terms[:8], " OR ") + fmt.Sprintf(" OR %q -%s", terms[8]+" "+terms[9], terms[9])}})
		}
		s := mustCompile(b, ts, "", nil)
		var items []*storage.Item
		for range 64 {
			items = append(items, newsItem(r))
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			taken := 0
			for i := 0; b.Loop(); i++ {
				taken += len(s.Classify(items[i%len(items)]).Topics)
			}
			b.ReportMetric(float64(taken)/float64(b.N), "topics/op")
		})
	}
}
