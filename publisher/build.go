package publisher

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"time"

	"sluice/config"
	"sluice/publisher/render"
	"sluice/storage"
)

// A build is one run of Publish: what it was told, and what the store said of
// feeds and topics when it began.
type build struct {
	site   *Site
	gen    *generation
	now    time.Time
	feeds  map[string]storage.FeedState
	topics map[string]storage.TopicState
}

func (b *build) read(ctx context.Context) error {
	feeds, err := b.site.store.Feeds(ctx)
	if err != nil {
		return err
	}
	for _, f := range feeds {
		b.feeds[f.Name] = f
	}
	// Before any entry: a change in between then shows in bytes that carry
	// too early a date, which its own Publish repairs, never in old bytes
	// under a new date.
	topics, err := b.site.store.Topics(ctx)
	if err != nil {
		return err
	}
	for _, t := range topics {
		b.topics[t.Name] = t
	}
	return nil
}

// A head is what a topic's head documents were made of and became.
type head struct {
	extent  storage.Head
	changed time.Time // of the topic's entries
	entries int
	newest  time.Time // latest update of an entry; zero where there is none

	html, atom, rss, json *document
}

// head renders a topic's documents. Those whose bytes are as in old are kept.
func (b *build) head(ctx context.Context, topic config.Topic, old *head) (*head, error) {
	state, ok := b.topics[topic.Name]
	if !ok {
		return nil, storage.ErrNotFound
	}
	entries, err := b.entries(ctx, topic)
	if err != nil {
		return nil, err
	}
	page := &render.Page{Site: b.gen.site, Topic: topic, State: state}
	h := &head{extent: storage.Head{Limit: topic.Limit}, changed: state.Changed, entries: len(entries)}
	for i := range entries {
		page.Entries = append(page.Entries, render.Entry{Entry: entries[i], Feed: b.feed(&entries[i].Item)})
		h.extent.Oldest = entries[i].Place
	}
	if len(entries) > 0 {
		h.newest = page.Updated()
	}
	if old == nil {
		old = &head{}
	}
	for _, d := range []struct {
		to     **document
		old    *document
		kind   string
		render func(io.Writer, *render.Page) error
	}{
		{&h.html, old.html, render.TypeHTML, render.HTML},
		{&h.atom, old.atom, render.TypeAtom, render.Atom},
		{&h.rss, old.rss, render.TypeRSS, render.RSS},
		{&h.json, old.json, render.TypeJSON, render.JSON},
	} {
		*d.to, err = b.document(d.old, d.kind, state.Changed, func(w io.Writer) error { return d.render(w, page) })
		if err != nil {
			return nil, err
		}
	}
	return h, nil
}

// spare is how many entries a head with a limit per feed may pass over, so
// that one feed's flood can't make it read the whole topic.
const spare = 10_000

// batch is how many entries are read at a time.
const batch = 100

// entries returns those that stand in the topic's head.
func (b *build) entries(ctx context.Context, topic config.Topic) ([]storage.Entry, error) {
	var (
		shown  []storage.Entry
		after  storage.Place
		ofFeed = map[string]int{}
	)
	for passed := 0; len(shown) < topic.Limit && passed <= spare; {
		want := min(batch, topic.Limit-len(shown))
		if topic.PerFeed > 0 {
			want = batch
		}
		got, err := b.site.store.Entries(ctx, topic.Name, after, want)
		if err != nil {
			return nil, err
		}
		for _, e := range got {
			after = e.Place
			switch feed := e.Item.Feed; {
			case len(shown) == topic.Limit:
				return shown, nil
			case topic.PerFeed > 0 && ofFeed[feed] == topic.PerFeed:
				passed++
			default:
				ofFeed[feed]++
				shown = append(shown, e)
			}
		}
		if len(got) < want {
			break
		}
	}
	return shown, nil
}

// document renders one document, or returns old if its bytes are the same.
func (b *build) document(old *document, kind string, modified time.Time, render func(io.Writer) error) (*document, error) {
	if modified.After(b.now) {
		modified = b.now // RFC 9110 section 8.8.2.1
	}
	modified = modified.Truncate(time.Second)
	var body bytes.Buffer
	if old != nil {
		body.Grow(len(old.plain.body) + len(old.plain.body)/8)
	}
	if err := render(&body); err != nil {
		return nil, err
	}
	if old != nil && old.modified.Equal(modified) && bytes.Equal(old.plain.body, body.Bytes()) {
		return old, nil
	}
	return newDocument(kind, bytes.Clone(body.Bytes()), modified, &b.site.packer), nil
}

// shelf puts the heads on a new shelf, with the documents that list them.
func (b *build) shelf(heads []*head, failed []error, old *shelf) (*shelf, error) {
	s := &shelf{gen: b.gen, heads: map[string]*head{}, failed: map[string]bool{}}
	var (
		lines   []render.Line
		changed time.Time
	)
	for i, t := range b.gen.topics {
		if failed[i] != nil {
			s.failed[t.Name] = true
		}
		line := render.Line{Topic: t}
		if h := heads[i]; h != nil {
			s.heads[t.Name] = h
			line.Entries, line.Newest = h.entries, h.newest
			if h.changed.After(changed) {
				changed = h.changed
			}
		}
		lines = append(lines, line)
	}
	var err error
	s.index, err = b.document(old.index, render.TypeHTML, changed, func(w io.Writer) error {
		return render.Index(w, b.gen.site, lines)
	})
	if err != nil {
		return nil, err
	}
	// The lists say nothing that has a date in the store.
	s.topics, err = b.document(old.topics, render.TypeOPML, time.Time{}, func(w io.Writer) error {
		return render.Topics(w, b.gen.site, b.gen.topics)
	})
	if err != nil {
		return nil, err
	}
	s.sources, err = b.document(old.sources, render.TypeOPML, time.Time{}, func(w io.Writer) error {
		return render.Sources(w, b.gen.site, b.sources())
	})
	if err != nil {
		return nil, err
	}
	s.arrange()
	return s, nil
}

// sources returns the polled feeds that may be named, in the config's order.
func (b *build) sources() []render.Source {
	var list []render.Source
	for _, f := range b.gen.feeds {
		if f.Private {
			continue
		}
		state := b.feeds[f.Name]
		list = append(list, render.Source{
			Title: cmp.Or(f.Title, state.Title, f.Name),
			URL:   f.URL,
			Home:  state.Home,
			Tags:  f.Tags,
		})
	}
	return list
}
