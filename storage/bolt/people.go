package bolt

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"sluice/storage"
	"sluice/storage/story"
)

// Edit implements storage.Curation.
func (s *Store) Edit(ctx context.Context, e storage.Edit) (out storage.Edited, err error) {
	err = s.update(ctx, "correcting item "+e.Item.String(), func(t *tx) (err error) {
		ed := &editor{tx: t, edit: e, marks: newMarks()}
		out, err = ed.run()
		return err
	})
	if err == nil && e.Kind == storage.Erase {
		if err = s.scrub(ctx); err != nil {
			err = fmt.Errorf("erasing item %s: it is erased, but its bytes are in the store's file still: %w", e.Item, err)
		}
	}
	return out, err
}

// An editor carries out one correction.
type editor struct {
	*tx
	edit  storage.Edit
	topic storage.ID // of edit.Topic
	out   storage.Edited
	marks *marks
}

func (ed *editor) run() (storage.Edited, error) {
	if err := ed.resolve(); err != nil {
		return storage.Edited{}, err
	}
	do := map[storage.EditKind]func(of *edited) error{
		storage.Split: ed.split, storage.Merge: ed.merge, storage.Hide: ed.hide, storage.Unhide: ed.unhide,
		storage.Erase: ed.erase,
	}[ed.edit.Kind]
	if do == nil {
		return storage.Edited{}, refuse("there is no correction %q", string(ed.edit.Kind))
	}
	if err := ed.groupFresh(); err != nil {
		return storage.Edited{}, err
	}
	of, err := ed.storyOf(ed.edit.Item)
	if err == nil {
		err = do(of)
	}
	if err != nil || ed.out.Unchanged {
		return storage.Edited{Unchanged: ed.out.Unchanged}, err
	}
	if err := ed.note(); err != nil {
		return storage.Edited{}, err
	}
	ed.out.Topics, err = ed.marks.flush(ed.tx, ed.edit.Time)
	return ed.out, err
}

// groupFresh groups what came, if an item that is to be corrected is not
// released yet: until then its story is not known. All of it is grouped again
// by the next release.
func (ed *editor) groupFresh() error {
	fresh := false
	for _, id := range [...]storage.ID{ed.edit.Item, ed.edit.Other} {
		var r itemRecord
		if ok, err := ed.load(bItems, id[:], &r); err != nil {
			return err
		} else if !ok {
			continue
		}
		st, err := ed.story(r.Story)
		if err != nil {
			return err
		}
		fresh = fresh || st.Released == 0
	}
	if !fresh {
		return nil
	}
	settings, err := ed.settings()
	if err != nil {
		return err
	}
	routing := len(settings.Route) > 0
	g, err := ed.group(settings, routing)
	if err != nil {
		return err
	}
	pending, err := ed.pendingStories(routing)
	if err != nil {
		return err
	}
	for _, id := range pending {
		st, err := ed.story(id)
		if err != nil {
			return err
		}
		g.hold(st)
	}
	return g.finish(ed.edit.Time)
}

func (ed *editor) resolve() (err error) {
	if ed.edit.Topic == "" {
		return nil
	}
	if ed.topic, err = ed.topicID(ed.edit.Topic); err != nil {
		return err
	}
	rec, err := ed.tx.topic(ed.topic)
	if err == nil && !rec.Enrolled {
		err = storage.ErrNotFound
	}
	return err
}

// edited is a story in the course of a correction.
type edited struct {
	id     storage.ID
	record *storyRecord
}

func (ed *editor) storyOf(item storage.ID) (*edited, error) {
	r := new(itemRecord)
	if ok, err := ed.load(bItems, item[:], r); err != nil || !ok || r.Forgotten {
		return nil, notFound(err)
	}
	st, err := ed.story(r.Story)
	return &edited{r.Story, st}, err
}

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

func (ed *editor) hide(of *edited) error {
	switch {
	case ed.topic.IsZero() && !of.record.Hidden:
		of.record.Hidden = true
	case !ed.topic.IsZero() && !slices.Contains(of.record.HiddenIn, ed.topic):
		of.record.HiddenIn = append(of.record.HiddenIn, ed.topic)
		sortIDs(of.record.HiddenIn)
	default:
		ed.out.Unchanged = true
		return nil
	}
	ed.out.Story = of.id
	return ed.settleIn(of)
}

func (ed *editor) unhide(of *edited) error {
	switch {
	case ed.topic.IsZero():
		if !of.record.Hidden && len(of.record.HiddenIn) == 0 {
			ed.out.Unchanged = true
			return nil
		}
		of.record.Hidden, of.record.HiddenIn = false, nil
	case of.record.Hidden:
		return refuse("the story is hidden in all topics; unhide it without a topic, then hide it where it should not be")
	default:
		at := slices.Index(of.record.HiddenIn, ed.topic)
		if at < 0 {
			ed.out.Unchanged = true
			return nil
		}
		of.record.HiddenIn = slices.Delete(of.record.HiddenIn, at, at+1)
	}
	ed.out.Story = of.id
	return ed.settleIn(of)
}

// settleIn saves the story and gives it the standing that it has now. One that
// is not released yet waits for that.
func (ed *editor) settleIn(of *edited) error {
	of.record.pin()
	for i := range of.record.Members {
		if m := &of.record.Members[i]; m.Withdrawn == 0 { // its tellings are others
			if err := ed.marks.change(ed.tx, m); err != nil {
				return err
			}
		}
	}
	if err := ed.save(bStories, of.id[:], of.record); err != nil {
		return err
	}
	if of.record.Released == 0 {
		ed.out.Pending = true
		return ed.pend(of.id, pendingSave)
	}
	s, err := ed.standing(of.id, pendingRoute) // what it gains it enters by its date
	if err != nil {
		return err
	}
	s.known, s.edited = true, toMicros(ed.edit.Time)
	s.await()
	withdrawn, err := ed.settle(s, ed.marks, ed.edit.Time)
	if err != nil {
		return err
	}
	ed.out.Withdrawn += withdrawn
	for i := range s.record.Members {
		if m := &s.record.Members[i]; !tells(s.record.Tellings, m.Pick) { // withdrawn, with its item
			m.Pick = s.record.Tellings[0].Item
		}
	}
	return ed.save(bStories, of.id[:], s.record)
}

// hide takes the topics out that people keep the story from.
func (s *standing) hide() {
	if s.record.Hidden {
		clear(s.want)
	}
	for _, topic := range s.record.HiddenIn {
		delete(s.want, topic)
	}
}

// await takes out items that are to be shown only with their pages.
func (s *standing) await() {
	for topic, matching := range s.want {
		s.want[topic] = slices.DeleteFunc(matching, func(i int) bool { return s.items[i].Page == pageAwaited })
		if len(s.want[topic]) == 0 {
			delete(s.want, topic)
		}
	}
}

// unmerged follows the merges of a story to the one that has its tellings.
func (t *tx) unmerged(id storage.ID) (storage.ID, *storyRecord, error) {
	for {
		st, err := t.story(id)
		if err != nil || st.Into.IsZero() {
			return id, st, err
		}
		id = st.Into
	}
}

// refuse says why a correction can't be made.
func refuse(format string, args ...any) error {
	return &storage.EditError{Text: fmt.Sprintf(format, args...)}
}

func tells(tellings []tellingRecord, item storage.ID) bool {
	return slices.ContainsFunc(tellings, func(r tellingRecord) bool { return r.Item == item })
}

// note keeps the correction and what it concerns.
func (ed *editor) note() error {
	e := ed.edit
	at := toMicros(e.Time)
	hash := story.Hash("edit", string(e.Kind), string(e.Item[:]), string(e.Other[:]), e.Topic, e.Reason)
	k := key(timeKey(at), hash[:])
	r := editRecord{Kind: e.Kind, Item: e.Item, Other: e.Other, Topic: ed.topic, Reason: e.Reason}
	if err := ed.save(bEdits, k, &r); err != nil {
		return err
	}
	for _, id := range []storage.ID{e.Item, e.Other, ed.out.Story, ed.out.Other} {
		if id.IsZero() {
			continue
		}
		if err := ed.put(bEdited, key(id[:], k), nil); err != nil {
			return err
		}
	}
	return nil
}

// corrections fills what people corrected of a story.
func (t *tx) corrections(id storage.ID, st *storyRecord, out *storage.Story) (err error) {
	out.Hidden, out.Merged = st.Hidden, st.Into
	if out.HiddenIn, err = t.topicNames(st.HiddenIn); err != nil {
		return err
	}
	if k, _ := t.bucket(bEdited).Cursor().First(); k == nil {
		return nil
	}
	edits := make(map[string]bool)
	concerned := []storage.ID{id}
	for _, r := range st.Tellings {
		concerned = append(concerned, r.Item)
	}
	for _, id := range concerned {
		err := t.scan(bEdited, id[:], id[:], func(k, _ []byte) (bool, error) {
			edits[string(k[len(id):])] = true
			return true, nil
		})
		if err != nil {
			return err
		}
	}
	for k := range edits {
		e, err := t.edit([]byte(k))
		if err != nil {
			return err
		}
		out.Edits = append(out.Edits, e)
	}
	slices.SortFunc(out.Edits, func(a, b storage.Edit) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Kind, b.Kind), bytes.Compare(a.Item[:], b.Item[:]))
	})
	return nil
}

func (t *tx) edit(k []byte) (storage.Edit, error) {
	var r editRecord
	if ok, err := t.load(bEdits, k, &r); err != nil || !ok {
		return storage.Edit{}, notFound(err)
	}
	e := storage.Edit{Kind: r.Kind, Item: r.Item, Other: r.Other, Reason: r.Reason, Time: timeOf(k).time()}
	if r.Topic.IsZero() {
		return e, nil
	}
	topic, err := t.topic(r.Topic)
	if err == nil {
		e.Topic = topic.Name
	}
	return e, err
}
