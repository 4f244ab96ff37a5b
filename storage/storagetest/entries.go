package storagetest

import (
	"errors"
	"slices"
	"time"

	"sluice/storage"
)

func entriesTests() []test {
	return []test{
		{"pages of any size give all, once, in order", func(w *world) {
			w.manyEntries(60)
			all := w.entries("x")
			ordered := slices.IsSortedFunc(all, func(a, b storage.Entry) int {
				if c := b.Place.Time.Compare(a.Place.Time); c != 0 {
					return c
				}
				return slices.Compare(a.Story[:], b.Story[:])
			})
			if len(all) != 60 || !ordered {
				w.Fatalf("%d entries; newest first, then by story: %v", len(all), ordered)
			}
			for _, limit := range []int{1, 7, 59, 60, 61} {
				same(w, "pages", w.paged("x", limit), all)
			}
		}},
		{"a page goes on behind a place where nothing stands any more", func(w *world) {
			w.manyEntries(20)
			all := w.entries("x")
			gone := slices.IndexFunc(all, func(e storage.Entry) bool { return e.Item.Title.Value == "article 7" })
			w.wait(time.Hour)
			w.poll("a", article("a", 7))
			w.release()
			rest, err := w.store.Entries(w.ctx, "x", all[gone].Place, 100)
			if err != nil {
				w.Fatalf("Entries: %v", err)
			}
			same(w, "entries behind a withdrawn one", numbersOf(rest), numbersOf(all[gone+1:]))
			between := storage.Place{Time: all[gone].Place.Time.Add(-time.Microsecond)}
			rest, err = w.store.Entries(w.ctx, "x", between, 100)
			if err != nil {
				w.Fatalf("Entries: %v", err)
			}
			for _, e := range rest {
				if e.Place.Time.After(between.Time) {
					w.Errorf("an entry at %v stands behind %v", e.Place.Time, between.Time)
				}
			}
		}},
		{"behind the last there is nothing", func(w *world) {
			w.manyEntries(5)
			all := w.entries("x")
			rest, err := w.store.Entries(w.ctx, "x", all[4].Place, 10)
			if err != nil || len(rest) != 0 {
				w.Errorf("%d entries (%v)", len(rest), err)
			}
		}},
		{"a topic without entries has none, an unknown one is ErrNotFound", func(w *world) {
			w.oneEntry()
			if list := w.entries("y"); len(list) != 0 {
				w.Errorf("y has %d entries", len(list))
			}
			if _, err := w.store.Entries(w.ctx, "nothing", storage.Place{}, 10); !errors.Is(err, storage.ErrNotFound) {
				w.Errorf("Entries: %v, want ErrNotFound", err)
			}
		}},
		{"a reader at work sees no entry twice while others arrive", func(w *world) {
			w.manyEntries(20)
			first, err := w.store.Entries(w.ctx, "x", storage.Place{}, 10)
			if err != nil {
				w.Fatalf("Entries: %v", err)
			}
			w.wait(time.Hour)
			w.poll("b", taggedAll(articles("b", 101, 110), "x")...)
			w.release()
			rest, err := w.store.Entries(w.ctx, "x", first[9].Place, 100)
			if err != nil || len(rest) != 10 {
				w.Errorf("%d entries behind the tenth (%v), want 10", len(rest), err)
			}
		}},
	}
}

// manyEntries fills x with n entries at many places, of which some are equal
// in time.
func (w *world) manyEntries(n int) {
	w.Helper()
	items := taggedAll(articles("a", 1, n), "x")
	for i := range items {
		items[i].Published = w.now.Add(-time.Duration((i*7)%n/3) * time.Hour)
	}
	w.poll("a", items...)
	w.release()
}

func (w *world) paged(topic string, limit int) []storage.Entry {
	w.Helper()
	var all []storage.Entry
	var after storage.Place
	for {
		page, err := w.store.Entries(w.ctx, topic, after, limit)
		if err != nil || len(page) > limit {
			w.Fatalf("Entries with limit %d gave %d (%v)", limit, len(page), err)
		}
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
		after = page[len(page)-1].Place
	}
}

func numbersOf(entries []storage.Entry) []uint64 {
	var list []uint64
	for _, e := range entries {
		list = append(list, e.Number)
	}
	return list
}
