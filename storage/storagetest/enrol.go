package storagetest

import (
	"reflect"
	"time"

	"sluice/storage"
)

func enrolTests() []test {
	return []test{
		{"a new feed is due at once", func(w *world) {
			f := w.feed("a")
			if !f.Enrolled || f.URL != feedURL("a") || f.NextPoll.After(w.now) {
				w.Errorf("a new feed's state: %s", show(f))
			}
			next, err := w.store.NextPoll(w.ctx)
			if err != nil || next.IsZero() || next.After(w.now) {
				w.Errorf("NextPoll beside new feeds is %v (%v), want a time not after %v", next, err, w.now)
			}
		}},
		{"it takes what the config says", func(w *world) {
			routing := storage.FeedRouting{Tags: []string{"x", "y"}, Topics: []string{"x"}, Only: "rain"}
			w.feeds[1].Prefer, w.feeds[1].Private, w.feeds[1].Content = 7, true, "link"
			w.feeds[1].Routing = routing
			w.enrol()
			if f := w.feed("b"); f.Prefer != 7 || !f.Private || f.Content != "link" || !reflect.DeepEqual(f.Routing, routing) {
				w.Errorf("state after Prefer and Private were set: %s", show(f))
			}
			w.feeds[1].Prefer, w.feeds[1].Private, w.feeds[1].Routing.Only = -1, false, "snow"
			w.enrol()
			if f := w.feed("b"); f.Prefer != -1 || f.Private || f.Routing.Only != "snow" {
				w.Errorf("state after Prefer and Private were reset: %s", show(f))
			}
		}},
		{"the rules and what waits beside them are found again", func(w *world) {
			for _, held := range []storage.Hold{{}, {Routing: hash("held"), Topics: []string{"x", "y"}}, {}} {
				e := w.enrolment()
				e.Rules, e.Held = []byte("the rules of "+held.Routing.String()), held
				if _, err := w.store.Enrol(w.ctx, e, w.now); err != nil {
					w.Fatalf("Enrol: %v", err)
				}
				w.reopen()
				rules, got, err := w.store.Rules(w.ctx)
				if err != nil || string(rules) != string(e.Rules) || !reflect.DeepEqual(got, held) {
					w.Errorf("Rules: %q, %+v, %v; want %q, %+v", rules, got, err, e.Rules, held)
				}
			}
		}},
		{"idempotent", func(w *world) {
			w.poll("a", taggedAll(articles("a", 1, 3), "x")...)
			w.release()
			feeds, topics, entries := w.states(), w.topicStates(), w.entries("x")
			w.wait(time.Hour)
			if done := w.tryEnrol(); len(done.Route) > 0 || !done.Cursor.IsZero() {
				w.Errorf("a second Enrol asks for %s", show(done))
			}
			same(w, "Feeds", w.states(), feeds)
			same(w, "Topics", w.topicStates(), topics)
			same(w, "Entries", w.entries("x"), entries)
		}},
		{"a known name with a new URL continues and loses its validators", func(w *world) {
			w.pollValidated("a", articles("a", 1, 2)...)
			before := w.feed("a")
			w.feeds[0].URL = "https://new.example/feed"
			w.enrol()
			f := w.feed("a")
			if f.URL != "https://new.example/feed" || f.Items != 2 || !f.FirstPoll.Equal(before.FirstPoll) {
				w.Errorf("state after a new URL: %s", show(f))
			}
			if f.ETag != "" || f.LastModified != "" || f.ValidatedURL != "" || !f.Body.IsZero() {
				w.Errorf("validators outlived a new URL: %s", show(f))
			}
			if d := w.poll("a", articles("a", 1, 2)...); d.Same != 2 {
				w.Errorf("the same items from the new URL: %s", show(d))
			}
		}},
		{"an unchanged URL keeps the validators", func(w *world) {
			w.pollValidated("a", articles("a", 1, 1)...)
			w.feeds[0].Prefer = 3
			w.enrol()
			if f := w.feed("a"); f.ETag != `W/"1"` || f.LastModified == "" || f.Body.IsZero() {
				w.Errorf("validators lost without a new URL: %s", show(f))
			}
		}},
		{"formerly a name", func(w *world) {
			w.pollValidated("a", articles("a", 1, 2)...)
			id := w.item("a", "a-1").ID
			w.feeds[0] = storage.FeedSpec{Name: "new", URL: feedURL("a"), Formerly: []string{"a"}}
			w.enrol()
			w.continued("a", "new", id)
			if w.feed("new").ETag == "" {
				w.Errorf("a new name with the same URL lost its validators")
			}
		}},
		{"formerly an address", func(w *world) {
			w.pollValidated("a", articles("a", 1, 2)...)
			id := w.item("a", "a-1").ID
			w.feeds[0] = storage.FeedSpec{Name: "new", URL: "https://new.example/", Formerly: []string{feedURL("a")}}
			w.enrol()
			w.continued("a", "new", id)
			if w.feed("new").ETag != "" {
				w.Errorf("a new URL kept its validators")
			}
		}},
		{"a new name with the URL of a feed taken out now", func(w *world) {
			w.poll("a", articles("a", 1, 2)...)
			id := w.item("a", "a-1").ID
			w.feeds[0].Name = "new"
			w.enrol()
			w.continued("a", "new", id)
		}},
		{"a new name with the URL of a feed taken out long ago", func(w *world) {
			w.poll("a", articles("a", 1, 2)...)
			id := w.item("a", "a-1").ID
			w.feeds = specs("b", "c")
			w.enrol()
			w.feeds = append(w.feeds, storage.FeedSpec{Name: "new", URL: feedURL("a")})
			w.enrol()
			w.continued("a", "new", id)
		}},
		{"a new name with the URL of an enrolled feed is another feed", func(w *world) {
			w.poll("a", articles("a", 1, 2)...)
			w.feeds = append(w.feeds, storage.FeedSpec{Name: "new", URL: feedURL("a")})
			w.enrol()
			if w.feed("a").Items != 2 || w.feed("new").Items != 0 {
				w.Errorf("items moved: %s", show(w.states()))
			}
		}},
		{"names win over addresses", func(w *world) {
			w.poll("a", articles("a", 1, 2)...)
			w.poll("b", articles("b", 3, 3)...)
			w.feeds[0].URL, w.feeds[1].URL = w.feeds[1].URL, w.feeds[0].URL
			w.enrol()
			if a, b := w.feed("a"), w.feed("b"); a.Items != 2 || a.URL != feedURL("b") || b.Items != 1 || b.URL != feedURL("a") {
				w.Errorf("after an exchange of addresses: %s", show(w.states()))
			}
		}},
		{"a feed not listed keeps its items and comes back", func(w *world) {
			w.poll("a", articles("a", 1, 2)...)
			w.feeds = specs("b", "c")
			w.enrol()
			if f := w.feed("a"); f.Enrolled || f.Items != 2 {
				w.Errorf("a feed that was taken out: %s", show(f))
			}
			w.wait(24 * time.Hour)
			states, err := w.store.Claim(w.ctx, storage.Claim{Now: w.now, Lease: time.Minute, Force: true})
			if err != nil || len(states) != 2 {
				w.Errorf("Claim gave %d feeds (%v), want b and c", len(states), err)
			}
			w.feeds = specs("a", "b", "c")
			w.enrol()
			if d := w.poll("a", articles("a", 1, 3)...); d.Same != 2 || d.New != 1 {
				w.Errorf("poll of a feed that came back: %s", show(d))
			}
		}},
		{"a name that another feed gave up is free", func(w *world) {
			w.poll("a", articles("a", 1, 1)...)
			old := w.item("a", "a-1")
			w.feeds[0] = storage.FeedSpec{Name: "new", URL: feedURL("a"), Formerly: []string{"a"}}
			w.enrol()
			w.feeds = append(w.feeds, storage.FeedSpec{Name: "a", URL: "https://other.example/"})
			w.enrol()
			if d := w.poll("a", write(article("a", 1), "something else", 1)); d.New != 1 {
				w.Errorf("first poll of a new feed of an old name: %s", show(d))
			}
			if now := w.item("a", "a-1"); now.ID == old.ID {
				w.Errorf("two items have the id %s", now.ID)
			}
			if kept := w.item("new", "a-1"); kept.ID != old.ID || kept.Title != old.Title {
				w.Errorf("the continued feed's item was lost: %s", show(kept))
			}
		}},
		{"NextPoll is the earliest of the enrolled feeds", func(w *world) {
			for i, name := range []string{"a", "b", "c"} {
				p := w.polled(w.claim(name))
				p.State.NextPoll = w.now.Add(time.Duration(i+1) * time.Hour)
				w.save(p)
			}
			for i, rest := range [][]storage.FeedSpec{w.feeds, specs("b", "c"), specs("c")} {
				w.feeds = rest
				w.enrol()
				next, err := w.store.NextPoll(w.ctx)
				if want := w.now.Add(time.Duration(i+1) * time.Hour); err != nil || !next.Equal(want) {
					w.Errorf("NextPoll of %d feeds is %v (%v), want %v", len(rest), next, err, want)
				}
			}
			w.feeds = nil
			w.enrol()
			if next, err := w.store.NextPoll(w.ctx); err != nil || !next.IsZero() {
				w.Errorf("NextPoll without feeds is %v (%v), want zero", next, err)
			}
		}},
	}
}

// pollValidated polls a feed whose answer carries validators.
func (w *world) pollValidated(feed string, items ...storage.Item) {
	w.Helper()
	p := w.polled(w.claim(feed), items...)
	p.State.ETag, p.State.LastModified = `W/"1"`, "Sun, 01 Mar 2026 11:00:00 GMT"
	p.State.ValidatedURL, p.State.Body = p.State.URL, key("body")
	w.save(p)
}

// continued fails unless the feed under its new name is the old one, whose
// first item has that id and whose two items are all that is stored.
func (w *world) continued(old, name string, id storage.ID) {
	w.Helper()
	for _, f := range w.states() {
		if f.Name == old && f.Enrolled {
			w.Errorf("feed %s is still enrolled", old)
		}
	}
	if f := w.feed(name); f.Items != 2 || f.FirstPoll.IsZero() {
		w.Errorf("feed %s does not continue %s: %s", name, old, show(f))
	}
	if item := w.item(name, old+"-1"); item.ID != id {
		w.Errorf("an item's id changed with its feed's name from %s to %s", id, item.ID)
	}
	renamed := articles(old, 1, 2)
	for i := range renamed {
		renamed[i].Feed = name
	}
	if d := w.poll(name, renamed...); d.Same != 2 || d.New+d.Changed != 0 {
		w.Errorf("poll under the new name: %s", show(d))
	}
}
