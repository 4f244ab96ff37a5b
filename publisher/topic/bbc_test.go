package topic

import (
	"bufio"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"sluice/config"
)

// bbcTopics are queries as an admin writes them, of some twenty words each. A
// single word of a subject stands in many long texts, two of them seldom.
func bbcTopics() []config.Topic {
	query := func(name, words string) config.Topic {
		return config.Topic{Name: name, Path: name, Match: []string{words}}
	}
	return topics(
		query("business", `3 of (profit*, shares, market, economy OR economic, growth, analyst*, bank*, firm, sales, oil, investor*, trade, prices, dollar, quarter, stock*, rates, takeover, euro*, company) `+
			`-software -broadband -labour -tory -mps -blair -film -music -users -club`),
		query("entertainment", `2 of (film, actor*, actress*, album, singer, band, oscar*, hollywood, music, award*, star, tv, comedy, director, movie*, chart, song*, theatre, festival, show) `+
			`-broadband -software -mobile -phone* -minister -tory -shares -coach -computer`),
		query("politics", `2 of (labour, tory OR tories, blair, election, mps, "prime minister", howard, parliament, lib-dem*, lords, commons, chancellor, conservative*, voters, minister*, brown, kennedy, ukip, secretary, government) `+
			`-film -software -coach -profits -actor -match -shares -analysts`),
		query("sport", `2 of (match*, coach, champion*, cup, injur*, season, player*, club, goal*, rugby, league, olympic*, tennis, win*, team, final, striker, game, england, chelsea) `+
			`-computer* -software -film -minister* -shares -online -technology -mps -album`),
		query("tech", `3 of (software, computer, users, internet, broadband, mobile*, technology, microsoft, online, digital, games, website*, phone*, net, virus*, gadget*, pc, google, data, download*) `+
			`-labour -coach -tory -profits`),
	)
}

func TestHandWrittenQueriesOnRealNews(t *testing.T) {
	items := corpus(t, "topics/bbc.items.jsonl", "en")
	gold := labels(t, "topics/bbc.gold.jsonl")
	if len(items) != len(gold) {
		t.Fatalf("%d items, %d labels", len(items), len(gold))
	}
	set := mustCompile(t, bbcTopics(), "", nil)
	right, taken, wanted := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for i, it := range items {
		got := set.Classify(it).Topics
		for _, name := range got {
			taken[name]++
			if slices.Contains(gold[i], name) {
				right[name]++
			}
		}
		for _, name := range gold[i] {
			wanted[name]++
		}
	}
	macro := 0.0
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		precision, recall := right[name]/taken[name], right[name]/wanted[name]
		f1 := 2 * precision * recall / (precision + recall)
		macro += f1 / float64(len(wanted))
		t.Logf("%-14s P %.3f  R %.3f  F1 %.3f", name, precision, recall, f1)
	}
	t.Logf("macro F1 %.3f", macro)
	if macro < 0.85 {
		t.Errorf("macro F1 is %.3f, want 0.85", macro)
	}
}

// labels returns the topics of each item, in the order of the items.
func labels(t *testing.T, path string) (list [][]string) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "corpus", path))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var row struct{ Topics []string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		list = append(list, row.Topics)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}
