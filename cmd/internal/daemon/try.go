package daemon

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"sluice/fetcher"
	"sluice/fetcher/guard"
	"sluice/storage"
)

// A Trial is what a feed gave when it was asked without a store.
type Trial struct {
	Feed  string
	Title string
	Items int
	Err   error
}

// Try polls each feed of a generation as a fetch would, and stores nothing. It
// calls report for each, one call at a time.
func Try(ctx context.Context, g *Generation, program string, now time.Time, report func(Trial)) error {
	client := guard.New(g.Config.Fetch, UserAgent(program, g.Config.Site))
	defer client.Close()
	store := &nowhere{kept: make(map[string]storage.Poll)}
	f := fetcher.New(store, client, g.Config.Fetch)
	f.Log = slog.New(slog.DiscardHandler)
	claim := storage.Claim{Feeds: g.FeedNames(), Now: now, Lease: 24 * time.Hour, Force: true}
	classifier := func() fetcher.Classifier { return g.Topics }
	return f.Sweep(ctx, g.byName, claim, classifier, func(r fetcher.Result) {
		p := store.poll(r.Feed)
		report(Trial{Feed: r.Feed, Title: p.State.Title, Items: len(p.Items), Err: r.Err})
	})
}

// nowhere is a store that keeps each feed's last poll and nothing else.
type nowhere struct {
	mu   sync.Mutex
	kept map[string]storage.Poll
}

// Claim implements fetcher.Store: every feed is new and due.
func (n *nowhere) Claim(_ context.Context, c storage.Claim) ([]storage.FeedState, error) {
	states := make([]storage.FeedState, len(c.Feeds))
	for i, name := range c.Feeds {
		states[i] = storage.FeedState{Name: name, Enrolled: true, Token: 1, Lease: c.Now.Add(c.Lease)}
	}
	return states, nil
}

// Ages implements fetcher.Store: it never matters what a trial's topics say.
func (n *nowhere) Ages(_ context.Context, p storage.Poll) ([]time.Duration, error) {
	return make([]time.Duration, len(p.Items)), nil
}

// Save implements fetcher.Store.
func (n *nowhere) Save(_ context.Context, p storage.Poll) (storage.Delta, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.kept[p.State.Name] = p
	return storage.Delta{New: len(p.Items)}, nil
}

// Memory implements fetcher.Store.
func (n *nowhere) Memory(context.Context, string) (storage.Memory, error) {
	return storage.Memory{}, nil
}

// Extracts implements fetcher.Store.
func (n *nowhere) Extracts(context.Context, string, []storage.Key) (map[storage.Key]*storage.Extract, error) {
	return nil, nil
}

// ClaimPages implements fetcher.Store: no page is fetched for a trial.
func (n *nowhere) ClaimPages(context.Context, storage.PageClaim) ([]storage.ClaimedPage, error) {
	return nil, nil
}

// SavePage implements fetcher.Store.
func (n *nowhere) SavePage(context.Context, storage.PageOutcome) (storage.Delta, error) {
	return storage.Delta{}, nil
}

func (n *nowhere) poll(name string) storage.Poll {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.kept[name]
}
