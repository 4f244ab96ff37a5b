package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"sluice/storage"
)

// maxFindings is how many faults Verify reports.
const maxFindings = 100

// Verify implements storage.Upkeep: it checks the file's pages, then every
// record against every index that must agree with it, both ways.
func (s *Store) Verify(ctx context.Context) ([]string, error) {
	v := &verifier{ctx: ctx}
	if err := s.checkPages(v); err != nil {
		return nil, fmt.Errorf("verifying the store: %w", err)
	}
	if len(v.found) > 0 {
		return v.found, nil // what the pages say can't be trusted further
	}
	err := s.view(ctx, "verifying the store", func(t *tx) error {
		v.tx = t
		for _, check := range []func() error{v.items, v.aliases, v.indexes, v.pages, v.content, v.stories, v.entries, v.undecided, v.labels, v.models, v.edits, v.revisions, v.erasedKeys, v.forgotten, v.tombstones, v.adopted, v.topicCounts, v.feedCounts} {
			if err := check(); err != nil {
				return err
			}
		}
		return nil
	})
	return v.found, err
}

// checkPages checks the file's pages. Writers wait meanwhile, since bbolt looks
// at its list of free pages as it is now, not as the transaction has it.
func (s *Store) checkPages(v *verifier) (err error) {
	s.mu.RLock()
	closed := s.closed
	s.mu.RUnlock()
	if closed {
		return storage.ErrClosed
	}
	defer recoverDamage(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	s.reads.RLock()
	defer s.reads.RUnlock()
	if !s.db.IsReadOnly() {
		alone, err := s.db.Begin(true)
		if errors.Is(err, berrors.ErrDatabaseNotOpen) {
			return storage.ErrClosed
		}
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, alone.Rollback()) }()
	}
	return s.db.View(func(b *bbolt.Tx) error {
		for err := range b.Check() {
			v.report("file: %v", err)
		}
		return nil
	})
}

type verifier struct {
	*tx
	ctx   context.Context
	found []string

	perFeed map[storage.ID]int // stored items
	live    map[storage.ID]int // entries
	last    map[storage.ID]uint64
	waiting int // entries that are not decided on
}

func (v *verifier) report(format string, args ...any) {
	if len(v.found) < maxFindings {
		v.found = append(v.found, fmt.Sprintf(format, args...))
	}
}

// each runs check over a bucket, and ends early when enough is found.
func (v *verifier) each(id bucketID, check func(k, value []byte)) error {
	return v.scan(id, nil, nil, func(k, value []byte) (bool, error) {
		check(k, value)
		return len(v.found) < maxFindings, v.ctx.Err()
	})
}

func (v *verifier) has(id bucketID, k []byte) bool {
	// A key with an empty value gives an empty, not a nil slice.
	return v.get(id, k) != nil
}

func (v *verifier) items() error {
	v.perFeed = make(map[storage.ID]int)
	return v.each(bItems, func(k, value []byte) {
		id := storage.ID(k)
		var r itemRecord
		if err := v.decode(value, &r); err != nil {
			v.report("item %s: %v", id, err)
			return
		}
		st := new(storyRecord)
		if ok, err := v.load(bStories, r.Story[:], st); err != nil || !ok {
			v.report("item %s: its story %s can't be read", id, r.Story)
		} else if n := tellings(st, id); n != 1 {
			v.report("item %s: stands %d times in its story %s", id, n, r.Story)
		}
		if alias := v.get(bAliases, key(r.Feed[:], r.Key[:])); string(alias) != string(k) {
			v.report("item %s: its own key leads to %x", id, alias)
		}
		if r.Erased != v.has(bErased, k) || r.Erased && !r.Forgotten {
			v.report("item %s: what is kept of an erased item does not stand as it should", id)
		}
		if r.Forgotten {
			if v.has(bBodies, k) || v.has(bPages, k) || v.has(bExtracted, k) {
				v.report("item %s: forgotten, yet its text is kept", id)
			}
			return
		}
		v.page(id, &r)
		v.perFeed[r.Feed]++
		var b bodyRecord
		if err := v.body(r.Feed, id, &b); err != nil {
			v.report("item %s: %v", id, err)
		}
		seen := seenKey(r.FirstSeen, id)
		if string(v.get(bSeen, seen)) != string(r.Feed[:]) || !v.has(bFeedItems, key(r.Feed[:], seen)) {
			v.report("item %s: missing from the lists by time", id)
		}
		if !r.PrintURL.IsZero() && !v.has(bURLs, key(r.PrintURL[:], k)) {
			v.report("item %s: missing from the index of links", id)
		}
	})
}

// page checks what is kept of an item's page.
func (v *verifier) page(id storage.ID, r *itemRecord) {
	if v.has(bPages, id[:]) != (r.Page != pageNone) {
		v.report("item %s: the record of its page does not stand as it should", id)
		return
	}
	if v.has(bExtracted, id[:]) != (r.Extracted > 0) {
		v.report("item %s: the text of its page does not stand as it should", id)
	}
	if r.Extracted > 0 {
		if _, err := v.extract(id); err != nil {
			v.report("item %s: %v", id, err)
		}
	}
	if r.Page == pageNone {
		return
	}
	p, err := v.tx.page(id)
	switch {
	case err != nil:
		v.report("item %s: %v", id, err)
	case p.Due != 0 && !v.has(bPagesDue, key(timeKey(p.Due), id[:])), r.Page == pageAwaited && p.Due == 0:
		v.report("item %s: its page is missing from those that are due", id)
	}
}

// pages checks that what is kept of pages belongs to items.
func (v *verifier) pages() error {
	err := v.each(bPagesDue, func(k, _ []byte) {
		var p pageRecord
		if ok, err := v.load(bPages, k[8:], &p); err != nil || !ok || p.Due != timeOf(k) {
			v.report("page %x: is due, and its record says nothing of it", k[8:])
		}
	})
	if err != nil {
		return err
	}
	for _, id := range []bucketID{bPages, bExtracted} {
		err := v.each(id, func(k, _ []byte) {
			if !v.has(bItems, k) {
				v.report("page %x: its item is not stored", k)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func tellings(st *storyRecord, id storage.ID) (n int) {
	for _, t := range st.Tellings {
		if t.Item == id {
			n++
		}
	}
	return n
}

func (v *verifier) aliases() error {
	return v.each(bAliases, func(k, value []byte) {
		var r itemRecord
		if ok, err := v.load(bItems, value, &r); err != nil || !ok {
			v.report("key %x: leads to item %x, which can't be read", k, value)
		} else if string(r.Feed[:]) != string(k[:16]) {
			v.report("key %x: leads to an item of another feed", k)
		}
	})
}

func (v *verifier) indexes() error {
	stored := func(what string, k, item []byte) {
		var r itemRecord
		if ok, err := v.load(bItems, item, &r); err != nil || !ok || r.Forgotten {
			v.report("%s %x: names item %x, which is not stored", what, k, item)
		}
	}
	if err := v.each(bSeen, func(k, _ []byte) { stored("list by time", k, k[8:]) }); err != nil {
		return err
	}
	if err := v.each(bFeedItems, func(k, _ []byte) { stored("list of a feed", k, k[24:]) }); err != nil {
		return err
	}
	if err := v.each(bURLs, func(k, _ []byte) { stored("index of links", k, k[16:]) }); err != nil {
		return err
	}
	return v.each(bBodies, func(k, _ []byte) { stored("text", k, k) })
}

// content checks what finds copies: that it can be read, is in order, and names
// items only.
func (v *verifier) content() error {
	err := v.each(bArrivals, func(k, value []byte) {
		err := readArrivals(value, func(a arrival) {
			if !v.has(bItems, a.id[:]) {
				v.report("arrivals %x: item %s is missing", k, a.id)
			}
		})
		if err != nil {
			v.report("arrivals %x: %v", k, err)
		}
	})
	if err != nil {
		return err
	}
	return v.each(bShingles, func(k, _ []byte) {
		s, err := openSegment(v.bucket(bShingles).Bucket(k).Get([]byte(segmentData)))
		if err != nil {
			v.report("index of content, part %x: %v", k, err)
			return
		}
		for i := range s.postings {
			if uint32(s.posting(i)) >= uint32(s.entries) || i > 0 && s.posting(i) < s.posting(i-1) {
				v.report("index of content, part %x: posting %d is out of order", k, i)
				break
			}
		}
		for i := range s.entries {
			if e := s.entry(i); !v.has(bItems, e.item[:]) || i > 0 && e.published < s.entry(i-1).published {
				v.report("index of content, part %x: item %s is missing or out of order", k, e.item)
				break
			}
		}
	})
}

func (v *verifier) stories() error {
	v.live, v.last = make(map[storage.ID]int), make(map[storage.ID]uint64)
	err := v.each(bStories, func(k, value []byte) {
		id := storage.ID(k)
		var st storyRecord
		if err := v.decode(value, &st); err != nil {
			v.report("story %s: %v", id, err)
			return
		}
		v.merges(id, &st)
		for _, telling := range st.Tellings {
			var r itemRecord
			if ok, err := v.load(bItems, telling.Item[:], &r); err != nil || !ok || r.Story != id {
				v.report("story %s: item %s does not tell it", id, telling.Item)
			}
		}
		if st.Released == 0 {
			if !v.has(bPending, k) && st.Into.IsZero() {
				v.report("story %s: neither released nor waiting for it", id)
			}
			return
		}
		if owner := v.get(bEntryIDs, entryIDKey(st.EntryID)); string(owner) != string(k) {
			v.report("story %s: its published id belongs to story %x", id, owner)
		}
		if st.Updated.sortable() < st.Published.sortable() {
			v.report("story %s: updated before it was published", id)
		}
		for _, m := range st.Members {
			v.member(id, &st, m)
		}
	})
	if err != nil {
		return err
	}
	return v.each(bPending, func(k, _ []byte) {
		if !v.has(bStories, k) {
			v.report("story %x: waits for its release and does not exist", k)
		}
	})
}

func (v *verifier) member(id storage.ID, st *storyRecord, m memberRecord) {
	if owner := v.get(bNumbers, key(m.Topic[:], numberKey(m.Number))); string(owner) != string(id[:]) {
		v.report("story %s: its number %d belongs to story %x", id, m.Number, owner)
	}
	v.last[m.Topic] = max(v.last[m.Topic], m.Number)
	stands := m.Withdrawn == 0 && !st.Forgotten
	if stands {
		v.live[m.Topic]++
	}
	if v.has(bEntries, entryKey(m.Topic, m.Place, id)) != stands {
		v.report("story %s: its entry in topic %s does not stand as it should", id, m.Topic)
	}
	if stands && string(v.get(bEntries, entryKey(m.Topic, m.Place, id))) != string(m.entryValue()) {
		v.report("story %s: its entry in topic %s says another thing of it", id, m.Topic)
	}
	if stands && m.Choice == storage.Undecided {
		v.waiting++
	}
	if tellings(st, m.Pick) != 1 && st.Into.IsZero() {
		v.report("story %s: shows item %s, which is not its own", id, m.Pick)
	}
}

func (v *verifier) entries() error {
	return v.each(bEntries, func(k, _ []byte) {
		topic, id := storage.ID(k[:16]), storage.ID(k[24:40])
		st := new(storyRecord)
		if ok, err := v.load(bStories, id[:], st); err != nil || !ok {
			v.report("entry of topic %s: story %s can't be read", topic, id)
			return
		}
		for _, m := range st.Members {
			if m.Topic == topic && m.Place == newestOf(k[16:24]) {
				return
			}
		}
		v.report("entry of topic %s: story %s knows nothing of it", topic, id)
	})
}

func (v *verifier) undecided() error {
	err := v.each(bUndecided, func(k, _ []byte) {
		topic, id := storage.ID(k[8:24]), storage.ID(k[24:])
		st := new(storyRecord)
		ok, err := v.load(bStories, id[:], st)
		if m := st.member(topic); err != nil || !ok || m == nil || m.Choice != storage.Undecided || m.Withdrawn != 0 {
			v.report("topic %s: story %s waits for a decision that is not due", topic, id)
		}
		v.waiting--
	})
	if err == nil && v.waiting != 0 {
		v.report("%d entries wait for a decision and are not noted", v.waiting)
	}
	return err
}

func (v *verifier) tombstones() error {
	return v.each(bTombstones, func(k, _ []byte) {
		topic, id := storage.ID(k[:16]), storage.ID(k[24:40])
		st := new(storyRecord)
		if ok, err := v.load(bStories, id[:], st); err != nil || !ok {
			v.report("tombstone of topic %s: story %s can't be read", topic, id)
			return
		}
		for _, m := range st.Members {
			if m.Topic == topic && m.Withdrawn != 0 && m.Withdrawn == newestOf(k[16:24]) {
				return
			}
		}
		v.report("tombstone of topic %s: story %s was not withdrawn then", topic, id)
	})
}

func (v *verifier) adopted() error {
	return v.each(bAdopted, func(k, value []byte) {
		topic := storage.ID(k[:16])
		var e adoptedRecord
		if err := v.decode(value, &e); err != nil {
			v.report("adopted entry of topic %s: %v", topic, err)
		} else if string(key(topic[:], entryIDKey(e.ID))) != string(k) {
			v.report("adopted entry %s: stands under another id", e.ID)
		}
		if r, err := v.topic(topic); err != nil || r.Adopted == nil {
			v.report("topic %s: has adopted entries and knows nothing of it", topic)
		}
	})
}

func (v *verifier) topicCounts() error {
	return v.each(bTopics, func(k, _ []byte) {
		id := storage.ID(k)
		r, err := v.topic(id)
		if err != nil {
			v.report("topic %s: %v", id, err)
			return
		}
		if r.Live != v.live[id] {
			v.report("topic %s: counts %d entries and has %d", r.Name, r.Live, v.live[id])
		}
		if r.Last < v.last[id] {
			v.report("topic %s: gave number %d and says that %d is its last", r.Name, v.last[id], r.Last)
		}
	})
}

func (v *verifier) feedCounts() error {
	err := v.each(bFeeds, func(k, _ []byte) {
		id := storage.ID(k)
		r, err := v.feed(id)
		if err != nil {
			v.report("feed %s: %v", id, err)
			return
		}
		if r.Items != v.perFeed[id] {
			v.report("feed %s: counts %d items and has %d", r.Name, r.Items, v.perFeed[id])
		}
		if _, err := v.memory(id); err != nil {
			v.report("feed %s: %v", r.Name, err)
		}
		if v.has(bDue, dueKey(r.Due, r.Name, id)) != r.Enrolled {
			v.report("feed %s: does not stand among the due as it should", r.Name)
		}
	})
	if err != nil {
		return err
	}
	return v.each(bDue, func(k, _ []byte) {
		id := storage.ID(k[len(k)-16:])
		var r feedRecord
		if ok, err := v.load(bFeeds, id[:], &r); err != nil || !ok || string(dueKey(r.Due, r.Name, id)) != string(k) {
			v.report("feed %s: stands among the due at another time than its record says", id)
		}
	})
}
