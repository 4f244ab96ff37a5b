package bolt

import (
	"bytes"
	"cmp"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// A match is a story that an arrival may tell.
type match struct {
	belonging
	why       storage.Joining
	first     storage.ID // its first telling
	base      storage.ID // the telling with which the arrival is compared
	published int64      // of that
	merged    bool       // the base is the candidate, which people merged into the story
	same      bool       // the base says the same, word for word
}

// better orders matches by how well they agree, then by age, then by id, so
// that the choice depends on nothing else.
func (m *match) better(o *match) bool {
	if m.same != o.same {
		return m.same
	}
	return cmp.Or(
		cmp.Compare(o.why.Title, m.why.Title),
		cmp.Compare(o.why.Containment, m.why.Containment),
		cmp.Compare(m.published, o.published),
		bytes.Compare(m.base[:], o.base[:]),
	) < 0
}

// best returns the story among those of the candidates that an arrival tells,
// nil if it is new: its candidate and its base must both agree, within the
// window from the base.
func (g *grouping) best(i int, candidates []storage.ID) (best *match, err error) {
	agreed, tried := make(map[storage.ID]bool), make(map[storage.ID]bool)
	for _, other := range candidates {
		m, err := g.storyOf(i, other)
		if err != nil {
			return nil, err
		}
		if m == nil || agreed[m.base] {
			continue
		}
		linked, err := g.linked(i, other, m)
		if err != nil {
			return nil, err
		}
		if !linked && tried[m.base] {
			continue
		}
		tried[m.base] = true
		if agreed[m.base], err = g.agreement(i, other, linked, m); err != nil {
			return nil, err
		}
		if agreed[m.base] && (best == nil || m.better(best)) {
			best = m
		}
	}
	return best, nil
}

// storyOf returns the story of a candidate, nil if an arrival may not join it.
func (g *grouping) storyOf(i int, other storage.ID) (*match, error) {
	m := &match{belonging: belonging{head: -1}}
	var err error
	if j, arrived := g.at[other]; arrived && !g.found[j].fixed {
		m.head, m.story = g.found[j].head, g.found[j].story
	} else {
		r, err := g.record(other)
		if err != nil || r.Forgotten {
			return nil, err
		}
		m.story = r.Story
	}
	if m.head >= 0 && m.head != g.at[other] && g.at[other] > i {
		return nil, nil
	}
	if m.head >= 0 {
		m.first, m.base = g.list[m.head].id, g.list[m.head].id
	} else if err = g.standingBase(m, other); err != nil || m.first.IsZero() {
		return nil, err
	}
	if j, led := g.bases[m.home()]; led && !m.merged {
		m.base = g.list[j].id
	}
	r, err := g.record(m.base)
	if err != nil || r.Forgotten {
		return nil, err
	}
	own, err := g.record(g.list[i].id)
	if err != nil {
		return nil, err
	}
	m.same = own.PrintText == r.PrintText
	m.published = published(r).time().UnixMicro()
	if apart := g.list[i].published - m.published; max(apart, -apart) > g.window.Microseconds() {
		return nil, nil
	}
	return m, nil
}

// standingBase fills the first and the base of a story that stood before. What
// people merged into it is compared with as what it was: they said that it is
// the same story. A story whose first is grouped anew has none.
func (g *grouping) standingBase(m *match, other storage.ID) error {
	st, err := g.story(m.story)
	if err != nil {
		return err
	}
	m.base = st.base()
	for _, telling := range st.Tellings {
		if telling.Item == other && telling.Layer == layerPerson {
			m.base, m.merged = other, true
		}
	}
	for _, id := range [...]storage.ID{st.Tellings[0].Item, m.base} {
		if j, arrived := g.at[id]; arrived && !g.found[j].fixed {
			return nil
		}
	}
	m.first = st.Tellings[0].Item
	return nil
}

// linked reports whether an arrival may join the story of a candidate by their
// link, so that both must agree.
func (g *grouping) linked(i int, other storage.ID, m *match) (bool, error) {
	if other == m.base || g.list[i].url.IsZero() {
		return false, nil
	}
	r, err := g.record(other)
	return err == nil && r.PrintURL == g.list[i].url, err
}

// agreement compares an arrival with the base of a candidate's story, and with
// the candidate if it shares its link.
func (g *grouping) agreement(i int, other storage.ID, linked bool, m *match) (ok bool, err error) {
	if linked {
		if _, ok, err := g.agree(i, other); err != nil || !ok {
			return false, err
		}
	}
	m.why, ok, err = g.agree(i, m.base)
	return ok, err
}

// lead makes an arrival that joins a story its base, if it is the better one
// and the first telling agrees with it too.
func (g *grouping) lead(i int, m *match) error {
	p, err := g.printOf(g.list[i].id)
	if err != nil {
		return err
	}
	base, err := g.printOf(m.base)
	if err != nil {
		return err
	}
	if m.merged || !story.Leads(*p, time.UnixMicro(g.list[i].published), *base, time.UnixMicro(m.published)) {
		return nil
	}
	if m.base != m.first {
		if _, ok, err := g.agree(i, m.first); err != nil || !ok {
			return err
		}
	}
	g.bases[m.home()] = i
	return nil
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
	p, err := g.printOf(g.list[i].id)
	if err != nil {
		return why, false, err
	}
	op, err := g.printOf(other)
	if err != nil {
		return why, false, err
	}
	if why, ok = story.Agree(*p, *op, between(r, or)); ok || or.Revision <= 1 {
		return why, ok, nil
	}
	// A correction leaves the copies of what was told first behind.
	op, err = g.firstPrint(other, or)
	if err != nil || op == nil {
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

func (g *grouping) printOf(id storage.ID) (*storage.Print, error) {
	if p := g.prints[id]; p != nil {
		return p, nil
	}
	r, err := g.record(id)
	if err != nil {
		return nil, err
	}
	p, err := g.tx.print(id, r)
	if len(g.prints) >= maxPrints {
		clear(g.prints)
	}
	g.prints[id] = &p
	return &p, err
}

// firstPrint is the fingerprint of the oldest text that is kept of an item, nil
// where none is.
func (g *grouping) firstPrint(id storage.ID, r *itemRecord) (*storage.Print, error) {
	kept, err := g.revisionsOf(id)
	if err != nil || len(kept) == 0 || r.Extracted > 0 {
		return nil, err
	}
	var b bodyRecord
	if err := g.decodeBody(kept[0].record.Body, &b); err != nil {
		return nil, err
	}
	item := r.item(id, "")
	b.fill(&item)
	item.Title = storage.Text{Value: kept[0].record.Title, HTML: kept[0].record.TitleHTML}
	if r.PrintURL.IsZero() {
		item.URL = ""
	}
	p := story.Print(&item)
	return &p, nil
}

// between is what is known of two items beside their prints.
func between(a, b *itemRecord) story.Between {
	return story.Between{SameFeed: a.Feed == b.Feed, Apart: published(a).time().Sub(published(b).time()).Abs()}
}
