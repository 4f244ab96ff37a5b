package storagetest

import (
	"errors"
	"slices"
	"strings"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// wanted marks items whose pages are to be fetched.
func wanted(items ...storage.Item) []storage.Item {
	for i := range items {
		items[i].Page.Wanted = true
	}
	return items
}

// pagesDue claims the pages of the feeds, all if none is named.
func (w *world) pagesDue(feeds ...string) []storage.ClaimedPage {
	w.Helper()
	pages, err := w.store.ClaimPages(w.ctx, storage.PageClaim{Feeds: feeds, Now: w.now, Lease: time.Minute, Limit: 100})
	if err != nil {
		w.Fatalf("ClaimPages: %v", err)
	}
	return pages
}

// onePage claims the one page that is due.
func (w *world) onePage() storage.ClaimedPage {
	w.Helper()
	pages := w.pagesDue()
	if len(pages) != 1 {
		w.Fatalf("%d pages are due, want 1", len(pages))
	}
	return pages[0]
}

// extracted is the outcome of a page that gave a text.
func (w *world) extracted(p storage.ClaimedPage, text string) storage.PageOutcome {
	return storage.PageOutcome{
		Item: p.Item.ID, Token: p.Token, Status: 200, Set: w.set(), Now: w.now,
		Extract: &storage.Extract{Content: "<p>" + text + "</p>", Authors: []storage.Person{{Name: "P. Age"}}, Image: "https://news.example/i.jpg"},
		Routing: w.classify(&p.Item),
	}
}

// failed is the outcome of one that did not.
func (w *world) failed(p storage.ClaimedPage, next time.Duration) storage.PageOutcome {
	o := storage.PageOutcome{Item: p.Item.ID, Token: p.Token, Status: 503, Error: "the server answered 503", Now: w.now}
	if next > 0 {
		o.Next = w.now.Add(next)
	}
	return o
}

func (w *world) savePage(o storage.PageOutcome) storage.Delta {
	w.Helper()
	d, err := w.store.SavePage(w.ctx, o)
	if err != nil {
		w.Fatalf("SavePage: %v", err)
	}
	return d
}

func pageTests() []test {
	return []test{
		{"an item is held back until its page came", func(w *world) {
			w.begin()
			w.poll("a", wanted(tagged(article("a", 1), "x"))...)
			w.poll("b", tagged(article("b", 2), "x"))
			if d := w.release(); d.Released != 1 || w.titles("x") != "article 2" {
				w.Errorf("Release published %q: %s", w.titles("x"), show(d))
			}
			if p := w.item("a", "a-1").Page; !p.Wanted || !p.Awaited || p.Tries != 0 {
				w.Errorf("page %s", show(p))
			}
			if d := w.savePage(w.extracted(w.onePage(), "the whole article")); !d.Pending {
				w.Errorf("SavePage: %s", show(d))
			}
			if d := w.release(); d.Released != 1 || len(w.entries("x")) != 2 {
				w.Errorf("Release after the page: %s", show(d))
			}
			item := w.item("a", "a-1")
			if item.Page.Awaited || item.Page.Error != "" || item.Extract == nil || item.Extract.Content != "<p>the whole article</p>" {
				w.Errorf("item %s", show(item))
			}
			if item.Content != article("a", 1).Content || item.Authors[0].Name != "A. Writer" || item.Image != "https://news.example/i.jpg" {
				w.Errorf("what the feed said, and what it did not: %s", show(item))
			}
			if want := story.Print(&item).Text; item.Print.Text != want {
				w.Errorf("the print is %s, want that of the page's text %s", item.Print.Text, want)
			}
			if len(w.pagesDue()) > 0 {
				w.Errorf("a page is due that has been fetched")
			}
		}},
		{"an item is held back until its page failed, and the page is due again", func(w *world) {
			w.begin()
			w.poll("a", wanted(tagged(article("a", 1), "x"))...)
			if d := w.savePage(w.failed(w.onePage(), time.Hour)); !d.Pending {
				w.Errorf("SavePage: %s", show(d))
			}
			if d := w.release(); d.Released != 1 {
				w.Errorf("Release: %s", show(d))
			}
			before := w.entry("x", "article 1")
			if p := w.item("a", "a-1").Page; p.Awaited || p.Tries != 1 || p.Error == "" || p.Status != 503 || !p.Next.Equal(w.now.Add(time.Hour)) || !p.Tried.Equal(w.now) {
				w.Errorf("page %s", show(p))
			}
			if len(w.pagesDue()) > 0 {
				w.Errorf("the page is due before its time")
			}
			w.wait(30 * time.Minute)
			w.poll("a")
			w.poll("b")
			w.poll("c")
			if next, err := w.store.NextPoll(w.ctx); err != nil || !next.Equal(w.now.Add(30*time.Minute)) {
				w.Errorf("NextPoll is %v (%v), want the page's time", next, err)
			}
			w.reopen()
			w.wait(30 * time.Minute)
			p := w.onePage()
			if p.Item.Page.Tries != 1 {
				w.Errorf("page %s", show(p.Item.Page))
			}
			o := w.extracted(p, "the whole article")
			o.Extract.Published = w.now.Add(-time.Hour)
			w.savePage(o)
			w.release()
			after := w.entry("x", "article 1")
			if after.ID != before.ID || !after.Published.Equal(before.Published) || after.Place != before.Place || !after.Updated.Equal(before.Updated) {
				w.Errorf("the page changed the entry from %s to %s", show(before), show(after))
			}
		}},
		{"a page that comes late updates the entry where its text may be published", func(w *world) {
			long := strings.Repeat("What the page says, at length. ", 100)
			w.feeds[1].Content, w.feeds[2].Content = "full", "full"
			w.enrol()
			w.begin()
			for i, feed := range []string{"a", "b", "c"} {
				w.poll(feed, wanted(tagged(article(feed, i), "x"))...)
			}
			for _, p := range w.pagesDue() {
				w.savePage(w.failed(p, time.Hour))
			}
			w.release()
			before := make(map[string]storage.Entry)
			for _, e := range w.entries("x") {
				before[e.Item.Feed] = e
			}
			w.wait(time.Hour)
			for _, p := range w.pagesDue() {
				o := w.extracted(p, long)
				if p.Item.Feed == "c" {
					o.Extract.Content = "<p>Cookies?</p>"
				}
				if d := w.savePage(o); !slices.Equal(d.Topics, []string{"x"}) {
					w.Errorf("SavePage of feed %s: %s", p.Item.Feed, show(d))
				}
			}
			for _, e := range w.entries("x") {
				if moved := e.Updated.After(before[e.Item.Feed].Updated); moved != (e.Item.Feed == "b") || moved && !e.Updated.Equal(w.now) {
					w.Errorf("feed %s: updated was %v and is %v", e.Item.Feed, before[e.Item.Feed].Updated, e.Updated)
				}
			}
			if d := w.release(); d.Released+d.Withdrawn > 0 {
				w.Errorf("Release: %s", show(d))
			}
		}},
		{"a page that is given up is never due", func(w *world) {
			w.poll("a", wanted(article("a", 1))...)
			w.savePage(w.failed(w.onePage(), 0))
			w.wait(1000 * time.Hour)
			if len(w.pagesDue()) > 0 {
				w.Errorf("it is due")
			}
		}},
		{"only new items wait, and only where it is asked for", func(w *world) {
			w.begin()
			w.poll("a", article("a", 1))
			w.poll("a", wanted(article("a", 1), article("a", 2))...)
			if p := w.onePage(); p.Item.GUID != "a-2" {
				w.Errorf("the page of %s is due", p.Item.GUID)
			}
		}},
		{"claims are leases", func(w *world) {
			w.poll("a", wanted(article("a", 1))...)
			w.poll("b", wanted(article("b", 2))...)
			if len(w.pagesDue("c")) > 0 || len(w.pagesDue("nobody")) > 0 {
				w.Errorf("pages of other feeds were claimed")
			}
			first := w.pagesDue("a")
			if len(first) != 1 || len(w.pagesDue()) != 1 || len(w.pagesDue()) != 0 {
				w.Fatalf("claims overlap")
			}
			w.wait(2 * time.Minute)
			second := w.pagesDue("a")
			if len(second) != 1 || second[0].Token <= first[0].Token {
				w.Fatalf("a lease that ran out: %s", show(second))
			}
			if _, err := w.store.SavePage(w.ctx, w.extracted(first[0], "late")); !errors.Is(err, storage.ErrLease) {
				w.Errorf("SavePage with an old token: %v, want ErrLease", err)
			}
			w.savePage(w.extracted(second[0], "in time"))
			if _, err := w.store.SavePage(w.ctx, w.extracted(second[0], "twice")); !errors.Is(err, storage.ErrLease) {
				w.Errorf("a second SavePage: %v, want ErrLease", err)
			}
			w.wait(2 * time.Minute)
			w.pagesDue()
			w.reopen()
			if len(w.pagesDue()) != 1 {
				w.Errorf("the lease of an earlier owner holds")
			}
		}},
		{"a verdict by another set is stale", func(w *world) {
			w.poll("a", wanted(article("a", 1))...)
			o := w.extracted(w.onePage(), "text")
			o.Set = storage.ID(hash("another"))
			if _, err := w.store.SavePage(w.ctx, o); !errors.Is(err, storage.ErrStale) {
				w.Errorf("SavePage: %v, want ErrStale", err)
			}
			o.Set = w.set()
			w.savePage(o)
		}},
		{"the page's verdict stands, also after later polls", func(w *world) {
			w.begin()
			plain := article("a", 1)
			w.poll("a", wanted(plain)...)
			p := w.onePage()
			o := w.extracted(p, "about x")
			o.Routing = storage.Routing{Topics: []string{"x"}}
			w.savePage(o)
			w.release()
			if w.titles("x") != "article 1" {
				w.Fatalf("topic x has %q", w.titles("x"))
			}
			w.wait(time.Hour)
			if d := w.poll("a", plain); d.Same != 1 || d.Changed != 0 || d.Pending {
				w.Errorf("the same document again: %s", show(d))
			}
			found, err := w.store.Extracts(w.ctx, "a", []storage.Key{plain.Identity.Key, key("other")})
			if err != nil || len(found) != 1 || found[plain.Identity.Key].Content != "<p>about x</p>" {
				w.Fatalf("Extracts: %s, %v", show(found), err)
			}
			poll := w.polled(w.claim("a"), write(plain, "article 1", 2))
			poll.Items[0].Extract = found[plain.Identity.Key]
			poll.Items[0].Routing = storage.Routing{Topics: []string{"x", "y"}}
			if d := w.save(poll); d.Changed != 1 {
				w.Errorf("a correction in the feed: %s", show(d))
			}
			w.release()
			item := w.item("a", "a-1")
			if !strings.Contains(item.Content.Value, "version 2") || item.Print.Text != story.Print(&item).Text || item.Extract == nil {
				w.Errorf("item %s", show(item))
			}
			if e := w.entry("y", "article 1"); !e.Updated.Equal(w.now) {
				w.Errorf("entry %s", show(e))
			}
			if d := w.poll("a", write(plain, "article 1", 2)); d.Same != 1 || d.Pending {
				w.Errorf("the correction again: %s", show(d))
			}
			if _, err := w.store.Extracts(w.ctx, "nobody", nil); !errors.Is(err, storage.ErrNotFound) {
				w.Errorf("Extracts of an unknown feed: %v, want ErrNotFound", err)
			}
		}},
		{"the page's date counts where the feed gave none", func(w *world) {
			w.begin()
			w.poll("a", wanted(tagged(article("a", 1), "x"), tagged(dated(article("a", 2), w.now.Add(-time.Hour)), "x"))...)
			old := w.now.Add(-1000 * time.Hour)
			for _, p := range w.pagesDue() {
				o := w.extracted(p, "text of "+p.Item.GUID)
				o.Extract.Published = old
				w.savePage(o)
			}
			w.release()
			if e := w.entry("x", "article 1"); !e.Published.Equal(old) || !e.Place.Time.Equal(old) {
				w.Errorf("entry %s", show(e))
			}
			if e := w.entry("x", "article 2"); !e.Published.Equal(w.now.Add(-time.Hour)) {
				w.Errorf("entry %s", show(e))
			}
		}},
		{"tellings are joined by the text of their pages", func(w *world) {
			w.begin()
			one, two := essay(article("a", 1), "one"), essay(article("b", 1), "two")
			two.Title = one.Title
			two = printed(two)
			w.poll("a", wanted(one)...)
			w.poll("b", two)
			w.savePage(w.extracted(w.onePage(), two.Content.Value))
			w.release()
			if s := w.storyOf("a", 1); len(s.Tellings) != 2 {
				w.Errorf("story %s", show(s))
			}
		}},
		{"what is forgotten has no page", func(w *world) {
			w.begin()
			w.poll("a", wanted(article("a", 1), article("a", 2))...)
			pages := w.pagesDue()
			w.savePage(w.extracted(pages[0], "text"))
			w.savePage(w.failed(pages[1], time.Hour))
			w.release()
			w.wait(2 * time.Hour)
			again := w.onePage()
			if n := w.prune(w.now.Add(-time.Hour), nil, 100); n != 2 {
				w.Errorf("Prune forgot %d items, want 2", n)
			}
			if _, err := w.store.SavePage(w.ctx, w.extracted(again, "late")); !errors.Is(err, storage.ErrNotFound) {
				w.Errorf("SavePage: %v, want ErrNotFound", err)
			}
			w.wait(time.Hour)
			if len(w.pagesDue()) > 0 {
				w.Errorf("a page is due")
			}
		}},
		{"a host's wish is passed on and saved", func(w *world) {
			w.poll("a", wanted(article("a", 1), article("a", 2))...)
			pages := w.pagesDue()
			until := w.now.Add(3 * time.Hour)
			o := w.failed(pages[0], 3*time.Hour)
			o.Host = storage.HostState{Name: "news.example", Until: until}
			w.savePage(o)
			w.wait(2 * time.Minute)
			if p := w.onePage(); !p.HostUntil.Equal(until) {
				w.Errorf("HostUntil is %v, want %v", p.HostUntil, until)
			}
		}},
	}
}
