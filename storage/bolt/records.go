package bolt

import (
	"fmt"
	"sort"

	"sluice/storage"
	"sluice/storage/story"
)

func nameKey(name string) []byte {
	h := story.Hash("name", name)
	return h[:]
}

// settings returns what Enrol last said; the zero record before it.
func (t *tx) settings() (settingsRecord, error) {
	var r settingsRecord
	_, err := t.load(bMeta, []byte(metaSettings), &r)
	return r, err
}

// feed returns the record of a feed. It is shared within the transaction:
// change it only together with saveFeed.
func (t *tx) feed(id storage.ID) (*feedRecord, error) {
	if r, ok := t.feeds[id]; ok {
		return r, nil
	}
	r := new(feedRecord)
	ok, err := t.load(bFeeds, id[:], r)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("%w: feed %s is missing", storage.ErrDamaged, id)
	}
	if t.feeds == nil {
		t.feeds = make(map[storage.ID]*feedRecord)
	}
	t.feeds[id] = r
	return r, nil
}

func (t *tx) feedID(name string) (storage.ID, error) {
	v := t.get(bFeedNames, nameKey(name))
	if v == nil {
		return storage.ID{}, fmt.Errorf("feed %q: %w", name, storage.ErrNotFound)
	}
	return storage.ID(v), nil
}

// saveFeed writes a feed's record and puts it in its place among the due: when
// its time has come and no lease holds. A feed that is not enrolled is not due.
func (t *tx) saveFeed(id storage.ID, r *feedRecord) error {
	return t.saveFeedDue(id, r, later(r.NextPoll, r.Lease))
}

// saveFeedDue is saveFeed with the time at which to look at the feed again.
func (t *tx) saveFeedDue(id storage.ID, r *feedRecord, due micros) error {
	if err := t.delete(bDue, dueKey(r.Due, r.Name, id)); err != nil {
		return err
	}
	r.Due = due
	if r.Enrolled {
		if err := t.put(bDue, dueKey(due, r.Name, id), nil); err != nil {
			return err
		}
	}
	return t.save(bFeeds, id[:], r)
}

func dueKey(due micros, name string, id storage.ID) []byte {
	const enough = 200
	return key(timeKey(due), []byte(name[:min(len(name), enough)]), []byte{0}, id[:])
}

func (t *tx) topic(id storage.ID) (*topicRecord, error) {
	if r, ok := t.topics[id]; ok {
		return r, nil
	}
	r := new(topicRecord)
	ok, err := t.load(bTopics, id[:], r)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("%w: topic %s is missing", storage.ErrDamaged, id)
	}
	if t.topics == nil {
		t.topics = make(map[storage.ID]*topicRecord)
	}
	t.topics[id] = r
	return r, nil
}

func (t *tx) topicID(name string) (storage.ID, error) {
	v := t.get(bTopicNames, nameKey(name))
	if v == nil {
		return storage.ID{}, fmt.Errorf("topic %q: %w", name, storage.ErrNotFound)
	}
	return storage.ID(v), nil
}

func (t *tx) item(id storage.ID) (*itemRecord, error) {
	r := new(itemRecord)
	ok, err := t.load(bItems, id[:], r)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("%w: item %s is missing", storage.ErrDamaged, id)
	}
	return r, nil
}

func (t *tx) story(id storage.ID) (*storyRecord, error) {
	r := new(storyRecord)
	ok, err := t.load(bStories, id[:], r)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("%w: story %s is missing", storage.ErrDamaged, id)
	}
	return r, nil
}

// topicIDs turns names into sorted ids. The names were compiled from the
// enrolled set, so an unknown one is a caller's mistake.
func (t *tx) topicIDs(names []string) ([]storage.ID, error) {
	if len(names) == 0 {
		return nil, nil
	}
	ids := make([]storage.ID, 0, len(names))
	for _, name := range names {
		id, err := t.topicID(name)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	sortIDs(ids)
	return ids, nil
}

// topicNames turns ids into sorted names.
func (t *tx) topicNames(ids []storage.ID) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		r, err := t.topic(id)
		if err != nil {
			return nil, err
		}
		names = append(names, r.Name)
	}
	sort.Strings(names)
	return names, nil
}

func later(times ...micros) micros {
	var max micros
	for _, m := range times {
		if m.sortable() > max.sortable() {
			max = m
		}
	}
	return max
}
