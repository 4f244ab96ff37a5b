package bolt

import (
	"bytes"
	"cmp"
	"slices"

	"sluice/storage"
	"sluice/storage/story"
)

// split: see storage.Curation. What leaves is told by people to be a story of
// its own, and what stays too, so that no release groups either anew.
func (ed *editor) split(of *edited) error {
	if len(of.record.Tellings) < 2 {
		return refuse("the item is the only one of its story, so that there is nothing to split")
	}
	leaving, err := ed.leaving(of.record)
	if err != nil {
		return err
	}
	of.record.Tellings = slices.DeleteFunc(of.record.Tellings, func(r tellingRecord) bool { return tells(leaving, r.Item) })
	to, err := ed.heir(of, leaving)
	if err != nil {
		return err
	}
	if err := ed.arriveFirst(to.record); err != nil {
		return err
	}
	if err := ed.settleIn(of); err != nil {
		return err
	}
	if err := ed.settleIn(to); err != nil {
		return err
	}
	ed.out.Story, ed.out.Other = to.id, of.id
	if tells(of.record.Tellings, ed.edit.Item) {
		ed.out.Story, ed.out.Other = of.id, to.id
	}
	return nil
}

// arriveFirst has the next release put a story's first telling into the index
// of content, so that what tells it again finds it there too.
func (ed *editor) arriveFirst(st *storyRecord) error {
	settings, err := ed.settings()
	if err != nil || settings.Window <= 0 {
		return err
	}
	id := st.Tellings[0].Item
	r, err := ed.item(id)
	if err != nil {
		return err
	}
	item, err := ed.fullItem(id, r)
	if err != nil {
		return err
	}
	print := story.Brief(&item)
	return ed.saveArrivals([]arrival{newArrival(id, r, &print, arrivalKnown)})
}

// leaving returns the tellings that a split takes out of the story.
func (ed *editor) leaving(st *storyRecord) (out []tellingRecord, err error) {
	came := make(map[storage.ID]bool) // with the item, by a merge
	for _, id := range st.Merged {
		merged, err := ed.story(id)
		if err != nil {
			return nil, err
		}
		if tells(merged.Former, ed.edit.Item) {
			for _, r := range merged.Former {
				came[r.Item] = true
			}
		}
	}
	first := st.Tellings[0].Item == ed.edit.Item
	for _, r := range st.Tellings {
		own := r.Item == ed.edit.Item
		if first && !own || !first && (own || came[r.Item]) {
			out = append(out, r)
		}
	}
	return out, nil
}

// heir returns the story of what leaves: of those that were merged into the
// one it leaves and gave it an item that now goes, the one released first; else
// a new one.
func (ed *editor) heir(of *edited, leaving []tellingRecord) (*edited, error) {
	var to *edited
	var gone []*edited
	for _, id := range of.record.Merged {
		st, err := ed.story(id)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(st.Former, func(r tellingRecord) bool { return tells(leaving, r.Item) }) {
			continue
		}
		m := &edited{id, st}
		gone = append(gone, m)
		if to == nil || m.before(to) {
			to = m
		}
	}
	if to == nil {
		to = &edited{ed.mintStory(leaving[0].Item), &storyRecord{}}
	}
	of.record.Merged = slices.DeleteFunc(of.record.Merged, func(id storage.ID) bool {
		return slices.ContainsFunc(gone, func(m *edited) bool { return m.id == id })
	})
	for _, m := range gone {
		if m.id == to.id {
			continue
		}
		m.record.Into = to.id
		to.record.Merged = append(to.record.Merged, m.id)
		if err := ed.save(bStories, m.id[:], m.record); err != nil {
			return nil, err
		}
	}
	to.record.Hidden, to.record.HiddenIn = of.record.Hidden, slices.Clone(of.record.HiddenIn)
	return to, ed.inherit(to, leaving)
}

// inherit gives the story the tellings that leave another, those that it had
// before as they were.
func (ed *editor) inherit(to *edited, leaving []tellingRecord) error {
	var tellings []tellingRecord
	for _, r := range to.record.Former {
		if tells(leaving, r.Item) {
			tellings = append(tellings, r)
		}
	}
	for _, r := range leaving {
		if !tells(tellings, r.Item) {
			tellings = append(tellings, r)
		}
	}
	to.record.Former, to.record.Into = nil, storage.ID{}
	to.record.Tellings = tellings
	to.record.pin()
	to.record.Tellings[0].Layer = layerFirst
	return ed.moveItems(to.id, tellings)
}

func (ed *editor) moveItems(to storage.ID, tellings []tellingRecord) error {
	for _, telling := range tellings {
		r, err := ed.item(telling.Item)
		if err != nil {
			return err
		}
		r.Story = to
		if err := ed.save(bItems, telling.Item[:], r); err != nil {
			return err
		}
	}
	return nil
}

// merge: see storage.Curation.
func (ed *editor) merge(of *edited) error {
	with, err := ed.storyOf(ed.edit.Other)
	if err != nil {
		return err
	}
	if of.id == with.id {
		ed.out.Unchanged = true
		return nil
	}
	keep, lose := of, with
	if with.before(of) {
		keep, lose = with, of
	}
	if keep.record.Hidden != lose.record.Hidden || !sameIDs(keep.record.HiddenIn, lose.record.HiddenIn) {
		return refuse("one of the two stories is hidden where the other is not; unhide it, or hide both")
	}
	if err := ed.giveUp(lose); err != nil {
		return err
	}
	moved := slices.Clone(lose.record.Former)
	for i := range moved {
		moved[i].Layer, moved[i].Title, moved[i].Containment = layerPerson, 0, 0
	}
	if err := ed.moveItems(keep.id, moved); err != nil {
		return err
	}
	lose.record.Into = keep.id
	keep.record.Merged = append(keep.record.Merged, lose.id)
	keep.record.Tellings = append(keep.record.Tellings, moved...)
	slices.SortStableFunc(keep.record.Tellings[1:], func(a, b tellingRecord) int {
		return cmp.Or(cmp.Compare(a.Joined.sortable(), b.Joined.sortable()), bytes.Compare(a.Item[:], b.Item[:]))
	})
	if err := ed.save(bStories, lose.id[:], lose.record); err != nil {
		return err
	}
	ed.out.Story, ed.out.Other = keep.id, lose.id
	return ed.settleIn(keep)
}

// before reports whether m stays rather than o where one of them must go: the
// one that was released first, then the one that began first.
func (m *edited) before(o *edited) bool {
	a, b := m.record, o.record
	if (a.Released == 0) != (b.Released == 0) {
		return a.Released != 0
	}
	return cmp.Or(
		cmp.Compare(a.Released.sortable(), b.Released.sortable()),
		cmp.Compare(a.Published.sortable(), b.Published.sortable()),
		cmp.Compare(a.began(), b.began()),
		bytes.Compare(m.id[:], o.id[:]),
	) < 0
}

// began is when the story's first telling came, also if it has none any more.
func (st *storyRecord) began() uint64 {
	if len(st.Tellings) == 0 {
		return st.Former[0].Joined.sortable()
	}
	return st.Tellings[0].Joined.sortable()
}

// giveUp takes the tellings and the entries from a story. Its id, places and
// numbers stay its own.
func (ed *editor) giveUp(of *edited) error {
	of.record.pin()
	of.record.Former, of.record.Tellings = of.record.Tellings, nil
	s := &standing{id: of.id, record: of.record}
	for i := range of.record.Members {
		m := &of.record.Members[i]
		if m.Withdrawn != 0 {
			continue
		}
		if err := ed.withdraw(s, m, ed.marks, ed.edit.Time); err != nil {
			return err
		}
		ed.out.Withdrawn++
	}
	return ed.delete(bPending, of.id[:])
}

// pin keeps the next release from grouping the story's items anew.
func (st *storyRecord) pin() {
	for i := range st.Tellings {
		st.Tellings[i].Fresh = false
	}
}
