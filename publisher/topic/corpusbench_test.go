package topic

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sluice/config"
	"sluice/storage"
	"sluice/storage/words"
)

// vocabulary returns the words of four letters and more that stand in at most
// one of a hundred items, as the words that tell a topic do, sorted.
func vocabulary(items []*storage.Item) []string {
	in := map[string]int{}
	for _, it := range items {
		own := map[string]bool{}
		for _, p := range read(it) {
			for _, t := range words.Scan(p.text) {
				if utf8.RuneCountInString(t.Text) >= 4 {
					own[strings.Clone(t.Text)] = true
				}
			}
		}
		for word := range own {
			in[word]++
		}
	}
	maps.DeleteFunc(in, func(_ string, n int) bool { return n > len(items)/100 })
	return slices.Sorted(maps.Keys(in))
}

// drawTopics returns n topics of ten words of the vocabulary each.
func drawTopics(n int, vocabulary []string) []config.Topic {
	r := rand.New(rand.NewPCG(3, 4))
	topics := make([]config.Topic, n)
	for i := range topics {
		var terms []string
		for range 10 {
			terms = append(terms, vocabulary[r.IntN(len(vocabulary))])
		}
		topics[i] = config.Topic{Name: fmt.Sprint("t", i), Match: []string{strings.Join(terms, " OR ")}}
	}
	return topics
}

// BenchmarkRealItems tells what one news text costs, each read for the first
// time by a set that has just been compiled. The regular expressions are what
// a topic would be without an index.
func BenchmarkRealItems(b *testing.B) {
	items := corpus(b, "topics/bbc.items.jsonl", "en")
	known := vocabulary(items)
	for _, n := range []int{1, 100, 1000, 10000} {
		topics := drawTopics(n, known)
		b.Run(fmt.Sprintf("index/%d", n), func(b *testing.B) {
			var s *Set
			taken := 0
			for i := range b.N {
				if i%len(items) == 0 {
					b.StopTimer()
					s = mustCompile(b, topics, "", nil)
					s.Classify(&storage.Item{Language: "en"}) // has it made ready for the language
					b.StartTimer()
				}
				taken += len(s.Classify(items[i%len(items)]).Topics)
			}
			b.ReportMetric(float64(taken)/float64(b.N), "topics/item")
		})
	}
	for _, n := range []int{1, 100, 1000, 10000} {
		var list []*regexp.Regexp
		for _, t := range drawTopics(n, known) {
			list = append(list, regexp.MustCompile(`(?i)\b(`+strings.ReplaceAll(t.Match[0], " OR ", "|")+`)\b`))
		}
		b.Run(fmt.Sprintf("regexps/%d", n), func(b *testing.B) {
			taken := 0
			for i := range b.N {
				it := items[i%len(items)]
				text := words.Strip(it.Content.Value)
				for _, re := range list {
					if re.MatchString(it.Title.Value) || re.MatchString(text) {
						taken++
					}
				}
			}
			b.ReportMetric(float64(taken)/float64(b.N), "topics/item")
		})
	}
}
