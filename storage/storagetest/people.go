package storagetest

import (
	"errors"
	"slices"
	"time"

	"sluice/storage"
)

func editTests() []test {
	return []test{
		{"a split gives an item a story of its own, for good", func(w *world) {
			w.twoTellings()
			old := w.entry("x", "article 1")
			d := w.edit(storage.Edit{Kind: storage.Split, Item: w.item("b", "b-1").ID})
			if !d.Pending || !slices.Equal(d.Topics, []string{"x"}) || d.Withdrawn != 0 {
				w.Errorf("Edit: %s", show(d))
			}
			w.apart()
			w.standing("x", []storage.Entry{old})
			if s := w.storyOf("b", 1); s.ID != d.Story || !s.Released.IsZero() || s.Tellings[0].Why.Layer != "first" {
				w.Errorf("the new story: %s", show(s))
			}
			w.wait(time.Hour)
			if r := w.release(); r.Released != 1 {
				w.Errorf("Release: %s", show(r))
			}
			w.apart()
			if list := w.entries("x"); len(list) != 2 || list[0].Item.Feed != "b" || len(list[0].Others)+len(list[1].Others) != 0 {
				w.Errorf("entries: %s", show(list))
			}
			w.standing("x", []storage.Entry{old})
			w.reopen()
			w.wait(time.Hour)
			w.poll("b", tagged(write(article("b", 1), "article 1", 3), "x"))
			w.poll("a", tagged(write(article("a", 1), "article 1", 3), "x"))
			w.release()
			w.apart()
		}},
		{"the first telling keeps the story, and the others leave together", func(w *world) {
			w.twoTellings()
			w.poll("c", tagged(article("c", 1), "x"))
			w.release()
			id := w.storyOf("a", 1).ID
			d := w.edit(storage.Edit{Kind: storage.Split, Item: w.item("a", "a-1").ID})
			if d.Story != id || d.Other != w.storyOf("b", 1).ID || d.Other != w.storyOf("c", 1).ID {
				w.Errorf("Edit: %s, the story was %s", show(d), id)
			}
		}},
		{"a merge keeps the story that was released first and withdraws the other", func(w *world) {
			w.twoStories()
			first, second := w.entry("x", "article 1"), w.entry("x", "article 2")
			w.wait(time.Hour)
			d := w.edit(storage.Edit{Kind: storage.Merge, Item: w.item("b", "b-2").ID, Other: w.item("a", "a-1").ID, Reason: "a copy"})
			if d.Withdrawn != 1 || !slices.Equal(d.Topics, []string{"x"}) || d.Story != first.Story || d.Other != second.Story {
				w.Errorf("Edit: %s", show(d))
			}
			w.standing("x", []storage.Entry{first})
			if list := w.entries("x"); len(list) != 1 || len(list[0].Others) != 1 {
				w.Errorf("entries: %s", show(list))
			}
			same(w, "tombstones", w.withdrawn("x", 10), []storage.Tombstone{{ID: second.ID, Number: second.Number, Withdrawn: w.now, Revision: w.topic("x").Revision}})
			s := w.storyOf("b", 2)
			if s.ID != first.Story || s.Tellings[1].Why.Layer != "person" {
				w.Errorf("the story: %s", show(s))
			}
			if len(s.Edits) != 1 || s.Edits[0].Reason != "a copy" || s.Edits[0].Kind != storage.Merge || !s.Edits[0].Time.Equal(w.now) {
				w.Errorf("its corrections: %s", show(s.Edits))
			}
			if given := w.story(second.Story); given.Merged != first.Story || len(given.Tellings) != 0 || given.EntryID != second.ID {
				w.Errorf("the story that was given up: %s", show(given))
			}
			if item, err := w.store.Find(w.ctx, storage.Ref{Text: second.ID}); err != nil || item.Story != first.Story {
				w.Errorf("Find by the withdrawn entry's id: %s, %v", show(item), err)
			}
			w.reopen()
			w.poll("b", tagged(write(article("b", 2), "article 2", 2), "x"))
			w.release()
			if list := w.entries("x"); len(list) != 1 {
				w.Errorf("entries after a save: %s", show(list))
			}
			w.wait(time.Hour)
			d = w.edit(storage.Edit{Kind: storage.Split, Item: w.item("b", "b-2").ID})
			if d.Story != second.Story || d.Pending {
				w.Errorf("Edit: %s", show(d))
			}
			w.standing("x", []storage.Entry{first, second})
			same(w, "tombstones", w.withdrawn("x", 10), []storage.Tombstone(nil))
		}},
		{"what came by a merge leaves together", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x"))
			w.release()
			w.wait(time.Hour)
			w.poll("b", tagged(article("b", 2), "x"))
			w.poll("c", tagged(article("c", 2), "x"))
			w.release()
			second := w.storyOf("b", 2).ID
			w.edit(storage.Edit{Kind: storage.Merge, Item: w.item("a", "a-1").ID, Other: w.item("b", "b-2").ID})
			w.edit(storage.Edit{Kind: storage.Split, Item: w.item("c", "c-2").ID})
			if w.storyOf("b", 2).ID != second || w.storyOf("c", 2).ID != second || w.storyOf("a", 1).ID == second {
				w.Errorf("the stories: %s, %s", show(w.storyOf("b", 2)), show(w.storyOf("a", 1)))
			}
		}},
		{"hide withdraws a story whatever joins it, and unhide brings it back", func(w *world) {
			w.twoTellings()
			old := w.entry("x", "article 1")
			w.wait(time.Hour)
			d := w.edit(storage.Edit{Kind: storage.Hide, Item: w.item("b", "b-1").ID})
			if d.Withdrawn != 1 || !slices.Equal(d.Topics, []string{"x"}) || !w.storyOf("a", 1).Hidden {
				w.Errorf("Edit: %s", show(d))
			}
			if d := w.edit(storage.Edit{Kind: storage.Hide, Item: w.item("a", "a-1").ID}); !d.Unchanged {
				w.Errorf("Edit again: %s", show(d))
			}
			w.reopen()
			w.wait(time.Hour)
			w.poll("c", tagged(article("c", 1), "x", "y"))
			w.poll("a", tagged(write(article("a", 1), "article 1", 2), "x", "y"))
			w.release()
			w.together("a", "b", "c")
			if len(w.entries("x"))+len(w.entries("y")) != 0 || len(w.withdrawn("x", 10)) != 1 {
				w.Errorf("entries: %s", show(w.entries("x")))
			}
			w.edit(storage.Edit{Kind: storage.Unhide, Item: w.item("a", "a-1").ID})
			w.standing("x", []storage.Entry{old})
			if list := w.entries("y"); len(list) != 1 || !list[0].Place.Time.Equal(list[0].Published) {
				w.Errorf("entries of y: %s", show(list))
			}
		}},
		{"hide in one topic leaves the others alone, also before the release", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x", "y"))
			id := w.item("a", "a-1").ID
			w.edit(storage.Edit{Kind: storage.Hide, Item: id, Topic: "x"})
			w.release()
			if len(w.entries("x")) != 0 || len(w.entries("y")) != 1 {
				w.Errorf("entries: x %s, y %s", show(w.entries("x")), show(w.entries("y")))
			}
			same(w, "topics that it is hidden in", w.storyOf("a", 1).HiddenIn, []string{"x"})
			w.edit(storage.Edit{Kind: storage.Unhide, Item: id, Topic: "x"})
			if len(w.entries("x")) != 1 {
				w.Errorf("entries: %s", show(w.entries("x")))
			}
		}},
		{"a hidden story stays hidden when a topic returns to the config", func(w *world) {
			w.begin()
			w.poll("a", tagged(article("a", 1), "x", "y"))
			w.release()
			all := w.topics
			w.topics = all[:1]
			w.enrol()
			w.edit(storage.Edit{Kind: storage.Hide, Item: w.item("a", "a-1").ID})
			w.topics = all
			w.enrol()
			w.release()
			if list := w.entries("y"); len(list) != 0 {
				w.Errorf("entries of y: %s", show(list))
			}
		}},
		{"what can't be is refused and changes nothing", func(w *world) {
			w.twoStories()
			a, b := w.item("a", "a-1").ID, w.item("b", "b-2").ID
			w.edit(storage.Edit{Kind: storage.Hide, Item: b})
			for _, e := range []storage.Edit{
				{Kind: storage.Split, Item: a},
				{Kind: storage.Merge, Item: a, Other: b},
				{Kind: storage.Unhide, Item: b, Topic: "x"},
				{Kind: "sell", Item: a},
			} {
				e.Time = w.now
				var refused *storage.EditError
				if _, err := w.store.Edit(w.ctx, e); !errors.As(err, &refused) || refused.Text == "" {
					w.Errorf("%s: %v, want an EditError", show(e), err)
				}
			}
			for _, e := range []storage.Edit{
				{Kind: storage.Hide, Item: storage.ID{1}},
				{Kind: storage.Merge, Item: a, Other: storage.ID{1}},
				{Kind: storage.Hide, Item: a, Topic: "nothing"},
			} {
				e.Time = w.now
				if _, err := w.store.Edit(w.ctx, e); !errors.Is(err, storage.ErrNotFound) {
					w.Errorf("%s: %v, want ErrNotFound", show(e), err)
				}
			}
			if d := w.edit(storage.Edit{Kind: storage.Merge, Item: a, Other: a}); !d.Unchanged {
				w.Errorf("a merge with itself: %s", show(d))
			}
			if list := w.entries("x"); len(list) != 1 || len(w.storyOf("b", 2).Edits) != 1 {
				w.Errorf("entries: %s", show(list))
			}
		}},
	}
}

// edit carries out a correction now.
func (w *world) edit(e storage.Edit) storage.Edited {
	w.Helper()
	e.Time = w.now
	d, err := w.store.Edit(w.ctx, e)
	if err != nil {
		w.Fatalf("Edit %s: %v", show(e), err)
	}
	if !slices.IsSorted(d.Topics) {
		w.Errorf("Edit: Topics %q are not sorted", d.Topics)
	}
	return d
}

// twoTellings makes x hold article 1, told by feeds a and b.
func (w *world) twoTellings() {
	w.Helper()
	w.begin()
	w.poll("a", tagged(article("a", 1), "x"))
	w.release()
	w.wait(time.Hour)
	w.poll("b", tagged(article("b", 1), "x"))
	w.release()
	w.together("a", "b")
}

// twoStories makes x hold article 1 of feed a, then article 2 of feed b.
func (w *world) twoStories() {
	w.Helper()
	w.begin()
	w.poll("a", tagged(article("a", 1), "x"))
	w.release()
	w.wait(time.Hour)
	w.poll("b", tagged(article("b", 2), "x"))
	w.release()
}
