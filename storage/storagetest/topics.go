package storagetest

import (
	"slices"
	"time"

	"sluice/storage"
)

func topicTests() []test {
	return []test{
		{"a story is in every topic that takes one of its items", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x"), tagged(article("a", 2), "y"), tagged(article("a", 3), "x", "y"))
			w.poll("b", tagged(article("b", 1), "y"))
			w.release()
			if x, y := len(w.entries("x")), len(w.entries("y")); x != 2 || y != 3 {
				w.Errorf("x has %d entries and y %d, want 2 and 3", x, y)
			}
		}},
		{"a telling brings a released story into a topic", func(w *world) {
			old := w.oneEntry()
			w.wait(time.Hour)
			w.poll("b", tagged(article("b", 1), "y"))
			d := w.release()
			e := w.entry("y", "article 1")
			if !slices.Equal(d.Topics, []string{"x", "y"}) || e.ID != old.ID || e.Number != 1 || e.Item.Feed != "b" || !e.Published.Equal(old.Published) {
				w.Errorf("Release: %s; the entry in y: %s", show(d), show(e))
			}
			w.standing("x", []storage.Entry{old})
		}},
		{"an entry whose items no longer match is withdrawn, and comes back as itself", func(w *world) {
			w.begin()
			w.poll("a", taggedAll(articles("a", 1, 3), "x")...)
			w.release()
			entries := w.entries("x")
			w.wait(time.Hour)
			w.poll("a", article("a", 2))
			d := w.release()
			if d.Withdrawn != 1 || !slices.Equal(d.Topics, []string{"x"}) {
				w.Errorf("Release: %s", show(d))
			}
			if s := w.topic("x"); len(w.entries("x")) != 2 || s.Live != 2 || s.Last != 3 || !s.Changed.Equal(w.now) {
				w.Errorf("after the withdrawal: %s", show(s))
			}
			if s := w.storyOf("a", 2); len(s.Entries) != 1 || !s.Entries[0].Withdrawn.Equal(w.now) || s.EntryID == "" {
				w.Errorf("the withdrawn story: %s", show(s))
			}
			w.reopen()
			w.wait(time.Hour)
			w.poll("a", tagged(article("a", 2), "x"), tagged(article("a", 4), "x"))
			w.release()
			w.standing("x", entries)
			if s := w.storyOf("a", 2); len(s.Entries) != 1 || !s.Entries[0].Withdrawn.IsZero() {
				w.Errorf("the story that came back: %s", show(s))
			}
			if e := w.entry("x", "article 4"); e.Number != 4 {
				w.Errorf("the next entry's number is %d, want 4", e.Number)
			}
		}},
		{"an entry stands while another telling matches", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x"))
			w.poll("b", tagged(article("b", 1), "x"))
			w.release()
			entries := w.entries("x")
			w.wait(time.Hour)
			w.poll("a", article("a", 1))
			if d := w.release(); d.Withdrawn != 0 {
				w.Errorf("Release: %s", show(d))
			}
			w.standing("x", entries)
			if e := w.entry("x", "article 1"); e.Item.Feed != "b" {
				w.Errorf("the pick is feed %s's, which does not match", e.Item.Feed)
			}
		}},
		{"a story with any telling that is barred stays out", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x", "!x", "y"))
			w.poll("a", tagged(article("a", 2), "x"))
			w.poll("b", tagged(article("b", 2), "!x"))
			w.release()
			if x, y := len(w.entries("x")), len(w.entries("y")); x != 0 || y != 1 {
				w.Errorf("x has %d entries and y %d, want 0 and 1", x, y)
			}
		}},
		{"a barred telling that comes later has the entry withdrawn", func(w *world) {
			old := w.oneEntry()
			w.wait(time.Hour)
			w.poll("b", tagged(article("b", 1), "!x"))
			if d := w.release(); d.Withdrawn != 1 || len(w.entries("x")) != 0 {
				w.Errorf("Release: %s", show(d))
			}
			w.wait(time.Hour)
			w.poll("b", article("b", 1))
			w.release()
			w.standing("x", []storage.Entry{old})
		}},
		{"a topic that was barred before the release gets its number later", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x", "!x"))
			w.release()
			w.wait(time.Hour)
			w.poll("a", tagged(article("a", 2), "x"))
			w.release()
			w.wait(time.Hour)
			w.poll("a", tagged(article("a", 1), "x"))
			w.release()
			if one, two := w.entry("x", "article 1"), w.entry("x", "article 2"); one.Number != 2 || two.Number != 1 {
				w.Errorf("numbers %d and %d, want 2 and 1", one.Number, two.Number)
			}
		}},
	}
}
