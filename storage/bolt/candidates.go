package bolt

import (
	"bytes"
	"slices"

	"sluice/storage"
	"sluice/storage/story"
)

// A pair of arrivals that share hashes is one number, so that very many take
// little room: the later one, the earlier one, and how many they share.
const (
	pairBits    = 28 // of each arrival
	sharedBits  = 8
	maxArrivals = 1 << pairBits
	pairPart    = 1 << 14 // arrivals whose hashes are sorted at once
)

func pairOf(later, earlier, shared int) uint64 {
	return uint64(later)<<(pairBits+sharedBits) | uint64(earlier)<<sharedBits | uint64(shared)
}

func parted(pair uint64) (later, earlier, shared int) {
	return int(pair >> (pairBits + sharedBits)), int(pair >> sharedBits & (maxArrivals - 1)), int(pair & (1<<sharedBits - 1))
}

// pair finds the arrivals that are worth comparing: those that share enough
// hashes. Of those that share one, each is paired with the few before it.
//
// A first poll of thousands of feeds brings more hashes and pairs than need be
// in memory: the hashes are gone through in parts, and at first pairs are only
// counted, many under one counter, so that hardly any is kept that shares too
// few.
func (g *grouping) pair(parts uint32) {
	var counters []uint8
	if parts > 1 {
		counters = make([]uint8, 1<<22)
		g.eachSharing(parts, func(pair uint64) {
			c := &counters[counterOf(pair)]
			*c = uint8(min(uint64(*c)+pair&(1<<sharedBits-1), 1<<8-1))
		}, nil)
	}
	g.eachSharing(parts, func(pair uint64) {
		if counters == nil || counters[counterOf(pair)] >= story.LeastShared {
			g.alike = append(g.alike, pair)
		}
	}, func() { g.alike = addUp(g.alike) })
	g.alike = slices.Clone(slices.DeleteFunc(g.alike, func(p uint64) bool {
		i, j, n := parted(p)
		return !story.Alike(n, len(g.list[i].sketch), len(g.list[j].sketch))
	}))
}

// counterOf spreads pairs over the counters (multiplicative hashing: Knuth, The
// Art of Computer Programming 3, 6.4).
func counterOf(pair uint64) uint64 { return pair >> sharedBits * 0x9e3779b97f4a7c15 >> (64 - 22) }

// eachSharing calls f with the pairs of arrivals that share a hash, once for
// each hash, and then, if it is given, after each part of the hashes.
func (g *grouping) eachSharing(parts uint32, f func(pair uint64), then func()) {
	var postings []uint64
	for part := range parts {
		postings = postings[:0]
		for i := range g.list {
			for page, keys := range [...][]uint32{g.list[i].sketch, g.list[i].pages} {
				for _, k := range keys {
					if k%parts == part {
						postings = append(postings, uint64(k)<<32|uint64(i)<<1|uint64(page))
					}
				}
			}
		}
		slices.Sort(postings)
		g.sharing(postings, f)
		if then != nil {
			then()
		}
	}
}

// sharing calls f with the pairs of arrivals of postings, which are sorted: a
// hash before an arrival's number and whether it is the hash of a page.
func (g *grouping) sharing(postings []uint64, f func(pair uint64)) {
	for n, p := range postings {
		i := int(uint32(p) >> 1)
		for m := n - 1; m >= max(0, n-story.MaxCandidates) && postings[m]>>32 == p>>32; m-- {
			j := int(uint32(postings[m]) >> 1)
			if g.list[i].published-g.list[j].published > g.window.Microseconds() {
				break
			}
			switch {
			case j == i:
			case p&1 == 1 && postings[m]&1 == 1:
				f(pairOf(i, j, story.PageShares))
			default:
				f(pairOf(i, j, 1))
			}
		}
	}
}

// addUp sorts pairs and makes one of those of the same arrivals.
func addUp(pairs []uint64) []uint64 {
	slices.Sort(pairs)
	out := pairs[:0]
	for _, p := range pairs {
		if last := len(out) - 1; last >= 0 && out[last]>>sharedBits == p>>sharedBits {
			i, j, n := parted(p)
			_, _, more := parted(out[last])
			out[last] = pairOf(i, j, min(n+more, 1<<sharedBits-1))
			continue
		}
		out = append(out, p)
	}
	return out
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
	from, _ := slices.BinarySearch(g.alike, pairOf(i, 0, 0))
	for _, p := range g.alike[from:] {
		later, j, _ := parted(p)
		if later != i {
			break
		}
		if g.found[j].head == j || g.leads(j) {
			add(g.list[j].id)
		}
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
