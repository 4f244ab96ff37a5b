package storagetest

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"sluice/storage"
)

// Bench measures the stores that open gives: a poll that brings 30 items, one
// that was answered 304 beside 63 others, and reading a head of 50.
func Bench(b *testing.B, open func(b *testing.B, path string) storage.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.B, storage.Store, *world)
	}{
		{"Save30", benchSave},
		{"Save304by64", benchNotModified},
		{"Entries50", benchEntries},
	} {
		b.Run(c.name, func(b *testing.B) {
			store := open(b, filepath.Join(b.TempDir(), "store.db"))
			w := &world{tb: b, store: store, ctx: context.Background(), window: 96 * time.Hour}
			w.now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
			w.topics = []query{{Name: "x", Takes: "x"}}
			for i := range 64 {
				w.feeds = append(w.feeds, specs(fmt.Sprintf("feed-%d", i))...)
			}
			w.enrol()
			c.run(b, store, w)
			if err := store.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func benchSave(b *testing.B, _ storage.Store, w *world) {
	n := 1
	for b.Loop() {
		w.wait(time.Second)
		w.poll("feed-0", taggedAll(articles("feed-0", n, n+29), "x")...)
		n += 30
	}
	b.ReportMetric(float64(b.N*30)/b.Elapsed().Seconds(), "items/s")
}

func benchNotModified(b *testing.B, store storage.Store, w *world) {
	var next atomic.Int64
	b.SetParallelism(max(1, len(w.feeds)/runtime.GOMAXPROCS(0)))
	b.RunParallel(func(pb *testing.PB) {
		feed := w.feeds[int(next.Add(1)-1)%len(w.feeds)].Name
		now := w.now
		for pb.Next() {
			now = now.Add(time.Hour)
			states, err := store.Claim(w.ctx, storage.Claim{Feeds: []string{feed}, Now: now, Lease: time.Minute, Force: true})
			if err != nil || len(states) != 1 {
				b.Errorf("Claim gave %d feeds (%v)", len(states), err)
				return
			}
			states[0].Status, states[0].LastPoll, states[0].NextPoll = 304, now, now.Add(time.Hour)
			if _, err := store.Save(w.ctx, storage.Poll{State: states[0], Now: now}); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func benchEntries(b *testing.B, store storage.Store, w *world) {
	w.poll("feed-0", taggedAll(articles("feed-0", 1, 2000), "x")...)
	w.release()
	for b.Loop() {
		if list, err := store.Entries(w.ctx, "x", storage.Place{}, 50); err != nil || len(list) != 50 {
			b.Fatalf("Entries gave %d (%v)", len(list), err)
		}
	}
}
