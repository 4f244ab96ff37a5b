package bolt

import "sluice/storage"

// A finding tells which stored item an item of the poll is: none (it is new),
// one, or a repeat of an earlier item of the same poll.
type finding struct {
	id     storage.ID
	record *itemRecord
	repeat bool
}

// match finds the stored items: first those that are known by that very key
// now, then those that once were, then, for what is left, by weaker keys. See
// storage.Identity.
func (in *intake) match(items []prepared) ([]finding, error) {
	m := matcher{intake: in, items: items, found: make([]finding, len(items)), taken: make(map[storage.ID]bool)}
	keys := make(map[storage.Key]bool, len(items))
	for i := range items {
		k := items[i].Identity.Key
		m.found[i].repeat = keys[k]
		keys[k] = true
	}
	if in.first && in.rec.Items == 0 {
		return m.found, nil // nothing of the feed is stored
	}
	passes := []func(item *storage.Item) ([]storage.Key, func(*itemRecord) bool){
		func(item *storage.Item) ([]storage.Key, func(*itemRecord) bool) {
			own := item.Identity.Key
			return []storage.Key{own}, func(r *itemRecord) bool { return r.Key == own }
		},
		func(item *storage.Item) ([]storage.Key, func(*itemRecord) bool) {
			return []storage.Key{item.Identity.Key}, func(*itemRecord) bool { return true }
		},
		func(item *storage.Item) ([]storage.Key, func(*itemRecord) bool) {
			return item.Identity.Weaker, func(r *itemRecord) bool { return believes(item, r) }
		},
	}
	for _, pass := range passes {
		for i := range items {
			keys, accept := pass(items[i].Item)
			if err := m.try(i, keys, accept); err != nil {
				return nil, err
			}
		}
	}
	if err := m.recognise(); err != nil {
		return nil, err
	}
	return m.found, nil
}

type matcher struct {
	*intake
	items []prepared
	found []finding
	taken map[storage.ID]bool
}

// try gives item i the first stored item under one of the keys that no other
// item of the poll has taken and that is accepted.
func (m *matcher) try(i int, keys []storage.Key, accept func(*itemRecord) bool) error {
	if m.found[i].repeat || m.found[i].record != nil {
		return nil
	}
	for _, k := range keys {
		v := m.get(bAliases, key(m.feed[:], k[:]))
		if v == nil || m.taken[storage.ID(v)] {
			continue
		}
		id := storage.ID(v)
		r, err := m.item(id)
		if err != nil {
			return err
		}
		if own := m.items[i].Identity.Key; r.Key != own && m.unread[r.Key.Short()] {
			continue // it is in the document itself
		}
		if accept(r) {
			m.found[i].id, m.found[i].record, m.taken[id] = id, r, true
			return nil
		}
	}
	return nil
}

// believes reports whether a weaker key may tell that item is the stored r.
func believes(item *storage.Item, r *itemRecord) bool {
	switch item.Identity.Kind {
	case storage.ByGUIDLink, storage.ByGUIDLinkDate, storage.ByGUIDLinkDateTitle:
		return r.URL == item.URL
	case storage.ByLink:
		return r.Kind >= storage.ByLink || r.URL == item.URL
	}
	return r.Kind >= storage.ByLink
}
