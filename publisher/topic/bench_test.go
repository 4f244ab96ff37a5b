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

// Items that are as dear as an item can be, for 1,000 topics: what is looked at
// of one is bounded, and so is what it costs.
func BenchmarkHostile(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var ts []config.Topic
	for i := range 1000 {
		var terms []string
		for range 10 {
			terms = append(terms, wordNumber(r.Uint64N(20000)))
		}
		ts = append(ts, config.Topic{Name: fmt.Sprint("t", i), Path: "t", Match: []string{strings.Join(terms, " OR ") + " OR a NEAR/5 b OR /ab+c/"}})
	}
	s := mustCompile(b, ts, "", nil)
	var distinct strings.Builder
	for i := 0; distinct.Len() < 1<<20; i++ {
		fmt.Fprintf(&distinct, "w%d ", i)
	}
	for _, c := range []struct{ name, title, text string }{
		{"nothing", "", ""},
		{"title", "A title of " + wordNumber(7), ""},
		{"1MiB/words", "", strings.Repeat(newsItem(r).Content.Value, 1<<20/2500)},
		{"1MiB/others", "", distinct.String()},
		{"1MiB/letters", "", strings.Repeat("a ", 1<<19)},
		{"1MiB/one", "", strings.Repeat("a", 1<<20)},
		{"1MiB/chinese", "", strings.Repeat("朝鲜向俄罗斯运送弹药", 1<<20/30)},
		{"1MiB/signs", "", strings.Repeat("☃ ", 1<<18)},
		{"8MiB/words", "", strings.Repeat(newsItem(r).Content.Value, 8<<20/2500)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			it := item("", c.title, c.text)
			for b.Loop() {
				s.Classify(it)
			}
		})
	}
}
