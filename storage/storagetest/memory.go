package storagetest

import (
	"context"
	"errors"
	"reflect"
	"time"

	"sluice/storage"
)

func memoryTests() []test {
	return []test{
		{"a memory is as it was saved last", func(w *world) {
			m := storage.Memory{Body: key("body"), Frame: key("frame")}
			for i := range uint32(5000) {
				m.Items = append(m.Items, storage.Remembered{Bytes: uint64(i) << 33, Identity: ^uint64(i), GUID: i, Link: i + 1, Dated: ^i, Page: 7})
			}
			w.remembers("a", storage.Memory{})
			p := w.polled(w.claim("a"), article("a", 1))
			p.Memory = &m
			w.save(p)
			w.reopen()
			w.remembers("a", m)
			w.remembers("b", storage.Memory{})
			w.poll("a") // without one
			w.remembers("a", m)
			p = w.polled(w.claim("a"))
			p.Memory = &storage.Memory{Body: key("other")}
			w.save(p)
			w.remembers("a", *p.Memory)
			if _, err := w.store.Memory(w.ctx, "unknown"); !errors.Is(err, storage.ErrNotFound) {
				w.Errorf("Memory of an unknown feed: %v", err)
			}
		}},
		{"unchanged items count as such and stay", func(w *world) {
			two := articles("a", 1, 2)
			w.poll("a", two...)
			before := w.items()
			w.wait(time.Hour)
			p := w.polled(w.claim("a"), article("a", 3))
			p.Unchanged = []uint64{two[0].Identity.Key.Short(), two[1].Identity.Key.Short()}
			w.counts(w.save(p), 1, 0, 2)
			p = w.polled(w.claim("a"))
			p.Unchanged = []uint64{two[0].Identity.Key.Short()}
			w.counts(w.save(p), 0, 0, 1)
			if after := w.items(); len(after) != 3 || !reflect.DeepEqual(before, []storage.Item{w.item("a", "a-1"), w.item("a", "a-2")}) {
				w.Errorf("%d items; before\n%s", len(after), show(before))
			}
		}},
		{"no item takes the place of an unchanged one", func(w *world) {
			// The item was known by its title, and is by its link now.
			w.poll("a", known(article("a", 1), byTitle))
			old := known(article("a", 1), weaker(byLink, byTitle))
			w.poll("a", old)
			other := known(article("a", 2), weaker(storage.Identity{Kind: storage.ByGUID, Key: key("guid", "other")}, byTitle))
			p := w.polled(w.claim("a"), other)
			p.Unchanged = []uint64{byLink.Key.Short()}
			ages, err := w.store.Ages(w.ctx, p)
			if err != nil || len(ages) != 1 {
				w.Errorf("Ages: %v, %v", ages, err)
			}
			w.counts(w.save(p), 1, 0, 1)
			w.counts(w.poll("a", old, other), 0, 0, 2)
		}},
	}
}

func (w *world) remembers(feed string, want storage.Memory) {
	w.Helper()
	got, err := w.store.Memory(context.Background(), feed)
	if err != nil || got.Body != want.Body || got.Frame != want.Frame || len(got.Items) != len(want.Items) ||
		len(want.Items) > 0 && !reflect.DeepEqual(got.Items, want.Items) {
		w.Errorf("Memory: %d items of %v, %v; want %d of %v", len(got.Items), got.Body, err, len(want.Items), want.Body)
	}
}
