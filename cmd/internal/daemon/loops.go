package daemon

import (
	"context"
	"slices"
	"sync"
	"time"

	"sluice/config"
	"sluice/fetcher"
	"sluice/storage"
)

// The paces of the loops.
const (
	publishGap  = time.Second      // between two publications
	retryGap    = 10 * time.Second // after one that failed, a full disk say
	pruneEvery  = time.Hour
	listEvery   = time.Minute // between two looks at which reading lists are due or have changed
	decideEvery = time.Minute
	idleGap     = time.Second      // between two looks at what is due
	busyGap     = 10 * time.Second // the same while polls are under way
	longestWait = 5 * time.Minute  // without looking, should the clock be set
)

// pollLoop polls what falls due until ctx ends, and returns when the sweeps at
// work have ended. A host that keeps its sweep waiting holds up no other feed:
// what falls due meanwhile gets a sweep of its own.
func (d *Daemon) pollLoop(ctx context.Context) error {
	var sweeps sync.WaitGroup
	defer sweeps.Wait()
	for {
		sweeps.Go(func() { d.sweepDue(ctx) })
		wait := longestWait
		if next, err := d.store.NextPoll(ctx); err == nil && !next.IsZero() {
			wait = min(max(time.Until(next), d.pollGap()), longestWait)
		}
		if !sleep(ctx, wait, d.renewed) {
			return nil
		}
	}
}

// pollGap is how long after a sweep another may begin.
func (d *Daemon) pollGap() time.Duration {
	if _, sweeps := d.polls.next(); sweeps > 0 {
		return busyGap
	}
	return idleGap
}

func (d *Daemon) sweepDue(ctx context.Context) {
	err := d.sweep(ctx, storage.Claim{}, func(fetcher.Result) {})
	if err != nil && ctx.Err() == nil {
		d.log.Error("polling broke off; it is tried again", "error", err)
		sleep(ctx, retryGap, nil) // counts as at work, which slows the loop down
	}
}

// publishLoop publishes what the polls bring, at most once in publishGap.
func (d *Daemon) publishLoop(ctx context.Context) error {
	for {
		if !d.awaitPublication(ctx) {
			return nil
		}
		gap := publishGap
		if _, err := d.Publish(ctx, time.Now()); err != nil && ctx.Err() == nil {
			d.log.Error("publication failed; it is tried again", "error", err)
			gap = retryGap
		}
		if !sleep(ctx, gap, nil) {
			return nil
		}
	}
}

// awaitPublication waits until there is something to publish, or a story that
// was held is ready. It reports false when ctx ends before.
func (d *Daemon) awaitPublication(ctx context.Context) bool {
	var ready <-chan time.Time
	if wait := d.outbox.ready(time.Now()); wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		ready = timer.C
	}
	select {
	case <-d.outbox.wake:
	case <-ready:
		d.outbox.add(nil, true)
	case <-ctx.Done():
		return false
	}
	return true
}

// routeLoop routes stored items when topics have changed.
func (d *Daemon) routeLoop(ctx context.Context) error {
	for {
		select {
		case <-d.reroute:
		case <-ctx.Done():
			return nil
		}
		if err := d.Route(ctx, time.Now); err != nil && ctx.Err() == nil {
			d.log.Error("routing broke off; it is tried again", "error", err)
			if !sleep(ctx, retryGap, d.reroute) {
				return nil
			}
			token(d.reroute)
		}
	}
}

// pruneLoop forgets what is old.
func (d *Daemon) pruneLoop(ctx context.Context) error {
	for sleep(ctx, pruneEvery, nil) {
		if err := d.Prune(ctx, time.Now()); err != nil && ctx.Err() == nil {
			d.log.Error("forgetting old items failed; it is tried again", "error", err)
		}
	}
	return nil
}

// decideLoop has a publication look for entries on which it is time to decide.
func (d *Daemon) decideLoop(ctx context.Context) error {
	for sleep(ctx, decideEvery, nil) {
		bounded := func(t config.Topic) bool { return t.AtMost.N > 0 }
		if slices.ContainsFunc(d.Generation().Config.Topics, bounded) {
			d.outbox.add(nil, true)
		}
	}
	return nil
}

// learnLoop lets topics learn of new examples.
func (d *Daemon) learnLoop(ctx context.Context) error {
	for {
		select {
		case <-d.labelled:
		case <-ctx.Done():
			return nil
		}
		if !sleep(ctx, learnGap, nil) {
			return nil
		}
		if err := d.learn(ctx); err != nil && ctx.Err() == nil {
			d.log.Error("learning failed; it is tried again with the next example", "error", err)
		}
	}
}

// learn puts in force what the topics of today learn of their examples.
func (d *Daemon) learn(ctx context.Context) error {
	d.reloading.Lock()
	defer d.reloading.Unlock()
	g := d.Generation()
	next, err := Teach(ctx, g, d.store)
	if err != nil || next.Topics.Fingerprint() == g.Topics.Fingerprint() {
		return err
	}
	reroute, err := d.Apply(ctx, next, time.Now())
	if reroute {
		token(d.reroute)
	}
	return err
}

// sleep waits for d or a token, whichever comes first, and reports false when
// ctx ends before.
func sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-wake:
	case <-ctx.Done():
		return false
	}
	return ctx.Err() == nil
}
