package bolt

import (
	"sluice/storage"
	"sluice/storage/story"
)

// update compares the item with what is stored and takes over what changed.
func (in *intake) update(id storage.ID, r *itemRecord, p *prepared) error {
	known := r.Key == p.Identity.Key
	topics, barred, err := in.verdicts(r, p.Item)
	if err != nil {
		return err
	}
	routed := !sameIDs(r.Topics, topics) || !sameIDs(r.Barred, barred)
	back := r.Retracted
	r.Retracted = false
	if r.Forgotten || known && !routed && !back && r.TextDigest == p.text && r.MetaDigest == p.meta {
		in.delta.Same++
		if known {
			return nil
		}
		if err := in.know(id, r, p); err != nil {
			return err
		}
		return in.save(bItems, id[:], r)
	}
	if !known {
		if err := in.know(id, r, p); err != nil {
			return err
		}
	}
	own, err := in.ownPrint(id, r)
	if err != nil {
		return err
	}
	real := own != p.Print.Text
	shown := real || r.MetaDigest != p.meta
	oldURL := r.PrintURL
	if err := in.rewriteBody(id, r, p, real); err != nil {
		return err
	}
	if err := in.indexURL(id, oldURL, r.PrintURL); err != nil {
		return err
	}
	r.Topics, r.Barred = topics, barred
	if shown {
		r.Revision++
		in.delta.Changed++
	} else {
		in.delta.Same++
	}
	if err := in.save(bItems, id[:], r); err != nil {
		return err
	}
	if !shown && !routed && !back {
		return nil
	}
	in.delta.Pending = true
	return in.changedItem(id, r, p.Item, real, shown)
}

// rewriteBody takes over a real change whole, of a cosmetic one of the text
// only its digest, and of the rest what the feed says now.
func (in *intake) rewriteBody(id storage.ID, r *itemRecord, p *prepared, real bool) error {
	if real {
		if err := in.keepRevision(id, r, toMicros(in.now)); err != nil {
			return err
		}
		r.takeText(p)
		r.takeMeta(p)
		r.takeDates(p)
		in.takePrint(r, p)
		print, err := in.keepPage(id, r, p.Item)
		if err != nil {
			return err
		}
		if err := in.arriveAgain(id, r, print); err != nil {
			return err
		}
		r.Changed = toMicros(in.now)
		body, err := p.encoded(in.codec)
		if err != nil {
			return err
		}
		if err := in.keepOrigin(p.origin); err != nil {
			return err
		}
		return in.put(bBodies, id[:], body)
	}
	r.TextDigest = p.text
	if r.MetaDigest == p.meta {
		return nil
	}
	r.takeMeta(p)
	r.PrintURL = p.Print.URL
	var old bodyRecord
	if err := in.body(in.feed, id, &old); err != nil {
		return err
	}
	b := bodyOf(p.Item)
	if b.Content == "" {
		b.Summary, b.SummaryHTML = old.Summary, old.SummaryHTML
	}
	b.Content, b.ContentHTML = old.Content, old.ContentHTML
	b.OriginKey, b.OriginUpdated = old.OriginKey, old.OriginUpdated
	data, err := in.encodeBody(b)
	if err != nil {
		return err
	}
	return in.put(bBodies, id[:], data)
}

// changedItem tells the item's story. A released story whose shown item
// changed is published anew; its updated date moves only with title or text.
func (in *intake) changedItem(id storage.ID, r *itemRecord, item *storage.Item, real, shown bool) error {
	st, err := in.story(r.Story)
	if err != nil {
		return err
	}
	picked := false
	if shown {
		if picked, err = in.marks.show(in.tx, id, st); err != nil {
			return err
		}
	}
	if picked && real {
		st.Updated = toMicros(story.Updated(st.Updated.time(), item, in.now))
		if err := in.marks.correct(in.tx, r.Story, st); err != nil {
			return err
		}
	}
	if picked {
		if err := in.save(bStories, r.Story[:], st); err != nil {
			return err
		}
	}
	return in.pend(r.Story, pendingSave)
}
