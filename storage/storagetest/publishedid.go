package storagetest

import (
	"net/url"
	"strings"
	"time"
)

func publishedIDTests() []test {
	return []test{
		{"the pick's own, where it may be", func(w *world) {
			w.begin()
			own := guid(article("a", 1), "https://news.example/permanent/1") // the link's host
			feed := guid(article("a", 2), "https://a.example/?p=2")          // the feed's host
			tag := guid(article("a", 3), "tag:a.example,2026:3")
			w.poll("a", own, feed, tag)
			w.release()
			for n, want := range []string{own.GUID, feed.GUID, tag.GUID} {
				if got := w.story(w.item("a", want).Story).EntryID; got != want {
					w.Errorf("item %d: the published id is %q, want %q", n+1, got, want)
				}
			}
		}},
		{"else a minted one", func(w *world) {
			w.begin()
			foreign := guid(article("a", 1), "https://elsewhere.example/1")
			number := guid(article("a", 2), "2")
			none := guid(article("a", 3), "")
			none.Identity.Kind = none.Identity.Kind + 4 // by its link
			w.poll("a", foreign, number, none)
			w.release()
			seen := make(map[string]bool)
			for _, item := range w.items() {
				id := w.story(item.Story).EntryID
				if !strings.HasPrefix(id, "urn:uuid:") || len(id) != len("urn:uuid:")+36 || seen[id] {
					w.Errorf("guid %q: published id %q", item.GUID, id)
				}
				seen[id] = true
			}
		}},
		{"an id that a story holds is never given to another", func(w *world) {
			w.begin()
			const id = "https://news.example/permanent/1"
			w.poll("a", tagged(guid(essay(article("a", 1), "one"), id), "x"))
			w.release()
			w.wait(time.Hour)
			w.poll("b", tagged(guid(essay(article("b", 1), "two"), id), "x"))
			w.release()
			w.wait(time.Hour)
			w.reopen()
			w.poll("c", tagged(guid(essay(article("c", 1), "three"), id), "x"))
			w.release()
			w.distinctIDs("x", 3)
			if s := w.story(w.item("a", id).Story); s.EntryID != id {
				w.Errorf("the first story's id is %q", s.EntryID)
			}
		}},
		{"nor to another of the same release", func(w *world) {
			w.begin()
			const id = "https://news.example/permanent/1"
			w.poll("b", tagged(guid(essay(article("b", 1), "two"), id), "x"))
			w.poll("a", tagged(guid(essay(article("a", 1), "one"), id), "x"))
			w.release()
			w.distinctIDs("x", 2)
		}},
		{"what was minted is no other's guid", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x"))
			w.release()
			minted := w.storyOf("a", 1).EntryID
			w.wait(time.Hour)
			w.poll("b", tagged(guid(essay(article("b", 1), "copy"), minted), "x"))
			w.release()
			w.distinctIDs("x", 2)
			if now := w.storyOf("a", 1).EntryID; now != minted {
				w.Errorf("the published id went from %q to %q", minted, now)
			}
		}},
		{"a withdrawn entry's id stays its own", func(w *world) {
			w.begin()
			const id = "https://news.example/permanent/1"
			w.poll("a", tagged(guid(essay(article("a", 1), "one"), id), "x"))
			w.release()
			w.wait(time.Hour)
			w.poll("a", guid(essay(article("a", 1), "one"), id))
			w.release()
			w.wait(time.Hour)
			w.poll("b", tagged(guid(essay(article("b", 1), "two"), id), "x"))
			w.release()
			if s := w.story(w.item("b", id).Story); s.EntryID == id {
				w.Errorf("a withdrawn entry's id came back as another's")
			}
		}},
	}
}

// distinctIDs fails unless the topic has n entries, each with an absolute IRI
// of its own as id.
func (w *world) distinctIDs(topic string, n int) {
	w.Helper()
	seen := make(map[string]bool)
	for _, e := range w.entries(topic) {
		if u, err := url.Parse(e.ID); err != nil || !u.IsAbs() || seen[e.ID] {
			w.Errorf("entry %d has the id %q", e.Number, e.ID)
		}
		seen[e.ID] = true
	}
	if len(seen) != n {
		w.Errorf("topic %s has %d ids, want %d", topic, len(seen), n)
	}
}
