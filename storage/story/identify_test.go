package story

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sluice/storage"
)

var day = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

// anItem makes an item of a guid, a link, a title, days after day (negative:
// no date) and a text.
func anItem(guid, url, title string, days int, text string) storage.Item {
	item := storage.Item{GUID: guid, URL: url, Title: storage.Text{Value: title}, Content: storage.Text{Value: text}}
	if days >= 0 {
		item.Published = day.AddDate(0, 0, days)
	}
	return item
}

func TestIdentify(t *testing.T) {
	const a, b, page = "https://example.org/a", "https://example.org/b", "https://example.org/page"
	tests := []struct {
		name  string
		items []storage.Item
		kinds []storage.IdentityKind
		same  bool // all items have one key
	}{
		{"guids", []storage.Item{anItem("1", a, "A", 0, ""), anItem("2", a, "A", 0, "")},
			[]storage.IdentityKind{storage.ByGUID, storage.ByGUID}, false},
		{"exact repeat", []storage.Item{anItem("1", a, "A", 0, "x"), anItem(" 1\n", a, "A", 1, "<x>")},
			[]storage.IdentityKind{storage.ByGUID, storage.ByGUID}, true},
		{"repeat of a long text under another link", []storage.Item{anItem("1", a, "A", 0, strings.Repeat("word ", 12)), anItem("1", b, "A", 0, strings.Repeat("word  ", 12))},
			[]storage.IdentityKind{storage.ByGUID, storage.ByGUID}, true},
		{"short text under another link", []storage.Item{anItem("1", a, "Photo", 0, ""), anItem("1", b, "Photo", 0, "")},
			[]storage.IdentityKind{storage.ByGUIDLink, storage.ByGUIDLink}, false},
		{"shared guid", []storage.Item{anItem("1", a, "A", 0, "x"), anItem("1", b, "B", 0, "y"), anItem("2", b, "B", 0, "y")},
			[]storage.IdentityKind{storage.ByGUIDLink, storage.ByGUIDLink, storage.ByGUID}, false},
		{"shared guid and link", []storage.Item{anItem("1", a, "A", 0, "x"), anItem("1", a, "B", 1, "y")},
			[]storage.IdentityKind{storage.ByGUIDLinkDate, storage.ByGUIDLinkDate}, false},
		{"shared guid, link and date", []storage.Item{anItem("1", a, "A", 0, "x"), anItem("1", a, "B", 0, "y")},
			[]storage.IdentityKind{storage.ByGUIDLinkDateTitle, storage.ByGUIDLinkDateTitle}, false},
		{"all is shared but the text", []storage.Item{anItem("1", a, "A", 0, "x"), anItem("1", a, "A", 0, "y")},
			[]storage.IdentityKind{storage.ByGUIDLinkDateTitle, storage.ByGUIDLinkDateTitle}, true},
		{"guid that is the link", []storage.Item{anItem(a, a, "A", 0, "x"), anItem(b, b, "A", 0, "x")},
			[]storage.IdentityKind{storage.ByGUID, storage.ByGUID}, false},
		{"links", []storage.Item{anItem("", a, "A", 0, "x"), anItem("", b, "A", 0, "x")},
			[]storage.IdentityKind{storage.ByLink, storage.ByLink}, false},
		{"link by another scheme", []storage.Item{anItem(" ", a, "A", 0, "x"), anItem("", "http://www.example.org/a/", "A", 0, "x")},
			[]storage.IdentityKind{storage.ByLink, storage.ByLink}, true},
		{"fragments", []storage.Item{anItem("", page+"#1", "A", 0, "x"), anItem("", page+"#2", "A", 0, "x")},
			[]storage.IdentityKind{storage.ByLink, storage.ByLink}, false},
		{"bare host", []storage.Item{anItem("", "https://example.org/", "A", 0, "x"), anItem("", "https://example.org/", "B", 0, "x")},
			[]storage.IdentityKind{storage.ByTitleDate, storage.ByTitleDate}, false},
		{"shared link", []storage.Item{anItem("", page, "A", 0, "x"), anItem("", page, "B", 0, "y"), anItem("", b, "B", 0, "y")},
			[]storage.IdentityKind{storage.ByTitleDate, storage.ByTitleDate, storage.ByLink}, false},
		{"shared title and date", []storage.Item{anItem("", "", "A", 0, "x"), anItem("", "", "A", 0, "y")},
			[]storage.IdentityKind{storage.ByText, storage.ByText}, false},
		{"same title on other days", []storage.Item{anItem("", "", "A", 0, "x"), anItem("", "", "A", 1, "x")},
			[]storage.IdentityKind{storage.ByTitleDate, storage.ByTitleDate}, false},
		{"no date", []storage.Item{anItem("", "", "A", -1, "x"), anItem("", "", "A", -1, "y")},
			[]storage.IdentityKind{storage.ByText, storage.ByText}, false},
		{"text alone", []storage.Item{anItem("", "", "", 0, "x"), anItem("", "", "", 1, " x ")},
			[]storage.IdentityKind{storage.ByText, storage.ByText}, true},
		{"files", []storage.Item{{Enclosures: []storage.Enclosure{{URL: a}}}, {Enclosures: []storage.Enclosure{{URL: b}}}},
			[]storage.IdentityKind{storage.ByText, storage.ByText}, false},
		{"nothing", []storage.Item{{}, {}}, []storage.IdentityKind{storage.ByText, storage.ByText}, true},
		{"none", nil, nil, true},
	}
	for _, test := range tests {
		for _, printed := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, printed %v", test.name, printed), func(t *testing.T) {
				items := slices.Clone(test.items)
				if printed {
					BriefAll(items)
				}
				Identify(items, nil, 0)
				keys := map[storage.Key]bool{}
				for i := range items {
					id := items[i].Identity
					if id.Kind != test.kinds[i] {
						t.Errorf("item %d is known by kind %d, want %d", i, id.Kind, test.kinds[i])
					}
					if id.Key.IsZero() {
						t.Errorf("item %d has no key", i)
					}
					keys[id.Key] = true
				}
				if want := len(test.kinds); test.same && len(keys) > 1 || !test.same && len(keys) != want {
					t.Errorf("%d items have %d keys, one for all: %v", want, len(keys), test.same)
				}
			})
		}
	}
}

// What one document shows of a guid or link holds for the next ones.
func TestIdentifyRemembers(t *testing.T) {
	const a, b = "https://example.org/a", "https://example.org/b"
	first := []storage.Item{
		anItem("1", a, "A", 0, "x"), anItem("1", b, "B", 0, "y"),
		anItem("", b, "C", 0, "x"), anItem("", b, "D", 0, "y"),
		anItem("", "", "E", 0, "x"), anItem("", "", "E", 0, "y"),
	}
	refined := Identify(first, nil, 0)
	if len(refined) != 3 || refined[GUIDKey("1")] != storage.ByGUIDLink {
		t.Fatalf("refined is %v", refined)
	}
	for i := range first {
		again := []storage.Item{first[i]}
		again[0].Identity = storage.Identity{}
		if grown := Identify(again, refined, 0); !maps.Equal(grown, refined) {
			t.Errorf("item %d alone makes %v of %v", i, grown, refined)
		}
		if again[0].Identity.Key != first[i].Identity.Key {
			t.Errorf("item %d alone is known by %+v, before by %+v", i, again[0].Identity, first[i].Identity)
		}
	}

	before := maps.Clone(refined)
	grown := Identify([]storage.Item{anItem("1", a, "A", 0, "x"), anItem("1", a, "B", 1, "y")}, refined, 0)
	if grown[GUIDKey("1")] != storage.ByGUIDLinkDate || len(grown) != 3 {
		t.Errorf("refined further is %v", grown)
	}
	if !maps.Equal(refined, before) {
		t.Errorf("the given map was changed to %v", refined)
	}
}

func TestIdentifyBounds(t *testing.T) {
	var items []storage.Item
	for i := range storage.MaxRefined + 10 {
		guid := fmt.Sprint(i)
		items = append(items, anItem(guid, "https://example.org/a", "A", 0, "x"), anItem(guid, "https://example.org/b", "B", 0, "y"))
	}
	refined := Identify(items, nil, 0)
	if len(refined) != storage.MaxRefined {
		t.Errorf("%d guids are remembered, want %d", len(refined), storage.MaxRefined)
	}
	if last := items[len(items)-1].Identity; last.Kind != storage.ByGUIDLink {
		t.Errorf("a guid for which there is no room is known by kind %d", last.Kind)
	}
}

func TestIdentifyHostile(t *testing.T) {
	const n = 50_000
	items := make([]storage.Item, n)
	for i := range items {
		items[i] = anItem("same", "https://example.org/same", "Same", 0, fmt.Sprint("number ", i))
	}
	if refined := Identify(items, nil, 0); len(refined) != 1 {
		t.Errorf("one guid is remembered %d times", len(refined))
	}
	for i := range items {
		items[i].GUID = ""
		items[i].Title.Value = fmt.Sprint("Title ", i)
	}
	Identify(items, nil, 0)
	keys := map[storage.Key]bool{}
	for i := range items {
		keys[items[i].Identity.Key] = true
	}
	if len(keys) != n {
		t.Errorf("%d items have %d keys", n, len(keys))
	}
}

// Weaker keys never lead to another item of the same document, and a link, or
// title and date, from a time before a feed had guids is among them.
func TestIdentifyWeaker(t *testing.T) {
	old := []storage.Item{anItem("", "https://example.org/a", "A", 0, "x"), anItem("", "", "B", 0, "y"), anItem("", "", "", 0, "z")}
	Identify(old, nil, 0)
	now := []storage.Item{anItem("1", "https://example.org/a", "A", 0, "x"), anItem("2", "https://example.org/b", "B", 0, "y"), anItem("3", "", "", 0, "z")}
	Identify(now, nil, 0)
	for i := range now {
		if !slices.Contains(now[i].Identity.Weaker, old[i].Identity.Key) {
			t.Errorf("item %d is not found by %+v any more", i, old[i].Identity)
		}
	}

	plain := []storage.Item{anItem("1", "https://example.org/a", "A", 0, "x")}
	Identify(plain, nil, 0)
	both := []storage.Item{plain[0], anItem("1", "https://example.org/b", "B", 0, "y")}
	Identify(both, nil, 0)
	if !slices.Contains(both[0].Identity.Weaker, plain[0].Identity.Key) {
		t.Errorf("an item whose guid is refined by its link is not found by its guid: %+v", both[0].Identity)
	}
	dated := []storage.Item{anItem("1", "https://example.org/a", "B", 1, "y"), plain[0]}
	Identify(dated, nil, 0)
	if len(dated[0].Identity.Weaker) != 0 {
		t.Errorf("a new item with the guid and link of an old one may be taken for it: %+v", dated[0].Identity)
	}
}

// genItems draws documents in which much is shared.
func genItems(t *rapid.T) []storage.Item {
	few := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
	items := make([]storage.Item, rapid.IntRange(0, 12).Draw(t, "items"))
	for i := range items {
		items[i] = anItem(few("guid", "", "1", "2"), few("url", "", "https://example.org/", "https://example.org/a", "https://example.org/b#c"),
			few("title", "", "A", "B"), rapid.IntRange(-1, 1).Draw(t, "days"), few("text", "", "x", "y", "z"))
	}
	return items
}

func TestIdentifyAny(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := genItems(t)
		refined := Identify(items, nil, 0)

		shuffled := slices.Clone(items)
		for i, j := range rapid.Permutation(indexes(len(items))).Draw(t, "order") {
			shuffled[i] = items[j]
			shuffled[i].Identity = storage.Identity{}
		}
		if again := Identify(shuffled, nil, 0); !maps.Equal(again, refined) {
			t.Fatalf("the order of the items changes refined from %v to %v", refined, again)
		}
		keys := func(items []storage.Item) []string {
			var keys []string
			for i := range items {
				keys = append(keys, items[i].Identity.Key.String())
			}
			slices.Sort(keys)
			return keys
		}
		if a, b := keys(items), keys(shuffled); !slices.Equal(a, b) {
			t.Fatalf("the order of the items changes their keys from %v to %v", a, b)
		}
		if again := Identify(shuffled, refined, 0); !maps.Equal(again, refined) {
			t.Fatalf("the same document grows refined from %v to %v", refined, again)
		}
		if a, b := keys(items), keys(shuffled); !slices.Equal(a, b) {
			t.Fatalf("the second time the keys are %v, not %v", b, a)
		}
		own := map[storage.Key]bool{}
		for i := range items {
			own[items[i].Identity.Key] = true
		}
		for i := range items {
			for _, k := range items[i].Identity.Weaker {
				if k == items[i].Identity.Key {
					t.Fatalf("the key of item %d is among its weaker ones", i)
				}
			}
		}
	})
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func BenchmarkIdentify(b *testing.B) {
	items := make([]storage.Item, 30)
	for i := range items {
		items[i] = anItem(fmt.Sprint("https://example.org/?p=", i), fmt.Sprint("https://example.org/2026/03/a-headline-of-words-", i), "A headline of words", i, article)
	}
	BriefAll(items)
	b.ReportAllocs()
	for b.Loop() {
		Identify(items, nil, 0)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(items)), "ns/item")
}
