package story

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"sluice/storage"
)

func TestPick(t *testing.T) {
	base := Candidate{ID: storage.ID{5}, Prefer: 5, Original: true, Words: 100, Published: day}
	with := func(change func(*Candidate)) Candidate {
		c := base
		change(&c)
		return c
	}
	better := map[string]Candidate{
		"preferred":   with(func(c *Candidate) { *c = Candidate{ID: storage.ID{9}, Prefer: 6, Published: day.Add(time.Hour)} }),
		"fuller":      with(func(c *Candidate) { c.Words, c.Published = 101, day.Add(time.Hour) }),
		"earlier":     with(func(c *Candidate) { c.ID, c.Published = storage.ID{9}, day.Add(-time.Hour) }),
		"smaller id":  with(func(c *Candidate) { c.ID = storage.ID{4} }),
		"against not": base,
	}
	worse := with(func(c *Candidate) { c.Original, c.Words, c.Published = false, 1000, day.Add(-time.Hour) })
	for name, c := range better {
		second := base
		if name == "against not" {
			second = worse
		}
		if got := Pick([]Candidate{second, c}); got != 1 {
			t.Errorf("%s: picked %d of %+v and %+v", name, got, second, c)
		}
		if got := Pick([]Candidate{c, second}); got != 0 {
			t.Errorf("%s: the order of candidates counts", name)
		}
	}
	if got := Pick(nil); got != -1 {
		t.Errorf("Pick(nil) = %d", got)
	}
}

func TestPickOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cs := make([]Candidate, rapid.IntRange(1, 8).Draw(t, "candidates"))
		for i := range cs {
			cs[i] = Candidate{
				ID:        storage.ID{byte(i)},
				Prefer:    rapid.IntRange(0, 1).Draw(t, "prefer"),
				Original:  rapid.Bool().Draw(t, "original"),
				Words:     rapid.Uint32Range(0, 2).Draw(t, "words"),
				Published: day.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "hours")) * time.Hour),
			}
		}
		want := cs[Pick(cs)]
		moved := make([]Candidate, len(cs))
		for i, j := range rapid.Permutation(indexes(len(cs))).Draw(t, "order") {
			moved[i] = cs[j]
		}
		if got := moved[Pick(moved)]; got != want {
			t.Fatalf("picked %+v in one order and %+v in another", want, got)
		}
	})
}

func TestNewCandidate(t *testing.T) {
	const feed = "https://feeds.example.co.uk/news.xml"
	for _, test := range []struct {
		name string
		item storage.Item
		want bool
	}{
		{"own", storage.Item{URL: "https://www.example.co.uk/a"}, true},
		{"no link", storage.Item{}, true},
		{"other registration", storage.Item{URL: "https://other.co.uk/a"}, false},
		{"site of the feed", storage.Item{URL: "https://blog.example.org/a", Origin: storage.Origin{Home: "https://example.org/"}}, true},
		{"from another feed", storage.Item{URL: "https://www.example.co.uk/a", Source: &storage.Source{Title: "Agency", URL: "https://agency.example/feed"}}, false},
		{"from a nameless feed", storage.Item{URL: "https://www.example.co.uk/a", Source: &storage.Source{}}, false},
		{"from itself", storage.Item{URL: "https://www.example.co.uk/a", Source: &storage.Source{URL: "https://example.co.uk/world.xml"}}, true},
	} {
		test.item.Published, test.item.Print.Words, test.item.ID = day, 7, storage.ID{1}
		got := NewCandidate(&test.item, 3, feed)
		want := Candidate{ID: storage.ID{1}, Prefer: 3, Original: test.want, Words: 7, Published: day}
		if got != want {
			t.Errorf("%s: %+v, want %+v", test.name, got, want)
		}
	}
}
