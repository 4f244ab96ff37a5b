package daemon

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"sluice/config"
	"sluice/fetcher"
	"sluice/fetcher/guard"
	"sluice/storage"
	"sluice/storage/bolt"
)

// forgetful is a store that remembers no document: all of each is read.
type forgetful struct{ storage.Store }

func (forgetful) Memory(context.Context, string) (storage.Memory, error) {
	return storage.Memory{}, nil
}

// noting is a store that counts the items that it is given.
type noting struct {
	storage.Store
	given int
}

func (n *noting) Save(ctx context.Context, p storage.Poll) (storage.Delta, error) {
	n.given += len(p.Items)
	return n.Store.Save(ctx, p)
}

// TestUnchangedItemsAreStoredAlike polls a feed of items that come, go, change,
// and share guids, links and titles. Two stores are to hold the same of it: one
// of a fetcher that reads what has changed, one of a fetcher that reads all.
func TestUnchangedItemsAreStoredAlike(t *testing.T) {
	w := newWorld(t)
	feed := config.Feed{Name: "made", URL: w.URL + "/feed", Every: time.Minute}
	w.config("topics: [{name: t, match: 'seven OR odd', never: bad}]\nfeeds: [{name: made, url: '" + feed.URL + "'}]\n")
	g, err := w.load()
	if err != nil {
		t.Fatal(err)
	}
	client := guard.New(g.Config.Fetch, "test")
	defer client.Close()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	stores, fetchers := make([]*noting, 2), make([]*fetcher.Fetcher, 2)
	for i := range stores {
		b, err := bolt.Open(filepath.Join(w.dir, fmt.Sprint(i, ".db")), bolt.Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		if _, err := b.Enrol(t.Context(), g.enrolment(), now); err != nil {
			t.Fatal(err)
		}
		stores[i] = &noting{Store: b}
		if i == 1 {
			stores[i].Store = forgetful{b}
		}
		fetchers[i] = fetcher.New(stores[i], client, g.Config.Fetch)
	}
	r := rand.New(rand.NewPCG(1, 2))
	text := func(n int) string {
		return strings.Fields("seven odd bad plain more words of an article and others")[n%11]
	}
	item := func(n, version int) string {
		guid, link, title := fmt.Sprint("g", n), fmt.Sprint("https://made.example/", n), fmt.Sprint("Title ", n)
		switch n % 10 {
		case 1:
			guid = "shared"
		case 3:
			guid, link = "", fmt.Sprint("https://made.example/page#", n)
		case 5:
			guid, link, title = "", "", "Shared title"
		case 7:
			link = "https://made.example/shared"
		}
		return fmt.Sprintf("<item><guid isPermaLink='false'>%s</guid><link>%s</link><title>%s</title><pubDate>Sun, 01 Mar 2026 %02d:00:00 GMT</pubDate><description>%s %s %d</description></item>",
			guid, link, title, 10+n%8, text(n), text(version), version)
	}
	for step := range 60 {
		var doc strings.Builder
		fmt.Fprintf(&doc, "<rss version='2.0'><channel><title>Made</title><lastBuildDate>Sun, 01 Mar 2026 12:%02d:00 GMT</lastBuildDate>", step)
		if step%20 == 10 {
			doc.WriteString("<language>ko</language>")
		}
		for n := 40 + step; n > 30+step; n-- {
			version := 0
			if r.IntN(20) == 0 {
				version = step
			}
			if r.IntN(15) > 0 {
				doc.WriteString(item(n, version))
			}
		}
		doc.WriteString("</channel></rss>")
		w.page("/feed", doc.String())
		now = now.Add(11 * time.Minute)
		for i, f := range fetchers {
			states, err := stores[i].Claim(t.Context(), storage.Claim{Now: now, Lease: time.Minute, Force: true})
			if err != nil || len(states) != 1 {
				t.Fatal(states, err)
			}
			if _, err := f.Poll(t.Context(), feed, states[0], func() fetcher.Classifier { return g.Topics }, now); err != nil {
				t.Fatal(err)
			}
			if _, err := stores[i].Release(t.Context(), now); err != nil {
				t.Fatal(err)
			}
		}
		if quick, whole := stored(t, stores[0]), stored(t, stores[1]); !reflect.DeepEqual(quick, whole) {
			t.Fatalf("after document %d:\n%+v\nwant\n%+v", step, quick, whole)
		}
	}
	if quick, whole := stores[0].given, stores[1].given; quick > whole*2/3 {
		t.Errorf("%d of %d items were read", quick, whole)
	}
}

// stored is all that a store holds.
func stored(t *testing.T, s storage.Store) (all [3]any) {
	t.Helper()
	items, err := s.Scan(t.Context(), storage.ID{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	feeds, err := s.Feeds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	entries, err := s.Entries(t.Context(), "t", storage.Place{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return [3]any{items, feeds, entries}
}
