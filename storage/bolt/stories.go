package bolt

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// maxCandidates bounds how many items under one link are compared: a link
// that more items share says nothing of them.
const maxCandidates = 64

// maxTitles is how many different titles one feed may give a link before the
// link is taken to be a general one.
const maxTitles = 2

// join puts a new item into the story that it tells: a known one, or its own.
func (t *tx) join(id storage.ID, r *itemRecord, item *storage.Item, window time.Duration, now time.Time) error {
	others, err := t.sharers(id, r)
	if err != nil {
		return err
	}
	var best *matched
	if len(others) > 0 && window > 0 {
		if best, err = t.bestStory(id, r, story.Print(item), others, window); err != nil {
			return err
		}
	}
	if best == nil {
		return t.ownStory(id, r, now)
	}
	return t.addTelling(best, id, r, now)
}

// ownStory makes a story of one item.
func (t *tx) ownStory(id storage.ID, r *itemRecord, now time.Time) error {
	r.Story = t.mintStory(id)
	st := &storyRecord{Tellings: []tellingRecord{{Item: id, Joined: toMicros(now), Layer: layerFirst, Fresh: true}}}
	if err := t.save(bStories, r.Story[:], st); err != nil {
		return err
	}
	return t.pend(r.Story, pendingSave)
}

// mintStory makes the id of a story from its first telling. An item that was
// first in a story before gets a salted one.
func (t *tx) mintStory(first storage.ID) storage.ID {
	for salt := ""; ; salt += "+" {
		id := storage.ID(story.Hash("story", string(first[:]), salt))
		copy(id[:near], first[:])
		if t.get(bStories, id[:]) == nil {
			return id
		}
	}
}

func (t *tx) addTelling(m *matched, id storage.ID, r *itemRecord, now time.Time) error {
	m.record.Tellings = append(m.record.Tellings, tellingRecord{
		Item: id, Joined: toMicros(now), Layer: layerOf(m.why.Layer),
		Title: float32(m.why.Title), Containment: float32(m.why.Containment), Fresh: true,
	})
	// Polls of one sweep bear one time: their order is that of the ids.
	slices.SortStableFunc(m.record.Tellings[1:], func(a, b tellingRecord) int {
		return cmp.Or(cmp.Compare(a.Joined.sortable(), b.Joined.sortable()), bytes.Compare(a.Item[:], b.Item[:]))
	})
	r.Story = m.story
	if err := t.save(bStories, m.story[:], m.record); err != nil {
		return err
	}
	return t.pend(m.story, pendingSave)
}

// sharers returns the other items under the same link, none if the link turns
// out to be a general one: too many items share it, or one feed gives it under
// more than two titles.
func (t *tx) sharers(id storage.ID, own *itemRecord) (map[storage.ID]*itemRecord, error) {
	url := own.PrintURL
	if url.IsZero() {
		return nil, nil
	}
	others := make(map[storage.ID]*itemRecord)
	titles := make(map[storage.ID]map[string]bool)
	general := false
	err := t.scan(bURLs, url[:], url[:], func(k, _ []byte) (bool, error) {
		other := storage.ID(k[len(url):])
		r := own
		if other != id {
			var err error
			if r, err = t.item(other); err != nil {
				return false, err
			}
			others[other] = r
		}
		if titles[r.Feed] == nil {
			titles[r.Feed] = make(map[string]bool)
		}
		titles[r.Feed][r.Title] = true
		general = len(others) > maxCandidates || len(titles[r.Feed]) > maxTitles
		return !general, nil
	})
	if general {
		return nil, err
	}
	return others, err
}

// matched is a story that an item may join.
type matched struct {
	story  storage.ID
	record *storyRecord
	why    storage.Joining
	first  micros // published date of the first telling
}

// bestStory returns the story among those of others that the item tells, nil
// if none: its candidate and its first telling must both agree, within the
// window from the first telling.
func (t *tx) bestStory(id storage.ID, r *itemRecord, print storage.Print, others map[storage.ID]*itemRecord, window time.Duration) (*matched, error) {
	var best *matched
	seen := make(map[storage.ID]bool)
	for _, other := range sortedKeys(others) {
		of := others[other].Story
		if seen[of] {
			continue
		}
		m, err := t.agreement(r, print, other, others[other], window)
		if err != nil {
			return nil, err
		}
		if m == nil {
			continue
		}
		seen[of] = true
		if best == nil || m.better(best) {
			best = m
		}
	}
	return best, nil
}

func sortedKeys(m map[storage.ID]*itemRecord) []storage.ID {
	ids := make([]storage.ID, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	sortIDs(ids)
	return ids
}

// better orders matches by how well they agree, then by age, then by id, so
// that the choice depends on nothing else.
func (m *matched) better(o *matched) bool {
	switch {
	case m.why.Title != o.why.Title:
		return m.why.Title > o.why.Title
	case m.why.Containment != o.why.Containment:
		return m.why.Containment > o.why.Containment
	case m.first != o.first:
		return m.first.sortable() < o.first.sortable()
	}
	return bytes.Compare(m.story[:], o.story[:]) < 0
}

func (t *tx) agreement(r *itemRecord, print storage.Print, other storage.ID, or *itemRecord, window time.Duration) (*matched, error) {
	st, err := t.story(or.Story)
	if err != nil {
		return nil, err
	}
	first := st.Tellings[0].Item
	fr := or
	if first != other {
		if fr, err = t.item(first); err != nil {
			return nil, err
		}
	}
	at := published(fr)
	if fr.Forgotten || at.time().Sub(published(r).time()).Abs() > window {
		return nil, nil
	}
	op, err := t.print(other, or)
	if err != nil {
		return nil, err
	}
	why, ok := story.Agree(print, op, between(r, or))
	if !ok {
		return nil, nil
	}
	if first != other {
		fp, err := t.print(first, fr)
		if err != nil {
			return nil, err
		}
		if why, ok = story.Agree(print, fp, between(r, fr)); !ok {
			return nil, nil
		}
	}
	return &matched{story: or.Story, record: st, why: why, first: at}, nil
}

// regroup groups the items that came since the last release anew, in the order
// of their dates and ids, so that the order in which they were saved decides
// nothing. Items that share no link with another stand alone whatever the
// order.
func (t *tx) regroup(pending []storage.ID, window time.Duration) error {
	shared := make(map[storage.Key]map[storage.ID]*itemRecord) // by link
	for _, id := range pending {
		st, err := t.story(id)
		if err != nil {
			return err
		}
		for _, telling := range st.Tellings {
			if !telling.Fresh {
				continue
			}
			r, err := t.item(telling.Item)
			if err != nil {
				return err
			}
			if r.PrintURL.IsZero() || len(st.Tellings) == 1 && !t.sharesLink(telling.Item, r.PrintURL) {
				continue
			}
			if shared[r.PrintURL] == nil {
				shared[r.PrintURL] = make(map[storage.ID]*itemRecord)
			}
			shared[r.PrintURL][telling.Item] = r
		}
	}
	links := make([]storage.Key, 0, len(shared))
	for k := range shared {
		links = append(links, k)
	}
	slices.SortFunc(links, func(a, b storage.Key) int { return bytes.Compare(a[:], b[:]) })
	for _, k := range links {
		if err := t.regroupLink(shared[k], window); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) sharesLink(id storage.ID, url storage.Key) bool {
	c := t.bucket(bURLs).Cursor()
	n := 0
	for k, _ := c.Seek(url[:]); k != nil && bytes.HasPrefix(k, url[:]) && n < 2; k, _ = c.Next() {
		n++
	}
	return n > 1
}

// regroupLink takes the items out of their stories and lets them join again
// in order.
func (t *tx) regroupLink(items map[storage.ID]*itemRecord, window time.Duration) error {
	order := sortedKeys(items)
	sort.SliceStable(order, func(i, j int) bool {
		return published(items[order[i]]).sortable() < published(items[order[j]]).sortable()
	})
	joined := make(map[storage.ID]micros, len(items))
	for _, id := range order {
		if err := t.leave(id, items[id], joined); err != nil {
			return err
		}
	}
	for i, id := range order {
		r := items[id]
		others, err := t.sharers(id, r)
		if err != nil {
			return err
		}
		for _, later := range order[i+1:] {
			delete(others, later)
		}
		var best *matched
		if len(others) > 0 && window > 0 {
			print, err := t.print(id, r)
			if err != nil {
				return err
			}
			if best, err = t.bestStory(id, r, print, others, window); err != nil {
				return err
			}
		}
		at := joined[id].time()
		if best == nil {
			err = t.ownStory(id, r, at)
		} else {
			err = t.addTelling(best, id, r, at)
		}
		if err != nil {
			return err
		}
		if err := t.save(bItems, id[:], r); err != nil {
			return err
		}
	}
	return nil
}

// leave takes a fresh item out of its story, which ends with its last item, and
// notes when it had joined.
func (t *tx) leave(id storage.ID, r *itemRecord, joined map[storage.ID]micros) error {
	st, err := t.story(r.Story)
	if err != nil {
		return err
	}
	st.Tellings = slices.DeleteFunc(st.Tellings, func(telling tellingRecord) bool {
		if telling.Item == id {
			joined[id] = telling.Joined
		}
		return telling.Item == id
	})
	if len(st.Tellings) > 0 {
		return t.save(bStories, r.Story[:], st)
	}
	if err := t.delete(bStories, r.Story[:]); err != nil {
		return err
	}
	return t.delete(bPending, r.Story[:])
}

// between is what is known of two items beside their prints.
func between(a, b *itemRecord) story.Between {
	return story.Between{SameFeed: a.Feed == b.Feed, Apart: published(a).time().Sub(published(b).time()).Abs()}
}
