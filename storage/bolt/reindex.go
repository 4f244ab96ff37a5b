package bolt

import (
	"context"
	"slices"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// The index of content lacks what came while stories were not joined: while the
// window was shorter, or a feed was kept apart; and all of a store that an
// earlier version of the program wrote. Then it is built anew from the items of
// the window, before the next release groups anything.

// reindexBatch is how many items one transaction puts into the index, so that
// saves are not held up. A crash in between loses one batch of work.
const reindexBatch = 1000

// reindex builds the index of content as far as it is not.
func (s *Store) reindex(ctx context.Context, now time.Time) error {
	more := false
	err := s.view(ctx, "looking at the index of content", func(t *tx) error {
		settings, err := t.settings()
		more = !settings.Indexed && settings.Window > 0
		return err
	})
	for err == nil && more {
		err = s.update(ctx, "building the index of content", func(t *tx) (err error) {
			more, err = t.reindex(now)
			return err
		})
	}
	return err
}

// reindex puts the next items into the index and reports whether there are more.
func (t *tx) reindex(now time.Time) (more bool, err error) {
	settings, err := t.settings()
	if err != nil || settings.Indexed || settings.Window <= 0 {
		return false, err
	}
	if settings.Indexing == nil {
		if err := t.dropIndex(); err != nil {
			return false, err
		}
	}
	window := time.Duration(settings.Window)
	from := timeKey(toMicros(now.Add(-window)))
	if string(settings.Indexing) > string(from) {
		from = settings.Indexing
	}
	var ids []storage.ID
	err = t.scan(bSeen, nil, from, func(k, _ []byte) (bool, error) {
		if string(k) == string(settings.Indexing) {
			return true, nil
		}
		if more = len(ids) == reindexBatch; more {
			return false, nil
		}
		ids = append(ids, storage.ID(k[len(k)-len(storage.ID{}):]))
		settings.Indexing = slices.Clone(k)
		return true, nil
	})
	if err != nil {
		return false, err
	}
	if err := t.index(ids, now, window); err != nil {
		return false, err
	}
	if !more {
		settings.Indexed, settings.Indexing = true, nil
	}
	return more, t.save(bMeta, []byte(metaSettings), &settings)
}

// index puts stored items into the index of content: what is released at once,
// the rest when it is grouped.
func (t *tx) index(ids []storage.ID, now time.Time, window time.Duration) error {
	var standing []*arrival
	var fresh []arrival
	for _, id := range ids {
		r, err := t.item(id)
		if err != nil {
			return err
		}
		if apart, err := t.isApart(r); err != nil || apart {
			if err != nil {
				return err
			}
			continue
		}
		st, err := t.story(r.Story)
		if err != nil {
			return err
		}
		flags, err := t.settled(id, r)
		if err != nil {
			return err
		}
		if flags&arrivalKnown != 0 && !st.comparable(id) {
			continue
		}
		item, err := t.fullItem(id, r)
		if err != nil {
			return err
		}
		print := story.Brief(&item)
		a := newArrival(id, r, &print, flags)
		if flags&arrivalKnown != 0 {
			standing = append(standing, &a)
		} else {
			fresh = append(fresh, a)
		}
	}
	if err := t.contentIndex().write(standing, now, window); err != nil {
		return err
	}
	return t.saveArrivals(fresh)
}

// dropIndex empties the index of content, so that it is built anew. The bucket
// goes as a whole: in one whose keys are all deleted by themselves, over several
// pages, bbolt's Cursor.Last does not return before the transaction has ended.
func (t *tx) dropIndex() error {
	name := []byte(bucketNames[bShingles])
	if err := t.bolt.DeleteBucket(name); err != nil {
		return err
	}
	t.dirty, t.buckets[bShingles] = true, nil
	_, err := t.bolt.CreateBucket(name)
	return err
}
