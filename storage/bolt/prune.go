package bolt

import (
	"context"
	"time"

	"sluice/storage"
)

// Prune implements storage.Upkeep.
//
// An entry has left a head when as many others as the head holds have come to
// stand before it; so it left before the cutoff if that many of those before it
// had entered by then. That needs no record of what a head ever showed.
func (s *Store) Prune(ctx context.Context, cutoff time.Time, heads map[string]storage.Head, limit int) (forgotten int, more bool, err error) {
	err = s.update(ctx, "forgetting old items", func(t *tx) (err error) {
		forgotten, more, err = t.prune(toMicros(cutoff), heads, limit)
		return err
	})
	return forgotten, more, err
}

func (t *tx) prune(cutoff micros, heads map[string]storage.Head, limit int) (n int, more bool, err error) {
	floors, err := t.floors(cutoff, heads)
	if err != nil {
		return 0, false, err
	}
	victims, more, err := t.victims(cutoff, floors, limit)
	if err != nil {
		return 0, false, err
	}
	for _, id := range victims {
		st, err := t.story(id)
		if err != nil {
			return n, more, err
		}
		if err := t.forget(id, st); err != nil {
			return n, more, err
		}
		n += len(st.Tellings)
	}
	return n, more, nil
}

// floors returns, per topic, the entry key from which on entries have left the
// head before the cutoff; nil where none has. Only keys are read.
func (t *tx) floors(cutoff micros, heads map[string]storage.Head) (map[storage.ID][]byte, error) {
	floors := make(map[storage.ID][]byte)
	for name, head := range heads {
		id, err := t.topicID(name)
		if err != nil {
			continue // a topic that was never enrolled holds nothing back
		}
		var shown []byte
		if !head.Oldest.IsZero() {
			shown = entryKey(id, toMicros(head.Oldest.Time), head.Oldest.Story)
		}
		behind := 0
		floors[id] = nil
		err = t.scan(bEntries, id[:], id[:], func(k, entered []byte) (bool, error) {
			if timeOf(entered).sortable() >= cutoff.sortable() {
				return true, nil
			}
			if behind++; behind <= head.Limit || string(k) <= string(shown) {
				return true, nil
			}
			floors[id] = append([]byte(nil), k...)
			return false, nil
		})
		if err != nil {
			return nil, err
		}
	}
	return floors, nil
}

// victims returns up to about limit items' worth of stories to forget, oldest
// first.
func (t *tx) victims(cutoff micros, floors map[storage.ID][]byte, limit int) (ids []storage.ID, more bool, err error) {
	judged := make(map[storage.ID]bool)
	items := 0
	err = t.scan(bSeen, nil, nil, func(k, _ []byte) (bool, error) {
		if timeOf(k).sortable() >= cutoff.sortable() {
			return false, nil
		}
		r, err := t.item(storage.ID(k[8:]))
		if err != nil || judged[r.Story] {
			return true, err
		}
		judged[r.Story] = true
		st, err := t.story(r.Story)
		if err != nil {
			return false, err
		}
		ok, err := t.forgettable(r.Story, st, cutoff, floors)
		if err != nil || !ok {
			return true, err
		}
		if items > 0 && items+len(st.Tellings) > limit {
			more = true
			return false, nil
		}
		items += len(st.Tellings)
		ids = append(ids, r.Story)
		return true, nil
	})
	return ids, more, err
}

func (t *tx) forgettable(id storage.ID, st *storyRecord, cutoff micros, floors map[storage.ID][]byte) (bool, error) {
	if st.Released == 0 || st.Released.sortable() >= cutoff.sortable() || t.get(bPending, id[:]) != nil {
		return false, nil
	}
	for _, telling := range st.Tellings {
		if telling.Joined.sortable() >= cutoff.sortable() {
			return false, nil
		}
	}
	for _, m := range st.Members {
		topic, err := t.topic(m.Topic)
		if err != nil {
			return false, err
		}
		if m.Withdrawn != 0 || !topic.Enrolled {
			continue
		}
		if topic.corrects(id) {
			return false, nil
		}
		floor, known := floors[m.Topic]
		if !known || floor == nil || string(entryKey(m.Topic, m.Place, id)) < string(floor) {
			return false, nil
		}
	}
	return true, nil
}

// forget drops the texts, index keys and entries of a story's items. Their
// aliases, the story, its published id and its numbers stay, so that nothing
// of it comes back as new.
func (t *tx) forget(id storage.ID, st *storyRecord) error {
	for _, telling := range st.Tellings {
		if err := t.forgetItem(telling.Item); err != nil {
			return err
		}
	}
	for _, m := range st.Members {
		if m.Withdrawn != 0 {
			continue
		}
		topic, err := t.topic(m.Topic)
		if err != nil {
			return err
		}
		topic.Live--
		if err := t.save(bTopics, m.Topic[:], topic); err != nil {
			return err
		}
		if err := t.unawait(id, &m); err != nil {
			return err
		}
		if err := t.delete(bEntries, entryKey(m.Topic, m.Place, id)); err != nil {
			return err
		}
	}
	st.Forgotten = true
	return t.save(bStories, id[:], st)
}

func (t *tx) forgetItem(id storage.ID) error {
	r, err := t.item(id)
	if err != nil || r.Forgotten {
		return err
	}
	if err := t.delete(bBodies, id[:]); err != nil {
		return err
	}
	if err := t.forgetPage(id, r); err != nil {
		return err
	}
	if err := t.forgetRevisions(id); err != nil {
		return err
	}
	if err := t.forgetMarks(id, r); err != nil {
		return err
	}
	if err := t.delete(bSeen, seenKey(r.FirstSeen, id)); err != nil {
		return err
	}
	if err := t.delete(bFeedItems, key(r.Feed[:], seenKey(r.FirstSeen, id))); err != nil {
		return err
	}
	if err := t.indexURL(id, r.PrintURL, storage.Key{}); err != nil {
		return err
	}
	feed, err := t.feed(r.Feed)
	if err != nil {
		return err
	}
	feed.Items--
	if err := t.saveFeedDue(r.Feed, feed, feed.Due); err != nil {
		return err
	}
	return t.save(bItems, id[:], &itemRecord{
		Feed: r.Feed, Story: r.Story, Kind: r.Kind, Key: r.Key,
		FirstSeen: r.FirstSeen, Published: r.Published, Updated: r.Updated, Forgotten: true,
	})
}
