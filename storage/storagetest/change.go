package storagetest

import (
	"time"

	"sluice/storage"
)

func changeTests() []test {
	return []test{
		{"a real change is stored and counted", func(w *world) {
			w.poll("a", articles("a", 1, 2)...)
			old, seen := w.item("a", "a-1"), w.now
			w.wait(time.Hour)
			edited := write(article("a", 1), "article 1", 2)
			edited.Origin.Title = "renamed"
			w.counts(w.poll("a", edited, article("a", 2)), 0, 1, 1)
			got := w.item("a", "a-1")
			if got.ID != old.ID || got.Revision != 2 || got.Content != edited.Content || got.Print.Text != edited.Print.Text {
				w.Errorf("the changed item: %s", show(got))
			}
			if !got.FirstSeen.Equal(seen) || !got.Changed.Equal(w.now) || got.Origin.Title != "renamed" {
				w.Errorf("FirstSeen %v, Changed %v, Origin %s", got.FirstSeen, got.Changed, show(got.Origin))
			}
		}},
		{"what is published besides the text is stored too", changedFields},
		{"a new origin alone is no change", func(w *world) {
			w.poll("a", article("a", 1))
			old := w.item("a", "a-1").Origin
			w.wait(time.Hour)
			item := article("a", 1)
			item.Origin = storage.Origin{ID: "other", Title: "other", Updated: w.now}
			w.counts(w.poll("a", item), 0, 0, 1)
			same(w, "Origin", w.item("a", "a-1").Origin, old)
		}},
		{"a cosmetic change is no real change", func(w *world) {
			w.poll("a", article("a", 1))
			old := w.item("a", "a-1")
			w.wait(time.Hour)
			item := article("a", 1)
			item.Title.Value, item.Origin.Title = "  Article  1 ", "renamed"
			w.poll("a", printed(item))
			got := w.item("a", "a-1")
			if !got.Changed.Equal(old.Changed) || got.Print.Text != old.Print.Text {
				w.Errorf("Changed moved from %v to %v", old.Changed, got.Changed)
			}
			same(w, "Origin", got.Origin, old.Origin)
		}},
		{"a state alone changes no item", func(w *world) {
			w.poll("a", article("a", 1))
			old := w.item("a", "a-1")
			w.wait(time.Hour)
			p := w.polled(w.claim("a"), article("a", 1))
			p.State.Title, p.State.ETag = "another", "another"
			w.counts(w.save(p), 0, 0, 1)
			same(w, "item", w.item("a", "a-1"), old)
		}},
		{"an item that leaves its document stays", func(w *world) {
			w.poll("a", articles("a", 1, 3)...)
			w.release()
			w.wait(time.Hour)
			w.counts(w.poll("a", article("a", 3)), 0, 0, 1)
			if d := w.release(); d.Withdrawn > 0 || len(w.items()) != 3 {
				w.Errorf("Release: %s, with %d items stored", show(d), len(w.items()))
			}
		}},
		{"back to an earlier text is a change again", func(w *world) {
			w.poll("a", article("a", 1))
			for version := 2; version < 5; version++ {
				w.wait(time.Hour)
				w.counts(w.poll("a", write(article("a", 1), "article 1", version%2)), 0, 1, 0)
			}
			if got := w.item("a", "a-1"); got.Revision != 4 {
				w.Errorf("revision %d after three changes, want 4", got.Revision)
			}
		}},
	}
}

// changedFields changes one published field after another.
func changedFields(w *world) {
	changes := []struct {
		name   string
		change func(*storage.Item)
	}{
		{"Title", func(i *storage.Item) { *i = write(*i, "other words", 1) }},
		{"Summary", func(i *storage.Item) { i.Summary.Value = "new" }},
		{"URL", func(i *storage.Item) { *i = link(*i, "https://news.example/moved") }},
		{"Language", func(i *storage.Item) { i.Language = "de" }},
		{"Authors", func(i *storage.Item) { i.Authors = []storage.Person{{Name: "Other"}} }},
		{"Contributors", func(i *storage.Item) { i.Contributors = []storage.Person{{Name: "Other"}} }},
		{"Categories", func(i *storage.Item) { i.Categories = []storage.Category{{Term: "other"}} }},
		{"Enclosures", func(i *storage.Item) { i.Enclosures = []storage.Enclosure{{URL: "https://a.example/e"}} }},
		{"Links", func(i *storage.Item) { i.Links = []storage.Link{{URL: "https://a.example/l", Rel: "related"}} }},
		{"Image", func(i *storage.Item) { i.Image = "https://a.example/i" }},
		{"Comments", func(i *storage.Item) { i.Comments = "https://a.example/c" }},
		{"Rights", func(i *storage.Item) { i.Rights = "none" }},
		{"Source", func(i *storage.Item) { i.Source = &storage.Source{Title: "elsewhere"} }},
		{"Media", func(i *storage.Item) {
			i.Media = []storage.Media{{
				URL: "https://a.example/m.mp4", Type: "video/mp4", Medium: "video", Language: "de", Length: 1, Width: 2, Height: 3,
				Duration: 4 * time.Second, Default: true, Group: 5, Title: storage.Text{Value: "t"},
				Description: storage.Text{Value: "<p>d</p>", HTML: true}, Thumbnails: []storage.Thumbnail{{URL: "https://a.example/t", Width: 6, Height: 7}},
				Credits: []storage.Credit{{Role: "r", Name: "n"}}, Player: "https://a.example/p", Rights: "c", Rating: "adult", Keywords: []string{"k"},
			}}
		}},
		{"ITunes", func(i *storage.Item) {
			i.ITunes = &storage.ITunes{Title: "t", Subtitle: "s", Image: "https://a.example/i", Duration: time.Minute, Season: 1, Episode: 2, Kind: "full", Explicit: "false", Block: true}
		}},
		{"Podcast", func(i *storage.Item) {
			i.Podcast = &storage.Podcast{
				Season: "s", Episode: "e", ChaptersURL: "https://a.example/c", ChaptersType: "application/json",
				Chapters:    []storage.Chapter{{Start: time.Second, Title: "t", URL: "https://a.example/u", Image: "https://a.example/i"}},
				Transcripts: []storage.Transcript{{URL: "https://a.example/t", Type: "text/vtt", Language: "en", Rel: "captions"}},
				Persons:     []storage.Participant{{Name: "n", Role: "host", Group: "cast", Image: "https://a.example/i", URL: "https://a.example/u"}},
				Soundbites:  []storage.Soundbite{{Start: time.Second, Duration: 2 * time.Second, Title: "t"}},
				Location:    "here", LocationGeo: "geo:1,2", License: "cc", LicenseURL: "https://a.example/l",
			}
		}},
		{"Thread", func(i *storage.Item) {
			i.Thread = &storage.Thread{Feed: "https://a.example/f", InReplyTo: []storage.Reply{{ID: "i", URL: "https://a.example/u", Type: "text/html", Source: "https://a.example/s"}}}
		}},
		{"Geo", func(i *storage.Item) {
			i.Geo = &storage.Geo{Shape: "point", Coordinates: []float64{1.5, -2}, Elevation: 3, Name: "n"}
		}},
	}
	item := article("a", 1)
	w.poll("a", item)
	for i, c := range changes {
		w.wait(time.Hour)
		c.change(&item)
		if d := w.poll("a", item); d.Changed != 1 {
			w.Errorf("%s: %s", c.name, show(d))
		}
		got := w.item("a", "a-1")
		if got.Revision != uint32(i+2) {
			w.Errorf("%s: revision %d, want %d", c.name, got.Revision, i+2)
		}
		same(w, c.name, told(got), told(item))
		w.counts(w.poll("a", item), 0, 0, 1)
	}
}

// told reduces an item to what its feed said and is published.
func told(item storage.Item) storage.Item {
	return storage.Item{
		Title: item.Title, Summary: item.Summary, Content: item.Content, URL: item.URL, Language: item.Language,
		Authors: item.Authors, Contributors: item.Contributors, Categories: item.Categories,
		Enclosures: item.Enclosures, Links: item.Links, Image: item.Image, Comments: item.Comments,
		Rights: item.Rights, Source: item.Source, Media: item.Media, ITunes: item.ITunes, Podcast: item.Podcast,
		Thread: item.Thread, Geo: item.Geo,
	}
}
