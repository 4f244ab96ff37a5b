package topic

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluice/config"
	"sluice/storage"
)

// The feeds of the seed article: who asks for its subject gets its stories, and
// not those that stand beside them.
func TestSeedArticle(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "seed-article")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the seed article is not here: %v", err)
	}
	wanted := []string{"Mass Munitions", "mass munitions", "Second Wave", "Embassies", "Shells"}
	q := mustParse(t, `"North Korea" OR Pyongyang`)
	taken := 0
	for _, it := range seedItems(t, dir) {
		want := slices.ContainsFunc(wanted, func(part string) bool { return strings.Contains(it.Title.Value, part) })
		if got := q.Match(it, nil); got != want {
			t.Errorf("%s: got %v", it.Title.Value, got)
		}
		if want {
			taken++
		}
	}
	if taken != 6 {
		t.Errorf("%d items are about the subject, want 6", taken)
	}
}

// A topic for each subject of the seed article, as an admin writes them, each
// with its tests; and what they make of the feeds.
func TestSeedTopics(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "seed-article")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the seed article is not here: %v", err)
	}
	yes := func(title string) config.Test { return config.Test{Title: title, Language: "en", Want: true} }
	no := func(title string) config.Test { return config.Test{Title: title, Language: "en"} }
	const munitions, embassies = "North Korea Sends Mass Munitions Shipments to Russian Military", "North Korea Shutters Embassies in Uganda, Angola and Spain"
	all := topics(
		config.Topic{Name: "korea", Match: []string{`"north korea" OR dprk OR pyongyang`}, Never: "title:football", Tests: []config.Test{yes(munitions), yes(embassies), no("South Korea wins the cup"), no("North Korea loses at football")}},
		config.Topic{Name: "ukraine", Match: []string{`ukrain* OR kyiv OR (russian NEAR/3 (military OR army OR invasion OR forces))`}, Tests: []config.Test{yes(munitions), yes("Ukrainian grain leaves Odesa"), no(embassies)}},
		config.Topic{Name: "arms", Match: []string{`title:(munition* OR shell OR missile OR weapon*) OR 2 of (munition*, "artillery shells", missile, ammunition, "arms deal")`}, Tests: []config.Test{yes(munitions), yes("How Many Shells Can North Korea Spare for Russia?"), no(embassies)}},
		config.Topic{Name: "diplomacy", Match: []string{`title:(embass* OR ambassador OR diplomat* OR treaty)`, "topic:korea closure NEAR/5 embassies"}, Tests: []config.Test{yes(embassies), no(munitions)}},
	)
	set := mustCompile(t, all, "", nil)
	for _, topic := range all {
		for _, test := range topic.Tests {
			if !set.Test(test, topic.Name) {
				t.Errorf("topic %s: test %q, want %v", topic.Name, test.Title, test.Want)
			}
		}
	}
	if w := set.Warnings(); len(w) > 0 {
		t.Errorf("warnings: %v", w)
	}
	want := map[string]string{
		"Mass Munitions": "arms korea ukraine", "Second Wave": "arms korea ukraine", "Shutters Embassies": "diplomacy korea",
		"How Many Shells": "arms korea", "Transgender": "", "Typhoon": "",
	}
	seen := map[string]bool{}
	for _, it := range seedItems(t, dir) {
		for part, names := range want {
			if strings.Contains(it.Title.Value, part) {
				seen[part] = true
				if got := strings.Join(set.Classify(it).Topics, " "); got != names {
					t.Errorf("%s: in %q, want %q", it.Title.Value, got, names)
				}
			}
		}
	}
	if len(seen) != len(want) {
		t.Errorf("the feeds have only %v", seen)
	}
}

func seedItems(t *testing.T, dir string) []*storage.Item {
	var items []*storage.Item
	add := func(title, summary, content string) {
		items = append(items, &storage.Item{
			Language: "en",
			Title:    storage.Text{Value: title},
			Summary:  storage.Text{Value: summary, HTML: true},
			Content:  storage.Text{Value: content, HTML: true},
		})
	}
	for _, name := range []string{"a-feed-1.rss.xml", "a-feed-3-followup.rss.xml"} {
		var rss struct {
			Items []struct {
				Title       string `xml:"title"`
				Description string `xml:"description"`
				Content     string `xml:"encoded"`
			} `xml:"channel>item"`
		}
		decode(t, xml.Unmarshal, filepath.Join(dir, name), &rss)
		for _, it := range rss.Items {
			add(it.Title, it.Description, it.Content)
		}
	}
	var atom struct {
		Entries []struct {
			Title   string `xml:"title"`
			Summary string `xml:"summary"`
			Content string `xml:"content"`
		} `xml:"entry"`
	}
	decode(t, xml.Unmarshal, filepath.Join(dir, "b-feed.atom.xml"), &atom)
	for _, it := range atom.Entries {
		add(it.Title, it.Summary, it.Content)
	}
	var feed struct {
		Items []struct {
			Title       string `json:"title"`
			Summary     string `json:"summary"`
			ContentText string `json:"content_text"`
			ContentHTML string `json:"content_html"`
		} `json:"items"`
	}
	decode(t, json.Unmarshal, filepath.Join(dir, "c-feed.json"), &feed)
	for _, it := range feed.Items {
		add(it.Title, it.Summary, it.ContentText+it.ContentHTML)
	}
	return items
}

func decode(t *testing.T, unmarshal func([]byte, any) error, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err == nil {
		err = unmarshal(data, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}
