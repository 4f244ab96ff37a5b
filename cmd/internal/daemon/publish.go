package daemon

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"sluice/cmd/internal/control"
	"sluice/storage"
)

// An outbox holds what awaits publication.
type outbox struct {
	wake chan struct{} // holds one token when there is something

	mu      sync.Mutex
	all     bool
	pending bool // something awaits Release
	topics  map[string]bool
	next    time.Time // when the first of the stories that are held is ready
}

// add puts topics in whose entries have changed, and whether the store holds
// something to release.
func (o *outbox) add(topics []string, pending bool) {
	if len(topics) == 0 && !pending {
		return
	}
	o.put(false, pending, topics)
}

// settle notes when the first of the stories that a release held is ready; zero
// for none.
func (o *outbox) settle(next time.Time) {
	o.mu.Lock()
	o.next = next
	o.mu.Unlock()
	if !next.IsZero() {
		o.put(false, false, nil) // so that the loop waits no longer than that
	}
}

// ready returns after how long there is something to release, 0 if nothing is
// held.
func (o *outbox) ready(now time.Time) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.next.IsZero() {
		return 0
	}
	return max(o.next.Sub(now), time.Millisecond)
}

// addAll puts every topic in.
func (o *outbox) addAll() { o.put(true, true, nil) }

func (o *outbox) put(all, pending bool, topics []string) {
	o.mu.Lock()
	o.all = o.all || all
	o.pending = o.pending || pending
	if o.topics == nil {
		o.topics = make(map[string]bool)
	}
	for _, t := range topics {
		o.topics[t] = true
	}
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// take empties the outbox.
func (o *outbox) take() (topics []string, all, pending bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for t := range o.topics {
		topics = append(topics, t)
	}
	slices.Sort(topics)
	all, pending = o.all, o.pending
	o.all, o.pending, o.topics = false, false, nil
	return topics, all, pending
}

// A Publication is what one publication did.
type Publication struct {
	Released, Withdrawn int
	Topics              []string // whose documents were rendered anew, sorted
	Took                time.Duration
}

// Publish releases what is ready, renders the documents of the topics that
// changed since the last publication, and writes static files where the config
// names a folder. What fails is kept for the next one.
//
// All that was saved before is in it.
func (s *System) Publish(ctx context.Context, now time.Time) (Publication, error) {
	s.publishing.Lock()
	defer s.publishing.Unlock()
	began := time.Now()
	// Saves under way are let through first, so that whoever has seen that a
	// poll was saved finds it in this publication.
	s.saving.Lock()
	topics, all, pending := s.outbox.take()
	s.saving.Unlock()
	var p Publication
	err := s.steadily(func() error {
		part, err := s.publishTopics(ctx, topics, all, pending, now)
		p.Released, p.Withdrawn, p.Topics = p.Released+part.Released, p.Withdrawn+part.Withdrawn, part.Topics
		topics, all, pending = part.Topics, true, true // should it be done anew
		return err
	})
	if err != nil {
		s.outbox.addAll() // what stands of a release that broke off is not known here
		return Publication{}, err
	}
	p.Took = time.Since(began)
	if len(p.Topics) == 0 {
		return p, nil
	}
	s.log.Info("published", "topics", p.Topics, "released", p.Released, "withdrawn", p.Withdrawn, "took", p.Took.Round(time.Millisecond))
	s.polls.publication(p)
	if s.published != nil {
		s.published(p)
	}
	return p, nil
}

func (s *System) publishTopics(ctx context.Context, topics []string, all, pending bool, now time.Time) (Publication, error) {
	var p Publication
	if pending {
		released, err := s.store.Release(ctx, now)
		if err != nil {
			return p, fmt.Errorf("releasing stories: %w", err)
		}
		s.outbox.settle(released.Next)
		p.Released, p.Withdrawn = released.Released, released.Withdrawn
		topics = append(topics, released.Topics...)
	}
	g := s.Generation()
	slices.Sort(topics)
	p.Topics = slices.DeleteFunc(slices.Compact(topics), func(name string) bool { return !g.hasTopic(name) })
	render := p.Topics
	if all {
		render = nil
	}
	if all || len(render) > 0 {
		if err := s.site.Publish(ctx, render, now); err != nil {
			return p, fmt.Errorf("publishing: %w", err)
		}
		if dir := g.Config.Static.Dir; dir != "" {
			if _, err := s.write(ctx, dir); err != nil {
				return p, err
			}
		}
	}
	return p, nil
}

// WriteTo publishes what waits and writes all documents into dir.
func (s *System) WriteTo(ctx context.Context, dir string, now time.Time) (control.Published, error) {
	var out control.Published
	err := s.steadily(func() error {
		if _, err := s.Publish(ctx, now); err != nil {
			return err
		}
		s.publishing.Lock()
		defer s.publishing.Unlock()
		var err error
		out, err = s.write(ctx, dir)
		return err
	})
	return out, err
}

// steadily calls f, and again where it found something missing since another
// generation came into force in the middle: the store knows topics by the
// names of the new one from then on.
func (s *System) steadily(f func() error) error {
	for {
		g := s.Generation()
		err := f()
		if !errors.Is(err, storage.ErrNotFound) || !s.replaced(g) {
			return err
		}
	}
}

// replaced reports whether another generation than g is in force, or is coming.
func (s *System) replaced(g *Generation) bool {
	s.swap.RLock()
	defer s.swap.RUnlock()
	return s.Generation() != g
}

func (s *System) write(ctx context.Context, dir string) (control.Published, error) {
	w, err := s.site.Write(ctx, dir)
	if err != nil {
		return control.Published{}, fmt.Errorf("writing static files: %w", err)
	}
	return control.Published{Dir: dir, Written: w.Written, Kept: w.Unchanged, Removed: w.Removed}, nil
}

func (g *Generation) hasTopic(name string) bool {
	for _, t := range g.Config.Topics {
		if t.Name == name {
			return true
		}
	}
	return false
}
