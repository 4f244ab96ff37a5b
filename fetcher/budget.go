package fetcher

import (
	"context"
	"sync"
)

const (
	// bodyBudget is how many bytes all bodies in flight and in parsing may
	// take together.
	bodyBudget = 64 << 20

	// parseFactor is how many times its size a document counts while it is
	// parsed and normalised.
	parseFactor = 6
)

// A budget bounds the bytes that all polls hold. What does not fit waits; but
// one share at a time may go past the limit, so that polls that wait for each
// other's bytes never stand still.
type budget struct {
	limit int64

	mu    sync.Mutex
	used  int64
	over  *share
	freed chan struct{} // closed and replaced when bytes are given back
}

func newBudget(limit int64) *budget {
	return &budget{limit: limit, freed: make(chan struct{})}
}

// A share is one poll's part of a budget. It is used by one goroutine at a time.
type share struct {
	budget *budget
	held   int64
}

// grow makes the share at least size bytes. It waits for room until ctx ends.
func (s *share) grow(ctx context.Context, size int64) error {
	for {
		freed := s.tryGrow(size)
		if freed == nil {
			return nil
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// tryGrow grows the share, or returns what will be closed when trying again
// makes sense.
func (s *share) tryGrow(size int64) <-chan struct{} {
	b := s.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	more := size - s.held
	if more <= 0 {
		return nil
	}
	if b.used+more > b.limit && b.over != s {
		if b.over != nil {
			return b.freed
		}
		b.over = s
	}
	b.used += more
	s.held = size
	return nil
}

// release gives the whole share back.
func (s *share) release() {
	b := s.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.held == 0 {
		return
	}
	b.used -= s.held
	s.held = 0
	if b.over == s {
		b.over = nil
	}
	close(b.freed)
	b.freed = make(chan struct{})
}
