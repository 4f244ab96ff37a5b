package fetcher

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sluice/storage"
)

// pageBatch is how many pages of the same feeds are claimed at once.
const pageBatch = 16

// A batch is pages that were claimed together. When all are done, the next ones
// are claimed, so that none is under lease long before its turn.
type batch struct {
	feeds []string // as in storage.PageClaim
	left  int      // guarded by sweep.mu
}

// claimPages claims the pages of these feeds that are due and hands them to the
// workers of their hosts.
func (s *sweep) claimPages(ctx context.Context, feeds []string) error {
	if ctx.Err() != nil {
		return nil
	}
	pages, err := s.store.ClaimPages(ctx, storage.PageClaim{
		Feeds: feeds, Now: s.now(), Lease: max(s.ask.Lease, pageLease), Limit: pageBatch,
	})
	switch {
	case err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return nil
	case err != nil:
		return fmt.Errorf("claim pages: %w", err)
	}
	b := &batch{feeds: feeds, left: len(pages)}
	for _, p := range pages {
		s.push(ctx, hostOf(p.Item.URL), job{page: p, batch: b})
	}
	return nil
}

// now is the time, as the sweep counts it.
func (s *sweep) now() time.Time { return s.ask.Now.Add(s.late()) }

// onePage waits for a page's turn and fetches it. An error is the store's.
func (s *sweep) onePage(ctx context.Context, host string, j job) error {
	leave, resting := s.pace.enter(ctx, host, s.polls)
	if leave == nil && resting <= 0 {
		return nil // its lease ends by itself
	}
	// A feed that is not in the config wants no full text.
	feed := s.feeds[j.page.Item.Feed]
	feed.Name = j.page.Item.Feed
	sweeping := ctx
	ctx, end := s.linger(ctx)
	defer end()
	rest, err := s.page(ctx, feed, j.page, s.classifier, s.now(), resting)
	if leave != nil {
		leave()
	}
	if !rest.Until.IsZero() {
		s.pace.rest(rest.Name, rest.Until.Sub(s.now()))
	}
	switch {
	case err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return nil
	case err != nil:
		return err
	}
	s.mu.Lock()
	j.batch.left--
	last := j.batch.left == 0
	s.mu.Unlock()
	if last {
		return s.claimPages(sweeping, j.batch.feeds)
	}
	return nil
}
