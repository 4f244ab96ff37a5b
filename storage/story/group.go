package story

import (
	"cmp"
	"slices"
	"time"

	"sluice/storage"
)

// A Grouper groups items into stories in memory, in the order in which they
// are given, by the rules that a store keeps: to measure them. It is not safe
// for concurrent use.
type Grouper struct {
	window  time.Duration
	stories int
	items   map[storage.Key]*told
	links   map[storage.Key][]*told
	index   map[uint32][]*told // tellings with which others are compared
}

// A told is an item of a Grouper: what dedupe knows of it.
type told struct {
	feed, title  string
	at           time.Time
	first, print storage.Print // as it was first told, and as it is told now
	story        int
	head         *told // the first of its story
	base         *told // of a head: with which the others are compared
}

// NewGrouper returns a Grouper for stories whose tellings are at most window
// apart.
func NewGrouper(window time.Duration) *Grouper {
	return &Grouper{window: window,
		items: make(map[storage.Key]*told),
		links: make(map[storage.Key][]*told),
		index: make(map[uint32][]*told),
	}
}

// Add returns the number of the story that the item tells, from 0 in the
// order of their first tellings. An item that was added before, by feed and
// identity, stays in its story and is taken as it is now.
func (g *Grouper) Add(item *storage.Item) int { return g.add(item, Print(item)) }

func (g *Grouper) add(item *storage.Item, print storage.Print) int {
	key := storage.Key(Hash(item.Feed, string(item.Identity.Key[:])))
	if known := g.items[key]; known != nil {
		known.print = print
		return known.story
	}
	t := &told{feed: item.Feed, title: item.Title.Value, at: Published(item), first: print, print: print}
	g.items[key] = t
	if !print.URL.IsZero() {
		g.links[print.URL] = append(g.links[print.URL], t)
	}
	if head := g.best(t); head != nil {
		t.head, t.story = head, head.story
		g.lead(t)
		return t.story
	}
	t.head, t.base, t.story = t, t, g.stories
	g.stories++
	g.enter(t)
	return t.story
}

// best returns the first telling of the story that t tells, nil if it is new.
func (g *Grouper) best(t *told) *told {
	var best *told
	var score storage.Joining
	exact := false // it says the same, word for word
	tried := make(map[*told]bool)
	try := func(head *told) {
		if tried[head] || t.at.Sub(head.base.at).Abs() > g.window {
			return
		}
		tried[head] = true
		why, ok := t.agrees(head.base)
		same := t.print.Text == head.base.print.Text
		if ok && (best == nil || same && !exact || same == exact && (why.Title > score.Title || why.Title == score.Title && why.Containment > score.Containment)) {
			best, score, exact = head, why, same
		}
	}
	for _, other := range g.sharers(t) {
		if _, ok := t.agrees(other); ok {
			try(other.head)
		}
	}
	for _, other := range g.alike(t) {
		try(other.head)
	}
	return best
}

// lead makes t the telling of its story with which others are compared, if it
// is the better one and the first agrees with it.
func (g *Grouper) lead(t *told) {
	base := t.head.base
	if !Leads(t.print, t.at, base.print, base.at) {
		return
	}
	if base != t.head {
		if _, ok := t.agrees(t.head); !ok {
			return
		}
	}
	t.head.base = t
	g.enter(t)
}

// enter puts a telling into the index.
func (g *Grouper) enter(t *told) {
	for _, keys := range [...][]uint32{t.print.Sketch, t.print.Pages} {
		for _, k := range keys {
			i, _ := slices.BinarySearchFunc(g.index[k], t, func(a, b *told) int {
				return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.story, b.story))
			})
			g.index[k] = slices.Insert(g.index[k], i, t)
		}
	}
}

// alike returns the indexed tellings within the window that may be told again
// by t, in their order.
func (g *Grouper) alike(t *told) []*told {
	shared := make(map[*told]int)
	for _, k := range t.print.Sketch {
		for _, head := range g.nearest(k, t.at) {
			shared[head]++
		}
	}
	for _, k := range t.print.Pages {
		for _, head := range g.nearest(k, t.at) {
			shared[head] += sketchShared
		}
	}
	var heads []*told
	for head, n := range shared {
		if Alike(n, len(t.print.Sketch), len(head.print.Sketch)) {
			heads = append(heads, head)
		}
	}
	slices.SortFunc(heads, func(a, b *told) int { return cmp.Or(cmp.Compare(a.story, b.story), a.at.Compare(b.at)) })
	return heads
}

// nearest returns the MaxCandidates tellings under a key that are nearest
// in time.
func (g *Grouper) nearest(key uint32, at time.Time) []*told {
	list := g.index[key]
	if len(list) <= MaxCandidates {
		return list
	}
	i, _ := slices.BinarySearchFunc(list, at, func(head *told, at time.Time) int { return head.at.Compare(at) })
	list = list[max(0, i-MaxCandidates):min(len(list), i+MaxCandidates)]
	for len(list) > MaxCandidates {
		if first, last := list[0], list[len(list)-1]; at.Sub(first.at) > last.at.Sub(at) {
			list = list[1:]
		} else {
			list = list[:len(list)-1]
		}
	}
	return list
}

// sharers returns the other items under t's link, none if it is a general one.
func (g *Grouper) sharers(t *told) []*told {
	others := g.links[t.print.URL]
	var titles []string
	for _, o := range others {
		if o.feed == t.feed && !slices.Contains(titles, o.title) {
			titles = append(titles, o.title)
		}
	}
	if len(titles) > maxTitles || len(others) == 0 {
		return nil
	}
	return others[:len(others)-1]
}

// agrees compares t with another item as it is now or was first told: a
// correction leaves the copies of the first version behind.
func (t *told) agrees(o *told) (storage.Joining, bool) {
	between := Between{SameFeed: t.feed == o.feed, Apart: t.at.Sub(o.at).Abs()}
	why, ok := Agree(t.print, o.print, between)
	if !ok && o.first.Text != o.print.Text {
		why, ok = Agree(t.print, o.first, between)
	}
	return why, ok
}
