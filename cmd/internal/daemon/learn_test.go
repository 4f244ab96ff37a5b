package daemon

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/storage"
)

const learningConfig = `feeds:
  - {url: "${UP}/a.xml", name: a}
  - {url: "${UP}/b.xml", name: b}
topics:
  - {name: ships, match: '%s', never: piracy, learn: {precision: 0.9}, limit: 1000}
`

// prose makes a text on ships or on gardens that no other item has.
func prose(ship bool, n int) string {
	const common = " the a of and was with it on at for new old day year town said"
	from := strings.Fields("rose hedge soil seed pond lawn compost tulip orchard spade bloom bulb" + common)
	if ship {
		from = strings.Fields("harbour crane vessel captain anchor cargo deck quay hull pilot mast freight" + common)
	}
	dice := rand.New(rand.NewPCG(uint64(n), 7))
	var text []string
	for range 40 {
		text = append(text, from[dice.IntN(len(from))])
	}
	return strings.Join(text, " ")
}

func newsOf(feed string, items ...string) string {
	return `<rss version="2.0"><channel><title>` + feed + `</title><link>https://` + feed + `.example/</link><description>d</description>` +
		strings.Join(items, "") + `</channel></rss>`
}

func newsItem(name, text string) string {
	return fmt.Sprintf(`<item><title>%s</title><guid isPermaLink="false">%s</guid><link>https://news.example/%s</link><description>%s</description></item>`, name, name, name, text)
}

// A school is a world with a topic that learns.
type school struct{ *world }

// step does what fetch does beside no daemon, then f.
func (w *school) step(f func(ctx context.Context, s *System)) {
	w.Helper()
	w.withStore(func(ctx context.Context, store storage.Store) error {
		g, err := w.load()
		if err == nil {
			g, err = Teach(ctx, g, store)
		}
		if err != nil {
			return err
		}
		s, _, err := fetchBy(ctx, store, g)
		if err == nil && f != nil {
			f(ctx, s)
		}
		return err
	})
}

// entries returns the titles of the topic's entries, sorted.
func (w *school) entries() (titles []string) {
	w.Helper()
	w.withStore(func(ctx context.Context, store storage.Store) error {
		entries, err := store.Entries(ctx, "ships", storage.Place{}, 1000)
		for _, e := range entries {
			titles = append(titles, e.Item.Title.Value)
		}
		return err
	})
	slices.Sort(titles)
	return titles
}

// label says of every item of feed a, or takes back, what it is about; of at
// most n ships.
func (w *school) label(n int, back bool) {
	w.Helper()
	w.withStore(func(ctx context.Context, store storage.Store) error {
		items, err := store.Scan(ctx, storage.ID{}, 1000)
		if err != nil {
			return err
		}
		for _, item := range items {
			verdict := storage.No
			if strings.HasPrefix(item.Title.Value, "ship") {
				verdict = storage.Yes
			}
			if item.Feed != "a" || verdict == storage.Yes && n == 0 {
				continue
			}
			if verdict == storage.Yes {
				n--
			}
			if back {
				verdict = storage.None
			}
			if err := store.Label(ctx, storage.Labelling{Topic: "ships", Item: item.ID, Verdict: verdict, Now: time.Now()}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *school) model() (m storage.Model) {
	w.Helper()
	w.withStore(func(ctx context.Context, store storage.Store) error {
		models, err := store.Models(ctx)
		if len(models) > 0 {
			m = models[0]
		}
		return err
	})
	return m
}

func (w *school) want(titles ...string) {
	w.Helper()
	if got := w.entries(); !slices.Equal(got, titles) {
		w.Fatalf("the topic has %q, want %q", got, titles)
	}
}

// newSchool has 40 stored items of each kind and one that the query takes.
func newSchool(t *testing.T) *school {
	w := &school{world: newWorld(t)}
	items := []string{newsItem("query", "lighthouse")}
	for n := range 40 {
		items = append(items, newsItem(fmt.Sprintf("ship%d", n), prose(true, n)), newsItem(fmt.Sprintf("garden%d", n), prose(false, 100+n)))
	}
	w.page("/a.xml", newsOf("a", items...))
	w.page("/b.xml", newsOf("b"))
	w.config(fmt.Sprintf(learningConfig, "lighthouse"))
	w.step(nil)
	w.want("query")
	return w
}

var later = []string{
	newsItem("new ship", prose(true, 501)), newsItem("new garden", prose(false, 502)), newsItem("new pirates", prose(true, 503)+" piracy"),
}

func TestATopicLearns(t *testing.T) {
	w := newSchool(t)
	w.label(29, false)
	w.step(func(ctx context.Context, s *System) {
		states, _ := s.store.Topics(ctx)
		got := s.Generation().Learning(states)
		if len(got) != 1 || got[0] != "topic ships learns nothing yet: it has 29 yes and 41 no as examples and needs 30 of each; give them by 'sluice label'" {
			t.Errorf("of 29 examples: %q", got)
		}
	})
	if m := w.model(); m.Number != 0 {
		t.Fatalf("model %d was made of 29 examples", m.Number)
	}

	// A model judges what comes after it, and never wins.
	w.label(40, false)
	w.page("/b.xml", newsOf("b", later...))
	w.step(nil)
	first := w.model()
	if first.Number != 1 {
		t.Fatalf("the first model has number %d", first.Number)
	}
	w.want("new ship", "query")

	// An item that changes keeps its decision; so it does when the query changes.
	w.page("/b.xml", newsOf("b", newsItem("new ship", prose(false, 601)), newsItem("new garden", prose(true, 602)), later[2]))
	w.step(nil)
	w.want("new ship", "query")
	w.config(fmt.Sprintf(learningConfig, "lighthouse OR nothing"))
	w.step(nil)
	w.want("new ship", "query")

	// The same examples make the same model, whatever happened in between.
	w.label(40, true)
	w.step(nil)
	w.want("new ship", "query")
	w.label(40, false)
	w.step(nil)
	if m := w.model(); m.Number != 2 || !bytes.Equal(m.Data, first.Data) {
		t.Errorf("model %d differs from model 1 though its examples don't", m.Number)
	}
	w.step(nil)
	if m := w.model(); m.Number != 2 {
		t.Errorf("model %d was made though nothing changed", m.Number)
	}
}

func TestRelearningJudgesWhatCameBefore(t *testing.T) {
	w := newSchool(t)
	w.label(40, false)
	var added int
	w.step(func(ctx context.Context, s *System) {
		next, err := s.Generation().Relearned("ships")
		if err != nil {
			t.Fatal(err)
		}
		plan, err := MakePlan(ctx, next, ownReading{s.store})
		if err != nil {
			t.Fatal(err)
		}
		if len(plan.Topics) != 1 || len(plan.Topics[0].Added) < 38 || len(plan.Topics[0].Removed) != 0 {
			t.Fatalf("the plan is %+v", plan.Topics)
		}
		added = len(plan.Topics[0].Added)
		reroute, err := s.Relearn(ctx, "ships", false, time.Now())
		if err != nil || !reroute {
			t.Fatalf("relearning asks for a re-route: %v, %v", reroute, err)
		}
		entries, err := s.store.Entries(ctx, "ships", storage.Place{}, 1000)
		if err != nil || len(entries) != 1 {
			t.Fatalf("before the re-route there are %d entries: %v", len(entries), err)
		}
	})
	// The next run goes on with it, as after a crash.
	w.step(nil)
	got := w.entries()
	if len(got) != added+1 || slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "garden") }) {
		t.Errorf("after relearning, which was to add %d, the topic has %d entries: %q", added, len(got), got)
	}

	// A topic that learns no more keeps what its query takes, and what it
	// learned comes back with the key.
	learning := strings.Replace(fmt.Sprintf(learningConfig, "lighthouse"), "learn: {precision: 0.9}, ", "", 1)
	w.config(learning)
	w.step(nil)
	w.want("query")
	w.config(fmt.Sprintf(learningConfig, "lighthouse"))
	w.step(nil)
	w.want(got...)
}

func TestADaemonLearnsOfNewExamples(t *testing.T) {
	w := newSchool(t)
	d, _ := w.start()
	labels := func() {
		w.Helper()
		items, err := d.store.Scan(t.Context(), storage.ID{}, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			l := storage.Labelling{Topic: "ships", Item: item.ID, Verdict: storage.No, Now: time.Now()}
			if strings.HasPrefix(item.Title.Value, "ship") {
				l.Verdict = storage.Yes
			}
			if err := (handler{d, t.Context()}).Label(t.Context(), l); err != nil {
				t.Fatal(err)
			}
		}
	}
	labels()
	if err := d.learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if lesson := d.Generation().Topics.Lessons()["ships"]; lesson.Model == nil || lesson.Number != 1 {
		t.Fatalf("the topic goes by model %d", lesson.Number)
	}
	if err := d.Relearn(t.Context(), "ships", false); err != nil {
		t.Fatal(err)
	}
	if lesson := d.Generation().Topics.Lessons()["ships"]; lesson.Since != 1 {
		t.Fatalf("decisions count since model %d", lesson.Since)
	}
}
