package story

import (
	"maps"

	"sluice/storage"
)

// A document is what Identify knows while it works.
type document struct {
	traits  []traits
	by      storage.IdentityKind                 // what the config wants; 0 leaves it to us
	refined map[storage.Key]storage.IdentityKind // of earlier documents
	kinds   map[storage.Key]storage.IdentityKind // of this one: by ByGUID, ByLink and ByTitleDate keys, the other kind needed
	shared  map[storage.Key]bool                 // the keys that stand for different content here
}

// refineGUIDs finds the kind that each guid needs.
func (d *document) refineGUIDs() {
	for kind := storage.ByGUID; kind < storage.ByGUIDLinkDateTitle; kind++ {
		d.collide(kind+1, func(t *traits) (key, name storage.Key) {
			if t.guid == "" || d.kind(t.plain, storage.ByGUID) != kind {
				return storage.Key{}, storage.Key{}
			}
			return t.guidKey(kind), t.plain
		})
	}
}

// refineRest finds the links, and then the titles with dates, that do not
// tell the items without a guid apart.
func (d *document) refineRest() {
	d.collide(storage.ByTitleDate, func(t *traits) (key, name storage.Key) {
		if t.guid != "" || !d.byLink(t) {
			return storage.Key{}, storage.Key{}
		}
		return t.link, t.link
	})
	d.collide(storage.ByText, func(t *traits) (key, name storage.Key) {
		if t.guid != "" || d.byLink(t) {
			return storage.Key{}, storage.Key{}
		}
		return t.titleDate, t.titleDate
	})
}

// collide notes for each name under which two items have the same key and
// different content that it needs the given kind. Items whose key is zero are
// passed over.
func (d *document) collide(need storage.IdentityKind, of func(*traits) (key, name storage.Key)) {
	content := make(map[storage.Key]storage.Key, len(d.traits))
	var names []storage.Key
	for i := range d.traits {
		key, name := of(&d.traits[i])
		if key.IsZero() {
			continue
		}
		if known, ok := content[key]; !ok {
			content[key] = d.traits[i].content
		} else if known != d.traits[i].content {
			names = append(names, name)
		}
	}
	for _, name := range names {
		d.kinds[name] = need
	}
}

// findShared finds the links, and titles with dates, that stand for different content.
func (d *document) findShared() {
	d.shared = make(map[storage.Key]bool)
	content := make(map[storage.Key]storage.Key, 2*len(d.traits))
	for i := range d.traits {
		t := &d.traits[i]
		keys := [...]storage.Key{t.link, t.titleDate, t.plain}
		known := keys[:2]
		if d.by == storage.ByLink {
			known = keys[:]
		}
		for _, key := range known {
			if known, ok := content[key]; !ok {
				content[key] = t.content
			} else if known != t.content {
				d.shared[key] = true
			}
		}
	}
}

// kind returns the kind by which items of a name are known.
func (d *document) kind(name storage.Key, plain storage.IdentityKind) storage.IdentityKind {
	return max(plain, d.refined[name], d.kinds[name])
}

// byLink reports whether an item has a link that tells it apart.
func (d *document) byLink(t *traits) bool {
	return !t.link.IsZero() && d.kind(t.link, storage.ByLink) == storage.ByLink
}

// byTitleDate reports the same of its title and date.
func (d *document) byTitleDate(t *traits) bool {
	return !t.titleDate.IsZero() && d.kind(t.titleDate, storage.ByTitleDate) == storage.ByTitleDate
}

// identity returns how an item is known.
func (d *document) identity(t *traits) storage.Identity {
	var id storage.Identity
	switch {
	case t.guid != "" && d.by == storage.ByGUID:
		id.Kind, id.Key = storage.ByGUID, t.plain
	case t.guid != "":
		id.Kind = min(d.kind(t.plain, storage.ByGUID), storage.ByGUIDLinkDateTitle)
		id.Key = t.guidKey(id.Kind)
	case d.byLink(t):
		id.Kind, id.Key = storage.ByLink, t.link
	case d.byTitleDate(t):
		id.Kind, id.Key = storage.ByTitleDate, t.titleDate
	default:
		id.Kind, id.Key = storage.ByText, t.textKey()
	}
	switch {
	case id.Kind == storage.ByGUIDLink:
		id.Weaker = []storage.Key{t.plain}
		return id
	case id.Kind == storage.ByGUIDLinkDate || id.Kind == storage.ByGUIDLinkDateTitle:
		return id
	}
	if id.Kind < storage.ByLink && d.byLink(t) && !d.shared[t.link] {
		id.Weaker = append(id.Weaker, t.link)
	}
	switch {
	case id.Kind < storage.ByTitleDate && d.byTitleDate(t):
		if !d.shared[t.titleDate] {
			id.Weaker = append(id.Weaker, t.titleDate)
		}
	case id.Kind < storage.ByText:
		id.Weaker = append(id.Weaker, t.textKey())
	}
	if id.Kind == storage.ByLink && !t.plain.IsZero() && !d.shared[t.plain] {
		id.Weaker = append(id.Weaker, t.plain)
	}
	return id
}

// grown returns what is to be remembered for the feed's next documents, in the
// order of the items as far as there is room.
func (d *document) grown() map[storage.Key]storage.IdentityKind {
	grown, own := d.refined, false
	for i := range d.traits {
		t := &d.traits[i]
		for _, name := range [...]storage.Key{t.plain, t.link, t.titleDate} {
			kind := d.kinds[name]
			known, ok := grown[name]
			if kind <= known || !ok && len(grown) >= storage.MaxRefined {
				continue
			}
			if !own {
				grown, own = maps.Clone(grown), true
				if grown == nil {
					grown = make(map[storage.Key]storage.IdentityKind)
				}
			}
			grown[name] = kind
		}
	}
	return grown
}
