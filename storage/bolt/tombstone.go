package bolt

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sluice/storage"
)

// Withdrawn implements storage.Reading.
func (s *Store) Withdrawn(ctx context.Context, topic string, limit int) (out []storage.Tombstone, err error) {
	err = s.view(ctx, "reading the withdrawn entries of topic "+topic, func(t *tx) error {
		id, err := t.topicID(topic)
		if err != nil {
			return err
		}
		return t.scan(bTombstones, id[:], id[:], func(k, _ []byte) (bool, error) {
			if len(out) >= limit {
				return false, nil
			}
			story := storage.ID(k[24:40])
			st, err := t.story(story)
			if err != nil {
				return false, err
			}
			at := slices.IndexFunc(st.Members, func(m memberRecord) bool { return m.Topic == id })
			if at < 0 {
				return false, fmt.Errorf("%w: story %s has no standing in its topic", storage.ErrDamaged, story)
			}
			m := st.Members[at]
			out = append(out, storage.Tombstone{ID: st.EntryID, Number: m.Number, Withdrawn: m.Withdrawn.time(), Revision: m.Revision})
			return true, nil
		})
	})
	return out, err
}

// Bury implements storage.Upkeep.
func (s *Store) Bury(ctx context.Context, cutoff, now time.Time) (delta storage.Delta, err error) {
	var due bool
	err = s.view(ctx, "looking for tombstones to end", func(t *tx) (err error) {
		keys, err := t.buried(toMicros(cutoff))
		due = len(keys) > 0
		return err
	})
	if err != nil || !due {
		return storage.Delta{}, err
	}
	err = s.update(ctx, "ending tombstones", func(t *tx) (err error) {
		delta = storage.Delta{}
		keys, err := t.buried(toMicros(cutoff))
		if err != nil {
			return err
		}
		marks := newMarks()
		for _, k := range keys {
			if err := t.delete(bTombstones, k); err != nil {
				return err
			}
			marks.touch(storage.ID(k[:16]))
		}
		delta.Topics, err = marks.flush(t, now)
		return err
	})
	return delta, err
}

// buried returns the keys of the tombstones from before the cutoff. In each
// topic they are the last, so what stays is passed over in one step.
func (t *tx) buried(cutoff micros) (keys [][]byte, err error) {
	if cutoff == 0 {
		return nil, nil // before all times
	}
	c := t.bucket(bTombstones).Cursor()
	for k, _ := c.First(); k != nil; {
		if newestOf(k[16:24]).sortable() < cutoff.sortable() {
			keys = append(keys, slices.Clone(k))
			k, _ = c.Next()
			continue
		}
		first := entryKey(storage.ID(k[:16]), cutoff-1, storage.ID{})
		if string(first) <= string(k) {
			return nil, fmt.Errorf("%w: the tombstones are out of order", storage.ErrDamaged)
		}
		k, _ = c.Seek(first)
	}
	return keys, nil
}
