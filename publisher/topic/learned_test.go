package topic

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/storage"
)

// The same split of the same labelled news teaches scikit-learn's SGD logistic
// regression what stands here, the best of six runs each: testdata/sgd.py.
var learnedNews = []struct {
	set, items, language string
	scikit               float64 // accuracy, of reuters micro F1 of the ten largest topics
}{
	{"bbc", "topics/bbc.items.jsonl", "en", 0.9686},
	{"agnews", "dedupe/agnews.items.jsonl", "en", 0.8521},
	{"gnad", "topics/gnad.items.jsonl", "de", 0.6866},
	{"thucnews", "topics/thucnews.items.jsonl", "zh", 0.8234},
	{"reuters", "dedupe/reuters.items.jsonl.gz", "en", 0.8531},
}

func TestLearnedTopicsOnRealNews(t *testing.T) {
	for _, set := range learnedNews {
		t.Run(set.set, func(t *testing.T) {
			t.Parallel()
			items, labels := labelledNews(t, set.set, set.items, set.language)
			learned, tried := halves(items)
			known, gold := halves(labels)
			course := NewCourse(learned)
			largest := largestTopics(labels, 10)
			scores := make([][]float64, len(tried))
			for _, name := range largest {
				m := course.Learn(in(known, name))
				for i, item := range tried {
					scores[i] = append(scores[i], m.Score(TextOf(item)))
				}
			}
			got := accuracy(scores, largest, gold)
			if set.set == "reuters" {
				got = microF1(scores, largest, gold)
			}
			t.Logf("%.4f, scikit-learn %.4f", got, set.scikit)
			if got < set.scikit-0.01 {
				t.Errorf("%.4f is more than 0.01 below scikit-learn's %.4f", got, set.scikit)
			}
		})
	}
}

func TestFewExamplesTellANewsTopicFromTheRest(t *testing.T) {
	items, labels := labelledNews(t, "bbc", "topics/bbc.items.jsonl", "en")
	learned, tried := halves(items)
	known, gold := halves(labels)
	names := largestTopics(labels, 10)
	macro := 0.0
	for _, name := range names {
		var examples []*storage.Item
		var yes []bool
		kinds := map[bool][]*storage.Item{}
		for i, y := range in(known, name) {
			kinds[y] = append(kinds[y], learned[i])
		}
		for i := range 180 { // spread over all of each kind
			y, nth, of := i < 30, i, 30
			if !y {
				nth, of = i-30, 150
			}
			examples, yes = append(examples, kinds[y][nth*len(kinds[y])/of]), append(yes, y)
		}
		course := NewCourse(examples)
		course.Fold()
		m := course.Learn(yes).At(ForPrecision(course.Score(yes), yes, 0.95))
		var right, taken, wanted int
		for i, y := range in(gold, name) {
			takes := m.Score(TextOf(tried[i])) >= m.Threshold()
			taken += one(takes)
			wanted += one(y)
			right += one(takes && y)
		}
		f1 := 2 * float64(right) / float64(taken+wanted)
		t.Logf("%-14s %d examples  P %.3f  R %.3f  F1 %.3f", name, len(examples), float64(right)/float64(taken), float64(right)/float64(wanted), f1)
		macro += f1 / float64(len(names))
	}
	t.Logf("macro F1 %.3f", macro)
	if macro < 0.90 {
		t.Errorf("macro F1 is %.3f, want 0.90", macro)
	}
}

// BenchmarkLearn1000Articles tells what CPU time a topic costs that learns of 1,000
// articles, its threshold included, beside reading their words once.
func BenchmarkLearn1000Articles(b *testing.B) {
	items, labels := labelledNews(b, "bbc", "topics/bbc.items.jsonl", "en")
	items, labels = items[:1000], labels[:1000]
	yes := in(labels, "business")
	var reading, learning time.Duration
	size := 0
	for b.Loop() {
		reading += spent(b, func() {
			for _, it := range items {
				size += len(TextOf(it))
			}
		})
		learning += spent(b, func() {
			course := NewCourse(items)
			course.Fold()
			m := course.Learn(yes).At(ForPrecision(course.Score(yes), yes, 0.95))
			size = len(m.Bytes())
		})
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(learning.Seconds()/float64(b.N), "cpu-s/topic")
	b.ReportMetric(learning.Seconds()/reading.Seconds(), "x-reading")
	b.ReportMetric(float64(size), "bytes")
}

// labelledNews reads a set of the labelled collection, which lies beside the
// repository; without it the test is passed over.
func labelledNews(t testing.TB, set, path, language string) (items []*storage.Item, topics [][]string) {
	byID := map[string]*storage.Item{}
	eachRow(t, path, func(data []byte) error {
		var row struct{ ID, Title, HTML string }
		err := json.Unmarshal(data, &row)
		byID[row.ID] = &storage.Item{
			Language: language, Title: storage.Text{Value: row.Title},
			Content: storage.Text{Value: row.HTML, HTML: true},
		}
		return err
	})
	eachRow(t, "topics/"+set+".gold.jsonl", func(data []byte) error {
		var row struct {
			ID, Split string
			Topics    []string
		}
		err := json.Unmarshal(data, &row)
		if row.Split == "" || row.Split == "train" {
			items, topics = append(items, byID[row.ID]), append(topics, row.Topics)
		}
		return err
	})
	return items, topics
}

func eachRow(t testing.TB, path string, f func([]byte) error) {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "shared", "corpus", path))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the collection is not here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var r io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		if err := f(lines.Bytes()); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// halves returns every other element, and the rest.
func halves[T any](all []T) (even, odd []T) {
	for i, v := range all {
		if i%2 == 0 {
			even = append(even, v)
		} else {
			odd = append(odd, v)
		}
	}
	return even, odd
}

func largestTopics(labels [][]string, n int) []string {
	counts := map[string]int{}
	for _, list := range labels {
		for _, name := range list {
			counts[name]++
		}
	}
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(counts[b]-counts[a], strings.Compare(a, b)) })
	return names[:min(n, len(names))]
}

func in(labels [][]string, name string) []bool {
	yes := make([]bool, len(labels))
	for i, list := range labels {
		yes[i] = slices.Contains(list, name)
	}
	return yes
}

// accuracy is how often the topic with the highest score is right.
func accuracy(scores [][]float64, names []string, gold [][]string) float64 {
	right := 0
	for i, list := range scores {
		best := names[slices.Index(list, slices.Max(list))]
		right += one(slices.Contains(gold[i], best))
	}
	return float64(right) / float64(len(scores))
}

func microF1(scores [][]float64, names []string, gold [][]string) float64 {
	var right, taken, wanted int
	for i, list := range scores {
		for n, score := range list {
			is := slices.Contains(gold[i], names[n])
			taken += one(score >= 0.5)
			wanted += one(is)
			right += one(is && score >= 0.5)
		}
	}
	return 2 * float64(right) / float64(taken+wanted)
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
