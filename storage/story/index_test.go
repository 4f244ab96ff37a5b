package story

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sluice/storage"
)

func TestSketch(t *testing.T) {
	long := prose("a", 900)
	words := strings.Fields(long)
	cut := func(from, to int) string { return strings.Join(words[from:to], " ") }
	for name, test := range map[string]struct {
		text string
		want bool
	}{
		"itself":             {long, true},
		"cut to a summary":   {cut(0, 25), true},
		"cut to a notice":    {cut(0, 14), true},
		"cut in half":        {cut(0, 450), true},
		"words put before":   {prose("x", 12) + long, true},
		"words put behind":   {long + prose("x", 300), true},
		"its second half":    {cut(450, 900), true},
		"another text":       {prose("b", 900), false},
		"a sentence in both": {prose("b", 400) + cut(300, 320) + prose("c", 400), false},
		"nothing":            {"", false},
	} {
		a, b := telling("", "", long), telling("", "", test.text)
		if shared := common(a.Sketch, b.Sketch); Alike(shared, len(a.Sketch), len(b.Sketch)) != test.want {
			t.Errorf("%s: sketches of %d and %d share %d", name, len(a.Sketch), len(b.Sketch), shared)
		}
	}
	for _, n := range []int{0, 1, 2, 3, 4, 8, 40, 5000} {
		p := telling("", "", prose("a", n))
		if len(p.Sketch) > sketchLead+sketchWhole || !slices.IsSorted(p.Sketch) || (len(p.Sketch) == 0) != (n == 0) {
			t.Errorf("%d words have the sketch %x", n, p.Sketch)
		}
	}
}

func TestLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hashes := rapid.SliceOf(rapid.Uint32Max(40)).Draw(t, "hashes")
		all := slices.Compact(slices.Sorted(slices.Values(hashes)))
		if got, want := least(hashes, 6), all[:min(6, len(all))]; !slices.Equal(got, want) {
			t.Fatalf("got %d, want %d", got, want)
		}
	})
}

func TestPages(t *testing.T) {
	const link, longer = "https://example.org/story?id=7", "https://example.org/story?id=7&via=board"
	one := telling(link, "Harbour crane is back", "")
	for name, test := range map[string]struct {
		url, title string
		want       bool
	}{
		"a parameter more":      {longer, "Update: harbour crane is back", true},
		"another title":         {longer, "Ferries are late", false},
		"another page":          {"https://example.org/other?id=7", "Harbour crane is back", false},
		"no title":              {longer, "", false},
		"no link":               {"", "Harbour crane is back", false},
		"another host the same": {"https://example.net/story?id=7", "Harbour crane is back", false},
	} {
		if other := telling(test.url, test.title, ""); common(one.Pages, other.Pages) > 0 != test.want {
			t.Errorf("%s: %x and %x", name, one.Pages, other.Pages)
		}
	}
}

// However many stories have one title, one text or nothing at all, an item is
// compared with few of them, and the index stays quick.
func TestGrouperFloods(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for name, say := range map[string]func(i int) (title, text string){
		"one title":     func(i int) (string, string) { return "Photo of the day", prose(fmt.Sprint(i, "x"), 20) },
		"one phrase":    func(i int) (string, string) { return fmt.Sprint("Vessel ", i), prose("a", 30) + fmt.Sprint(i) },
		"empty":         func(i int) (string, string) { return "", "" },
		"only numbers":  func(i int) (string, string) { return fmt.Sprint("Quake ", i), fmt.Sprint("Magnitude ", i) },
		"one word each": func(i int) (string, string) { return fmt.Sprint("w", i), fmt.Sprint("w", i) },
	} {
		g := NewGrouper(96 * time.Hour)
		for i := range 1000 {
			title, body := say(i)
			item := storage.Item{Feed: fmt.Sprint(i % 7), GUID: fmt.Sprint(i), URL: fmt.Sprintf("https://f%d.example/%d", i%7, i),
				Title: storage.Text{Value: title}, Content: storage.Text{Value: body}, Published: at.Add(time.Duration(i) * time.Minute)}
			item.Identity = storage.Identity{Kind: storage.ByGUID, Key: Hash(item.Feed, item.GUID)}
			if n := g.Add(&item); n != i {
				t.Fatalf("%s: item %d is in story %d", name, i, n)
			}
			print := Print(&item)
			again := &told{feed: item.Feed, at: item.Published, print: print}
			if n, most := len(g.alike(again)), MaxCandidates*(len(print.Sketch)+len(print.Pages)); n > most {
				t.Fatalf("%s: %d candidates, want at most %d", name, n, most)
			}
		}
	}
}
