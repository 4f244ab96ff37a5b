package bolt

import (
	"context"
	"encoding/binary"

	"sluice/storage"
)

// keepRevision keeps what the item says now, before a real change replaces it,
// and lets go what is too much then.
func (t *tx) keepRevision(id storage.ID, r *itemRecord, until micros) error {
	kept, err := t.revisionsOf(id)
	if err != nil {
		return err
	}
	body := t.get(bBodies, id[:])
	size := len(body)
	kept = append(kept, keptRevision{number: r.Revision, record: revisionRecord{
		Title: r.Title, TitleHTML: r.TitleHTML, From: r.Changed, Until: until, Body: body,
	}})
	for _, v := range kept[:len(kept)-1] {
		size += len(v.record.Body)
	}
	for len(kept) > storage.MaxRevisions || len(kept) > 0 && size > storage.MaxRevisionBytes {
		size -= len(kept[0].record.Body)
		if err := t.delete(bRevisions, revisionKey(id, kept[0].number)); err != nil {
			return err
		}
		kept = kept[1:]
	}
	if len(kept) == 0 {
		return nil
	}
	last := &kept[len(kept)-1]
	return t.save(bRevisions, revisionKey(id, last.number), &last.record)
}

type keptRevision struct {
	number uint32
	record revisionRecord
}

func revisionKey(id storage.ID, number uint32) []byte {
	return binary.BigEndian.AppendUint32(id[:], number)
}

// revisionsOf returns an item's revisions, the oldest first.
func (t *tx) revisionsOf(id storage.ID) (out []keptRevision, err error) {
	err = t.scan(bRevisions, id[:], id[:], func(k, v []byte) (bool, error) {
		r := keptRevision{number: binary.BigEndian.Uint32(k[len(id):])}
		err := t.decode(v, &r.record)
		out = append(out, r)
		return true, err
	})
	return out, err
}

// forgetRevisions drops an item's revisions.
func (t *tx) forgetRevisions(id storage.ID) error {
	kept, err := t.revisionsOf(id)
	if err != nil {
		return err
	}
	for _, r := range kept {
		if err := t.delete(bRevisions, revisionKey(id, r.number)); err != nil {
			return err
		}
	}
	return nil
}

// Revisions implements storage.Reading.
func (s *Store) Revisions(ctx context.Context, item storage.ID) (out []storage.Revision, err error) {
	err = s.view(ctx, "reading the revisions of item "+item.String(), func(t *tx) error {
		if t.get(bItems, item[:]) == nil {
			return storage.ErrNotFound
		}
		kept, err := t.revisionsOf(item)
		if err != nil {
			return err
		}
		for _, r := range kept {
			var b bodyRecord
			if err := t.decodeBody(r.record.Body, &b); err != nil {
				return err
			}
			out = append(out, storage.Revision{
				Number: r.number, From: r.record.From.time(), Until: r.record.Until.time(),
				Title:   storage.Text{Value: r.record.Title, HTML: r.record.TitleHTML},
				Summary: storage.Text{Value: b.Summary, HTML: b.SummaryHTML},
				Content: storage.Text{Value: b.Content, HTML: b.ContentHTML},
			})
		}
		return nil
	})
	return out, err
}

// revisions checks that what is kept of earlier texts belongs to items that
// have one still, and stays within its bounds.
func (v *verifier) revisions() error {
	counts := make(map[storage.ID]int)
	sizes := make(map[storage.ID]int)
	return v.each(bRevisions, func(k, value []byte) {
		if len(k) != len(storage.ID{})+4 {
			v.report("revision %x: its key is broken", k)
			return
		}
		id := storage.ID(k[:16])
		var item itemRecord
		if ok, err := v.load(bItems, id[:], &item); err != nil || !ok || item.Forgotten {
			v.report("revision %x: its item is not stored", k)
			return
		}
		var r revisionRecord
		var b bodyRecord
		if v.decode(value, &r) != nil || v.decodeBody(r.Body, &b) != nil {
			v.report("revision %x: can't be read", k)
			return
		}
		if n := binary.BigEndian.Uint32(k[16:]); n >= item.Revision {
			v.report("item %s: revision %d is kept and its text is revision %d", id, n, item.Revision)
		}
		counts[id]++
		sizes[id] += len(r.Body)
		if counts[id] > storage.MaxRevisions || sizes[id] > storage.MaxRevisionBytes {
			v.report("item %s: too much is kept of its earlier texts", id)
		}
	})
}
