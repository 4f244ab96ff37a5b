package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"sluice/storage"
)

func storyTests() []test {
	return []test{
		{"tellings under one link that agree join at Release, for good", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x"))
			w.wait(time.Hour)
			w.poll("b", tagged(article("b", 1), "x"))
			w.apart()
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
		{"copies under other links join by what they say", func(w *world) {
			w.begin()
			w.poll("a", tagged(copyOf("a", "one"), "x"))
			w.poll("b", tagged(copyOf("b", "one"), "x"))
			w.poll("c", tagged(copyOf("c", "two"), "x"))
			w.release()
			one, two := w.item("a", "a-1"), w.item("b", "b-1")
			if one.Story != two.Story || one.Story == w.item("c", "c-1").Story {
				w.Errorf("the stories are %s, %s and %s", one.Story, two.Story, w.item("c", "c-1").Story)
			}
			if tellings := w.story(one.Story).Tellings; len(tellings) != 2 || tellings[1].Why.Layer != "content" || tellings[1].Why.Containment != 1 {
				w.Errorf("the tellings are %s", show(tellings))
			}
			w.wait(time.Hour)
			w.poll("c", tagged(copyOf("c", "two"), "x"), tagged(guid(copyOf("c", "one"), "c-2"), "x"))
			w.release()
			if late := w.item("c", "c-2"); late.Story != one.Story {
				w.Errorf("a copy that came after the release is in %s", late.Story)
			}
			if n := len(w.entries("x")); n != 2 {
				w.Errorf("%d entries, want 2", n)
			}
		}},
		{"one title over nothing joins nothing", func(w *world) {
			w.begin()
			for _, feed := range []string{"a", "b", "c"} {
				var list []storage.Item
				for n := range 200 {
					item := link(article(feed, n), fmt.Sprintf("https://%s.example/photo/%d", feed, n))
					item.Title, item.Content = storage.Text{Value: "Photo of the day"}, storage.Text{}
					list = append(list, printed(item))
				}
				w.poll(feed, list...)
			}
			if d := w.release(); d.Released != 600 {
				w.Errorf("Release of 600 pictures: %s", show(d))
			}
		}},
		{"what Prune forgot is no candidate any more", func(w *world) {
			w.begin()
			w.poll("a", copyOf("a", "one"))
			w.release()
			w.wait(time.Hour)
			w.poll("a")
			if n, _, err := w.store.Prune(w.ctx, w.now, nil, 10); n != 1 || err != nil {
				w.Fatalf("Prune forgot %d (%v)", n, err)
			}
			w.poll("b", copyOf("b", "one"))
			w.release()
			if list := w.story(w.item("b", "b-1").Story).Tellings; len(list) != 1 {
				w.Errorf("a copy of a forgotten item is in a story of %d", len(list))
			}
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

// copyOf is what feed says of a subject under a link of its own.
func copyOf(feed, subject string) storage.Item {
	return link(essay(article(feed, 1), subject), "https://"+feed+".example/1")
}
