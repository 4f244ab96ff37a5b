package publisher

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"slices"
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
	topic   config.Topic
	state   storage.TopicState
	extent  storage.Head
	full    bool          // as many entries stand in it as may
	age     time.Duration // how long readers may keep the documents
	entries int
	newest  time.Time // latest update of an entry; zero where there is none

	html, atom, rss, json *document   // none of a private topic
	gen                   *generation // whose config they were rendered by
	marks                 []mark      // of the entries
	drafts                [4]*render.Draft
	page                  *render.Page // of a private topic, what each partner's documents are made from
	rendered              time.Time    // no date in them may be later
}

// readHead returns a topic's head with the page that its documents say.
func (b *build) readHead(ctx context.Context, topic config.Topic, state storage.TopicState) (*head, *render.Page, error) {
	entries, err := Head(ctx, b.site.store, topic, state.Floor)
	if err != nil {
		return nil, nil, err
	}
	h := &head{topic: topic, state: state, extent: storage.Head{Limit: topic.Limit}, age: headAge(entries), full: len(entries) == topic.Limit}
	if len(entries) > 0 {
		h.extent.Oldest = entries[len(entries)-1].Place
	}
	if entries, err = b.withCorrected(ctx, topic, entries); err != nil {
		return nil, nil, err
	}
	h.entries = len(entries)
	withdrawn, err := b.site.store.Withdrawn(ctx, topic.Name, maxWithdrawn)
	if err != nil {
		return nil, nil, err
	}
	page := &render.Page{
		Site: b.gen.site, Topic: topic, State: state, Entries: b.shown(topic, entries), Withdrawn: withdrawn, Age: h.age, Prev: h.pages(),
	}
	if len(entries) > 0 {
		h.newest = page.Updated()
	}
	return h, page, nil
}

// head renders a topic's documents. Those whose bytes are as in old are kept.
func (b *build) head(ctx context.Context, topic config.Topic, old *head) (*head, error) {
	state, ok := b.topics[topic.Name]
	if !ok {
		return nil, storage.ErrNotFound
	}
	if topic.ID != "" {
		state.AtomID = topic.ID
	}
	h, page, err := b.readHead(ctx, topic, state)
	if err != nil {
		return nil, err
	}
	if private(topic) {
		h.page, h.rendered = page, b.now
		return h, nil
	}
	if old == nil {
		old = &head{}
	}
	// Entries that say what they said are taken over as they were written.
	h.gen, h.marks = b.gen, b.site.marks(page.Entries)
	var same []int
	if old.gen == h.gen {
		same = kept(old.marks, h.marks)
	}
	since := b.base(h).String()
	for i, d := range []struct {
		to     **document
		old    *document
		kind   string
		since  string
		format *render.Format
	}{
		{&h.html, old.html, render.TypeHTML, "", render.HTMLFormat()},
		{&h.atom, old.atom, render.TypeAtom, since, render.AtomFormat()},
		{&h.rss, old.rss, render.TypeRSS, since, render.RSSFormat()},
		{&h.json, old.json, render.TypeJSON, since, render.JSONFormat()},
	} {
		draft, err := d.format.Draft(page, old.drafts[i], same)
		if err != nil {
			return nil, err
		}
		*d.to = b.finish(d.old, d.kind, edition{state.Changed, h.age, d.since}, draft.Body, draft.Ends())
		draft.Body = (*d.to).plain.body // held once
		h.drafts[i] = draft
	}
	return h, nil
}

// maxWithdrawn is how many withdrawn entries a head names, so that a query
// that gives up most of a topic does not make the head many times as large.
const maxWithdrawn = 1000

// withCorrected adds the entries, among those that do not stand in the head by
// their place, that were really updated lately: a correction is to reach those
// who read the error. They are at most as many as the head's limit, and no
// feed gets more than its share by them.
func (b *build) withCorrected(ctx context.Context, topic config.Topic, entries []storage.Entry) ([]storage.Entry, error) {
	corrected, err := b.site.store.Corrected(ctx, topic.Name, topic.Limit)
	if err != nil || len(corrected) == 0 {
		return entries, err
	}
	shown, ofFeed := map[storage.ID]bool{}, map[string]int{}
	for i := range entries {
		shown[entries[i].Story] = true
		ofFeed[entries[i].Item.Feed]++
	}
	for _, e := range corrected {
		if feed := e.Item.Feed; !shown[e.Story] && (topic.PerFeed == 0 || ofFeed[feed] < topic.PerFeed) {
			ofFeed[feed]++
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b storage.Entry) int {
		return cmp.Or(b.Place.Time.Compare(a.Place.Time), bytes.Compare(a.Story[:], b.Story[:]))
	})
	return entries, nil
}

// document renders one document, or returns old if it would be the same.
func (b *build) document(old *document, kind string, e edition, render func(io.Writer) error) (*document, error) {
	var body bytes.Buffer
	if old != nil {
		body.Grow(len(old.plain.body) + len(old.plain.body)/8)
	}
	if err := render(&body); err != nil {
		return nil, err
	}
	return b.finish(old, kind, e, bytes.Clone(body.Bytes()), nil), nil
}

// finish makes a document of its bytes, or returns old if it would be the same.
// ends tell where its entries end.
func (b *build) finish(old *document, kind string, e edition, body []byte, ends []int) *document {
	if e.modified.After(b.now) {
		e.modified = b.now // RFC 9110 section 8.8.2.1
	}
	e.modified = e.modified.Truncate(time.Second)
	if old != nil && old.modified.Equal(e.modified) && old.age == e.age && old.since == e.since && bytes.Equal(old.plain.body, body) {
		return old
	}
	return newDocument(kind, body, ends, e, old, &b.site.packer)
}

// shelf puts the heads on a new shelf, with the documents that list them.
func (b *build) shelf(heads []*head, failed []error, old *shelf) (*shelf, error) {
	s := &shelf{gen: b.gen, feeds: b.feeds, heads: map[string]*head{}, failed: map[string]bool{}}
	var (
		lines   []render.Line
		changed time.Time
	)
	for i, t := range b.gen.topics {
		if failed[i] != nil {
			s.failed[t.Name] = true
		}
		line := render.Line{Topic: t}
		h := heads[i]
		if h != nil {
			s.heads[t.Name] = h
		}
		if private(t) {
			continue
		}
		if h != nil {
			line.Entries, line.Newest = h.entries, h.newest
			if h.state.Changed.After(changed) {
				changed = h.state.Changed
			}
		}
		lines = append(lines, line)
	}
	var err error
	s.index, err = b.document(old.index, render.TypeHTML, edition{changed, listAge, ""}, func(w io.Writer) error {
		return render.Index(w, b.gen.site, lines)
	})
	if err != nil {
		return nil, err
	}
	// The lists say nothing that has a date in the store.
	s.topics, err = b.document(old.topics, render.TypeOPML, edition{age: listAge}, func(w io.Writer) error {
		return render.Topics(w, b.gen.site, b.gen.public())
	})
	if err != nil {
		return nil, err
	}
	s.sources, err = b.document(old.sources, render.TypeOPML, edition{age: listAge}, func(w io.Writer) error {
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
