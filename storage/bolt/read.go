package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"sluice/storage"
)

// Topics implements storage.Reading.
func (s *Store) Topics(ctx context.Context) (out []storage.TopicState, err error) {
	err = s.view(ctx, "reading topics", func(t *tx) error {
		return t.scan(bTopics, nil, nil, func(k, _ []byte) (bool, error) {
			r, err := t.topic(storage.ID(k))
			if err != nil {
				return false, err
			}
			if r.Enrolled {
				out = append(out, storage.TopicState{
					Name: r.Name, AtomID: r.AtomID, Begun: r.Begun.time(), Changed: r.Changed.time(), Revision: r.Revision,
					Last: r.Last, Live: r.Live, Floor: r.floor(), Want: r.Want, Routing: r.Routed, Routed: r.Routed == r.Want,
					Labels: storage.Labels(r.Labels), Since: r.Since,
				})
			}
			return true, nil
		})
	})
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out, err
}

// Entries implements storage.Reading.
func (s *Store) Entries(ctx context.Context, topic string, after storage.Place, limit int) ([]storage.Entry, error) {
	return s.entries(ctx, topic, after, limit, nil)
}

// entries returns entries by place, but for those whose value a topic with a
// quota leaves out.
func (s *Store) entries(ctx context.Context, topic string, after storage.Place, limit int, leaves func(value []byte) bool) (out []storage.Entry, err error) {
	err = s.view(ctx, "reading the entries of topic "+topic, func(t *tx) error {
		id, err := t.topicID(topic)
		if err != nil {
			return err
		}
		first := id[:]
		if !after.IsZero() {
			first = append(entryKey(id, toMicros(after.Time), after.Story), 0)
		}
		rec, err := t.topic(id)
		if err != nil {
			return err
		}
		if rec.Quota.Stories == 0 {
			leaves = nil
		}
		return t.scan(bEntries, id[:], first, func(k, value []byte) (bool, error) {
			if len(out) >= limit {
				return false, nil
			}
			if leaves != nil && leaves(value) {
				return true, nil
			}
			e, err := t.entry(id, storage.ID(k[24:40]))
			out = append(out, e)
			return true, err
		})
	})
	return out, err
}

func (t *tx) entry(topic, id storage.ID) (storage.Entry, error) {
	st, err := t.story(id)
	if err != nil {
		return storage.Entry{}, err
	}
	return t.entryOf(topic, id, st)
}

func (t *tx) entryOf(topic, id storage.ID, st *storyRecord) (storage.Entry, error) {
	e := storage.Entry{Story: id, ID: st.EntryID, Published: st.Published.time(), Updated: st.Updated.time()}
	for _, m := range st.Members {
		if m.Topic != topic {
			continue
		}
		e.Place, e.Number = storage.Place{Time: m.Place.time(), Story: id}, m.Number
		e.Revision = m.Revision
		r, err := t.item(m.Pick)
		if err != nil {
			return e, err
		}
		if e.Item, err = t.fullItem(m.Pick, r); err != nil {
			return e, err
		}
		for _, telling := range st.Tellings {
			if telling.Item == m.Pick || telling.Fresh {
				continue
			}
			other, retracted, err := t.telling(telling)
			if err != nil {
				return e, err
			}
			if retracted {
				continue
			}
			e.Others = append(e.Others, other)
		}
		return e, nil
	}
	return e, fmt.Errorf("%w: story %s has no standing in its topic", storage.ErrDamaged, id)
}

var layerNames = [...]string{layerFirst: "first", layerURL: "url", layerContent: "content", layerPerson: "person"}

// layerOf returns the number under which a layer is kept.
func layerOf(name string) uint8 {
	return uint8(max(0, slices.Index(layerNames[:], name)))
}

// telling returns a telling as it is told, and whether its feed has withdrawn
// it.
func (t *tx) telling(r tellingRecord) (_ storage.Telling, retracted bool, err error) {
	item, err := t.item(r.Item)
	if err != nil {
		return storage.Telling{}, false, err
	}
	feed, err := t.feed(item.Feed)
	if err != nil {
		return storage.Telling{}, false, err
	}
	why := storage.Joining{Title: float64(r.Title), Containment: float64(r.Containment)}
	if int(r.Layer) < len(layerNames) {
		why.Layer = layerNames[r.Layer]
	}
	return storage.Telling{
		Item: r.Item, Feed: feed.Name, URL: item.URL, Title: item.Title,
		Joined: r.Joined.time(), Why: why,
	}, item.Retracted, nil
}

// Story implements storage.Reading.
func (s *Store) Story(ctx context.Context, id storage.ID) (out storage.Story, err error) {
	err = s.view(ctx, "reading story "+id.String(), func(t *tx) error {
		if t.get(bStories, id[:]) == nil {
			return storage.ErrNotFound
		}
		st, err := t.story(id)
		if err != nil {
			return err
		}
		out = storage.Story{
			ID: id, Released: st.Released.time(), EntryID: st.EntryID,
			Published: st.Published.time(), Updated: st.Updated.time(),
		}
		for _, r := range st.Tellings {
			telling, _, err := t.telling(r)
			if err != nil {
				return err
			}
			out.Tellings = append(out.Tellings, telling)
		}
		for _, m := range st.Members {
			topic, err := t.topic(m.Topic)
			if err != nil {
				return err
			}
			if !topic.Enrolled {
				continue
			}
			out.Entries = append(out.Entries, storage.Membership{
				Topic: topic.Name, Place: storage.Place{Time: m.Place.time(), Story: id},
				Number: m.Number, Entered: m.Entered.time(), Withdrawn: m.Withdrawn.time(), Pick: m.Pick, Choice: m.Choice,
			})
		}
		sort.Slice(out.Entries, func(i, j int) bool { return out.Entries[i].Topic < out.Entries[j].Topic })
		return t.corrections(id, st, &out)
	})
	return out, err
}

// Find implements storage.Reading.
func (s *Store) Find(ctx context.Context, ref storage.Ref) (out storage.Item, err error) {
	err = s.view(ctx, fmt.Sprintf("finding item %q", ref.Text), func(t *tx) error {
		id, err := t.find(ref)
		if err != nil {
			return err
		}
		r, err := t.item(id)
		if err != nil {
			return err
		}
		if r.Forgotten {
			return storage.ErrNotFound
		}
		out, err = t.fullItem(id, r)
		return err
	})
	return out, err
}

func (t *tx) find(ref storage.Ref) (storage.ID, error) {
	if ref.Feed != "" {
		feed, err := t.feedID(ref.Feed)
		if err != nil {
			return storage.ID{}, err
		}
		if v := t.get(bAliases, key(feed[:], ref.GUID[:])); v != nil {
			return storage.ID(v), nil
		}
	}
	if id, err := t.findPrefix(ref.Text); err != nil || !id.IsZero() {
		return id, err
	}
	if v := t.get(bEntryIDs, entryIDKey(ref.Text)); v != nil {
		_, st, err := t.unmerged(storage.ID(v))
		if err != nil {
			return storage.ID{}, err
		}
		return firstPick(st), nil
	}
	return t.findLink(ref)
}

// firstPick is the item that stands for a story: what its first topic shows,
// else its first telling.
func firstPick(st *storyRecord) storage.ID {
	for _, m := range st.Members {
		if m.Withdrawn == 0 {
			return m.Pick
		}
	}
	return st.Tellings[0].Item
}

// findPrefix finds an item by the beginning of its id's text. That begins with
// what follows the feed's bytes (see near), so each feed's part is asked.
func (t *tx) findPrefix(text string) (storage.ID, error) {
	text = strings.ToLower(text)
	const least = 6
	if len(text) < least || len(text) > 2*len(storage.ID{}) {
		return storage.ID{}, nil
	}
	begin, err := hex.DecodeString(text[:min(len(text)&^1, 2*(len(storage.ID{})-near))])
	if err != nil {
		return storage.ID{}, nil
	}
	var found storage.ID
	last := make([]byte, 0, near)
	err = t.scan(bFeeds, nil, nil, func(feed, _ []byte) (bool, error) {
		if string(feed[:near]) == string(last) {
			return true, nil // two feeds whose items lie in one part
		}
		last = append(last[:0], feed[:near]...)
		part := key(last, begin)
		err := t.scan(bItems, part, part, func(k, _ []byte) (bool, error) {
			id := storage.ID(k)
			if !strings.HasPrefix(id.String(), text) {
				return true, nil
			}
			if !found.IsZero() {
				return false, storage.ErrAmbiguous
			}
			found = id
			return true, nil
		})
		return true, err
	})
	return found, err
}

// findLink finds by link. Several items of one story are no ambiguity.
func (t *tx) findLink(ref storage.Ref) (storage.ID, error) {
	var found storage.ID
	var story storage.ID
	if ref.Link.IsZero() {
		return found, storage.ErrNotFound
	}
	err := t.scan(bURLs, ref.Link[:], ref.Link[:], func(k, _ []byte) (bool, error) {
		id := storage.ID(k[len(ref.Link):])
		r, err := t.item(id)
		if err != nil {
			return false, err
		}
		if !found.IsZero() && r.Story != story {
			return false, storage.ErrAmbiguous
		}
		if found.IsZero() {
			found, story = id, r.Story
		}
		return true, nil
	})
	if err != nil {
		return storage.ID{}, err
	}
	if found.IsZero() {
		return found, storage.ErrNotFound
	}
	st, err := t.story(story)
	if err != nil {
		return found, err
	}
	return firstPick(st), nil
}

// List implements storage.Reading.
func (s *Store) List(ctx context.Context, q storage.ListQuery) (out []storage.Item, next string, err error) {
	err = s.view(ctx, "listing items", func(t *tx) error {
		l, err := t.lister(q)
		if err != nil {
			return err
		}
		out, next, err = l.run(q)
		return err
	})
	return out, next, err
}

// lister walks an index whose keys end in first seen and item, backwards.
type lister struct {
	*tx
	index  bucketID
	prefix []byte
	topic  storage.ID
}

func (t *tx) lister(q storage.ListQuery) (*lister, error) {
	l := &lister{tx: t, index: bSeen}
	if q.Feed != "" {
		id, err := t.feedID(q.Feed)
		if err != nil {
			return nil, err
		}
		l.index, l.prefix = bFeedItems, id[:]
	}
	if q.Topic != "" {
		id, err := t.topicID(q.Topic)
		if err != nil {
			return nil, err
		}
		l.topic = id
	}
	return l, nil
}

func (l *lister) run(q storage.ListQuery) (out []storage.Item, next string, err error) {
	limit := max(1, min(q.Limit, 1000))
	since := toMicros(q.Since).sortable()
	c := l.bucket(l.index).Cursor()
	k, err := l.start(q.After, c.Seek, c.Prev, c.Last)
	if err != nil {
		return nil, "", err
	}
	for ; k != nil && bytes.HasPrefix(k, l.prefix); k, _ = c.Prev() {
		rest := k[len(l.prefix):]
		if binary.BigEndian.Uint64(rest) < since {
			break
		}
		id := storage.ID(rest[8:])
		r, err := l.item(id)
		if err != nil {
			return nil, "", err
		}
		if ok, err := l.stands(r); err != nil {
			return nil, "", err
		} else if !ok {
			continue
		}
		if len(out) == limit {
			return out, next, nil
		}
		item, err := l.fullItem(id, r)
		if err != nil {
			return nil, "", err
		}
		out, next = append(out, item), hex.EncodeToString(rest)
	}
	return out, "", nil
}

// start puts the cursor on the newest key before the one in after, or on the
// newest of all.
func (l *lister) start(after string, seek func([]byte) ([]byte, []byte), prev, last func() ([]byte, []byte)) ([]byte, error) {
	bound := binary.BigEndian.AppendUint64(nil, math.MaxUint64)
	if after != "" {
		var err error
		if bound, err = hex.DecodeString(after); err != nil || len(bound) != 24 {
			return nil, fmt.Errorf("cursor %q: not one that List gave", after)
		}
	}
	k, _ := seek(key(l.prefix, bound))
	if k == nil {
		k, _ = last()
	} else {
		k, _ = prev()
	}
	return k, nil
}

// stands reports whether the item's story has a standing entry in the topic
// that is asked for, if one is.
func (l *lister) stands(r *itemRecord) (bool, error) {
	if l.topic.IsZero() {
		return true, nil
	}
	st, err := l.story(r.Story)
	if err != nil || st.Forgotten {
		return false, err
	}
	for _, m := range st.Members {
		if m.Topic == l.topic {
			return m.Withdrawn == 0, nil
		}
	}
	return false, nil
}
