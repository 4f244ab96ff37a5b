package daemon

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"sluice/cmd/internal/control"
	"sluice/storage"
	"sluice/storage/story"
)

// planPage is how many items a plan reads at once.
const planPage = 500

// A Plan is what putting a generation in force would change, as far as it
// follows from what is stored.
type Plan struct {
	Topics   []TopicPlan // those that change, in the order of the config, then those taken out by name
	NewFeeds []string    // that will be polled, by name
	OldFeeds []string    // that will be polled no more, by name; their items stay
}

// A TopicPlan is what changes in one topic.
type TopicPlan struct {
	Name    string
	Was     string // its name now; another one for a topic that is renamed
	New     bool   // it is not enrolled now
	Gone    bool   // it is taken out of the config
	Stand   int    // entries that stand now
	Added   []PlannedEntry
	Removed []PlannedEntry
	Gained  []string // feeds that have entries then and none now, sorted
	Lost    []string // feeds that have entries now and none then, sorted
}

// A PlannedEntry is a story that comes to a topic or leaves it.
type PlannedEntry struct {
	Story storage.ID
	Item  storage.ID // the telling that says most: the entry's pick, or one that the topic takes
	Feed  string
	Title storage.Text
}

// Empty reports whether nothing would change.
func (p *Plan) Empty() bool { return len(p.Topics)+len(p.NewFeeds)+len(p.OldFeeds) == 0 }

// Summary says in a line what changes in the topic.
func (t TopicPlan) Summary() string {
	changes := fmt.Sprintf("adds %d, removes %d of %d", len(t.Added), len(t.Removed), t.Stand)
	switch {
	case t.Gone:
		return fmt.Sprintf("topic %s: taken out, and its %d entries with it", t.Name, t.Stand)
	case t.New:
		changes = fmt.Sprintf("new, with %d", len(t.Added))
	case t.Was != t.Name:
		changes = "until now " + t.Was + "; " + changes
	}
	return "topic " + t.Name + ": " + changes
}

// MakePlan compares a generation with what a store has enrolled: the stored
// items of released stories are judged for each topic whose fingerprint is
// another than the one they were judged by, as the re-route after a reload
// does. It changes nothing.
func MakePlan(ctx context.Context, g *Generation, store control.Reading) (*Plan, error) {
	return makePlan(ctx, g, store, func(TopicPlan, storage.TopicState) bool { return true })
}

// makePlan is MakePlan for the topics that matter.
func makePlan(ctx context.Context, g *Generation, store control.Reading, matters func(TopicPlan, storage.TopicState) bool) (*Plan, error) {
	states, err := store.Topics(ctx)
	if err != nil {
		return nil, err
	}
	feeds, err := store.Feeds(ctx)
	if err != nil {
		return nil, err
	}
	p := &planner{g: g, matters: matters, feeds: g.continued(feeds), states: make(map[string]storage.FeedState), stories: make(map[storage.ID]*planned)}
	for _, s := range feeds {
		p.states[s.Name] = s
	}
	p.compare(states)
	plan := &Plan{}
	plan.NewFeeds, plan.OldFeeds = g.compareFeeds(feeds, p.feeds)
	if len(p.topics) == 0 {
		return plan, nil
	}
	q := storage.ListQuery{Limit: planPage}
	for more := true; more; more = q.After != "" {
		items, next, err := store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		if err := p.judge(ctx, store, items); err != nil {
			return nil, err
		}
		q.After = next
	}
	plan.Topics = p.outcome()
	return plan, nil
}

// A planner gathers what stories have and would have.
type planner struct {
	g       *Generation
	matters func(TopicPlan, storage.TopicState) bool
	topics  []TopicPlan       // those that may change
	feeds   map[string]string // their names in the store, to those that they will have
	states  map[string]storage.FeedState
	stories map[storage.ID]*planned
	order   []storage.ID // of the stories, as they came
}

// planned is a story as it stands and would stand, by number of the topic.
type planned struct {
	released     bool
	tellings     int
	stands       []bool
	takes, bars  []bool
	moves        []bool            // some item belongs where it did not, or the other way round
	shown, fresh []PlannedEntry    // the pick of each topic, and that of the items which it would take
	best         []story.Candidate // that of fresh
}

// compare finds the topics whose rules change. A topic continues an enrolled
// one by its name, or by what it formerly was.
func (p *planner) compare(states []storage.TopicState) {
	byName := make(map[string]storage.TopicState)
	for _, s := range states {
		byName[s.Name] = s
	}
	continued := make(map[string]bool)
	for _, t := range p.g.Config.Topics {
		continued[t.Name] = true
	}
	for _, t := range p.g.Config.Topics {
		state, ok := byName[t.Name]
		for _, was := range t.Formerly {
			if former, known := byName[was]; !ok && known && !continued[was] {
				state, ok, continued[was] = former, true, true
			}
		}
		if !ok {
			p.add(TopicPlan{Name: t.Name, New: true, Was: t.Name}, state)
		} else if state.Routing != p.g.Topics.TopicFingerprint(t.Name) || state.Name != t.Name {
			p.add(TopicPlan{Name: t.Name, Was: state.Name, Stand: state.Live}, state)
		}
	}
	for _, s := range states {
		if !continued[s.Name] {
			p.add(TopicPlan{Name: s.Name, Was: s.Name, Gone: true, Stand: s.Live}, s)
		}
	}
}

func (p *planner) add(t TopicPlan, state storage.TopicState) {
	if p.matters(t, state) {
		p.topics = append(p.topics, t)
	}
}

// judge notes what some items say of their stories.
func (p *planner) judge(ctx context.Context, store control.Reading, items []storage.Item) error {
	var ids []storage.ID
	for i := range items {
		id := items[i].Story
		if p.stories[id] == nil {
			n := len(p.topics)
			p.stories[id] = &planned{
				stands: make([]bool, n), takes: make([]bool, n), bars: make([]bool, n), moves: make([]bool, n),
				shown: make([]PlannedEntry, n), fresh: make([]PlannedEntry, n), best: make([]story.Candidate, n),
			}
			p.order = append(p.order, id)
			ids = append(ids, id)
		}
	}
	stories, err := store.Stories(ctx, ids)
	if err != nil {
		return err
	}
	for _, s := range stories {
		p.standing(s)
	}
	for i := range items {
		item := &items[i]
		feed := p.states[item.Feed]
		item.Feed = p.feedName(item.Feed)
		p.renameDecisions(item.Routing.Learned)
		st := p.stories[item.Story]
		if item.Retracted {
			continue // it neither belongs nor keeps out
		}
		r := p.g.Topics.Classify(item)
		c := p.candidate(st, item, feed)
		for n, t := range p.topics {
			if t.Gone {
				continue
			}
			takes := slices.Contains(r.Topics, t.Name)
			st.moves[n] = st.moves[n] || takes != slices.Contains(item.Routing.Topics, t.Was)
			if takes && (!st.takes[n] || story.Pick([]story.Candidate{st.best[n], c}) == 1) {
				st.takes[n], st.best[n] = true, c
				st.fresh[n] = PlannedEntry{Story: item.Story, Item: item.ID, Feed: item.Feed, Title: item.Title}
			}
			st.bars[n] = st.bars[n] || slices.Contains(r.Barred, t.Name)
		}
	}
	return nil
}

// renameDecisions has what models decided stand under the names that their
// topics will have.
func (p *planner) renameDecisions(decisions []storage.Decision) {
	for i := range decisions {
		for _, t := range p.topics {
			if decisions[i].Topic == t.Was && !t.Gone {
				decisions[i].Topic = t.Name
				break
			}
		}
	}
}

// feedName returns the name that a feed of the store will have.
func (p *planner) feedName(name string) string { return cmp.Or(p.feeds[name], name) }

// standing notes where a story stands now.
func (p *planner) standing(s storage.Story) {
	st := p.stories[s.ID]
	st.released, st.tellings = !s.Released.IsZero(), len(s.Tellings)
	for n, t := range p.topics {
		st.bars[n] = st.bars[n] || s.Hidden || slices.Contains(s.HiddenIn, t.Was)
		for _, m := range s.Entries {
			if m.Topic != t.Was || !m.Withdrawn.IsZero() || t.New {
				continue
			}
			st.stands[n] = true
			for _, telling := range s.Tellings {
				if telling.Item == m.Pick {
					st.shown[n] = PlannedEntry{Story: s.ID, Item: telling.Item, Feed: p.feedName(telling.Feed), Title: storage.Text{Value: telling.Title}}
				}
			}
		}
	}
}

// outcome returns the topics that change.
func (p *planner) outcome() []TopicPlan {
	var changed []TopicPlan
	for n, t := range p.topics {
		before, after := make(map[string]bool), make(map[string]bool)
		for _, id := range p.order {
			st := p.stories[id]
			if !st.released {
				continue // it comes with its release, by whatever rules then hold
			}
			wanted := st.takes[n] && !st.bars[n]
			switch {
			case wanted && !st.stands[n]:
				t.Added = append(t.Added, st.fresh[n])
			case st.stands[n] && !wanted:
				t.Removed = append(t.Removed, st.shown[n])
			}
			if st.stands[n] {
				before[st.shown[n].Feed] = true
			}
			switch {
			case wanted && st.stands[n] && !st.moves[n]:
				after[st.shown[n].Feed] = true
			case wanted:
				after[st.fresh[n].Feed] = true
			}
		}
		t.Gained, t.Lost = lacking(after, before), lacking(before, after)
		if t.New || t.Gone || t.Was != t.Name || len(t.Added)+len(t.Removed)+len(t.Gained)+len(t.Lost) > 0 {
			changed = append(changed, t)
		}
	}
	return changed
}

// lacking returns the feeds of one set that are not in the other, sorted.
func lacking(has, lacks map[string]bool) []string {
	var names []string
	for name := range has {
		if !lacks[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
