package daemon

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"sluice/cmd/internal/control"
	"sluice/storage"
)

// manyItems is a document of items that are told by number: guid, link and
// date are formats for it.
func manyItems(from, to int, guid, link string, date func(n int) string) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>The Orr Wire</title><link>https://orr.example/</link>`)
	for n := from; n < to; n++ {
		fmt.Fprintf(&b, "<item><guid isPermaLink=\"false\">%s</guid><title>Notice %d from the town of Orr</title><link>%s</link>%s"+
			"<description>Councillor number%d told the clerk%d of the harbour%d that the quay%d is closed.</description></item>",
			fmt.Sprintf(guid, n), n, fmt.Sprintf(link, n), date(n), n, n, n, n)
	}
	b.WriteString(`</channel></rss>`)
	return b.String()
}

func dayOf(year int) func(n int) string {
	return func(n int) string {
		return "<pubDate>" + time.Date(year, 3, 1, 12, n, 0, 0, time.UTC).Format(time.RFC1123Z) + "</pubDate>"
	}
}

// Old items under new dates, ids or links are published once, and status says
// what happened where they could not be known by their ids.
func TestFloodsOfOldItems(t *testing.T) {
	now := time.Now().Year()
	for name, c := range map[string]struct {
		guid, link string
		date       func(n int) string
		flood      bool
	}{
		"other dates":                {"orr-%d", "https://orr.example/news/%d", dayOf(now - 1), false},
		"dates to come":              {"orr-%d", "https://orr.example/news/%d", dayOf(2099), false},
		"other ids":                  {"https://orr.example/?p=%d", "https://orr.example/news/%d", dayOf(2023), true},
		"other links":                {"orr-%d", "https://www.orr.example/archive/%d.html", dayOf(2023), false},
		"other ids, links and dates": {"https://orr.example/?p=%d", "https://new.example/?p=%d", dayOf(2099), true},
		"other ids, and no dates":    {"https://orr.example/?p=%d", "https://orr.example/news/%d", func(int) string { return "" }, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.config("feeds:\n  - {url: \"${UP}/a.xml\", name: a}\ntopics:\n  - {name: all, match: '*'}\n")
			w.page("/a.xml", manyItems(0, 12, "orr-%d", "https://orr.example/news/%d", dayOf(2023)))
			out, all := t.TempDir(), control.FetchRequest{All: true}
			w.once(all, out)
			before := w.topic(out, "all")
			w.page("/a.xml", manyItems(0, 12, c.guid, c.link, c.date))
			if d := w.once(all, out); d.New+d.Released+d.Withdrawn > 0 {
				t.Errorf("the second fetch: %+v", d)
			}
			after := w.topic(out, "all")
			if len(before.Items) != 12 || len(after.Items) != 12 {
				t.Fatalf("%d entries, then %d", len(before.Items), len(after.Items))
			}
			for i, e := range before.Items {
				if o := after.Items[i]; o.ID != e.ID || o.Published != e.Published || o.Modified != e.Modified {
					t.Errorf("entry %d: %+v, was %+v", i, o, e)
				}
			}
			if f := w.feedState("a"); (f.Flooded == 12) != c.flood {
				t.Errorf("%d items of a flood", f.Flooded)
			}
		})
	}
}

// A document that grows by many items without a date, or with one that is to
// come, leaves the head as it is.
func TestFloodWithoutDates(t *testing.T) {
	for name, date := range map[string]func(int) string{"no dates": func(int) string { return "" }, "dates to come": dayOf(2099)} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.config("feeds:\n  - {url: \"${UP}/a.xml\", name: a}\n  - {url: \"${UP}/b.xml\", name: b}\ntopics:\n  - {name: all, match: '*', limit: 12}\n")
			recent := func(n int) string {
				return "<pubDate>" + time.Now().Add(-time.Duration(n)*time.Minute).Format(time.RFC1123Z) + "</pubDate>"
			}
			w.page("/a.xml", manyItems(0, 12, "orr-%d", "https://orr.example/news/%d", recent))
			w.page("/b.xml", manyItems(500, 503, "vale-%d", "https://vale.example/%d", dayOf(2023)))
			out, all := t.TempDir(), control.FetchRequest{All: true}
			w.once(all, out)
			before := w.topic(out, "all")
			w.page("/b.xml", manyItems(500, 560, "vale-%d", "https://vale.example/%d", date))
			if d := w.once(all, out); d.New != 57 || d.Released != 57 {
				t.Errorf("the second fetch: %+v", d)
			}
			after := w.topic(out, "all")
			if len(before.Items) != 12 || len(after.Items) != 12 {
				t.Fatalf("%d entries, then %d", len(before.Items), len(after.Items))
			}
			for i, e := range before.Items {
				if after.Items[i].ID != e.ID {
					t.Errorf("entry %d: %+v, was %+v", i, after.Items[i], e)
				}
			}
		})
	}
}

func (w *world) feedState(name string) (found storage.FeedState) {
	w.Helper()
	w.own(func(ctx context.Context, s *System) error {
		feeds, err := s.store.Feeds(ctx)
		for _, f := range feeds {
			if f.Name == name {
				found = f
			}
		}
		return err
	})
	return found
}
