package storagetest

import (
	"errors"
	"slices"
	"time"

	"sluice/storage"
)

func adoptTests() []test {
	return []test{
		{"an item takes the id and dates of the entry with its link", func(w *world) {
			at := w.now.Add(-72 * time.Hour)
			e := held(article("a", 1), "tag:planet.example,2020:1", at)
			e.Updated = at.Add(time.Hour)
			got := w.adopt(storage.Adoption{Topic: storage.TopicSpec{Name: "x"}, AtomID: "tag:planet.example,2020:/", Entries: []storage.AdoptedEntry{e}})
			same(w, "Adopted", got, storage.Adopted{AtomID: "tag:planet.example,2020:/", New: 1})
			w.poll("a", tagged(article("a", 1), "x"))
			w.release()
			shown := w.entry("x", "article 1")
			if shown.ID != e.ID || !shown.Published.Equal(at) || !shown.Updated.Equal(e.Updated) || !shown.Place.Time.Equal(at) {
				w.Errorf("the entry: %s", show(shown))
			}
			if s := w.topic("x"); s.AtomID != "tag:planet.example,2020:/" || !s.Floor.Equal(at) {
				w.Errorf("the topic: %s", show(s))
			}
		}},
		{"so does one with its guid, and one with its title and text", func(w *world) {
			at := w.now.Add(-72 * time.Hour)
			byGUID := held(article("a", 1), "https://a.example/?p=1", at)
			byGUID.Link = storage.Key{}
			text := essay(link(article("a", 2), "https://moved.example/2"), "two")
			byText := held(essay(article("a", 2), "two"), "tag:planet.example,2020:2", at)
			byText.Link = storage.Key{}
			w.adoptX(byGUID, byText)
			w.poll("a", tagged(guid(article("a", 1), byGUID.ID), "x"), tagged(text, "x"))
			w.release()
			w.hasIDs("x", byGUID.ID, byText.ID)
		}},
		{"an item that comes long after takes its entry, at the place of old", func(w *world) {
			at := w.now.Add(-72 * time.Hour)
			e := held(article("a", 1), "tag:planet.example,2020:1", at)
			w.adoptX(e)
			w.begin()
			w.poll("a", tagged(article("a", 7), "x"))
			w.release()
			w.reopen()
			w.wait(48 * time.Hour)
			w.poll("a", tagged(article("a", 1), "x"), tagged(article("a", 8), "x"))
			w.release()
			if shown := w.entry("x", "article 1"); shown.ID != e.ID || !shown.Place.Time.Equal(at) || shown.Number != 2 {
				w.Errorf("the entry: %s", show(shown))
			}
			if e := w.entry("x", "article 8"); !e.Place.Time.Equal(w.now) {
				w.Errorf("what is new: %s", show(e))
			}
		}},
		{"backlog that was not published counts as published already", func(w *world) {
			newest := w.now.Add(-24 * time.Hour)
			oldest := newest.Add(-24 * time.Hour)
			w.adoptX(held(article("a", 1), "urn:x:1", newest), held(article("a", 2), "urn:x:2", oldest))
			old, between, since := dated(article("a", 3), oldest.Add(-time.Hour)), dated(article("a", 4), newest.Add(-time.Hour)), dated(article("a", 5), newest.Add(time.Hour))
			w.poll("a", tagged(article("a", 1), "x"), tagged(article("a", 2), "x"), tagged(old, "x"), tagged(between, "x"), tagged(since, "x"))
			w.release()
			floor := w.topic("x").Floor
			if !floor.Equal(oldest) {
				w.Errorf("the floor is %s", floor)
			}
			var above []string
			for _, e := range w.entries("x") {
				if !e.Place.Time.Before(floor) {
					above = append(above, e.Item.Title.Value)
				}
			}
			if !slices.Equal(above, []string{"article 5", "article 1", "article 2"}) {
				w.Errorf("above the floor: %q", above)
			}
			if n := w.topic("x").Last; n != 5 {
				w.Errorf("%d numbers were given, want 5", n)
			}
		}},
		{"who copies guid or link takes nothing", func(w *world) {
			at := w.now.Add(-24 * time.Hour)
			e := held(essay(article("a", 1), "one"), "https://a.example/?p=1", at)
			w.adoptX(e)
			thief := essay(guid(article("b", 1), e.ID), "two")
			w.poll("b", tagged(thief, "x"))
			w.release()
			if s := w.story(w.item("b", e.ID).Story); s.EntryID == e.ID {
				w.Errorf("another feed took the id of an entry")
			}
			w.poll("a", tagged(essay(guid(article("a", 1), e.ID), "one"), "x"))
			w.release()
			if s := w.story(w.item("a", e.ID).Story); s.EntryID != e.ID {
				w.Errorf("the entry's own item got the id %q", s.EntryID)
			}
		}},
		{"a released story keeps its id, and counts as published already", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "y"))
			w.release()
			was := w.entry("y", "article 1")
			w.wait(time.Hour)
			e := held(article("a", 1), "urn:x:1", w.now.Add(-24*time.Hour))
			got := w.adoptX(e)
			if got.New != 1 || got.Stored != 1 {
				w.Errorf("Adopted: %s", show(got))
			}
			w.poll("a", tagged(article("a", 1), "x", "y"))
			w.release()
			if shown := w.entry("x", "article 1"); shown.ID != was.ID {
				w.Errorf("the id went from %q to %q", was.ID, shown.ID)
			}
		}},
		{"a topic that was published is refused, but for a merge", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x"))
			w.release()
			was := w.topic("x")
			a := storage.Adoption{Topic: storage.TopicSpec{Name: "x"}, AtomID: "urn:x:feed", Entries: []storage.AdoptedEntry{
				held(article("a", 2), "urn:x:2", w.now.Add(-time.Hour)),
			}}
			if _, err := w.store.Adopt(w.ctx, a, w.now); !errors.Is(err, storage.ErrPublished) {
				w.Errorf("Adopt: %v", err)
			}
			same(w, "the topic", w.topic("x"), was)
			a.Merge = true
			if got := w.adopt(a); got.AtomID != was.AtomID || got.New != 1 {
				w.Errorf("Adopted: %s", show(got))
			}
			same(w, "the topic", w.topic("x"), was)
			w.poll("a", tagged(article("a", 2), "x"))
			w.release()
			if e := w.entry("x", "article 2"); e.ID != "urn:x:2" {
				w.Errorf("the entry: %s", show(e))
			}
		}},
		{"a topic may adopt before it is enrolled", func(w *world) {
			at := w.now.Add(-24 * time.Hour)
			got := w.adopt(storage.Adoption{Topic: storage.TopicSpec{Name: "z"}, Site: w.site, Entries: []storage.AdoptedEntry{held(article("a", 1), "urn:x:1", at)}})
			w.reopen()
			if len(w.topicStates()) != 2 {
				w.Errorf("the topic is enrolled already")
			}
			w.topics = append(w.topics, query{Name: "z", Takes: "z", Bars: "!z"})
			w.enrol()
			w.poll("a", tagged(article("a", 1), "z"))
			w.release()
			w.hasIDs("z", "urn:x:1")
			if s := w.topic("z"); s.AtomID != got.AtomID || s.AtomID == "" {
				w.Errorf("the topic: %s, adopted as %q", show(s), got.AtomID)
			}
		}},
		{"twice is as once, and a trial leaves nothing", func(w *world) {
			a := storage.Adoption{Topic: storage.TopicSpec{Name: "x"}, AtomID: "urn:x:feed", Entries: []storage.AdoptedEntry{
				held(article("a", 1), "urn:x:1", w.now.Add(-time.Hour)),
			}}
			was := w.topic("x")
			a.DryRun = true
			same(w, "Adopted", w.adopt(a), storage.Adopted{AtomID: "urn:x:feed", New: 1})
			same(w, "the topic", w.topic("x"), was)
			a.DryRun = false
			w.adopt(a)
			same(w, "Adopted", w.adopt(a), storage.Adopted{AtomID: "urn:x:feed", Known: 1})
			a.Topic.Name = "y"
			if _, err := w.store.Adopt(w.ctx, a, w.now); err == nil {
				w.Errorf("two topics have one id")
			}
		}},
	}
}

// held is what readers hold of an item that an earlier publisher showed.
func held(item storage.Item, id string, at time.Time) storage.AdoptedEntry {
	return storage.AdoptedEntry{ID: id, Published: at, Updated: at, Link: item.Print.URL, Text: item.Print.Text, Title: item.Print.Title}
}

func (w *world) adopt(a storage.Adoption) storage.Adopted {
	w.Helper()
	got, err := w.store.Adopt(w.ctx, a, w.now)
	if err != nil {
		w.Fatalf("Adopt: %v", err)
	}
	return got
}

func (w *world) adoptX(entries ...storage.AdoptedEntry) storage.Adopted {
	w.Helper()
	return w.adopt(storage.Adoption{Topic: storage.TopicSpec{Name: "x"}, Entries: entries})
}

// hasIDs fails unless the entries of a topic have these ids, in any order.
func (w *world) hasIDs(topic string, want ...string) {
	w.Helper()
	var got []string
	for _, e := range w.entries(topic) {
		got = append(got, e.ID)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		w.Errorf("the ids in topic %s are %q, want %q", topic, got, want)
	}
}
