package story

import (
	"strings"
	"time"

	"sluice/storage"
	"sluice/storage/link"
)

// shortText is the number of words below which two texts that are the same
// say little.
const shortText = 12

// GUIDKey returns the ByGUID key of a guid. It does not depend on the feed:
// guids of different feeds never match, since stores ask within one feed.
func GUIDKey(guid string) storage.Key {
	return Hash("guid", strings.TrimSpace(guid))
}

// Identify fills the Identity of all items of one document.
//
// An item is known by its guid. Where items of the document share a guid
// though their content differs, all items of that guid are known by guid and
// link; where that does not tell them apart, by guid, link and published date;
// then also by title. Items that are still alike have the same key: they are
// one item, and so are exact repeats. Whoever saves them keeps the first in
// the document's order.
//
// An item without a guid is known by its link, unless that names only a host
// or is shared by such items of the document with different content; then by
// title and published date, if it has both and no other content shares them;
// else by its text, or its first file where it has none.
//
// refined says which guids, links, and titles with dates have needed more in
// this feed's earlier documents; grown is refined with those of this one: it
// is refined itself where nothing is added, else a new map of at most
// storage.MaxRefined keys. What does not fit is told apart in this document
// and then forgotten.
//
// by, where it is not zero, is what the config wants instead: with ByGUID a
// guid always tells items apart, and items that share one are one item; with
// ByLink guids are not looked at, except that the plain guid is a weaker key.
//
// Identity.Weaker has no key by which a document shows that it names different
// items, since the wrong one might be found by it: a new item would then pass
// for a change of an old one. So it has the plain guid only where guid and
// link tell items apart.
//
// Content is the same if title and text have the same words, and, where the
// text has fewer than 12, link and first file are the same too. Print is used
// where BriefAll has filled it. The time taken is linear in the items.
func Identify(items []storage.Item, refined map[storage.Key]storage.IdentityKind, by storage.IdentityKind) (grown map[storage.Key]storage.IdentityKind) {
	grown, _ = IdentifyNamed(items, refined, by)
	return grown
}

// Names are the keys by which an item may be known besides its Identity's; zero
// where it lacks what they are made of. What Identify makes of an item does not
// depend on items of the document that have neither name nor identity in common
// with it.
type Names struct{ GUID, Link, TitleDate storage.Key }

// IdentifyNamed is Identify that returns the names of the items too.
func IdentifyNamed(items []storage.Item, refined map[storage.Key]storage.IdentityKind, by storage.IdentityKind) (grown map[storage.Key]storage.IdentityKind, names []Names) {
	names = make([]Names, len(items))
	d := document{traits: make([]traits, len(items)), by: by, refined: refined, kinds: make(map[storage.Key]storage.IdentityKind)}
	for i := range items {
		d.traits[i] = newTraits(&items[i])
		if by == storage.ByLink {
			d.traits[i].guid = ""
		}
	}
	if by != storage.ByGUID {
		d.refineGUIDs()
	}
	d.refineRest()
	d.findShared()
	for i := range items {
		t := &d.traits[i]
		items[i].Identity = d.identity(t)
		names[i] = Names{GUID: t.plain, Link: t.link, TitleDate: t.titleDate}
	}
	return d.grown(), names
}

// traits are what an item may be known by. Keys are zero where it lacks what
// they are made of.
type traits struct {
	item                   *storage.Item
	guid, address          string // guid without blanks around it, linkIdentity
	plain, link, titleDate storage.Key
	content                storage.Key
}

func newTraits(item *storage.Item) traits {
	address, specific := linkIdentity(item.URL)
	t := traits{item: item, guid: strings.TrimSpace(item.GUID), address: address}
	if t.guid != "" {
		t.plain = GUIDKey(t.guid)
	}
	if specific {
		t.link = Hash("link", address)
	}
	if title, date := t.title(), t.date(); title != "" && date != "" {
		t.titleDate = Hash("title+date", title, date)
	}
	t.content = contentKey(item, address)
	return t
}

func (t *traits) title() string { return flat(t.item.Title) }

func (t *traits) date() string {
	if t.item.Published.IsZero() {
		return ""
	}
	return t.item.Published.UTC().Format(time.RFC3339)
}

// guidKey returns the key of one of the kinds that have a guid.
func (t *traits) guidKey(kind storage.IdentityKind) storage.Key {
	switch kind {
	case storage.ByGUID:
		return t.plain
	case storage.ByGUIDLink:
		return Hash("guid+link", t.guid, t.address)
	case storage.ByGUIDLinkDate:
		return Hash("guid+link+date", t.guid, t.address, t.date())
	}
	return Hash("guid+link+date+title", t.guid, t.address, t.date(), t.title())
}

// textKey returns the ByText key.
func (t *traits) textKey() storage.Key {
	title, text := t.title(), flat(bodyOf(t.item))
	if title == "" && text == "" {
		return Hash("file", firstFile(t.item))
	}
	return Hash("text", title, text)
}

// flat returns a text as one line without markup.
func flat(t storage.Text) string { return strings.Join(strings.Fields(plain(t)), " ") }

// linkIdentity returns what an address is known by: its comparison form with
// the fragment, which feeds without guids use to tell entries apart.
func linkIdentity(address string) (string, bool) {
	key, specific := link.Key(address)
	if page, fragment, ok := strings.Cut(address, "#"); ok && fragment != "" && link.DropFragment(address) == page {
		return key + "#" + fragment, true
	}
	return key, specific
}

// firstFile returns the address of the first file that belongs to an item.
func firstFile(item *storage.Item) string {
	if len(item.Enclosures) > 0 {
		return item.Enclosures[0].URL
	}
	return item.Image
}

// contentKey returns a key of what an item says.
func contentKey(item *storage.Item, address string) storage.Key {
	p := item.Print
	if p.Text.IsZero() {
		p = Brief(item)
	}
	if p.Words >= shortText {
		return p.Text
	}
	return Hash("short", string(p.Text[:]), address, firstFile(item))
}
