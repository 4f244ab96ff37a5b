package daemon

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sluice/cmd/internal/control"
	"sluice/storage"
)

// An interrupted store lets something happen before the first archive page that
// is read.
type interrupted struct {
	storage.Store
	once *sync.Once
	by   func()
}

func (i interrupted) Numbered(ctx context.Context, topic string, first, last uint64) ([]storage.Entry, error) {
	i.once.Do(i.by)
	return i.Store.Numbered(ctx, topic, first, last)
}

// A topic that is renamed while documents are written is written under its new
// name, and whoever waits for that sees no failure.
func TestPublishingWhileATopicIsRenamed(t *testing.T) {
	for _, writes := range []string{"out", "static"} {
		t.Run(writes, func(t *testing.T) {
			w := newWorld(t)
			w.page("/a.xml", rss("a", "rain-1"))
			dir := filepath.Join(w.dir, writes)
			config := map[string]string{"out": "", "static": "static: {dir: static}\n"}[writes] + "feeds:\n  - {url: \"${UP}/a.xml\", name: a}\ntopics:\n"
			w.config(config + "  - {name: old, match: rain}\n")
			w.withStore(func(ctx context.Context, store storage.Store) error {
				var s *System
				rename := func() {
					w.config(config + "  - {name: new, formerly: [old], match: rain}\n")
					g, err := w.load()
					if err == nil {
						_, err = s.Apply(ctx, g, time.Now())
					}
					if err != nil {
						t.Error(err)
					}
				}
				s = NewSystem(interrupted{store, new(sync.Once), rename}, quiet(), "test")
				g, err := w.load()
				if err != nil {
					return err
				}
				if _, err := s.Apply(ctx, g, time.Now()); err != nil {
					return err
				}
				if _, err := s.Fetch(ctx, control.FetchRequest{All: true}, time.Time{}, nil); err != nil {
					t.Error(err)
				}
				_, err = s.WriteTo(ctx, dir, time.Now())
				return err
			})
			if _, err := os.Stat(filepath.Join(dir, "topics/new/archive/1.atom")); err != nil {
				t.Error(err)
			}
		})
	}
}
