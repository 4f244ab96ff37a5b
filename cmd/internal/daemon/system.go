package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"sluice/config"
	"sluice/fetcher"
	"sluice/fetcher/guard"
	"sluice/publisher"
	"sluice/storage"
)

// routeBatch is how many stored items are judged between two writes of a
// re-route.
const routeBatch = 500

// pruneBatch is how many items one transaction of a prune forgets.
const pruneBatch = 500

// A System is a store with one generation of the config in force: what the
// daemon and the one-shot commands both work with. Its methods are safe for
// concurrent use.
type System struct {
	store   storage.Store
	site    *publisher.Site
	log     *slog.Logger
	program string        // version, for the User-Agent
	drain   time.Duration // how long polls under way may go on at a stop

	// What is in force. The lock is held for writing while the store and the
	// pointer move on to another generation, so that nobody classifies by a
	// set that the store has just left.
	swap    sync.RWMutex
	current atomic.Pointer[live]

	outbox     outbox
	saving     sync.RWMutex // held for reading from a save to its entry in the outbox
	polls      polls
	publishing sync.Mutex        // one publication at a time
	published  func(Publication) // told of each that changed a topic; may be nil
}

// live is a generation with the poller that works by its limits.
type live struct {
	*Generation
	guard   *guard.Guard
	fetcher *fetcher.Fetcher
}

// NewSystem returns a System on a store that the caller owns and closes. It
// does nothing before Apply.
func NewSystem(store storage.Store, log *slog.Logger, program string) *System {
	s := &System{store: store, site: publisher.New(store), log: log, program: program}
	s.outbox.wake = make(chan struct{}, 1)
	s.polls.done = make(chan struct{})
	return s
}

// Apply puts a generation in force, in the store first. It reports whether
// stored items must be routed anew: see Route. After an error the former
// generation is in force still.
func (s *System) Apply(ctx context.Context, g *Generation, now time.Time) (reroute bool, err error) {
	next := &live{Generation: g}
	s.swap.Lock()
	defer s.swap.Unlock()
	was := s.current.Load()
	enrolled, err := s.store.Enrol(ctx, g.enrolment(), now)
	if err != nil {
		return false, fmt.Errorf("enrolling the config's feeds and topics: %w", err)
	}
	if was != nil && reflect.DeepEqual(was.Config.Fetch, g.Config.Fetch) && was.Config.Site.Contact == g.Config.Site.Contact {
		next.guard, next.fetcher = was.guard, was.fetcher // with what it knows of the hosts
	} else {
		next.guard = guard.New(g.Config.Fetch, UserAgent(s.program, g.Config.Site))
		next.fetcher = fetcher.New(intake{s}, next.guard, g.Config.Fetch)
		next.fetcher.Log, next.fetcher.Drain = s.log, s.drain
	}
	s.current.Store(next)
	s.site.Configure(g.Config, g.Feeds)
	s.outbox.addAll()
	return len(enrolled.Route) > 0, nil
}

// An intake is the store as the fetcher sees it: what a save changes goes to
// the outbox.
type intake struct{ s *System }

// Claim implements fetcher.Store.
func (i intake) Claim(ctx context.Context, c storage.Claim) ([]storage.FeedState, error) {
	return i.s.store.Claim(ctx, c)
}

// Ages implements fetcher.Store.
func (i intake) Ages(ctx context.Context, p storage.Poll) ([]time.Duration, error) {
	return i.s.store.Ages(ctx, p)
}

// Save implements fetcher.Store.
func (i intake) Save(ctx context.Context, p storage.Poll) (storage.Delta, error) {
	i.s.saving.RLock()
	defer i.s.saving.RUnlock()
	d, err := i.s.store.Save(ctx, p)
	if err == nil {
		i.s.outbox.add(d.Topics, d.Pending)
	}
	return d, err
}

// Memory implements fetcher.Store.
func (i intake) Memory(ctx context.Context, feed string) (storage.Memory, error) {
	return i.s.store.Memory(ctx, feed)
}

// Extracts implements fetcher.Store.
func (i intake) Extracts(ctx context.Context, feed string, keys []storage.Key) (map[storage.Key]*storage.Extract, error) {
	return i.s.store.Extracts(ctx, feed, keys)
}

// ClaimPages implements fetcher.Store.
func (i intake) ClaimPages(ctx context.Context, c storage.PageClaim) ([]storage.ClaimedPage, error) {
	return i.s.store.ClaimPages(ctx, c)
}

// SavePage implements fetcher.Store.
func (i intake) SavePage(ctx context.Context, p storage.PageOutcome) (storage.Delta, error) {
	i.s.saving.RLock()
	defer i.s.saving.RUnlock()
	d, err := i.s.store.SavePage(ctx, p)
	if err == nil {
		i.s.outbox.add(d.Topics, d.Pending)
	}
	return d, err
}

// Generation returns the generation in force.
func (s *System) Generation() *Generation { return s.current.Load().Generation }

// Site returns the handler that serves what was published.
func (s *System) Site() *publisher.Site { return s.site }

// classifier returns the set of topics that the store works by.
func (s *System) classifier() fetcher.Classifier {
	s.swap.RLock()
	defer s.swap.RUnlock()
	return s.current.Load().Topics
}

// Route judges stored items by the topics whose queries have changed since
// they were judged last, in bounded batches. Where it was interrupted, it goes
// on. It returns when all topics are routed by the generation in force.
func (s *System) Route(ctx context.Context, now func() time.Time) error {
	for {
		err := s.route(ctx, now())
		if !errors.Is(err, storage.ErrStale) {
			return err
		}
		// Another generation came into force in the middle: begin by its set.
	}
}

func (s *System) route(ctx context.Context, now time.Time) error {
	s.swap.RLock()
	g := s.current.Load().Generation
	enrolled, err := s.store.Enrol(ctx, g.enrolment(), now)
	s.swap.RUnlock()
	if err != nil {
		return fmt.Errorf("asking which topics to route: %w", err)
	}
	if len(enrolled.Route) == 0 {
		return nil
	}
	cursor, judged, done := enrolled.Cursor, 0, false
	for !done {
		items, err := s.store.Scan(ctx, cursor, routeBatch)
		if err != nil {
			return fmt.Errorf("routing stored items: %w", err)
		}
		batch := storage.Routed{Topics: enrolled.Route, Set: g.Topics.Fingerprint(), Cursor: cursor}
		for i := range items {
			batch.Items = append(batch.Items, storage.RoutedItem{
				ID: items[i].ID, Revision: items[i].Revision, Routing: g.Topics.Classify(&items[i]),
			})
			batch.Cursor = items[i].ID
		}
		done = len(items) < routeBatch
		batch.Done = done
		if err := s.store.Route(ctx, batch); err != nil {
			return fmt.Errorf("routing stored items: %w", err)
		}
		cursor, judged = batch.Cursor, judged+len(items)
	}
	s.outbox.addAll()
	s.log.Info("routed stored items", "topics", enrolled.Route, "items", judged)
	return nil
}

// Prune forgets what the config says is to be kept no longer. Where archives
// are kept, what stands in a topic stands in its archive, and is not forgotten.
// It also ends what documents say of entries that were withdrawn long ago; the
// next publication shows that.
func (s *System) Prune(ctx context.Context, now time.Time) error {
	keep := s.Generation().Config.Keep
	cutoff := now.Add(-keep.Items)
	forgotten := 0
	for more := true; more; {
		var n int
		var err error
		heads := s.site.Heads()
		if keep.Archives == "keep" {
			for name := range heads {
				heads[name] = storage.Head{Limit: math.MaxInt}
			}
		}
		n, more, err = s.store.Prune(ctx, cutoff, heads, pruneBatch)
		if err != nil {
			return fmt.Errorf("forgetting old items: %w", err)
		}
		forgotten += n
	}
	if forgotten > 0 {
		s.log.Info("forgot old items", "items", forgotten)
	}
	return s.bury(ctx, now)
}

// tombstones is how long documents name an entry that was withdrawn.
const tombstones = 30 * 24 * time.Hour

// bury ends what documents have said of withdrawn entries for long enough.
func (s *System) bury(ctx context.Context, now time.Time) error {
	delta, err := s.store.Bury(ctx, now.Add(-tombstones), now)
	if err != nil {
		return fmt.Errorf("ending tombstones: %w", err)
	}
	s.outbox.add(delta.Topics, false)
	return nil
}

// UserAgent is how a program names itself to the sites that it asks.
func UserAgent(program string, site config.Site) string {
	if site.Contact == "" {
		return "sluice/" + program
	}
	return fmt.Sprintf("sluice/%s (+%s)", program, site.Contact)
}
