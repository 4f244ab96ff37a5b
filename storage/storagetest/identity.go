package storagetest

import (
	"fmt"
	"slices"
	"time"

	"sluice/storage"
)

// Identities of article a-1 of feed a, from strong to weak.
var (
	byGUID  = storage.Identity{Kind: storage.ByGUID, Key: key("guid", "a-1")}
	byLink  = storage.Identity{Kind: storage.ByLink, Key: key("by link", "1")}
	byTitle = storage.Identity{Kind: storage.ByTitleDate, Key: key("by title", "1")}
)

func identityTests() []test {
	return []test{
		{"keys hold within a feed only", func(w *world) {
			for _, identity := range []storage.Identity{byGUID, byLink, byTitle} {
				w.counts(w.poll("a", known(essay(article("a", int(identity.Kind)), "a"), identity)), 1, 0, 0)
				w.counts(w.poll("b", known(essay(article("b", int(identity.Kind)), "b"), identity)), 1, 0, 0)
			}
			if list := w.items(); len(list) != 6 {
				w.Errorf("%d items are stored, want 6", len(list))
			}
		}},
		{"an item gains a guid", func(w *world) {
			w.becomes(byTitle, weaker(byLink, byTitle))
			w.becomes(byTitle, weaker(byLink, byTitle), weaker(byGUID, byLink, byTitle))
			w.becomes(byLink, weaker(byGUID, byLink, byTitle))
		}},
		{"every key it was ever known by stays its alias", func(w *world) {
			w.becomes(byTitle, weaker(byLink, byTitle), weaker(byGUID, byLink, byTitle), byTitle, byGUID, byLink, weaker(byLink, byTitle))
		}},
		{"aliases outlive the process", func(w *world) {
			w.poll("a", known(article("a", 1), byLink))
			id := w.items()[0].ID
			w.poll("a", known(article("a", 1), weaker(byGUID, byLink)))
			w.reopen()
			w.poll("a", known(article("a", 1), byLink))
			w.poll("a", known(article("a", 1), byGUID))
			if list := w.items(); len(list) != 1 || list[0].ID != id {
				w.Errorf("%d items are stored, want one", len(list))
			}
		}},
		{"a weaker key of an item known by its guid is not believed", func(w *world) {
			other := storage.Identity{Kind: storage.ByGUID, Key: key("guid", "other")}
			w.counts(w.poll("a", known(article("a", 1), weaker(byGUID, byLink))), 1, 0, 0)
			w.counts(w.poll("a", known(article("a", 2), weaker(other, byLink))), 1, 0, 0)
			w.counts(w.poll("a", known(article("a", 1), weaker(byGUID, byLink)), known(article("a", 2), weaker(other, byLink))), 0, 0, 2)
		}},
		{"two items of one poll never take one stored item", func(w *world) {
			other := storage.Identity{Kind: storage.ByGUID, Key: key("guid", "other")}
			w.poll("a", known(article("a", 1), byLink))
			id := w.items()[0].ID
			one := guid(article("a", 1), "one")
			one.Identity = weaker(byGUID, byLink)
			two := guid(article("a", 1), "two")
			two.Identity = weaker(other, byLink)
			if d := w.poll("a", one, two); d.New != 1 || d.Changed+d.Same != 1 {
				w.Errorf("Save: %s", show(d))
			}
			list := w.items()
			if len(list) != 2 || !slices.ContainsFunc(list, func(i storage.Item) bool { return i.ID == id }) {
				w.Errorf("%d items are stored, want the old one and one more", len(list))
			}
			w.counts(w.poll("a", two, one), 0, 0, 2)
		}},
		{"an item's own guid counts for more than another's link", func(w *world) {
			w.poll("a", known(article("a", 1), byLink))
			w.poll("a", known(article("a", 1), weaker(byGUID, byLink)))
			id := w.items()[0].ID
			other := guid(write(article("a", 1), "another", 1), "")
			other.Identity = byLink // the address now stands for another article
			w.poll("a", other, known(article("a", 1), weaker(byGUID, byLink)))
			if got := w.item("a", "a-1"); got.ID != id || len(w.items()) != 2 {
				w.Errorf("the item is %s, was %s; %d are stored", got.ID, id, len(w.items()))
			}
		}},
		{"a refined guid keeps the item of the same URL, whatever the order", func(w *world) {
			for i, swap := range []bool{false, true} {
				plain := storage.Identity{Kind: storage.ByGUID, Key: key("guid", fmt.Sprint("repeated", i))}
				old := known(article("a", 10*i+1), plain)
				w.poll("a", old)
				id := w.itemAt(old.URL).ID
				items := []storage.Item{old, article("a", 10*i+2)}
				for n := range items {
					items[n].Identity = storage.Identity{
						Kind: storage.ByGUIDLink, Key: key("guid and link", fmt.Sprint(i, n)), Weaker: []storage.Key{plain.Key},
					}
				}
				if swap {
					slices.Reverse(items)
				}
				w.counts(w.poll("a", items...), 1, 0, 1)
				if got := w.itemAt(old.URL); got.ID != id {
					w.Errorf("order %d: the item's id changed", i)
				}
				w.counts(w.poll("a", items...), 0, 0, 2)
			}
		}},
		{"a refined guid with another URL is another item", func(w *world) {
			plain := storage.Identity{Kind: storage.ByGUID, Key: key("guid", "repeated")}
			w.poll("a", known(article("a", 1), plain))
			next := known(article("a", 2), storage.Identity{Kind: storage.ByGUIDLink, Key: key("guid and link"), Weaker: []storage.Key{plain.Key}})
			w.counts(w.poll("a", next), 1, 0, 0)
		}},
		{"an item to be known by its link is the one that had its guid, if that had the link too", func(w *world) {
			plain := storage.Identity{Kind: storage.ByGUID, Key: key("guid", "once")}
			old := known(article("a", 1), plain)
			w.poll("a", old)
			id := w.itemAt(old.URL).ID
			w.counts(w.poll("a", known(article("a", 2), weaker(storage.Identity{Kind: storage.ByLink, Key: key("link", "2")}, plain))), 1, 0, 0)
			w.counts(w.poll("a", known(article("a", 1), weaker(storage.Identity{Kind: storage.ByLink, Key: key("link", "1")}, plain))), 0, 0, 1)
			if got := w.itemAt(old.URL); got.ID != id {
				w.Errorf("the item is %s, was %s", got.ID, id)
			}
		}},
		{"what is known is found by its guid whatever else changed", func(w *world) {
			w.poll("a", article("a", 1))
			id := w.items()[0].ID
			w.wait(time.Hour)
			w.counts(w.poll("a", link(essay(article("a", 1), "all new"), "https://elsewhere.example/")), 0, 1, 0)
			if list := w.items(); len(list) != 1 || list[0].ID != id {
				w.Errorf("%d items are stored, want the one", len(list))
			}
		}},
	}
}

// known gives the item an identity.
func known(item storage.Item, identity storage.Identity) storage.Item {
	item.Identity = identity
	return item
}

// weaker adds the keys of weaker identities to one.
func weaker(identity storage.Identity, weak ...storage.Identity) storage.Identity {
	for _, i := range weak {
		identity.Weaker = append(identity.Weaker, i.Key)
	}
	return identity
}

// becomes saves one item under one identity after another, as feed c, and
// fails unless it stays one item. Each call uses an article of its own.
func (w *world) becomes(identities ...storage.Identity) {
	w.Helper()
	n := len(w.items()) + 1
	for i, identity := range identities {
		identity.Key = key(identity.Key.String(), fmt.Sprint(n))
		identity.Weaker = slices.Clone(identity.Weaker)
		for j := range identity.Weaker {
			identity.Weaker[j] = key(identity.Weaker[j].String(), fmt.Sprint(n))
		}
		d := w.poll("c", known(article("c", n), identity))
		if i == 0 && d.New != 1 || i > 0 && d.New != 0 {
			w.Errorf("step %d of %s: %s", i, show(identities), show(d))
		}
	}
}

// itemAt gives the stored item with that URL.
func (w *world) itemAt(url string) storage.Item {
	w.Helper()
	for _, item := range w.items() {
		if item.URL == url {
			return item
		}
	}
	w.Fatalf("no item with the URL %s is stored", url)
	return storage.Item{}
}
