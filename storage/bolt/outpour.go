package bolt

import (
	"time"

	"sluice/storage"
)

// A feed that empties its archive into its document brings much more than it
// ever did, at once. What of that has no date of its own, or one that can't be,
// would take the whole head by its release. It is taken for old instead.
const (
	leastOutpour = 30                 // new items without a date
	outpourAge   = 7 * 24 * time.Hour // by which such an item stands before its first sight
)

// outpour marks the new items of a document that has grown to twice its length
// by items without a date.
func (in *intake) outpour(items []prepared, found []finding) {
	if in.first || len(items)+len(in.unread) < 2*in.rec.Entries {
		return
	}
	var undated []*storage.Item
	for i := range found {
		if item := items[i].Item; found[i].record == nil && !found[i].repeat && item.Published.IsZero() && item.Updated.IsZero() {
			undated = append(undated, item)
		}
	}
	if len(undated) < leastOutpour || 2*len(undated) < len(items)+len(in.unread) {
		return
	}
	in.poured = make(map[*storage.Item]bool, len(undated))
	for _, item := range undated {
		in.poured[item] = true
	}
}

// placed is where a story stands that is backlog by the matching items: at its
// date, or before the first sight of those that came without.
func (s *standing) placed(matching []int) micros {
	var at time.Time
	for _, i := range matching {
		r := s.items[i]
		if !r.Poured {
			return s.record.Published
		}
		if seen := r.FirstSeen.time(); at.IsZero() || seen.Before(at) {
			at = seen
		}
	}
	return toMicros(at.Add(-outpourAge))
}
