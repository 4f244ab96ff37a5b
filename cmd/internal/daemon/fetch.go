package daemon

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sluice/cmd/internal/control"
	"sluice/fetcher"
	"sluice/storage"
)

const (
	// lease is how long a claim holds beyond the time that one poll may take.
	lease = time.Minute

	// lookGap is how long who waits for others' polls lets pass between two
	// looks at the feeds' states, which are many.
	lookGap = 50 * time.Millisecond
)

// Fetch polls what the request names and publishes. A poll begun since
// (zero: since now) counts as done for this request. The error is a
// *control.UnknownFeedError, or says that polling or publishing could not go
// on; feeds that failed are in the result.
func (s *System) Fetch(ctx context.Context, r control.FetchRequest, since time.Time, report func(control.Polled)) (control.Fetched, error) {
	g := s.Generation()
	for _, name := range r.Feeds {
		if _, ok := g.Feed(name); !ok {
			return control.Fetched{}, &control.UnknownFeedError{Name: name, Near: Near(name, g.FeedNames())}
		}
	}
	req := &request{began: time.Now()}
	shared, others := s.polls.begin(req)
	defer s.polls.end(req)
	if others && r.IfFree {
		return control.Fetched{Busy: true}, nil
	}
	if since.IsZero() || shared.Before(since) {
		since = shared
	}
	t := &tally{report: report}
	if err := s.pollFor(ctx, r, since, t); err != nil {
		return control.Fetched{}, err
	}
	out := t.result()
	if _, err := s.Publish(ctx, time.Now()); err != nil {
		return out, err
	}
	published := s.polls.publications(req)
	out.Released, out.Withdrawn, out.Topics = published.Released, published.Withdrawn, published.Topics
	out.Warnings = g.Warnings
	return out, nil
}

// pollFor polls until the request is answered. Feeds that another sweep of
// this process holds are waited for.
func (s *System) pollFor(ctx context.Context, r control.FetchRequest, since time.Time, t *tally) error {
	switch {
	case r.All:
		return s.pollNamed(ctx, s.Generation().FeedNames(), since, t)
	case len(r.Feeds) > 0:
		return s.pollNamed(ctx, slices.Compact(slices.Sorted(slices.Values(r.Feeds))), since, t)
	}
	return s.pollDue(ctx, since, t)
}

// pollDue polls what is due.
func (s *System) pollDue(ctx context.Context, since time.Time, t *tally) error {
	if err := s.sweep(ctx, storage.Claim{}, t.add); err != nil {
		return err
	}
	awaited := make(map[string]bool)
	for {
		ended, sweeps := s.polls.next()
		states, err := s.store.Feeds(ctx)
		if err != nil {
			return fmt.Errorf("reading the feeds' states: %w", err)
		}
		held, now := 0, time.Now()
		for i := range states {
			f := &states[i]
			switch {
			case !f.Enrolled:
			case f.Lease.After(now):
				if sweeps > 0 && !f.NextPoll.After(since) {
					awaited[f.Name] = true
					held++
				}
			case awaited[f.Name]:
				t.saw(f)
			}
		}
		if held == 0 {
			return nil
		}
		if err := await(ctx, ended); err != nil {
			return err
		}
	}
}

// pollNamed polls the feeds of these names, due or not.
func (s *System) pollNamed(ctx context.Context, names []string, since time.Time, t *tally) error {
	for {
		ended, sweeps := s.polls.next()
		open, err := s.open(ctx, names, since, t)
		if err != nil || len(open.free)+len(open.held) == 0 {
			return err
		}
		if len(open.free) > 0 {
			if err := s.sweep(ctx, storage.Claim{Feeds: open.free, Force: true}, t.add); err != nil {
				return err
			}
			if open, err = s.open(ctx, open.free, since, t); err != nil {
				return err
			}
			t.pass(open.free, "it was not polled; the log may tell why")
			names = without(names, open.free)
			continue
		}
		if sweeps == 0 {
			t.pass(open.held, "an earlier poll that was broken off holds it for some minutes")
			return nil
		}
		if err := await(ctx, ended); err != nil {
			return err
		}
	}
}

// await waits for a poll to end.
func await(ctx context.Context, ended <-chan struct{}) error {
	select {
	case <-ended:
		sleep(ctx, lookGap, nil)
	case <-ctx.Done():
	}
	if ctx.Err() != nil {
		return fmt.Errorf("waiting for polls that are under way: %w", context.Cause(ctx))
	}
	return nil
}

// openFeeds are feeds that a request still waits for.
type openFeeds struct {
	free []string // may be claimed
	held []string // under a lease
}

// open returns those of the feeds that were not polled since, and puts into
// the tally what others did for this request.
func (s *System) open(ctx context.Context, names []string, since time.Time, t *tally) (openFeeds, error) {
	var open openFeeds
	states, err := s.store.Feeds(ctx)
	if err != nil {
		return open, fmt.Errorf("reading the feeds' states: %w", err)
	}
	wanted := make(map[string]bool, len(names))
	for _, n := range names {
		wanted[n] = true
	}
	now := time.Now()
	for i := range states {
		f := &states[i]
		switch {
		case !wanted[f.Name] || !f.Enrolled:
		case f.Lease.After(now):
			open.held = append(open.held, f.Name)
		case !f.LastPoll.Before(since.Truncate(time.Microsecond)):
			t.saw(f)
		case f.HostUntil.After(now):
			t.pass([]string{f.Name}, resting(f.HostUntil))
		default:
			open.free = append(open.free, f.Name)
		}
	}
	return open, nil
}

// sweep polls what a claim finds until nothing more is due.
func (s *System) sweep(ctx context.Context, claim storage.Claim, add func(fetcher.Result)) error {
	l := s.current.Load()
	claim.Now, claim.Lease = time.Now(), l.Config.Fetch.Timeout+lease
	s.polls.sweeping(1)
	defer s.polls.sweeping(-1)
	return l.fetcher.Sweep(ctx, l.byName, claim, s.classifier, func(r fetcher.Result) {
		add(r)
		s.polls.polled()
	})
}

func without(names, gone []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(gone, n) })
}
