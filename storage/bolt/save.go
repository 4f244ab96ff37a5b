package bolt

import (
	"context"
	"fmt"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// Save implements storage.Intake.
func (s *Store) Save(ctx context.Context, p storage.Poll) (storage.Delta, error) {
	prepared, err := s.prepare(ctx, p)
	if err != nil {
		return storage.Delta{}, fmt.Errorf("saving a poll of feed %s: %w", p.State.Name, err)
	}
	var delta storage.Delta
	err = s.update(ctx, "saving a poll of feed "+p.State.Name, func(t *tx) (err error) {
		delta, err = t.savePoll(p, prepared)
		return err
	})
	return delta, err
}

// intake is one poll being saved.
type intake struct {
	*tx
	feed   storage.ID
	rec    *feedRecord
	first  bool // the feed's first document
	now    time.Time
	window time.Duration
	topics map[string]storage.ID
	near   []storage.ID // see erasedItems
	origin originKey    // that was kept last
	delta  storage.Delta
	marks  *marks

	recognised int                    // items that match found by what they say
	poured     map[*storage.Item]bool // see outpour

	unread map[uint64]bool // see storage.Poll
	came   []arrival
}

func (t *tx) savePoll(p storage.Poll, items []prepared) (storage.Delta, error) {
	in, err := t.intake(p)
	if err != nil {
		return storage.Delta{}, err
	}
	found, err := in.match(items)
	if err != nil {
		return storage.Delta{}, err
	}
	if in.changesOwner(p, found) {
		return in.hold(p)
	}
	in.outpour(items, found)
	if len(found)+len(in.unread) > 0 {
		in.rec.Held, in.rec.Claimant = 0, ""
	}
	for i := range items {
		switch {
		case found[i].repeat:
			in.delta.Same++
			continue
		case found[i].record == nil:
			err = in.insert(&items[i])
		default:
			err = in.update(found[i].id, found[i].record, &items[i])
		}
		if err != nil {
			return storage.Delta{}, err
		}
	}
	if err := in.retract(p.Retracted, found); err != nil {
		return storage.Delta{}, err
	}
	if err := t.saveArrivals(in.came); err != nil {
		return storage.Delta{}, err
	}
	in.rec.takeState(p.State)
	if in.recognised > 0 {
		in.rec.Flood, in.rec.Flooded = toMicros(p.Now), in.recognised
	}
	if err := t.saveFeed(in.feed, in.rec); err != nil {
		return storage.Delta{}, err
	}
	if err := t.saveHost(p.Host); err != nil {
		return storage.Delta{}, err
	}
	if err := t.saveMemory(in.feed, p.Memory); err != nil {
		return storage.Delta{}, err
	}
	in.delta.Same += len(in.unread)
	in.delta.Topics, err = in.marks.flush(t, p.Now)
	return in.delta, err
}

// Ages implements storage.Intake.
func (s *Store) Ages(ctx context.Context, p storage.Poll) ([]time.Duration, error) {
	ages := make([]time.Duration, len(p.Items))
	items := make([]prepared, len(p.Items))
	for i := range p.Items {
		items[i].Item = &p.Items[i]
	}
	err := s.view(ctx, "looking up the items of feed "+p.State.Name, func(t *tx) error {
		in, err := t.leased(p)
		if err != nil {
			return err
		}
		found, err := in.match(items)
		if err != nil {
			return err
		}
		for i, f := range found {
			if f.record != nil {
				ages[i] = f.record.age()
			} else {
				ages[i] = time.Duration(ageOf(items[i].Item, p.Now)) * time.Microsecond
			}
		}
		return nil
	})
	return ages, err
}

// leased checks that the poll may be saved, but for what classified it.
func (t *tx) leased(p storage.Poll) (*intake, error) {
	id, err := t.feedID(p.State.Name)
	if err != nil {
		return nil, err
	}
	rec, err := t.feed(id)
	if err != nil {
		return nil, err
	}
	if rec.Token != p.State.Token {
		return nil, storage.ErrLease
	}
	in := &intake{
		tx: t, feed: id, rec: rec, first: rec.FirstPoll == 0, now: p.Now,
		topics: make(map[string]storage.ID), marks: newMarks(),
		unread: make(map[uint64]bool, len(p.Unchanged)),
	}
	for _, key := range p.Unchanged {
		in.unread[key] = true
	}
	return in, nil
}

// intake checks that the poll may be saved. It changes nothing.
func (t *tx) intake(p storage.Poll) (*intake, error) {
	in, err := t.leased(p)
	if err != nil || len(p.Items) == 0 {
		return in, err
	}
	settings, err := t.settings()
	if err != nil {
		return nil, err
	}
	if settings.Set != p.Routing {
		return nil, storage.ErrStale
	}
	in.window = time.Duration(settings.Window)
	for i := range p.Items {
		for _, names := range [][]string{p.Items[i].Routing.Topics, p.Items[i].Routing.Barred} {
			for _, name := range names {
				if _, ok := in.topics[name]; ok {
					continue
				}
				if in.topics[name], err = t.topicID(name); err != nil {
					return nil, err
				}
			}
		}
	}
	return in, nil
}

func (in *intake) insert(p *prepared) error {
	id := in.mintItem(p.Identity.Key)
	body, err := p.encoded(in.codec)
	if err != nil {
		return err
	}
	item := *p.Item
	item.FirstSeen = in.now
	seen := toMicros(in.now)
	r := &itemRecord{Feed: in.feed, FirstSeen: seen, Age: ageOf(p.Item, in.now), Changed: seen, Revision: 1}
	r.takeText(p)
	r.takeMeta(p)
	r.takeDates(p)
	in.takePrint(r, p)
	r.Topics, r.Barred = in.ids(p.Routing.Topics), in.ids(p.Routing.Barred)
	if p.Routing.Learned != nil {
		if r.Learned, err = in.decided(p.Routing.Learned); err != nil {
			return err
		}
	}
	r.Poured = in.poured[p.Item]
	r.Backlog = r.Poured || story.Backlog(in.first, story.Published(&item), in.now)
	of, err := in.erased(p, r)
	if err != nil {
		return err
	}
	if !of.IsZero() {
		return in.insertErased(id, of, r, p)
	}
	if err := in.keepOrigin(p.origin); err != nil {
		return err
	}
	if err := in.put(bBodies, id[:], body); err != nil {
		return err
	}
	if err := in.put(bSeen, seenKey(seen, id), in.feed[:]); err != nil {
		return err
	}
	if err := in.put(bFeedItems, key(in.feed[:], seenKey(seen, id)), nil); err != nil {
		return err
	}
	if err := in.know(id, r, p); err != nil {
		return err
	}
	if err := in.indexURL(id, storage.Key{}, r.PrintURL); err != nil {
		return err
	}
	if err := in.awaitPage(id, r, p.Item); err != nil {
		return err
	}
	if err := in.ownStory(id, r, in.now); err != nil {
		return err
	}
	in.arrive(id, r, &p.Print, 0)
	in.rec.Items++
	in.delta.New++
	in.delta.Pending = true
	return in.save(bItems, id[:], r)
}

// arrive hands an item with a new text to the next Release.
func (in *intake) arrive(id storage.ID, r *itemRecord, print *storage.Print, flags arrivalFlags) {
	if in.window > 0 && !in.rec.Apart {
		in.came = append(in.came, newArrival(id, r, print, flags))
	}
}

// arriveAgain does so with a stored item whose text changed.
func (in *intake) arriveAgain(id storage.ID, r *itemRecord, print *storage.Print) error {
	flags, err := in.settled(id, r)
	if err == nil {
		in.arrive(id, r, print, flags)
	}
	return err
}

// near is how many bytes of a feed's id begin the ids of its items and their
// stories, so that what a poll reads and writes lies on few pages: a page is
// copied whole at each commit that changes something in it.
const near = 2

// mintItem makes a new item's id. A key whose item took another's place (two
// items of one document that were one before) gets a salted one.
func (in *intake) mintItem(k storage.Key) storage.ID {
	for salt := ""; ; salt += "+" {
		id := storage.ID(story.Hash("item", string(in.feed[:]), string(k[:]), salt))
		copy(id[:near], in.feed[:])
		if in.get(bItems, id[:]) == nil {
			return id
		}
	}
}

// know notes the key under which the item is known now.
func (in *intake) know(id storage.ID, r *itemRecord, p *prepared) error {
	r.Kind, r.Key = p.Identity.Kind, p.Identity.Key
	return in.put(bAliases, key(in.feed[:], r.Key[:]), id[:])
}

func (t *tx) indexURL(id storage.ID, old, new storage.Key) error {
	if old == new {
		return nil
	}
	if !old.IsZero() {
		if err := t.delete(bURLs, key(old[:], id[:])); err != nil {
			return err
		}
	}
	if new.IsZero() {
		return nil
	}
	return t.put(bURLs, key(new[:], id[:]), nil)
}

// pend puts a story on the list of the next Release.
func (t *tx) pend(id storage.ID, flag byte) error {
	if v := t.get(bPending, id[:]); len(v) == 1 {
		if v[0]&flag != 0 {
			return nil
		}
		flag |= v[0]
	}
	return t.put(bPending, id[:], []byte{flag})
}

func (in *intake) ids(names []string) []storage.ID {
	if len(names) == 0 {
		return nil
	}
	ids := make([]storage.ID, len(names))
	for i, name := range names {
		ids[i] = in.topics[name]
	}
	sortIDs(ids)
	return ids
}

// keepRetired returns the verdicts of now and the old ones of topics that are
// not enrolled: these judged nothing, and a re-route must find what they said
// when they come back.
func (in *intake) keepRetired(old, now []storage.ID) ([]storage.ID, error) {
	if sameIDs(old, now) {
		return now, nil
	}
	kept := now
	for _, id := range old {
		r, err := in.topic(id)
		if err != nil {
			return nil, err
		}
		if !r.Enrolled {
			kept = append(kept, id)
		}
	}
	sortIDs(kept)
	return kept, nil
}

// verdicts returns what the poll's set says of a stored item. What it says
// without the page of one whose page is stored does not count.
func (in *intake) verdicts(r *itemRecord, item *storage.Item) (topics, barred []storage.ID, err error) {
	if r.Extracted > 0 && item.Extract == nil {
		return r.Topics, r.Barred, nil
	}
	wanted := in.ids(item.Routing.Topics)
	if item.Routing.Learned != nil {
		v, err := in.verdict(item.Routing, false, r)
		if err != nil {
			return nil, nil, err
		}
		wanted = v.topics
	}
	if topics, err = in.keepRetired(r.Topics, wanted); err != nil {
		return nil, nil, err
	}
	barred, err = in.keepRetired(r.Barred, in.ids(item.Routing.Barred))
	return topics, barred, err
}

func sameIDs(a, b []storage.ID) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
