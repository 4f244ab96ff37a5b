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
