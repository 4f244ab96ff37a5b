package bolt

import (
	"slices"

	"sluice/storage"
)

// merges checks a story's tellings, and that what was merged into it agrees.
func (v *verifier) merges(id storage.ID, st *storyRecord) {
	if (len(st.Tellings) == 0) != (len(st.Former) > 0) || (len(st.Former) > 0) == st.Into.IsZero() {
		v.report("story %s: has no item, or is merged and has some", id)
	}
	if !st.Into.IsZero() {
		if v.has(bPending, id[:]) {
			v.report("story %s: is merged into another and waits for its release", id)
		}
		into := new(storyRecord)
		if ok, err := v.load(bStories, st.Into[:], into); err != nil || !ok || !slices.Contains(into.Merged, id) {
			v.report("story %s: story %s, into which it was merged, does not know of it", id, st.Into)
		}
	}
	for _, from := range st.Merged {
		merged := new(storyRecord)
		if ok, err := v.load(bStories, from[:], merged); err != nil || !ok || merged.Into != id {
			v.report("story %s: story %s was not merged into it", id, from)
		}
	}
	if !st.Hidden && len(st.HiddenIn) == 0 {
		return
	}
	for _, m := range st.Members {
		if (st.Hidden || slices.Contains(st.HiddenIn, m.Topic)) && m.Withdrawn == 0 && !st.Forgotten {
			v.report("story %s: is hidden and stands in topic %s", id, m.Topic)
		}
	}
}

// erasedKeys checks that they lead to erased items.
func (v *verifier) erasedKeys() error {
	return v.each(bErasedKeys, func(k, _ []byte) {
		if len(k) != 32 || !v.has(bErased, k[16:]) {
			v.report("erased key %x: leads to nothing", k)
		}
	})
}

// forgotten checks that marks lead to items that were forgotten.
func (v *verifier) forgotten() error {
	return v.each(bForgotten, func(k, value []byte) {
		var r itemRecord
		if len(value) == 0 {
			return
		}
		if ok, err := v.load(bItems, value, &r); err != nil || !ok || !r.Forgotten {
			v.report("mark %x: leads to item %x, which is not a forgotten one", k, value)
		}
	})
}

// edits checks that each correction can be read, and that what says that one
// concerns it is right.
func (v *verifier) edits() error {
	err := v.each(bEdits, func(k, _ []byte) {
		e, err := v.edit(k)
		if err != nil || !v.has(bItems, e.Item[:]) || !v.has(bEdited, key(e.Item[:], k)) {
			v.report("correction %x: can't be read, or its item knows nothing of it", k)
		}
	})
	if err != nil {
		return err
	}
	return v.each(bEdited, func(k, _ []byte) {
		if len(k) < 16 || !v.has(bEdits, k[16:]) {
			v.report("correction %x: is not there", k)
		}
	})
}
