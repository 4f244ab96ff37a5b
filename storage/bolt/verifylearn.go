package bolt

import "sluice/storage"

// labels checks that each example can be read and is of an item that was not
// erased, and that topics count theirs.
func (v *verifier) labels() error {
	counts := make(map[storage.ID]labelsRecord)
	err := v.each(bLabels, func(k, data []byte) {
		if len(k) != 32 {
			v.report("label %x: names no topic and item", k)
			return
		}
		topic, item := storage.ID(k[:16]), storage.ID(k[16:])
		var r labelRecord
		if err := v.decodeBody(data, &r); err != nil {
			v.report("label of item %s in topic %s: %v", item, topic, err)
			return
		}
		if !v.has(bItems, item[:]) || v.has(bErased, item[:]) {
			v.report("label of item %s in topic %s: the item is not stored, or erased", item, topic)
		}
		if !v.has(bFeeds, r.Item.Feed[:]) {
			v.report("label of item %s in topic %s: its feed %s is not stored", item, topic, r.Item.Feed)
		}
		n := counts[topic]
		if r.Yes {
			n.Yes++
		} else {
			n.No++
		}
		counts[topic] = n
	})
	if err != nil {
		return err
	}
	err = v.each(bTopics, func(k, _ []byte) {
		id := storage.ID(k)
		r, err := v.topic(id)
		if err != nil {
			return // topicCounts tells
		}
		if n := counts[id]; n.Yes != r.Labels.Yes || n.No != r.Labels.No {
			v.report("topic %s: counts %d yes and %d no as examples and has %d and %d", r.Name, r.Labels.Yes, r.Labels.No, n.Yes, n.No)
		}
		delete(counts, id)
	})
	for id := range counts {
		v.report("topic %s: has examples and is not stored", id)
	}
	return err
}

// models checks that each model can be read and belongs to a topic, that no topic
// goes by one that is yet to come, and that items were judged by some.
func (v *verifier) models() error {
	newest := make(map[storage.ID]uint64)
	err := v.each(bModels, func(k, _ []byte) {
		id := storage.ID(k)
		r, err := v.model(id)
		switch {
		case err != nil:
			v.report("model of topic %s: %v", id, err)
		case r.Number == 0:
			v.report("model of topic %s: has no number", id)
		case !v.has(bTopics, k):
			v.report("model of topic %s: the topic is not stored", id)
		}
		newest[id] = r.Number
	})
	if err != nil {
		return err
	}
	err = v.each(bTopics, func(k, _ []byte) {
		id := storage.ID(k)
		if r, err := v.topic(id); err == nil && r.Since > newest[id] {
			v.report("topic %s: learned anew by model %d, and its newest is %d", r.Name, r.Since, newest[id])
		}
	})
	if err != nil {
		return err
	}
	return v.each(bItems, func(k, data []byte) {
		var r itemRecord
		if v.decode(data, &r) != nil {
			return // items tells
		}
		for _, d := range r.Learned {
			if d.Model == 0 || !v.has(bTopics, d.Topic[:]) {
				v.report("item %s: was judged by model %d of topic %s, which is none", storage.ID(k), d.Model, d.Topic)
			}
		}
	})
}
