package daemon

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sluice/cmd/internal/control"
	"sluice/storage"
)

// pairsApart says where two feeds of one site make other stories than they have
// different links, and why that is right, or how far it is not. None of it is a
// wrong merge.
var pairsApart = map[string]struct {
	stories int
	why     string
}{
	"daringfireball.net.json.6fa3aba2.json daringfireball.net.atom1.0.d258ea07.xml": {50,
		"one feed links to the site's own pages, the other one to those that they are about: of 48 articles under 89 links, 46 are known by what they say, two of under 12 words are not"},
	"mistral.ai.rss2.0.bf6957f4.xml mistral.ai.rss2.0.c75e6171.xml": {81,
		"one feed dates two of the 79 more than the window later than the other one"},
	"en.wikipedia.org.atom1.0.c0f03912.xml en.wikipedia.org.atom1.0.87d611fa.xml": {5, fourItems},
	"en.wikipedia.org.atomx.c54b5761.xml en.wikipedia.org.atom1.0.87d611fa.xml":   {5, fourItems},
	"en.wikipedia.org.atomx.c54b5761.xml en.wikipedia.org.atom1.0.c0f03912.xml":   {5, fourItems},
}

const fourItems = "two of four items have neither link nor title, which the count by links leaves out; one of these has too few words to be known by them"

// TestFeedsOfOneSite polls pairs of real feeds that carry the same articles, and
// counts the stories against the links that the two have.
func TestFeedsOfOneSite(t *testing.T) {
	if testing.Short() {
		t.Skip("it polls 46 feeds")
	}
	pairs := strings.Split(read(t, corpus(t, "feeds"), "dedupe-pairs.tsv"), "\n")
	pairs = slices.DeleteFunc(pairs, func(line string) bool {
		return line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "file_a")
	})
	if len(pairs) != 23 {
		t.Fatalf("%d pairs", len(pairs))
	}
	dir := corpus(t, "feeds/real")
	exact := 0
	for _, pair := range pairs {
		field := strings.Split(pair, "\t")
		number := func(i int) int {
			n, err := strconv.Atoi(field[i])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		name, want := field[0]+" "+field[1], number(7)
		apart, differs := pairsApart[name]
		if differs {
			want = apart.stories
		} else {
			exact++
		}
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.config("feeds:\n  - {url: \"${UP}/a\", name: a}\n  - {url: \"${UP}/b\", name: b}\ntopics:\n  - {name: all, match: '*'}\n")
			w.page("/a", read(t, dir, field[0]))
			w.page("/b", read(t, dir, field[1]))
			fetched := w.once(control.FetchRequest{All: true}, t.TempDir())
			if items := number(2) + number(3); fetched.New != items || len(fetched.Failed) > 0 {
				t.Errorf("%d items, want %d: %+v", fetched.New, items, fetched.Failed)
			}
			_, stories := w.items()
			if len(stories) != want {
				t.Errorf("%d stories, want %d", len(stories), want)
			}
			for _, s := range stories {
				if wrong := wrongMerge(s); wrong != "" {
					t.Error(wrong)
				}
			}
		})
	}
	if exact != 18 {
		t.Errorf("%d of the pairs are as counted", exact)
	}
}

// wrongMerge tells of a story with tellings that differ in their titles, or are
// of one feed.
func wrongMerge(s storage.Story) string {
	feeds := make(map[string]bool)
	first := strings.ToLower(s.Tellings[0].Title)
	for _, telling := range s.Tellings {
		if feeds[telling.Feed] || strings.ToLower(telling.Title) != first {
			return fmt.Sprintf("one story: %+v", s.Tellings)
		}
		feeds[telling.Feed] = true
	}
	return ""
}
