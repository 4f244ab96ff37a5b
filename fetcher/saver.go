package fetcher

import (
	"context"
	"sync"
	"time"

	"sluice/storage"
)

const (
	// saverBatch is how many states are saved together, and saverWait how
	// long the first of them waits for the others.
	saverBatch = 500
	saverWait  = 200 * time.Millisecond
)

// A saver is the store as a sweep sees it. Polls that brought nothing, which
// most do, are saved together: handed to the store at once they share one
// commit, where each alone would cost one. What such a poll changes is its
// feed's state; if it is lost in a crash, the feed is polled again, and its
// lease keeps others from it until it is saved.
type saver struct {
	Store
	failed func(error) // told of errors of the store

	mu      sync.Mutex
	waiting []storage.Poll
	timer   *time.Timer // runs while something waits
	work    sync.WaitGroup
}

// Save saves a poll: at once where it brought something or failed, else soon.
func (s *saver) Save(ctx context.Context, p storage.Poll) (storage.Delta, error) {
	if len(p.Items)+len(p.Retracted) > 0 || p.State.Failures > 0 || p.Host.Name != "" {
		return s.Store.Save(ctx, p)
	}
	s.mu.Lock()
	s.waiting = append(s.waiting, p)
	full := len(s.waiting) >= saverBatch
	if s.timer == nil {
		s.work.Add(1)
		s.timer = time.AfterFunc(saverWait, func() {
			defer s.work.Done()
			s.flush()
		})
	}
	s.mu.Unlock()
	if full {
		s.flush()
	}
	return storage.Delta{Same: len(p.Unchanged)}, nil
}

// flush saves what waits.
func (s *saver) flush() {
	s.mu.Lock()
	batch := s.waiting
	s.waiting = nil
	if s.timer != nil && s.timer.Stop() {
		s.work.Done()
	}
	s.timer = nil
	s.mu.Unlock()
	var saves sync.WaitGroup
	for _, p := range batch {
		saves.Go(func() {
			if _, err := s.Store.Save(context.Background(), p); err != nil && !isLost(err) {
				s.failed(err)
			}
		})
	}
	saves.Wait()
}

// close saves what waits and returns when all is saved.
func (s *saver) close() {
	s.flush()
	s.work.Wait()
}
