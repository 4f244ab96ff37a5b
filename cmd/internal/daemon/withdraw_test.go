package daemon

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sluice/cmd/internal/control"
)

// manyItems gives feed a 40 items, of which half are of the north.
func (w *world) manyItems() {
	var titles []string
	for i := range 40 {
		titles = append(titles, fmt.Sprintf("%s-%d", []string{"north", "south"}[i%2], i))
	}
	w.page("/a.xml", rss("a", titles...))
}

const northOf = "feeds:\n  - {url: \"${UP}/a.xml\", name: a}\ntopics:\n  - {name: all, match: '%s', limit: 30}\n"

func TestAReloadThatWithdrawsMuchWantsAYes(t *testing.T) {
	w := newWorld(t)
	w.manyItems()
	w.config(fmt.Sprintf(northOf, "*"))
	d, _ := w.start()
	fetchAll(t, d)
	live := func() int {
		t.Helper()
		topics, err := d.store.Topics(t.Context())
		if err != nil || len(topics) != 1 {
			t.Fatal(topics, err)
		}
		return topics[0].Live
	}

	w.config(fmt.Sprintf(northOf, "north-2 OR north-4"))
	_, err := d.Reload(t.Context(), false)
	var refused *WithdrawalError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "topic all: adds 0, removes 38 of 40, 30 of the 30 in its head") ||
		!strings.Contains(err.Error(), "reload --yes") {
		t.Fatalf("a reload that withdraws nearly all: %v", err)
	}
	if s := d.Status(); s.ReloadFailed.IsZero() || !strings.Contains(s.ReloadError, "withdraw") {
		t.Errorf("the status does not tell: %+v", s)
	}
	if got := d.Generation().Config.Topics[0].Match[0]; got != "*" || live() != 40 {
		t.Errorf("%q is in force, %d entries stand", got, live())
	}

	// As many as are allowed go without a word: 20.
	w.config(fmt.Sprintf(northOf, "north"))
	if _, err := d.Reload(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	settle := func() {
		t.Helper()
		if err := d.Route(t.Context(), time.Now); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Publish(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	settle()
	if live() != 20 {
		t.Errorf("%d entries stand, want 20", live())
	}

	w.config(fmt.Sprintf(northOf, "*"))
	if _, err := d.Reload(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	settle()
	w.config(fmt.Sprintf(northOf, "north-2 OR north-4"))
	if _, err := d.Reload(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	settle()
	if live() != 2 {
		t.Errorf("%d entries stand, want 2", live())
	}
}

// What is withdrawn beyond the head alone wants no yes; a re-route that was
// broken off was accepted before.
func TestCheckWithdrawals(t *testing.T) {
	w := newWorld(t)
	w.manyItems()
	w.config(fmt.Sprintf(northOf, "*"))
	check := func(s *System) error {
		g, err := w.load()
		if err != nil {
			t.Fatal(err)
		}
		return CheckWithdrawals(t.Context(), g, s.store)
	}
	w.own(func(ctx context.Context, s *System) error {
		if _, err := s.Fetch(ctx, control.FetchRequest{All: true}, time.Time{}, nil); err != nil {
			return err
		}
		var late []string // the head shows 30 of the 40
		for i := 39; i >= 21; i-- {
			late = append(late, fmt.Sprintf("%s-%d", []string{"north", "south"}[i%2], i))
		}
		w.config(fmt.Sprintf(northOf, strings.Join(late, " OR ")))
		if err := check(s); err == nil {
			t.Error("21 of 40 go, 11 of the 30 in the head, and nobody asks")
		}
		w.config(fmt.Sprintf(strings.Replace(northOf, "limit: 30", "limit: 19", 1), strings.Join(late, " OR ")))
		if err := check(s); err != nil {
			t.Errorf("21 of 40 go, none of the head: %v", err)
		}
		w.config(fmt.Sprintf(northOf, "north-2"))
		if err := check(s); err == nil {
			t.Error("39 of 40 go, and nobody asks")
		}
		g, err := w.load()
		if err != nil {
			return err
		}
		if _, err := s.Apply(ctx, g, time.Now()); err != nil {
			return err
		}
		if err := check(s); err != nil {
			t.Errorf("a re-route that is under way is asked about again: %v", err)
		}
		return nil
	})
}

// The head is what the documents show: a feed whose share is capped is most of
// what stands, and little of the head.
func TestTheHeadThatIsGuardedHasTheSharesOfFeeds(t *testing.T) {
	w := newWorld(t)
	w.manyItems()
	w.page("/b.xml", rss("b", "east-1", "east-2"))
	feeds := "feeds:\n  - {url: \"${UP}/a.xml\", name: a}\n  - {url: \"${UP}/b.xml\", name: b}\ntopics:\n  - {name: all, match: '%s', per_feed: 2}\n"
	w.config(fmt.Sprintf(feeds, "*"))
	w.guarded(false)
	w.config(fmt.Sprintf(feeds, "east OR north-0 OR south-1"))
	live, warnings := w.guarded(false)
	if live["all"] != 42 || len(warnings) != 1 || !strings.Contains(warnings[0], "removes 38 of 42, 2 of the 4 in its head") {
		t.Errorf("%v, %q", live, warnings)
	}
}

// What a feed says that it has deleted leaves the documents with a tombstone,
// by the feed's own word alone, and comes back as what it was.
func TestAFeedWithdrawsItsEntries(t *testing.T) {
	w := newWorld(t)
	const feed = `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><title>%s</title><id>urn:%[1]s</id>%s</feed>`
	entry := func(host string, n int) string {
		return fmt.Sprintf(`<entry><id>tag:%s.example,2024:%d</id><title>Story %d of %[1]s</title><link href="https://%[1]s.example/%[2]d"/></entry>`, host, n, n)
	}
	deleted := func(host string, n int) string {
		return fmt.Sprintf(`<at:deleted-entry ref="tag:%s.example,2024:%d" when="2024-01-01T00:00:00Z"/>`, host, n)
	}
	w.page("/a.xml", fmt.Sprintf(feed, "a", entry("a", 1)+entry("a", 2)))
	w.page("/b.xml", fmt.Sprintf(feed, "b", entry("b", 3)))
	w.config("feeds:\n  - {url: \"${UP}/a.xml\", name: a, topics: [all]}\n  - {url: \"${UP}/b.xml\", name: b, topics: [all]}\ntopics:\n  - {name: all}\n")
	d, _ := w.start()
	look := func(want ...string) {
		t.Helper()
		fetchAll(t, d)
		rec := httptest.NewRecorder()
		d.site.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/topics/all.atom", nil))
		doc := rec.Body.String()
		for _, s := range want {
			if absent := strings.TrimPrefix(s, "-"); strings.Contains(doc, absent) != (absent == s) {
				t.Errorf("%q: %s", s, doc)
			}
		}
	}
	look("<id>tag:a.example,2024:1</id>", "<id>tag:b.example,2024:3</id>", "-deleted-entry")
	w.page("/a.xml", fmt.Sprintf(feed, "a", entry("a", 2)+deleted("a", 1)+deleted("b", 3)))
	look("-<id>tag:a.example,2024:1</id>", `<at:deleted-entry ref="tag:a.example,2024:1"`, "<id>tag:b.example,2024:3</id>", "<id>tag:a.example,2024:2</id>")
	w.page("/a.xml", fmt.Sprintf(feed, "a", entry("a", 1)+entry("a", 2)))
	look("<id>tag:a.example,2024:1</id>", "-deleted-entry")
	w.page("/a.xml", fmt.Sprintf(feed, "a", entry("a", 2)))
	look("<id>tag:a.example,2024:1</id>", "-deleted-entry")
}
