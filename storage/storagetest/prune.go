package storagetest

import (
	"time"

	"sluice/storage"
)

// years is behind every time of a test.
const years = 1000 * 24 * time.Hour

func pruneTests() []test {
	return []test{
		{"heads keep theirs, the rest goes, and its identity stays", func(w *world) {
			w.aged(20)
			heads := w.heads(5)
			kept := w.entries("x")[:5]
			if n := w.prune(w.now, heads, 1000); n != 15 {
				w.Errorf("%d items were forgotten, want 15", n)
			}
			w.standing("x", kept)
			if entries, items := len(w.entries("x")), len(w.items()); entries != 5 || items != 5 {
				w.Errorf("%d entries and %d items are left, want 5", entries, items)
			}
			w.verify()
			w.reopen()
			w.counts(w.poll("a", taggedAll(articles("a", 1, 20), "x")...), 0, 0, 20)
			if d := w.release(); d.Released != 0 || len(w.items()) != 5 || len(w.entries("x")) != 5 {
				w.Errorf("forgotten items came back: %s", show(d))
			}
			w.wait(time.Hour)
			w.poll("a", tagged(article("a", 21), "x"))
			w.release()
			if e := w.entry("x", "article 21"); e.Number != 21 {
				w.Errorf("the next entry's number is %d, want 21", e.Number)
			}
		}},
		{"a forgotten item that changes stays forgotten", func(w *world) {
			w.aged(3)
			w.prune(w.now, w.heads(0), 1000)
			if d := w.poll("a", tagged(essay(article("a", 2), "all new"), "x")); d.New != 0 || len(w.items()) != 0 {
				w.Errorf("Save: %s, with %d items stored", show(d), len(w.items()))
			}
			w.release()
			if n := len(w.entries("x")); n != 0 {
				w.Errorf("%d entries stand", n)
			}
		}},
		{"a forgotten item is known by every key it had", func(w *world) {
			item := article("a", 1)
			item.Identity = byLink
			w.poll("a", item)
			item.Identity = weaker(byGUID, byLink)
			w.poll("a", item)
			w.release()
			w.wait(years)
			w.prune(w.now, nil, 1000)
			for _, identity := range []storage.Identity{byLink, byGUID, weaker(byGUID, byLink)} {
				item.Identity = identity
				if d := w.poll("a", item); d.New != 0 {
					w.Errorf("identity %s: %s", show(identity), show(d))
				}
			}
		}},
		{"what is not old enough stays", func(w *world) {
			w.aged(10)
			if n := w.prune(w.now.Add(-years-time.Hour), w.heads(2), 1000); n != 0 || len(w.items()) != 10 {
				w.Errorf("%d items were forgotten before their time", n)
			}
		}},
		{"what was never in a topic goes too, once released", func(w *world) {
			w.poll("a", article("a", 1))
			w.wait(years)
			if n := w.prune(w.now, w.heads(5), 1000); n != 0 || len(w.items()) != 1 {
				w.Errorf("%d unreleased items were forgotten", n)
			}
			w.release()
			w.wait(years)
			if n := w.prune(w.now, w.heads(5), 1000); n != 1 || len(w.items()) != 0 {
				w.Errorf("%d items were forgotten, want 1", n)
			}
		}},
		{"an item stays while any head shows it", func(w *world) {
			w.poll("a", tagged(article("a", 1), "x", "y"), tagged(article("a", 2), "x"))
			w.release()
			w.wait(years)
			heads := w.heads(1)
			heads["x"] = storage.Head{Limit: 0}
			w.prune(w.now, heads, 1000)
			if got := w.titles("y"); got != "article 1" {
				w.Errorf("y has %q, want article 1", got)
			}
		}},
		{"a head that is not full keeps all", func(w *world) {
			w.aged(4)
			if n := w.prune(w.now, w.heads(10), 1000); n != 0 || len(w.entries("x")) != 4 {
				w.Errorf("%d items were forgotten, %d entries are left", n, len(w.entries("x")))
			}
		}},
		{"at most limit at a time", func(w *world) {
			w.aged(10)
			heads, total := w.heads(1), 0
			for range 100 {
				n, more, err := w.store.Prune(w.ctx, w.now, heads, 2)
				if err != nil || n > 2 {
					w.Fatalf("Prune forgot %d (%v)", n, err)
				}
				total += n
				if !more {
					break
				}
			}
			if total != 9 || len(w.items()) != 1 {
				w.Errorf("%d items were forgotten, %d are left", total, len(w.items()))
			}
		}},
		{"what is forgotten is not found", func(w *world) {
			w.begin()
			w.poll("a", guid(article("a", 1), "https://a.example/1"))
			w.release()
			item := w.items()[0]
			w.wait(years)
			w.prune(w.now, nil, 1000)
			w.lacks(storage.Ref{Text: item.ID.String()})
			w.lacks(storage.Ref{Text: item.GUID, Feed: "a", GUID: item.Identity.Key})
			w.lacks(storage.Ref{Text: item.GUID})
			w.lacks(storage.Ref{Text: item.URL, Link: item.Print.URL})
			if list := w.listed(storage.ListQuery{}, 10); len(list) != 0 {
				w.Errorf("List gives %d forgotten items", len(list))
			}
		}},
		{"a forgotten story's id is never another's", func(w *world) {
			w.begin()
			const id = "https://news.example/permanent/1"
			w.poll("a", tagged(guid(essay(article("a", 1), "one"), id), "x"))
			w.release()
			w.wait(years)
			w.prune(w.now, w.heads(0), 1000)
			w.poll("b", tagged(guid(essay(article("b", 1), "two"), id), "x"))
			w.release()
			list := w.entries("x")
			if len(list) != 1 || list[0].ID == id || list[0].Number != 2 {
				w.Errorf("entries after another story with the id of a forgotten one: %s", show(list))
			}
		}},
	}
}

// aged fills x with n entries of feed a and lets years pass.
func (w *world) aged(n int) {
	w.Helper()
	items := taggedAll(articles("a", 1, n), "x")
	for i := range items {
		items[i].Published = w.now.Add(-time.Duration(i) * time.Hour)
	}
	w.poll("a", items...)
	w.release()
	w.wait(years)
}

// heads gives heads of that limit as the topics stand.
func (w *world) heads(limit int) map[string]storage.Head {
	w.Helper()
	heads := make(map[string]storage.Head)
	for _, s := range w.topicStates() {
		list := w.entries(s.Name)
		h := storage.Head{Limit: limit}
		if n := min(limit, len(list)); n > 0 {
			h.Oldest = list[n-1].Place
		}
		heads[s.Name] = h
	}
	return heads
}

// prune forgets until nothing more is waiting, and gives how many it forgot.
func (w *world) prune(cutoff time.Time, heads map[string]storage.Head, limit int) int {
	w.Helper()
	total := 0
	for {
		n, more, err := w.store.Prune(w.ctx, cutoff, heads, limit)
		if err != nil || more && n == 0 {
			w.Fatalf("Prune forgot %d, more: %v (%v)", n, more, err)
		}
		total += n
		if !more {
			return total
		}
	}
}
