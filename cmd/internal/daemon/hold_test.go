package daemon

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/cmd/internal/control"
	"sluice/storage"
)

// guarded does what fetch does beside no daemon, and returns the topics' live
// entries and the warnings.
func (w *world) guarded(accept bool) (map[string]int, []string) {
	w.Helper()
	live := make(map[string]int)
	var warnings []string
	w.withStore(func(ctx context.Context, store storage.Store) error {
		g, err := w.loadWith(store)
		if err == nil {
			g, err = Admit(ctx, g, store, accept)
		}
		if err != nil {
			return err
		}
		_, out, err := fetchBy(ctx, store, g)
		if err != nil {
			return err
		}
		warnings = out.Warnings
		states, err := store.Topics(ctx)
		for _, t := range states {
			live[t.Name] = t.Live
		}
		return err
	})
	return live, warnings
}

// fetchBy does what fetch does beside no daemon.
func fetchBy(ctx context.Context, store storage.Store, g *Generation) (*System, control.Fetched, error) {
	s := NewSystem(store, quiet(), "test")
	if _, err := s.Apply(ctx, g, time.Now()); err != nil {
		return nil, control.Fetched{}, err
	}
	if err := s.Route(ctx, time.Now); err != nil {
		return nil, control.Fetched{}, err
	}
	out, err := s.Fetch(ctx, control.FetchRequest{All: true}, time.Time{}, nil)
	return s, out, err
}

// withStore runs f with the config's store.
func (w *world) withStore(f func(context.Context, storage.Store) error) {
	w.Helper()
	g, err := w.load()
	if err != nil {
		w.Fatal(err)
	}
	store, err := w.open(g.Config)
	if err != nil {
		w.Fatal(err)
	}
	if err := errors.Join(f(w.Context(), store), store.Close()); err != nil {
		w.Fatal(err)
	}
}

const heldConfig = `feeds:
  - {url: "${UP}/a.xml", name: a, tags: [%s]}
%stopics:
  - {name: all, match: '%s', limit: 30}
  - {name: tagged, match: 'tag:wire -topic:all'}
`

// What a change would withdraw stays, through any number of fetches, and what
// comes meanwhile is judged by the rules of before; the rest of the config is in
// force.
func TestAHeldChangeKeepsTheRulesOfBefore(t *testing.T) {
	w := newWorld(t)
	w.manyItems()
	w.config(fmt.Sprintf(heldConfig, "wire", "", "north OR south"))
	live, warnings := w.guarded(false)
	if live["all"] != 40 || live["tagged"] != 0 || warnings != nil {
		t.Fatalf("%v, %q", live, warnings)
	}

	w.page("/b.xml", rss("b", "north-100", "east-1"))
	w.config(fmt.Sprintf(heldConfig, "other", "  - {url: \"${UP}/b.xml\", name: b}\n", "north-2 OR north-100"))
	for range 2 { // the second finds it held already
		live, warnings = w.guarded(false)
		if live["all"] != 41 || live["tagged"] != 0 {
			t.Errorf("%v stand, want all 40, and the one that came by the old rules", live)
		}
		if len(warnings) != 1 || !strings.Contains(warnings[0], "topic all: adds 0, removes 39 of 40, 30 of the 30 in its head") || !strings.Contains(warnings[0], "--accept") {
			t.Errorf("warnings: %q", warnings)
		}
	}

	// A topic that is taken out goes at once, and a new one waits.
	held := strings.ReplaceAll(heldConfig, "name: tagged, match: 'tag:wire -topic:all'", "name: east, match: east")
	w.config(fmt.Sprintf(held, "other", "  - {url: \"${UP}/b.xml\", name: b}\n", "north-2 OR north-100"))
	live, warnings = w.guarded(false)
	if live["all"] != 41 || len(live) != 1 || len(warnings) != 1 {
		t.Errorf("%v, %q", live, warnings)
	}

	live, warnings = w.guarded(true)
	if live["all"] != 2 || live["east"] != 1 || warnings != nil {
		t.Errorf("accepted: %v, %q", live, warnings)
	}
	if live, warnings = w.guarded(false); live["all"] != 2 || warnings != nil {
		t.Errorf("after it was accepted: %v, %q", live, warnings)
	}
}

// Who takes the edit back is asked nothing more.
func TestAHeldChangeThatIsTakenBack(t *testing.T) {
	w := newWorld(t)
	w.manyItems()
	first, second := fmt.Sprintf(northOf, "*"), fmt.Sprintf(northOf, "north-2")
	w.config(first)
	w.guarded(false)
	w.config(second)
	if _, warnings := w.guarded(false); len(warnings) != 1 {
		t.Errorf("warnings: %q", warnings)
	}
	w.config(first)
	if live, warnings := w.guarded(false); live["all"] != 40 || warnings != nil {
		t.Errorf("%v, %q", live, warnings)
	}
	w.withStore(func(ctx context.Context, store storage.Store) error {
		_, held, err := store.Rules(ctx)
		if !held.Routing.IsZero() {
			t.Errorf("still held: %+v", held)
		}
		return err
	})
}

// The rules of a renamed topic go on under its old name.
func TestAHeldChangeOfANameToo(t *testing.T) {
	w := newWorld(t)
	w.manyItems()
	w.config(fmt.Sprintf(northOf, "*"))
	w.guarded(false)
	w.config(strings.Replace(fmt.Sprintf(northOf, "north-2"), "name: all", "name: few, formerly: [all]", 1))
	if live, warnings := w.guarded(false); live["all"] != 40 || len(live) != 1 || len(warnings) != 1 {
		t.Errorf("%v, %q", live, warnings)
	}
	if live, _ := w.guarded(true); live["few"] != 1 || len(live) != 1 {
		t.Errorf("accepted: %v", live)
	}
}

// Rules that ask for a feed by its name go on with it under that name, also for
// what comes meanwhile.
func TestAHeldChangeOfAFeedsName(t *testing.T) {
	w := newWorld(t)
	w.manyItems()
	text := "feeds:\n  - {url: \"${UP}/a.xml\", name: %s, formerly: [%s]}\ntopics:\n  - {name: all, match: 'feed:%s', limit: 30}\n"
	w.config(fmt.Sprintf(text, "a", "", "a"))
	w.guarded(false)
	for _, edited := range []string{
		fmt.Sprintf(text, "b", "a", "a"), // which takes nothing by that name
		fmt.Sprintf(text, "b", "a", "b north-2"),
		fmt.Sprintf(text, "b", "", "b north-2"),
	} {
		w.config(edited)
		for range 2 {
			w.page("/a.xml", rss("a", "north-100"))
			if live, warnings := w.guarded(false); live["all"] < 40 || len(warnings) != 1 {
				t.Errorf("%s: %v, %q", edited, live, warnings)
			}
		}
	}
	if live, _ := w.guarded(true); live["all"] != 1 {
		t.Errorf("accepted: %v", live)
	}
}

// Rules may be composed of a topic that is taken out.
func TestAHeldChangeBesideATopicTakenOut(t *testing.T) {
	w := newWorld(t)
	w.manyItems()
	feed := "feeds:\n  - {url: \"${UP}/a.xml\", name: a}\ntopics:\n"
	w.config(feed + "  - {name: part, match: north, never: west}\n  - {name: all, match: 'topic:part OR south', limit: 30}\n")
	before, _ := w.guarded(false)
	w.config(feed + "  - {name: all, match: north-2, limit: 30}\n")
	w.page("/a.xml", rss("a", "north-100", "west-north-1"))
	for range 2 {
		if live, warnings := w.guarded(false); live["all"] != before["all"]+1 || len(live) != 1 || len(warnings) != 1 {
			t.Errorf("%v before, now %v, %q", before, live, warnings)
		}
	}
}

// What a feed says of its items is held too.
func TestAHeldChangeOfAFeed(t *testing.T) {
	w := newWorld(t)
	w.manyItems()
	text := "feeds:\n  - {url: \"${UP}/a.xml\", name: a, tags: [t], topics: [named], only: '%s'}\ntopics:\n  - {name: named, limit: 30}\n  - {name: tagged, match: 'tag:t', limit: 30}\n"
	w.config(fmt.Sprintf(text, "north OR south"))
	w.guarded(false)
	for _, edited := range []string{
		fmt.Sprintf(text, "east"),
		strings.Replace(fmt.Sprintf(text, "north OR south"), "tags: [t], topics: [named], ", "", 1),
		"never: '*'\n" + fmt.Sprintf(text, "north OR south"),
	} {
		w.config(edited)
		if live, warnings := w.guarded(false); live["named"] != 40 || live["tagged"] != 40 || len(warnings) != 1 || strings.Count(warnings[0], "removes 40 of 40") != 2 {
			t.Errorf("%s: %v, %q", edited, live, warnings)
		}
	}
}

// Also where it said nothing before.
func TestAHeldChangeOfAFeedWithoutRules(t *testing.T) {
	w := newWorld(t)
	w.manyItems()
	text := "feeds:\n  - {url: \"${UP}/a.xml\", name: a%s}\ntopics:\n  - {name: all, match: '* -tag:out', limit: 30}\n"
	w.config(fmt.Sprintf(text, ""))
	w.guarded(false)
	for _, edit := range []string{", only: east", ", tags: [out]"} {
		w.config(fmt.Sprintf(text, edit))
		if live, warnings := w.guarded(false); live["all"] != 40 || len(warnings) != 1 {
			t.Errorf("%s: %v, %q", edit, live, warnings)
		}
	}
}

// A daemon that starts with such a change holds it, tells, and goes on with it
// after a reload that says so.
func TestADaemonStartsByTheRulesOfBefore(t *testing.T) {
	w := newWorld(t)
	w.manyItems()
	w.config(fmt.Sprintf(northOf, "*"))
	w.guarded(false)
	w.config(fmt.Sprintf(northOf, "north-2 OR north-4"))
	for range 2 {
		d, stop := w.start()
		fetchAll(t, d)
		states, err := d.store.Topics(t.Context())
		if err != nil || states[0].Live != 40 || !states[0].Routed {
			t.Errorf("%+v, %v", states, err)
		}
		if s := d.Status(); !slices.ContainsFunc(s.Warnings, func(s string) bool { return strings.Contains(s, "reload --yes") }) {
			t.Errorf("the status does not tell: %+v", s)
		}
		if _, err := d.Reload(t.Context(), false); err == nil {
			t.Error("a reload goes on without a yes")
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	}
	d, _ := w.start()
	if _, err := d.Reload(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if err := d.Route(t.Context(), time.Now); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Publish(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	states, err := d.store.Topics(t.Context())
	if err != nil || states[0].Live != 2 || len(d.Status().Warnings) != 0 {
		t.Errorf("%+v, %v, %q", states, err, d.Status().Warnings)
	}
}
