package storagetest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sluice/storage"
)

// anyOrder holds a store to this: the order in which feeds answer decides
// nothing. The same polls, saved in any order before one Release, twice over,
// give the same entries to the last field.
func anyOrder(t *testing.T, open Open) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(rt *rapid.T) {
		feeds := []string{"a", "b", "c", "d", "e"}
		seed := rapid.Byte().Draw(rt, "seed")
		polls := [2][][]storage.Item{}
		for round := range polls {
			for _, feed := range feeds {
				polls[round] = append(polls[round], drawItems(rt, feed, round, seed))
			}
		}
		prefer := rapid.SliceOfN(rapid.IntRange(0, 2), len(feeds), len(feeds)).Draw(rt, "prefer")
		first := rapid.Bool().Draw(rt, "first polls")
		play := func(orders [2][]int) map[string][]storage.Entry {
			runs++
			path := filepath.Join(dir, fmt.Sprintf("%d.db", runs))
			w := worldAt(t, rt, open, path)
			defer os.Remove(path)
			defer w.close()
			w.feeds = specs(feeds...)
			for i := range w.feeds {
				w.feeds[i].Prefer = prefer[i]
			}
			w.enrol()
			if !first {
				w.begin()
			}
			for round, order := range orders {
				w.wait(time.Hour)
				for _, i := range order {
					w.poll(feeds[i], cloned(polls[round][i])...)
				}
				w.release()
			}
			w.verify()
			return map[string][]storage.Entry{"x": published(w.entries("x")), "y": published(w.entries("y"))}
		}
		sorted := []int{0, 1, 2, 3, 4}
		want := play([2][]int{sorted, sorted})
		got := play([2][]int{rapid.Permutation(sorted).Draw(rt, "order"), rapid.Permutation(sorted).Draw(rt, "order")})
		same(&world{tb: rt}, "entries", got, want)
	})
}

// drawItems draws what a feed says in a round: tellings of articles that other
// feeds tell too, some of which agree with theirs, some with an id of their
// own, and in the second round also changed ones. An item's date, id and side
// stay as they are, since a story that was joined can't be left again.
func drawItems(rt *rapid.T, feed string, round int, seed byte) []storage.Item {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var items []storage.Item
	for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(1, 6), 0, 4, rapid.ID[int]).Draw(rt, "articles of "+feed) {
		item, traits := article(feed, n), hash("traits", feed, fmt.Sprint(n, seed))
		if n%2 == 0 {
			item = essay(item, fmt.Sprintf("article %d, side %d", n, traits[0]%2))
		} else {
			item = write(item, item.Title.Value, rapid.IntRange(1, 1+round).Draw(rt, "version"))
		}
		if traits[1]%2 == 0 {
			item.Published = now.Add(-time.Duration(traits[2]%20) * 10 * time.Hour)
		}
		if traits[3]%2 == 0 {
			item = guid(item, fmt.Sprintf("https://news.example/id/%d", n))
		}
		if traits[4]%3 == 0 {
			item = link(item, fmt.Sprintf("https://%s.example/%d", feed, n))
		}
		items = append(items, tagged(item, rapid.SampledFrom([][]string{{"x"}, {"y"}, {"x", "y"}, {"y", "!x"}, nil}).Draw(rt, "tags")...))
	}
	return items
}

// published takes from entries how well their tellings agreed when they
// joined: no document says it, and another telling may have changed meanwhile.
// It takes their revisions too, which count the changes in the order in which
// they came.
func published(entries []storage.Entry) []storage.Entry {
	for i := range entries {
		entries[i].Revision = 0
		for j := range entries[i].Others {
			entries[i].Others[j].Why = storage.Joining{}
		}
	}
	return entries
}

// cloned copies a list of items, so that what a world fills in is not seen by
// the next.
func cloned(items []storage.Item) []storage.Item { return append([]storage.Item(nil), items...) }
