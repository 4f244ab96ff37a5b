package bolt

import (
	"bytes"
	"cmp"
	"context"
	"net/url"
	"reflect"
	"slices"
	"sort"
	"strings"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// Enrol implements storage.Intake.
func (s *Store) Enrol(ctx context.Context, e storage.Enrolment, now time.Time) (storage.Enrolled, error) {
	var out storage.Enrolled
	err := s.update(ctx, "enrolling feeds and topics", func(t *tx) (err error) {
		joining, err := t.enrolFeeds(e.Feeds)
		if err != nil {
			return err
		}
		waiting, err := t.enrolTopics(e.Topics, e.Site, now)
		if err != nil {
			return err
		}
		if err := t.enrolRules(e.Rules); err != nil {
			return err
		}
		out, err = t.enrolSettings(e, waiting, joining)
		return err
	})
	return out, err
}

// enrolSettings keeps the set's fingerprint and the topics that wait for a
// re-route. The cursor of an interrupted one holds only for the same set and
// the same topics. Where more may be joined than before, since a feed is not kept
// apart any more or the window grew, the index of content is to be built anew.
func (t *tx) enrolSettings(e storage.Enrolment, waiting []storage.ID, joining bool) (storage.Enrolled, error) {
	old, err := t.settings()
	if err != nil {
		return storage.Enrolled{}, err
	}
	r := settingsRecord{Set: e.Routing, Window: int64(e.Window), Settle: int64(e.Settle), Route: waiting}
	if !e.Held.Routing.IsZero() {
		r.Held = &holdRecord{Set: e.Held.Routing, Topics: e.Held.Topics}
	}
	if old.Set == r.Set && slices.Equal(old.Route, r.Route) {
		r.Cursor = old.Cursor
	}
	if joining || old.Window < r.Window {
		first, _ := t.bucket(bSeen).Cursor().First()
		r.Indexed = first == nil
	} else {
		r.Indexed, r.Indexing = old.Indexed, old.Indexing
	}
	if !reflect.DeepEqual(old, r) {
		if err := t.save(bMeta, []byte(metaSettings), &r); err != nil {
			return storage.Enrolled{}, err
		}
	}
	names, err := t.topicNames(waiting)
	return storage.Enrolled{Route: names, Cursor: r.Cursor}, err
}

// enrolRules keeps the text of the rules.
func (t *tx) enrolRules(rules []byte) error {
	data, err := t.encodeBody(rules)
	if err != nil || bytes.Equal(t.get(bMeta, []byte(metaRules)), data) {
		return err
	}
	return t.put(bMeta, []byte(metaRules), data)
}

// Rules implements storage.Reading.
func (s *Store) Rules(ctx context.Context) (rules []byte, held storage.Hold, err error) {
	err = s.view(ctx, "reading the topics' rules", func(t *tx) error {
		settings, err := t.settings()
		if err != nil {
			return err
		}
		if h := settings.Held; h != nil {
			held = storage.Hold{Routing: h.Set, Topics: h.Topics}
		}
		data := t.get(bMeta, []byte(metaRules))
		if data == nil {
			return nil
		}
		return t.decodeBody(data, &rules)
	})
	return rules, held, err
}

// feedBook is what Enrol matches the config's feeds against.
type feedBook struct {
	byName map[string]storage.ID
	byURL  map[string][]storage.ID // in order of id
	all    map[storage.ID]*feedRecord
	taken  map[storage.ID]bool // matched by a feed of this enrolment
}

func (t *tx) feedBook() (*feedBook, error) {
	b := &feedBook{
		byName: make(map[string]storage.ID),
		byURL:  make(map[string][]storage.ID),
		all:    make(map[storage.ID]*feedRecord),
		taken:  make(map[storage.ID]bool),
	}
	err := t.scan(bFeeds, nil, nil, func(k, v []byte) (bool, error) {
		id, r := storage.ID(k), new(feedRecord)
		if err := t.decode(v, r); err != nil {
			return false, err
		}
		b.all[id] = r
		b.byURL[r.URL] = append(b.byURL[r.URL], id)
		// A name that a feed has lost may stand in its record still.
		if owner := t.get(bFeedNames, nameKey(r.Name)); owner != nil && storage.ID(owner) == id {
			b.byName[r.Name] = id
		}
		return true, nil
	})
	return b, err
}

// match finds the feed that a spec continues: by its name, then by what it
// formerly was, then by the address of a feed that the config names no more.
// The passes run over all specs in turn, so that a feed's own name always
// counts for more than another's memory of it.
func (b *feedBook) match(specs []storage.FeedSpec) []storage.ID {
	found := make([]storage.ID, len(specs))
	try := func(i int, id storage.ID, ok bool) {
		if ok && found[i].IsZero() && !b.taken[id] {
			found[i], b.taken[id] = id, true
		}
	}
	for i, spec := range specs {
		id, ok := b.byName[spec.Name]
		try(i, id, ok)
	}
	for i, spec := range specs {
		for _, was := range spec.Formerly {
			id, ok := b.byName[was]
			try(i, id, ok)
			for _, id := range b.byURL[was] {
				try(i, id, true)
			}
		}
	}
	for i, spec := range specs {
		for _, id := range b.byURL[spec.URL] {
			try(i, id, true)
		}
	}
	return found
}

// enrolFeeds reports whether a feed that was kept apart is so no more.
func (t *tx) enrolFeeds(specs []storage.FeedSpec) (joining bool, err error) {
	book, err := t.feedBook()
	if err != nil {
		return false, err
	}
	found := book.match(specs)
	if err := t.retireFeeds(book); err != nil {
		return false, err
	}
	for i, spec := range specs {
		id, r := found[i], book.all[found[i]]
		if r == nil {
			id, r = book.mint(spec), &feedRecord{}
			book.all[id] = r
		}
		joining = joining || r.Apart && !spec.Apart
		if err := t.enrolFeed(id, r, spec); err != nil {
			return false, err
		}
	}
	t.feeds = nil
	return joining, nil
}

// mint makes the id of a new feed from its name and host: the same in every
// store, yet different for feeds that two admins gave the same plain name. A
// name that was used before, by a feed that has another now, is told apart.
func (b *feedBook) mint(spec storage.FeedSpec) storage.ID {
	for salt := ""; ; salt += "+" {
		id := storage.ID(story.Hash("feed", spec.Name, hostOf(spec.URL), salt))
		if b.all[id] == nil {
			return id
		}
	}
}

func (t *tx) retireFeeds(book *feedBook) error {
	ids := make([]storage.ID, 0, len(book.all))
	for id, r := range book.all {
		if r.Enrolled && !book.taken[id] {
			ids = append(ids, id)
		}
	}
	sortIDs(ids)
	for _, id := range ids {
		r := book.all[id]
		r.Enrolled = false
		if err := t.saveFeed(id, r); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) enrolFeed(id storage.ID, r *feedRecord, spec storage.FeedSpec) error {
	old := *r
	r.Name, r.URL, r.Prefer, r.Private, r.Content, r.Apart, r.Enrolled = spec.Name, spec.URL, spec.Prefer, spec.Private, spec.Content, spec.Apart, true
	r.Tags, r.Topics, r.Only = spec.Routing.Tags, spec.Routing.Topics, spec.Routing.Only
	if old.URL != r.URL {
		// What another address said of itself says nothing of this one.
		r.ETag, r.LastModified, r.ValidatedURL, r.Body, r.Moved = nil, nil, "", storage.Key{}, ""
		r.NextPoll, r.Failures = 0, 0
		r.Home, r.Held, r.Claimant = "", 0, ""
	}
	same := old.Enrolled && old.Name == r.Name && old.URL == r.URL && old.Prefer == r.Prefer && old.Private == r.Private && old.Content == r.Content && old.Apart == r.Apart &&
		slices.Equal(old.Tags, r.Tags) && slices.Equal(old.Topics, r.Topics) && old.Only == r.Only
	if same {
		return nil
	}
	if old.Name != r.Name {
		if err := t.renameFeed(id, old, r.Name); err != nil {
			return err
		}
	}
	return t.saveFeed(id, r)
}

// renameFeed moves the name, unless another feed of this enrolment has taken
// the old one already.
func (t *tx) renameFeed(id storage.ID, old feedRecord, name string) error {
	if err := t.delete(bDue, dueKey(old.Due, old.Name, id)); err != nil {
		return err
	}
	if owner := t.get(bFeedNames, nameKey(old.Name)); owner != nil && storage.ID(owner) == id {
		if err := t.delete(bFeedNames, nameKey(old.Name)); err != nil {
			return err
		}
	}
	return t.put(bFeedNames, nameKey(name), id[:])
}

// enrolTopics returns the topics whose stored items are yet to be routed.
func (t *tx) enrolTopics(specs []storage.TopicSpec, site string, now time.Time) (waiting []storage.ID, err error) {
	all := make(map[storage.ID]*topicRecord)
	byName := make(map[string]storage.ID)
	err = t.scan(bTopics, nil, nil, func(k, v []byte) (bool, error) {
		r := new(topicRecord)
		all[storage.ID(k)] = r
		if err := t.decode(v, r); err != nil {
			return false, err
		}
		// A name that a topic has lost may stand in its record still.
		if owner := t.get(bTopicNames, nameKey(r.Name)); owner != nil && storage.ID(owner) == storage.ID(k) {
			byName[r.Name] = storage.ID(k)
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	found := matchTopics(all, byName, specs)
	if err := t.retireTopics(all, found); err != nil {
		return nil, err
	}
	first, _ := t.bucket(bItems).Cursor().First()
	for i, spec := range specs {
		id, r := found[i], all[found[i]]
		if r == nil {
			id = mintTopic(all, spec.Name)
			r = &topicRecord{AtomID: atomID(site, spec.Name, id)}
			all[id] = r
		}
		if err := t.enrolTopic(id, r, spec, first == nil, now); err != nil {
			return nil, err
		}
		if r.Routed != r.Want {
			waiting = append(waiting, id)
		}
	}
	t.topics = nil
	sortIDs(waiting)
	return waiting, nil
}

// matchTopics finds the topic that a spec continues: by its name, then by what it
// formerly was. Topics of today count for more than those that were taken out: a
// topic that takes the name of one of these goes on as itself.
func matchTopics(all map[storage.ID]*topicRecord, byName map[string]storage.ID, specs []storage.TopicSpec) []storage.ID {
	found := make([]storage.ID, len(specs))
	taken := make(map[storage.ID]bool)
	try := func(i int, name string, enrolled bool) {
		id, ok := byName[name]
		if ok && found[i].IsZero() && !taken[id] && all[id].Enrolled == enrolled {
			found[i], taken[id] = id, true
		}
	}
	for _, enrolled := range []bool{true, false} {
		for i, spec := range specs {
			try(i, spec.Name, enrolled)
		}
		for i, spec := range specs {
			for _, was := range spec.Formerly {
				try(i, was, enrolled)
			}
		}
	}
	return found
}

func mintTopic(all map[storage.ID]*topicRecord, name string) storage.ID {
	for salt := ""; ; salt += "+" {
		id := storage.ID(story.Hash("topic", name, salt))
		if all[id] == nil {
			return id
		}
	}
}

// atomID mints the id of a topic's documents. The site's address keeps the
// topics of two publishers apart; once minted the id is kept, whatever becomes
// of the address.
func atomID(site, name string, id storage.ID) string {
	return story.MintID(storage.ID(story.Hash("atom", site, name, id.String())))
}

// retireTopics takes topics that the config does not name any more out of the
// enrolment. Items that come meanwhile are not judged for them, so their
// routing is void.
func (t *tx) retireTopics(all map[storage.ID]*topicRecord, found []storage.ID) error {
	var gone []storage.ID
	for id, r := range all {
		if r.Enrolled && !slices.Contains(found, id) {
			gone = append(gone, id)
		}
	}
	sortIDs(gone)
	for _, id := range gone {
		r := all[id]
		r.Enrolled, r.Routed = false, storage.ID{}
		if err := t.save(bTopics, id[:], r); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) enrolTopic(id storage.ID, r *topicRecord, spec storage.TopicSpec, empty bool, now time.Time) error {
	old := *r
	if r.Begun == 0 {
		r.Begun = cmp.Or(r.Changed, toMicros(now)) // the former in a store that did not keep it
	}
	r.Name, r.Want, r.Enrolled, r.Quota = spec.Name, spec.Routing, true, quotaOf(spec.Quota)
	switch {
	case empty:
		r.Routed = r.Want
	case r.Routed != r.Want:
		// From now on items are judged by the new fingerprint, so that going
		// back to the old one needs a routing too.
		r.Routed = storage.ID{}
	}
	if old.Name == r.Name && old.Want == r.Want && old.Enrolled == r.Enrolled && old.Routed == r.Routed && old.Quota == r.Quota && old.Begun == r.Begun {
		return nil
	}
	if old.Name != r.Name {
		if owner := t.get(bTopicNames, nameKey(old.Name)); owner != nil && storage.ID(owner) == id {
			if err := t.delete(bTopicNames, nameKey(old.Name)); err != nil {
				return err
			}
		}
		if err := t.put(bTopicNames, nameKey(r.Name), id[:]); err != nil {
			return err
		}
	}
	return t.save(bTopics, id[:], r)
}

// hostOf returns the host of an address without its port, lower case.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

func sortIDs(ids []storage.ID) {
	sort.Slice(ids, func(i, j int) bool { return string(ids[i][:]) < string(ids[j][:]) })
}
