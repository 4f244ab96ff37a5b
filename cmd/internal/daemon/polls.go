package daemon

import (
	"slices"
	"sync"
	"time"
)

// polls knows what is polling.
type polls struct {
	mu       sync.Mutex
	sweeps   int                   // at work
	requests map[*request]struct{} // Fetch calls at work
	done     chan struct{}         // closed and made anew after each poll
}

// A request is a Fetch at work.
type request struct {
	began     time.Time
	published Publication // all publications since, guarded by polls.mu
}

// begin enters a request and returns the time since when a poll counts as its
// own: requests that overlap share their polls, so that no feed is polled
// twice for two who ask at once.
func (p *polls) begin(r *request) (since time.Time, others bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	since, others = r.began, len(p.requests) > 0
	for other := range p.requests {
		if other.began.Before(since) {
			since = other.began
		}
	}
	if p.requests == nil {
		p.requests = make(map[*request]struct{})
	}
	p.requests[r] = struct{}{}
	return since, others
}

func (p *polls) end(r *request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.requests, r)
}

// publication tells the requests at work of a publication: whoever made it,
// what they polled may be in it.
func (p *polls) publication(done Publication) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for r := range p.requests {
		r.published.Released += done.Released
		r.published.Withdrawn += done.Withdrawn
		r.published.Topics = append(r.published.Topics, done.Topics...)
	}
}

// publications returns what was published since a request began.
func (p *polls) publications(r *request) Publication {
	p.mu.Lock()
	defer p.mu.Unlock()
	slices.Sort(r.published.Topics)
	r.published.Topics = slices.Compact(r.published.Topics)
	return r.published
}

// sweeping counts sweeps: with 1 at the start of one, with -1 at its end.
func (p *polls) sweeping(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweeps += n
	p.announce()
}

// announce wakes those who wait for a poll to end; p.mu is held.
func (p *polls) announce() {
	close(p.done)
	p.done = make(chan struct{})
}

func (p *polls) polled() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.announce()
}

// next returns a channel that is closed when a poll or sweep ends, and how
// many sweeps are at work.
func (p *polls) next() (<-chan struct{}, int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.done, p.sweeps
}
