package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"sluice/cmd/internal/control"
	"sluice/storage"
	"sluice/storage/bolt"
)

var errCrash = errors.New("the process was killed")

// A dying store crashes at a batch of a re-route, and counts the batches.
type dying struct {
	storage.Store
	after int  // batches until then; -1: never
	kills bool // the process ends, and nothing that it still would have done is done
	done  int
}

func (d *dying) Route(ctx context.Context, r storage.Routed) error {
	if d.done == d.after && d.kills {
		err := syscall.Kill(os.Getpid(), syscall.SIGKILL)
		return errors.Join(err, errCrash)
	}
	if d.done == d.after {
		return errCrash
	}
	d.done++
	return d.Store.Route(ctx, r)
}

// killedEnv makes the test program route what the config of that name asks for,
// until it kills itself at the third batch.
const killedEnv = "SLUICE_TEST_KILLED_ROUTE"

func routeUntilKilled(file string) error {
	g, err := Load(os.DirFS("/"), file, os.LookupEnv)
	if err != nil {
		return err
	}
	store, err := bolt.Open(g.Config.Store, bolt.Options{Now: time.Now()})
	if err != nil {
		return err
	}
	s := NewSystem(&dying{Store: store, after: 2, kills: true}, quiet(), "test")
	ctx := context.Background()
	if _, err := s.Apply(ctx, g, time.Now()); err != nil {
		return err
	}
	return errors.Join(errors.New("it ended by itself"), s.Route(ctx, time.Now))
}

// kill has another process route until it is killed.
func (w *world) kill() {
	w.Helper()
	c := exec.CommandContext(w.Context(), os.Args[0])
	c.Env = append(os.Environ(), killedEnv+"="+w.file, "UP="+w.URL)
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		w.Fatalf("the process that should be killed: %v\n%s", err, out)
	}
}

// A re-route that ends in the middle shows nothing of itself; the next process
// goes on where it ended, and what came meanwhile is as if it had never ended.
func TestARouteGoesOnAfterACrash(t *testing.T) {
	w := newWorld(t)
	var titles []string
	for i := range 2400 {
		titles = append(titles, fmt.Sprintf("%s-%d", []string{"north", "south", "west"}[i%3], i))
	}
	w.page("/a.xml", rss("a", titles...))
	w.page("/b.xml", rss("b"))
	const text = "feeds:\n  - {url: \"${UP}/a.xml\", name: a}\n  - {url: \"${UP}/b.xml\", name: b}\ntopics:\n  - {name: one, match: '%s'}\n  - {name: two, match: south}\n"
	w.config(fmt.Sprintf(text, "north"))
	w.own(func(ctx context.Context, s *System) error {
		_, err := s.Fetch(ctx, control.FetchRequest{All: true}, time.Time{}, nil)
		return err
	})

	w.config(fmt.Sprintf(text, "west"))
	w.page("/b.xml", rss("b", "north-9001", "west-9002"))
	const batches = 2400/routeBatch + 1
	run := func(after int, f func(ctx context.Context, s *System) error) (done int) {
		t.Helper()
		w.withStore(func(ctx context.Context, store storage.Store) error {
			g, err := w.load()
			if err != nil {
				return err
			}
			d := &dying{Store: store, after: after}
			s := NewSystem(d, quiet(), "test")
			if _, err := s.Apply(ctx, g, time.Now()); err != nil {
				return err
			}
			if err := s.Route(ctx, time.Now); !errors.Is(err, errCrash) && (after >= 0 || err != nil) {
				t.Errorf("Route: %v", err)
			}
			done = d.done
			return f(ctx, s)
		})
		return done
	}
	counts := func(want map[string]int) func(ctx context.Context, s *System) error {
		return func(ctx context.Context, s *System) error {
			t.Helper()
			if _, err := s.Publish(ctx, time.Now()); err != nil {
				return err
			}
			states, err := s.store.Topics(ctx)
			for _, topic := range states {
				if topic.Live != want[topic.Name] {
					t.Errorf("topic %s: %d entries stand, want %d", topic.Name, topic.Live, want[topic.Name])
				}
			}
			return err
		}
	}
	w.kill()
	run(0, counts(map[string]int{"one": 800, "two": 800}))
	run(1, func(ctx context.Context, s *System) error {
		if _, err := s.Fetch(ctx, control.FetchRequest{All: true}, time.Time{}, nil); err != nil {
			return err
		}
		return counts(map[string]int{"one": 801, "two": 800})(ctx, s)
	})
	if done := run(-1, counts(map[string]int{"one": 801, "two": 800})); done < 1 || done > batches-3 {
		t.Errorf("the last run judged %d batches, want the rest of %d", done, batches)
	}
	if done := run(-1, counts(map[string]int{"one": 801, "two": 800})); done != 0 {
		t.Errorf("%d batches are judged again", done)
	}
	w.withStore(func(ctx context.Context, store storage.Store) error {
		entries, err := store.Entries(ctx, "one", storage.Place{}, 10_000)
		for i, e := range entries {
			if e.Item.Feed == "a" && e.Item.Title.Value[:4] != "west" {
				t.Errorf("%s stands", e.Item.Title.Value)
			}
			// Gains enter by their date, with new numbers in its order.
			if e.Item.Feed == "a" && (!e.Place.Time.Equal(e.Published) || e.Number <= 800) {
				t.Errorf("entry %d: number %d, at %v", i, e.Number, e.Place.Time)
			}
			if i > 0 && e.Item.Feed == "a" && entries[i-1].Item.Feed == "a" && entries[i-1].Number < e.Number && entries[i-1].Published.After(e.Published) {
				t.Errorf("entry %d has number %d, the later one before it %d", i, e.Number, entries[i-1].Number)
			}
		}
		return err
	})
}
