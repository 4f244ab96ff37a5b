package storagetest

import (
	"net/url"
	"path/filepath"
	"slices"
	"time"

	"sluice/storage"
)

func enrolTopicTests() []test {
	return []test{
		{"only enrolled topics, by name", func(w *world) {
			w.topics = []query{{Name: "z"}, {Name: "m"}, {Name: "x", Takes: "x", Bars: "!x"}}
			w.enrol()
			var names []string
			for _, s := range w.topicStates() {
				names = append(names, s.Name)
			}
			if !slices.Equal(names, []string{"m", "x", "z"}) {
				w.Errorf("Topics gives %q", names)
			}
		}},
		{"the atom id is an IRI, minted once and kept when Site changes", func(w *world) {
			id := w.topic("x").AtomID
			if u, err := url.Parse(id); err != nil || !u.IsAbs() {
				w.Errorf("atom id %q is no absolute IRI", id)
			}
			if other := w.topic("y").AtomID; other == id {
				w.Errorf("two topics have the atom id %s", id)
			}
			w.site = "https://elsewhere.example/path"
			w.enrol()
			w.reopen()
			w.enrol()
			if now := w.topic("x").AtomID; now != id {
				w.Errorf("the atom id changed with Site from %s to %s", id, now)
			}
		}},
		{"a topic begins when it is first enrolled, and never again", func(w *world) {
			begun := w.topic("x").Begun
			if !begun.Equal(w.now) {
				w.Errorf("a topic that is enrolled at %v begun at %v", w.now, begun)
			}
			all := w.topics
			w.now = w.now.Add(time.Hour)
			w.topics = all[1:]
			w.enrol()
			w.topics = all
			w.enrol()
			w.reopen()
			if now := w.topic("x").Begun; !now.Equal(begun) {
				w.Errorf("the topic begun at %v, later at %v", begun, now)
			}
		}},
		{"the same enrolment mints the same atom ids", func(w *world) {
			other := worldAt(w.t, w.tb, w.open, filepath.Join(w.t.TempDir(), "other.db"))
			defer other.close()
			other.enrol()
			if one, two := w.topic("x").AtomID, other.topic("x").AtomID; one != two {
				w.Errorf("two stores minted %s and %s", one, two)
			}
		}},
		{"the atom id outlives the topic", func(w *world) {
			id, all := w.topic("x").AtomID, w.topics
			w.topics = all[1:]
			w.enrol()
			w.topics = all
			w.enrol()
			if now := w.topic("x").AtomID; now != id {
				w.Errorf("the atom id of a topic that came back is %s, was %s", now, id)
			}
		}},
		{"a renamed topic continues", func(w *world) {
			w.begin()
			w.poll("a", taggedAll(articles("a", 1, 3), "x")...)
			w.release()
			before, entries := w.topic("x"), w.entries("x")
			w.topics[0].Name, w.topics[0].Formerly = "new", []string{"x"}
			if done := w.tryEnrol(); slices.Contains(done.Route, "new") {
				w.Errorf("a topic that was only renamed is to be routed")
			}
			after := w.topic("new")
			if after.AtomID != before.AtomID || after.Last != 3 || after.Live != 3 {
				w.Errorf("a renamed topic's state is %s, was %s", show(after), show(before))
			}
			w.wait(time.Hour)
			w.release()
			w.standing("new", entries)
			w.poll("a", tagged(article("a", 4), "x"))
			w.release()
			if e := w.entry("new", "article 4"); e.Number != 4 {
				w.Errorf("the first entry after the renaming has the number %d, want 4", e.Number)
			}
			w.reopen()
			if list := w.entries("new"); len(list) != 4 {
				w.Errorf("%d entries after a second opening, want 4", len(list))
			}
		}},
		{"a topic that takes the name of one that was taken out goes on as itself", func(w *world) {
			w.poll("a", tagged(article("a", 1), "x"), tagged(article("a", 2), "y"), tagged(article("a", 3), "y"))
			w.release()
			before := w.topic("y")
			w.topics = []query{{Name: "y", Takes: "y"}}
			w.enrol()
			if s := w.storyOf("a", 1); len(s.Entries) != 0 {
				w.Errorf("a story stands in a topic that was taken out: %s", show(s.Entries))
			}
			w.topics = []query{{Name: "x", Formerly: []string{"y"}, Takes: "y"}}
			for range 2 {
				w.enrol()
				w.release()
				if now := w.topic("x"); now.AtomID != before.AtomID || now.Last != before.Last || now.Live != 2 {
					w.Errorf("the renamed topic's state is %s, was %s", show(now), show(before))
				}
				if s := w.storyOf("a", 1); len(s.Entries) != 0 {
					w.Errorf("what stood in the one of that name stands in it: %s", show(s.Entries))
				}
				w.reopen()
			}
		}},
		{"a topic of a name that another gave up is another topic", func(w *world) {
			w.poll("a", taggedAll(articles("a", 1, 2), "x")...)
			w.release()
			w.topics = []query{{Name: "new", Formerly: []string{"x"}, Takes: "x"}}
			w.enrol()
			w.topics = append(w.topics, query{Name: "x", Takes: "z"})
			w.enrol()
			w.release()
			if old, now := w.topic("new").AtomID, w.topic("x").AtomID; old == now {
				w.Errorf("two topics have the atom id %s", old)
			}
			if list := w.entries("x"); len(list) > 0 {
				w.Errorf("the new topic took over %d entries", len(list))
			}
			if list := w.entries("new"); len(list) != 2 {
				w.Errorf("the renamed topic has %d entries, want 2", len(list))
			}
		}},
		{"a topic that comes back has its entries and numbers", func(w *world) {
			w.begin()
			w.poll("a", taggedAll(articles("a", 1, 2), "x")...)
			w.release()
			all, entries := w.topics, w.entries("x")
			w.topics = all[1:]
			w.enrol()
			w.wait(time.Hour)
			w.poll("a", tagged(article("a", 3), "x"))
			w.release()
			w.topics = all
			done := w.tryEnrol()
			if !slices.Contains(done.Route, "x") {
				w.Fatalf("a topic that came back is not routed, though an item was saved without it")
			}
			w.route(done.Route, done.Cursor, 100)
			w.release()
			w.standing("x", entries)
			if e := w.entry("x", "article 3"); e.Number != 3 {
				w.Errorf("the entry gained by coming back has the number %d, want 3", e.Number)
			}
		}},
		{"a topic that comes back narrower gives up what it does not take", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x", "narrow"), tagged(article("a", 2), "x"), tagged(article("a", 3), "x"))
			w.release()
			all := w.topics
			w.topics = all[1:]
			w.enrol()
			w.wait(time.Hour)
			w.poll("a", tagged(article("a", 1), "x", "narrow"), tagged(article("a", 2), "x"))
			w.release()
			w.topics = append([]query{{Name: "x", Takes: "narrow", Bars: "!x"}}, all[1:]...)
			w.enrol()
			w.wait(time.Hour)
			w.release()
			if got := w.titles("x"); got != "article 1" {
				w.Errorf("x has %q, want article 1", got)
			}
		}},
	}
}

// standing fails unless each of these entries stands in the topic as it did.
func (w *world) standing(topic string, old []storage.Entry) {
	w.Helper()
	now := make(map[storage.ID]storage.Entry)
	for _, e := range w.entries(topic) {
		now[e.Story] = e
	}
	for _, e := range old {
		n, ok := now[e.Story]
		if !ok {
			w.Errorf("topic %s: entry %d, %q, is gone", topic, e.Number, e.Item.Title.Value)
			continue
		}
		if n.ID != e.ID || !n.Published.Equal(e.Published) || n.Place != e.Place || n.Number != e.Number || n.Updated.Before(e.Updated) {
			w.Errorf("topic %s: entry changed\n from %s\n to   %s", topic, show(e), show(n))
		}
	}
}
