package daemon

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"sluice/storage"
	"sluice/storage/bolt"
	"sluice/storage/story"
)

// routedFeeds and routedPoll make 200,000 items.
const (
	routedFeeds = 100
	routedPolls = 20
	routedPoll  = 100
)

// routeGeneration is ten topics of which one takes items with a word more, if
// edited.
func routeGeneration(b *testing.B, dir string, edited bool) *Generation {
	b.Helper()
	var text bytes.Buffer
	text.WriteString("site: {title: T, url: https://feeds.test.example}\nstore: store.db\ntopics:\n")
	words := vocabulary()
	for i := range 10 {
		w := words[1000+200*i:]
		more := ""
		if edited && i == 0 {
			more = " OR " + w[8]
		}
		fmt.Fprintf(&text, "  - {name: topic-%d, match: '%s OR %s OR title:%s OR \"%s %s\"%s', never: '%s %s'}\n", i, w[0], w[1], w[2], w[3], w[4], more, w[5], w[6])
	}
	text.WriteString("feeds:\n")
	for n := range routedFeeds {
		fmt.Fprintf(&text, "  - {name: feed-%d, url: https://feed-%d.example/}\n", n, n)
	}
	file := filepath.Join(dir, "sluice.yaml")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	g, err := Load(os.DirFS("/"), file, func(string) (string, bool) { return "", false })
	if err != nil {
		b.Fatal(err)
	}
	return g
}

// madeItems are n items of about 250 words that no other seed gives.
func madeItems(g *Generation, known []string, feed string, seed, n int, now time.Time) []storage.Item {
	r := rand.New(rand.NewPCG(uint64(seed), 7))
	zipf := rand.NewZipf(r, 1.1, 8, uint64(len(known)-1))
	items := make([]storage.Item, n)
	for i := range items {
		var title, text bytes.Buffer
		for range 8 {
			title.WriteString(known[zipf.Uint64()] + " ")
		}
		text.WriteString("<p>")
		for range 250 {
			text.WriteString(known[zipf.Uint64()] + " ")
		}
		text.WriteString("</p>")
		link := fmt.Sprintf("https://%s.example/%d-%d", feed, seed, i)
		items[i] = storage.Item{
			Feed: feed, GUID: link, URL: link, Language: "en",
			Title:     storage.Text{Value: title.String()},
			Content:   storage.Text{Value: text.String(), HTML: true},
			Published: now.Add(-time.Duration(r.IntN(72)) * time.Hour),
		}
	}
	story.Identify(items, nil, 0)
	for i := range items {
		items[i].Print = story.Print(&items[i])
		items[i].Routing = g.Topics.Classify(&items[i])
	}
	return items
}

// saves polls a feed as often as wanted and returns how long each save took.
func saves(b *testing.B, store storage.Store, g *Generation, feed, seed int, more func() bool) []time.Duration {
	b.Helper()
	ctx, name := context.Background(), fmt.Sprintf("feed-%d", feed)
	known := vocabulary()
	var took []time.Duration
	for ; more(); seed++ {
		now := time.Now()
		states, err := store.Claim(ctx, storage.Claim{Feeds: []string{name}, Now: now, Lease: time.Minute, Force: true})
		if err != nil || len(states) != 1 {
			b.Fatal(states, err)
		}
		state := states[0]
		if state.FirstPoll.IsZero() {
			state.FirstPoll = now
		}
		state.LastPoll, state.NextPoll, state.Status = now, now.Add(time.Hour), 200
		poll := storage.Poll{State: state, Items: madeItems(g, known, name, seed, routedPoll, now), Routing: g.Topics.Fingerprint(), Now: now}
		began := time.Now()
		if _, err := store.Save(ctx, poll); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	return took
}

func times(n int) func() bool {
	return func() bool { n--; return n >= 0 }
}

// 200,000 stored items (2,000 with -short) are judged anew for one topic whose
// query has changed, while polls go on beside it.
func BenchmarkReroute(b *testing.B) {
	dir, feeds := b.TempDir(), routedFeeds
	if testing.Short() {
		feeds = 1
	}
	g := routeGeneration(b, dir, false)
	store, err := bolt.Open(g.Config.Store, bolt.Options{Now: time.Now()})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	s := NewSystem(store, quiet(), "bench")
	ctx := context.Background()
	if _, err := s.Apply(ctx, g, time.Now()); err != nil {
		b.Fatal(err)
	}
	for n := range feeds {
		saves(b, store, g, n, n*routedPolls, times(routedPolls))
	}
	if _, err := store.Release(ctx, time.Now()); err != nil {
		b.Fatal(err)
	}
	seed := feeds * routedPolls
	alone := saves(b, store, g, 0, seed, times(30))
	seed += 30
	var took, used time.Duration
	var beside []time.Duration
	items, edited := 0, false
	for b.Loop() {
		edited = !edited
		g = routeGeneration(b, dir, edited)
		if _, err := s.Apply(ctx, g, time.Now()); err != nil {
			b.Fatal(err)
		}
		done := make(chan error, 1)
		used += spent(b, func() {
			began := time.Now()
			go func() {
				err := s.Route(ctx, time.Now)
				took += time.Since(began)
				done <- err
			}()
			more := func() bool { return len(done) == 0 }
			beside = append(beside, saves(b, store, g, 0, seed, more)...)
		})
		seed += len(beside)
		if err := <-done; err != nil {
			b.Fatal(err)
		}
		items += feeds*routedPolls*routedPoll + 30*routedPoll
	}
	b.ReportMetric(float64(items)/took.Seconds(), "items/s")
	b.ReportMetric(used.Seconds()*1e6/float64(items+len(beside)*routedPoll), "cpu-us/item")
	b.ReportMetric(0, "ns/op")
	slices.Sort(alone)
	slices.Sort(beside)
	if len(beside) > 0 {
		b.ReportMetric(float64(beside[len(beside)/2])/float64(alone[len(alone)/2]), "x-save-alone")
	}
	for _, l := range []struct {
		name string
		took []time.Duration
	}{{"alone", alone}, {"beside", beside}} {
		if len(l.took) > 0 {
			b.ReportMetric(l.took[len(l.took)/2].Seconds()*1e3, "ms-save-"+l.name)
			b.ReportMetric(l.took[len(l.took)-1].Seconds()*1e3, "ms-save-"+l.name+"-max")
		}
	}
}
