package daemon

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/cmd/internal/control"
	"sluice/config"
	"sluice/publisher"
	"sluice/storage"
	"sluice/storage/bolt"
	"sluice/storage/story"
)

// An outlet is a feed whose items tests write straight into a store, and the
// site of the one topic that takes those of the category "in".
type outlet struct {
	*testing.T
	store storage.Store
	site  *publisher.Site
	now   time.Time
}

var outletSet = storage.ID(story.Hash("set"))

func newOutlet(t *testing.T) *outlet {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "store.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	o := &outlet{T: t, store: store, site: publisher.New(store), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	_, err = store.Enrol(t.Context(), storage.Enrolment{
		Site: "https://wire.example", Routing: outletSet,
		Feeds:  []storage.FeedSpec{{Name: "a", URL: "https://a.example/feed"}},
		Topics: []storage.TopicSpec{{Name: "x", Routing: outletSet}},
	}, o.now)
	if err != nil {
		t.Fatal(err)
	}
	cfg := &config.Config{
		Site:   config.Site{Title: "Wire", URL: "https://wire.example", Timezone: time.UTC},
		Topics: []config.Topic{{Name: "x", Title: "X", Limit: 50}},
	}
	o.site.Configure(cfg, []config.Feed{{Name: "a", URL: "https://a.example/feed"}})
	return o
}

// item is what the feed says of article n.
func (o *outlet) item(n, version int, in bool) storage.Item {
	item := storage.Item{
		Feed: "a", GUID: fmt.Sprintf("https://a.example/%d", n), URL: fmt.Sprintf("https://a.example/%d", n), Permalink: true,
		Title:     storage.Text{Value: fmt.Sprintf("Article %d", n)},
		Summary:   storage.Text{Value: fmt.Sprintf("Version %d of it.", version)},
		Published: o.now.Add(-time.Hour),
		Identity:  storage.Identity{Kind: storage.ByGUID, Key: storage.Key(story.Hash("guid", fmt.Sprint(n)))},
	}
	if in {
		item.Routing.Topics = []string{"x"}
	}
	item.Print = story.Print(&item)
	return item
}

// publish polls the feed, which gives these items, and publishes.
func (o *outlet) publish(items []storage.Item) {
	o.Helper()
	o.now = o.now.Add(time.Minute)
	claimed, err := o.store.Claim(o.Context(), storage.Claim{Now: o.now, Lease: time.Minute, Force: true})
	if err != nil || len(claimed) != 1 {
		o.Fatalf("claimed %d feeds (%v)", len(claimed), err)
	}
	state := claimed[0]
	state.FirstPoll, state.NextPoll = o.now, o.now
	if _, err = o.store.Save(o.Context(), storage.Poll{State: state, Items: items, Routing: outletSet, Now: o.now}); err != nil {
		o.Fatal(err)
	}
	if _, err = o.store.Release(o.Context(), o.now); err != nil {
		o.Fatal(err)
	}
	if err = o.site.Publish(o.Context(), []string{"x"}, o.now); err != nil {
		o.Fatal(err)
	}
}

// read gives a JSON document's ids and where it leads.
func (o *outlet) read(url string) (ids []string, next string) {
	o.Helper()
	w := httptest.NewRecorder()
	o.site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, strings.TrimPrefix(url, "https://wire.example"), nil))
	var doc struct {
		Next  string `json:"next_url"`
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); w.Code != http.StatusOK || err != nil {
		o.Fatalf("%s: %d (%v)", url, w.Code, err)
	}
	for _, item := range doc.Items {
		ids = append(ids, item.ID)
	}
	return ids, doc.Next
}

// walk reads from the head to the end of the archive, and returns on which
// archive page each entry stood; "" for those that only the head showed.
func (o *outlet) walk(between func(page int)) map[string]string {
	o.Helper()
	const head = "https://wire.example/topics/x.json"
	seen := map[string]string{}
	ids, next := o.read(head)
	for _, id := range ids {
		seen[id] = ""
	}
	for page := 1; next != ""; page++ {
		between(page)
		url := next
		ids, next = o.read(url)
		for _, id := range ids {
			if seen[id] != "" {
				o.Errorf("%s stands in %s and in %s", id, seen[id], url)
			}
			seen[id] = url
		}
	}
	return seen
}

// A walk from the head to the archive's end, while entries arrive, change,
// leave and are gained, misses none that stood all the while, and finds none
// on two pages.
func TestArchiveWalk(t *testing.T) {
	o := newOutlet(t)
	const (
		old    = 10_000 // entries before the walk
		apart  = 200    // stored and in no topic, gained during the walk
		steps  = 20
		come   = 1000 / steps
		edited = 100 / steps
		leave  = 50 / steps
		gained = apart / steps
	)
	standing := map[string]bool{}
	for first := 0; first < old+apart; first += 1020 {
		var items []storage.Item
		for n := first; n < min(first+1020, old+apart); n++ {
			items = append(items, o.item(n, 1, n < old))
			if n < old {
				standing[items[len(items)-1].GUID] = true
			}
		}
		o.publish(items)
	}
	next, left := old+apart, 0
	during := o.walk(func(page int) {
		if page%4 != 1 || next >= old+apart+1000 {
			return
		}
		var items []storage.Item
		step := (next - old - apart) / come
		for range come {
			items = append(items, o.item(next, 1, true))
			next++
		}
		for i := range edited {
			items = append(items, o.item(step*97+i*1009, 2, true))
		}
		for i := range leave + step%2 {
			gone := o.item(50+step*113+i*2003, 1, false)
			delete(standing, gone.GUID)
			items = append(items, gone)
			left++
		}
		for i := range gained {
			items = append(items, o.item(old+step*gained+i, 1, true))
		}
		o.publish(items)
	})
	if next != old+apart+1000 || left != 50 {
		t.Fatalf("during the walk %d arrived and %d left", next-old-apart, left)
	}
	for id := range standing {
		if _, ok := during[id]; !ok {
			t.Errorf("the walk missed %s", id)
		}
	}
	// At rest the archive holds exactly what the topic holds.
	entries, err := o.store.Entries(t.Context(), "x", storage.Place{}, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, e := range entries {
		want = append(want, e.ID)
	}
	slices.Sort(want)
	atRest := o.walk(func(int) {})
	if got := slices.Sorted(maps.Keys(atRest)); !slices.Equal(got, want) {
		t.Errorf("the archive holds %d entries, the topic %d", len(got), len(want))
	}
	for id, url := range atRest {
		if url == "" {
			t.Errorf("%s stands in no archive page", id)
		} else if was := during[id]; was != "" && was != url {
			t.Errorf("%s moved from %s to %s", id, was, url)
		}
	}
}

// A withdrawal is told for a month and then no more, by Prune's transaction.
func TestTombstonesEnd(t *testing.T) {
	w := newWorld(t)
	w.page("/a", rss("A", "one", "two"))
	w.config(`
topics: [{name: x, match: "*"}]
feeds: [{url: "` + w.URL + `/a", name: a}]
`)
	w.once(control.FetchRequest{}, t.TempDir())
	w.config(`
topics: [{name: x, match: "* -two"}]
feeds: [{url: "` + w.URL + `/a", name: a}]
`)
	w.own(func(ctx context.Context, s *System) error {
		now := time.Now()
		names := func(when time.Time) bool {
			if err := s.Prune(ctx, when); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Publish(ctx, now); err != nil {
				t.Fatal(err)
			}
			rw := httptest.NewRecorder()
			s.Site().ServeHTTP(rw, httptest.NewRequest(http.MethodGet, "/topics/x.atom", nil))
			return strings.Contains(rw.Body.String(), "<at:deleted-entry")
		}
		if _, err := s.Publish(ctx, now); err != nil {
			return err
		}
		if !names(now.Add(tombstones - time.Minute)) {
			t.Error("a withdrawal is not told for a month")
		}
		if names(now.Add(tombstones + time.Minute)) {
			t.Error("a withdrawal is told for more than a month")
		}
		return nil
	})
}
