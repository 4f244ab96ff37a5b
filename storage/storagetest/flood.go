package storagetest

import (
	"fmt"
	"time"

	"sluice/storage"
)

func floodTests() []test {
	flood := func(name string, turn func(n int, item storage.Item) storage.Item) test {
		return test{name, func(w *world) {
			old := w.tenEntries()
			w.wait(time.Hour)
			w.recognised(old, 8, turn)
		}}
	}
	return []test{
		flood("old items under new guids are recognised", func(n int, i storage.Item) storage.Item {
			return guid(i, fmt.Sprint("new-", n))
		}),
		flood("old items under new guids and links are recognised", func(n int, i storage.Item) storage.Item {
			return link(guid(i, fmt.Sprint("new-", n)), fmt.Sprintf("https://new.example/?p=%d", n))
		}),
		flood("old items under new guids and dates are recognised", func(n int, i storage.Item) storage.Item {
			i.Published = i.Published.Add(1000 * time.Hour)
			return guid(i, fmt.Sprint("new-", n))
		}),
		flood("old items under new guids that have lost their dates are recognised", func(n int, i storage.Item) storage.Item {
			return dated(guid(i, fmt.Sprint("new-", n)), time.Time{})
		}),
		flood("old items under new guids that are cut are recognised by title and path", func(n int, i storage.Item) storage.Item {
			i.Content.Value = i.Content.Value[:60]
			return guid(i, fmt.Sprint("new-", n))
		}),
		{"old items that are known by title and date are recognised under new dates", func(w *world) {
			w.begin()
			bare := func(n int, at time.Time) storage.Item {
				i := tagged(dated(essay(article("a", n), fmt.Sprint(n)), at), "x")
				i.GUID, i.URL = "", ""
				i.Identity = storage.Identity{Kind: storage.ByTitleDate, Key: key(i.Title.Value, at.String())}
				return printed(i)
			}
			var first, again []storage.Item
			for n := range 6 {
				first = append(first, bare(n, w.now))
				again = append(again, bare(n, w.now.Add(50*time.Hour)))
			}
			w.pollKept("a", first...)
			w.release()
			old := w.entries("x")
			w.wait(60 * time.Hour)
			if d := w.pollKept("a", again...); d.New != 0 {
				w.Errorf("Save: %s", show(d))
			}
			w.release()
			w.standing("x", old)
			if n := len(w.entries("x")); n != 6 {
				w.Errorf("%d entries", n)
			}
		}},
		{"items that were forgotten are recognised, also behind another document", func(w *world) {
			w.tenEntries()
			w.wait(1000 * time.Hour)
			w.pollKept("a", tagged(essay(article("a", 100), "we move"), "x"))
			w.release()
			w.wait(1000 * time.Hour)
			for _, more := w.pruneOnce(1); more; _, more = w.pruneOnce(1) {
			}
			if n := len(w.items()); n != 1 {
				w.Fatalf("%d items are stored", n)
			}
			var again []storage.Item
			for n := range 10 {
				again = append(again, guid(tagged(essay(article("a", n), fmt.Sprint(n)), "x"), fmt.Sprint("new-", n)))
			}
			if d := w.pollKept("a", again...); d.New != 0 {
				w.Errorf("Save: %s", show(d))
			}
			w.release()
			if list := w.entries("x"); len(list) != 1 {
				w.Errorf("entries: %s", show(list))
			}
		}},
		{"one or two equal texts are no flood", func(w *world) {
			w.tenEntries()
			w.wait(time.Hour)
			d := w.pollKept("a", guid(tagged(essay(article("a", 1), "1"), "x"), "new-1"), guid(tagged(essay(article("a", 2), "2"), "x"), "new-2"))
			if d.New != 2 {
				w.Errorf("Save: %s", show(d))
			}
		}},
		{"texts that a feed repeats are no flood", func(w *world) {
			w.begin()
			notice := func(n int) storage.Item {
				return link(write(article("a", n), "no service on Sunday", 1), fmt.Sprintf("https://a.example/%d", n))
			}
			for day := range 3 {
				w.wait(24 * time.Hour)
				var list []storage.Item
				for n := range 4 {
					list = append(list, notice(10*day+n))
				}
				if d := w.pollKept("a", list...); d.New != 4 {
					w.Errorf("day %d: %s", day, show(d))
				}
			}
		}},
		{"a document that grows by many items without dates leaves the head as it is", func(w *world) {
			old := w.tenEntries()
			w.wait(time.Hour)
			poured := func(from, to int) (list []storage.Item) {
				for n := range 10 {
					list = append(list, w.tenth(n))
				}
				for n := from; n < to; n++ {
					list = append(list, dated(tagged(essay(article("a", n), fmt.Sprint(n)), "x"), time.Time{}))
				}
				return list
			}
			poll := func(list []storage.Item) {
				p := w.polled(w.claim("a"), list...)
				p.State.Entries = len(list)
				w.save(p)
				w.release()
			}
			poll(poured(100, 100))
			poll(poured(100, 160))
			list := w.entries("x")
			if len(list) != 70 || list[9].Item.GUID != old[9].Item.GUID || !list[10].Place.Time.Before(w.now.Add(-6*24*time.Hour)) || !list[10].Published.Equal(w.now) {
				w.Errorf("%d entries, the 11th %s", len(list), show(list[min(10, len(list)-1)]))
			}
			w.standing("x", old)
			w.wait(time.Hour)
			poll(poured(200, 235))
			if first := w.entries("x")[0]; !first.Place.Time.Equal(w.now) {
				w.Errorf("after as many as there were: %s", show(first))
			}
		}},
		{"new items beside the recognised ones are new", func(w *world) {
			w.tenEntries()
			w.wait(time.Hour)
			var list []storage.Item
			for n := range 8 {
				list = append(list, guid(tagged(essay(article("a", n), fmt.Sprint(n)), "x"), fmt.Sprint("new-", n)))
			}
			list = append(list, tagged(essay(article("a", 50), "50"), "x"), tagged(essay(article("a", 51), "51"), "x"))
			if d := w.pollKept("a", list...); d.New != 2 {
				w.Errorf("Save: %s", show(d))
			}
		}},
	}
}

// tenEntries makes x hold ten articles of feed a, dated an hour apart.
func (w *world) tenEntries() []storage.Entry {
	w.Helper()
	w.begin()
	var list []storage.Item
	for n := range 10 {
		list = append(list, w.tenth(n))
	}
	w.pollKept("a", list...)
	w.release()
	return w.entries("x")
}

func (w *world) tenth(n int) storage.Item {
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return dated(tagged(essay(article("a", n), fmt.Sprint(n)), "x"), start.Add(time.Duration(n)*time.Minute))
}

// recognised polls the first n of the ten articles in another form, and fails
// unless all that is published stays as it was.
func (w *world) recognised(old []storage.Entry, n int, turn func(int, storage.Item) storage.Item) {
	w.Helper()
	poll := func() storage.Delta {
		var list []storage.Item
		for i := range n {
			list = append(list, printed(turn(i, w.tenth(i))))
		}
		return w.pollKept("a", list...)
	}
	if d := poll(); d.New != 0 {
		w.Errorf("Save: %s", show(d))
	}
	if d := w.release(); d.Released+d.Withdrawn != 0 {
		w.Errorf("Release: %s", show(d))
	}
	w.standing("x", old)
	if list := w.entries("x"); len(list) != len(old) {
		w.Errorf("%d entries, were %d", len(list), len(old))
	}
	if f := w.feed("a"); !f.Flood.Equal(w.now) || f.Flooded != n {
		w.Errorf("Flood %v, %d items", f.Flood, f.Flooded)
	}
	flood := w.now
	w.reopen()
	w.wait(time.Hour)
	if d := poll(); d.New != 0 {
		w.Errorf("Save again: %s", show(d))
	}
	if f := w.feed("a"); !f.Flood.Equal(flood) {
		w.Errorf("Flood again: %v", f.Flood)
	}
}

// pollKept is poll with a memory of the document, as the fetcher keeps it.
func (w *world) pollKept(feed string, items ...storage.Item) storage.Delta {
	w.Helper()
	p := w.polled(w.claim(feed), items...)
	p.Memory = &storage.Memory{}
	for i := range p.Items {
		p.Memory.Items = append(p.Memory.Items, storage.Remembered{Identity: p.Items[i].Identity.Key.Short()})
	}
	return w.save(p)
}

// pruneOnce forgets some of what has left a head of that size by now.
func (w *world) pruneOnce(limit int) (int, bool) {
	w.Helper()
	n, more, err := w.store.Prune(w.ctx, w.now, w.heads(limit), 100)
	if err != nil {
		w.Fatalf("Prune: %v", err)
	}
	return n, more
}
