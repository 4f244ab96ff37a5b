package storagetest

import (
	"time"
)

func settleTests() []test {
	return []test{
		{"a new story is held, then told by the preferred feed", func(w *world) {
			w.settle = time.Hour
			w.feeds[1].Prefer = 10
			w.enrol()
			w.begin()
			ready := w.now.Add(time.Hour)
			w.poll("a", tagged(copyOf("a", "one"), "x"), tagged(guid(copyOf("a", "two"), "a-2"), "x"))
			if d := w.release(); d.Released != 0 || !d.Next.Equal(ready) {
				w.Errorf("Release of held stories: %s", show(d))
			}
			w.wait(30 * time.Minute)
			w.poll("b", tagged(copyOf("b", "one"), "x"))
			if d := w.release(); d.Released != 1 || !d.Next.Equal(ready) {
				w.Errorf("Release when the preferred telling has come: %s", show(d))
			}
			if list := w.entries("x"); len(list) != 1 || list[0].Item.Feed != "b" || len(list[0].Others) != 1 {
				w.Errorf("the entries are %s", show(list))
			}
			w.wait(29 * time.Minute)
			if d := w.release(); d.Released != 0 {
				w.Errorf("Release before the time: %s", show(d))
			}
			w.reopen()
			w.enrol()
			w.wait(time.Minute)
			if d := w.release(); d.Released != 1 || !d.Next.IsZero() {
				w.Errorf("Release when the time has come: %s", show(d))
			}
			if n := len(w.entries("x")); n != 2 {
				w.Errorf("%d entries, want 2", n)
			}
		}},
		{"held stories are grouped anew", func(w *world) {
			w.settle = time.Hour
			w.enrol()
			w.begin()
			at := w.now
			w.poll("b", tagged(dated(copyOf("b", "one"), at), "x"))
			w.release()
			w.poll("c", tagged(dated(copyOf("c", "one"), at.Add(-time.Minute)), "x"))
			w.release()
			w.wait(30 * time.Minute)
			w.poll("a", tagged(dated(copyOf("a", "one"), at.Add(-2*time.Minute)), "x"))
			w.release()
			w.wait(30 * time.Minute)
			w.release()
			s := w.storyOf("a", 1)
			if len(s.Tellings) != 3 || s.Tellings[0].Feed != "a" || s.Tellings[1].Why.Layer != "content" {
				w.Errorf("the tellings are %s", show(s.Tellings))
			}
		}},
		{"without preferences every new story settles", func(w *world) {
			w.settle = time.Hour
			w.enrol()
			w.poll("a", tagged(article("a", 1), "x"))
			if d := w.release(); d.Released != 0 || d.Next.IsZero() {
				w.Errorf("Release: %s", show(d))
			}
			w.settle = 0
			w.enrol()
			if d := w.release(); d.Released != 1 {
				w.Errorf("Release after settle was taken out: %s", show(d))
			}
		}},
		{"what joins a released story is not held", func(w *world) {
			w.begin()
			w.poll("a", tagged(copyOf("a", "one"), "x"))
			w.release()
			w.settle = time.Hour
			w.enrol()
			w.poll("b", tagged(copyOf("b", "one"), "x"))
			w.release()
			if list := w.entries("x"); len(list) != 1 || len(list[0].Others) != 1 {
				w.Errorf("the entries are %s", show(list))
			}
		}},
		{"a feed whose items are stories of their own", func(w *world) {
			w.feeds[1].Apart = true
			w.enrol()
			w.begin()
			for _, feed := range []string{"a", "b", "c"} {
				w.poll(feed, article(feed, 1), guid(copyOf(feed, "one"), feed+"-2"))
			}
			w.release()
			w.together("a", "c")
			if s := w.storyOf("b", 1); len(s.Tellings) != 1 {
				w.Errorf("the story of b's item is %s", show(s))
			}
			if one, two := w.item("b", "b-2").Story, w.item("c", "c-2").Story; one == two || two != w.item("a", "a-2").Story {
				w.Errorf("the copies are in %s and %s", one, two)
			}
			// What it told before stays where it is; what comes joins again.
			w.feeds[1].Apart = false
			w.enrol()
			w.poll("b", article("b", 1), guid(copyOf("b", "one"), "b-2"), guid(link(article("b", 1), "https://news.example/1?utm_source=b"), "b-3"))
			w.release()
			if s := w.item("b", "b-3").Story; s != w.item("a", "a-1").Story {
				w.Errorf("a later telling is in %s", s)
			}
		}},
	}
}
