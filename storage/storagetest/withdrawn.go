package storagetest

import (
	"errors"
	"time"

	"sluice/storage"
)

func withdrawnTests() []test {
	return []test{
		{"a withdrawn entry leaves a tombstone, the latest first", func(w *world) {
			w.manyEntries(3)
			first, second := w.entry("x", "article 1"), w.entry("x", "article 2")
			var want []storage.Tombstone
			for n, e := range []storage.Entry{first, second} {
				w.wait(time.Hour)
				w.poll("a", article("a", n+1))
				if list := w.withdrawn("x", 10); len(list) != n {
					w.Errorf("before Release there are %d tombstones, want %d", len(list), n)
				}
				w.release()
				want = append([]storage.Tombstone{{ID: e.ID, Number: e.Number, Withdrawn: w.now, Revision: w.topic("x").Revision}}, want...)
			}
			same(w, "tombstones", w.withdrawn("x", 10), want)
			same(w, "the latest", w.withdrawn("x", 1), want[:1])
			same(w, "of y", w.withdrawn("y", 10), []storage.Tombstone(nil))
		}},
		{"an entry that returns has none", func(w *world) {
			old := w.oneEntry()
			w.wait(time.Hour)
			w.poll("a", article("a", 1))
			w.release()
			w.wait(time.Hour)
			w.poll("a", tagged(article("a", 1), "x"))
			w.release()
			w.standing("x", []storage.Entry{old})
			same(w, "tombstones", w.withdrawn("x", 10), []storage.Tombstone(nil))
		}},
		{"an entry that is merely not in the feed any more has none", func(w *world) {
			w.oneEntry()
			w.wait(1000 * time.Hour)
			w.poll("a", article("a", 2))
			w.release()
			same(w, "tombstones", w.withdrawn("x", 10), []storage.Tombstone(nil))
		}},
		{"they end at Bury, which names the topics that change", func(w *world) {
			w.poll("a", tagged(article("a", 1), "x"), tagged(article("a", 2), "x", "y"), tagged(article("a", 3), "y"))
			w.release()
			w.wait(time.Hour)
			w.poll("a", article("a", 1))
			w.release()
			early := w.now
			w.wait(time.Hour)
			w.poll("a", article("a", 2))
			w.release()
			late := w.now
			w.wait(time.Hour)
			w.bury(early)
			if len(w.withdrawn("x", 10)) != 2 || len(w.withdrawn("y", 10)) != 1 {
				w.Errorf("Bury ended what was withdrawn at the cutoff")
			}
			w.bury(late, "x")
			if got := w.topic("x").Changed; !got.Equal(w.now) {
				w.Errorf("x changed at %v, want the time of Bury, %v", got, w.now)
			}
			if len(w.withdrawn("x", 10)) != 1 || len(w.withdrawn("y", 10)) != 1 {
				w.Errorf("Bury ended other tombstones than those of before the cutoff")
			}
			w.bury(late.Add(time.Microsecond), "x", "y")
			w.bury(w.now.Add(time.Hour))
			if len(w.withdrawn("x", 10)) != 0 || len(w.withdrawn("y", 10)) != 0 {
				w.Errorf("tombstones are left")
			}
		}},
		{"each change gives the topic a revision, and what it changed that revision", func(w *world) {
			w.poll("a", tagged(article("a", 1), "x"), tagged(article("a", 2), "x", "y"))
			w.release()
			w.revised("x", 1, map[string]uint64{"article 1": 1, "article 2": 1})
			w.wait(time.Hour)
			w.poll("a", tagged(article("a", 1), "x"), tagged(article("a", 2), "x", "y"))
			w.release()
			w.revised("x", 1, map[string]uint64{"article 1": 1, "article 2": 1})
			w.wait(time.Hour)
			w.poll("a", tagged(article("a", 3), "x"))
			w.release()
			w.revised("x", 2, map[string]uint64{"article 1": 1, "article 2": 1, "article 3": 2})
			w.wait(-time.Minute) // a clock that is set back changes nothing
			changed := tagged(article("a", 1), "x")
			changed.Rights = "theirs"
			w.poll("a", changed)
			w.revised("x", 3, map[string]uint64{"article 1": 3, "article 2": 1, "article 3": 2})
			w.revised("y", 1, map[string]uint64{"article 2": 1})
			w.poll("a", tagged(article("a", 3)))
			w.release()
			w.revised("x", 5, map[string]uint64{"article 1": 3, "article 2": 1})
			if got := w.withdrawn("x", 1)[0].Revision; got != 5 {
				w.Errorf("what was withdrawn has revision %d, want 5", got)
			}
		}},
		{"of an unknown topic they are ErrNotFound", func(w *world) {
			if _, err := w.store.Withdrawn(w.ctx, "nothing", 10); !errors.Is(err, storage.ErrNotFound) {
				w.Errorf("Withdrawn: %v, want ErrNotFound", err)
			}
		}},
	}
}

// revised holds a topic to a revision, and its entries to theirs, by title.
func (w *world) revised(topic string, revision uint64, want map[string]uint64) {
	w.Helper()
	got := map[string]uint64{}
	for _, e := range w.entries(topic) {
		got[e.Item.Title.Value] = e.Revision
	}
	same(w, "revisions in "+topic, got, want)
	if r := w.topic(topic).Revision; r != revision {
		w.Errorf("topic %s has revision %d, want %d", topic, r, revision)
	}
}

func (w *world) withdrawn(topic string, limit int) []storage.Tombstone {
	w.Helper()
	list, err := w.store.Withdrawn(w.ctx, topic, limit)
	if err != nil {
		w.Fatalf("Withdrawn: %v", err)
	}
	return list
}

// bury ends tombstones and holds Bury to the topics that it is to name.
func (w *world) bury(cutoff time.Time, topics ...string) {
	w.Helper()
	delta, err := w.store.Bury(w.ctx, cutoff, w.now)
	if err != nil {
		w.Fatalf("Bury: %v", err)
	}
	same(w, "topics that Bury names", delta.Topics, topics)
}
