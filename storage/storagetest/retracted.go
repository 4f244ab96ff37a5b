package storagetest

import (
	"time"

	"sluice/storage"
)

func retractedTests() []test {
	return []test{
		{"an entry that its feed retracts leaves a tombstone, and returns as what it was", func(w *world) {
			w.begin()
			first := tagged(guid(essay(article("a", 1), "one"), "https://news.example/id/1"), "x")
			w.poll("a", first, tagged(article("a", 2), "x"))
			w.release()
			old := w.entry("x", first.Title.Value)
			w.wait(time.Hour)
			w.retract("a", nil, first)
			if len(w.entries("x")) != 2 {
				w.Errorf("the entry leaves before Release")
			}
			w.release()
			if got := w.entries("x"); len(got) != 1 || got[0].Story == old.Story {
				w.Errorf("%d entries stand, want the other one", len(got))
			}
			if list := w.withdrawn("x", 10); len(list) != 1 || list[0].ID != old.ID || list[0].Number != old.Number {
				w.Errorf("tombstones %+v, want that of %s", list, old.ID)
			}
			if !w.item("a", first.GUID).Retracted {
				w.Errorf("the item does not say that it was retracted")
			}

			// Meanwhile another feed can't take its id.
			w.wait(time.Hour)
			w.poll("b", tagged(guid(essay(article("b", 1), "two"), first.GUID), "x"))
			w.release()
			w.distinctIDs("x", 2)

			// Not being in the document any more changes nothing; being there again does.
			w.wait(time.Hour)
			w.poll("a", tagged(article("a", 2), "x"))
			w.release()
			if len(w.entries("x")) != 2 {
				w.Errorf("the entry is back though its feed did not bring it")
			}
			w.reopen()
			w.wait(time.Hour)
			w.poll("a", first)
			w.release()
			w.standing("x", []storage.Entry{old})
			same(w, "tombstones", w.withdrawn("x", 10), []storage.Tombstone(nil))
			if w.item("a", first.GUID).Retracted {
				w.Errorf("the item still says that it was retracted")
			}
			w.verify()
		}},
		{"no feed retracts what another brought", func(w *world) {
			w.begin()
			mine := tagged(guid(article("a", 1), "https://news.example/id/1"), "x")
			w.poll("a", mine)
			w.release()
			w.wait(time.Hour)
			w.retract("b", nil, mine)
			w.release()
			if len(w.entries("x")) != 1 || len(w.withdrawn("x", 10)) != 0 {
				w.Errorf("another feed withdrew the entry")
			}
		}},
		{"what stands in the document too is not retracted", func(w *world) {
			w.begin()
			mine := tagged(article("a", 1), "x")
			w.poll("a", mine)
			w.release()
			w.wait(time.Hour)
			w.retract("a", []storage.Item{mine}, mine)
			w.release()
			if len(w.entries("x")) != 1 {
				w.Errorf("the entry is gone")
			}
		}},
		{"another telling is shown where there is one", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x"))
			w.release()
			w.wait(time.Hour)
			w.poll("b", tagged(article("b", 1), "x"))
			w.release()
			old := w.entries("x")[0]
			w.wait(time.Hour)
			w.retract(old.Item.Feed, nil, old.Item)
			w.release()
			got := w.entries("x")
			if len(got) != 1 || got[0].ID != old.ID || got[0].Number != old.Number || got[0].Item.Feed == old.Item.Feed || len(got[0].Others) != 0 {
				w.Errorf("entries %+v, want the other telling alone under the id %s", got, old.ID)
			}
		}},
		{"what is retracted before its release is never shown", func(w *world) {
			w.begin()
			mine := tagged(article("a", 1), "x")
			w.poll("a", mine)
			w.wait(time.Hour)
			w.retract("a", nil, mine)
			w.release()
			if len(w.entries("x")) != 0 || len(w.withdrawn("x", 10)) != 0 {
				w.Errorf("it is shown, or was")
			}
			w.wait(time.Hour)
			w.poll("a", mine)
			w.release()
			if len(w.entries("x")) != 1 {
				w.Errorf("it does not come when its feed brings it again")
			}
		}},
		{"unknown keys, and the same again, are no change", func(w *world) {
			w.begin()
			mine := tagged(article("a", 1), "x")
			w.retract("a", nil, mine)
			w.poll("a", mine)
			w.release()
			w.retract("a", nil, mine)
			w.release()
			revision := w.topic("x").Revision
			w.wait(time.Hour)
			if w.retract("a", nil, mine).Pending {
				w.Errorf("the same retraction again asks for a release")
			}
			w.release()
			if got := w.topic("x").Revision; got != revision {
				w.Errorf("the topic has revision %d, want %d", got, revision)
			}
		}},
	}
}

// retract saves a poll whose document says that items were withdrawn.
func (w *world) retract(feed string, items []storage.Item, gone ...storage.Item) storage.Delta {
	w.Helper()
	p := w.polled(w.claim(feed), items...)
	for _, item := range gone {
		p.Retracted = append(p.Retracted, item.Identity.Key)
	}
	return w.save(p)
}
