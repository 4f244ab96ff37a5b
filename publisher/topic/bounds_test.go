package topic

import (
	"fmt"
	"strings"
	"testing"

	"sluice/storage"
)

// What is looked at of an item is bounded, whatever feeds say: so much of a
// text, so many authors and categories. Within the bounds all is found.
func TestWhatIsLookedAtIsBounded(t *testing.T) {
	filled := func(n int) string { return strings.Repeat("a ", n/2) }
	people := func(n int) (list []storage.Person) {
		for i := range n {
			list = append(list, storage.Person{Name: fmt.Sprint("writer", i)})
		}
		return list
	}
	for _, c := range []struct {
		what, query string
		item        storage.Item
		want        bool
	}{
		{"the end of a long text", "korea", storage.Item{Content: storage.Text{Value: filled(maxText-8) + "korea"}}, true},
		{"beyond it", "korea", storage.Item{Content: storage.Text{Value: filled(maxText) + "korea"}}, false},
		{"by a regular expression", "/kor[a-e]+/", storage.Item{Content: storage.Text{Value: filled(maxText) + "korea"}}, false},
		{"by one of few steps", "/k.{1,9}o[q-s]ea/", storage.Item{Content: storage.Text{Value: filled(maxText-8) + "kkorea"}}, true},
		{"by one of many", "/k.{1,900}o[q-s]ea/", storage.Item{Content: storage.Text{Value: filled(maxText/20) + "kkorea"}}, true},
		{"beyond what that sees", "/k.{1,900}o[q-s]ea/", storage.Item{Content: storage.Text{Value: filled(maxText-8) + "kkorea"}}, false},
		{"in a title", "title:korea", storage.Item{Title: storage.Text{Value: filled(maxText) + "korea"}}, false},
		{"in markup", "korea", storage.Item{Content: storage.Text{HTML: true, Value: "<p>" + filled(maxText) + "</p>korea"}}, false},
		{"in one word of a megabyte", "korea", storage.Item{Content: storage.Text{Value: strings.Repeat("k", maxText-6) + " korea"}}, true},
		{"without blanks", "朝鲜", storage.Item{Content: storage.Text{Value: strings.Repeat("俄", maxText/3-3) + "朝鲜"}}, true},
		{"the last author", fmt.Sprint("author:writer", maxValues-1), storage.Item{Authors: people(2 * maxValues)}, true},
		{"one more", fmt.Sprint("author:writer", maxValues), storage.Item{Authors: people(2 * maxValues)}, false},
		{"a long category", "category:korea", storage.Item{Categories: []storage.Category{{Term: filled(maxValue) + "korea"}}}, false},
		{"all that is counted", fmt.Sprint("words>", maxText/2-1), storage.Item{Content: storage.Text{Value: filled(2 * maxText)}}, true},
		{"and no more", fmt.Sprint("words>", maxText/2), storage.Item{Content: storage.Text{Value: filled(2 * maxText)}}, false},
	} {
		if got := mustParse(t, c.query).Match(&c.item, nil); got != c.want {
			t.Errorf("%s: %s holds: %v", c.what, c.query, got)
		}
	}
}

// Items that say next to nothing are judged as any other.
func TestItemsThatSayLittle(t *testing.T) {
	for _, c := range []struct {
		item storage.Item
		hold string // the queries that do, of those below
	}{
		{storage.Item{}, "* -korea"},
		{storage.Item{Language: "qqq", Title: storage.Text{Value: "Korea"}}, "korea title:korea"},
		{storage.Item{Language: "not a language", Content: storage.Text{Value: "korea"}}, "korea"},
		{storage.Item{Content: storage.Text{Value: "☃ 1234 \u202e \x00\xff Korea"}}, "korea"},
		{storage.Item{Title: storage.Text{Value: "<>&", HTML: true}, Content: storage.Text{Value: "<p><b></p>", HTML: true}}, "* -korea"},
		{storage.Item{Language: "en-Latn-US-x-private", Title: storage.Text{Value: "KOREAS"}}, "korea title:korea lang:en"},
	} {
		var hold []string
		for _, query := range []string{"korea", "title:korea", "* -korea", "lang:en"} {
			if mustParse(t, query).Match(&c.item, nil) {
				hold = append(hold, query)
			}
		}
		if got := strings.Join(hold, " "); got != c.hold {
			t.Errorf("%+v: %q hold, want %q", c.item.Title, got, c.hold)
		}
	}
}
