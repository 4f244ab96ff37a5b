// Package publisher keeps each topic's head documents ready, and serves them
// over HTTP or writes them as static files.
//
// Head documents are rendered when their topic changes, never at a request: a
// request takes one atomic pointer to an immutable set of documents, looks up
// its path and writes bytes that are already there. Archive pages, which can't
// all be held, are rendered when they are asked for, and those asked for last
// are kept.
package publisher

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/maphash"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"sluice/config"
	"sluice/publisher/render"
	"sluice/storage"
)

// Store is the part of the store's contract that publishing reads.
type Store interface {
	Feeds(ctx context.Context) ([]storage.FeedState, error)
	Topics(ctx context.Context) ([]storage.TopicState, error)
	Shown(ctx context.Context, topic string, after storage.Place, limit int) ([]storage.Entry, error)
	Corrected(ctx context.Context, topic string, limit int) ([]storage.Entry, error)
	Withdrawn(ctx context.Context, topic string, limit int) ([]storage.Tombstone, error)
	Numbered(ctx context.Context, topic string, first, last uint64) ([]storage.Entry, error)
}

// A Site is all that is published. It is an http.Handler and safe for
// concurrent use.
type Site struct {
	store    Store
	packer   packer
	archives *cache // of archive pages, and of documents for partners
	deltas   *cache
	seed     maphash.Seed // of marks

	wanted atomic.Pointer[generation] // what the config says
	shown  atomic.Pointer[shelf]      // what is served

	publishing sync.Mutex // held while documents are rendered
	writing    sync.Mutex // held while static files are written
}

// A generation is one config as publishing needs it. It is immutable.
type generation struct {
	site   config.Site
	topics []config.Topic // those that are published
	gone   []config.Topic
	former map[string]string // earlier names to names, of all topics
	feeds  []config.Feed
	named  map[string]config.Feed // feeds, by name
	prefix string                 // path of the site's public address
	drop   bool                   // archive pages go with their items

	frames  map[string]string             // by topic: what its documents are made from beside the store, as a short sum
	bearers map[[sha256.Size]byte]*bearer // by the sum of their tokens
}

// New returns a site that serves nothing yet: not before Configure and
// Publish.
func New(store Store) *Site {
	s := &Site{
		store: store, packer: newPacker(), seed: maphash.MakeSeed(),
		// Who asks for ever other pages leaves a half of the machine to the rest;
		// who asks for ever other deltas, which have no end, gets one at a time.
		archives: newCache((runtime.GOMAXPROCS(0)+1)/2, archiveBytes, true),
		deltas:   newCache(1, deltaBytes, false),
	}
	s.shown.Store(&shelf{})
	return s
}

// Configure takes a new config; feeds are the written ones and those of its
// lists. What is served stays as it is until the next Publish, which renders
// everything anew.
func (s *Site) Configure(cfg *config.Config, feeds []config.Feed) {
	g := &generation{site: cfg.Site, feeds: feeds, former: map[string]string{}, named: make(map[string]config.Feed, len(feeds)), drop: cfg.Keep.Archives == "drop"}
	for _, t := range cfg.Topics {
		if t.Gone {
			g.gone = append(g.gone, t)
		} else {
			g.topics = append(g.topics, t)
		}
		for _, f := range t.Formerly {
			if !strings.HasPrefix(f, "/") {
				g.former[f] = t.Name
			}
		}
	}
	for _, f := range feeds {
		g.named[f.Name] = f
	}
	g.admit(cfg.Topics)
	g.frames = frames(cfg.Site, g.topics, feeds)
	if u, err := url.Parse(cfg.Site.URL); err == nil {
		g.prefix = strings.TrimSuffix(u.Path, "/")
	}
	s.wanted.Store(g)
}

// Publish renders the documents of the topics that are named (nil: of all),
// and serves them from then on, all at once. Names that the config does not
// know are passed over.
//
// A topic that can't be rendered keeps what is served of it, is tried again at
// the next Publish, and is in the error; the others are published all the
// same. When ctx ends first, nothing changes.
//
// The bytes don't depend on now: it only keeps a Last-Modified from lying in
// the future.
func (s *Site) Publish(ctx context.Context, topics []string, now time.Time) error {
	s.publishing.Lock()
	defer s.publishing.Unlock()
	gen, old := s.wanted.Load(), s.shown.Load()
	if gen == nil {
		return errors.New("there is no config yet")
	}
	b := &build{site: s, gen: gen, now: now, feeds: map[string]storage.FeedState{}, topics: map[string]storage.TopicState{}}
	if err := b.read(ctx); err != nil {
		return err
	}
	due := old.due(gen, topics)
	heads := make([]*head, len(gen.topics))
	failed := make([]error, len(gen.topics))
	work, workCtx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i, t := range gen.topics {
		heads[i] = old.heads[t.Name]
		if !due[t.Name] && heads[i] != nil {
			continue
		}
		work.Go(func() error {
			h, err := b.head(workCtx, t, heads[i])
			if err != nil {
				failed[i] = fmt.Errorf("topic %s: %w", t.Name, err)
				return ctx.Err()
			}
			heads[i] = h
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	next, err := b.shelf(heads, failed, old)
	if err != nil {
		return err
	}
	s.shown.Store(next)
	return errors.Join(failed...)
}

// due returns the topics that must be rendered.
func (s *shelf) due(gen *generation, topics []string) map[string]bool {
	due := map[string]bool{}
	if topics == nil || s.gen != gen {
		for _, t := range gen.topics {
			due[t.Name] = true
		}
		return due
	}
	for _, name := range topics {
		due[name] = true
	}
	for name := range s.failed {
		due[name] = true
	}
	return due
}

// Ready reports whether every topic of the config has its documents.
func (s *Site) Ready() bool { return s.shown.Load().ready() }

// Heads returns what each topic shows, by name, for Prune. It is whole only
// once the site is ready; before, it returns nil.
func (s *Site) Heads() map[string]storage.Head {
	shown := s.shown.Load()
	if !shown.ready() {
		return nil
	}
	heads := make(map[string]storage.Head, len(shown.heads))
	for name, h := range shown.heads {
		heads[name] = h.extent
	}
	for _, t := range shown.gen.gone {
		heads[t.Name] = storage.Head{} // holds nothing back
	}
	return heads
}

// shown adds what readers may learn of the entries, and how much.
func (b *build) shown(topic config.Topic, entries []storage.Entry) []render.Entry {
	list := make([]render.Entry, len(entries))
	for i := range entries {
		e := entries[i]
		b.fill(&e.Item)
		e.Others = slices.DeleteFunc(slices.Clone(e.Others), func(t storage.Telling) bool { return b.private(t.Feed) })
		list[i] = render.Entry{
			Entry: e, Feed: b.feed(&e.Item),
			Content: max(terms(b.gen.site.Content), terms(topic.Content), terms(b.contentOf(e.Item.Feed))),
		}
	}
	return list
}

// fill gives an item the text of its page, where the feed says in so many words
// that its full text may be republished. What the feed itself sent is preferred
// if it is as long.
func (b *build) fill(item *storage.Item) {
	if !item.Extract.Says(item) || b.contentOf(item.Feed) != "full" {
		return
	}
	if item.Summary.Value == "" {
		item.Summary = item.Content
	}
	item.Content = storage.Text{Value: item.Extract.Content, HTML: true}
}

// terms reads the config's word.
func terms(content string) render.Content {
	switch content {
	case "excerpt":
		return render.Excerpt
	case "link":
		return render.Link
	}
	return render.Full
}

// contentOf returns what may be republished of a feed's items. For one that
// left the config, what that said last still counts.
func (b *build) contentOf(name string) string {
	if f, ok := b.gen.named[name]; ok {
		return f.Content
	}
	return b.feeds[name].Content
}

// private reports whether a feed may be named nowhere.
func (b *build) private(name string) bool {
	if f, ok := b.gen.named[name]; ok {
		return f.Private
	}
	state, ok := b.feeds[name]
	return !ok || state.Private
}

// feed returns what readers may learn of a feed. One that neither the config
// nor the store knows is taken for private: it can't be told whether it is.
func (b *build) feed(item *storage.Item) render.Feed {
	state, stored := b.feeds[item.Feed]
	said, configured := b.gen.named[item.Feed]
	f := render.Feed{URL: state.URL, Title: item.Origin.Title, Private: state.Private}
	if configured {
		f.URL, f.Private, f.Rights, f.Image = said.URL, said.Private, said.Rights, said.Image
		if said.Title != "" {
			f.Title = said.Title
		}
	} else if !stored {
		f.Private = true
	}
	if f.Title == "" {
		f.Title = item.Feed
	}
	return f
}
