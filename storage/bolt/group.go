package bolt

import (
	"bytes"
	"cmp"
	"runtime"
	"slices"
	"time"

	"sluice/storage"
)

// A grouping decides in which story each arrival is, in the order of their
// dates and ids, so that the order in which they were saved decides nothing.
// Deciding only reads; apply writes what was decided.
type grouping struct {
	*tx
	index   *index
	window  time.Duration
	list    []arrival // by date, then id
	known   []arrival // those that are not grouped
	kept    []arrival // those that are grouped by a later release, again or at all
	held    map[storage.ID]bool
	at      map[storage.ID]int
	alike   []uint64 // the arrivals that are worth comparing: see pairOf
	found   []belonging
	why     map[int]storage.Joining // of the arrivals that joined a story
	bases   map[home]int            // the arrival that became the base of a story
	records map[storage.ID]*itemRecord
	prints  map[storage.ID]*storage.Print
}

// A belonging says what story an arrival tells.
type belonging struct {
	head  int        // the arrival that is its first telling, perhaps the item itself; -1 if the story stood before
	story storage.ID // the story that stood before
	fixed bool       // it is not to be grouped: its place in its story was settled otherwise
}

// A home names the story of a belonging: by the arrival that is its first
// telling, or as it stood before.
type home struct {
	head  int
	story storage.ID
}

func (b *belonging) home() home {
	if b.head >= 0 {
		return home{head: b.head}
	}
	return home{head: -1, story: b.story}
}

// maxPrints bounds the prints that a grouping holds.
const maxPrints = 1024

// group groups the arrivals and moves them into their stories. Those that a
// re-route touched wait for its end.
func (t *tx) group(settings settingsRecord, routing bool) (*grouping, error) {
	list, err := t.takeArrivals()
	if err != nil || settings.Window <= 0 {
		return t.newGrouping(nil, 0), err
	}
	fresh := list[:0] // there may be very many
	var known, kept []arrival
	for _, a := range list {
		waits := false
		if routing && a.flags&arrivalKnown == 0 {
			if waits, err = t.awaitsRoute(a.id); err != nil {
				return nil, err
			}
		}
		switch {
		case waits:
			kept = append(kept, a)
		case a.flags&arrivalKnown != 0:
			known = append(known, a)
		default:
			fresh = append(fresh, a)
		}
	}
	g := t.newGrouping(fresh, time.Duration(settings.Window))
	g.known, g.kept = known, kept
	if err := g.decide(); err != nil {
		return nil, err
	}
	return g, g.apply()
}

// largeGrouping is how many arrivals make a step worth a collection before it.
const largeGrouping = 50_000

// collect frees what the step before left, if many arrivals are grouped. The
// heap may double before that happens by itself, and each step takes much anew.
func collect(arrivals int) {
	if arrivals > largeGrouping {
		runtime.GC()
	}
}

func (t *tx) awaitsRoute(id storage.ID) (bool, error) {
	r, err := t.item(id)
	if err != nil {
		return false, err
	}
	v := t.get(bPending, r.Story[:])
	return len(v) == 1 && v[0]&pendingRoute != 0, nil
}

func (t *tx) newGrouping(list []arrival, window time.Duration) *grouping {
	slices.SortFunc(list, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(a.published, b.published), bytes.Compare(a.id[:], b.id[:]))
	})
	g := &grouping{
		tx: t, index: t.contentIndex(), window: window, list: list,
		at: make(map[storage.ID]int, len(list)), found: make([]belonging, len(list)),
		why: make(map[int]storage.Joining), bases: make(map[home]int),
		held: make(map[storage.ID]bool), records: make(map[storage.ID]*itemRecord), prints: make(map[storage.ID]*storage.Print),
	}
	for i := range list {
		g.at[list[i].id] = i
	}
	collect(len(list))
	g.pair(uint32(len(list)/pairPart + 1))
	return g
}

// decide finds the story of each arrival.
func (g *grouping) decide() error {
	for i := range g.list {
		if g.list[i].flags&arrivalGrouped == 0 {
			continue
		}
		var err error
		if g.found[i].fixed, err = g.isFixed(i); err != nil {
			return err
		}
	}
	for i := range g.list {
		g.found[i].head = i
		candidates, err := g.candidates(i)
		if err != nil {
			return err
		}
		if len(candidates) == 0 || g.found[i].fixed {
			continue
		}
		if g.found[i].fixed, err = g.isFixed(i); err != nil {
			return err
		}
		if g.found[i].fixed {
			continue
		}
		best, err := g.best(i, candidates)
		if err != nil {
			return err
		}
		if best == nil {
			continue
		}
		g.found[i], g.why[i] = best.belonging, best.why
		if err := g.lead(i, best); err != nil {
			return err
		}
	}
	return nil
}

// isFixed reports whether an arrival's place in its story is not for a
// grouping to choose any more, or its feed tells stories of its own.
func (g *grouping) isFixed(i int) (bool, error) {
	r, err := g.record(g.list[i].id)
	if err != nil {
		return false, err
	}
	st, err := g.story(r.Story)
	if err != nil {
		return false, err
	}
	apart, err := g.isApart(r)
	fresh := slices.ContainsFunc(st.Tellings, func(t tellingRecord) bool { return t.Item == g.list[i].id && t.Fresh })
	return apart || !fresh, err
}

func (t *tx) isApart(r *itemRecord) (bool, error) {
	f, err := t.feed(r.Feed)
	if err != nil {
		return false, err
	}
	return f.Apart, nil
}

// apply moves each arrival into the story that was found for it: first all that
// move leave theirs, then they join in their order. Then the stories learn
// which telling is their base.
func (g *grouping) apply() error {
	joined := make(map[int]micros)
	for i := range g.list {
		moves, err := g.moves(i)
		if err != nil {
			return err
		}
		if !moves {
			continue
		}
		r, err := g.record(g.list[i].id)
		if err != nil {
			return err
		}
		if joined[i], err = g.leave(g.list[i].id, r); err != nil {
			return err
		}
	}
	for i := range g.list {
		at, moves := joined[i]
		if !moves {
			continue
		}
		id := g.list[i].id
		r := g.records[id]
		if err := g.rejoin(i, r, at); err != nil {
			return err
		}
		if err := g.save(bItems, id[:], r); err != nil {
			return err
		}
	}
	return g.applyBases()
}

func (g *grouping) applyBases() error {
	for i := range g.list {
		if !g.leads(i) {
			continue
		}
		r, err := g.record(g.list[i].id)
		if err != nil {
			return err
		}
		st, err := g.story(r.Story)
		if err != nil {
			return err
		}
		st.lead(g.list[i].id)
		if err := g.save(bStories, r.Story[:], st); err != nil {
			return err
		}
	}
	return nil
}

// leads reports whether an arrival is the base of a story whose first telling
// is another.
func (g *grouping) leads(i int) bool {
	j, led := g.bases[g.found[i].home()]
	return led && j == i
}

// rejoin puts an arrival that left its story into the one that was found.
func (g *grouping) rejoin(i int, r *itemRecord, at micros) error {
	id, v := g.list[i].id, g.found[i]
	if v.head == i {
		return g.ownStory(id, r, at.time())
	}
	if v.head >= 0 {
		head, err := g.record(g.list[v.head].id)
		if err != nil {
			return err
		}
		v.story = head.Story
	}
	return g.addTelling(v.story, g.why[i], id, r, at)
}

// moves reports whether an arrival is in another story than the one found. One
// that was not grouped before is alone in its own.
func (g *grouping) moves(i int) (bool, error) {
	a, v := &g.list[i], &g.found[i]
	if v.fixed {
		return false, nil
	}
	if a.flags&arrivalGrouped == 0 {
		return v.head != i, nil
	}
	r, err := g.record(a.id)
	if err != nil {
		return false, err
	}
	st, err := g.story(r.Story)
	if err != nil {
		return false, err
	}
	if v.head < 0 {
		return r.Story != v.story, nil
	}
	return st.Tellings[0].Item != g.list[v.head].id, nil
}

// hold notes that a story stays unreleased, so that its arrivals are grouped
// again.
func (g *grouping) hold(st *storyRecord) {
	for _, telling := range st.Tellings {
		if i, arrived := g.at[telling.Item]; arrived {
			g.list[i].flags |= arrivalGrouped
			g.kept = append(g.kept, g.list[i])
			g.held[telling.Item] = true
		}
	}
}

// finish puts the arrivals with which others are compared into the index of
// content, the first of their stories and the bases, and keeps those that are held.
func (g *grouping) finish(now time.Time) error {
	var firsts []*arrival
	for i := range g.list {
		if v := &g.found[i]; (v.head == i || v.fixed || g.leads(i)) && !g.held[g.list[i].id] {
			firsts = append(firsts, &g.list[i])
		}
	}
	for i := range g.known {
		a := &g.known[i]
		r, err := g.item(a.id)
		if err != nil {
			return err
		}
		st, err := g.story(r.Story)
		if err != nil {
			return err
		}
		if st.comparable(a.id) && !r.Forgotten {
			firsts = append(firsts, a)
		}
	}
	// A first poll of thousands of feeds brings very many arrivals.
	g.alike, g.at, g.found, g.records, g.prints = nil, nil, nil, nil, nil
	if g.window > 0 {
		collect(len(g.list))
		if err := g.index.write(firsts, now, g.window); err != nil {
			return err
		}
	}
	return g.saveArrivals(g.kept)
}
