package bolt

import (
	"context"
	"sort"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// releaseBatch is how many stories one transaction releases. A large release
// is cut so that it does not hold up the saves beside it; each cut rewrites most
// of the pages that hold stories anew.
const releaseBatch = 1000

// Release implements storage.Curation.
func (s *Store) Release(ctx context.Context, now time.Time) (storage.Delta, error) {
	idle, err := s.nothingPending(ctx, now)
	if err != nil || idle {
		return storage.Delta{}, err
	}
	if err := s.reindex(ctx, now); err != nil {
		return storage.Delta{}, err
	}
	var queue []waiting
	var total storage.Delta
	err = s.update(ctx, "grouping unreleased items", func(t *tx) (err error) {
		queue, total.Next, err = t.plan(now)
		return err
	})
	topics := make(map[string]bool)
	for err == nil && len(queue) > 0 {
		batch := queue[:min(len(queue), releaseBatch)]
		queue = queue[len(batch):]
		var delta storage.Delta
		err = s.update(ctx, "releasing stories", func(t *tx) (err error) {
			delta, err = t.release(batch, now)
			return err
		})
		total.Released += delta.Released
		total.Withdrawn += delta.Withdrawn
		for _, name := range delta.Topics {
			topics[name] = true
		}
	}
	if err == nil {
		var decided []string
		decided, err = s.decide(ctx, now)
		for _, name := range decided {
			topics[name] = true
		}
	}
	for name := range topics {
		total.Topics = append(total.Topics, name)
	}
	sort.Strings(total.Topics)
	return total, err
}

func (s *Store) nothingPending(ctx context.Context, now time.Time) (idle bool, err error) {
	err = s.view(ctx, "looking for unreleased stories", func(t *tx) error {
		k, _ := t.bucket(bPending).Cursor().First()
		idle = k == nil && !t.undecidedDue(now)
		return nil
	})
	return idle, err
}

// waiting is a story that the release must look at, with what orders it.
type waiting struct {
	story     storage.ID
	published micros
}

// plan groups unreleased items and returns all pending stories in order of
// their published dates, then ids: the order in which numbers are given. While
// a re-route is under way, what it touched waits for its end. Next is when the
// first of the stories that are held to settle is ready.
func (t *tx) plan(now time.Time) (queue []waiting, next time.Time, err error) {
	settings, err := t.settings()
	if err != nil {
		return nil, next, err
	}
	routing := len(settings.Route) > 0
	g, err := t.group(settings, routing)
	if err != nil {
		return nil, next, err
	}
	pending, err := t.pendingStories(routing)
	if err != nil {
		return nil, next, err
	}
	settling, err := t.newSettling(time.Duration(settings.Settle))
	if err != nil {
		return nil, next, err
	}
	for _, id := range pending {
		st, err := t.story(id)
		if err != nil {
			return nil, next, err
		}
		awaited, err := t.awaited(st)
		if err != nil {
			return nil, next, err
		}
		until, err := settling.until(st)
		if err != nil {
			return nil, next, err
		}
		if until.After(now) && (next.IsZero() || until.Before(next)) {
			next = until
		}
		if awaited || until.After(now) {
			g.hold(st)
			continue
		}
		at := st.Published
		if st.Released == 0 {
			if at, err = t.earliest(st); err != nil {
				return nil, next, err
			}
		}
		queue = append(queue, waiting{story: id, published: at})
	}
	sort.Slice(queue, func(i, j int) bool {
		a, b := queue[i], queue[j]
		if a.published != b.published {
			return a.published.sortable() < b.published.sortable()
		}
		return string(a.story[:]) < string(b.story[:])
	})
	arrivals := len(g.list)
	err = g.finish(now)
	g = nil // committing takes as much again
	collect(arrivals)
	return queue, next, err
}

func (t *tx) pendingStories(routing bool) (ids []storage.ID, err error) {
	err = t.scan(bPending, nil, nil, func(k, v []byte) (bool, error) {
		if !routing || v[0]&pendingRoute == 0 {
			ids = append(ids, storage.ID(k))
		}
		return true, nil
	})
	return ids, err
}

func (t *tx) earliest(st *storyRecord) (micros, error) {
	var first micros
	for i, telling := range st.Tellings {
		r, err := t.item(telling.Item)
		if err != nil {
			return 0, err
		}
		if at := published(r); i == 0 || at.sortable() < first.sortable() {
			first = at
		}
	}
	return first, nil
}

// standing is a story with its items, as a release judges it.
type standing struct {
	id         storage.ID
	record     *storyRecord
	flags      byte
	items      []*itemRecord
	candidates []story.Candidate
	want       map[storage.ID][]int // topic to the items that match it
	known      bool                 // it was released before
	edited     micros               // time of the correction that calls for this; zero for none
}

func (t *tx) release(batch []waiting, now time.Time) (delta storage.Delta, err error) {
	marks := newMarks()
	for _, w := range batch {
		v := t.get(bPending, w.story[:])
		if len(v) != 1 {
			continue // released by another call meanwhile
		}
		s, err := t.standing(w.story, v[0])
		if err != nil {
			return delta, err
		}
		s.known = s.record.Released != 0
		if !s.known {
			if err := t.publish(s, now); err != nil {
				return delta, err
			}
			delta.Released++
		}
		withdrawn, err := t.settle(s, marks, now)
		if err != nil {
			return delta, err
		}
		delta.Withdrawn += withdrawn
		for i := range s.record.Tellings {
			s.record.Tellings[i].Fresh = false
		}
		if err := t.save(bStories, w.story[:], s.record); err != nil {
			return delta, err
		}
		if err := t.delete(bPending, w.story[:]); err != nil {
			return delta, err
		}
	}
	delta.Topics, err = marks.flush(t, now)
	return delta, err
}

func (t *tx) standing(id storage.ID, flags byte) (*standing, error) {
	st, err := t.story(id)
	if err != nil {
		return nil, err
	}
	s := &standing{id: id, record: st, flags: flags, want: make(map[storage.ID][]int)}
	barred := make(map[storage.ID]bool)
	for i, telling := range st.Tellings {
		r, err := t.item(telling.Item)
		if err != nil {
			return nil, err
		}
		c, err := t.candidate(telling.Item, r)
		if err != nil {
			return nil, err
		}
		s.items, s.candidates = append(s.items, r), append(s.candidates, c)
		if r.Retracted {
			continue // it neither belongs nor keeps out
		}
		for _, topic := range r.Topics {
			s.want[topic] = append(s.want[topic], i)
		}
		for _, topic := range r.Barred {
			barred[topic] = true
		}
	}
	for topic := range barred {
		delete(s.want, topic)
	}
	s.hide()
	return s, nil
}

// pick returns the index of the preferred item among those given.
func (s *standing) pick(among []int) int {
	cs := make([]story.Candidate, len(among))
	for i, at := range among {
		cs[i] = s.candidates[at]
	}
	return among[story.Pick(cs)]
}

// shown returns the items that match any topic, all of them if none does.
func (s *standing) shown() []int {
	var out []int
	for i := range s.items {
		for _, matching := range s.want {
			if contains(matching, i) {
				out = append(out, i)
				break
			}
		}
	}
	if len(out) == 0 {
		for i := range s.items {
			out = append(out, i)
		}
	}
	return out
}

func contains(list []int, n int) bool {
	for _, v := range list {
		if v == n {
			return true
		}
	}
	return false
}

// publish fixes, for ever, the id and the published date of a story.
func (t *tx) publish(s *standing, now time.Time) error {
	i := s.pick(s.shown())
	r := s.items[i]
	feed, err := t.feed(r.Feed)
	if err != nil {
		return err
	}
	st := s.record
	st.Released = toMicros(now)
	if done, err := t.publishAdopted(s); done || err != nil {
		return err
	}
	st.EntryID = story.OwnID(&storage.Item{GUID: r.GUID, Permalink: r.Permalink, URL: r.URL, Identity: storage.Identity{Kind: r.Kind}}, feed.URL)
	if st.EntryID == "" || t.get(bEntryIDs, entryIDKey(st.EntryID)) != nil {
		st.EntryID = story.MintID(storage.ID(story.Hash("uuid", string(s.id[:]))))
	}
	if err := t.put(bEntryIDs, entryIDKey(st.EntryID), s.id[:]); err != nil {
		return err
	}
	st.Published = published(r)
	st.Updated = later(st.Published, min(r.Updated, st.Released))
	return nil
}

func entryIDKey(id string) []byte {
	h := story.Hash("entry", id)
	return h[:]
}

// settle gives the story its standing in each topic: a place and a number
// where it is new, its own ones where it returns, a withdrawal where it belongs
// no more. So it does in topics that are not enrolled, by what they said last: a
// routing that comes when they are back looks only at what it changes.
func (t *tx) settle(s *standing, marks *marks, now time.Time) (withdrawn int, err error) {
	topics := make([]storage.ID, 0, len(s.want))
	for topic := range s.want {
		topics = append(topics, topic)
	}
	sortIDs(topics)
	for i := range s.record.Members {
		m := &s.record.Members[i]
		matching, wanted := s.want[m.Topic]
		delete(s.want, m.Topic)
		switch {
		case s.record.Forgotten:
		case wanted && m.Withdrawn != 0:
			err = t.restore(s, m, matching, marks)
		case wanted:
			err = t.repick(s, m, matching, marks)
		case m.Withdrawn == 0:
			withdrawn++
			err = t.withdraw(s, m, marks, now)
		}
		if err != nil {
			return withdrawn, err
		}
	}
	for _, topic := range topics {
		if matching, ok := s.want[topic]; ok {
			if err := t.enter(s, topic, matching, marks, now); err != nil {
				return withdrawn, err
			}
		}
	}
	return withdrawn, nil
}

func (t *tx) enter(s *standing, topic storage.ID, matching []int, marks *marks, now time.Time) error {
	rec, err := t.topic(topic)
	if err != nil {
		return err
	}
	m := memberRecord{Topic: topic, Entered: toMicros(now), Place: toMicros(now)}
	if s.backlog(matching) {
		m.Place = s.placed(matching)
	}
	past := false
	if rec.Adopted != nil {
		if m.Place, past, err = t.adoptedPlace(s, topic, matching, m.Place); err != nil {
			return err
		}
	}
	m.Pick = s.record.Tellings[s.pick(matching)].Item
	rec.Last++
	m.Number = rec.Last
	rec.Live++
	if rec.Quota.Stories > 0 && !past {
		if err := t.await(s, &m, &rec.Quota); err != nil {
			return err
		}
	}
	if err := marks.change(t, &m); err != nil {
		return err
	}
	s.record.Members = append(s.record.Members, m)
	if err := t.put(bNumbers, key(topic[:], numberKey(m.Number)), s.id[:]); err != nil {
		return err
	}
	return t.put(bEntries, entryKey(topic, m.Place, s.id), m.entryValue())
}

// backlog reports whether the story enters by its date: it was released before
// and comes by a re-route, or nothing that brings it here was new when it was
// first seen.
func (s *standing) backlog(matching []int) bool {
	if s.known && s.flags&pendingRoute != 0 {
		return true
	}
	for _, i := range matching {
		if !s.items[i].Backlog {
			return false
		}
	}
	return true
}

func (t *tx) restore(s *standing, m *memberRecord, matching []int, marks *marks) error {
	rec, err := t.topic(m.Topic)
	if err != nil {
		return err
	}
	rec.Live++
	if err := t.delete(bTombstones, entryKey(m.Topic, m.Withdrawn, s.id)); err != nil {
		return err
	}
	m.Withdrawn = 0
	m.Pick = s.record.Tellings[s.pick(matching)].Item
	if m.Choice == storage.Undecided {
		if err := t.await(s, m, &rec.Quota); err != nil {
			return err
		}
	}
	if err := marks.change(t, m); err != nil {
		return err
	}
	return t.put(bEntries, entryKey(m.Topic, m.Place, s.id), m.entryValue())
}

func (t *tx) withdraw(s *standing, m *memberRecord, marks *marks, now time.Time) error {
	rec, err := t.topic(m.Topic)
	if err != nil {
		return err
	}
	rec.Live--
	if err := t.unawait(s.id, m); err != nil {
		return err
	}
	m.Withdrawn = toMicros(now)
	if err := marks.change(t, m); err != nil {
		return err
	}
	if err := t.put(bTombstones, entryKey(m.Topic, m.Withdrawn, s.id), nil); err != nil {
		return err
	}
	return t.delete(bEntries, entryKey(m.Topic, m.Place, s.id))
}

// repick shows the preferred item. If its words are others than those shown so
// far, the entry was updated when the item joined.
func (t *tx) repick(s *standing, m *memberRecord, matching []int, marks *marks) error {
	i := s.pick(matching)
	telling := s.record.Tellings[i]
	if telling.Item == m.Pick {
		if s.flags&pendingSave != 0 && len(s.items) > 1 {
			return marks.change(t, m) // another telling joined, or its link moved
		}
		return nil
	}
	old, err := t.item(m.Pick)
	if err != nil {
		return err
	}
	m.Pick = telling.Item
	if err := marks.change(t, m); err != nil {
		return err
	}
	if r := s.items[i]; old.PrintText != r.PrintText {
		item := &storage.Item{Updated: r.Updated.time(), Published: r.Published.time(), FirstSeen: r.FirstSeen.time()}
		st := s.record
		st.Updated = toMicros(story.Updated(st.Updated.time(), item, later(telling.Joined, r.Changed, s.edited).time()))
		return marks.correct(t, s.id, st)
	}
	return nil
}
