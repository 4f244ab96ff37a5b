package storagetest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"sluice/storage"
)

func saveTests() []test {
	return []test{
		{"insert, then the same", func(w *world) {
			w.counts(w.poll("a", articles("a", 1, 3)...), 3, 0, 0)
			w.wait(time.Hour)
			w.counts(w.poll("a", articles("a", 2, 4)...), 1, 0, 2)
			if f := w.feed("a"); f.Items != 4 {
				w.Errorf("Feeds counts %d items, want 4", f.Items)
			}
		}},
		{"the store fills its own fields", func(w *world) {
			item := article("a", 1)
			item.ID, item.Story, item.Revision = storage.ID{1}, storage.ID{2}, 99
			item.FirstSeen, item.Changed, item.Age = w.now.Add(-week), w.now.Add(-week), 5*week
			w.poll("a", item)
			got := w.item("a", "a-1")
			if got.ID.IsZero() || got.ID == item.ID || got.Story.IsZero() || got.Story == item.Story || got.Revision != 1 {
				w.Errorf("ids and revision: %s", show(got))
			}
			if !got.FirstSeen.Equal(w.now) || !got.Changed.Equal(w.now) {
				w.Errorf("FirstSeen %v and Changed %v, want %v", got.FirstSeen, got.Changed, w.now)
			}
			if got.Age == 5*week {
				w.Errorf("Age is what the poll said: %v", got.Age)
			}
		}},
		{"an item's age is that of its first poll, for ever", func(w *world) {
			ages := func(p storage.Poll) []time.Duration {
				w.Helper()
				got, err := w.store.Ages(w.ctx, p)
				if err != nil || len(got) != len(p.Items) {
					w.Fatalf("Ages of %d items: %v, %v", len(p.Items), got, err)
				}
				return got
			}
			p := w.polled(w.claim("a"), dated(article("a", 1), w.now.Add(-30*time.Hour)), dated(article("a", 2), time.Time{}))
			if got := ages(p); got[0] != 30*time.Hour || got[1] != 0 {
				w.Errorf("ages of new items: %v", got)
			}
			w.save(p)
			w.wait(100 * time.Hour)
			p = w.polled(w.claim("a"), dated(write(article("a", 1), "something else", 2), w.now), dated(article("a", 3), w.now.Add(-time.Hour)))
			if got := ages(p); got[0] != 30*time.Hour || got[1] != time.Hour {
				w.Errorf("ages at the second poll: %v", got)
			}
			w.save(p)
			if got := w.item("a", "a-1"); got.Age != 30*time.Hour {
				w.Errorf("the stored item is %v old, want 30h", got.Age)
			}
			p = w.polled(w.claim("a"), article("a", 1))
			p.State.Token++
			if _, err := w.store.Ages(w.ctx, p); !errors.Is(err, storage.ErrLease) {
				w.Errorf("Ages without the lease: %v", err)
			}
		}},
		{"nothing saved is published before Release", func(w *world) {
			d := w.poll("a", tagged(article("a", 1), "x"))
			if len(d.Topics) > 0 || d.Released > 0 || !d.Pending {
				w.Errorf("Save of a new item: %s", show(d))
			}
			if s := w.storyOf("a", 1); !s.Released.IsZero() || s.EntryID != "" || len(s.Entries) > 0 {
				w.Errorf("a story before its release: %s", show(s))
			}
			if list := w.entries("x"); len(list) > 0 {
				w.Errorf("%d entries before Release", len(list))
			}
		}},
		{"a failing poll saves its state and no items", func(w *world) {
			w.poll("a", articles("a", 1, 2)...)
			p := w.polled(w.claim("a"))
			p.State.Status, p.State.Error, p.State.Failures = 503, "the server answers 503", 4
			p.State.NextPoll = w.now.Add(9 * time.Hour)
			w.counts(w.save(p), 0, 0, 0)
			f := w.feed("a")
			if f.Status != 503 || f.Error != p.State.Error || f.Failures != 4 || !f.NextPoll.Equal(p.State.NextPoll) || f.Items != 2 {
				w.Errorf("state after a failing poll: %s", show(f))
			}
		}},
		{"every field of a state comes back", stateRoundTrip},
		{"every field of an item comes back", itemRoundTrip},
		{"what the config says is not a poll's to change", func(w *world) {
			state := w.claim("a")
			w.feeds[0] = storage.FeedSpec{Name: "a", URL: "https://new.example/feed", Prefer: 5, Private: true}
			w.enrol()
			state.ETag, state.ValidatedURL = `"old"`, state.URL
			w.save(w.polled(state, article("a", 1)))
			f := w.feed("a")
			if f.URL != "https://new.example/feed" || f.Prefer != 5 || !f.Private || !f.Enrolled {
				w.Errorf("a poll that began before Enrol undid it: %s", show(f))
			}
			if f.ETag != "" && f.ValidatedURL == f.URL {
				w.Errorf("the old address's validators pass for the new one's: %s", show(f))
			}
		}},
		{"ErrNotFound for an unknown feed", func(w *world) {
			_, err := w.store.Save(w.ctx, w.polled(storage.FeedState{Name: "nobody", Token: 1}))
			if !errors.Is(err, storage.ErrNotFound) {
				w.Errorf("Save: %v, want ErrNotFound", err)
			}
		}},
		{"ErrStale for items of another set of topics, and a second try", func(w *world) {
			state := w.claim("a")
			p := w.polled(state, tagged(article("a", 1), "x"))
			w.topics[0].Takes = "other"
			w.enrol()
			if _, err := w.store.Save(w.ctx, p); !errors.Is(err, storage.ErrStale) {
				w.Errorf("Save: %v, want ErrStale", err)
			}
			if f := w.feed("a"); len(w.items()) > 0 || !f.LastPoll.IsZero() {
				w.Errorf("a refused Save changed the store: %s", show(f))
			}
			w.counts(w.save(w.polled(state, tagged(article("a", 1), "x"))), 1, 0, 0)
		}},
		{"a poll without items is never stale", func(w *world) {
			p := w.polled(w.claim("a"))
			p.State.Status, p.Routing = 304, storage.ID{}
			w.counts(w.save(p), 0, 0, 0)
		}},
		{"values are the receiver's own", func(w *world) {
			item := tagged(article("a", 1), "x")
			p := w.polled(w.claim("a"), item)
			p.State.Refined = map[storage.Key]storage.IdentityKind{key("r"): storage.ByGUIDLink}
			w.save(p)
			p.Items[0].Authors[0].Name, p.Items[0].Categories[0].Term = "changed", "changed"
			p.State.Refined[key("s")] = storage.ByGUID
			got := w.item("a", "a-1")
			if got.Authors[0].Name != "A. Writer" || got.Categories[0].Term != "x" {
				w.Errorf("the store kept a slice of its caller's")
			}
			got.Authors[0].Name = "changed"
			if again := w.item("a", "a-1"); again.Authors[0].Name != "A. Writer" {
				w.Errorf("the store handed out a slice that it keeps")
			}
			if f := w.feed("a"); len(f.Refined) != 1 {
				w.Errorf("the store kept a map of its caller's")
			}
		}},
		{"guids and links of 1 MB", func(w *world) {
			long := strings.Repeat("0123456789abcdef", 1<<16)
			one := guid(link(article("a", 1), "https://news.example/"+long+"1"), long+"1")
			two := guid(link(article("a", 2), "https://news.example/"+long+"2"), long+"2")
			one.Title.Value, one.Categories = long, []storage.Category{{Term: long}}
			w.counts(w.poll("a", one, two), 2, 0, 0)
			w.release()
			w.counts(w.poll("a", one, two), 0, 0, 2)
			if got := w.item("a", long+"1"); got.URL != one.URL || got.Title.Value != long {
				w.Errorf("a long item came back otherwise")
			}
		}},
		{"10,000 items in one poll", manyItems},
		{"twice the same identity in one poll", func(w *world) {
			d := w.poll("a", article("a", 1), article("a", 1), write(article("a", 1), "other", 1))
			if d.New != 1 || len(w.items()) != 1 {
				w.Errorf("%s, with %d items stored; want one", show(d), len(w.items()))
			}
		}},
	}
}

// counts fails unless a Save counted its items so.
func (w *world) counts(d storage.Delta, added, changed, unchanged int) {
	w.Helper()
	if d.New != added || d.Changed != changed || d.Same != unchanged {
		w.Errorf("new %d, changed %d, same %d; want %d, %d, %d", d.New, d.Changed, d.Same, added, changed, unchanged)
	}
}

func stateRoundTrip(w *world) {
	p := w.polled(w.claim("a"))
	s := &p.State
	s.Title, s.Home, s.Language = "Title", "https://a.example/", "de"
	s.Hints = storage.Hints{TTL: time.Minute, Period: time.Hour, Base: time.Unix(1e9, 0).UTC(), SkipHours: 1 << 23, SkipDays: 1 << 6}
	s.Hubs = []string{"https://hub.example/"}
	s.FirstPoll, s.LastPoll, s.LastSuccess = w.now.Add(-3*week), w.now, w.now.Add(-time.Hour)
	s.NextPoll, s.Status, s.Error, s.Warning = w.now.Add(time.Hour), 301, "error", "warning"
	s.Advice = []storage.Advice{{Key: "dates", Value: "ignore"}, {Key: "charset", Value: "koi8-r"}}
	s.Failures, s.Entries = 7, 40
	s.ETag, s.LastModified, s.ValidatedURL = "W/\"\xff\x00 \"", " not a date ", "https://a.example/moved"
	s.Body, s.Moved = key("body"), "https://moved.example/"
	s.Refined = make(map[storage.Key]storage.IdentityKind)
	for i := range storage.MaxRefined {
		s.Refined[key("refined", fmt.Sprint(i))] = storage.IdentityKind(2 + i%3)
	}
	w.save(p)
	w.reopen()
	got := w.feed("a")
	want := p.State
	want.Token, want.Lease, want.Items = got.Token, got.Lease, 0
	same(w, "state", got, want)
	claimed := w.claim("a")
	want.Token, want.Lease, want.Items = claimed.Token, claimed.Lease, claimed.Items
	same(w, "claimed state", claimed, want)
}

// visible takes from an item what a store need not give back: keys that
// only serve to find it at Save, and what can be made again from its text.
func visible(item storage.Item) storage.Item {
	item.Identity.Weaker = nil
	item.Print = storage.Print{URL: item.Print.URL, Text: item.Print.Text}
	return item
}

func itemRoundTrip(w *world) {
	day := time.Date(2026, 2, 27, 6, 5, 4, 3000, time.UTC)
	item := article("a", 1)
	item.Permalink = true
	item.Summary = storage.Text{Value: "<p>summary</p>", HTML: true}
	item.Content = storage.Text{Value: "plain & \x01 odd"}
	item.Language = "pt-BR"
	item.Authors = []storage.Person{{Name: "N", Mail: "m@a.example", URI: "https://a.example/n"}, {URI: "u"}}
	item.Contributors = []storage.Person{{Name: "C"}}
	item.Categories = []storage.Category{{Term: "x", Scheme: "s", Label: "l"}, {Term: "t"}}
	item.Enclosures = []storage.Enclosure{{URL: "https://a.example/e", Type: "audio/mpeg", Length: 1 << 40}}
	item.Links = []storage.Link{{URL: "https://a.example/l", Rel: "related", Type: "text/html", Language: "en", Title: "t", Length: 5}}
	item.Image, item.Comments, item.Rights = "https://a.example/i", "https://a.example/c", "rights"
	item.Source = &storage.Source{ID: "i", Title: "t", URL: "https://s.example/"}
	item.Published, item.Updated = day, day.Add(time.Hour)
	item.Origin = storage.Origin{ID: "i", Title: "t", Self: "s", Home: "h", Rights: "r", Language: "fr", Updated: day, Icon: "c", Logo: "l"}
	w.poll("a", item)
	w.reopen()
	got := w.item("a", "a-1")
	want := item
	want.ID, want.Story, want.Revision = got.ID, got.Story, 1
	want.FirstSeen, want.Age, want.Changed, want.Backlog = w.now, w.now.Sub(day), w.now, true
	want.Routing = w.classify(&item)
	want = visible(want)
	same(w, "scanned item", visible(got), want)
	found, err := w.store.Find(w.ctx, storage.Ref{Text: got.ID.String()})
	if err != nil {
		w.Fatalf("Find: %v", err)
	}
	same(w, "found item", visible(found), want)
	w.release()
	shown := w.entry("x", item.Title.Value).Item
	want.Story = shown.Story // may change with the release
	same(w, "item of the entry", visible(shown), want)
}

func manyItems(w *world) {
	const n = 10_000
	w.begin()
	w.counts(w.poll("a", taggedAll(articles("a", 1, n), "x")...), n, 0, 0)
	if d := w.release(); d.Released != n {
		w.Errorf("Release of %d stories counts %d", n, d.Released)
	}
	w.wait(time.Hour)
	w.counts(w.poll("a", taggedAll(articles("a", 1, n), "x")...), 0, 0, n)
	if d := w.release(); d.Released != 0 || len(d.Topics) > 0 {
		w.Errorf("Release of nothing new: %s", show(d))
	}
	numbers := make(map[uint64]bool)
	for _, e := range w.entries("x") {
		numbers[e.Number] = true
	}
	if s := w.topic("x"); len(numbers) != n || !numbers[1] || !numbers[n] || s.Last != n || s.Live != n {
		w.Errorf("%d numbers were given, the topic's state is %s", len(numbers), show(s))
	}
	w.ambiguous()
}

// ambiguous looks among many items for two whose ids begin alike.
func (w *world) ambiguous() {
	w.Helper()
	seen := make(map[string]bool)
	for _, item := range w.items() {
		prefix := item.ID.String()[:6]
		if !seen[prefix] {
			seen[prefix] = true
			continue
		}
		if _, err := w.store.Find(w.ctx, storage.Ref{Text: prefix}); !errors.Is(err, storage.ErrAmbiguous) {
			w.Errorf("Find of a prefix of two ids: %v, want ErrAmbiguous", err)
		}
	}
}
