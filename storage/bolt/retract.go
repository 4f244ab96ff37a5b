package bolt

import "sluice/storage"

// retract marks what the feed has withdrawn. What stands in the document all
// the same stays, and so does what other feeds brought: a key is looked up among
// those of this feed alone.
func (in *intake) retract(keys []storage.Key, found []finding) error {
	if len(keys) == 0 {
		return nil
	}
	present := make(map[storage.ID]bool, len(found))
	for _, f := range found {
		if f.record != nil {
			present[f.id] = true
		}
	}
	for _, k := range keys {
		v := in.get(bAliases, key(in.feed[:], k[:]))
		if v == nil || present[storage.ID(v)] || in.unread[k.Short()] {
			continue
		}
		id := storage.ID(v)
		r, err := in.item(id)
		if err != nil {
			return err
		}
		if r.Retracted || r.Forgotten || r.Key != k {
			continue
		}
		r.Retracted = true
		if err := in.save(bItems, id[:], r); err != nil {
			return err
		}
		if err := in.pend(r.Story, pendingSave); err != nil {
			return err
		}
		in.delta.Pending = true
	}
	return nil
}
