package topic

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
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

// BenchmarkRealItems tells what CPU time one news text costs, each read for the first
// time by a set that has just been compiled: beside the regular expressions that
// the topics would be without an index, over as many texts as these let bear, and
// beside a single topic.
func BenchmarkRealItems(b *testing.B) {
	items := corpus(b, "topics/bbc.items.jsonl", "en")
	known := vocabulary(items)
	if testing.Short() {
		items = items[:100]
	}
	one := 0.0
	for _, n := range []int{1, 100, 1000, 10000} {
		topics := drawTopics(n, known)
		some := items[:min(len(items), max(2, 20000/n))]
		b.Run(fmt.Sprintf("topics=%d", n), func(b *testing.B) {
			var index, regexps time.Duration
			taken := 0
			for b.Loop() {
				s := mustCompile(b, topics, "", nil)
				s.Classify(&storage.Item{Language: "en"}) // has it made ready for the language
				index += spent(b, func() {
					for _, it := range items {
						taken += len(s.Classify(it).Topics)
					}
				})
				list := expressions(topics)
				regexps += spent(b, func() {
					for _, it := range some {
						matching(list, it)
					}
				})
			}
			perItem := index.Seconds() * 1e3 / float64(b.N*len(items))
			perRegexps := regexps.Seconds() * 1e3 / float64(b.N*len(some))
			if n == 1 {
				one = perItem
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(perItem, "ms/item")
			b.ReportMetric(perRegexps, "regexps-ms/item")
			b.ReportMetric(perItem/perRegexps, "x-regexps")
			b.ReportMetric(perItem/one, "x-one-topic")
			b.ReportMetric(float64(taken)/float64(b.N*len(items)), "topics/item")
		})
	}
}

// spent is the CPU time that f takes, collecting its garbage included: others at
// work on the machine don't count.
func spent(b *testing.B, f func()) time.Duration {
	b.Helper()
	cpu := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	runtime.GC()
	began := cpu()
	f()
	return cpu() - began
}

// expressions returns a regular expression for each topic.
func expressions(topics []config.Topic) []*regexp.Regexp {
	list := make([]*regexp.Regexp, len(topics))
	for i, t := range topics {
		list[i] = regexp.MustCompile(`(?i)\b(` + strings.ReplaceAll(t.Match[0], " OR ", "|") + `)\b`)
	}
	return list
}

// matching counts the expressions that find something in an item.
func matching(list []*regexp.Regexp, it *storage.Item) (n int) {
	text := words.Strip(it.Content.Value)
	for _, re := range list {
		if re.MatchString(it.Title.Value) || re.MatchString(text) {
			n++
		}
	}
	return n
}
