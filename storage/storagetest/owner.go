package storagetest

import (
	"errors"
	"fmt"
	"time"

	"sluice/storage"
)

func ownerTests() []test {
	return []test{
		{"a feed with another title, host and ids is held until it is confirmed", func(w *world) {
			w.owned("The Orr Wire", "https://orr.example/", 0)
			old := w.entries("x")
			w.wait(time.Hour)
			held := w.now
			for range 2 {
				if d := w.owned("Cheap Pills", "https://www.pills.example/", 10); d.New != 0 || d.Pending {
					w.Errorf("Save: %s", show(d))
				}
				w.release()
				f := w.feed("a")
				if !f.Held.Equal(held) || f.Claimant != "Cheap Pills at pills.example" || f.Title != "The Orr Wire" || f.ETag != "" || !f.Body.IsZero() {
					w.Errorf("the feed: %s", show(f))
				}
				w.reopen()
				w.wait(time.Hour)
			}
			w.standing("x", old)
			if err := w.store.Confirm(w.ctx, "a"); err != nil {
				w.Fatalf("Confirm: %v", err)
			}
			if f := w.feed("a"); !f.Held.IsZero() || f.NextPoll.After(w.now) {
				w.Errorf("the feed: %s", show(f))
			}
			if d := w.owned("Cheap Pills", "https://www.pills.example/", 10); d.New != 3 {
				w.Errorf("Save: %s", show(d))
			}
			w.release()
			w.standing("x", old)
			if item := w.item("a", "a-11"); !item.Backlog {
				w.Errorf("what was there before is no backlog")
			}
		}},
		{"a feed that becomes what it was goes on by itself", func(w *world) {
			w.owned("The Orr Wire", "https://orr.example/", 0)
			w.owned("Cheap Pills", "https://pills.example/", 10)
			w.wait(time.Hour)
			if d := w.owned("The Orr Wire", "https://orr.example/", 1); d.New != 1 || !w.feed("a").Held.IsZero() {
				w.Errorf("Save: %s, %s", show(d), show(w.feed("a")))
			}
		}},
		{"less than all of it is no other owner", func(w *world) {
			for _, c := range []struct {
				title, home string
				first       int
			}{
				{"The New Orr Wire", "https://orr.example/", 10},
				{"The New Orr Wire", "https://news.orr.example/", 20},
				{"the new orr wire", "https://wire.example/", 30},
				{"Another Name", "https://another.example/", 31},
			} {
				if c.first == 10 {
					w.owned("The Orr Wire", "https://orr.example/", 0)
				}
				w.wait(time.Hour)
				if w.owned(c.title, c.home, c.first); !w.feed("a").Held.IsZero() {
					w.Errorf("held as %s at %s", c.title, c.home)
				}
			}
		}},
		{"another address in the config is the admin's word", func(w *world) {
			w.owned("The Orr Wire", "https://orr.example/", 0)
			w.owned("Cheap Pills", "https://pills.example/", 10)
			w.feeds[0].URL = "https://elsewhere.example/feed"
			w.enrol()
			if d := w.owned("Cheap Pills", "https://pills.example/", 10); d.New != 3 || !w.feed("a").Held.IsZero() {
				w.Errorf("Save: %s", show(d))
			}
		}},
		{"what is not held can't be confirmed", func(w *world) {
			var refused *storage.EditError
			if err := w.store.Confirm(w.ctx, "a"); !errors.As(err, &refused) {
				w.Errorf("Confirm: %v, want an EditError", err)
			}
			if err := w.store.Confirm(w.ctx, "nothing"); !errors.Is(err, storage.ErrNotFound) {
				w.Errorf("Confirm: %v, want ErrNotFound", err)
			}
		}},
	}
}

// owned polls feed a, which gives three articles under a title and a home.
func (w *world) owned(title, home string, first int) storage.Delta {
	w.Helper()
	var items []storage.Item
	for n := first + 1; n <= first+3; n++ {
		items = append(items, tagged(link(essay(article("a", n), fmt.Sprint(n)), home+fmt.Sprint(n)), "x"))
	}
	p := w.polled(w.claim("a"), items...)
	p.State.Title, p.State.Home, p.State.ETag, p.State.Body = title, home, "tag", storage.Key{1}
	d := w.save(p)
	w.release()
	return d
}
