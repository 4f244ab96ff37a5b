package story

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/storage"
	"sluice/storage/link"
)

// An item of the labelled news has its print at hand.
type labelled struct {
	id    string
	item  storage.Item
	print storage.Print
}

func readLines(t *testing.T, name string, next func(*json.Decoder) error) {
	t.Helper()
	var r io.Reader = bufio.NewReader(corpus(t, "dedupe/"+name))
	if strings.HasSuffix(name, ".gz") {
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	}
	for in := json.NewDecoder(r); in.More(); {
		if err := next(in); err != nil {
			t.Fatal(err)
		}
	}
}

func labelledNews(t *testing.T, name string) (news []labelled) {
	t.Helper()
	readLines(t, name, func(in *json.Decoder) error {
		var it struct {
			ID, Feed, GUID, URL, Title, HTML string
			Published                        time.Time
			Origin                           string `json:"orig_link"`
		}
		err := in.Decode(&it)
		one := []storage.Item{{Feed: it.Feed, GUID: it.GUID, URL: link.Clean(cmp.Or(it.Origin, it.URL)), Published: it.Published,
			Title: storage.Text{Value: it.Title, HTML: true}, Content: storage.Text{Value: it.HTML, HTML: true}}}
		Identify(one, nil, 0)
		news = append(news, labelled{it.ID, one[0], Print(&one[0])})
		return err
	})
	return news
}

// clusters returns the story of each item of synth.
func clusters(t *testing.T) map[string]string {
	gold := make(map[string]string)
	readLines(t, "synth.gold.jsonl", func(in *json.Decoder) error {
		var g struct{ ID, Cluster string }
		err := in.Decode(&g)
		gold[g.ID] = g.Cluster
		return err
	})
	return gold
}

// judged returns the pairs of a set that may be one story.
func judged(t *testing.T, name string) map[[2]string]bool {
	pairs := make(map[[2]string]bool)
	readLines(t, name, func(in *json.Decoder) error {
		var p struct{ A, B, Label string }
		err := in.Decode(&p)
		if p.Label != "neg" {
			pairs[[2]string{p.A, p.B}], pairs[[2]string{p.B, p.A}] = true, true
		}
		return err
	})
	return pairs
}

// A partition says in which story each item is.
type partition map[string]int

// grouped groups news in the given order, cut into releases of as many items,
// each in the order of their dates, as a release groups them.
func grouped(news []labelled, order []int, releases int) partition {
	g, out := NewGrouper(96*time.Hour), make(partition, len(news))
	for k := range releases {
		cut := slices.Clone(order[k*len(order)/releases : (k+1)*len(order)/releases])
		slices.SortFunc(cut, func(i, j int) int {
			return cmp.Or(news[i].item.Published.Compare(news[j].item.Published), cmp.Compare(i, j))
		})
		for _, i := range cut {
			out[news[i].id] = g.add(&news[i].item, news[i].print)
		}
	}
	return out
}

func (p partition) stories() map[int][]string {
	by := make(map[int][]string)
	for id, n := range p {
		by[n] = append(by[n], id)
	}
	for _, ids := range by {
		slices.Sort(ids)
	}
	return by
}

func (p partition) sets() map[string]bool {
	sets := make(map[string]bool)
	for _, ids := range p.stories() {
		sets[strings.Join(ids, " ")] = true
	}
	return sets
}

// Of labelled news, no story is lost in another one, and of all copies hardly
// one in a hundred is shown again.
func TestLabelledNews(t *testing.T) {
	news, gold := labelledNews(t, "synth.items.jsonl"), clusters(t)
	p := grouped(news, inTime(news), 1)
	all, repeats := make(map[string]bool), len(p.stories())
	for _, ids := range p.stories() {
		for _, id := range ids {
			if gold[id] != gold[ids[0]] {
				t.Errorf("lost: %s in the story of %s", id, ids[0])
			}
			all[gold[id]] = true
		}
	}
	repeats -= len(all)
	t.Logf("%d stories, %d repeats", len(all), repeats)
	if len(all) < 3000 || repeats > 30 {
		t.Errorf("%d copies are shown again", repeats)
	}
}

func inTime(news []labelled) []int {
	order := make([]int, len(news))
	for i := range order {
		order[i] = i
	}
	return order
}

// The order in which items come decides nothing within a release. Through many
// of them it decides little: what two copies that do not agree with each other
// would both be copies of comes after both were released, and stories that are
// are never joined by machine. It never loses a story.
func TestOrders(t *testing.T) {
	if testing.Short() {
		t.Skip("it groups 24,000 items in 100 orders")
	}
	gold := clusters(t)
	for _, test := range []struct {
		set      string
		releases int
		delay    time.Duration // 0: any order at all
		most     float64       // percent of the stories that are others
	}{
		{"synth", 1, 0, 0},
		{"synth", 300, 6 * time.Hour, 0.5},
		{"synth", 20, 0, 1.3},
		{"agnews", 20, 0, 0.1},
		{"reuters", 20, 0, 0.1},
	} {
		name, same := test.set+".items.jsonl", map[[2]string]bool{}
		if test.set != "synth" {
			same = judged(t, test.set+".pairs.jsonl")
		}
		if test.set == "reuters" {
			name += ".gz"
		}
		news := labelledNews(t, name)
		want := grouped(news, inTime(news), 1)
		sets := want.sets()
		worst, lost := 0.0, 0
		for seed := range 20 {
			r := rand.New(rand.NewPCG(1, uint64(seed)))
			order := r.Perm(len(news))
			if test.delay > 0 {
				comes := make([]time.Time, len(news))
				for i := range comes {
					comes[i] = news[i].item.Published.Add(time.Duration(r.Int64N(int64(test.delay))))
				}
				slices.SortFunc(order, func(i, j int) int { return comes[i].Compare(comes[j]) })
			}
			p := grouped(news, order, test.releases)
			gone := len(sets)
			for set := range p.sets() {
				if sets[set] {
					gone--
				}
			}
			worst = max(worst, 100*float64(gone)/float64(len(sets)))
			for _, ids := range p.stories() {
				for i, id := range ids {
					for _, other := range ids[:i] {
						if gold[id] != gold[other] || gold[id] == "" && want[id] != want[other] && !same[[2]string{id, other}] {
							lost++
						}
					}
				}
			}
		}
		t.Logf("%s through %d releases, delays of %v: %.2f %% at most, %d pairs lost", test.set, test.releases, test.delay, worst, lost)
		if worst > test.most || lost > 0 {
			t.Error("that is too many")
		}
	}
}
