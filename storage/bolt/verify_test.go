package bolt_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"sluice/storage"
)

// A store that is written to while it is verified is whole.
func TestVerifyBesideWriters(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	defer s.Close()
	now := time.Unix(1_700_000_000, 0)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		for i := 0; ctx.Err() == nil; i++ {
			e := storage.Enrolment{Rules: make([]byte, i%50*1000)}
			for n := range 40 {
				e.Feeds = append(e.Feeds, storage.FeedSpec{Name: fmt.Sprint("f", n), URL: fmt.Sprintf("https://a.example/%d/%d", n, i)})
			}
			if _, err := s.Enrol(t.Context(), e, now); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for range 100 {
		if wrong, err := s.Verify(t.Context()); err != nil || len(wrong) > 0 {
			t.Errorf("%q, %v", wrong, err)
			break
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
