package bolt

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"sluice/storage"
)

// TestVerifyReadsWhatTopicsLearned damages examples and models one way at a
// time, and wants each to be told in a sentence.
func TestVerifyReadsWhatTopicsLearned(t *testing.T) {
	ctx := context.Background()
	w := newNewsroom(t, 0)
	enrolment := storage.Enrolment{Feeds: w.feeds, Topics: []storage.TopicSpec{{Name: "x"}}}
	if _, err := w.Enrol(ctx, enrolment, w.now); err != nil {
		t.Fatal(err)
	}
	w.round(3, time.Hour)
	items, err := w.Scan(ctx, storage.ID{}, 3)
	if err != nil || len(items) != 3 {
		t.Fatal(len(items), err)
	}
	for i, verdict := range []storage.Verdict{storage.Yes, storage.No} {
		if err := w.Label(ctx, storage.Labelling{Topic: "x", Item: items[i].ID, Verdict: verdict, Now: w.now}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.SaveModel(ctx, storage.Model{Topic: "x", Data: []byte("what was learned")}); err != nil {
		t.Fatal(err)
	}
	verify := func() string {
		t.Helper()
		wrong, err := w.Verify(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(wrong, "\n")
	}
	if wrong := verify(); wrong != "" {
		t.Fatalf("before any damage: %s", wrong)
	}
	var topic storage.ID
	if err := w.view(ctx, "", func(t *tx) (err error) { topic, err = t.topicID("x"); return err }); err != nil {
		t.Fatal(err)
	}
	label := key(topic[:], items[0].ID[:])
	for _, c := range []struct {
		what string
		does func(t *tx) error
		want string
	}{
		{"a label of noise", func(t *tx) error { return t.put(bLabels, label, []byte("noise")) }, "label of item " + items[0].ID.String()},
		{"a label less", func(t *tx) error { return t.delete(bLabels, label) }, "topic x: counts 1 yes and 1 no as examples and has 0 and 1"},
		{"a label of no item", func(t *tx) error {
			return t.put(bLabels, key(topic[:], make([]byte, 16)), t.get(bLabels, label))
		}, "the item is not stored, or erased"},
		{"a label of no topic", func(t *tx) error {
			return t.put(bLabels, key(make([]byte, 16), items[0].ID[:]), t.get(bLabels, label))
		}, "has examples and is not stored"},
		{"a short label", func(t *tx) error { return t.put(bLabels, []byte("k"), nil) }, "names no topic and item"},
		{"a model of noise", func(t *tx) error { return t.put(bModels, topic[:], []byte("noise")) }, "model of topic " + topic.String()},
		{"a model of no topic", func(t *tx) error {
			return t.put(bModels, make([]byte, 16), t.get(bModels, topic[:]))
		}, "the topic is not stored"},
		{"no model", func(t *tx) error {
			r, err := t.topic(topic)
			if err != nil {
				return err
			}
			r.Since = 1
			return errors.Join(t.save(bTopics, topic[:], r), t.delete(bModels, topic[:]))
		}, "topic x: learned anew by model 1, and its newest is 0"},
		{"a judgment by no model", func(t *tx) error {
			var r itemRecord
			if _, err := t.load(bItems, items[2].ID[:], &r); err != nil {
				return err
			}
			r.Learned = []decisionRecord{{Topic: topic}}
			return t.save(bItems, items[2].ID[:], &r)
		}, "was judged by model 0 of topic " + topic.String()},
	} {
		kept := make(map[bucketID]map[string][]byte)
		err := w.update(ctx, "", func(t *tx) error {
			for _, id := range []bucketID{bLabels, bModels, bTopics, bItems} {
				kept[id] = t.all(id)
			}
			return c.does(t)
		})
		if err != nil {
			t.Fatalf("%s: %v", c.what, err)
		}
		if wrong := verify(); !strings.Contains(wrong, c.want) {
			t.Errorf("%s: %q, want %q", c.what, wrong, c.want)
		}
		if err := w.update(ctx, "", func(t *tx) error { return t.putBack(kept) }); err != nil {
			t.Fatal(err)
		}
	}
	if wrong := verify(); wrong != "" {
		t.Errorf("after all was mended: %s", wrong)
	}
}

// all returns what a bucket holds.
func (t *tx) all(id bucketID) map[string][]byte {
	out := make(map[string][]byte)
	_ = t.scan(id, nil, nil, func(k, v []byte) (bool, error) {
		out[string(k)] = append([]byte{}, v...)
		return true, nil
	})
	return out
}

// putBack makes buckets hold what they did.
func (t *tx) putBack(kept map[bucketID]map[string][]byte) error {
	for id, was := range kept {
		for k := range t.all(id) {
			if err := t.delete(id, []byte(k)); err != nil {
				return err
			}
		}
		for k, v := range was {
			if err := t.put(id, []byte(k), v); err != nil {
				return err
			}
		}
	}
	return nil
}
