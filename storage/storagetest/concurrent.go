package storagetest

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sluice/storage"
)

// concurrent lets 8 goroutines take the same feeds' leases from each other and
// save overlapping polls, while others release and read. Whoever is told that
// an item is new is the only one.
func concurrent(t *testing.T, open Open) {
	w := worldAt(t, t, open, filepath.Join(t.TempDir(), "store.db"))
	w.enrol()
	w.begin()
	const goroutines, rounds, width = 8, 40, 12
	var (
		clock atomic.Int64
		group sync.WaitGroup
		mu    sync.Mutex
		added int
		late  int
		saved = make(map[string]bool)
	)
	start := w.now
	for g := range goroutines {
		group.Go(func() {
			for round := range rounds {
				feed := w.feeds[(g+round)%len(w.feeds)].Name
				// Each claim comes long after the one before, so it may
				// take over a lease that is still being worked on.
				now := start.Add(time.Duration(clock.Add(1)) * time.Hour)
				states, err := w.store.Claim(w.ctx, storage.Claim{Feeds: []string{feed}, Now: now, Lease: time.Minute, Force: true})
				if err != nil {
					t.Errorf("Claim: %v", err)
					return
				}
				if len(states) == 0 {
					continue // another claim with a later time holds
				}
				items := taggedAll(articles(feed, g*round/4+1, g*round/4+width), "x")
				for i := range items {
					items[i].Routing = w.classify(&items[i])
				}
				state := states[0]
				state.LastPoll = now
				delta, err := w.store.Save(w.ctx, storage.Poll{State: state, Items: items, Routing: w.set(), Now: start})
				mu.Lock()
				switch {
				case errors.Is(err, storage.ErrLease):
					late++
				case err != nil:
					t.Errorf("Save: %v", err)
					mu.Unlock()
					return
				default:
					added += delta.New
					for _, item := range items {
						saved[item.GUID] = true
					}
					if n := delta.New + delta.Changed + delta.Same; n != width || delta.Changed > 0 {
						t.Errorf("Save of %d items counts %s", width, show(delta))
					}
				}
				mu.Unlock()
			}
		})
	}
	stop := make(chan struct{})
	var released int
	var readers sync.WaitGroup
	readers.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			delta, err := w.store.Release(w.ctx, start.Add(time.Hour))
			if err != nil {
				t.Errorf("Release: %v", err)
				return
			}
			released += delta.Released
		}
	})
	readers.Go(func() { readAlong(t, w, stop) })
	group.Wait()
	close(stop)
	readers.Wait()

	released += w.release().Released
	items := w.items()
	stories := make(map[storage.ID]bool)
	links := make(map[string]bool)
	for _, item := range items {
		stories[item.Story] = true
		links[item.URL] = true
	}
	t.Logf("%d saves came late", late)
	if added != len(saved) || len(items) != len(saved) {
		t.Errorf("%d items were called new and %d are stored, want %d", added, len(items), len(saved))
	}
	if len(stories) != len(links) || released != len(links) {
		t.Errorf("%d stories, %d releases, want one for each of %d articles", len(stories), released, len(links))
	}
	if s := w.topic("x"); s.Live != len(links) || s.Last != uint64(len(links)) {
		t.Errorf("the topic's state is %s, want %d entries", show(s), len(links))
	}
	for _, f := range w.states() {
		if n := len(w.listed(storage.ListQuery{Feed: f.Name}, 1000)); n != f.Items {
			t.Errorf("feed %s counts %d items and lists %d", f.Name, f.Items, n)
		}
	}
	w.verify()
	w.close()
}

// readAlong reads x while it grows: at every moment its entries are whole.
func readAlong(t *testing.T, w *world, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		list, err := w.store.Entries(w.ctx, "x", storage.Place{}, 1000)
		if err != nil {
			t.Errorf("Entries: %v", err)
			return
		}
		seen := make(map[uint64]bool)
		for _, e := range list {
			if e.ID == "" || e.Number == 0 || seen[e.Number] || e.Item.Title.Value != fmt.Sprintf("article %s", e.Item.URL[len("https://news.example/"):]) {
				t.Errorf("an entry half made: %s", show(e))
				return
			}
			seen[e.Number] = true
		}
	}
}
