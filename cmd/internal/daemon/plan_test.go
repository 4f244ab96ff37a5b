package daemon

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/cmd/internal/control"
	"sluice/storage"
)

// standing returns the stories in each topic, sorted.
func standing(t *testing.T, store storage.Store) map[string][]string {
	t.Helper()
	out := make(map[string][]string)
	topics, err := store.Topics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range topics {
		entries, err := store.Entries(t.Context(), topic.Name, storage.Place{}, 100_000)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out[topic.Name] = append(out[topic.Name], e.Story.String())
		}
		slices.Sort(out[topic.Name])
	}
	return out
}

// missing returns what is in a and not in b.
func missing(a, b []string) (out []string) {
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}

func storiesIn(entries []PlannedEntry) (out []string) {
	for _, e := range entries {
		out = append(out, e.Story.String())
	}
	slices.Sort(out)
	return out
}

const planFeeds = `feeds:
  - {url: "${UP}/a.xml", name: a, tags: [wet]}
  - {url: "${UP}/b.xml", name: b}
topics:
`

// What a plan says is what putting the config in force then does, entry by
// entry.
func TestAPlanIsWhatAReloadDoes(t *testing.T) {
	w := newWorld(t)
	for _, feed := range []string{"a", "b"} {
		var titles []string
		for i, word := range []string{"rain", "snow", "hail", "fog", "frost", "storm"} {
			for j := range 4 {
				titles = append(titles, fmt.Sprintf("%s-%s-%d-%d", word, []string{"north", "south"}[(i+j)%2], i, j))
			}
		}
		w.page("/"+feed+".xml", rss(feed, titles...))
	}
	w.config(planFeeds + "  - {name: wet, match: rain OR snow}\n  - {name: cold, match: 'topic:wet snow OR frost'}\n  - {name: far, match: south}\n")
	w.own(func(ctx context.Context, s *System) error {
		_, err := s.Fetch(ctx, control.FetchRequest{All: true}, time.Time{}, nil)
		return err
	})
	edits := []struct {
		name, topics string
		changes      string // topics that change, as the plan names them
	}{
		{"nothing", "  - {name: wet, match: 'rain   OR (snow)'}\n  - {name: cold, match: 'topic:wet snow OR frost'}\n  - {name: far, match: south}\n", ""},
		{"a word added", "  - {name: wet, match: rain OR snow OR hail}\n  - {name: cold, match: 'topic:wet snow OR frost'}\n  - {name: far, match: south}\n", "wet+8-0"},
		{"a NOT added", "  - {name: wet, match: '(rain OR snow OR hail) -north'}\n  - {name: cold, match: 'topic:wet snow OR frost'}\n  - {name: far, match: south}\n", "wet+0-12 cold+0-4"},
		{"a topic removed", "  - {name: wet, match: '(rain OR snow OR hail) -north'}\n  - {name: far, match: south}\n", "cold+0-12"},
		{"it comes back as another, and one is renamed", "  - {name: damp, formerly: [wet], match: '(rain OR snow OR hail) -south'}\n  - {name: far, match: south -tag:wet}\n  - {name: cold, match: fog}\n", "damp+12-12 far+0-12 cold+8-0"},
		{"a never for all", "  - {name: damp, match: '(rain OR snow OR hail) -south'}\n  - {name: far, match: south -tag:wet}\n  - {name: cold, match: fog}\nnever: fog\n", "far+0-2 cold+0-8"},
	}
	for _, edit := range edits {
		w.planned(edit.name, planFeeds+edit.topics, edit.changes)
	}
}

// planned edits the config and wants the plan to name these changes, and putting
// the config in force to do just what the plan says, entry by entry.
func (w *world) planned(name, cfg, changes string) {
	w.Helper()
	load := func(store storage.Store) *Generation {
		w.Helper()
		g, err := w.loadWith(store)
		if err == nil {
			g, err = Teach(w.Context(), g, store)
		}
		if err != nil {
			w.Fatal(err)
		}
		return g
	}
	var plan *Plan
	var before, after map[string][]string
	w.withStore(func(ctx context.Context, store storage.Store) (err error) {
		if _, _, err := fetchBy(ctx, store, load(store)); err != nil { // by the rules before
			return err
		}
		before = standing(w.T, store)
		w.config(cfg)
		plan, err = MakePlan(ctx, load(store), ownReading{store})
		return err
	})
	var told []string
	for _, topic := range plan.Topics {
		told = append(told, fmt.Sprintf("%s+%d-%d", topic.Name, len(topic.Added), len(topic.Removed)))
	}
	if got := strings.Join(told, " "); got != changes || plan.Empty() != (changes == "") {
		w.Errorf("%s: the plan says %q, want %q", name, got, changes)
	}
	w.withStore(func(ctx context.Context, store storage.Store) error { // puts the new ones in force
		s := NewSystem(store, quiet(), "test")
		if _, err := s.Apply(ctx, load(store), time.Now()); err != nil {
			return err
		}
		if err := s.Route(ctx, time.Now); err != nil {
			return err
		}
		if _, err := s.Publish(ctx, time.Now()); err != nil {
			return err
		}
		after = standing(w.T, store)
		again, err := MakePlan(ctx, s.Generation(), ownReading{store})
		if err == nil && !again.Empty() {
			w.Errorf("%s: it is in force, and the plan says %+v", name, again)
		}
		return err
	})
	known := make(map[string]bool)
	for _, topic := range plan.Topics {
		known[topic.Name] = true
		was, is := before[topic.Was], after[topic.Name]
		if added := missing(is, was); !slices.Equal(added, storiesIn(topic.Added)) {
			w.Errorf("%s: topic %s gains %d entries, the plan says %d, or others", name, topic.Name, len(added), len(topic.Added))
		}
		if removed := missing(was, is); !slices.Equal(removed, storiesIn(topic.Removed)) {
			w.Errorf("%s: topic %s loses %d entries, the plan says %d, or others", name, topic.Name, len(removed), len(topic.Removed))
		}
	}
	for name := range after {
		if !known[name] && !reflect.DeepEqual(before[name], after[name]) {
			w.Errorf("%s: topic %s changes, and the plan does not say so", name, name)
		}
	}
}

// So it is where more than the query decides: quotas, tellings by several feeds,
// corrections by people, what feeds withdrew, what was learned.
func TestAPlanKnowsWhatElseDecides(t *testing.T) {
	const feeds = `feeds:
  - {url: "${UP}/a.xml", name: a, tags: [wet]%s}
  - {url: "${UP}/b.xml", name: b}
  - {url: "${UP}/c.xml", name: c}
topics:
`
	w := newWorld(t)
	var names []string
	for i := range 12 {
		names = append(names, fmt.Sprintf("%s-%d", []string{"rain", "snow", "hail"}[i%3], i))
	}
	w.page("/a.xml", rss("wire", names...))
	w.page("/b.xml", rss("wire", "rain-0", "snow-1", "fog-20", "fog-21")) // two told by a too
	const retracts = `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><title>c</title><id>urn:c</id>%s</feed>`
	entry := func(n int) string {
		return fmt.Sprintf(`<entry><id>tag:c.example,2024:%d</id><title>rain of c %[1]d</title><link href="https://c.example/%[1]d"/></entry>`, n)
	}
	w.page("/c.xml", fmt.Sprintf(retracts, entry(1)+entry(2)))
	base := func(topics string) string { return fmt.Sprintf(feeds, "") + topics }
	w.config(base("  - {name: few, match: rain, at_most: 2/d, digest_after: 0s, per_feed: 1}\n  - {name: wet, match: rain OR snow}\n"))
	w.guarded(true)

	// One is hidden everywhere, one in a topic that does not have it yet, one
	// withdrawn by its feed, one erased.
	w.withStore(func(ctx context.Context, store storage.Store) error {
		items, err := store.Scan(ctx, storage.ID{}, 1000)
		for _, item := range items {
			edit := storage.Edit{Kind: storage.Hide, Item: item.ID, Reason: "x", Time: time.Now()}
			switch item.Title.Value {
			case "hail-2":
			case "hail-5":
				edit.Topic = "few"
			case "hail-8":
				edit.Kind = storage.Erase
			default:
				continue
			}
			_, editErr := store.Edit(ctx, edit)
			err = errors.Join(err, editErr)
		}
		return err
	})
	w.page("/c.xml", fmt.Sprintf(retracts, entry(2)+`<at:deleted-entry ref="tag:c.example,2024:1" when="2024-01-01T00:00:00Z"/>`))

	w.planned("a word more", base("  - {name: few, match: rain OR hail, at_most: 2/d, digest_after: 0s, per_feed: 1}\n  - {name: wet, match: rain OR snow OR hail}\n"), "few+1-0 wet+2-0")
	w.planned("what its feed withdrew", base("  - {name: few, match: rain OR hail, at_most: 2/d, digest_after: 0s, per_feed: 1}\n  - {name: wet, match: rain OR snow OR hail}\n  - {name: c, match: feed:c}\n"), "c+1-0")
	w.planned("other quotas", base("  - {name: few, match: rain OR hail, at_most: 1/w, per_feed: 2}\n  - {name: wet, match: rain OR snow OR hail, limit: 2}\n  - {name: c, match: feed:c}\n"), "")
	w.planned("a never that one telling of two meets", base("  - {name: few, match: rain OR hail, never: feed:b, at_most: 1/w}\n  - {name: wet, match: rain OR snow OR hail}\n  - {name: c, match: feed:c}\n"), "few+0-1")
	w.planned("composed topics", base("  - {name: few, match: rain, never: feed:b, at_most: 1/w}\n  - {name: wet, match: 'topic:few -rain-3 OR topic:c'}\n  - {name: c, match: feed:c}\n"), "few+0-1 wet+0-7")
	w.planned("an only", fmt.Sprintf(feeds, ", only: rain-3 OR rain-6")+"  - {name: few, match: rain, never: feed:b, at_most: 1/w}\n  - {name: wet, match: 'tag:wet'}\n  - {name: c, match: feed:c}\n", "few+0-1 wet+1-3")
}

// A feed that goes on under another name has its items still, whatever brings
// them into a topic.
func TestAPlanKnowsRenamedFeeds(t *testing.T) {
	const feeds = `feeds:
  - {url: "${UP}/a.xml", name: %s, tags: [wet], topics: [far], formerly: [%s]}
  - {url: "${UP}/b.xml", name: %s}
topics:
`
	w := newWorld(t)
	w.page("/a.xml", rss("a", "rain-1", "snow-2"))
	w.page("/b.xml", rss("b", "rain-3", "fog-4"))
	topics := "  - {name: far, match: fog}\n  - {name: wet, match: 'tag:wet'}\n"
	config := func(a, former, b, topics string) string { return fmt.Sprintf(feeds, a, former, b) + topics }
	w.config(config("a", "", "b", topics))
	w.guarded(true)

	w.planned("renamed by formerly", config("x", "a", "b", topics), "")
	w.planned("renamed by its address", config("y", "", "b", topics), "")
	w.planned("both, and a query by the names", config("v", "y", "u", topics+"  - {name: new, match: 'feed:u OR feed:b'}\n"), "new+2-0")
	w.planned("a query by the name of before", config("v", "", "r", topics+"  - {name: new, match: 'feed:u OR feed:b'}\n"), "new+0-2")
	w.planned("and by the name of now", config("v", "", "u", topics+"  - {name: new, match: 'feed:u OR feed:b'}\n"), "new+2-0")
	w.planned("a name that was another's", config("u", "v", "t", topics+"  - {name: new, match: 'feed:t'}\n"), "far+1-0 wet+2-0 new+0-2")
}

// And for what was learned, when it is taken out, given back and made anew.
func TestAPlanKnowsWhatWasLearned(t *testing.T) {
	w, entries := learnedEntries(t)
	n := len(entries) - 1 // but the one that its query takes
	config := fmt.Sprintf(learningConfig, "lighthouse")
	w.planned("learn taken out", strings.Replace(config, "learn: {precision: 0.9}, ", "", 1), fmt.Sprintf("ships+0-%d", n))
	w.planned("learn given back", config, fmt.Sprintf("ships+%d-0", n))
	w.planned("another precision", strings.Replace(config, "0.9", "0.99", 1), "")
	w.planned("another name", strings.Replace(config, "name: ships", "name: boats, formerly: [ships]", 1), "boats+0-0")
	w.planned("and its own again", strings.Replace(config, "name: ships", "name: ships, formerly: [boats]", 1), "ships+0-0")
	w.planned("a never", strings.Replace(config, "piracy", "'*'", 1), fmt.Sprintf("ships+0-%d", n+1))
}

func TestAPlanTellsOfFeeds(t *testing.T) {
	w := newWorld(t)
	w.page("/a.xml", rss("a", "rain"))
	w.page("/b.xml", rss("b", "snow"))
	w.config(planFeeds + "  - {name: all, match: 'rain'}\n")
	w.own(func(ctx context.Context, s *System) error {
		if _, err := s.Fetch(ctx, control.FetchRequest{All: true}, time.Time{}, nil); err != nil {
			return err
		}
		w.config("feeds:\n  - {url: \"${UP}/a.xml\", name: a}\n  - {url: \"${UP}/c.xml\", name: c}\ntopics:\n  - {name: all, match: snow}\n")
		g, err := w.load()
		if err != nil {
			return err
		}
		p, err := MakePlan(ctx, g, ownReading{s.store})
		if err != nil {
			return err
		}
		if !slices.Equal(p.NewFeeds, []string{"c"}) || !slices.Equal(p.OldFeeds, []string{"b"}) || len(p.Topics) != 1 ||
			!slices.Equal(p.Topics[0].Gained, []string{"b"}) || !slices.Equal(p.Topics[0].Lost, []string{"a"}) {
			t.Errorf("%+v", p)
		}
		return nil
	})
}

// The feed of an entry is that of the telling which is shown: where a query goes
// on to take a story, but for another telling, its feed comes and the other goes.
func TestAPlanTellsFeedsByWhatIsShown(t *testing.T) {
	const feeds = `feeds:
  - {url: "${UP}/a.xml", name: a, prefer: 5}
  - {url: "${UP}/b.xml", name: b, prefer: 3}
  - {url: "${UP}/c.xml", name: c}
topics:
`
	w := newWorld(t)
	for _, feed := range []string{"a", "b", "c"} {
		w.page("/"+feed+".xml", rss("wire", "rain-0", "snow-1"))
	}
	shown := func() (all []string) {
		w.withStore(func(ctx context.Context, store storage.Store) error {
			entries, err := store.Entries(ctx, "wet", storage.Place{}, 10)
			for _, e := range entries {
				all = append(all, e.Item.Feed)
			}
			return err
		})
		return all
	}
	for _, step := range []struct{ query, gained, lost, shown string }{
		{"rain", "", "", "a"},
		{"rain -feed:a", "b", "a", "b"},
		{"rain -feed:a -feed:b", "c", "b", "c"},
		{"rain", "a", "c", "a"},
		{"rain OR snow", "", "", "a a"},
	} {
		config := feeds + "  - {name: wet, match: '" + step.query + "'}\n"
		if step.gained != "" {
			w.config(config)
			w.withStore(func(ctx context.Context, store storage.Store) error {
				g, err := w.loadWith(store)
				if err != nil {
					return err
				}
				plan, err := MakePlan(ctx, g, ownReading{store})
				if err == nil && (len(plan.Topics) != 1 || strings.Join(plan.Topics[0].Gained, " ") != step.gained || strings.Join(plan.Topics[0].Lost, " ") != step.lost) {
					t.Errorf("%s: %+v", step.query, plan.Topics)
				}
				return err
			})
		}
		w.config(config)
		w.guarded(false)
		if got := strings.Join(shown(), " "); got != step.shown {
			t.Errorf("%s: shown are %q, want %q", step.query, got, step.shown)
		}
	}
	w.config(feeds + "  - {name: wet, match: rain OR snow}\n  - {name: new, match: '*'}\n")
	w.withStore(func(ctx context.Context, store storage.Store) error {
		g, err := w.loadWith(store)
		if err != nil {
			return err
		}
		plan, err := MakePlan(ctx, g, ownReading{store})
		if err == nil && (len(plan.Topics) != 1 || !slices.Equal(plan.Topics[0].Gained, []string{"a"}) || plan.Topics[0].Added[0].Feed != "a") {
			t.Errorf("a new topic: %+v", plan.Topics)
		}
		return err
	})
}
