package bolt

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sluice/storage/story"
)

// Arrivals are worth comparing by what each shares with the few before it,
// however the hashes are parted.
func TestPair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []arrival
		for _, a := range drawArrivals(t, "arrivals") {
			hash := rapid.Uint32Max(5)
			a.pages = slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(hash, 0, 2).Draw(t, "pages"))))
			list = append(list, *a)
		}
		slices.SortFunc(list, func(a, b arrival) int { return int(a.published - b.published) })
		const window = 20
		want := sharers(list, window)
		for _, parts := range []uint32{1, 2, 7} {
			g := &grouping{list: list, window: window * time.Microsecond}
			g.pair(parts)
			got := map[[2]int]bool{}
			for _, p := range g.alike {
				i, j, _ := parted(p)
				got[[2]int{i, j}] = true
			}
			if len(got) != len(g.alike) || !slices.IsSorted(g.alike) {
				t.Fatalf("pairs are twice there, or not in order: %x", g.alike)
			}
			for pair, n := range want {
				if alike := story.Alike(n, len(list[pair[0]].sketch), len(list[pair[1]].sketch)); alike != got[pair] {
					t.Fatalf("%d parts: %v, which share %d, is paired: %v", parts, pair, n, got[pair])
				}
				delete(got, pair)
			}
			if len(got) > 0 {
				t.Fatalf("%d parts: %v share nothing", parts, got)
			}
		}
	})
}

// sharers counts what each two arrivals share, the plain way.
func sharers(list []arrival, window int64) map[[2]int]int {
	type posting struct {
		arrival int
		page    bool
	}
	under := map[uint32][]posting{}
	for i, a := range list {
		for page, keys := range [][]uint32{a.sketch, a.pages} {
			for _, k := range keys {
				under[k] = append(under[k], posting{i, page == 1})
			}
		}
	}
	shared := map[[2]int]int{}
	for _, postings := range under {
		slices.SortFunc(postings, func(a, b posting) int {
			if a.arrival == b.arrival && a.page != b.page {
				return map[bool]int{false: -1, true: 1}[a.page]
			}
			return a.arrival - b.arrival
		})
		for n, p := range postings {
			for m := n - 1; m >= max(0, n-story.MaxCandidates); m-- {
				q := postings[m]
				if list[p.arrival].published-list[q.arrival].published > window {
					break
				}
				if p.arrival == q.arrival {
					continue
				}
				shared[[2]int{p.arrival, q.arrival}]++
				if p.page && q.page {
					shared[[2]int{p.arrival, q.arrival}] += story.PageShares - 1
				}
			}
		}
	}
	return shared
}
