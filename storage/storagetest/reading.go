package storagetest

import (
	"errors"
	"slices"
	"strings"
	"time"

	"sluice/storage"
)

func readingTests() []test {
	return []test{
		{"Feeds gives all, by name", func(w *world) {
			w.feeds = specs("z", "m", "a")
			w.enrol()
			var names []string
			for _, f := range w.states() {
				names = append(names, f.Name)
			}
			if !slices.Equal(names, []string{"a", "b", "c", "m", "z"}) {
				w.Errorf("Feeds gives %q", names)
			}
		}},
		{"Scan gives every item once, in order of id", func(w *world) {
			w.poll("a", articles("a", 1, 25)...)
			w.poll("b", articles("b", 1, 25)...)
			var all []storage.Item
			var after storage.ID
			for {
				list, err := w.store.Scan(w.ctx, after, 7)
				if err != nil || len(list) > 7 {
					w.Fatalf("Scan gave %d items (%v)", len(list), err)
				}
				if len(list) == 0 {
					break
				}
				all = append(all, list...)
				after = list[len(list)-1].ID
			}
			ordered := slices.IsSortedFunc(all, func(a, b storage.Item) int { return slices.Compare(a.ID[:], b.ID[:]) })
			if len(all) != 50 || !ordered || len(slices.CompactFunc(all, func(a, b storage.Item) bool { return a.ID == b.ID })) != 50 {
				w.Errorf("%d items; in order: %v", len(all), ordered)
			}
		}},
		{"List gives newest first seen first, and selects", listTests},
		{"Find by id and prefix", func(w *world) {
			w.poll("a", articles("a", 1, 5)...)
			for _, item := range w.items() {
				for _, n := range []int{6, 7, 31, 32} {
					w.finds(storage.Ref{Text: item.ID.String()[:n]}, item)
				}
				w.finds(storage.Ref{Text: strings.ToUpper(item.ID.String())[:8]}, item)
			}
			w.lacks(storage.Ref{Text: "ffffffffffffffffffffffffffffffff"})
			w.lacks(storage.Ref{Text: "no such thing"})
			w.lacks(storage.Ref{})
		}},
		{"Find by published id", func(w *world) {
			w.begin()
			w.poll("a", guid(article("a", 1), "https://a.example/1"), article("a", 2))
			w.lacks(storage.Ref{Text: "https://a.example/1"}) // not released: no published id yet
			w.release()
			for _, item := range w.items() {
				w.finds(storage.Ref{Text: w.story(item.Story).EntryID}, item)
			}
		}},
		{"Find by link", func(w *world) {
			w.poll("a", articles("a", 1, 3)...)
			item := w.item("a", "a-2")
			w.finds(storage.Ref{Text: item.URL, Link: item.Print.URL}, item)
			w.lacks(storage.Ref{Text: "https://news.example/99", Link: article("a", 99).Print.URL})
			w.poll("b", essay(article("b", 2), "another"))
			_, err := w.store.Find(w.ctx, storage.Ref{Text: item.URL, Link: item.Print.URL})
			if !errors.Is(err, storage.ErrAmbiguous) {
				w.Errorf("Find of the link of two stories: %v, want ErrAmbiguous", err)
			}
			w.wait(time.Hour)
			w.poll("a", link(article("a", 3), "https://moved.example/3"))
			moved := w.item("a", "a-3")
			w.finds(storage.Ref{Text: moved.URL, Link: moved.Print.URL}, moved)
		}},
		{"Find by guid within a feed", func(w *world) {
			w.poll("a", guid(article("a", 1), "one"))
			w.poll("b", guid(article("b", 2), "one"))
			ref := storage.Ref{Text: "one", Feed: "b", GUID: key("guid", "one")}
			w.finds(ref, w.item("b", "one"))
			ref.Feed = "c"
			w.lacks(ref)
			ref.Feed = "nobody"
			w.lacks(ref)
		}},
	}
}

func listTests(w *world) {
	w.begin()
	for round := range 6 {
		feed := []string{"a", "b"}[round%2]
		tag := []string{"x", "y", "none"}[round%3]
		w.poll(feed, taggedAll(articles(feed, 10*round+1, 10*round+5), tag)...)
		w.wait(time.Hour)
	}
	w.release()
	start := w.now.Add(-6 * time.Hour)
	for _, c := range []struct {
		what  string
		query storage.ListQuery
		want  func(storage.Item) bool
	}{
		{"all", storage.ListQuery{}, func(storage.Item) bool { return true }},
		{"Feed", storage.ListQuery{Feed: "b"}, func(i storage.Item) bool { return i.Feed == "b" }},
		{"Since", storage.ListQuery{Since: start.Add(2 * time.Hour)}, func(i storage.Item) bool { return !i.FirstSeen.Before(start.Add(2 * time.Hour)) }},
		{"Topic", storage.ListQuery{Topic: "x"}, func(i storage.Item) bool { return i.Categories[0].Term == "x" }},
		{"Topic, Feed and Since", storage.ListQuery{Topic: "y", Feed: "a", Since: start.Add(3 * time.Hour)}, func(i storage.Item) bool {
			return i.Categories[0].Term == "y" && i.Feed == "a" && !i.FirstSeen.Before(start.Add(3*time.Hour))
		}},
	} {
		want := make(map[storage.ID]bool)
		for _, item := range w.items() {
			if c.want(item) {
				want[item.ID] = true
			}
		}
		for _, limit := range []int{1, 4, 1000} {
			list := w.listed(c.query, limit)
			got := make(map[storage.ID]bool)
			for i, item := range list {
				got[item.ID] = true
				if i > 0 && item.FirstSeen.After(list[i-1].FirstSeen) {
					w.Errorf("%s: an item of %v behind one of %v", c.what, item.FirstSeen, list[i-1].FirstSeen)
				}
			}
			if len(list) != len(want) {
				w.Errorf("%s by %d: %d items, want %d", c.what, limit, len(list), len(want))
			}
			same(w, c.what, got, want)
		}
	}
}

// listed gives all that a query selects, in pages of limit.
func (w *world) listed(q storage.ListQuery, limit int) []storage.Item {
	w.Helper()
	var all []storage.Item
	q.Limit = limit
	for {
		list, next, err := w.store.List(w.ctx, q)
		if err != nil || len(list) > limit {
			w.Fatalf("List of %s gave %d items (%v)", show(q), len(list), err)
		}
		all = append(all, list...)
		if next == "" {
			return all
		}
		if next == q.After {
			w.Fatalf("List of %s gives its own cursor again", show(q))
		}
		q.After = next
	}
}

func (w *world) finds(ref storage.Ref, want storage.Item) {
	w.Helper()
	got, err := w.store.Find(w.ctx, ref)
	if err != nil || got.ID != want.ID {
		w.Errorf("Find of %s gave item %s (%v), want %s", show(ref), got.ID, err, want.ID)
	}
}

func (w *world) lacks(ref storage.Ref) {
	w.Helper()
	if got, err := w.store.Find(w.ctx, ref); !errors.Is(err, storage.ErrNotFound) {
		w.Errorf("Find of %s gave item %s (%v), want ErrNotFound", show(ref), got.ID, err)
	}
}
