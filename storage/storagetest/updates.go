package storagetest

import (
	"slices"
	"time"

	"sluice/storage"
)

func updateTests() []test {
	return []test{
		{"a real change moves updated, never published", func(w *world) {
			old := w.oneEntry()
			w.wait(time.Hour)
			d := w.poll("a", tagged(write(article("a", 1), "article 1", 2), "x"))
			if d.Changed != 1 || !d.Pending {
				w.Errorf("Save: %s", show(d))
			}
			saved, topics := w.now, d.Topics
			w.wait(time.Minute)
			d = w.release()
			if topics = append(topics, d.Topics...); d.Released != 0 || d.Withdrawn != 0 || !slices.Contains(topics, "x") {
				w.Errorf("Release: %s; with Save it names %q", show(d), topics)
			}
			e := w.entry("x", "article 1")
			if e.Updated.Before(saved) || e.Updated.After(w.now) || e.Item.Revision != 2 {
				w.Errorf("updated is %v, want the time of the save, %v; revision %d", e.Updated, saved, e.Item.Revision)
			}
			w.standing("x", []storage.Entry{old})
		}},
		{"what is saved gives and takes no entry before Release", func(w *world) {
			old := w.oneEntry()
			w.wait(time.Hour)
			w.poll("a", tagged(write(article("a", 1), "article 1", 2), "x"), tagged(article("a", 2), "x"))
			if e := w.entries("x"); len(e) != 1 || e[0].Number != old.Number {
				w.Errorf("the entries before Release are %s, was %s", show(e), show(old))
			}
			w.wait(time.Hour)
			w.poll("b", tagged(article("b", 1), "x"))
			w.poll("a", article("a", 1)) // has left x
			if e := w.entries("x"); len(e) != 1 || e[0].Number != old.Number {
				w.Errorf("the entry was withdrawn before Release: %s", show(e))
			}
		}},
		{"cosmetic changes do not move updated", func(w *world) {
			old := w.oneEntry()
			for _, title := range []string{" article 1", "Article 1", "article\u00a01"} {
				w.wait(time.Hour)
				item := tagged(article("a", 1), "x")
				item.Title.Value, item.Updated = title, w.now
				w.poll("a", printed(item))
				w.release()
				if e := w.entries("x")[0]; !e.Updated.Equal(old.Updated) {
					w.Errorf("title %q: updated went from %v to %v", title, old.Updated, e.Updated)
				}
			}
		}},
		{"other changes are shown, and do not move updated", func(w *world) {
			old := w.oneEntry()
			w.wait(time.Hour)
			item := tagged(article("a", 1), "x", "another category")
			item.Enclosures = []storage.Enclosure{{URL: "https://a.example/e.mp3"}}
			topics := append(w.poll("a", item).Topics, w.release().Topics...)
			e := w.entry("x", "article 1")
			if len(e.Item.Enclosures) != 1 || len(e.Item.Categories) != 2 || !slices.Contains(topics, "x") {
				w.Errorf("the entry's item: %s; Save and Release name %q", show(e.Item), topics)
			}
			if !e.Updated.Equal(old.Updated) {
				w.Errorf("updated went from %v to %v", old.Updated, e.Updated)
			}
		}},
		{"updated never decreases", func(w *world) {
			updated := w.oneEntry().Updated
			for i, date := range []time.Duration{0, 99 * week, -99 * week, time.Hour, 0} {
				w.wait(time.Hour)
				item := tagged(write(article("a", 1), "article 1", i+2), "x")
				item.Updated, item.Published = w.now.Add(date), w.now.Add(date)
				w.poll("a", printed(item))
				w.release()
				e := w.entry("x", "article 1")
				if !e.Updated.After(updated) {
					w.Errorf("change %d: updated went from %v to %v", i+1, updated, e.Updated)
				}
				updated = e.Updated
			}
		}},
		{"another pick with other words moves updated", func(w *world) {
			w.feeds[1].Prefer = 10
			w.enrol()
			old := w.oneEntry()
			w.wait(time.Hour)
			w.poll("b", tagged(write(article("b", 1), "article 1", 2), "x"))
			w.release()
			if e := w.entry("x", "article 1"); e.Item.Feed != "b" || !e.Updated.After(old.Updated) {
				w.Errorf("updated went from %v to %v with feed %s's telling", old.Updated, e.Updated, e.Item.Feed)
			}
		}},
		{"another pick with the same words does not", func(w *world) {
			w.feeds[1].Prefer = 10
			w.enrol()
			old := w.oneEntry()
			w.wait(time.Hour)
			w.poll("b", tagged(article("b", 1), "x"))
			w.release()
			if e := w.entry("x", "article 1"); e.Item.Feed != "b" || !e.Updated.Equal(old.Updated) {
				w.Errorf("updated went from %v to %v with feed %s's telling", old.Updated, e.Updated, e.Item.Feed)
			}
		}},
		{"a change before the release is no update", func(w *world) {
			w.begin()
			w.poll("a", tagged(dated(article("a", 1), w.now), "x"))
			w.wait(time.Hour)
			w.poll("a", tagged(dated(write(article("a", 1), "article 1", 2), w.now.Add(-time.Hour)), "x"))
			d := w.release()
			if e := w.entry("x", "article 1"); d.Released != 1 || e.Item.Content.Value != "<p>article 1, version 2</p>" {
				w.Errorf("the entry: %s", show(e))
			}
		}},
	}
}

// oneEntry makes x hold the story of article 1 of feed a, and gives the entry.
func (w *world) oneEntry() storage.Entry {
	w.Helper()
	w.begin()
	w.poll("a", tagged(article("a", 1), "x"))
	w.release()
	return w.entry("x", "article 1")
}
