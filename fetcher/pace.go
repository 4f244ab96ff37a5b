package fetcher

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"

	"sluice/config"
)

// A pacer keeps polls of one host apart: at most so many at once, and a gap
// from each one's start to the next one's.
type pacer struct {
	limit int
	gap   time.Duration

	mu    sync.Mutex
	hosts map[string]*gate
}

// A gate is the way to one host. Its times are the pacer's.
type gate struct {
	places chan struct{}
	next   time.Time // when the next poll may begin
	until  time.Time // before this the host wants none
}

func newPacer(cfg config.PerHost) *pacer {
	return &pacer{limit: max(1, cfg.Concurrency), gap: cfg.Gap, hosts: make(map[string]*gate)}
}

func (p *pacer) gate(host string) *gate {
	p.mu.Lock()
	defer p.mu.Unlock()
	g, ok := p.hosts[host]
	if !ok {
		g = &gate{places: make(chan struct{}, p.limit)}
		p.hosts[host] = g
	}
	return g
}

// rest keeps the host from being polled for so long.
func (p *pacer) rest(host string, d time.Duration) {
	g := p.gate(host)
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := time.Now().Add(d); until.After(g.until) {
		g.until = until
	}
}

// enter waits until a poll of the host may begin and one of slots is free, and
// returns what gives both back. leave is nil where there is to be no poll: ctx
// has ended, or the host wants to be left alone for so long.
func (p *pacer) enter(ctx context.Context, host string, slots chan struct{}) (leave func(), resting time.Duration) {
	g := p.gate(host)
	select {
	case g.places <- struct{}{}:
	case <-ctx.Done():
		return nil, 0
	}
	for {
		wait, resting := p.wait(g, false)
		if resting > 0 || !sleep(ctx, wait) {
			<-g.places
			return nil, resting
		}
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			<-g.places
			return nil, 0
		}
		// Another poll of the host may have begun while this one waited.
		if wait, resting = p.wait(g, true); wait <= 0 && resting <= 0 {
			return func() { <-slots; <-g.places }, 0
		}
		<-slots
	}
}

// wait returns how long a poll has yet to wait, and how long the host rests.
// With begin, a poll that need not wait begins.
func (p *pacer) wait(g *gate, begin bool) (wait, resting time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	wait, resting = g.next.Sub(now), g.until.Sub(now)
	if begin && wait <= 0 && resting <= 0 {
		g.next = now.Add(p.gap)
	}
	return wait, resting
}

// sleep waits so long and reports whether ctx outlasted it.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// hostOf returns the host and port of an address, as storage.HostState names
// them.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}
