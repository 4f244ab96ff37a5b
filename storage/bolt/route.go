package bolt

import (
	"context"
	"slices"

	"sluice/storage"
)

// Route implements storage.Curation.
func (s *Store) Route(ctx context.Context, r storage.Routed) error {
	return s.update(ctx, "routing stored items", func(t *tx) error { return t.route(r) })
}

func (t *tx) route(r storage.Routed) error {
	settings, err := t.settings()
	if err != nil {
		return err
	}
	if settings.Set != r.Set {
		return storage.ErrStale
	}
	concerned, err := t.topicIDs(r.Topics)
	if err != nil {
		return err
	}
	verdicts := make([]verdict, len(r.Items))
	for i, item := range r.Items {
		if verdicts[i], err = t.verdict(item.Routing, true, nil); err != nil {
			return err
		}
	}
	for i, item := range r.Items {
		if err := t.routeItem(item, concerned, verdicts[i]); err != nil {
			return err
		}
	}
	// While some items are judged by the new fingerprint and some by the old
	// one, a topic is routed by neither.
	if err := t.routed(concerned, r.Done); err != nil {
		return err
	}
	settings.Cursor = r.Cursor
	if r.Done {
		settings.Route = slices.DeleteFunc(settings.Route, func(id storage.ID) bool { return slices.Contains(concerned, id) })
		settings.Cursor = storage.ID{}
	}
	return t.save(bMeta, []byte(metaSettings), &settings)
}

// A verdict is a routing as it is kept.
type verdict struct {
	topics, barred []storage.ID
	learned        []decisionRecord
}

func (t *tx) routeItem(item storage.RoutedItem, concerned []storage.ID, v verdict) error {
	var r itemRecord
	ok, err := t.load(bItems, item.ID[:], &r)
	if err != nil || !ok || r.Forgotten || r.Revision != item.Revision {
		return err
	}
	topics := replaceVerdicts(r.Topics, v.topics, concerned)
	barred := replaceVerdicts(r.Barred, v.barred, concerned)
	learned := replaceDecisions(r.Learned, v.learned, concerned)
	if sameIDs(topics, r.Topics) && sameIDs(barred, r.Barred) && slices.Equal(learned, r.Learned) {
		return nil
	}
	moved := !sameIDs(topics, r.Topics) || !sameIDs(barred, r.Barred)
	r.Topics, r.Barred, r.Learned = topics, barred, learned
	if err := t.save(bItems, item.ID[:], &r); err != nil {
		return err
	}
	if !moved {
		return nil
	}
	return t.pend(r.Story, pendingRoute)
}

// replaceVerdicts returns old with the concerned topics as they stand in new.
func replaceVerdicts(old, new, concerned []storage.ID) []storage.ID {
	var out []storage.ID
	for _, id := range old {
		if !slices.Contains(concerned, id) {
			out = append(out, id)
		}
	}
	for _, id := range new {
		if slices.Contains(concerned, id) {
			out = append(out, id)
		}
	}
	sortIDs(out)
	return out
}

func (t *tx) routed(topics []storage.ID, done bool) error {
	for _, id := range topics {
		rec, err := t.topic(id)
		if err != nil {
			return err
		}
		by := storage.ID{}
		if done {
			by = rec.Want
		}
		if rec.Routed == by {
			continue
		}
		rec.Routed = by
		if err := t.save(bTopics, id[:], rec); err != nil {
			return err
		}
	}
	return nil
}

// Scan implements storage.Reading.
func (s *Store) Scan(ctx context.Context, after storage.ID, limit int) (out []storage.Item, err error) {
	err = s.view(ctx, "reading stored items", func(t *tx) error {
		return t.scan(bItems, nil, after[:], func(k, v []byte) (bool, error) {
			if id := storage.ID(k); id == after && !after.IsZero() {
				return true, nil
			}
			if len(out) >= limit {
				return false, nil
			}
			r := new(itemRecord)
			if err := t.decode(v, r); err != nil {
				return false, err
			}
			if r.Forgotten {
				return true, nil
			}
			item, err := t.fullItem(storage.ID(k), r)
			out = append(out, item)
			return true, err
		})
	})
	return out, err
}
