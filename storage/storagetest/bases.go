package storagetest

import (
	"strings"
	"time"

	"sluice/storage"
)

// baseTests are on which telling of a story later ones are compared with.
func baseTests() []test {
	// said is an item under a link of its own, with a title and so many words
	// of the text of subject.
	said := func(feed, title, subject string, from, to int) storage.Item {
		item := copyOf(feed, subject)
		words := strings.Fields(item.Content.Value)
		item.Title.Value, item.Content.Value = title, strings.Join(words[from:to], " ")
		return tagged(printed(item), "x")
	}
	return []test{
		{"a link blog's post does not keep the copies of the article out", func(w *world) {
			w.begin()
			post := essay(article("a", 1), "one")
			post.Content.Value = "Comments"
			w.poll("a", tagged(printed(post), "x"))
			w.release()
			w.wait(time.Hour)
			w.poll("b", tagged(essay(article("b", 1), "one"), "x"))
			w.release()
			w.wait(time.Hour)
			w.poll("c", tagged(copyOf("c", "one"), "x"))
			w.release()
			w.together("a", "b", "c")
			if s := w.storyOf("a", 1); s.Tellings[0].Feed != "a" || s.Tellings[2].Why.Layer != "content" {
				w.Errorf("the tellings are %s", show(s.Tellings))
			}
		}},
		{"the same in one release, and in those of a held story", func(w *world) {
			w.settle = time.Hour
			w.enrol()
			w.begin()
			at := w.now.Add(-time.Hour)
			post := dated(essay(article("a", 1), "one"), at)
			post.Content.Value = "Comments"
			w.poll("a", tagged(printed(post), "x"))
			w.poll("b", tagged(dated(essay(article("b", 1), "one"), at.Add(time.Minute)), "x"))
			w.poll("c", tagged(dated(copyOf("c", "one"), at.Add(2*time.Minute)), "x"))
			w.release()
			w.together("a", "b", "c")
			w.wait(30 * time.Minute)
			w.poll("c", dated(tagged(copyOf("c", "one"), "x"), at.Add(2*time.Minute)), guid(said("c", "another headline", "two", 0, 40), "c-2"))
			w.release()
			w.together("a", "b", "c")
			w.wait(time.Hour)
			w.release()
			w.together("a", "b", "c")
		}},
		{"the earliest telling is compared with, though it came late", func(w *world) {
			w.begin()
			at := w.now
			w.poll("a", dated(said("a", "the crane is back", "one", 0, 18), at))
			w.release()
			w.wait(time.Hour)
			w.poll("b", dated(said("b", "harbour: the crane is back", "one", 0, 40), at.Add(-time.Hour)))
			w.release()
			w.wait(time.Hour)
			w.poll("c", said("c", "dockers cheer", "one", 0, 40))
			w.release()
			w.together("a", "b", "c")
		}},
		{"copies of what people merged into a story join it", func(w *world) {
			w.begin()
			w.poll("a", tagged(copyOf("a", "one"), "x"))
			w.release()
			w.wait(time.Hour)
			w.poll("b", tagged(copyOf("b", "two"), "x"))
			w.release()
			w.apart()
			w.edit(storage.Edit{Kind: storage.Merge, Item: w.item("a", "a-1").ID, Other: w.item("b", "b-1").ID})
			w.wait(time.Hour)
			w.poll("c", tagged(copyOf("c", "two"), "x"))
			w.release()
			w.together("a", "b", "c")
			w.poll("a", tagged(copyOf("a", "one"), "x"), tagged(guid(link(copyOf("a", "three"), "https://a.example/3"), "a-3"), "x"))
			w.release()
			w.together("a", "b", "c")
		}},
		{"copies of what was split off a story join it, not the story", func(w *world) {
			w.begin()
			at := w.now
			w.poll("a", dated(said("a", "the crane is back", "one", 0, 36), at))
			w.release()
			w.wait(time.Hour)
			w.poll("b", dated(said("b", "harbour: the crane is back", "one", 0, 40), w.now))
			w.release()
			w.together("a", "b")
			w.edit(storage.Edit{Kind: storage.Split, Item: w.item("b", "b-1").ID})
			w.release()
			w.wait(time.Hour)
			w.poll("c", dated(said("c", "harbour: the crane is back", "one", 0, 40), w.now))
			w.release()
			w.together("b", "c")
		}},
		{"copies of both versions of a corrected text join it", func(w *world) {
			w.begin()
			w.poll("a", tagged(copyOf("a", "one"), "x"))
			w.release()
			w.wait(time.Hour)
			w.poll("a", tagged(copyOf("a", "two"), "x"))
			w.release()
			w.wait(time.Hour)
			w.poll("b", tagged(copyOf("b", "one"), "x"))
			w.release()
			w.together("a", "b")
			w.poll("c", tagged(copyOf("c", "two"), "x"))
			w.release()
			w.together("a", "b", "c")
		}},
		{"what came while nothing was joined is found once it is", func(w *world) {
			w.window = 0
			w.enrol()
			w.begin()
			w.poll("a", tagged(copyOf("a", "one"), "x"))
			w.release()
			w.poll("b", tagged(copyOf("b", "one"), "x"))
			w.window = 96 * time.Hour
			w.enrol()
			w.release()
			w.together("a", "b")
			w.reopen()
			w.wait(time.Hour)
			w.poll("c", tagged(copyOf("c", "one"), "x"))
			w.release()
			w.together("a", "b", "c")
		}},
		{"what came while its feed was kept apart is found once it is not", func(w *world) {
			w.feeds[0].Apart = true
			w.enrol()
			w.begin()
			w.poll("a", tagged(copyOf("a", "one"), "x"))
			w.release()
			w.poll("b", tagged(copyOf("b", "one"), "x"))
			w.release()
			w.apart()
			w.wait(2 * w.window)
			w.poll("a", tagged(copyOf("a", "one"), "x"), guid(tagged(link(copyOf("a", "two"), "https://a.example/2"), "x"), "a-2"))
			w.release()
			w.feeds[0].Apart = false
			w.enrol()
			w.poll("c", tagged(guid(copyOf("c", "two"), "c-2"), "x"))
			w.release()
			if w.item("a", "a-2").Story != w.item("c", "c-2").Story {
				w.Errorf("a copy is in another story")
			}
			w.enrol()
			if w.item("a", "a-1").Story == w.item("b", "b-1").Story {
				w.Errorf("released stories were joined")
			}
		}},
		{"a longer window reaches back", func(w *world) {
			w.window = time.Hour
			w.enrol()
			w.begin()
			w.poll("a", tagged(copyOf("a", "one"), "x"))
			w.release()
			for n := range 3 {
				w.wait(240 * time.Hour)
				w.poll("b", tagged(guid(link(essay(article("b", n+10), "other"), "https://b.example/other"), "b-other"), "x"))
				w.release()
			}
			w.window = 1000 * time.Hour
			w.enrol()
			w.poll("c", tagged(copyOf("c", "one"), "x"))
			w.release()
			if w.item("a", "a-1").Story != w.item("c", "c-1").Story {
				w.Errorf("a copy is in another story")
			}
		}},
	}
}
