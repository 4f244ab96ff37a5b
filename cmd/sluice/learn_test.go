package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"sluice/storage"
	"sluice/storage/bolt"
)

// A pupil is a config with a topic that learns, and a feed on ships and
// gardens.
type pupil struct {
	*testing.T
	file, store string
	items       []string
}

func newPupil(t *testing.T) *pupil {
	p := &pupil{T: t}
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>a</title><link>https://a.example/</link>%s</channel></rss>`, strings.Join(p.items, ""))
	}))
	t.Cleanup(up.Close)
	p.file = place(t, fmt.Sprintf(`feeds:
  - {url: %q, name: a}
topics:
  - name: ships
    match: lighthouse
    learn: {precision: 0.9}
    tests: [{title: Old lighthouse}, {title: "Crane, cargo and captain at the quay"}, {title: Roses, want: false}]
`, up.URL+"/a.xml"))
	p.store = strings.TrimSuffix(p.file, "sluice.yaml") + "sluice.db"
	for n := range 35 {
		p.add("ship", n)
		p.add("garden", n)
	}
	p.run(exitOK, "fetch", "--all")
	return p
}

func (p *pupil) add(kind string, n int) {
	from := strings.Fields("rose hedge soil seed pond lawn compost tulip orchard spade the a of and was with it")
	if kind == "ship" {
		from = strings.Fields("harbour crane vessel captain anchor cargo deck quay hull pilot the a of and was with it")
	}
	dice := rand.New(rand.NewPCG(uint64(n), uint64(len(kind))))
	var text []string
	for range 30 {
		text = append(text, from[dice.IntN(len(from))])
	}
	name := fmt.Sprintf("%s%d", kind, n)
	p.items = append(p.items, fmt.Sprintf(`<item><title>%s</title><guid isPermaLink="false">%s</guid><link>https://a.example/%s</link><description>%s</description></item>`,
		name, name, name, strings.Join(text, " ")))
}

// run runs the program, which should end with a code, and returns all that it
// printed.
func (p *pupil) run(code int, args ...string) string {
	p.Helper()
	got, stdout, stderr := runIn(p.Context(), append(args, "--config", p.file)...)
	if got != code {
		p.Fatalf("%s: code %d, want %d\n%s%s", args, got, code, stdout, stderr)
	}
	return stdout + stderr
}

// label gives all items as examples.
func (p *pupil) label() {
	p.Helper()
	store, err := bolt.Open(p.store, bolt.Options{Now: time.Now()})
	if err != nil {
		p.Fatal(err)
	}
	defer store.Close()
	ctx := context.Background()
	items, err := store.Scan(ctx, storage.ID{}, 1000)
	if err != nil {
		p.Fatal(err)
	}
	for _, item := range items {
		verdict := storage.No
		if strings.HasPrefix(item.Title.Value, "ship") {
			verdict = storage.Yes
		}
		if err := store.Label(ctx, storage.Labelling{Topic: "ships", Item: item.ID, Verdict: verdict, Now: time.Now()}); err != nil {
			p.Fatal(err)
		}
	}
}

func (p *pupil) says(output string, patterns ...string) {
	p.Helper()
	for _, pattern := range patterns {
		if !regexp.MustCompile("(?m)" + pattern).MatchString(output) {
			p.Errorf("nothing matches %s in\n%s", pattern, output)
		}
	}
}

func TestCommandsTellWhatATopicLearned(t *testing.T) {
	p := newPupil(t)
	p.says(p.run(exitFailure, "check"), `^learning: topic ships learns nothing yet: it has 0 yes and 0 no as examples and needs 30 of each`, `1 of 3 tests failed`)
	p.says(p.run(exitFailure, "relearn", "ships"), `^sluice: relearn: topic ships has no model yet`)
	p.says(p.run(exitOK, "score", "ships"), `^examples: 0, 0 to be taken: precision unknown, recall unknown$`,
		`^tests:    3, 2 to be taken: precision 1\.000 \(0\.207 to 1\.000\), recall 0\.500 `)
	p.label()
	p.says(p.run(exitOK, "status"), `^topic ships has 35 yes and 35 no as examples and learns of them at the next fetch or reload$`)
	p.add("ship", 100)
	p.add("garden", 100)
	p.run(exitOK, "fetch", "--all")
	p.says(p.run(exitOK, "check"), `^learning: topic ships takes what scores 0\.\d\d or more by model 1, learned of 35 yes and 35 no$`, `is sound`)
	p.says(p.run(exitOK, "list", "--topic", "ships"), `ship100$`)

	p.says(p.run(exitOK, "explain", "https://a.example/ship100", "--topic", "ships"),
		`^topic ships: taken for what it learned: model 1 scored it 0\.\d{3}; the story is entry 1$`,
		`^    \+ model 1 scored it 0\.\d{3} and took it$`, `^    model 1 scores it 0\.\d{3}, and takes what has 0\.\d{3} or more$`, `^      \+0\.\d{3} (crane|cargo|quay|deck)`)
	p.says(p.run(exitOK, "explain", "https://a.example/garden100", "--topic", "ships"),
		`^topic ships: not taken: its query does not hold`, `^    - model 1 scored it 0\.\d{3} and left it$`, `^      -0\.\d{3} \w+`)
	p.says(p.run(exitOK, "explain", "https://a.example/ship1", "--topic", "ships"), `^    not judged: no model was there when the item came`)
	p.says(p.run(exitOK, "explain", "https://a.example/ship100", "--json"), `"learned":\{"model":1,"score":0\.\d+,"taken":true,"model_now":1,"score_now":0\.\d+,"terms":\[\{"text":"`)

	p.says(p.run(exitOK, "score", "ships"), `^examples: 70, 35 to be taken: precision [01]\.\d{3} \(0\.\d{3} to [01]\.\d{3}\), recall `, `^tests:    3, 2 to be taken: precision 1\.000 `, `^both:     73, 37 to be taken: `)
	p.says(p.run(exitOK, "score", "ships", "--json"), `^\{"topic":"ships","set":"examples","all":70,"wanted":35,"taken":\d+,"right":\d+,"precision":[01][.\d]*,"precision_interval":\[0\.`)

	plan := p.run(exitChanges, "relearn", "ships", "--plan")
	p.says(plan, `^topic ships: adds 3\d, removes 0 of 1$`, `^  \+ [0-9a-f]{10}  a +ship\d+$`)
	p.says(p.run(exitChanges, "relearn", "ships", "--plan", "--json"), `^{"change":"adds","topic":"ships",.*"feed":"a","title":"ship\d+"}$`)
	if done := p.run(exitOK, "relearn", "ships"); done != plan {
		t.Errorf("relearn tells\n%s, its plan\n%s", done, plan)
	}
	p.says(p.run(exitOK, "relearn", "ships", "--plan"), `^nothing changes$`)
	p.run(exitOK, "fetch", "--all")
	p.says(p.run(exitOK, "explain", "https://a.example/ship1", "--topic", "ships"), `^    \+ model 1 scored it 0\.\d{3} and took it$`)
}
