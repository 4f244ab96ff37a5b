package bolt

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"sluice/storage"
)

// The choices of at_most (see storage.Choice) are made by Release. An entry that
// enters a topic with a quota waits in the bucket undecided until its story has
// been out for long enough. Then it is compared with all that wait beside it in
// its period: it is chosen if, by those that told the story, it is among as many
// as the period has room for yet. Those that wait still hold no room for good,
// so that what is told more by their own time finds it.

// quotaRecord: see storage.Quota.
type quotaRecord struct {
	Stories int    `cbor:"1,keyasint,omitempty"`
	Per     byte   `cbor:"2,keyasint,omitempty"`
	Zone    string `cbor:"3,keyasint,omitempty"`
	After   micros `cbor:"4,keyasint,omitempty"` // a length of time
}

func quotaOf(q storage.Quota) quotaRecord {
	if q.Stories == 0 {
		return quotaRecord{}
	}
	r := quotaRecord{Stories: q.Stories, Per: q.Per, After: micros(q.After.Microseconds())}
	if q.Zone != nil {
		r.Zone = q.Zone.String()
	}
	return r
}

// period returns when the period of a place began.
func (r *quotaRecord) period(place micros) micros {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		zone = time.UTC // of another machine, whose zones are not known here
	}
	t := place.time().In(zone)
	day := t.Day()
	switch r.Per {
	case 'h':
		return toMicros(time.Date(t.Year(), t.Month(), day, t.Hour(), 0, 0, 0, zone))
	case 'w':
		day -= (int(t.Weekday()) + 6) % 7 // back to Monday
	}
	return toMicros(time.Date(t.Year(), t.Month(), day, 0, 0, 0, 0, zone))
}

// entryValue is what stands in the bucket entries.
func (m *memberRecord) entryValue() []byte {
	if m.Choice == storage.Unbounded {
		return timeKey(m.Entered)
	}
	return append(timeKey(m.Entered), byte(m.Choice))
}

// hidden reports whether an entry with that value is in no head of a topic that
// has a quota.
func hidden(value []byte) bool {
	return len(value) > 8 && storage.Choice(value[8]) != storage.Chosen
}

func undecidedKey(due micros, topic, story storage.ID) []byte {
	return key(timeKey(due), topic[:], story[:])
}

func digestKey(topic storage.ID, period micros) []byte {
	return key(topic[:], timeKey(period))
}

// await has an entry wait until it is decided whether it is in the head.
func (t *tx) await(s *standing, m *memberRecord, q *quotaRecord) error {
	m.Choice, m.Due = storage.Undecided, s.record.Released+q.After
	return t.put(bUndecided, undecidedKey(m.Due, m.Topic, s.id), timeKey(q.period(m.Place)))
}

// unawait ends the wait of an entry that goes.
func (t *tx) unawait(id storage.ID, m *memberRecord) error {
	if m.Choice != storage.Undecided {
		return nil
	}
	return t.delete(bUndecided, undecidedKey(m.Due, m.Topic, id))
}

// undecidedDue reports whether some entry is to be decided on.
func (t *tx) undecidedDue(now time.Time) bool {
	k, _ := t.bucket(bUndecided).Cursor().First()
	return k != nil && timeOf(k).sortable() <= toMicros(now).sortable()
}

// A heat is the entries of one topic and period that are not decided on.
type heat struct {
	topic   storage.ID
	period  micros
	waiting []contender
	due     bool // one of them is
}

type contender struct {
	story storage.ID
	due   micros

	record *storyRecord
	told   int // by so many feeds
}

// heats returns those in which something is due.
func (t *tx) heats(now time.Time) ([]*heat, error) {
	all := make(map[string]*heat)
	var list []*heat
	err := t.scan(bUndecided, nil, nil, func(k, v []byte) (bool, error) {
		topic, due := storage.ID(k[8:24]), timeOf(k)
		h := all[string(digestKey(topic, timeOf(v)))]
		if h == nil {
			h = &heat{topic: topic, period: timeOf(v)}
			all[string(digestKey(topic, h.period))] = h
			list = append(list, h)
		}
		h.waiting = append(h.waiting, contender{story: storage.ID(k[24:]), due: due})
		h.due = h.due || due.sortable() <= toMicros(now).sortable()
		return true, nil
	})
	return slices.DeleteFunc(list, func(h *heat) bool { return !h.due }), err
}

// decide decides on what is due, some periods in one transaction.
func (s *Store) decide(ctx context.Context, now time.Time) (topics []string, err error) {
	var heats []*heat
	err = s.view(ctx, "looking for entries to decide on", func(t *tx) (err error) {
		if t.undecidedDue(now) {
			heats, err = t.heats(now)
		}
		return err
	})
	for err == nil && len(heats) > 0 {
		n, size := 0, 0
		for n < len(heats) && size < releaseBatch {
			size += len(heats[n].waiting)
			n++
		}
		batch := heats[:n]
		heats = heats[n:]
		var names []string
		err = s.update(ctx, "deciding on entries", func(t *tx) (err error) {
			marks := newMarks()
			for _, h := range batch {
				if err := t.decide(*h, marks, now); err != nil {
					return err
				}
			}
			names, err = marks.flush(t, now)
			return err
		})
		topics = append(topics, names...)
	}
	return topics, err
}

func (t *tx) decide(h heat, marks *marks, now time.Time) error {
	h.waiting = slices.DeleteFunc(slices.Clone(h.waiting), func(c contender) bool {
		return t.get(bUndecided, undecidedKey(c.due, h.topic, c.story)) == nil // gone meanwhile
	})
	topic, err := t.topic(h.topic)
	if err != nil {
		return err
	}
	room := 0
	var chosen []storage.ID
	if topic.Quota.Stories > 0 {
		if _, err := t.load(bDigests, digestKey(h.topic, h.period), &chosen); err != nil {
			return err
		}
		room = max(topic.Quota.Stories-len(chosen), 0)
	}
	if err := t.rank(&h); err != nil {
		return err
	}
	before := len(chosen)
	for i, c := range h.waiting {
		if c.due.sortable() > toMicros(now).sortable() {
			continue
		}
		choice := storage.LeftOut
		switch {
		case topic.Quota.Stories == 0:
			choice = storage.Unbounded
		case i < room:
			choice = storage.Chosen
			chosen = append(chosen, c.story)
		}
		if err := t.choose(h.topic, c, choice, marks); err != nil {
			return err
		}
	}
	if len(chosen) == before {
		return nil
	}
	return t.save(bDigests, digestKey(h.topic, h.period), chosen)
}

// rank reads the stories and brings those that the most feeds told to the
// front; equal ones by their places, the earlier first, then by id.
func (t *tx) rank(h *heat) error {
	places := make(map[storage.ID]micros, len(h.waiting))
	for i := range h.waiting {
		c := &h.waiting[i]
		var err error
		if c.record, err = t.story(c.story); err != nil {
			return err
		}
		feeds := make(map[storage.ID]bool)
		for _, telling := range c.record.Tellings {
			r, err := t.item(telling.Item)
			if err != nil {
				return err
			}
			feeds[r.Feed] = true
		}
		c.told = len(feeds)
		if m := c.record.member(h.topic); m != nil {
			places[c.story] = m.Place
		}
	}
	slices.SortFunc(h.waiting, func(a, b contender) int {
		return cmp.Or(
			cmp.Compare(b.told, a.told),
			cmp.Compare(places[a.story].sortable(), places[b.story].sortable()),
			bytes.Compare(a.story[:], b.story[:]),
		)
	})
	return nil
}

// choose notes for ever what was decided of an entry.
func (t *tx) choose(topic storage.ID, c contender, choice storage.Choice, marks *marks) error {
	if err := t.delete(bUndecided, undecidedKey(c.due, topic, c.story)); err != nil {
		return err
	}
	m := c.record.member(topic)
	if m == nil {
		return fmt.Errorf("%w: story %s has no standing in its topic", storage.ErrDamaged, c.story)
	}
	m.Choice, m.Due = choice, 0
	if choice != storage.LeftOut {
		if err := marks.change(t, m); err != nil {
			return err
		}
	}
	if err := t.save(bStories, c.story[:], c.record); err != nil {
		return err
	}
	return t.put(bEntries, entryKey(topic, m.Place, c.story), m.entryValue())
}

// member returns the story's standing in a topic, nil where it never had one.
func (r *storyRecord) member(topic storage.ID) *memberRecord {
	for i := range r.Members {
		if r.Members[i].Topic == topic {
			return &r.Members[i]
		}
	}
	return nil
}

// Shown implements storage.Reading.
func (s *Store) Shown(ctx context.Context, topic string, after storage.Place, limit int) ([]storage.Entry, error) {
	return s.entries(ctx, topic, after, limit, hidden)
}
