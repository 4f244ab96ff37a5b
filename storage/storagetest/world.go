package storagetest

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/storage"
)

// week is how old an item must be when first seen to count as backlog.
const week = 7 * 24 * time.Hour

// tb is the part of testing.T that rapid.T has too.
type tb interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// A world is a store and what the config would say at the moment. Its methods
// end the test when the store refuses what the contract allows.
type world struct {
	tb
	t     *testing.T // for open
	open  Open
	path  string
	store storage.Store

	ctx    context.Context
	now    time.Time
	site   string
	window time.Duration
	settle time.Duration
	feeds  []storage.FeedSpec
	topics []query
}

// A query is a topic that takes the items with the category Takes and bars
// those with the category Bars.
type query struct {
	Name        string
	Formerly    []string
	Takes, Bars string
	Quota       storage.Quota
}

// newWorld opens a new store and enrols the feeds a, b and c and the topics x
// and y, which take the categories x and y and bar !x and !y.
func newWorld(t *testing.T, open Open) *world {
	t.Helper()
	w := worldAt(t, t, open, filepath.Join(t.TempDir(), "store.db"))
	w.enrol()
	return w
}

func worldAt(t *testing.T, to tb, open Open, path string) *world {
	return &world{
		tb: to, t: t, open: open, path: path, store: open(t, path),
		ctx:    context.Background(),
		now:    time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC),
		site:   "https://wire.example",
		window: 96 * time.Hour,
		feeds:  specs("a", "b", "c"),
		topics: []query{{Name: "x", Takes: "x", Bars: "!x"}, {Name: "y", Takes: "y", Bars: "!y"}},
	}
}

func specs(names ...string) []storage.FeedSpec {
	var list []storage.FeedSpec
	for _, name := range names {
		list = append(list, storage.FeedSpec{Name: name, URL: feedURL(name)})
	}
	return list
}

func (w *world) wait(d time.Duration) { w.now = w.now.Add(d) }

func (w *world) close() {
	w.Helper()
	if err := w.store.Close(); err != nil {
		w.Fatalf("Close: %v", err)
	}
	w.store = nil
}

func (w *world) reopen() {
	w.Helper()
	w.close()
	w.store = w.open(w.t, w.path)
}

func (w *world) verify() {
	w.Helper()
	wrong, err := w.store.Verify(w.ctx)
	if err != nil {
		w.Fatalf("Verify: %v", err)
	}
	for _, sentence := range wrong {
		w.Errorf("Verify: %s", sentence)
	}
}

// set is the fingerprint of the world's topics.
func (w *world) set() storage.ID {
	parts := []string{"set"}
	for _, q := range w.topics {
		parts = append(parts, q.Name, q.Takes, q.Bars)
	}
	return hash(parts...)
}

func (w *world) enrolment() storage.Enrolment {
	e := storage.Enrolment{Site: w.site, Feeds: w.feeds, Routing: w.set(), Window: w.window, Settle: w.settle}
	for _, q := range w.topics {
		e.Topics = append(e.Topics, storage.TopicSpec{
			Name: q.Name, Formerly: q.Formerly, Routing: hash("query", q.Takes, q.Bars), Quota: q.Quota,
		})
	}
	return e
}

// tryEnrol tells the store what the config says and routes nothing.
func (w *world) tryEnrol() storage.Enrolled {
	w.Helper()
	done, err := w.store.Enrol(w.ctx, w.enrolment(), w.now)
	if err != nil {
		w.Fatalf("Enrol: %v", err)
	}
	if !slices.IsSorted(done.Route) {
		w.Errorf("Enrol: Route %q is not sorted", done.Route)
	}
	return done
}

// enrol tells the store what the config says and routes what that asks for.
func (w *world) enrol() {
	w.Helper()
	if done := w.tryEnrol(); len(done.Route) > 0 {
		w.route(done.Route, done.Cursor, 100)
	}
}

// route judges the stored items behind cursor, so many at a time.
func (w *world) route(topics []string, cursor storage.ID, batch int) {
	w.Helper()
	for {
		r := w.batch(topics, cursor, batch)
		if err := w.store.Route(w.ctx, r); err != nil {
			w.Fatalf("Route: %v", err)
		}
		if r.Done {
			return
		}
		cursor = r.Cursor
	}
}

// batch judges the next items behind cursor.
func (w *world) batch(topics []string, cursor storage.ID, limit int) storage.Routed {
	w.Helper()
	items, err := w.store.Scan(w.ctx, cursor, limit)
	if err != nil {
		w.Fatalf("Scan: %v", err)
	}
	r := storage.Routed{Topics: topics, Cursor: cursor, Done: len(items) < limit, Set: w.set()}
	for i := range items {
		r.Cursor = items[i].ID
		r.Items = append(r.Items, storage.RoutedItem{
			ID: items[i].ID, Revision: items[i].Revision, Routing: w.classify(&items[i]),
		})
	}
	return r
}

// classify says what the world's topics say of an item.
func (w *world) classify(item *storage.Item) storage.Routing {
	var r storage.Routing
	for _, q := range w.topics {
		for _, c := range item.Categories {
			if c.Term == q.Takes {
				r.Topics = append(r.Topics, q.Name)
			}
			if c.Term == q.Bars {
				r.Barred = append(r.Barred, q.Name)
			}
		}
	}
	slices.Sort(r.Topics)
	slices.Sort(r.Barred)
	return r
}

// claim leases one feed.
func (w *world) claim(feed string) storage.FeedState {
	w.Helper()
	states, err := w.store.Claim(w.ctx, storage.Claim{Feeds: []string{feed}, Now: w.now, Lease: time.Minute, Force: true})
	if err != nil {
		w.Fatalf("Claim: %v", err)
	}
	if len(states) != 1 || states[0].Name != feed {
		w.Fatalf("Claim of feed %s gave %d feeds", feed, len(states))
	}
	return states[0]
}

// polled is the outcome of a poll that gave items: what the fetcher says, and
// nothing that is the store's to fill.
func (w *world) polled(state storage.FeedState, items ...storage.Item) storage.Poll {
	first := state.FirstPoll.IsZero()
	if first {
		state.FirstPoll = w.now
	}
	state.LastPoll, state.LastSuccess, state.NextPoll = w.now, w.now, w.now.Add(time.Hour)
	state.Status, state.Error, state.Failures, state.Entries = 200, "", 0, len(items)
	for i := range items {
		items[i].Routing = w.classify(&items[i])
		items[i].Backlog = first || !items[i].Published.IsZero() && w.now.Sub(items[i].Published) > week
	}
	return storage.Poll{State: state, Items: items, Routing: w.set(), Now: w.now}
}

// poll claims a feed and saves that it gave these items.
func (w *world) poll(feed string, items ...storage.Item) storage.Delta {
	w.Helper()
	return w.save(w.polled(w.claim(feed), items...))
}

func (w *world) save(p storage.Poll) storage.Delta {
	w.Helper()
	delta, err := w.store.Save(w.ctx, p)
	if err != nil {
		w.Fatalf("Save of feed %s: %v", p.State.Name, err)
	}
	return delta
}

// begin gives each feed an empty first poll, so that what comes later is no
// backlog.
func (w *world) begin() {
	w.Helper()
	for _, f := range w.feeds {
		w.poll(f.Name)
	}
	w.wait(time.Hour)
}

func (w *world) release() storage.Delta {
	w.Helper()
	delta, err := w.store.Release(w.ctx, w.now)
	if err != nil {
		w.Fatalf("Release: %v", err)
	}
	if !slices.IsSorted(delta.Topics) {
		w.Errorf("Release: Topics %q are not sorted", delta.Topics)
	}
	return delta
}

// items gives all stored items in order of id.
func (w *world) items() []storage.Item {
	w.Helper()
	var all []storage.Item
	var after storage.ID
	for {
		list, err := w.store.Scan(w.ctx, after, 500)
		if err != nil {
			w.Fatalf("Scan: %v", err)
		}
		if len(list) == 0 {
			return all
		}
		all = append(all, list...)
		after = list[len(list)-1].ID
	}
}

// item gives the stored item of a feed with that guid.
func (w *world) item(feed, guid string) storage.Item {
	w.Helper()
	for _, item := range w.items() {
		if item.Feed == feed && item.GUID == guid {
			return item
		}
	}
	w.Fatalf("no item %q of feed %s is stored", guid, feed)
	return storage.Item{}
}

// storyOf gives the story that article n of feed is in.
func (w *world) storyOf(feed string, n int) storage.Story {
	w.Helper()
	return w.story(w.item(feed, article(feed, n).GUID).Story)
}

func (w *world) story(id storage.ID) storage.Story {
	w.Helper()
	story, err := w.store.Story(w.ctx, id)
	if err != nil {
		w.Fatalf("Story %s: %v", id, err)
	}
	return story
}

// entries gives a topic's entries.
func (w *world) entries(topic string) []storage.Entry {
	w.Helper()
	list, err := w.store.Entries(w.ctx, topic, storage.Place{}, 100_000)
	if err != nil {
		w.Fatalf("Entries of topic %s: %v", topic, err)
	}
	return list
}

// entry gives a topic's entry whose pick has this title.
func (w *world) entry(topic, title string) storage.Entry {
	w.Helper()
	for _, e := range w.entries(topic) {
		if e.Item.Title.Value == title {
			return e
		}
	}
	w.Fatalf("topic %s has no entry %q", topic, title)
	return storage.Entry{}
}

// titles gives the titles of a topic's entries in their order.
func (w *world) titles(topic string) string {
	w.Helper()
	var list []string
	for _, e := range w.entries(topic) {
		list = append(list, e.Item.Title.Value)
	}
	return strings.Join(list, ", ")
}

// feed gives the state of a feed.
func (w *world) feed(name string) storage.FeedState {
	w.Helper()
	for _, f := range w.states() {
		if f.Name == name {
			return f
		}
	}
	w.Fatalf("feed %s is not known", name)
	return storage.FeedState{}
}

func (w *world) states() []storage.FeedState {
	w.Helper()
	list, err := w.store.Feeds(w.ctx)
	if err != nil {
		w.Fatalf("Feeds: %v", err)
	}
	return list
}

// topic gives the state of a topic.
func (w *world) topic(name string) storage.TopicState {
	w.Helper()
	for _, s := range w.topicStates() {
		if s.Name == name {
			return s
		}
	}
	w.Fatalf("topic %s is not known", name)
	return storage.TopicState{}
}

func (w *world) topicStates() []storage.TopicState {
	w.Helper()
	list, err := w.store.Topics(w.ctx)
	if err != nil {
		w.Fatalf("Topics: %v", err)
	}
	return list
}
