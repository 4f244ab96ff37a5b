package bolt

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sluice/storage"
	"sluice/storage/story"
)

// Label implements storage.Learning.
func (s *Store) Label(ctx context.Context, l storage.Labelling) error {
	return s.update(ctx, "labelling item "+l.Item.String(), func(t *tx) error { return t.label(l) })
}

func (t *tx) label(l storage.Labelling) error {
	topic, err := t.topicID(l.Topic)
	if err != nil {
		return err
	}
	return t.labelIn(topic, l)
}

func (t *tx) labelIn(topic storage.ID, l storage.Labelling) error {
	rec, err := t.topic(topic)
	if err != nil {
		return err
	}
	k := key(topic[:], l.Item[:])
	old, err := t.labelled(k)
	if err != nil {
		return err
	}
	switch {
	case old == nil:
	case old.Yes:
		rec.Labels.Yes--
	default:
		rec.Labels.No--
	}
	switch l.Verdict {
	case storage.Yes:
		rec.Labels.Yes++
	case storage.No:
		rec.Labels.No++
	}
	if l.Verdict == storage.None {
		if old == nil {
			return nil
		}
		err = t.delete(bLabels, k)
	} else {
		err = t.saveLabel(k, l)
	}
	if err != nil {
		return err
	}
	rec.Labels.Revision++
	return t.save(bTopics, topic[:], rec)
}

func (t *tx) labelled(k []byte) (*labelRecord, error) {
	data := t.get(bLabels, k)
	if data == nil {
		return nil, nil
	}
	r := new(labelRecord)
	return r, t.decodeBody(data, r)
}

func (t *tx) saveLabel(k []byte, l storage.Labelling) error {
	r := labelRecord{Yes: l.Verdict == storage.Yes, By: l.By, At: toMicros(l.Now)}
	ok, err := t.load(bItems, l.Item[:], &r.Item)
	if err != nil || !ok || r.Item.Forgotten {
		return notFound(err)
	}
	if err := t.body(r.Item.Feed, l.Item, &r.Body); err != nil {
		return err
	}
	if r.Item.Extracted > 0 {
		x, err := t.extract(l.Item)
		if err != nil {
			return err
		}
		r.Extract = extractRecordOf(x)
	}
	data, err := t.encodeBody(&r)
	if err != nil {
		return err
	}
	return t.put(bLabels, k, data)
}

// Labels implements storage.Learning.
func (s *Store) Labels(ctx context.Context, topic string) (out []storage.Label, err error) {
	err = s.view(ctx, "reading the labels of topic "+topic, func(t *tx) error {
		id, err := t.topicID(topic)
		if err != nil {
			return err
		}
		return t.scan(bLabels, id[:], id[:], func(k, data []byte) (bool, error) {
			var r labelRecord
			if err := t.decodeBody(data, &r); err != nil {
				return false, err
			}
			f, err := t.feed(r.Item.Feed)
			if err != nil {
				return false, err
			}
			l := storage.Label{Item: r.Item.item(storage.ID(k[16:]), f.Name), Yes: r.Yes, By: r.By, At: r.At.time()}
			r.Body.fill(&l.Item)
			if r.Extract != nil {
				l.Item.Extract = r.Extract.extract()
				story.Fill(&l.Item)
			}
			out = append(out, l)
			return true, nil
		})
	})
	return out, err
}

// SaveModel implements storage.Learning.
func (s *Store) SaveModel(ctx context.Context, m storage.Model) (number uint64, err error) {
	err = s.update(ctx, "saving the model of topic "+m.Topic, func(t *tx) error {
		id, err := t.topicID(m.Topic)
		if err != nil {
			return err
		}
		r, err := t.model(id)
		if err != nil {
			return err
		}
		number = r.Number + 1
		data, err := t.encodeBody(&modelRecord{Number: number, Basis: m.Basis, Data: m.Data})
		if err != nil {
			return err
		}
		return t.put(bModels, id[:], data)
	})
	return number, err
}

// model returns a topic's newest model, of number 0 where it has none.
func (t *tx) model(topic storage.ID) (*modelRecord, error) {
	r := new(modelRecord)
	data := t.get(bModels, topic[:])
	if data == nil {
		return r, nil
	}
	return r, t.decodeBody(data, r)
}

// Models implements storage.Learning.
func (s *Store) Models(ctx context.Context) (out []storage.Model, err error) {
	err = s.view(ctx, "reading models", func(t *tx) error {
		return t.scan(bModels, nil, nil, func(k, data []byte) (bool, error) {
			topic, err := t.topic(storage.ID(k))
			if err != nil || !topic.Enrolled {
				return err == nil, err
			}
			var r modelRecord
			err = t.decodeBody(data, &r)
			out = append(out, storage.Model{Topic: topic.Name, Number: r.Number, Basis: r.Basis, Data: r.Data})
			return true, err
		})
	})
	slices.SortFunc(out, func(a, b storage.Model) int { return strings.Compare(a.Topic, b.Topic) })
	return out, err
}

// Relearn implements storage.Learning.
func (s *Store) Relearn(ctx context.Context, topic string) error {
	return s.update(ctx, "relearning topic "+topic, func(t *tx) error {
		id, err := t.topicID(topic)
		if err != nil {
			return err
		}
		rec, err := t.topic(id)
		if err != nil {
			return err
		}
		m, err := t.model(id)
		if err != nil || rec.Since == m.Number {
			return err
		}
		rec.Since = m.Number
		return t.save(bTopics, id[:], rec)
	})
}

// verdict makes a routing ready to be kept. What models say of a stored item, r,
// counts only where they may decide anew; else the topics that would take it for
// what was learned take it if they did so before.
func (t *tx) verdict(routing storage.Routing, anew bool, r *itemRecord) (v verdict, err error) {
	if v.topics, err = t.topicIDs(routing.Topics); err != nil {
		return v, err
	}
	if v.barred, err = t.topicIDs(routing.Barred); err != nil {
		return v, err
	}
	if anew {
		v.learned, err = t.decided(routing.Learned)
		return v, err
	}
	v.learned = r.Learned
	for _, d := range routing.Learned {
		topic, err := t.topicID(d.Topic)
		if err != nil {
			return v, err
		}
		taken := slices.ContainsFunc(r.Learned, func(d decisionRecord) bool { return d.Topic == topic && d.Taken })
		has := slices.Contains(v.topics, topic)
		switch {
		case d.Alone && has && !taken:
			v.topics = slices.DeleteFunc(v.topics, func(id storage.ID) bool { return id == topic })
		case taken && !has:
			v.topics = append(v.topics, topic)
			sortIDs(v.topics)
		}
	}
	return v, nil
}

// decided returns the decisions that models made, as they are kept.
func (t *tx) decided(decisions []storage.Decision) (out []decisionRecord, err error) {
	for _, d := range decisions {
		if d.Model == 0 {
			continue
		}
		topic, err := t.topicID(d.Topic)
		if err != nil {
			return nil, err
		}
		out = append(out, decisionRecord{Topic: topic, Model: d.Model, Score: d.Score, Taken: d.Taken})
	}
	return out, nil
}

// decisions returns what is kept of decisions.
func (t *tx) decisions(records []decisionRecord) (out []storage.Decision, err error) {
	for _, r := range records {
		topic, err := t.topic(r.Topic)
		if err != nil {
			return nil, fmt.Errorf("a decision: %w", err)
		}
		out = append(out, storage.Decision{Topic: topic.Name, Model: r.Model, Score: r.Score, Taken: r.Taken})
	}
	return out, nil
}

// replaceDecisions returns old with the concerned topics' as they stand in new.
func replaceDecisions(old, new []decisionRecord, concerned []storage.ID) []decisionRecord {
	var out []decisionRecord
	for _, d := range old {
		if !slices.Contains(concerned, d.Topic) {
			out = append(out, d)
		}
	}
	for _, d := range new {
		if slices.Contains(concerned, d.Topic) {
			out = append(out, d)
		}
	}
	return out
}
