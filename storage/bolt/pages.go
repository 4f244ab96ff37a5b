package bolt

import (
	"context"
	"fmt"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// ClaimPages implements storage.Intake.
func (s *Store) ClaimPages(ctx context.Context, c storage.PageClaim) ([]storage.ClaimedPage, error) {
	if none, err := s.noPageDue(ctx, c.Now); err != nil || none {
		return nil, err
	}
	var out []storage.ClaimedPage
	err := s.update(ctx, "claiming pages", func(t *tx) (err error) {
		out, err = t.claimPages(c)
		return err
	})
	return out, err
}

// noPageDue spares most calls a write.
func (s *Store) noPageDue(ctx context.Context, now time.Time) (none bool, err error) {
	err = s.view(ctx, "looking for pages", func(t *tx) error {
		k, _ := t.bucket(bPagesDue).Cursor().First()
		none = k == nil || timeOf(k).sortable() > toMicros(now).sortable()
		return nil
	})
	return none, err
}

func (t *tx) claimPages(c storage.PageClaim) (out []storage.ClaimedPage, err error) {
	feeds, err := t.feedIDs(c.Feeds)
	if err != nil {
		return nil, err
	}
	var ids []storage.ID
	err = t.scan(bPagesDue, nil, nil, func(k, _ []byte) (bool, error) {
		if timeOf(k).sortable() > toMicros(c.Now).sortable() || len(ids) >= c.Limit {
			return false, nil
		}
		id := storage.ID(k[8:])
		r, err := t.item(id)
		if err == nil && (feeds == nil || feeds[r.Feed]) {
			ids = append(ids, id)
		}
		return true, err
	})
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		page, err := t.claimPage(id, c)
		if err != nil {
			return nil, err
		}
		out = append(out, page)
	}
	return out, nil
}

// feedIDs returns the feeds of these names that are known; nil for nil.
func (t *tx) feedIDs(names []string) (map[storage.ID]bool, error) {
	if names == nil {
		return nil, nil
	}
	ids := make(map[storage.ID]bool, len(names))
	for _, name := range names {
		if v := t.get(bFeedNames, nameKey(name)); v != nil {
			ids[storage.ID(v)] = true
		}
	}
	return ids, nil
}

func (t *tx) claimPage(id storage.ID, c storage.PageClaim) (storage.ClaimedPage, error) {
	p, err := t.page(id)
	if err != nil {
		return storage.ClaimedPage{}, err
	}
	p.Token++
	p.Lease = toMicros(c.Now.Add(c.Lease))
	if err := t.savePageRecord(id, p, p.Lease); err != nil {
		return storage.ClaimedPage{}, err
	}
	r, err := t.item(id)
	if err != nil {
		return storage.ClaimedPage{}, err
	}
	out := storage.ClaimedPage{Token: p.Token, Lease: p.Lease.time()}
	if out.Item, err = t.fullItem(id, r); err != nil {
		return out, err
	}
	until, err := t.hostUntil(r.URL)
	out.HostUntil = until.time()
	return out, err
}

// page returns an item's page record.
func (t *tx) page(id storage.ID) (*pageRecord, error) {
	p := new(pageRecord)
	ok, err := t.load(bPages, id[:], p)
	if err == nil && !ok {
		err = fmt.Errorf("%w: the page record of item %s is missing", storage.ErrDamaged, id)
	}
	return p, err
}

// savePageRecord writes a page's record and puts it in its place among those
// that are due; 0 is never.
func (t *tx) savePageRecord(id storage.ID, p *pageRecord, due micros) error {
	if p.Due != 0 {
		if err := t.delete(bPagesDue, key(timeKey(p.Due), id[:])); err != nil {
			return err
		}
	}
	if p.Due = due; due != 0 {
		if err := t.put(bPagesDue, key(timeKey(due), id[:]), nil); err != nil {
			return err
		}
	}
	return t.save(bPages, id[:], p)
}

// awaitPage notes that a new item is to wait for its page.
func (in *intake) awaitPage(id storage.ID, r *itemRecord, item *storage.Item) error {
	if !item.Page.Wanted {
		return nil
	}
	r.Page = pageAwaited
	return in.savePageRecord(id, &pageRecord{Own: r.PrintText, Next: toMicros(in.now)}, toMicros(in.now))
}

// awaited reports whether an item of the story awaits its page.
func (t *tx) awaited(st *storyRecord) (bool, error) {
	for _, telling := range st.Tellings {
		r, err := t.item(telling.Item)
		if err != nil || r.Page == pageAwaited {
			return true, err
		}
	}
	return false, nil
}

// SavePage implements storage.Intake.
func (s *Store) SavePage(ctx context.Context, p storage.PageOutcome) (storage.Delta, error) {
	var extract []byte
	if p.Extract != nil {
		var err error
		if extract, err = s.codec.encodeBody(extractRecordOf(p.Extract)); err != nil {
			return storage.Delta{}, fmt.Errorf("saving the page of item %s: %w", p.Item, err)
		}
	}
	var delta storage.Delta
	err := s.update(ctx, "saving the page of item "+p.Item.String(), func(t *tx) (err error) {
		delta, err = t.savePage(p, extract)
		return err
	})
	return delta, err
}

func (t *tx) savePage(p storage.PageOutcome, extract []byte) (delta storage.Delta, err error) {
	r := new(itemRecord)
	if ok, err := t.load(bItems, p.Item[:], r); err != nil || !ok || r.Forgotten {
		return delta, notFound(err)
	}
	page, err := t.page(p.Item)
	if err != nil {
		return delta, err
	}
	if page.Token != p.Token || page.Lease == 0 {
		return delta, storage.ErrLease
	}
	var v verdict
	if p.Extract != nil {
		if v, err = t.pageVerdict(p, r); err != nil {
			return delta, err
		}
	}
	if r.Page == pageAwaited {
		delta.Pending = true
		if err := t.pend(r.Story, pendingSave); err != nil {
			return delta, err
		}
	}
	r.Page = pageTried
	page.Lease, page.Next = 0, toMicros(p.Next)
	page.Tried, page.Status, page.Error = toMicros(p.Now), p.Status, p.Error
	if p.Extract == nil {
		page.Tries++
	} else {
		page.Next = 0
		delta.Pending = true
		if err := t.takeExtract(p, r, v, extract); err != nil {
			return delta, err
		}
		if delta.Topics, err = t.showExtract(p, r); err != nil {
			return delta, err
		}
	}
	if err := t.savePageRecord(p.Item, page, page.Next); err != nil {
		return delta, err
	}
	if err := t.save(bItems, p.Item[:], r); err != nil {
		return delta, err
	}
	return delta, t.saveHost(p.Host)
}

func notFound(err error) error {
	if err == nil {
		err = storage.ErrNotFound
	}
	return err
}

// pageVerdict checks that the verdict is by the set that is enrolled.
func (t *tx) pageVerdict(p storage.PageOutcome, r *itemRecord) (v verdict, err error) {
	settings, err := t.settings()
	if err != nil {
		return v, err
	}
	if settings.Set != p.Set {
		return v, storage.ErrStale
	}
	return t.verdict(p.Routing, r.Page == pageAwaited, r)
}

// takeExtract makes the page's text the one that the item is known by.
func (t *tx) takeExtract(p storage.PageOutcome, r *itemRecord, v verdict, extract []byte) error {
	if err := t.put(bExtracted, p.Item[:], extract); err != nil {
		return err
	}
	r.Extracted = 1
	item, err := t.fullItem(p.Item, r)
	if err != nil {
		return err
	}
	r.Published = toMicros(item.Published)
	r.Backlog = r.Backlog || story.Backlog(false, story.Published(&item), item.FirstSeen)
	if err := t.pageArrives(p.Item, r, t.takePagePrint(r, &item)); err != nil {
		return err
	}
	keeper := intake{tx: t}
	if r.Topics, err = keeper.keepRetired(r.Topics, v.topics); err != nil {
		return err
	}
	r.Learned = v.learned
	if r.Barred, err = keeper.keepRetired(r.Barred, v.barred); err != nil {
		return err
	}
	r.Revision++ // what a re-route said of the item before does not count
	return t.pend(r.Story, pendingSave)
}

// showExtract tells the topics that show the item, which they do with what its
// page says from now on. Where that is its text, their entry was updated.
func (t *tx) showExtract(p storage.PageOutcome, r *itemRecord) ([]string, error) {
	st, err := t.story(r.Story)
	if err != nil {
		return nil, err
	}
	marks := newMarks()
	shown, err := marks.show(t, p.Item, st)
	if err != nil || !shown {
		return nil, err
	}
	item, err := t.fullItem(p.Item, r)
	if err != nil {
		return nil, err
	}
	feed, err := t.feed(r.Feed)
	if err != nil {
		return nil, err
	}
	if feed.Content == "full" && item.Extract.Says(&item) {
		st.Updated = toMicros(story.Updated(st.Updated.time(), &item, p.Now))
		if err := marks.correct(t, r.Story, st); err != nil {
			return nil, err
		}
	}
	if err := t.save(bStories, r.Story[:], st); err != nil {
		return nil, err
	}
	return marks.flush(t, p.Now)
}

// pageArrives hands an item to the next Release, which compares it by its page.
func (t *tx) pageArrives(id storage.ID, r *itemRecord, print *storage.Print) error {
	settings, err := t.settings()
	if err != nil {
		return err
	}
	rec, err := t.feed(r.Feed)
	if err != nil {
		return err
	}
	in := intake{tx: t, rec: rec, window: time.Duration(settings.Window)}
	if err := in.arriveAgain(id, r, print); err != nil {
		return err
	}
	return t.saveArrivals(in.came)
}

func (t *tx) takePagePrint(r *itemRecord, item *storage.Item) *storage.Print {
	print := story.Brief(item)
	r.PrintText, r.Words, r.Extracted = print.Text, print.Words, print.Words+1
	return &print
}

// keepPage restores, after a real change of what the feed says, what the item
// has from its page, and returns the print that it is compared by.
func (in *intake) keepPage(id storage.ID, r *itemRecord, item *storage.Item) (*storage.Print, error) {
	if r.Page == pageNone {
		return &item.Print, nil
	}
	page, err := in.page(id)
	if err != nil {
		return nil, err
	}
	page.Own = r.PrintText
	if err := in.savePageRecord(id, page, page.Due); err != nil {
		return nil, err
	}
	if r.Extracted == 0 {
		return &item.Print, nil
	}
	full := *item
	if err := in.fillPage(id, r, &full); err != nil {
		return nil, err
	}
	r.Published = toMicros(full.Published)
	return in.takePagePrint(r, &full), nil
}

// ownPrint returns the print of what the feed said last.
func (in *intake) ownPrint(id storage.ID, r *itemRecord) (storage.Key, error) {
	if r.Extracted == 0 {
		return r.PrintText, nil
	}
	page, err := in.page(id)
	return page.Own, err
}

// Extracts implements storage.Intake.
func (s *Store) Extracts(ctx context.Context, feed string, keys []storage.Key) (out map[storage.Key]*storage.Extract, err error) {
	err = s.view(ctx, "reading the extracts of feed "+feed, func(t *tx) error {
		id, err := t.feedID(feed)
		if err != nil {
			return err
		}
		if k, _ := t.bucket(bExtracted).Cursor().First(); k == nil {
			return nil
		}
		out = make(map[storage.Key]*storage.Extract)
		for _, k := range keys {
			item := t.get(bAliases, key(id[:], k[:]))
			if item == nil || t.get(bExtracted, item) == nil {
				continue
			}
			if out[k], err = t.extract(storage.ID(item)); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func (t *tx) extract(id storage.ID) (*storage.Extract, error) {
	data := t.get(bExtracted, id[:])
	if data == nil {
		return nil, fmt.Errorf("%w: the extract of item %s is missing", storage.ErrDamaged, id)
	}
	var r extractRecord
	if err := t.decodeBody(data, &r); err != nil {
		return nil, err
	}
	return r.extract(), nil
}

func (r *extractRecord) extract() *storage.Extract {
	return &storage.Extract{
		Content: r.Content, Authors: persons(r.Authors), Published: r.Published.time(),
		Image: r.Image, Canonical: r.Canonical, Language: r.Language,
	}
}

func extractRecordOf(x *storage.Extract) *extractRecord {
	return &extractRecord{
		Content: x.Content, Authors: personRecords(x.Authors), Published: toMicros(x.Published),
		Image: x.Image, Canonical: x.Canonical, Language: x.Language,
	}
}

// fillPage puts what is known of the item's page into it.
func (t *tx) fillPage(id storage.ID, r *itemRecord, item *storage.Item) (err error) {
	if r.Page == pageNone {
		return nil
	}
	p, err := t.page(id)
	if err != nil {
		return err
	}
	item.Page = storage.PageState{
		Wanted: true, Awaited: r.Page == pageAwaited, Tries: p.Tries,
		Tried: p.Tried.time(), Next: p.Next.time(), Status: p.Status, Error: p.Error,
	}
	if r.Extracted == 0 {
		return nil
	}
	if item.Extract, err = t.extract(id); err != nil {
		return err
	}
	story.Fill(item)
	return nil
}

// forgetPage drops what is kept of an item's page.
func (t *tx) forgetPage(id storage.ID, r *itemRecord) error {
	if r.Page == pageNone {
		return nil
	}
	p, err := t.page(id)
	if err != nil {
		return err
	}
	if err := t.savePageRecord(id, p, 0); err != nil {
		return err
	}
	if err := t.delete(bPages, id[:]); err != nil {
		return err
	}
	return t.delete(bExtracted, id[:])
}

// freePages ends the leases of pages that an earlier owner left behind.
func (s *Store) freePages() error {
	held := make(map[storage.ID]*pageRecord)
	err := s.view(context.Background(), "looking for pages left behind", func(t *tx) error {
		return t.scan(bPagesDue, nil, nil, func(k, _ []byte) (bool, error) {
			p, err := t.page(storage.ID(k[8:]))
			if err == nil && p.Lease != 0 {
				held[storage.ID(k[8:])] = p
			}
			return true, err
		})
	})
	if err != nil || len(held) == 0 {
		return err
	}
	return s.update(context.Background(), "freeing pages left behind", func(t *tx) error {
		for id := range held {
			p, err := t.page(id)
			if err != nil {
				return err
			}
			p.Lease = 0
			if err := t.savePageRecord(id, p, p.Next); err != nil {
				return err
			}
		}
		return nil
	})
}
