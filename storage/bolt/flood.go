package bolt

import (
	"bytes"
	"net/url"
	"strings"

	"sluice/storage"
	"sluice/storage/story"
)

// A feed that moves to another system or loses its cache gives its old items
// new guids, links or dates, all at once. They are recognised by what they say,
// so that nothing is published again: a new item is an old one of the same feed
// if both have the same words, or the same title with the same path or date,
// and no other item of either side has. Single items are left alone, since a
// feed may say the same twice and mean it.
const (
	leastFlood  = 3    // items that are recognised
	floodShare  = 2    // and one of so many of the items that seem new
	floodSample = 12   // items of the last document that are looked at first: if none says what a new one says, it is no flood
	floodLook   = 500  // stored items that are looked through, newest first, where one is possible
	floodSearch = 5000 // the same where the last document shows it
)

// recognise finds among the feed's earlier items those that seem new and are
// not. What it costs falls due only where several items of a document seem new.
func (m *matcher) recognise() error {
	if m.first {
		return nil
	}
	var unknown []int
	for i := range m.found {
		if m.found[i].record == nil && !m.found[i].repeat {
			unknown = append(unknown, i)
		}
	}
	if len(unknown) < leastFlood {
		return nil
	}
	r := &recogniser{matcher: m, unknown: unknown, old: make(map[storage.Key]*oldItem), seen: make(map[storage.ID]bool)}
	last, err := r.lastDocument()
	if err != nil {
		return err
	}
	switch {
	case r.alike && r.isFlood():
		err = r.search(floodSearch)
	case 2*last < len(unknown) && len(m.unread) == 0 && len(unknown) == len(m.found):
		// There was another document between that had little in it.
		err = r.search(floodLook)
	default:
		return nil
	}
	if err != nil || !r.isFlood() {
		return err
	}
	for i, o := range r.pairs() {
		m.found[i].id, m.found[i].record, m.taken[o.id] = o.id, o.record, true
		m.recognised++
	}
	return nil
}

// A recogniser compares what seems new with what the feed said before.
type recogniser struct {
	*matcher
	unknown []int
	old     map[storage.Key]*oldItem // by mark; nil for one that several items have
	seen    map[storage.ID]bool
	alike   bool // one of the last document's items has the words or the title of one that seems new
}

type oldItem struct {
	id     storage.ID
	record *itemRecord
}

// lastDocument looks at the items that the feed's last document had and this
// one has not, and returns how many it had.
func (r *recogniser) lastDocument() (int, error) {
	memory, err := r.memory(r.feed)
	if err != nil {
		return 0, err
	}
	texts, titles := make(map[storage.Key]bool), make(map[string]bool)
	for _, i := range r.unknown {
		item := r.items[i].Item
		texts[item.Print.Text], titles[foldTitle(item.Title.Value)] = true, true
	}
	for _, was := range memory.Items {
		if !r.alike && len(r.seen) >= floodSample {
			break
		}
		if r.unread[was.Identity] {
			continue
		}
		id, err := r.byShort(was.Identity)
		if err != nil {
			return 0, err
		}
		if !id.IsZero() {
			record, err := r.remember(id)
			if err != nil {
				return 0, err
			}
			r.alike = r.alike || record != nil && (texts[record.PrintText] || titles[foldTitle(record.Title)])
		}
	}
	return len(memory.Items), nil
}

// byShort returns the item that is known by a key with this beginning.
func (r *recogniser) byShort(short uint64) (id storage.ID, err error) {
	prefix := key(r.feed[:], numberKey(short))
	err = r.scan(bAliases, prefix, prefix, func(_, v []byte) (bool, error) {
		id = storage.ID(v)
		return false, nil
	})
	return id, err
}

// remember takes an item for one that may come again and returns it, unless it
// is in the document itself.
func (r *recogniser) remember(id storage.ID) (*itemRecord, error) {
	if r.taken[id] || r.seen[id] {
		return nil, nil
	}
	record, err := r.item(id)
	if err != nil || record.Forgotten || r.unread[record.Key.Short()] {
		return nil, err
	}
	r.seen[id] = true
	o := &oldItem{id, record}
	for _, k := range floodMarks(record.PrintText, record.Title, record.URL, record.Published) {
		if _, shared := r.old[k]; shared {
			o := r.old[k]
			if o == nil || o.id != id {
				r.old[k] = nil
			}
			continue
		}
		r.old[k] = o
	}
	return record, nil
}

// search looks through the feed's newest stored items, and adds the forgotten
// ones that have something in common with what seems new.
func (r *recogniser) search(limit int) error {
	c := r.bucket(bFeedItems).Cursor()
	k, _ := c.Seek(key(r.feed[:], bytes.Repeat([]byte{0xff}, 24)))
	if k == nil {
		k, _ = c.Last()
	} else {
		k, _ = c.Prev()
	}
	for ; k != nil && bytes.HasPrefix(k, r.feed[:]) && limit > 0; k, _ = c.Prev() {
		if _, err := r.remember(storage.ID(k[len(k)-16:])); err != nil {
			return err
		}
		limit--
	}
	for _, i := range r.unknown {
		for _, mark := range r.marks(i) {
			v := r.get(bForgotten, key(r.feed[:], mark[:]))
			if len(v) != 16 || r.taken[storage.ID(v)] {
				continue
			}
			if _, known := r.old[mark]; known {
				continue
			}
			id := storage.ID(v)
			record, err := r.item(id)
			if err != nil {
				return err
			}
			if !r.unread[record.Key.Short()] {
				r.old[mark] = &oldItem{id, record}
			}
		}
	}
	return nil
}

func (r *recogniser) marks(i int) []storage.Key {
	item := r.items[i].Item
	return floodMarks(item.Print.Text, item.Title.Value, item.URL, toMicros(item.Published))
}

func (r *recogniser) isFlood() bool {
	n := len(r.pairs())
	return n >= leastFlood && floodShare*n >= len(r.unknown)
}

// pairs returns, by item of the poll, the earlier item that it is.
func (r *recogniser) pairs() map[int]*oldItem {
	by := make(map[storage.Key]int, len(r.unknown))
	for _, i := range r.unknown {
		for _, k := range r.marks(i) {
			if _, shared := by[k]; shared {
				by[k] = -1
			} else {
				by[k] = i
			}
		}
	}
	out := make(map[int]*oldItem)
	given := make(map[storage.ID]bool)
	for _, i := range r.unknown {
		for _, k := range r.marks(i) {
			if o := r.old[k]; o != nil && by[k] == i && !given[o.id] {
				out[i], given[o.id] = o, true
				break
			}
		}
	}
	return out
}

// floodMarks are what an item is recognised by, the surest first: its words, and
// its title with the path of its link or with its date.
func floodMarks(text storage.Key, title, address string, published micros) []storage.Key {
	marks := []storage.Key{storage.Key(story.Hash("words", string(text[:])))}
	if title = foldTitle(title); title == "" {
		return marks
	}
	if u, err := url.Parse(address); err == nil && len(u.Path) > 1 {
		marks = append(marks, storage.Key(story.Hash("title+path", title, strings.TrimRight(u.Path, "/"), u.RawQuery)))
	}
	if published != 0 {
		marks = append(marks, storage.Key(story.Hash("title+date", title, string(timeKey(published)))))
	}
	return marks
}

func foldTitle(title string) string { return strings.ToLower(strings.Join(strings.Fields(title), " ")) }

// forgetMarks keeps what an item that is about to be forgotten is recognised by.
// A mark that several items leave leads to none of them.
func (t *tx) forgetMarks(id storage.ID, r *itemRecord) error {
	for _, k := range floodMarks(r.PrintText, r.Title, r.URL, r.Published) {
		value := id[:]
		at := key(r.Feed[:], k[:])
		if old := t.get(bForgotten, at); old != nil && string(old) != string(value) {
			value = nil
		}
		if err := t.put(bForgotten, at, value); err != nil {
			return err
		}
	}
	return nil
}
