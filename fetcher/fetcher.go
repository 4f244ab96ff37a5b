// Package fetcher is one poll of one feed, from the conditional GET to the
// store's Save, with the pages of its new items where the config wants their
// full text, and the sweep that makes the polls that are due, politely to each
// host. The daemon and the cron job run the same code.
//
// What comes in from outside is bounded on its way: the request by package
// guard, the document by package parse, its HTML by package clean, and what
// all polls at work hold in memory by one budget of bytes (budget.go).
package fetcher

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"sluice/config"
	"sluice/fetcher/guard"
	"sluice/storage"
)

// A Store is what polling needs of the store.
type Store interface {
	Claim(ctx context.Context, c storage.Claim) ([]storage.FeedState, error)
	Ages(ctx context.Context, p storage.Poll) ([]time.Duration, error)
	Save(ctx context.Context, p storage.Poll) (storage.Delta, error)
	Memory(ctx context.Context, feed string) (storage.Memory, error)
	Extracts(ctx context.Context, feed string, keys []storage.Key) (map[storage.Key]*storage.Extract, error)
	ClaimPages(ctx context.Context, c storage.PageClaim) ([]storage.ClaimedPage, error)
	SavePage(ctx context.Context, p storage.PageOutcome) (storage.Delta, error)
}

// A Classifier says which topics want an item. It is safe for concurrent use.
type Classifier interface {
	Classify(item *storage.Item) storage.Routing
	Fingerprint() storage.ID // as given to the store by Enrol
}

// A Fetcher polls feeds. It is safe for concurrent use: sweeps that overlap
// share its limits.
type Fetcher struct {
	// Log is told once of each poll; nil means that nobody is. Set it before
	// the first use.
	Log *slog.Logger

	// Drain is how long the polls under way in a sweep may go on when its
	// context has ended; 0 gives them up at once. Set it before the first use.
	Drain time.Duration

	store   Store
	program string // see func program
	get     func(context.Context, guard.Request) (*guard.Response, error)
	cfg     config.Fetch
	budget  *budget
	parses  chan struct{} // one place for each document being parsed
	polls   chan struct{} // one place for each poll of a sweep at work
	pace    *pacer
}

// New returns a Fetcher over the store that asks through the guard and keeps
// to the limits of cfg.
func New(store Store, g *guard.Guard, cfg config.Fetch) *Fetcher {
	return &Fetcher{
		store:   store,
		program: program(),
		get:     g.Do,
		cfg:     cfg,
		budget:  newBudget(bodyBudget),
		// More at once than there are processors would be no faster, and each
		// needs many times its document in memory.
		parses: make(chan struct{}, max(2, runtime.GOMAXPROCS(0))),
		polls:  make(chan struct{}, max(1, cfg.Concurrency)),
		pace:   newPacer(cfg.PerHost),
	}
}

// A Result is what became of one feed in a sweep. All is zero but Feed and one
// of Deferred, Lost and Err where no document was saved.
type Result struct {
	Feed   string
	Status int           // HTTP status of the answer, 0 where there was none
	Delta  storage.Delta // what the store made of it
	Took   time.Duration // of the poll

	// Err says why the feed failed: a *Failure, whose state has been saved.
	Err error

	// Deferred is set where the feed was not polled, since its host asked to
	// be left alone until then.
	Deferred time.Time

	// Lost says that nothing was saved, since another claim had taken the feed
	// over, or the feed or its topics have left the config meanwhile.
	Lost bool
}

// A Failure says why a feed gave nothing. It is the feed's and no fault of
// ours; the store knows of it.
type Failure struct {
	Feed   string
	Status int    // HTTP status of the answer, 0 where there was none
	Reason string // one line for people, as kept in FeedState.Error: no secrets

	cause error
}

func (f *Failure) Error() string { return fmt.Sprintf("feed %s: %s", f.Feed, f.Reason) }

// Unwrap returns what caused the failure; its text may hold addresses.
func (f *Failure) Unwrap() error { return f.cause }

func (f *Fetcher) log() *slog.Logger {
	if f.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return f.Log
}
