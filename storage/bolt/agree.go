package bolt

import (
	"bytes"
	"cmp"

	"sluice/storage"
	"sluice/storage/story"
)

// A match is a story that an arrival may tell.
type match struct {
	belonging
	first     storage.ID // its first telling
	published int64      // of that
}

// better orders matches by how well they agree, then by age, then by id, so
// that the choice depends on nothing else.
func (m *match) better(o *match) bool {
	return cmp.Or(
		cmp.Compare(o.why.Title, m.why.Title),
		cmp.Compare(o.why.Containment, m.why.Containment),
		cmp.Compare(m.published, o.published),
		bytes.Compare(m.first[:], o.first[:]),
	) < 0
}

// best returns the story among those of the candidates that an arrival tells,
// nil if it is new: its candidate and its first telling must both agree,
// within the window from the first telling.
func (g *grouping) best(i int, candidates []storage.ID) (best *match, err error) {
	seen := make(map[storage.ID]bool)
	for _, other := range candidates {
		m, err := g.storyOf(i, other)
		if err != nil {
			return nil, err
		}
		if m == nil || seen[m.first] {
			continue
		}
		agreed, err := g.agreement(i, other, m)
		if err != nil {
			return nil, err
		}
		if !agreed {
			continue
		}
		seen[m.first] = true
		if best == nil || m.better(best) {
			best = m
		}
	}
	return best, nil
}

// storyOf returns the story of a candidate, nil if an arrival may not join it.
func (g *grouping) storyOf(i int, other storage.ID) (*match, error) {
	m := &match{belonging: belonging{head: -1}}
	if j, arrived := g.at[other]; arrived && !g.found[j].fixed {
		m.head, m.story = g.found[j].head, g.found[j].story
	} else {
		r, err := g.record(other)
		if err != nil || r.Forgotten {
			return nil, err
		}
		m.story = r.Story
	}
	if m.head >= 0 {
		m.first, m.published = g.list[m.head].id, g.list[m.head].published
		if m.head != g.at[other] && g.at[other] > i {
			return nil, nil
		}
	} else {
		st, err := g.story(m.story)
		if err != nil {
			return nil, err
		}
		m.first = st.Tellings[0].Item
		if j, arrived := g.at[m.first]; arrived && !g.found[j].fixed {
			return nil, nil
		}
		r, err := g.record(m.first)
		if err != nil || r.Forgotten {
			return nil, err
		}
		m.published = published(r).time().UnixMicro()
	}
	if apart := g.list[i].published - m.published; max(apart, -apart) > g.window.Microseconds() {
		return nil, nil
	}
	return m, nil
}

// agreement compares an arrival with a candidate and with the first telling of
// its story. A candidate that does not share the link must be the first itself.
func (g *grouping) agreement(i int, other storage.ID, m *match) (ok bool, err error) {
	if other != m.first {
		r, err := g.record(other)
		if err != nil {
			return false, err
		}
		if r.PrintURL.IsZero() || r.PrintURL != g.list[i].url {
			return false, nil
		}
		if _, ok, err := g.agree(i, other); err != nil || !ok {
			return false, err
		}
	}
	m.why, ok, err = g.agree(i, m.first)
	return ok, err
}

func (g *grouping) agree(i int, other storage.ID) (why storage.Joining, ok bool, err error) {
	r, err := g.record(g.list[i].id)
	if err != nil {
		return why, false, err
	}
	or, err := g.record(other)
	if err != nil {
		return why, false, err
	}
	if apart, err := g.isApart(or); err != nil || apart {
		return why, false, err
	}
	p, err := g.print(g.list[i].id, r)
	if err != nil {
		return why, false, err
	}
	op, err := g.print(other, or)
	if err != nil {
		return why, false, err
	}
	why, ok = story.Agree(*p, *op, between(r, or))
	return why, ok, nil
}

// record returns an item's record, which is read once.
func (g *grouping) record(id storage.ID) (*itemRecord, error) {
	if r := g.records[id]; r != nil {
		return r, nil
	}
	r, err := g.item(id)
	if err == nil {
		g.records[id] = r
	}
	return r, err
}

func (g *grouping) print(id storage.ID, r *itemRecord) (*storage.Print, error) {
	if p := g.prints[id]; p != nil {
		return p, nil
	}
	p, err := g.tx.print(id, r)
	if len(g.prints) >= maxPrints {
		clear(g.prints)
	}
	g.prints[id] = &p
	return &p, err
}

// between is what is known of two items beside their prints.
func between(a, b *itemRecord) story.Between {
	return story.Between{SameFeed: a.Feed == b.Feed, Apart: published(a).time().Sub(published(b).time()).Abs()}
}
