package bolt

import (
	"context"
	"encoding/binary"
	"slices"

	"sluice/storage"
)

// Numbered implements storage.Reading.
func (s *Store) Numbered(ctx context.Context, topic string, first, last uint64) (out []storage.Entry, err error) {
	err = s.view(ctx, "reading the entries of topic "+topic, func(t *tx) error {
		id, err := t.topicID(topic)
		if err != nil {
			return err
		}
		return t.scan(bNumbers, id[:], key(id[:], numberKey(first)), func(k, v []byte) (bool, error) {
			if binary.BigEndian.Uint64(k[len(id):]) > last {
				return false, nil
			}
			e, stands, err := t.standingEntry(id, storage.ID(v))
			if stands {
				out = append(out, e)
			}
			return true, err
		})
	})
	return out, err
}

// Corrected implements storage.Reading.
func (s *Store) Corrected(ctx context.Context, topic string, limit int) (out []storage.Entry, err error) {
	err = s.view(ctx, "reading the corrections of topic "+topic, func(t *tx) error {
		id, err := t.topicID(topic)
		if err != nil {
			return err
		}
		rec, err := t.topic(id)
		if err != nil {
			return err
		}
		for _, c := range rec.Corrected {
			if len(out) >= limit {
				break
			}
			e, stands, err := t.standingEntry(id, c.Story)
			if err != nil {
				return err
			}
			if stands && !t.left(rec, id, e.Place) {
				out = append(out, e)
			}
		}
		return nil
	})
	return out, err
}

// left reports whether the quota of a topic keeps the entry at a place out of
// its head.
func (t *tx) left(rec *topicRecord, topic storage.ID, place storage.Place) bool {
	return rec.Quota.Stories > 0 && hidden(t.get(bEntries, entryKey(topic, toMicros(place.Time), place.Story)))
}

// standingEntry returns a story's entry in a topic, if it stands there.
func (t *tx) standingEntry(topic, id storage.ID) (e storage.Entry, stands bool, err error) {
	st, err := t.story(id)
	if err != nil || st.Forgotten {
		return e, false, err
	}
	at := slices.IndexFunc(st.Members, func(m memberRecord) bool { return m.Topic == topic })
	if at < 0 || st.Members[at].Withdrawn != 0 {
		return e, false, nil
	}
	e, err = t.entryOf(topic, id, st)
	return e, err == nil, err
}

// correct notes that the updated dates of these stories moved with the topic's
// newest change, and drops what lies too long before it.
func (r *topicRecord) correct(stories []storage.ID) {
	for _, id := range stories {
		r.Corrected = slices.DeleteFunc(r.Corrected, func(c correctionRecord) bool { return c.Story == id })
		r.Corrected = slices.Insert(r.Corrected, 0, correctionRecord{Story: id, At: r.Changed})
	}
	oldest := r.Changed - micros(storage.CorrectionWindow.Microseconds())
	r.Corrected = slices.DeleteFunc(r.Corrected, func(c correctionRecord) bool { return c.At < oldest })
	r.Corrected = r.Corrected[:min(len(r.Corrected), storage.MaxCorrected)]
}

func (r *topicRecord) corrects(id storage.ID) bool {
	return slices.ContainsFunc(r.Corrected, func(c correctionRecord) bool { return c.Story == id })
}
