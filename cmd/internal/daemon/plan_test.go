package daemon

import (
	"context"
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
		var plan *Plan
		var before map[string][]string
		cfg := planFeeds + edit.topics
		w.own(func(ctx context.Context, s *System) error { // by the rules before
			before = standing(t, s.store)
			w.config(cfg)
			g, err := w.load()
			if err != nil {
				return err
			}
			plan, err = MakePlan(ctx, g, ownReading{s.store})
			return err
		})
		var changes []string
		for _, topic := range plan.Topics {
			changes = append(changes, fmt.Sprintf("%s+%d-%d", topic.Name, len(topic.Added), len(topic.Removed)))
		}
		if got := strings.Join(changes, " "); got != edit.changes || plan.Empty() != (edit.changes == "") {
			t.Errorf("%s: the plan says %q, want %q", edit.name, got, edit.changes)
		}
		var after map[string][]string
		w.own(func(ctx context.Context, s *System) error { // puts the new ones in force
			if _, err := s.Publish(ctx, time.Now()); err != nil {
				return err
			}
			after = standing(t, s.store)
			return nil
		})
		planned := make(map[string]bool)
		for _, topic := range plan.Topics {
			planned[topic.Name] = true
			was, is := before[topic.Was], after[topic.Name]
			if added := missing(is, was); !reflect.DeepEqual(added, storiesIn(topic.Added)) {
				t.Errorf("%s: topic %s gains %d entries, the plan says %d, or others", edit.name, topic.Name, len(added), len(topic.Added))
			}
			if removed := missing(was, is); !reflect.DeepEqual(removed, storiesIn(topic.Removed)) {
				t.Errorf("%s: topic %s loses %d entries, the plan says %d, or others", edit.name, topic.Name, len(removed), len(topic.Removed))
			}
		}
		for name := range after {
			if !planned[name] && !reflect.DeepEqual(before[name], after[name]) {
				t.Errorf("%s: topic %s changes, and the plan does not say so", edit.name, name)
			}
		}
	}
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
