package fetcher

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestBudgetBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit, largest = 1000, 600
		b := newBudget(limit)
		var mu sync.Mutex
		var most, done int64
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				s := &share{budget: b}
				defer s.release()
				for size := int64(10); size <= largest; size += int64(10 + i) {
					if err := s.grow(t.Context(), size); err != nil {
						t.Error(err)
					}
					b.mu.Lock()
					used := b.used
					b.mu.Unlock()
					mu.Lock()
					most = max(most, used)
					mu.Unlock()
					time.Sleep(time.Duration(i) * time.Millisecond)
				}
				mu.Lock()
				done++
				mu.Unlock()
			})
		}
		wg.Wait()
		// Waiting for each other they must all end all the same.
		if done != 50 || b.used != 0 || b.over != nil {
			t.Errorf("%d are done, %d bytes are still held", done, b.used)
		}
		if most <= limit/2 || most > limit+largest {
			t.Errorf("at most %d bytes were held, want up to %d and one share over it", most, limit)
		}
	})
}

func TestBudgetWaitEndsWithContext(t *testing.T) {
	b := newBudget(100)
	first, second, third := &share{budget: b}, &share{budget: b}, &share{budget: b}
	for _, s := range []*share{first, second} { // the second goes over
		if err := s.grow(t.Context(), 80); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := third.grow(ctx, 80); !errors.Is(err, context.Canceled) {
		t.Errorf("grow: %v", err)
	}
	second.release()
	first.release()
	if err := third.grow(t.Context(), 80); err != nil || b.used != 80 {
		t.Errorf("grow: %v, %d bytes held", err, b.used)
	}
	if err := third.grow(t.Context(), 20); err != nil || b.used != 80 {
		t.Errorf("growing to less: %v, %d bytes held", err, b.used)
	}
}
