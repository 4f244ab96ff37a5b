package fetcher

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"

	"sluice/fetcher/parse"
	"sluice/storage"
	"sluice/storage/link"
	"sluice/storage/story"
)

// Most of a document that has changed is as it was at the last poll. An item
// whose bytes, and all else that bears on it, are what they were then has been
// saved as it stands: it need not be read, cleaned, classified or compared
// again. What an item becomes depends on
//
//   - its bytes and the elements around it: package parse tells by a hash;
//   - the rest of the document, the feed's settings, the topics and this
//     program: hashed into the frame;
//   - other items that have a name, a page or an identity in common with it,
//     such as a repeated guid: an item that had is read each time, and where
//     one comes up that has, the whole document is read;
//   - the clock, where its date is ahead of it: it is read each time.
//
// What can't be told apart from these is read.

// reading counts the ways in which this program has read feeds: raise it when
// what becomes of the same bytes changes.
const reading = 1

// program tells this program's way to read feeds from that of others, those
// with other versions of the libraries that it is made of among them.
func program() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return fmt.Sprint(reading)
	}
	return fmt.Sprintf("%d %s", reading, info)
}

// A recollection is what is known of a feed's last document.
type recollection struct {
	frame storage.Key
	items map[uint64]*recalled // by the hash of their bytes
	twice bool                 // one of them was met twice
}

// A recalled item was in the last document.
type recalled struct {
	storage.Remembered
	met bool // in this document
}

// recollect returns what is known of the document that the feed's state tells
// of; nothing where that can't be had, since it only saves work.
func (p *poll) recollect(ctx context.Context) *recollection {
	if p.old.Body.IsZero() || p.old.ValidatedURL != p.feed.URL {
		return nil
	}
	m, err := p.store.Memory(ctx, p.feed.Name)
	if err != nil || m.Body != p.old.Body || len(m.Items) == 0 {
		return nil
	}
	r := &recollection{frame: m.Frame, items: make(map[uint64]*recalled, len(m.Items))}
	all := make([]recalled, len(m.Items))
	for i, item := range m.Items {
		all[i].Remembered = item
		r.items[item.Bytes] = &all[i]
	}
	return r
}

// knows reports whether an item was in the last document, and notes that it is
// in this one.
func (r *recollection) knows(hash uint64) bool {
	item, ok := r.items[hash]
	if ok {
		r.twice = r.twice || item.met
		item.met = true
	}
	return ok
}

// unread returns those of a document's items that were not read.
func (r *recollection) unread(doc *parse.Document) []storage.Remembered {
	var out []storage.Remembered
	if r == nil {
		return nil
	}
	for i := range doc.Items {
		if in := &doc.Items[i]; in.Known {
			out = append(out, r.items[in.Hash].Remembered)
		}
	}
	return out
}

// frame is a hash of all but its items that bears on what becomes of a
// document's items; zero where there is none.
func (p *poll) frame(doc *parse.Document) storage.Key {
	feed := p.feed
	// What has no say in it, and what is secret.
	feed.Path, feed.Every, feed.Prefer = "", 0, 0
	feed.Headers, feed.BasicAuth, feed.UserAgent, feed.Timeout, feed.MaxBody, feed.Proxy = nil, nil, "", 0, 0, ""
	timezone := feed.Timezone.String()
	feed.Timezone = nil // of which JSON shows nothing
	settings, err := json.Marshal([]any{feed, timezone, doc.Format, doc.Version, doc.Base, doc.Language, doc.Authors})
	if err != nil {
		return storage.Key{}
	}
	judged := p.judged
	return storage.Key(story.Hash("frame", p.program, string(settings), string(judged[:])))
}

// remembered is what to keep in mind of an item that has been normalised; its
// links still have their fragments.
func remembered(hash uint64, item *storage.Item, names story.Names) storage.Remembered {
	return storage.Remembered{
		Bytes: hash, Identity: item.Identity.Key.Short(),
		GUID: short(names.GUID), Link: short(names.Link), Dated: short(names.TitleDate), Page: pageOf(item.URL),
	}
}

func short(k storage.Key) uint32 {
	if k.IsZero() {
		return 0
	}
	return max(uint32(k.Short()>>32), 1)
}

// pageOf makes storage.Remembered.Page of an address.
func pageOf(address string) uint32 {
	if address == "" {
		return 0
	}
	page := link.DropFragment(address)
	h := max(uint32(storage.Key(link.Hash(page)).Short()), 2) &^ 1
	if page != address {
		h |= 1
	}
	return h
}

// A crowd knows what the items of a document are called.
type crowd struct {
	names map[uint32]int  // how many are called so
	pages map[uint32]uint // by their even hash: how many have one of that page, and anchored
}

const anchored = 1 << 31 // one of them has a fragment

func newCrowd(items []storage.Remembered) crowd {
	c := crowd{names: make(map[uint32]int, 3*len(items)), pages: make(map[uint32]uint, len(items))}
	for i := range items {
		for _, n := range namesOf(&items[i]) {
			if n != 0 {
				c.names[n]++
			}
		}
		if page := items[i].Page; page != 0 {
			c.pages[page&^1] = (c.pages[page&^1] + 1) | uint(page&1)*anchored
		}
	}
	return c
}

// namesOf returns what an item is called, each once, and zeros.
func namesOf(r *storage.Remembered) [4]uint32 {
	names := [...]uint32{r.GUID, r.Link, r.Dated, max(uint32(r.Identity>>32), 1)}
	for i := range names {
		for _, earlier := range names[:i] {
			if names[i] == earlier {
				names[i] = 0
			}
		}
	}
	return names
}

// meets reports whether more than so many of the crowd have something in
// common with an item. An address without a fragment means nothing beside
// another that is the same.
func (c *crowd) meets(r *storage.Remembered, already int) bool {
	for _, n := range namesOf(r) {
		if n != 0 && c.names[n] > already {
			return true
		}
	}
	others := c.pages[r.Page&^1]
	return r.Page != 0 && others&^anchored > uint(already) && (others&anchored != 0 || r.Page&1 != 0)
}

// bearInMind returns what is to be kept in mind of a document: the items that were
// not read and, of the others, those whose hash is known and that have nothing
// in common with any other. It reports false where an item that was not read
// has something in common with one that was.
func bearInMind(unread, read []storage.Remembered) ([]storage.Remembered, bool) {
	c := newCrowd(read)
	for i := range unread {
		if c.meets(&unread[i], 0) {
			return nil, false
		}
	}
	kept := unread
	for i := range read {
		if read[i].Bytes != 0 && !c.meets(&read[i], 1) {
			kept = append(kept, read[i])
		}
	}
	return kept, true
}
