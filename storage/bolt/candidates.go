package bolt

import (
	"bytes"
	"slices"

	"sluice/storage"
	"sluice/storage/story"
)

// pair finds the arrivals that share hashes. Of those that share one, each is
// compared with the few before it.
func (g *grouping) pair() {
	g.alike = make([][]int, len(g.list))
	var postings []uint64
	for i := range g.list {
		for _, k := range g.list[i].sketch {
			postings = append(postings, uint64(k)<<32|uint64(i)<<1)
		}
		for _, k := range g.list[i].pages {
			postings = append(postings, uint64(k)<<32|uint64(i)<<1|1)
		}
	}
	slices.Sort(postings)
	for n, p := range postings {
		i := int(uint32(p) >> 1)
		for m := n - 1; m >= max(0, n-story.MaxCandidates) && postings[m]>>32 == p>>32; m-- {
			j := int(uint32(postings[m]) >> 1)
			if g.list[i].published-g.list[j].published > g.window.Microseconds() {
				break
			}
			if j == i {
				continue
			}
			g.alike[i] = append(g.alike[i], j)
			if p&1 == 1 && postings[m]&1 == 1 {
				g.alike[i] = append(g.alike[i], j, j) // a page is enough by itself
			}
		}
	}
}

// candidates returns the items with which an arrival is worth comparing, by
// content or by their links, sorted.
func (g *grouping) candidates(i int) (ids []storage.ID, err error) {
	a := &g.list[i]
	add := func(id storage.ID) {
		if id != a.id && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	err = counted(g.alike[i], func(j, n int) error {
		if (g.found[j].head == j || g.leads(j)) && story.Alike(n, len(a.sketch), len(g.list[j].sketch)) {
			add(g.list[j].id)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := g.index.alike(a, g.window, func(e segmentEntry) error { add(e.item); return nil }); err != nil {
		return nil, err
	}
	if !a.url.IsZero() && g.sharesLink(a.url) {
		r, err := g.record(a.id)
		if err != nil {
			return nil, err
		}
		others, err := g.sharers(a.id, r)
		if err != nil {
			return nil, err
		}
		for id := range others {
			if j, arrived := g.at[id]; !arrived || j < i || g.found[j].fixed {
				add(id)
			}
		}
	}
	sortIDs(ids)
	return ids, nil
}

// sharesLink reports whether more than one item has the link.
func (t *tx) sharesLink(url storage.Key) bool {
	c := t.bucket(bURLs).Cursor()
	n := 0
	for k, _ := c.Seek(url[:]); k != nil && bytes.HasPrefix(k, url[:]) && n < 2; k, _ = c.Next() {
		n++
	}
	return n > 1
}
