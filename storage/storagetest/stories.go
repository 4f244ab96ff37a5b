package storagetest

import (
	"errors"
	"slices"
	"time"

	"sluice/storage"
)

func storyTests() []test {
	return []test{
		{"tellings under one link that agree join, at Save and for good", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x"))
			w.wait(time.Hour)
			w.poll("b", tagged(article("b", 1), "x"))
			w.together("a", "b")
			w.release()
			w.together("a", "b")
			w.wait(time.Hour)
			d := w.poll("c", article("c", 1))
			if d.New != 1 || !d.Pending {
				w.Errorf("Save of a third telling: %s", show(d))
			}
			w.release()
			w.together("a", "b", "c")
			s := w.storyOf("c", 1)
			if s.Tellings[0].Feed != "a" || s.Tellings[0].Why.Layer != "first" {
				w.Errorf("the first telling is %s", show(s.Tellings[0]))
			}
			for i, telling := range s.Tellings[1:] {
				if telling.Why.Layer != "url" || telling.Joined.Before(s.Tellings[i].Joined) {
					w.Errorf("telling %d: %s", i+2, show(telling))
				}
			}
			e := w.entry("x", "article 1")
			if len(e.Others) != 2 || slices.ContainsFunc(e.Others, func(t storage.Telling) bool { return t.Item == e.Item.ID }) {
				w.Errorf("the entry's other tellings: %s", show(e.Others))
			}
			if t := e.Others[0]; t.URL != "https://news.example/1" || t.Title != "article 1" || t.Joined.IsZero() {
				w.Errorf("a telling: %s", show(t))
			}
		}},
		{"a telling joins a released story, whose entry stays", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x"))
			w.release()
			entries := w.entries("x")
			w.wait(time.Hour)
			w.poll("b", tagged(article("b", 1), "x"))
			d := w.release()
			if d.Released != 0 || !slices.Equal(d.Topics, []string{"x"}) {
				w.Errorf("Release of a new telling: %s", show(d))
			}
			w.standing("x", entries)
			if list := w.entries("x"); len(list) != 1 || len(list[0].Others) != 1 {
				w.Errorf("entries after a second telling: %s", show(list))
			}
		}},
		{"one link, but neither title nor text agrees", func(w *world) {
			w.poll("a", essay(article("a", 1), "one"))
			w.poll("b", essay(article("b", 1), "two"))
			w.apart()
			w.release()
			w.apart()
		}},
		{"an item without a specific link joins none", func(w *world) {
			w.poll("a", link(article("a", 1), "https://news.example/"))
			w.poll("b", link(article("b", 1), "https://news.example/"))
			if item := w.item("a", "a-1"); !item.Print.URL.IsZero() {
				w.Errorf("the front page tells items apart: %s", item.Print.URL)
			}
			w.release()
			w.apart()
		}},
		{"window 0: every item is its own story", func(w *world) {
			w.window = 0
			w.enrol()
			w.poll("a", article("a", 1))
			w.poll("b", article("b", 1))
			w.apart()
			w.release()
			w.poll("c", article("c", 1))
			w.release()
			w.apart()
		}},
		{"the window has passed", func(w *world) {
			w.begin()
			w.poll("a", dated(article("a", 1), w.now))
			w.release()
			w.wait(w.window + time.Hour)
			w.poll("b", dated(article("b", 1), w.now))
			w.release()
			w.apart()
		}},
		{"just within the window", func(w *world) {
			w.begin()
			w.poll("a", dated(article("a", 1), w.now))
			w.release()
			w.wait(w.window - time.Hour)
			w.poll("b", dated(article("b", 1), w.now))
			w.release()
			w.together("a", "b")
		}},
		{"the pick is the preferred one", func(w *world) {
			w.feeds[1].Prefer = 10
			w.enrol()
			w.begin()
			for _, name := range []string{"a", "b", "c"} {
				w.poll(name, tagged(article(name, 1), "x"))
				w.wait(time.Minute)
			}
			w.release()
			if e := w.entry("x", "article 1"); e.Item.Feed != "b" {
				w.Errorf("the pick is feed %s's, want b's", e.Item.Feed)
			}
		}},
		{"the pick is the preferred one among those that match", func(w *world) {
			w.feeds[1].Prefer = 10
			w.enrol()
			w.begin()
			w.poll("a", tagged(article("a", 1), "x", "y"))
			w.poll("b", tagged(article("b", 1), "y"))
			w.release()
			if e := w.entry("x", "article 1"); e.Item.Feed != "a" || len(e.Others) != 1 || e.Others[0].Feed != "b" {
				w.Errorf("the entry in x: %s", show(e))
			}
			if e := w.entry("y", "article 1"); e.Item.Feed != "b" {
				w.Errorf("the pick in y is feed %s's, want b's", e.Item.Feed)
			}
			for _, m := range w.storyOf("a", 1).Entries {
				if pick := map[string]string{"x": "a", "y": "b"}[m.Topic]; m.Pick != w.item(pick, pick+"-1").ID {
					w.Errorf("membership in %s has the pick %s", m.Topic, m.Pick)
				}
			}
		}},
		{"a preferred telling that comes later becomes the pick", func(w *world) {
			w.feeds[1].Prefer = 10
			w.enrol()
			w.begin()
			w.poll("a", tagged(article("a", 1), "x"))
			w.release()
			entries := w.entries("x")
			w.wait(time.Hour)
			w.poll("b", tagged(article("b", 1), "x"))
			w.release()
			if e := w.entry("x", "article 1"); e.Item.Feed != "b" {
				w.Errorf("the pick is feed %s's, want b's", e.Item.Feed)
			}
			w.standing("x", entries)
		}},
		{"released stories are never joined by machine", func(w *world) {
			w.begin()
			w.poll("a", tagged(essay(article("a", 1), "one"), "x"))
			w.poll("b", tagged(essay(article("b", 1), "two"), "x"))
			w.release()
			entries := w.entries("x")
			w.wait(time.Hour)
			w.poll("b", tagged(essay(article("b", 1), "one"), "x"))
			w.release()
			w.apart()
			w.standing("x", entries)
		}},
		{"ErrNotFound for an unknown story", func(w *world) {
			if _, err := w.store.Story(w.ctx, storage.ID{1}); !errors.Is(err, storage.ErrNotFound) {
				w.Errorf("Story: %v, want ErrNotFound", err)
			}
		}},
	}
}

// together fails unless article 1 of these feeds is one story.
func (w *world) together(feeds ...string) {
	w.Helper()
	s := w.storyOf(feeds[0], 1)
	if len(s.Tellings) != len(feeds) {
		w.Fatalf("the story has %d tellings, want %d: %s", len(s.Tellings), len(feeds), show(s))
	}
	for _, feed := range feeds {
		item := w.item(feed, feed+"-1")
		if item.Story != s.ID || !slices.ContainsFunc(s.Tellings, func(t storage.Telling) bool { return t.Item == item.ID && t.Feed == feed }) {
			w.Errorf("feed %s's telling is not in the story", feed)
		}
	}
}

// apart fails unless every stored item is a story of its own.
func (w *world) apart() {
	w.Helper()
	stories := make(map[storage.ID]bool)
	for _, item := range w.items() {
		if stories[item.Story] {
			w.Errorf("two items are in story %s", item.Story)
		}
		stories[item.Story] = true
		if s := w.story(item.Story); len(s.Tellings) != 1 || s.Tellings[0].Item != item.ID {
			w.Errorf("story %s of one item: %s", item.Story, show(s))
		}
	}
}
