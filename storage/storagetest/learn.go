package storagetest

import (
	"errors"
	"slices"

	"sluice/storage"
)

func learnTests() []test {
	return []test{
		{"examples are counted, replaced and taken back", func(w *world) {
			w.begin()
			w.poll("a", articles("a", 1, 3)...)
			for n, step := range []struct {
				guid    string
				verdict storage.Verdict
				yes, no int
			}{
				{"a-1", storage.Yes, 1, 0}, {"a-2", storage.No, 1, 1}, {"a-1", storage.No, 0, 2}, {"a-1", storage.Yes, 1, 1},
				{"a-2", storage.None, 1, 0}, {"a-3", storage.None, 1, 0},
			} {
				before := w.topic("x").Labels
				w.label("x", w.item("a", step.guid).ID, step.verdict)
				got := w.topic("x").Labels
				if got.Yes != step.yes || got.No != step.no || (got.Revision == before.Revision) != (got.Yes == before.Yes && got.No == before.No) {
					w.Errorf("step %d: %+v after %+v, want %d and %d", n, got, before, step.yes, step.no)
				}
			}
			w.reopen()
			l := w.labels("x")
			if len(l) != 1 || !l[0].Yes || l[0].By != "me" || !l[0].At.Equal(w.now) || l[0].Item.GUID != "a-1" {
				w.Errorf("Labels: %s", show(l))
			}
			if n := len(w.labels("y")); n != 0 {
				w.Errorf("another topic has %d", n)
			}
		}},
		{"an example stays as it was, also when its item is forgotten", func(w *world) {
			w.aged(3)
			item := w.item("a", "a-1")
			w.label("x", item.ID, storage.No)
			other := w.item("a", "a-2")
			w.label("y", other.ID, storage.Yes)
			w.poll("a", tagged(essay(article("a", 2), "all new"), "x"))
			w.release()
			if l := w.labels("y"); len(l) != 1 || l[0].Item.Content != other.Content {
				w.Errorf("after a change Labels gives %s, want item %s", show(l), show(other))
			}
			w.prune(w.now, w.heads(0), 1000)
			l := w.labels("x")
			if len(l) != 1 || l[0].Item.ID != item.ID || l[0].Item.Title != item.Title || l[0].Item.Content != item.Content || l[0].Item.Feed != item.Feed {
				w.Errorf("Labels: %s, want item %s", show(l), show(item))
			}
			err := w.store.Label(w.ctx, storage.Labelling{Topic: "x", Item: item.ID, Verdict: storage.Yes, Now: w.now})
			if !errors.Is(err, storage.ErrNotFound) {
				w.Errorf("Label of a forgotten item: %v", err)
			}
			w.label("x", item.ID, storage.None)
		}},
		{"what is not there can't be labelled or learned", func(w *world) {
			w.begin()
			w.poll("a", article("a", 1))
			for name, err := range map[string]error{
				"item":  w.store.Label(w.ctx, storage.Labelling{Topic: "x", Item: storage.ID{1}, Verdict: storage.Yes, Now: w.now}),
				"topic": w.store.Label(w.ctx, storage.Labelling{Topic: "none", Item: w.item("a", "a-1").ID, Verdict: storage.Yes, Now: w.now}),
				"anew":  w.store.Relearn(w.ctx, "none"),
				"model": second(w.store.SaveModel(w.ctx, storage.Model{Topic: "none"})),
				"list":  second(w.store.Labels(w.ctx, "none")),
			} {
				if !errors.Is(err, storage.ErrNotFound) {
					w.Errorf("%s: %v, want ErrNotFound", name, err)
				}
			}
		}},
		{"models are numbered, and relearning begins with the newest", func(w *world) {
			for n, data := range []string{"one", "two"} {
				number, err := w.store.SaveModel(w.ctx, storage.Model{Topic: "x", Basis: storage.ID{byte(n)}, Data: []byte(data)})
				if err != nil || number != uint64(n+1) {
					w.Errorf("SaveModel: %d, %v", number, err)
				}
			}
			w.reopen()
			models, err := w.store.Models(w.ctx)
			if err != nil || len(models) != 1 || models[0].Topic != "x" || models[0].Number != 2 || string(models[0].Data) != "two" || models[0].Basis != (storage.ID{1}) {
				w.Errorf("Models: %s, %v", show(models), err)
			}
			if since := w.topic("x").Since; since != 0 {
				w.Errorf("Since is %d", since)
			}
			if err := w.store.Relearn(w.ctx, "x"); err != nil || w.topic("x").Since != 2 {
				w.Errorf("after Relearn Since is %d: %v", w.topic("x").Since, err)
			}
		}},
		{"a decision is made once, by the save that brings the item", func(w *world) {
			w.begin()
			taken := storage.Decision{Topic: "y", Model: 1, Score: 0.75, Taken: true}
			left := storage.Decision{Topic: "y", Model: 2, Score: 0.25}
			w.learned("a", taken, articles("a", 1, 2)...)
			w.learned("a", left, append(articles("a", 1, 3), essay(article("a", 4), "more"))...)
			w.learned("a", taken, essay(article("a", 3), "all new"))
			w.release()
			if got := w.titles("y"); len(w.entries("y")) != 2 {
				w.Errorf("the topic has %s, want the first two", got)
			}
			for guid, want := range map[string]storage.Decision{"a-1": taken, "a-2": taken, "a-3": left, "a-4": left} {
				if got := w.item("a", guid).Routing.Learned; len(got) != 1 || got[0] != want {
					w.Errorf("item %s: %s, want %s", guid, show(got), show(want))
				}
			}
			// A topic that learns no more takes nothing by it.
			w.poll("a", articles("a", 1, 2)...)
			w.release()
			if n := len(w.entries("y")); n != 0 {
				w.Errorf("%d entries stand", n)
			}
		}},
		{"a re-route decides as it says, for its topics", func(w *world) {
			w.begin()
			d := storage.Decision{Topic: "y", Model: 1, Score: 0.75, Taken: true}
			w.learned("a", d, article("a", 1))
			w.release()
			item := w.item("a", "a-1")
			again := storage.Decision{Topic: "y", Model: 3, Score: 0.5}
			for _, step := range []struct {
				topic   string
				want    storage.Decision
				entries int
			}{{"x", d, 1}, {"y", again, 0}} {
				err := w.store.Route(w.ctx, storage.Routed{
					Topics: []string{step.topic}, Set: w.set(), Done: true, Cursor: item.ID,
					Items: []storage.RoutedItem{{ID: item.ID, Revision: item.Revision, Routing: storage.Routing{Learned: []storage.Decision{again}}}},
				})
				if err != nil {
					w.Fatalf("Route: %v", err)
				}
				w.release()
				if got := w.item("a", "a-1").Routing.Learned; !slices.Equal(got, []storage.Decision{step.want}) || len(w.entries("y")) != step.entries {
					w.Errorf("route of %s: %s with %d entries, want %s with %d", step.topic, show(got), len(w.entries("y")), show(step.want), step.entries)
				}
			}
		}},
	}
}

func second[T any](_ T, err error) error { return err }

func (w *world) label(topic string, item storage.ID, v storage.Verdict) {
	w.Helper()
	if err := w.store.Label(w.ctx, storage.Labelling{Topic: topic, Item: item, Verdict: v, By: "me", Now: w.now}); err != nil {
		w.Fatalf("Label: %v", err)
	}
}

func (w *world) labels(topic string) []storage.Label {
	w.Helper()
	l, err := w.store.Labels(w.ctx, topic)
	if err != nil {
		w.Fatalf("Labels: %v", err)
	}
	return l
}

// learned polls a feed whose items a model judges so.
func (w *world) learned(feed string, d storage.Decision, items ...storage.Item) {
	w.Helper()
	p := w.polled(w.claim(feed), items...)
	for i := range p.Items {
		r := &p.Items[i].Routing
		if d.Alone = d.Taken && !slices.Contains(r.Topics, d.Topic); d.Alone {
			r.Topics = append(r.Topics, d.Topic)
			slices.Sort(r.Topics)
		}
		r.Learned = []storage.Decision{d}
	}
	w.save(p)
}
