package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"sluice/storage"
)

func revisionTests() []test {
	return []test{
		{"a real change keeps the text of before", func(w *world) {
			w.oneEntry()
			brought := w.now
			w.wait(time.Hour)
			w.poll("a", tagged(write(article("a", 1), "article 1", 2), "x"))
			replaced := w.now
			w.wait(time.Hour)
			w.poll("a", tagged(write(article("a", 1), "article one", 2), "x"))
			same(w, "revisions", w.revisions(), []storage.Revision{
				{Number: 1, From: brought, Until: replaced, Title: storage.Text{Value: "article 1"}, Content: storage.Text{Value: "<p>article 1, version 1</p>", HTML: true}},
				{Number: 2, From: replaced, Until: w.now, Title: storage.Text{Value: "article 1"}, Content: storage.Text{Value: "<p>article 1, version 2</p>", HTML: true}},
			})
			w.reopen()
			if len(w.revisions()) != 2 {
				w.Errorf("they are not kept over a restart")
			}
		}},
		{"whitespace, typography, counters and what is around the text keep none and change none", func(w *world) {
			item := func(text string) storage.Item {
				i := tagged(article("a", 1), "x")
				i.Title.Value = "It's \"done\" - article 1"
				i.Content.Value = text
				return printed(i)
			}
			w.begin()
			w.poll("a", item(`<p>It's "done", she said - twice. <a href="https://a.example/?q=1">More</a></p><p>3 comments</p>`))
			w.release()
			old := w.entry("x", "It's \"done\" - article 1")
			for _, text := range []string{
				`<p>It's  "done", she said - twice.   <a href="https://a.example/?q=1">More</a></p>` + "\n\n<p>3 comments</p>",
				"<p>It\u2019s \u201cdone\u201d, she said \u2013 twice. <a href=\"https://a.example/?q=1\">More</a></p><p>3 comments</p>",
				`<p>It's "done", she said - twice. <a href="https://a.example/?q=1">More</a></p><p>14 comments</p>`,
				`<div><p>It's "done", she said - twice. <a href="https://a.example/?q=1&amp;utm_source=x">More</a></p></div><p>3 comments</p><img src="https://track.example/p.gif">`,
			} {
				w.wait(time.Hour)
				if d := w.poll("a", item(text)); d.Changed != 0 || d.Same != 1 || d.Pending || len(d.Topics) != 0 {
					w.Errorf("%s: %s", text, show(d))
				}
				w.release()
				e := w.entry("x", "It's \"done\" - article 1")
				if !e.Updated.Equal(old.Updated) || e.Item.Content != old.Item.Content || len(w.revisions()) != 0 {
					w.Errorf("%s: the entry is %s", text, show(e))
				}
			}
		}},
		{"other figures under the same guid are a correction", func(w *world) {
			w.begin()
			w.poll("a", tagged(quake("a", 1, 12), "x"))
			w.release()
			old := w.entries("x")[0]
			w.wait(time.Hour)
			if d := w.poll("a", tagged(quake("a", 1, 14), "x")); d.Changed != 1 || d.New != 0 {
				w.Errorf("Save: %s", show(d))
			}
			w.release()
			e := w.entries("x")
			if len(e) != 1 || e[0].ID != old.ID || !e[0].Updated.After(old.Updated) || e[0].Item.Content == old.Item.Content {
				w.Errorf("entries: %s", show(e))
			}
			if len(w.revisions()) != 1 {
				w.Errorf("revisions: %s", show(w.revisions()))
			}
		}},
		{"other figures under another guid are another story", func(w *world) {
			w.begin()
			w.poll("a", tagged(quake("a", 1, 12), "x"))
			w.release()
			w.wait(time.Hour)
			w.poll("a", tagged(quake("a", 2, 14), "x"))
			w.poll("b", tagged(quake("b", 3, 19), "x"))
			w.release()
			if e := w.entries("x"); len(e) != 3 {
				w.Errorf("entries: %s", show(e))
			}
		}},
		{"they are bounded in number and bytes, the oldest go", func(w *world) {
			w.begin()
			for v := range storage.MaxRevisions + 5 {
				w.wait(time.Hour)
				w.poll("a", write(article("a", 1), "article 1", v+1))
			}
			list := w.revisions()
			if len(list) != storage.MaxRevisions || list[0].Number != 5 || list[len(list)-1].Number != storage.MaxRevisions+4 {
				w.Errorf("%d are kept, from %d on", len(list), list[0].Number)
			}
			for v := range 3 {
				w.wait(time.Hour)
				w.poll("a", noise(article("a", 1), v, storage.MaxRevisionBytes))
			}
			if list := w.revisions(); len(list) > 1 {
				w.Errorf("%d are kept, of %d bytes each", len(list), len(list[0].Content.Value))
			}
		}},
		{"they go when the item is forgotten", func(w *world) {
			w.oneEntry()
			w.wait(time.Hour)
			w.poll("a", tagged(write(article("a", 1), "article 1", 2), "x"))
			w.release()
			id := w.item("a", "a-1").ID
			w.wait(1000 * time.Hour)
			w.poll("a", taggedAll(articles("a", 2, 4), "x")...)
			w.release()
			w.wait(1000 * time.Hour)
			w.prune(w.now, w.heads(1), 10)
			if list, err := w.store.Revisions(w.ctx, id); err != nil || len(list) != 0 {
				w.Errorf("revisions of a forgotten item: %s, %v", show(list), err)
			}
		}},
		{"of an unknown item they are ErrNotFound", func(w *world) {
			if _, err := w.store.Revisions(w.ctx, storage.ID{1}); !errors.Is(err, storage.ErrNotFound) {
				w.Errorf("Revisions: %v, want ErrNotFound", err)
			}
		}},
	}
}

// revisions gives those of article 1 of feed a.
func (w *world) revisions() []storage.Revision {
	w.Helper()
	list, err := w.store.Revisions(w.ctx, w.item("a", "a-1").ID)
	if err != nil {
		w.Fatalf("Revisions: %v", err)
	}
	if !slices.IsSortedFunc(list, func(a, b storage.Revision) int { return int(a.Number) - int(b.Number) }) {
		w.Errorf("revisions are out of order: %s", show(list))
	}
	return list
}

// quake is a report of so many hurt, under one link in all feeds.
func quake(feed string, n, hurt int) storage.Item {
	item := article(feed, n)
	item.URL = "https://news.example/quake"
	item.Title = storage.Text{Value: fmt.Sprintf("Quake hurts %d in the hills of Orr", hurt)}
	item.Content = storage.Text{Value: fmt.Sprintf("A quake of magnitude 5 shook the hills of Orr on Monday night and hurt %d people, the rescue service said in the morning.", hurt)}
	return printed(item)
}

// noise gives the item a text that hardly compresses.
func noise(item storage.Item, seed, size int) storage.Item {
	text := make([]byte, 0, size+64)
	for i := 0; len(text) < size; i++ {
		text = append(text, key("noise", fmt.Sprint(seed, i)).String()...)
		text = append(text, ' ')
	}
	item.Content = storage.Text{Value: string(text)}
	return printed(item)
}
