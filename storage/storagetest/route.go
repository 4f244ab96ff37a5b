package storagetest

import (
	"errors"
	"slices"
	"time"

	"sluice/storage"
)

func routeTests() []test {
	return []test{
		{"gains take new numbers in order of published, which is their place", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 99), "x"))
			w.release()
			items := taggedAll(articles("b", 1, 12), "later")
			for i := range items {
				items[i].Published = w.now.Add(-time.Duration((i*5)%12+1) * time.Hour)
			}
			w.wait(time.Hour)
			w.poll("b", items...)
			w.release()
			w.wait(time.Hour)
			w.topics[0].Takes = "later"
			w.topics = append(w.topics, query{Name: "z", Takes: "later"})
			done := w.tryEnrol()
			if !slices.Equal(done.Route, []string{"x", "z"}) {
				w.Fatalf("Enrol asks for %q, want x and z", done.Route)
			}
			if w.topic("x").Routed || !w.topic("y").Routed {
				w.Errorf("Routed: %s", show(w.topicStates()))
			}
			w.route(done.Route, done.Cursor, 5)
			if list := w.entries("x"); len(list) != 1 || !w.topic("x").Routed {
				w.Errorf("Route published %d entries; Routed: %v", len(list), w.topic("x").Routed)
			}
			d := w.release()
			if d.Released != 0 || d.Withdrawn != 1 || !slices.Equal(d.Topics, []string{"x", "z"}) {
				w.Errorf("Release: %s", show(d))
			}
			w.numbered("z", 12)
			for topic, first := range map[string]uint64{"x": 2, "z": 1} {
				list := w.entries(topic)
				slices.Reverse(list)
				for i, e := range list {
					if !e.Place.Time.Equal(e.Published) || e.Number != first+uint64(i) {
						w.Errorf("topic %s: number %d at %v, published %v; want number %d", topic, e.Number, e.Place.Time, e.Published, first+uint64(i))
					}
				}
			}
		}},
		{"removals are withdrawn, and a return gives all back", func(w *world) {
			w.begin()
			w.poll("a", taggedAll(articles("a", 1, 5), "x")...)
			w.release()
			entries := w.entries("x")
			w.reroute("nothing")
			w.wait(time.Hour)
			if d := w.release(); d.Withdrawn != 5 || len(w.entries("x")) != 0 {
				w.Errorf("Release: %s", show(d))
			}
			w.poll("a", tagged(article("a", 6), "nothing"))
			w.release()
			w.reroute("x")
			w.wait(time.Hour)
			w.release()
			w.standing("x", entries)
			if s := w.topic("x"); s.Live != 5 || s.Last != 6 {
				w.Errorf("state of the topic: %s", show(s))
			}
		}},
		{"bars are routed like takes", func(w *world) {
			old := w.oneEntry()
			w.topics[0].Bars = "x"
			w.enrol()
			w.wait(time.Hour)
			w.release()
			if list := w.entries("x"); len(list) != 0 {
				w.Errorf("%d barred entries stand", len(list))
			}
			w.topics[0].Bars = "!x"
			w.enrol()
			w.wait(time.Hour)
			w.release()
			w.standing("x", []storage.Entry{old})
		}},
		{"what was unreleased when routed is no backlog", func(w *world) {
			w.begin()
			w.poll("a", tagged(dated(article("a", 1), w.now.Add(-time.Hour)), "later"))
			w.reroute("later")
			w.wait(time.Hour)
			w.release()
			if e := w.entry("x", "article 1"); !e.Place.Time.Equal(w.now) {
				w.Errorf("place %v, want the time of release, %v", e.Place.Time, w.now)
			}
		}},
		{"ErrStale for another set", func(w *world) {
			w.oneEntry()
			w.topics[0].Takes = "later"
			done := w.tryEnrol()
			stale := w.batch(done.Route, done.Cursor, 100)
			w.topics[0].Takes = "last"
			w.tryEnrol()
			if err := w.store.Route(w.ctx, stale); !errors.Is(err, storage.ErrStale) {
				w.Errorf("Route: %v, want ErrStale", err)
			}
			if w.topic("x").Routed {
				w.Errorf("a refused Route ended the routing")
			}
			w.enrol()
		}},
		{"an interrupted routing goes on behind its cursor", func(w *world) {
			w.begin()
			w.poll("a", taggedAll(articles("a", 1, 30), "later")...)
			w.release()
			w.topics[0].Takes = "later"
			done := w.tryEnrol()
			first := w.batch(done.Route, done.Cursor, 7)
			if err := w.store.Route(w.ctx, first); err != nil {
				w.Fatalf("Route: %v", err)
			}
			w.reopen()
			done = w.tryEnrol()
			if !slices.Equal(done.Route, []string{"x"}) || done.Cursor != first.Cursor {
				w.Fatalf("Enrol after an interruption gives %s, want x and the cursor %s", show(done), first.Cursor)
			}
			if w.topic("x").Routed {
				w.Errorf("x counts as routed half way")
			}
			w.route(done.Route, done.Cursor, 7)
			w.release()
			if n := len(w.entries("x")); n != 30 {
				w.Errorf("%d entries were gained, want 30", n)
			}
		}},
		{"a set that replaces one half routed begins anew", func(w *world) {
			w.begin()
			w.poll("a", taggedAll(articles("a", 1, 30), "x", "later")...)
			w.release()
			entries := w.entries("x")
			w.topics[0].Takes = "nothing"
			done := w.tryEnrol()
			if err := w.store.Route(w.ctx, w.batch(done.Route, done.Cursor, 20)); err != nil {
				w.Fatalf("Route: %v", err)
			}
			w.topics[1].Takes = "later"
			done = w.tryEnrol()
			if !slices.Equal(done.Route, []string{"x", "y"}) || !done.Cursor.IsZero() {
				w.Fatalf("Enrol of a third set gives %s, want x and y from the start", show(done))
			}
			w.topics[0].Takes, w.topics[1].Takes = "x", "y"
			done = w.tryEnrol()
			if !slices.Contains(done.Route, "x") || !done.Cursor.IsZero() {
				w.Fatalf("Enrol of the first set again gives %s, though 20 items were judged by another", show(done))
			}
			w.route(done.Route, done.Cursor, 100)
			w.wait(time.Hour)
			w.release()
			w.standing("x", entries)
			if n := len(w.entries("y")); n != 0 {
				w.Errorf("y has %d entries, want none", n)
			}
		}},
		{"a set that is taken back before it was routed leaves items to judge", func(w *world) {
			w.begin()
			w.topics[0].Takes = "later"
			w.tryEnrol()
			w.poll("a", tagged(article("a", 1), "later"), tagged(article("a", 2), "x"))
			w.topics[0].Takes = "x"
			w.enrol()
			w.release()
			if got := w.titles("x"); w.topic("x").Routed && got != "article 2" {
				w.Errorf("x has %q, want article 2", got)
			}
		}},
		{"a topic taken out between a routing and its release loses nothing", func(w *world) {
			w.begin()
			w.poll("a", taggedAll(articles("a", 1, 5), "x")...)
			w.poll("a", taggedAll(articles("a", 6, 7), "later")...)
			w.release()
			entries := w.entries("x")
			topics := w.topics
			out := func() {
				w.topics = topics[1:]
				w.enrol()
				w.release()
				w.topics = topics
			}
			for _, takes := range []string{"later", "x"} {
				w.reroute(takes) // and what moves is not released
				out()
				w.reroute(takes)
				w.wait(time.Hour)
				w.release()
				if takes == "x" {
					w.standing("x", entries)
				} else if n := len(w.entries("x")); n != 2 {
					w.Errorf("%d entries stand after it came back, want the 2 that it takes", n)
				}
			}
		}},
		{"an item that changed meanwhile keeps its newer verdict", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "later"), tagged(article("a", 2), "later"))
			w.release()
			w.topics[0].Takes = "later"
			done := w.tryEnrol()
			r := w.batch(done.Route, done.Cursor, 100)
			w.wait(time.Hour)
			w.poll("a", write(tagged(article("a", 1)), "article 1", 2)) // does not match any more
			if err := w.store.Route(w.ctx, r); err != nil {
				w.Fatalf("Route: %v", err)
			}
			w.release()
			if got := w.titles("x"); got != "article 2" {
				w.Errorf("x has %q, want article 2 alone", got)
			}
		}},
		{"items that are not stored are passed over", func(w *world) {
			w.topics[0].Takes = "later"
			w.tryEnrol()
			r := storage.Routed{Topics: []string{"x"}, Cursor: storage.ID{9}, Done: true, Set: w.set()}
			r.Items = []storage.RoutedItem{{ID: storage.ID{9}, Revision: 1, Routing: storage.Routing{Topics: []string{"x"}}}}
			if err := w.store.Route(w.ctx, r); err != nil {
				w.Errorf("Route: %v", err)
			}
		}},
		{"only the verdicts of its topics change", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x", "y"))
			w.release()
			y := w.entries("y")
			w.topics[0].Takes = "later"
			done := w.tryEnrol()
			r := w.batch(done.Route, done.Cursor, 100)
			r.Items[0].Routing = storage.Routing{} // says nothing of y, which was not asked
			if err := w.store.Route(w.ctx, r); err != nil {
				w.Fatalf("Route: %v", err)
			}
			w.wait(time.Hour)
			if d := w.release(); !slices.Equal(d.Topics, []string{"x"}) {
				w.Errorf("Release: %s", show(d))
			}
			w.standing("y", y)
		}},
	}
}

// reroute gives topic x another query and routes the stored items by it.
func (w *world) reroute(takes string) {
	w.Helper()
	w.topics[0].Takes = takes
	w.enrol()
}
