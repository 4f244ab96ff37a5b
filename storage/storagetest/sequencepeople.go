package storagetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"sluice/storage"
)

func (p *play) drawItem(rt *rapid.T, label string) storage.Item {
	list := p.items()
	if len(list) == 0 {
		rt.Skip("nothing is stored")
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(rt, label)]
}

// drawBack decides whether a correction is followed by its reverse. What else
// would change entries with it is done before.
func (p *play) drawBack(rt *rapid.T) bool {
	if !rapid.Bool().Draw(rt, "and back") || len(p.unrouted.Route) > 0 {
		return false
	}
	p.releaseAll()
	return true
}

func (p *play) drawSplit(rt *rapid.T) {
	back := p.drawBack(rt)
	item := p.drawItem(rt, "item")
	before := p.records()
	d, ok := p.correct(storage.Edit{Kind: storage.Split, Item: item.ID})
	if !ok {
		if len(p.told[item.GUID].tellings(p)) > 1 {
			p.Errorf("a split was refused")
		}
		return
	}
	p.divided = true
	if back {
		p.correct(storage.Edit{Kind: storage.Merge, Item: p.story(d.Story).Tellings[0].Item, Other: p.story(d.Other).Tellings[0].Item})
		if !p.mixed(d) {
			p.undone("a split and a merge", before)
		}
		p.joined = true
	}
}

func (p *play) drawMerge(rt *rapid.T) {
	back := p.drawBack(rt)
	a, b := p.drawItem(rt, "item"), p.drawItem(rt, "other")
	before := p.records()
	d, ok := p.correct(storage.Edit{Kind: storage.Merge, Item: a.ID, Other: b.ID})
	if !ok || d.Unchanged {
		return
	}
	p.joined = true
	if back {
		came := a
		if a.Story == d.Story {
			came = b
		}
		p.correct(storage.Edit{Kind: storage.Split, Item: came.ID})
		p.undone("a merge and a split", before)
		p.divided = true
	}
}

// mixed reports whether a split brought a story back that an earlier merge had
// given up: then merging the two again may keep either.
func (p *play) mixed(d storage.Edited) bool {
	_, released := p.stories[d.Other]
	_, back := p.stories[d.Story]
	return released && back
}

func (p *play) drawHide(rt *rapid.T) {
	topic := rapid.SampledFrom([]string{"", "x", "y"}).Draw(rt, "topic")
	p.correct(storage.Edit{Kind: storage.Hide, Item: p.drawItem(rt, "item").ID, Topic: topic})
}

func (p *play) drawUnhide(rt *rapid.T) {
	topic := rapid.SampledFrom([]string{"", "", "x"}).Draw(rt, "topic")
	p.correct(storage.Edit{Kind: storage.Unhide, Item: p.drawItem(rt, "item").ID, Topic: topic})
}

// drawErase erases what an item and all that are in its story say, seldom.
func (p *play) drawErase(rt *rapid.T) {
	if rapid.IntRange(0, 3).Draw(rt, "erase") > 0 {
		rt.Skip("not now")
	}
	id := p.drawItem(rt, "item").ID
	before := p.items()
	d, ok := p.correct(storage.Edit{Kind: storage.Erase, Item: id, Reason: "an order"})
	if !ok {
		p.Fatalf("an erasure was refused")
	}
	stored := make(map[storage.ID]bool)
	for _, item := range p.items() {
		stored[item.ID] = true
	}
	if stored[id] {
		p.Errorf("the erased item is stored still")
	}
	for _, item := range before {
		if stored[item.ID] {
			continue
		}
		t := p.told[item.GUID]
		t.forgotten, t.story, p.erased[item.Title.Value] = true, d.Story, true
	}
}

// correct carries out a correction, unless it is refused, and holds what
// changed against what Edit says.
func (p *play) correct(e storage.Edit) (storage.Edited, bool) {
	e.Time = p.now
	d, err := p.store.Edit(p.ctx, e)
	var refused *storage.EditError
	if errors.As(err, &refused) {
		return d, false
	}
	if err != nil {
		p.Fatalf("Edit %s: %v", show(e), err)
	}
	p.held("Edit", d.Delta)
	maps.Copy(p.stood, p.shown)
	for _, t := range p.told {
		if !t.forgotten {
			t.story = storage.ID{} // people may move what is released
		}
	}
	return d, true
}

// tellings gives the stored items of the story that t is in.
func (t *telt) tellings(p *play) (list []storage.Telling) {
	for _, item := range p.items() {
		if item.ID == t.id {
			return p.story(item.Story).Tellings
		}
	}
	return nil
}

// records gives what a correction and its reverse must leave as it is: which
// items are together, and the entries that stand.
func (p *play) records() []string {
	groups := make(map[storage.ID][]string)
	for _, item := range p.items() {
		groups[item.Story] = append(groups[item.Story], item.ID.String())
	}
	var out []string
	for _, items := range groups {
		slices.Sort(items)
		out = append(out, fmt.Sprint("together: ", items))
	}
	ids := make(map[storage.ID]bool)
	for id := range groups {
		ids[id] = true
	}
	for id := range p.stories {
		ids[id] = true
	}
	for id := range ids {
		s := p.story(id)
		if s.Released.IsZero() {
			continue
		}
		for _, m := range s.Entries {
			if m.Withdrawn.IsZero() {
				out = append(out, fmt.Sprint(s.EntryID, " ", s.Published, " ", m.Topic, " ", m.Number, " ", m.Place, " ", m.Pick))
			}
		}
	}
	slices.Sort(out)
	return out
}

func (p *play) undone(what string, before []string) {
	same(p.world, what+" leave", p.records(), before)
}
