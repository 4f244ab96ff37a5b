package bolt

import (
	"bytes"
	"cmp"
	"slices"
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

// addTelling adds an item to a story that it tells.
func (t *tx) addTelling(to storage.ID, why storage.Joining, id storage.ID, r *itemRecord, at micros) error {
	st, err := t.story(to)
	if err != nil {
		return err
	}
	st.Tellings = append(st.Tellings, tellingRecord{
		Item: id, Joined: at, Layer: layerOf(why.Layer),
		Title: float32(why.Title), Containment: float32(why.Containment), Fresh: true,
	})
	// Polls of one sweep bear one time: their order is that of the ids.
	slices.SortStableFunc(st.Tellings[1:], func(a, b tellingRecord) int {
		return cmp.Or(cmp.Compare(a.Joined.sortable(), b.Joined.sortable()), bytes.Compare(a.Item[:], b.Item[:]))
	})
	r.Story = to
	if err := t.save(bStories, to[:], st); err != nil {
		return err
	}
	return t.pend(to, pendingSave)
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

// leave takes an item out of its story, which ends with its last item, and
// returns when it had joined.
func (t *tx) leave(id storage.ID, r *itemRecord) (joined micros, err error) {
	st, err := t.story(r.Story)
	if err != nil {
		return 0, err
	}
	st.Tellings = slices.DeleteFunc(st.Tellings, func(telling tellingRecord) bool {
		if telling.Item == id {
			joined = telling.Joined
		}
		return telling.Item == id
	})
	if len(st.Tellings) > 0 {
		return joined, t.save(bStories, r.Story[:], st)
	}
	if err := t.delete(bStories, r.Story[:]); err != nil {
		return 0, err
	}
	return joined, t.delete(bPending, r.Story[:])
}

// base returns the telling with which others are compared: see story.Leads.
func (st *storyRecord) base() storage.ID {
	for _, telling := range st.Tellings[1:] {
		if telling.Base && telling.Layer != layerPerson {
			return telling.Item
		}
	}
	return st.Tellings[0].Item
}

// lead makes a telling the base.
func (st *storyRecord) lead(id storage.ID) {
	for i := range st.Tellings {
		telling := &st.Tellings[i]
		telling.Base = telling.Item == id || telling.Base && telling.Layer == layerPerson
	}
}

// comparable reports whether others may be compared with a telling: it is the
// first or the base, or people merged it into the story.
func (st *storyRecord) comparable(id storage.ID) bool {
	if id == st.Tellings[0].Item || id == st.base() {
		return true
	}
	return slices.ContainsFunc(st.Tellings, func(r tellingRecord) bool { return r.Item == id && r.Layer == layerPerson })
}
