package bolt

import (
	"sort"
	"time"

	"sluice/storage"
)

// marks collects the topics whose entries a change touches.
type marks struct {
	topics    map[storage.ID]bool
	corrected map[storage.ID][]storage.ID // by topic: stories whose updated date moved
}

func newMarks() *marks {
	return &marks{topics: make(map[storage.ID]bool), corrected: make(map[storage.ID][]storage.ID)}
}

func (m *marks) touch(topic storage.ID) { m.topics[topic] = true }

// change marks a topic one of whose entries is another from the revision on
// that flush will give the topic.
func (m *marks) change(t *tx, member *memberRecord) error {
	r, err := t.topic(member.Topic)
	if err != nil {
		return err
	}
	m.touch(member.Topic)
	member.Revision = r.Revision + 1
	return nil
}

// show marks the topics whose entry of the story shows the item, and reports
// whether there are any.
func (m *marks) show(t *tx, item storage.ID, st *storyRecord) (shown bool, err error) {
	for i := range st.Members {
		if member := &st.Members[i]; member.Pick == item && member.Withdrawn == 0 {
			shown = true
			if err := m.change(t, member); err != nil {
				return false, err
			}
		}
	}
	return shown, nil
}

// correct marks every topic in which the story stands, since its updated date,
// which moved, is the same in all of them.
func (m *marks) correct(t *tx, id storage.ID, st *storyRecord) error {
	for i := range st.Members {
		member := &st.Members[i]
		if member.Withdrawn != 0 {
			continue
		}
		if err := m.change(t, member); err != nil {
			return err
		}
		m.corrected[member.Topic] = append(m.corrected[member.Topic], id)
	}
	return nil
}

// flush writes the records of the touched topics and returns the names of
// those that are enrolled, sorted.
func (m *marks) flush(t *tx, now time.Time) ([]string, error) {
	var names []string
	ids := make([]storage.ID, 0, len(m.topics))
	for id := range m.topics {
		ids = append(ids, id)
	}
	sortIDs(ids)
	for _, id := range ids {
		r, err := t.topic(id)
		if err != nil {
			return nil, err
		}
		r.Changed = later(r.Changed, toMicros(now))
		r.Revision++
		r.correct(m.corrected[id])
		if err := t.save(bTopics, id[:], r); err != nil {
			return nil, err
		}
		if r.Enrolled {
			names = append(names, r.Name)
		}
	}
	sort.Strings(names)
	return names, nil
}
