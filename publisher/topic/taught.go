package topic

import (
	"slices"

	"sluice/storage"
)

// A Lesson is what a topic that learns goes by.
type Lesson struct {
	Model  *Model // nil where there is none: stored decisions count all the same
	Number uint64 // of the model
	Since  uint64 // stored items whose decision is by a model before this number are judged anew; 0: none are
}

// Taught returns the set with the lessons of its topics by name. Those of topics
// that don't learn are passed over.
func (s *Set) Taught(lessons map[string]Lesson) *Set {
	taught := *s
	taught.topics = slices.Clone(s.topics)
	for i := range taught.topics {
		taught.topics[i].lesson = lessons[taught.topics[i].name]
	}
	taught.fingerprint()
	return &taught
}

// Learns reports whether some topic learns.
func (s *Set) Learns() bool { return s.learns }

// Lessons returns what the topics that learn go by, as Taught was given it.
func (s *Set) Lessons() map[string]Lesson {
	lessons := map[string]Lesson{}
	for _, t := range s.topics {
		if t.learns {
			lessons[t.name] = t.lesson
		}
	}
	return lessons
}

// decide adds to a routing what models say. An item is judged once: one that is
// stored, which its id tells, keeps what was decided when it came, and was not
// judged if no model was there then.
func (s *Set) decide(item *storage.Item, admitted bool, r *storage.Routing) {
	if !s.learns && item.Routing.Learned == nil {
		return
	}
	for _, d := range item.Routing.Learned {
		if i, ok := s.byName[d.Topic]; !ok || !s.topics[i].learns {
			r.Learned = append(r.Learned, d)
		}
	}
	var text Text
	for i := range s.topics {
		t := &s.topics[i]
		if !t.learns {
			continue
		}
		d := known(item, t.name)
		if m := t.lesson.Model; m != nil && (item.ID.IsZero() || d.Model < t.lesson.Since) {
			if text == nil {
				text = TextOf(item)
			}
			score := m.Score(text)
			d = storage.Decision{Topic: t.name, Model: t.lesson.Number, Score: float32(score), Taken: score >= m.Threshold()}
		}
		if d.Taken && admitted && !slices.Contains(r.Topics, t.name) {
			d.Alone = true
			r.Topics = append(r.Topics, t.name)
		}
		r.Learned = append(r.Learned, d)
	}
	slices.Sort(r.Topics)
}

// known returns what was decided about an item.
func known(item *storage.Item, topic string) storage.Decision {
	for _, d := range item.Routing.Learned {
		if d.Topic == topic {
			d.Alone = false
			return d
		}
	}
	return storage.Decision{Topic: topic}
}
