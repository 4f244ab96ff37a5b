package bolt

import (
	"context"
	"fmt"
	"strings"
	"time"

	"sluice/storage"
)

// Adopt implements storage.Adopting.
func (s *Store) Adopt(ctx context.Context, a storage.Adoption, now time.Time) (out storage.Adopted, err error) {
	doing := "adopting entries into topic " + a.Topic.Name
	if a.DryRun {
		err = s.view(ctx, doing, func(t *tx) error {
			_, out, err = t.planAdoption(a, now)
			return err
		})
		return out, err
	}
	err = s.update(ctx, doing, func(t *tx) error {
		var plan *adoptionPlan
		if plan, out, err = t.planAdoption(a, now); err != nil {
			return err
		}
		return t.adopt(plan)
	})
	return out, err
}

// An adoptionPlan is what an adoption writes.
type adoptionPlan struct {
	topic   storage.ID
	record  topicRecord
	known   bool // the topic has a record already
	changed bool
	entries []adoptedRecord
}

func (t *tx) planAdoption(a storage.Adoption, now time.Time) (*adoptionPlan, storage.Adopted, error) {
	p, err := t.adopting(a)
	if err != nil {
		return nil, storage.Adopted{}, err
	}
	if p.record.Last > 0 && !a.Merge {
		return nil, storage.Adopted{}, storage.ErrPublished
	}
	if a.AtomID != "" && p.record.Last == 0 {
		if err := t.freeAtomID(a.AtomID, p.topic); err != nil {
			return nil, storage.Adopted{}, err
		}
		p.changed = p.changed || p.record.AtomID != a.AtomID
		p.record.AtomID = a.AtomID
	}
	out := storage.Adopted{AtomID: p.record.AtomID}
	book, err := t.adoption(p.topic)
	if err != nil {
		return nil, out, err
	}
	for _, e := range a.Entries {
		r := adoptedRecord{
			ID: e.ID, Published: toMicros(e.Published), Updated: toMicros(e.Updated), Link: e.Link, Text: e.Text, Title: e.Title,
		}
		r.date(toMicros(now))
		if e.ID == "" || book.has(&r) || t.get(bEntryIDs, entryIDKey(e.ID)) != nil {
			out.Known++
			continue
		}
		book.add(&r)
		p.entries = append(p.entries, r)
		out.New++
		if !r.Link.IsZero() && t.linked(r.Link) {
			out.Stored++
		}
	}
	p.bound()
	return p, out, nil
}

// adopting finds the topic, by its name or an earlier one, or makes it.
func (t *tx) adopting(a storage.Adoption) (*adoptionPlan, error) {
	for _, name := range append([]string{a.Topic.Name}, a.Topic.Formerly...) {
		v := t.get(bTopicNames, nameKey(name))
		if v == nil {
			continue
		}
		id := storage.ID(v)
		r, err := t.topic(id)
		if err != nil {
			return nil, err
		}
		return &adoptionPlan{topic: id, record: *r, known: true}, nil
	}
	all := make(map[storage.ID]*topicRecord)
	err := t.scan(bTopics, nil, nil, func(k, _ []byte) (bool, error) {
		all[storage.ID(k)] = &topicRecord{}
		return true, nil
	})
	id := mintTopic(all, a.Topic.Name)
	r := topicRecord{Name: a.Topic.Name, AtomID: atomID(a.Site, a.Topic.Name, id)}
	return &adoptionPlan{topic: id, record: r, changed: true}, err
}

// freeAtomID refuses an id that the documents of another topic have.
func (t *tx) freeAtomID(id string, topic storage.ID) error {
	return t.scan(bTopics, nil, nil, func(k, _ []byte) (bool, error) {
		r, err := t.topic(storage.ID(k))
		if err == nil && r.AtomID == id && storage.ID(k) != topic {
			err = fmt.Errorf("topic %s has the id %s already", r.Name, id)
		}
		return true, err
	})
}

// linked reports whether an item under the link is stored.
func (t *tx) linked(link storage.Key) bool {
	k, _ := t.bucket(bURLs).Cursor().Seek(link[:])
	return strings.HasPrefix(string(k), string(link[:]))
}

// date gives an entry the dates that it lacks, and none in the future.
func (r *adoptedRecord) date(now micros) {
	if r.Published == 0 {
		r.Published = r.Updated
	}
	for _, at := range []*micros{&r.Published, &r.Updated} {
		if at.sortable() > now.sortable() {
			*at = now
		}
	}
}

// bound widens what counts as published already by the new entries.
func (p *adoptionPlan) bound() {
	if len(p.entries) == 0 {
		return
	}
	old := p.record.Adopted
	p.record.Adopted, p.changed = &adoptionRecord{}, true
	if old != nil {
		*p.record.Adopted = *old
	}
	if p.record.Last > 0 {
		return
	}
	for i := range p.entries {
		at, a := p.entries[i].Published, p.record.Adopted
		if at == 0 {
			continue
		}
		a.Until = later(a.Until, at)
		if a.Floor == 0 || at.sortable() < a.Floor.sortable() {
			a.Floor = at
		}
	}
}

func (t *tx) adopt(p *adoptionPlan) error {
	for i := range p.entries {
		e := &p.entries[i]
		if err := t.save(bAdopted, key(p.topic[:], entryIDKey(e.ID)), e); err != nil {
			return err
		}
	}
	if !p.known {
		if err := t.put(bTopicNames, nameKey(p.record.Name), p.topic[:]); err != nil {
			return err
		}
	}
	t.topics, t.books = nil, nil
	if !p.changed {
		return nil
	}
	return t.save(bTopics, p.topic[:], &p.record)
}
