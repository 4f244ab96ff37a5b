package daemon

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"sluice/config"
	"sluice/publisher/topic"
	"sluice/storage"
)

// Admit returns the generation that is to be put in force where a config asks
// for g: see Guard, which accept leaves out. Its topics have learned of what
// examples there are.
func Admit(ctx context.Context, g *Generation, store storage.Store, accept bool) (*Generation, error) {
	if !accept {
		var err error
		if g, err = Guard(ctx, g, store); err != nil {
			return nil, err
		}
	}
	return Teach(ctx, g, store)
}

// Guard returns the generation that is to be put in force instead of g: g
// itself, or, where g would withdraw much of what is published, one whose
// topics are those of the store with the rules that they have there, while all
// else is as g says. A warning of that one tells of it. It is also what a store
// holds back already, until a generation with other rules comes or the change is
// accepted, by not asking here.
//
// The error is a *WithdrawalError where the rules of before can't be had any
// more.
func Guard(ctx context.Context, g *Generation, store storage.Store) (*Generation, error) {
	text, held, err := store.Rules(ctx)
	if err != nil {
		return nil, err
	}
	if g, err = Taught(ctx, g, ownReading{store}); err != nil {
		return nil, err
	}
	refused := &WithdrawalError{Topics: held.Topics}
	if set := g.Topics.Fingerprint(); held.Routing != set {
		err := CheckWithdrawals(ctx, g, store)
		if !errors.As(err, &refused) {
			return g, err
		}
		held = storage.Hold{Routing: set, Topics: refused.Topics}
	}
	feeds, err := store.Feeds(ctx)
	if err != nil {
		return nil, err
	}
	before, err := g.withRules(text, feeds)
	if err != nil {
		return nil, fmt.Errorf("the rules in force can't be gone on with: %w; %w", err, withRemedy(refused))
	}
	if before, err = Taught(ctx, before, ownReading{store}); err != nil {
		return nil, err
	}
	if before.Topics.Fingerprint() == g.Topics.Fingerprint() {
		return g, nil // a relearning that was accepted, and broken off before it was enrolled
	}
	before.held = held
	before.Warnings = append(slices.Clone(before.Warnings), withRemedy(refused).Error())
	return before, nil
}

// rules is what decides which items are in which topic, in the form in which a
// store keeps it.
type rules struct {
	Never  string       `json:"never,omitempty"`
	Topics []topicRules `json:"topics"`
	Feeds  []feedRules  `json:"feeds"`
}

type topicRules struct {
	Name      string   `json:"name"`
	Formerly  []string `json:"formerly,omitempty"`
	Match     []string `json:"match,omitempty"`
	Never     string   `json:"never,omitempty"`
	Precision float64  `json:"precision,omitempty"` // of what it learns; 0: it does not learn
}

type feedRules struct {
	Name   string   `json:"name"`
	Tags   []string `json:"tags,omitempty"`
	Topics []string `json:"topics,omitempty"`
	Only   string   `json:"only,omitempty"`
}

// noteRules fills rules from the config.
func (g *Generation) noteRules() (err error) {
	r := rules{Never: g.Config.Never}
	for _, t := range g.Config.Topics {
		old := topicRules{Name: t.Name, Formerly: t.Formerly, Match: t.Match, Never: t.Never}
		if t.Learn != nil {
			old.Precision = t.Learn.Precision
		}
		r.Topics = append(r.Topics, old)
	}
	for _, f := range g.ruled {
		r.Feeds = append(r.Feeds, feedRules{f.Name, f.Tags, f.Topics, f.Only})
	}
	if g.rules, err = json.Marshal(r); err != nil {
		return fmt.Errorf("noting the topics' rules: %w", err)
	}
	return nil
}

// withRules returns the generation with the topics of some rules: what else the
// config says of those counts, under the names that the rules give them. Topics
// that the config has no more are out, though others may be composed of them
// still, and new ones wait. Feeds keep the names that the store has, since the
// rules ask for those. What topics learned is not among it yet: see Taught.
func (g *Generation) withRules(text []byte, feeds []storage.FeedState) (*Generation, error) {
	var r rules
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("the store does not have them: %w", err)
	}
	next, cfg := *g, *g.Config
	next.keepNames(feeds)
	cfg.Never, cfg.Topics = r.Never, nil
	var aside []config.Topic
	for _, old := range r.Topics {
		i := slices.IndexFunc(g.Config.Topics, func(t config.Topic) bool { return t.Name == old.Name })
		if i < 0 {
			i = slices.IndexFunc(g.Config.Topics, func(t config.Topic) bool { return slices.Contains(t.Formerly, old.Name) })
		}
		if i < 0 {
			aside = append(aside, old.over(config.Topic{Path: "rules of topic " + old.Name}))
			continue
		}
		cfg.Topics = append(cfg.Topics, old.over(g.Config.Topics[i]))
	}
	ruled := r.over(next.Feeds)
	set, err := topic.CompileBeside(cfg.Topics, aside, cfg.Never, ruled)
	if err != nil {
		return nil, err
	}
	next.Config, next.Topics, next.rules = &cfg, set, text
	next.rule(ruled)
	return &next, nil
}

// keepNames gives feeds that go on under another name the one that they have in
// a store.
func (g *Generation) keepNames(states []storage.FeedState) {
	was := make(map[string]string)
	for old, name := range g.continued(states) {
		was[name] = old
	}
	feeds := g.Feeds
	g.Feeds, g.byName = nil, make(map[string]config.Feed, len(feeds))
	for _, f := range feeds {
		f.Name = cmp.Or(was[f.Name], f.Name)
		g.add(f)
	}
}

// over returns a topic with these rules.
func (r *topicRules) over(t config.Topic) config.Topic {
	t.Name, t.Formerly, t.Match, t.Never, t.Learn = r.Name, r.Formerly, r.Match, r.Never, nil
	if r.Precision > 0 {
		t.Learn = &config.Learn{Precision: r.Precision}
	}
	return t
}

// over returns feeds as the rules know them: with the tags, topics and only of then,
// and those that are no longer polled too, since they decide what a query asks
// for. A feed that is new to the rules keeps its own.
func (r *rules) over(feeds []config.Feed) []config.Feed {
	feeds = slices.Clone(feeds)
	at := make(map[string]int, len(feeds))
	for i := range feeds {
		at[feeds[i].Name] = i
	}
	for _, old := range r.Feeds {
		i, ok := at[old.Name]
		if !ok {
			i = len(feeds)
			feeds = append(feeds, config.Feed{Name: old.Name})
		}
		f := &feeds[i]
		f.Tags, f.Topics, f.Only = old.Tags, old.Topics, old.Only
		f.Path = "rules of feed " + f.Name // its only is its own, not that of a reading list of now
	}
	return feeds
}
