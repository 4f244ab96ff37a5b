package storagetest

import (
	"errors"
	"slices"
	"time"

	"sluice/storage"
)

func eraseTests() []test {
	return []test{
		{"what it says is gone, and its id and numbers stay", func(w *world) {
			w.twoTellings()
			old := w.entry("x", "article 1")
			w.wait(time.Hour)
			w.poll("a", tagged(write(article("a", 1), "article 1", 2), "x"))
			w.release()
			a, b := w.item("a", "a-1").ID, w.item("b", "b-1").ID
			w.label("x", a, storage.Yes)
			w.wait(time.Hour)
			d := w.edit(storage.Edit{Kind: storage.Erase, Item: b, Reason: "an order"})
			if d.Withdrawn != 1 || !slices.Equal(d.Topics, []string{"x"}) || d.Story != old.Story {
				w.Errorf("Edit: %s", show(d))
			}
			if len(w.items())+len(w.entries("x")) != 0 {
				w.Errorf("items: %s", show(w.items()))
			}
			same(w, "tombstones", w.withdrawn("x", 10), []storage.Tombstone{{ID: old.ID, Number: old.Number, Withdrawn: w.now, Revision: w.topic("x").Revision}})
			for _, ref := range []storage.Ref{{Text: a.String()}, {Text: old.ID}} {
				if _, err := w.store.Find(w.ctx, ref); !errors.Is(err, storage.ErrNotFound) {
					w.Errorf("Find %s: %v", show(ref), err)
				}
			}
			s := w.story(old.Story)
			if s.EntryID != old.ID || s.Tellings[0].Title != "" || s.Tellings[1].URL != "" || len(s.Edits) != 1 || s.Edits[0].Reason != "an order" {
				w.Errorf("the story: %s", show(s))
			}
			if l := w.labels("x"); len(l) != 0 || w.topic("x").Labels.Yes != 0 {
				w.Errorf("examples: %s", show(l))
			}
			if list, err := w.store.Revisions(w.ctx, a); err != nil || len(list) != 0 {
				w.Errorf("revisions: %s, %v", show(list), err)
			}
		}},
		{"no telling returns: not the item, its edit, another feed's copy, nor one that comes late", func(w *world) {
			w.begin()
			w.poll("a", tagged(essay(article("a", 1), "dark"), "x"))
			w.release()
			w.edit(storage.Edit{Kind: storage.Erase, Item: w.item("a", "a-1").ID})
			w.reopen()
			for _, item := range []storage.Item{
				essay(article("a", 1), "dark"),
				essay(article("a", 1), "bright"), // an edit under the same guid
				guid(essay(article("a", 1), "dark"), "another"),
				essay(article("b", 1), "dark"),
				link(essay(article("b", 2), "dark"), "https://elsewhere.example/9"),
			} {
				w.wait(time.Minute)
				if d := w.poll(item.Feed, tagged(item, "x")); d.New+d.Changed != 0 || d.Same != 1 {
					w.Errorf("%s of feed %s: %s", item.GUID, item.Feed, show(d))
				}
			}
			w.wait(100 * week)
			if d := w.poll("c", tagged(link(essay(article("c", 3), "dark"), "https://c.example/9"), "x")); d.New != 0 {
				w.Errorf("a late copy: %s", show(d))
			}
			if d := w.poll("c", tagged(essay(article("c", 4), "light"), "x")); d.New != 1 {
				w.Errorf("another article: %s", show(d))
			}
			w.release()
			if list := w.items(); len(list) != 1 {
				w.Errorf("items: %s", show(list))
			}
		}},
		{"before the release nothing is ever published", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x"))
			w.edit(storage.Edit{Kind: storage.Erase, Item: w.item("a", "a-1").ID})
			w.release()
			if list := w.entries("x"); len(list) != 0 {
				w.Errorf("entries: %s", show(list))
			}
		}},
		{"it can't be undone", func(w *world) {
			w.twoTellings()
			id := w.item("a", "a-1").ID
			w.edit(storage.Edit{Kind: storage.Erase, Item: id})
			for _, kind := range []storage.EditKind{storage.Unhide, storage.Split, storage.Hide, storage.Erase} {
				if _, err := w.store.Edit(w.ctx, storage.Edit{Kind: kind, Item: id, Time: w.now}); !errors.Is(err, storage.ErrNotFound) {
					w.Errorf("%s: %v, want ErrNotFound", kind, err)
				}
			}
		}},
	}
}
