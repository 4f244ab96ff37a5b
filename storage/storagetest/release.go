package storagetest

import (
	"bytes"
	"slices"
	"time"

	"sluice/storage"
)

func releaseTests() []test {
	return []test{
		{"it counts and names what it published", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x"), tagged(article("a", 2), "x"), article("a", 3))
			d := w.release()
			if d.Released != 3 || d.Withdrawn != 0 || !slices.Equal(d.Topics, []string{"x"}) || d.Pending {
				w.Errorf("Release: %s", show(d))
			}
			s := w.topic("x")
			if s.Live != 2 || s.Last != 2 || !s.Changed.Equal(w.now) {
				w.Errorf("state of the topic: %s", show(s))
			}
			changed := s.Changed
			w.wait(time.Hour)
			if d := w.release(); d.Released+d.Withdrawn != 0 || len(d.Topics) > 0 || d.Pending {
				w.Errorf("Release of nothing: %s", show(d))
			}
			if s := w.topic("x"); !s.Changed.Equal(changed) {
				w.Errorf("Changed moved to %v without a change", s.Changed)
			}
		}},
		{"a story in no topic is released too", func(w *world) {
			w.poll("a", article("a", 1))
			w.release()
			if s := w.storyOf("a", 1); !s.Released.Equal(w.now) || s.EntryID == "" || s.Published.IsZero() || len(s.Entries) > 0 {
				w.Errorf("its story: %s", show(s))
			}
		}},
		{"published is the least of first seen, published and updated", func(w *world) {
			w.begin()
			hour := func(h int) time.Time { return w.now.Add(time.Duration(h) * time.Hour) }
			dates := []struct{ published, updated, want time.Time }{
				{time.Time{}, time.Time{}, w.now},
				{hour(-2), time.Time{}, hour(-2)},
				{hour(-2), hour(-1), hour(-2)},
				{hour(-1), hour(-2), hour(-2)},
				{time.Time{}, hour(-3), hour(-3)},
				{hour(5), hour(6), w.now},
				{hour(5), hour(-1), hour(-1)},
			}
			items := articles("a", 1, len(dates))
			for i, d := range dates {
				items[i].Published, items[i].Updated = d.published, d.updated
			}
			w.poll("a", items...)
			w.wait(time.Hour)
			w.release()
			for i, d := range dates {
				s := w.storyOf("a", i+1)
				if !s.Published.Equal(d.want) {
					w.Errorf("item with dates %v and %v: published %v, want %v", d.published, d.updated, s.Published, d.want)
				}
				if s.Updated.Before(s.Published) || s.Updated.After(w.now) {
					w.Errorf("item with dates %v and %v: updated %v, released at %v", d.published, d.updated, s.Updated, w.now)
				}
			}
		}},
		{"the place is the time of release, so that late items are seen", func(w *world) {
			w.begin()
			w.poll("a", tagged(dated(article("a", 1), w.now.Add(-time.Minute)), "x"))
			w.wait(time.Hour)
			w.release()
			first := w.now
			w.poll("b", tagged(dated(article("b", 2), w.now.Add(-48*time.Hour)), "x"))
			w.wait(time.Hour)
			w.release()
			if one, two := w.entry("x", "article 1"), w.entry("x", "article 2"); !one.Place.Time.Equal(first) || !two.Place.Time.Equal(w.now) {
				w.Errorf("places %v and %v, want %v and %v", one.Place.Time, two.Place.Time, first, w.now)
			}
			if got := w.titles("x"); got != "article 2, article 1" {
				w.Errorf("order: %s", got)
			}
		}},
		{"backlog has its published date as place", func(w *world) {
			old := w.now.Add(-48 * time.Hour)
			w.poll("a", tagged(dated(article("a", 1), old), "x"), tagged(article("a", 2), "x"))
			w.poll("b")
			w.wait(time.Hour)
			ancient := w.now.Add(-week - time.Hour)
			w.poll("b", tagged(dated(article("b", 3), ancient), "x"))
			w.release()
			for n, want := range map[string]time.Time{"article 1": old, "article 2": w.now.Add(-time.Hour), "article 3": ancient} {
				if e := w.entry("x", n); !e.Place.Time.Equal(want) || !e.Published.Equal(want) {
					w.Errorf("%s: place %v and published %v, want %v", n, e.Place.Time, e.Published, want)
				}
			}
			if got := w.titles("x"); got != "article 2, article 1, article 3" {
				w.Errorf("order: %s", got)
			}
		}},
		{"backlog is numbered in order of published", func(w *world) {
			items := taggedAll(articles("a", 1, 20), "x")
			for i := range items {
				items[i].Published = w.now.Add(-time.Duration((i*7)%20) * time.Hour)
			}
			w.poll("a", items...)
			w.release()
			w.numbered("x", 20)
		}},
		{"entries of one time stand in order of their stories", func(w *world) {
			w.begin()
			w.poll("a", taggedAll(articles("a", 1, 20), "x")...)
			w.release()
			list := w.entries("x")
			ordered := slices.IsSortedFunc(list, func(a, b storage.Entry) int { return bytes.Compare(a.Story[:], b.Story[:]) })
			if len(list) != 20 || !ordered {
				w.Errorf("%d entries; in order of stories: %v", len(list), ordered)
			}
			for _, e := range list {
				if e.Place != (storage.Place{Time: w.now, Story: e.Story}) {
					w.Errorf("place %s of story %s", show(e.Place), e.Story)
				}
			}
		}},
		{"numbers go on where they ended", func(w *world) {
			w.begin()
			next := uint64(1)
			for round := range 4 {
				w.wait(time.Hour)
				w.poll("a", taggedAll(articles("a", 5*round+1, 5*round+5), "x")...)
				w.release()
				w.reopen()
				if last := w.topic("x").Last; last != next+4 {
					w.Errorf("round %d: the last number is %d, want %d", round, last, next+4)
				}
				next += 5
			}
			w.numbered("x", 20)
		}},
		{"nothing that was released changes later", fixedForEver},
		{"an entry says what its story says", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x"))
			w.release()
			e, s := w.entry("x", "article 1"), w.storyOf("a", 1)
			if e.Story != s.ID || e.ID != s.EntryID || !e.Published.Equal(s.Published) || !e.Updated.Equal(s.Updated) || len(s.Entries) != 1 {
				w.Fatalf("entry %s\nstory %s", show(e), show(s))
			}
			m := s.Entries[0]
			if m.Topic != "x" || m.Place != e.Place || m.Number != e.Number || !m.Entered.Equal(w.now) || !m.Withdrawn.IsZero() || m.Pick != e.Item.ID {
				w.Errorf("membership: %s", show(m))
			}
			if e.Updated.Before(e.Published) || e.Updated.After(w.now) {
				w.Errorf("updated is %v, published %v at %v", e.Updated, e.Published, w.now)
			}
		}},
	}
}

// numbered fails unless the topic's n entries have the numbers 1 to n in the
// order of their places, oldest first.
func (w *world) numbered(topic string, n int) {
	w.Helper()
	list := w.entries(topic)
	if len(list) != n {
		w.Fatalf("topic %s has %d entries, want %d", topic, len(list), n)
	}
	seen := make(map[uint64]bool)
	for i, e := range list {
		seen[e.Number] = true
		if i > 0 && list[i-1].Place.Time.After(e.Place.Time) && list[i-1].Number < e.Number {
			w.Errorf("entry %d at %v stands before entry %d at %v", list[i-1].Number, list[i-1].Place.Time, e.Number, e.Place.Time)
		}
	}
	if len(seen) != n || !seen[1] || !seen[uint64(n)] {
		w.Errorf("topic %s: the %d entries' numbers are not 1 to %d", topic, n, n)
	}
}

// fixedForEver re-dates, re-links, re-titles, joins, re-opens and enrols anew.
func fixedForEver(w *world) {
	w.begin()
	w.poll("a", tagged(dated(article("a", 1), w.now.Add(-time.Hour)), "x"), tagged(article("a", 2), "x", "y"))
	w.release()
	x, y := w.entries("x"), w.entries("y")
	after := func(what string) {
		w.Helper()
		w.release()
		w.standing("x", x)
		w.standing("y", y)
		if w.t.Failed() {
			w.Fatalf("after %s", what)
		}
		w.wait(time.Hour)
	}
	w.poll("a", tagged(dated(article("a", 1), w.now.Add(-99*week)), "x"))
	after("an earlier date")
	w.poll("a", tagged(dated(link(article("a", 1), "https://moved.example/"), w.now.Add(99*week)), "x"))
	after("a later date and another link")
	w.poll("a", tagged(essay(article("a", 1), "all new"), "x"))
	after("all new words")
	w.poll("b", tagged(article("b", 2), "x", "y"))
	after("a second telling")
	w.feeds[1].Prefer = 99
	w.enrol()
	w.poll("b", tagged(write(article("b", 2), "article 2", 2), "x", "y"))
	after("a new pick")
	w.feeds[0].Name, w.feeds[0].Formerly, w.feeds[0].URL = "new", []string{"a"}, "https://new.example/"
	w.site = "https://new.example/"
	w.enrol()
	w.poll("new", tagged(guid(article("new", 3), "n"), "x"))
	after("new names and addresses")
	w.reopen()
	after("a second opening")
	w.window = 0
	w.enrol()
	w.poll("c", tagged(article("c", 2), "x", "y"))
	after("a window of 0")
}
