package daemon

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/storage"
)

// causesConfig is a topic each of whose entries stands for another reason, so
// that each can lose them for another.
const causesConfig = `never: '%[1]s'
feeds:
  - {url: "${UP}/a.xml", name: a, tags: [%[2]s], topics: [%[3]s], only: '%[4]s'}
topics:
  - {name: asked, match: '%[5]s', never: '%[6]s', limit: 30}
  - {name: tagged, match: 'tag:wire', limit: 30}
  - {name: named, limit: 30}
  - {name: composed, match: 'topic:asked', limit: 30}
  - {name: listed, match: 'topic:other', limit: 30}
  - {name: other, match: '%[7]s', limit: 1}
`

// Whatever it is in the config that would withdraw much: it is held by a fetch,
// at the start of a daemon and by a reload, and goes on by a yes.
func TestEachCauseOfWithdrawalIsHeld(t *testing.T) {
	sound := []any{"west", "wire", "named", "north OR south", "north OR south", "east", "north OR south"}
	for _, c := range []struct {
		what   string
		at     int // in sound
		to     string
		topics string // that lose all, in the order of the config
	}{
		{"never of all topics", 0, "north OR south", "asked tagged named composed listed other"},
		{"tags of a feed", 1, "local", "tagged"},
		{"topics of a feed", 2, "asked", "named"},
		{"only of a feed", 3, "east", "asked tagged named composed listed other"},
		{"query", 4, "east", "asked composed"},
		{"never", 5, "north OR south", "asked composed"},
		{"query of a composed topic", 6, "east", "listed other"},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(t)
			w.manyItems()
			w.config(fmt.Sprintf(causesConfig, sound...))
			w.guarded(false)
			edited := slices.Clone(sound)
			edited[c.at] = c.to
			w.config(fmt.Sprintf(causesConfig, edited...))
			w.heldEverywhere(func(text string) error {
				for _, name := range strings.Fields(c.topics) {
					if !strings.Contains(text, "topic "+name+": adds 0, removes 40 of 40, ") {
						return fmt.Errorf("%s is missing", name)
					}
				}
				if n := strings.Count(text, "removes"); n != len(strings.Fields(c.topics)) {
					return fmt.Errorf("%d topics are told", n)
				}
				return nil
			})
			live, warnings := w.guarded(true)
			for _, name := range strings.Fields(c.topics) {
				if live[name] != 0 {
					t.Errorf("after it was accepted, %s has %d entries", name, live[name])
				}
			}
			if warnings != nil {
				t.Errorf("after it was accepted: %q", warnings)
			}
		})
	}
}

// heldEverywhere wants the config as it stands to change no entry, neither by a
// fetch nor at the start of a daemon nor by a reload, and what these say to be
// as told.
func (w *world) heldEverywhere(told func(string) error) {
	w.Helper()
	check := func(who, text string) {
		w.Helper()
		if err := told(text); err != nil {
			w.Errorf("%s says %q: %v", who, text, err)
		}
	}
	live := func(store storage.Store) map[string]int {
		w.Helper()
		states, err := store.Topics(w.Context())
		if err != nil {
			w.Fatal(err)
		}
		counts := make(map[string]int)
		for _, t := range states {
			counts[t.Name] = t.Live
		}
		return counts
	}
	before := make(map[string]int)
	w.withStore(func(ctx context.Context, store storage.Store) error {
		before = live(store)
		return nil
	})
	for range 2 { // the second finds it held already
		_, warnings := w.guarded(false)
		check("fetch", strings.Join(warnings, "\n"))
	}
	d, stop := w.start()
	fetchAll(w.T, d)
	check("the status of a daemon", strings.Join(d.Status().Warnings, "\n"))
	_, err := d.Reload(w.Context(), false)
	var refused *WithdrawalError
	if !errors.As(err, &refused) {
		w.Fatalf("a reload: %v", err)
	}
	check("a reload", err.Error())
	if err := d.Route(w.Context(), time.Now); err != nil {
		w.Fatal(err)
	}
	if _, err := d.Publish(w.Context(), time.Now()); err != nil {
		w.Fatal(err)
	}
	if after := live(d.store); !maps.Equal(before, after) {
		w.Errorf("entries before %v, then %v", before, after)
	}
	if err := stop(); err != nil {
		w.Fatal(err)
	}
}

// A topic with entries that it has for what it learned alone.
func learnedEntries(t *testing.T) (*school, []string) {
	w := newSchool(t)
	w.label(40, false)
	w.step(func(ctx context.Context, s *System) {
		if _, err := s.Relearn(ctx, "ships", false, time.Now()); err != nil {
			t.Fatal(err)
		}
	})
	w.step(nil)
	entries := w.entries()
	if len(entries) < 39 {
		t.Fatalf("%d entries stand", len(entries))
	}
	return w, entries
}

// Who takes learn: away takes away what was learned; not so who asks for another
// precision, which is of what comes.
func TestALearningThatIsTakenOutIsHeld(t *testing.T) {
	w, entries := learnedEntries(t)
	config := fmt.Sprintf(learningConfig, "lighthouse")
	w.config(strings.Replace(config, "precision: 0.9", "precision: 0.99", 1))
	if live, warnings := w.guarded(false); live["ships"] != len(entries) || warnings != nil {
		t.Errorf("another precision: %v, %q", live, warnings)
	}
	for _, c := range []struct{ what, name, config string }{
		{"learn taken out", "ships", strings.Replace(config, "learn: {precision: 0.9}, ", "", 1)},
		{"and renamed", "boats", strings.Replace(config, "{name: ships, match: 'lighthouse', never: piracy, learn: {precision: 0.9}", "{name: boats, formerly: [ships], match: 'lighthouse', never: piracy", 1)},
	} {
		w.config(c.config)
		w.heldEverywhere(func(text string) error {
			if !strings.Contains(text, fmt.Sprintf("adds 0, removes %d of %d", len(entries)-1, len(entries))) || !strings.Contains(text, "topic "+c.name) {
				return fmt.Errorf("%s: that is not told", c.what)
			}
			return nil
		})
		w.want(entries...)
	}
	// What comes while it is held is judged by what was learned.
	w.page("/b.xml", newsOf("b", later...))
	if live, _ := w.guarded(false); live["ships"] != len(entries)+1 {
		t.Errorf("%v stand, want what came too", live)
	}
	if live, warnings := w.guarded(true); live["boats"] != 1 || len(live) != 1 || warnings != nil {
		t.Errorf("accepted: %v, %q", live, warnings)
	}
}

// The same is asked of a model that would judge otherwise.
func TestARelearningThatWithdrawsMuchWantsAYes(t *testing.T) {
	w, entries := learnedEntries(t)
	w.withStore(func(ctx context.Context, store storage.Store) error {
		labels, err := store.Labels(ctx, "ships")
		for _, l := range labels {
			verdict := storage.Yes
			if l.Yes {
				verdict = storage.No
			}
			err = errors.Join(err, store.Label(ctx, storage.Labelling{Topic: "ships", Item: l.Item.ID, Verdict: verdict, Now: time.Now()}))
		}
		return err
	})
	w.step(func(ctx context.Context, s *System) {
		_, err := s.Relearn(ctx, "ships", false, time.Now())
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("removes %d of %d", len(entries)-1, len(entries))) || !strings.Contains(err.Error(), "relearn ships --yes") {
			t.Errorf("relearning that turns all around: %v", err)
		}
	})
	w.want(entries...)
	d, stop := w.start()
	if err := d.Relearn(t.Context(), "ships", false); err == nil {
		t.Error("a daemon relearns without a yes")
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	w.want(entries...)

	// A yes that the process outlived by nothing counts all the same.
	w.withStore(func(ctx context.Context, store storage.Store) error { return store.Relearn(ctx, "ships") })
	live, warnings := w.guarded(false)
	if live["ships"] < 39 || warnings != nil {
		t.Errorf("%v, %q", live, warnings)
	}
	for _, title := range w.entries() {
		if strings.HasPrefix(title, "ship") {
			t.Errorf("%s stands", title)
		}
	}
}
