package fetcher

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"sluice/config"
	"sluice/storage"
)

const (
	claimBatch = 256 // feeds claimed at once

	// releasers is how many leases are given back at once, within releaseTime.
	releasers   = 16
	releaseTime = 10 * time.Second
)

// Sweep claims the feeds that are due, in batches, and polls them, until
// nothing is due any more. feeds holds the config of each by name; claim says
// which to take (all of feeds where it names none), for how long, and the time
// that all polls of the sweep bear, so that the order of answers decides
// nothing; where claim.Now is zero it is the time of the call. Feeds that
// become due later are the next sweep's. report, which may be nil, is called
// once for each feed, one call at a time.
//
// At most fetch.concurrency feeds are polled at once, and per host as many and
// as often as fetch.per_host says; feeds that wait for their host hold up no
// other. A feed whose turn comes after its lease has run out is claimed again.
// A host that sends Retry-After with 429 or 503 is left alone from then on: the
// feeds of it that wait are saved as due again at that time and reported as
// Deferred.
//
// When ctx ends, no poll begins, those that wait for an answer have Drain to get
// it and are then given up without a trace, those that have read it are saved,
// and the leases of the rest are given back, so that the next claim gets them;
// the error then wraps ctx.Err(). An error of the store ends the sweep in the
// same way and is returned. All that Sweep has started has ended, and all
// polls are saved, when it returns; those that brought nothing are saved
// together, some after they were reported.
func (f *Fetcher) Sweep(ctx context.Context, feeds map[string]config.Feed, claim storage.Claim, classifier func() Classifier, report func(Result)) error {
	if claim.Now.IsZero() {
		claim.Now = time.Now().UTC()
	}
	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	soon := &saver{Store: f.store, failed: stop}
	own := *f
	own.store = soon
	s := &sweep{
		Fetcher: &own, feeds: feeds, ask: claim, start: time.Now(), classifier: classifier, report: report,
		stop: stop, queues: make(map[string]*queue), done: make(chan struct{}, 1),
	}
	err := s.claimPages(inner, claim.Feeds)
	if err == nil {
		err = s.claimAll(inner)
	}
	if err != nil {
		stop(err)
	}
	s.work.Wait()
	s.giveBack(ctx)
	soon.close()
	if ctx.Err() != nil {
		return fmt.Errorf("sweep: %w", ctx.Err())
	}
	return context.Cause(inner)
}

// A sweep is one Sweep at work.
type sweep struct {
	*Fetcher
	feeds      map[string]config.Feed
	ask        storage.Claim
	start      time.Time
	classifier func() Classifier
	stop       context.CancelCauseFunc
	work       sync.WaitGroup
	done       chan struct{} // told when a worker ends

	reporting sync.Mutex
	report    func(Result)

	mu      sync.Mutex
	queues  map[string]*queue // hosts with feeds that wait, by name
	workers int
	unused  []storage.FeedState // claimed and not polled
}

// A queue holds the claimed feeds and pages of one host.
type queue struct {
	waiting []*job // pointers: thousands may wait for a host that has many feeds
	workers int
}

// A job is a feed to be polled or, where page is set, a page to be fetched.
type job struct {
	state storage.FeedState
	page  storage.ClaimedPage
	batch *batch
}

// late is how long after the sweep's time it is.
func (s *sweep) late() time.Duration { return time.Since(s.start) }

// claimAll claims batch after batch and hands the feeds to their hosts'
// workers, no faster than these keep up.
func (s *sweep) claimAll(ctx context.Context) error {
	claim := s.ask
	if !claim.Force {
		left := claim.Limit
		for s.room(ctx) {
			claim.Limit = claimBatch
			if left > 0 {
				claim.Limit = min(left, claimBatch)
			}
			n, err := s.claim(ctx, claim)
			if err != nil || n == 0 {
				return err
			}
			if left > 0 {
				if left -= n; left <= 0 {
					return nil
				}
			}
		}
		return nil
	}
	// A feed that need not be due would be claimed for ever: each is named once.
	names := claim.Feeds
	if names == nil {
		names = slices.Sorted(maps.Keys(s.feeds))
	}
	for batch := range slices.Chunk(names, claimBatch) {
		if !s.room(ctx) {
			return nil
		}
		claim.Feeds = batch
		if _, err := s.claim(ctx, claim); err != nil {
			return err
		}
	}
	return nil
}

// room waits until workers have become few enough for another batch. It
// reports false when ctx ends.
func (s *sweep) room(ctx context.Context) bool {
	for {
		s.mu.Lock()
		few := s.workers < 2*cap(s.polls)
		s.mu.Unlock()
		if few {
			return ctx.Err() == nil
		}
		select {
		case <-s.done:
		case <-ctx.Done():
			return false
		}
	}
}

// claim claims one batch, its lease counted from this moment.
func (s *sweep) claim(ctx context.Context, claim storage.Claim) (int, error) {
	claim.Lease += s.late()
	states, err := s.store.Claim(ctx, claim)
	if err != nil {
		return 0, fmt.Errorf("claim feeds: %w", err)
	}
	for _, state := range states {
		s.enqueue(ctx, state)
	}
	return len(states), nil
}

// enqueue hands a claimed feed to the workers of its host.
func (s *sweep) enqueue(ctx context.Context, state storage.FeedState) {
	feed, ok := s.feeds[state.Name]
	if !ok {
		s.keep(state)
		return
	}
	s.push(ctx, hostOf(feed.URL), job{state: state})
}

// push hands a job to the workers of its host.
func (s *sweep) push(ctx context.Context, host string, j job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, ok := s.queues[host]
	if !ok {
		q = new(queue)
		s.queues[host] = q
	}
	q.waiting = append(q.waiting, &j)
	if q.workers < s.pace.limit {
		q.workers++
		s.workers++
		s.work.Go(func() { s.serve(ctx, host, q) })
	}
}

// serve does the jobs of a host until none waits.
func (s *sweep) serve(ctx context.Context, host string, q *queue) {
	for {
		j, ok := s.next(host, q)
		if !ok {
			return
		}
		do := s.one
		if j.batch != nil {
			do = s.onePage
		}
		if err := do(ctx, host, j); err != nil {
			s.stop(err)
		}
	}
}

// next takes a job from a queue. Where there is none the worker has ended.
func (s *sweep) next(host string, q *queue) (j job, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(q.waiting) > 0 {
		first := q.waiting[0]
		q.waiting[0], q.waiting = nil, q.waiting[1:]
		return *first, true
	}
	q.workers--
	s.workers--
	if q.workers == 0 {
		delete(s.queues, host)
	}
	select {
	case s.done <- struct{}{}:
	default:
	}
	return j, false
}

// one waits for a feed's turn and polls it. An error is the store's.
func (s *sweep) one(ctx context.Context, host string, j job) error {
	state := j.state
	leave, resting := s.pace.enter(ctx, host, s.polls)
	if resting > 0 {
		return s.putOff(ctx, state, s.ask.Now.Add(s.late()+resting))
	}
	if leave == nil {
		s.keep(state)
		return nil
	}
	defer leave()
	state, ok, err := s.renew(ctx, state)
	if err != nil || !ok {
		return err
	}
	sweeping := ctx
	ctx, end := s.linger(ctx)
	defer end()
	result, rest, err := s.poll(ctx, s.feeds[state.Name], state, s.classifier, s.ask.Now, s.late())
	if !rest.Until.IsZero() {
		s.pace.rest(rest.Name, rest.Until.Sub(s.ask.Now.Add(s.late())))
	}
	switch {
	case err == nil, result.Lost:
		s.say(result)
		if result.Delta.New > 0 && s.feeds[state.Name].FullText {
			return s.claimPages(sweeping, []string{state.Name})
		}
		return nil
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		s.keep(state)
		return nil
	}
	return err
}

// linger returns a context for one poll, which ends Drain after ctx does. end
// gives it up.
func (f *Fetcher) linger(ctx context.Context) (_ context.Context, end func()) {
	if f.Drain <= 0 {
		return ctx, func() {}
	}
	poll, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(f.Drain, func() { cancel(context.Cause(ctx)) })
	})
	return poll, func() {
		stop()
		cancel(nil)
	}
}

// renew claims a feed again whose lease ran out while it waited. It reports
// false where another claim was faster.
func (s *sweep) renew(ctx context.Context, state storage.FeedState) (storage.FeedState, bool, error) {
	now := s.ask.Now.Add(s.late())
	if state.Lease.IsZero() || now.Before(state.Lease) {
		return state, true, nil
	}
	claim := storage.Claim{Feeds: []string{state.Name}, Now: now, Lease: s.ask.Lease, Force: s.ask.Force}
	states, err := s.store.Claim(ctx, claim)
	if err != nil {
		return state, false, fmt.Errorf("feed %s: claim again: %w", state.Name, err)
	}
	if len(states) == 0 {
		s.say(Result{Feed: state.Name, Lost: true})
		return state, false, nil
	}
	return states[0], true, nil
}

// putOff saves a feed whose host rests as due when it has rested.
func (s *sweep) putOff(ctx context.Context, state storage.FeedState, until time.Time) error {
	result := Result{Feed: state.Name, Deferred: until}
	if state.NextPoll.Before(until) {
		state.NextPoll = until
	}
	_, err := s.store.Save(context.WithoutCancel(ctx), storage.Poll{State: state, Now: s.ask.Now, Routing: s.classifier().Fingerprint()})
	switch {
	case isLost(err):
		result = Result{Feed: state.Name, Lost: true}
	case err != nil:
		return fmt.Errorf("feed %s: put off: %w", state.Name, err)
	}
	s.say(result)
	return nil
}

// keep notes a feed that was claimed and not polled.
func (s *sweep) keep(state storage.FeedState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unused = append(s.unused, state)
}

// giveBack ends the leases of feeds that were not polled. One that can't be
// given back ends by itself.
func (s *sweep) giveBack(ctx context.Context) {
	if len(s.unused) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTime)
	defer cancel()
	routing := s.classifier().Fingerprint()
	places := make(chan struct{}, releasers)
	for _, state := range s.unused {
		places <- struct{}{}
		s.work.Go(func() {
			defer func() { <-places }()
			if _, err := s.store.Save(ctx, storage.Poll{State: state, Now: s.ask.Now, Routing: routing}); err != nil {
				s.log().Debug("lease not given back", "feed", state.Name, "error", err.Error())
			}
		})
	}
	s.work.Wait()
}

// say reports a result.
func (s *sweep) say(r Result) {
	if s.report == nil {
		return
	}
	s.reporting.Lock()
	defer s.reporting.Unlock()
	s.report(r)
}
