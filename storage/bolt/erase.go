package bolt

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// An erased item is a forgotten one whose print is kept: hashes of words, from
// which no text can be read, but which tell another telling when it comes.

// enoughWords is how many words a text must have for being the same word for
// word to say that it is an erased one.
const enoughWords = 12

// maxErased bounds the erased items that a new one is compared with by content.
const maxErased = 256

// erase withdraws the story and drops what its items say. The edit's pages are
// overwritten afterwards: see scrub.
func (ed *editor) erase(of *edited) error {
	of.record.Hidden, of.record.Erased = true, true
	ed.out.Story = of.id
	if err := ed.settleIn(of); err != nil {
		return err
	}
	st, err := ed.story(of.id)
	if err != nil {
		return err
	}
	for _, telling := range st.Tellings {
		if err := ed.eraseItem(telling.Item); err != nil {
			return err
		}
	}
	return ed.forget(of.id, st)
}

func (t *tx) eraseItem(id storage.ID) error {
	r, err := t.item(id)
	if err != nil {
		return err
	}
	item, err := t.fullItem(id, r)
	if err != nil {
		return err
	}
	print := story.Print(&item)
	if err := t.eraseLabels(id); err != nil {
		return err
	}
	if err := t.forgetItem(id); err != nil {
		return err
	}
	if r, err = t.item(id); err != nil {
		return err
	}
	r.Erased = true
	if err := t.save(bItems, id[:], r); err != nil {
		return err
	}
	return t.keepErased(id, erasedRecord{Print: printRecordOf(print), Published: toMicros(story.Published(&item))})
}

// eraseLabels drops the copies of an item that are examples for topics.
func (t *tx) eraseLabels(id storage.ID) error {
	var topics []storage.ID
	err := t.scan(bLabels, nil, nil, func(k, _ []byte) (bool, error) {
		if bytes.HasSuffix(k, id[:]) {
			topics = append(topics, storage.ID(k[:len(id)]))
		}
		return true, nil
	})
	for _, topic := range topics {
		if err == nil {
			err = t.labelIn(topic, storage.Labelling{Item: id, Verdict: storage.None})
		}
	}
	return err
}

// keepErased keeps the print of an erased item and the keys that lead to it.
func (t *tx) keepErased(id storage.ID, r erasedRecord) error {
	if err := t.save(bErased, id[:], &r); err != nil {
		return err
	}
	for _, k := range erasedKeys(r.Print.print()) {
		if err := t.put(bErasedKeys, key(k[:], id[:]), nil); err != nil {
			return err
		}
	}
	return nil
}

// erasedKeys are what a telling of the same story is found by at any time.
func erasedKeys(p storage.Print) []storage.Key {
	var keys []storage.Key
	if p.Words >= enoughWords {
		keys = append(keys, storage.Key(story.Hash("text", string(p.Text[:]))))
	}
	if !p.URL.IsZero() {
		keys = append(keys, storage.Key(story.Hash("link", string(p.URL[:]))))
	}
	return keys
}

// erased returns the erased item that a new one tells again, if one: the same
// words or, with titles or texts that agree, the same link at any time, or
// content that agrees within the window.
func (in *intake) erased(p *prepared, r *itemRecord) (found storage.ID, err error) {
	if k, _ := in.bucket(bErased).Cursor().First(); k == nil {
		return found, nil
	}
	print := story.Print(p.Item)
	for _, k := range erasedKeys(print) {
		err := in.scan(bErasedKeys, k[:], k[:], func(key, _ []byte) (bool, error) {
			id := storage.ID(key[len(k):])
			ok, err := in.tells(r, print, id, 0)
			if ok {
				found = id
			}
			return !ok, err
		})
		if err != nil || !found.IsZero() {
			return found, err
		}
	}
	near, err := in.erasedItems()
	if err != nil || in.window <= 0 {
		return found, err
	}
	for _, id := range near {
		if ok, err := in.tells(r, print, id, in.window); ok || err != nil {
			return id, err
		}
	}
	return found, nil
}

// erasedItems returns the erased items that content may tell again: those of
// the last maxErased that lie within the window before this poll, or after it.
func (in *intake) erasedItems() ([]storage.ID, error) {
	if in.near != nil {
		return in.near, nil
	}
	type dated struct {
		id storage.ID
		at micros
	}
	var list []dated
	since := toMicros(in.now.Add(-2 * in.window))
	err := in.scan(bErased, nil, nil, func(k, v []byte) (bool, error) {
		var e erasedRecord
		err := in.decode(v, &e)
		if e.Published.sortable() >= since.sortable() {
			list = append(list, dated{storage.ID(k), e.Published})
		}
		return true, err
	})
	slices.SortFunc(list, func(a, b dated) int {
		return cmp.Or(cmp.Compare(b.at.sortable(), a.at.sortable()), bytes.Compare(a.id[:], b.id[:]))
	})
	in.near = []storage.ID{}
	for _, d := range list[:min(len(list), maxErased)] {
		in.near = append(in.near, d.id)
	}
	return in.near, err
}

// tells reports whether an item with a print tells the story of an erased one.
// A window of 0 leaves the time between them out of account.
func (in *intake) tells(r *itemRecord, print storage.Print, erased storage.ID, window time.Duration) (bool, error) {
	var e erasedRecord
	if ok, err := in.load(bErased, erased[:], &e); err != nil || !ok {
		return false, fmt.Errorf("%w: the print of erased item %s is missing", storage.ErrDamaged, erased)
	}
	or, err := in.item(erased)
	if err != nil {
		return false, err
	}
	between := story.Between{SameFeed: or.Feed == r.Feed, Apart: published(r).time().Sub(e.Published.time()).Abs()}
	if window > 0 && between.Apart > window {
		return false, nil
	}
	if print.Text == e.Print.Text && print.Words >= enoughWords {
		return true, nil
	}
	if window == 0 {
		between.Apart = 0
	}
	_, ok := story.Agree(print, e.Print.print(), between)
	return ok, nil
}

// insertErased notes a new item that tells an erased story, and nothing that it
// says.
func (in *intake) insertErased(id, of storage.ID, r *itemRecord, p *prepared) error {
	or, err := in.item(of)
	if err != nil {
		return err
	}
	st, err := in.story(or.Story)
	if err != nil {
		return err
	}
	st.Tellings = append(st.Tellings, tellingRecord{Item: id, Joined: toMicros(in.now), Layer: layerContent})
	if err := in.save(bStories, or.Story[:], st); err != nil {
		return err
	}
	kept := &itemRecord{
		Feed: r.Feed, Story: or.Story, FirstSeen: r.FirstSeen, Published: r.Published, Updated: r.Updated,
		Forgotten: true, Erased: true,
	}
	if err := in.know(id, kept, p); err != nil {
		return err
	}
	in.delta.Same++
	if err := in.keepErased(id, erasedRecord{Print: printRecordOf(story.Print(p.Item)), Published: published(r)}); err != nil {
		return err
	}
	return in.save(bItems, id[:], kept)
}

func printRecordOf(p storage.Print) printRecord {
	return printRecord{
		Version: p.Version, URL: p.URL, Site: p.Site, Page: p.Page, Query: p.Query, Title: p.Title, Terms: p.Terms,
		Words: p.Words, Lead: p.Lead, Shingles: p.Shingles, Day: p.Day, Numbers: p.Numbers, Figures: p.Figures,
		Digits: p.Digits, Vocab: p.Vocab, Sketch: p.Sketch, Pages: p.Pages, Text: p.Text,
	}
}

func (r *printRecord) print() storage.Print {
	return storage.Print{
		Version: r.Version, URL: r.URL, Site: r.Site, Page: r.Page, Query: r.Query, Title: r.Title, Terms: r.Terms,
		Words: r.Words, Lead: r.Lead, Shingles: r.Shingles, Day: r.Day, Numbers: r.Numbers, Figures: r.Figures,
		Digits: r.Digits, Vocab: r.Vocab, Sketch: r.Sketch, Pages: r.Pages, Text: r.Text,
	}
}
