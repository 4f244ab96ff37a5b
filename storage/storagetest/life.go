package storagetest

import (
	"context"
	"errors"
	"time"

	"sluice/storage"
)

func lifeTests() []test {
	return []test{
		{"opening again keeps everything", func(w *world) {
			w.begin()
			w.poll("a", taggedAll(articles("a", 1, 5), "x")...)
			w.release()
			w.poll("b", taggedAll(articles("b", 4, 9), "x", "y")...) // not released
			feeds, topics, items, x := w.states(), w.topicStates(), w.items(), w.entries("x")
			w.reopen()
			same(w, "Feeds", w.states(), feeds)
			same(w, "Topics", w.topicStates(), topics)
			same(w, "Scan", w.items(), items)
			same(w, "Entries", w.entries("x"), x)
			if d := w.release(); d.Released != 4 || d.Withdrawn != 0 {
				w.Errorf("Release of what was saved before: %s", show(d))
			}
		}},
		{"a set of topics outlives the process", func(w *world) {
			w.reopen()
			if d := w.poll("a", article("a", 1)); d.New != 1 {
				w.Errorf("Save without another Enrol: %s", show(d))
			}
			if done := w.tryEnrol(); len(done.Route) != 0 {
				w.Errorf("Enrol of the same asks for %q", done.Route)
			}
		}},
		{"an empty store reads as empty", func(w *world) {
			w.feeds, w.topics = nil, nil
			w.enrol()
			list, next, err := w.store.List(w.ctx, storage.ListQuery{Limit: 10})
			if err != nil || len(list) != 0 || next != "" || len(w.topicStates()) != 0 || len(w.items()) != 0 {
				w.Errorf("List gave %d items and the cursor %q (%v)", len(list), next, err)
			}
			w.claims(storage.Claim{Force: true})
			if d := w.release(); d.Released != 0 {
				w.Errorf("Release: %s", show(d))
			}
		}},
		{"ErrClosed", func(w *world) {
			w.oneEntry()
			calls := w.calls()
			if err := w.store.Close(); err != nil {
				w.Fatalf("Close: %v", err)
			}
			for name, call := range calls {
				if err := call(w.ctx); !errors.Is(err, storage.ErrClosed) {
					w.Errorf("%s after Close: %v, want ErrClosed", name, err)
				}
			}
			w.store = nil
		}},
		{"a context that has ended", func(w *world) {
			w.oneEntry()
			feeds, items, entries := w.states(), w.items(), w.entries("x")
			ctx, cancel := context.WithCancel(w.ctx)
			calls := w.calls()
			cancel()
			for name, call := range calls {
				if err := call(ctx); !errors.Is(err, context.Canceled) {
					w.Errorf("%s: %v, want context.Canceled", name, err)
				}
			}
			w.wait(time.Hour)
			same(w, "Scan", w.items(), items)
			same(w, "Entries", w.entries("x"), entries)
			for i, f := range w.states() {
				f.Token, f.Lease = feeds[i].Token, feeds[i].Lease // calls holds a claim
				same(w, "Feeds", f, feeds[i])
			}
		}},
	}
}

// calls gives a call of every method, none of which the store has cause to
// refuse while it is open.
func (w *world) calls() map[string]func(context.Context) error {
	w.Helper()
	s, e, item := w.store, w.enrolment(), w.items()[0]
	p := w.polled(w.claim("b"), article("b", 2))
	return map[string]func(context.Context) error{
		"Enrol": func(ctx context.Context) error { _, err := s.Enrol(ctx, e, w.now); return err },
		"Claim": func(ctx context.Context) error {
			_, err := s.Claim(ctx, storage.Claim{Now: w.now, Lease: time.Minute, Force: true})
			return err
		},
		"Save":      func(ctx context.Context) error { _, err := s.Save(ctx, p); return err },
		"Route":     func(ctx context.Context) error { return s.Route(ctx, storage.Routed{Set: e.Routing, Done: true}) },
		"Release":   func(ctx context.Context) error { _, err := s.Release(ctx, w.now); return err },
		"Feeds":     func(ctx context.Context) error { _, err := s.Feeds(ctx); return err },
		"Topics":    func(ctx context.Context) error { _, err := s.Topics(ctx); return err },
		"Entries":   func(ctx context.Context) error { _, err := s.Entries(ctx, "x", storage.Place{}, 5); return err },
		"Numbered":  func(ctx context.Context) error { _, err := s.Numbered(ctx, "x", 1, 5); return err },
		"Corrected": func(ctx context.Context) error { _, err := s.Corrected(ctx, "x", 5); return err },
		"Find": func(ctx context.Context) error {
			_, err := s.Find(ctx, storage.Ref{Text: item.ID.String()})
			return err
		},
		"Story":     func(ctx context.Context) error { _, err := s.Story(ctx, item.Story); return err },
		"List":      func(ctx context.Context) error { _, _, err := s.List(ctx, storage.ListQuery{Limit: 5}); return err },
		"Scan":      func(ctx context.Context) error { _, err := s.Scan(ctx, storage.ID{}, 5); return err },
		"NextPoll":  func(ctx context.Context) error { _, err := s.NextPoll(ctx); return err },
		"Memory":    func(ctx context.Context) error { _, err := s.Memory(ctx, "b"); return err },
		"Withdrawn": func(ctx context.Context) error { _, err := s.Withdrawn(ctx, "x", 5); return err },
		"Bury":      func(ctx context.Context) error { _, err := s.Bury(ctx, w.now, w.now); return err },
		"Prune":     func(ctx context.Context) error { _, _, err := s.Prune(ctx, w.now, nil, 5); return err },
		"Verify":    func(ctx context.Context) error { _, err := s.Verify(ctx); return err },
	}
}
