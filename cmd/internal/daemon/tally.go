package daemon

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"sluice/cmd/internal/control"
	"sluice/fetcher"
	"sluice/storage"
)

// A tally adds up what a request's polls did.
type tally struct {
	report func(control.Polled) // may be nil

	mu   sync.Mutex
	out  control.Fetched
	seen map[string]bool // feeds in the tally
}

// add counts what became of a feed in a sweep of this request.
func (t *tally) add(r fetcher.Result) {
	p := control.Polled{Feed: r.Feed, Status: r.Status, New: r.Delta.New, Changed: r.Delta.Changed}
	var failure *fetcher.Failure
	switch {
	case errors.As(r.Err, &failure):
		p.Error = failure.Reason
	case r.Err != nil:
		p.Error = r.Err.Error()
	case r.Lost:
		return // whoever took it over polls it
	case !r.Deferred.IsZero():
		t.pass([]string{r.Feed}, resting(r.Deferred))
		return
	}
	t.count(p)
}

func resting(until time.Time) string {
	return "its host asked to be left alone until " + until.UTC().Format(time.RFC3339)
}

// saw counts a poll that another made meanwhile.
func (t *tally) saw(f *storage.FeedState) {
	t.count(control.Polled{Feed: f.Name, Status: f.Status, Error: f.Error})
}

func (t *tally) count(p control.Polled) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen[p.Feed] {
		return
	}
	t.mark(p.Feed)
	t.out.Polled++
	t.out.New += p.New
	t.out.Changed += p.Changed
	if p.Status == 304 {
		t.out.Unchanged++
	}
	if p.Error != "" {
		t.out.Failed = append(t.out.Failed, control.Reason{Feed: p.Feed, Reason: p.Error})
	}
	if t.report != nil {
		t.report(p)
	}
}

// pass notes feeds that were not polled, and why.
func (t *tally) pass(names []string, why string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, n := range names {
		if !t.seen[n] {
			t.mark(n)
			t.out.Passed = append(t.out.Passed, control.Reason{Feed: n, Reason: why})
		}
	}
}

func (t *tally) mark(name string) {
	if t.seen == nil {
		t.seen = make(map[string]bool)
	}
	t.seen[name] = true
}

func (t *tally) result() control.Fetched {
	t.mu.Lock()
	defer t.mu.Unlock()
	byFeed := func(a, b control.Reason) int { return strings.Compare(a.Feed, b.Feed) }
	slices.SortFunc(t.out.Failed, byFeed)
	slices.SortFunc(t.out.Passed, byFeed)
	return t.out
}
