package bolt

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// floor is storage.TopicState.Floor.
func (r *topicRecord) floor() time.Time {
	if r.Adopted == nil {
		return time.Time{}
	}
	return r.Adopted.Floor.time()
}

// An adoption holds the entries of a topic that no item has taken yet.
type adoption struct {
	byID   map[string]*adoptedRecord
	byLink map[storage.Key][]*adoptedRecord // in order of id
	byText map[storage.Key]*adoptedRecord
}

// adoption reads what a topic adopted. Within a transaction it is read once.
func (t *tx) adoption(topic storage.ID) (*adoption, error) {
	if a, ok := t.books[topic]; ok {
		return a, nil
	}
	a := &adoption{
		byID: make(map[string]*adoptedRecord), byLink: make(map[storage.Key][]*adoptedRecord), byText: make(map[storage.Key]*adoptedRecord),
	}
	err := t.scan(bAdopted, topic[:], topic[:], func(_, v []byte) (bool, error) {
		r := new(adoptedRecord)
		if err := t.decode(v, r); err != nil {
			return false, err
		}
		a.add(r)
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	if t.books == nil {
		t.books = make(map[storage.ID]*adoption)
	}
	t.books[topic] = a
	return a, nil
}

func (a *adoption) add(r *adoptedRecord) {
	a.byID[r.ID] = r
	if !r.Link.IsZero() {
		a.byLink[r.Link] = append(a.byLink[r.Link], r)
		slices.SortFunc(a.byLink[r.Link], func(a, b *adoptedRecord) int { return cmp.Compare(a.ID, b.ID) })
	}
	if !r.Text.IsZero() && a.byText[r.Text] == nil {
		a.byText[r.Text] = r
	}
}

// has reports whether the entry was noted before, under its id or, by another
// document of the same publisher, under another one.
func (a *adoption) has(r *adoptedRecord) bool {
	return a.byID[r.ID] != nil || !r.Link.IsZero() && slices.ContainsFunc(a.byLink[r.Link], func(o *adoptedRecord) bool {
		return o.Text == r.Text || story.SameHeadline(o.Title, r.Title)
	})
}

func (a *adoption) drop(r *adoptedRecord) {
	delete(a.byID, r.ID)
	a.byLink[r.Link] = slices.DeleteFunc(a.byLink[r.Link], func(o *adoptedRecord) bool { return o == r })
	if a.byText[r.Text] == r {
		delete(a.byText, r.Text)
	}
}

// entryFor returns the entry that an item is, nil where it is none.
func (t *tx) entryFor(a *adoption, id storage.ID, r *itemRecord) (*adoptedRecord, error) {
	named, linked := a.byID[strings.TrimSpace(r.GUID)], a.byLink[r.PrintURL]
	if r.GUID == "" {
		named = nil
	}
	if named != nil || len(linked) > 0 {
		feed, err := t.feed(r.Feed)
		if err != nil {
			return nil, err
		}
		own := story.OwnID(&storage.Item{GUID: r.GUID, Permalink: r.Permalink, URL: r.URL, Identity: storage.Identity{Kind: r.Kind}}, feed.URL)
		if named != nil && own == named.ID {
			return named, nil
		}
		print, err := t.print(id, r)
		if err != nil {
			return nil, err
		}
		if named != nil {
			linked = append([]*adoptedRecord{named}, linked...)
		}
		for _, e := range linked {
			if story.SameHeadline(e.Title, print.Title) {
				return e, nil
			}
		}
		if len(linked) == 1 && named == nil && story.OnOwnSite(r.URL, feed.URL) {
			return linked[0], nil
		}
	}
	return a.byText[r.PrintText], nil
}

// findAny is entryFor for the first item of a story that is an entry.
func (t *tx) findAny(topic storage.ID, s *standing, matching []int) (*adoptedRecord, error) {
	a, err := t.adoption(topic)
	if err != nil || len(a.byID) == 0 {
		return nil, err
	}
	if e := a.byID[s.record.EntryID]; e != nil {
		return e, nil
	}
	pick := s.pick(matching)
	for _, i := range append([]int{pick}, matching...) {
		e, err := t.entryFor(a, s.record.Tellings[i].Item, s.items[i])
		if e != nil || err != nil {
			return e, err
		}
	}
	return nil, nil
}

// publishAdopted gives a story the id and the dates under which an earlier
// publisher published it, and reports false where none did.
func (t *tx) publishAdopted(s *standing) (bool, error) {
	topics := make([]storage.ID, 0, len(s.want))
	for topic := range s.want {
		topics = append(topics, topic)
	}
	sortIDs(topics)
	for _, topic := range topics {
		rec, err := t.topic(topic)
		if err != nil {
			return false, err
		}
		if rec.Adopted == nil || !rec.Enrolled {
			continue
		}
		e, err := t.findAny(topic, s, s.want[topic])
		if err != nil {
			return false, err
		}
		if e == nil || t.get(bEntryIDs, entryIDKey(e.ID)) != nil {
			continue
		}
		st := s.record
		st.EntryID, st.Published = e.ID, e.Published
		if st.Published == 0 {
			st.Published = published(s.items[s.pick(s.want[topic])])
		}
		st.Updated = later(st.Published, e.Updated)
		return true, t.put(bEntryIDs, entryIDKey(e.ID), s.id[:])
	}
	return false, nil
}

// adoptedPlace returns the place of a story in a topic that adopted entries;
// place is where it would stand else. past tells whether it counts as published
// by the earlier publisher. An entry that turns out to be the story leaves what is
// adopted.
func (t *tx) adoptedPlace(s *standing, topic storage.ID, matching []int, place micros) (at micros, past bool, err error) {
	rec, err := t.topic(topic)
	if err != nil {
		return 0, false, err
	}
	e, err := t.findAny(topic, s, matching)
	if err != nil {
		return 0, false, err
	}
	if e != nil {
		t.books[topic].drop(e)
		if err := t.delete(bAdopted, key(topic[:], entryIDKey(e.ID))); err != nil {
			return 0, false, err
		}
		if e.ID == s.record.EntryID {
			return later(s.record.Published, rec.Adopted.Floor), true, nil
		}
	}
	past = e != nil || s.backlog(matching)
	if at := s.record.Published; rec.Adopted.Floor != 0 && past && at.sortable() <= rec.Adopted.Until.sortable() {
		if below := rec.Adopted.Floor - 1; at.sortable() > below.sortable() {
			at = below
		}
		return at, true, nil
	}
	return place, e != nil, nil
}
