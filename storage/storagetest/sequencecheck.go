package storagetest

import (
	"fmt"
	"maps"
	"slices"

	"sluice/storage"
)

// check looks at the whole store.
func (p *play) check() {
	byStory := make(map[storage.ID][]storage.Item)
	stored := make(map[string]bool)
	for _, item := range p.items() {
		if stored[item.GUID] {
			p.Errorf("item %s is stored twice", item.GUID)
		}
		stored[item.GUID] = true
		byStory[item.Story] = append(byStory[item.Story], item)
		p.checkItem(item)
	}
	for guid, t := range p.told {
		if !t.forgotten && !stored[guid] {
			p.Errorf("item %s is lost", guid)
		}
	}
	for id, items := range byStory {
		p.checkStory(id, items)
	}
	for id := range p.stories {
		if s := p.story(id); byStory[id] == nil && !p.anyForgotten(s) {
			p.checkGivenUp(s)
		}
	}
	for _, s := range p.topicStates() {
		p.checkTopic(s)
	}
	p.checkFeeds()
}

// checkGivenUp looks at a released story without stored items.
func (p *play) checkGivenUp(s storage.Story) {
	if s.Merged.IsZero() || len(s.Tellings) > 0 {
		p.Errorf("a story that no item is in: %s", show(s))
	}
	for _, m := range s.Entries {
		if m.Withdrawn.IsZero() {
			p.Errorf("a story that no item is in stands in topic %s", m.Topic)
		}
	}
	p.checkFixed(s)
}

func (p *play) checkItem(item storage.Item) {
	t := p.told[item.GUID]
	if t == nil || t.forgotten {
		p.Fatalf("item %s is stored and should not be", item.GUID)
	}
	if t.id.IsZero() {
		t.id = item.ID
	}
	if item.ID != t.id {
		p.Errorf("item %s: id %s, was %s", item.GUID, item.ID, t.id)
	}
	if !t.story.IsZero() && item.Story != t.story {
		p.Errorf("item %s left the released story %s for %s", item.GUID, t.story, item.Story)
	}
	if item.Title != t.item.Title || item.Content != t.item.Content || !slices.Equal(item.Categories, t.item.Categories) {
		p.Errorf("item %s is not what its feed told last: %s", item.GUID, show(item))
	}
	if want := p.classify(&item); len(p.unrouted.Route) == 0 && len(differences(item.Routing, want)) > 0 {
		p.Errorf("item %s has the verdict %s, want %s", item.GUID, show(item.Routing), show(want))
	}
}

func (p *play) checkStory(id storage.ID, items []storage.Item) {
	s := p.story(id)
	if s.ID != id {
		p.Fatalf("story %s calls itself %s", id, s.ID)
	}
	told := make(map[storage.ID]bool)
	for _, t := range s.Tellings {
		if told[t.Item] {
			p.Errorf("story %s tells item %s twice", id, t.Item)
		}
		told[t.Item] = true
	}
	for _, item := range items {
		if !told[item.ID] {
			p.Errorf("item %s says that it is in story %s, which does not know it", item.GUID, id)
		}
		if item.Title != items[0].Title && !p.joined {
			p.Errorf("story %s holds %s and %s", id, item.Title.Value, items[0].Title.Value)
		}
		delete(told, item.ID)
	}
	for rest := range told {
		if !p.isForgotten(rest) {
			p.Errorf("story %s tells item %s, which is in another", id, rest)
		}
	}
	if s.Released.IsZero() {
		if s.EntryID != "" || len(s.Entries) > 0 {
			p.Errorf("an unreleased story has a published part: %s", show(s))
		}
		return
	}
	for _, item := range items {
		p.told[item.GUID].story = id
	}
	p.checkFixed(s)
}

func (p *play) isForgotten(id storage.ID) bool {
	for _, t := range p.told {
		if t.id == id {
			return t.forgotten
		}
	}
	return false
}

// checkFixed holds a released story against what it was before.
func (p *play) checkFixed(s storage.Story) {
	f, ok := p.stories[s.ID]
	if !ok {
		f = fix{id: s.EntryID, published: s.Published, members: make(map[string]storage.Membership)}
	}
	if s.EntryID != f.id || !s.Published.Equal(f.published) || s.Updated.Before(f.updated) {
		p.Errorf("story %s has id %s, published %v, updated %v; had %s, %v, %v", s.ID, s.EntryID, s.Published, s.Updated, f.id, f.published, f.updated)
	}
	f.updated = s.Updated
	if holder, ok := p.ids[s.EntryID]; ok && holder != s.ID {
		p.Errorf("id %s is story %s's and story %s's", s.EntryID, holder, s.ID)
	}
	p.ids[s.EntryID] = s.ID
	seen := make(map[string]bool)
	for _, m := range s.Entries {
		if seen[m.Topic] {
			p.Errorf("story %s is in topic %s twice", s.ID, m.Topic)
		}
		seen[m.Topic] = true
		if old, ok := f.members[m.Topic]; ok && (m.Number != old.Number || m.Place != old.Place || !m.Entered.Equal(old.Entered)) {
			p.Errorf("story %s in topic %s: %s, was %s", s.ID, m.Topic, show(m), show(old))
		}
		p.checkChoice(s, m, f.members[m.Topic])
		f.members[m.Topic] = m
		number := fmt.Sprint(m.Topic, " ", m.Number)
		if holder, ok := p.numbers[number]; ok && holder != s.ID {
			p.Errorf("number %s is story %s's and story %s's", number, holder, s.ID)
		}
		p.numbers[number] = s.ID
	}
	for topic := range f.members {
		if !seen[topic] && !p.anyForgotten(s) {
			p.Errorf("story %s has lost its number in %s", s.ID, topic)
		}
	}
	p.stories[s.ID] = f
}

func (p *play) anyForgotten(s storage.Story) bool {
	for _, t := range p.told {
		if t.forgotten && t.story == s.ID {
			return true
		}
	}
	return false
}

// checkTopic holds a topic's entries against its state, and against what was
// shown when they last changed: only Release and Prune change them.
func (p *play) checkTopic(s storage.TopicState) {
	list := p.entries(s.Name)
	if s.Live != len(list) {
		p.Errorf("topic %s counts %d entries and has %d", s.Name, s.Live, len(list))
	}
	if !slices.Equal(numbersOf(list), numbersOf(p.stood[s.Name])) {
		p.Errorf("entries of %s came or went without Release: %v, were %v", s.Name, numbersOf(list), numbersOf(p.stood[s.Name]))
	}
	same(p.world, "entries of "+s.Name+", of whose change no delta told", p.reduced(s.Name), p.shown[s.Name])
	p.checkShown(s.Name, list)
	for i, e := range list {
		if e.Number > s.Last || e.Number == 0 {
			p.Errorf("topic %s: number %d of %d", s.Name, e.Number, s.Last)
		}
		if e.Item.Story != e.Story {
			p.Errorf("topic %s: entry %d shows an item of another story", s.Name, e.Number)
		}
		if i > 0 && !before(list[i-1].Place, e.Place) {
			p.Errorf("topic %s: entry %d stands before entry %d", s.Name, list[i-1].Number, e.Number)
		}
	}
	if want := len(p.unrouted.Route) == 0 || !slices.Contains(p.unrouted.Route, s.Name); s.Routed != want {
		p.Errorf("topic %s: Routed is %v", s.Name, s.Routed)
	}
}

func before(a, b storage.Place) bool {
	if c := a.Time.Compare(b.Time); c != 0 {
		return c > 0
	}
	return slices.Compare(a.Story[:], b.Story[:]) < 0
}

// checkMembers holds, after a release, each story's standing against the
// verdicts on its items.
func (p *play) checkMembers() {
	type verdict struct{ takes, bars, stands map[string]bool }
	stories := make(map[storage.ID]verdict)
	for _, item := range p.items() {
		v, ok := stories[item.Story]
		if !ok {
			v = verdict{make(map[string]bool), make(map[string]bool), make(map[string]bool)}
			stories[item.Story] = v
		}
		for _, t := range item.Routing.Topics {
			v.takes[t] = true
		}
		for _, t := range item.Routing.Barred {
			v.bars[t] = true
		}
	}
	for _, s := range p.topicStates() {
		for _, e := range p.entries(s.Name) {
			stories[e.Story].stands[s.Name] = true
			if !slices.Contains(e.Item.Routing.Topics, s.Name) {
				p.Errorf("topic %s shows an item that it does not take: %s", s.Name, show(e.Item))
			}
		}
	}
	for id, v := range stories {
		s := p.story(id)
		if p.anyForgotten(s) {
			continue
		}
		maps.DeleteFunc(v.takes, func(topic string, _ bool) bool {
			return v.bars[topic] || s.Hidden || slices.Contains(s.HiddenIn, topic)
		})
		if !maps.Equal(v.takes, v.stands) {
			p.Errorf("story %s stands in %v, want %v", id, v.stands, v.takes)
		}
		for _, m := range s.Entries {
			if m.Withdrawn.IsZero() != v.stands[m.Topic] {
				p.Errorf("story %s: membership %s, entry stands: %v", id, show(m), v.stands[m.Topic])
			}
		}
	}
}

func (p *play) checkFeeds() {
	items := make(map[string]int)
	for _, t := range p.told {
		if !t.forgotten {
			items[t.item.Feed]++
		}
	}
	counted := 0
	for _, f := range p.states() {
		counted += f.Items
		if want := slices.ContainsFunc(p.feeds, func(s storage.FeedSpec) bool { return s.Name == f.Name }); f.Enrolled != want {
			p.Errorf("feed %s: Enrolled is %v", f.Name, f.Enrolled)
		}
	}
	stored := 0
	for _, n := range items {
		stored += n
	}
	if counted != stored {
		p.Errorf("Feeds counts %d items, %d are stored", counted, stored)
	}
}
