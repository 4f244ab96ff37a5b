package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"sluice/config"
	"sluice/publisher/topic"
	"sluice/storage"
)

// A Generation is one config made ready for work: lists expanded, queries
// compiled. It never changes.
type Generation struct {
	Config   *config.Config
	Feeds    []config.Feed // the written ones, then those of reading lists
	Topics   *topic.Set
	Warnings []string // of reading lists that are not as they should be, outlines that were left out, a change that is held back; one line each

	byName  map[string]config.Feed
	ruled   []config.Feed       // with what decides which topics take their items: Feeds, and those that the config names no more
	tags    map[string][]string // of those, by name
	written *config.Config      // as it was read, also where rules of before are in force
	rules   []byte              // for the store: see storage.Enrolment
	held    storage.Hold        // a change that is not in here
}

// Load reads the config and makes it ready. Its mistakes, also those in
// queries and reading lists, are a *config.Mistakes with all of them.
func Load(root fs.FS, name string, getenv func(string) (string, bool)) (*Generation, error) {
	cfg, err := config.Load(root, name, getenv)
	var wrong *config.Mistakes
	if errors.As(err, &wrong) && wrong.Read != nil {
		return nil, withOthers(wrong)
	}
	if err != nil {
		return nil, err
	}
	return Prepare(cfg)
}

// withOthers adds to the mistakes of a config those in its lists and queries,
// so that one run tells of all. That a query names an unknown topic is not
// told: the topic may be among the mistakes.
func withOthers(wrong *config.Mistakes) *config.Mistakes {
	list := wrong.List
	_, mistakes, err := prepare(wrong.Read, prepareFrom{}, func(e topic.Error) bool { return e.Unknown == "" })
	if err == nil {
		list = append(list, mistakes...)
	}
	return &config.Mistakes{List: wrong.Read.InOrder(list), Read: wrong.Read}
}

// Prepare makes a config ready; see Load. What only the store knows is left out:
// see PrepareWith.
func Prepare(cfg *config.Config) (*Generation, error) { return ready(cfg, prepareFrom{}) }

func ready(cfg *config.Config, from prepareFrom) (*Generation, error) {
	g, mistakes, err := prepare(cfg, from, func(topic.Error) bool { return true })
	if err != nil {
		return nil, err
	}
	if len(mistakes) > 0 {
		return nil, &config.Mistakes{List: cfg.InOrder(mistakes), Read: cfg}
	}
	return g, nil
}

// prepareFrom is what else a generation is made from.
type prepareFrom struct {
	lists  map[string]storage.ListState // what is known of reading lists
	feeds  []storage.FeedState          // and of feeds
	accept bool                         // also files that have lost most of their feeds
}

// prepare is Prepare that tells only of those mistakes in queries that told
// takes.
func prepare(cfg *config.Config, from prepareFrom, told func(topic.Error) bool) (*Generation, []config.Mistake, error) {
	g := &Generation{Config: cfg, written: cfg, byName: make(map[string]config.Feed)}
	mistakes := g.expand(from)
	g.rule(append(slices.Clip(g.Feeds), g.retired(from.feeds)...))
	set, err := topic.Compile(cfg.Topics, cfg.Never, g.ruled)
	var wrong *topic.Errors
	switch {
	case errors.As(err, &wrong):
		for _, e := range wrong.List {
			if told(e) {
				mistakes = append(mistakes, cfg.At(e.Path, e.Offset, e.What, e.Remedy))
			}
		}
	case err != nil:
		return nil, nil, fmt.Errorf("compiling the topics: %w", err)
	}
	g.Topics = set
	return g, mistakes, g.noteRules()
}

// expand fills Feeds. A written feed stands for an outline of the same
// address; of two outlines of one address the first counts.
func (g *Generation) expand(from prepareFrom) (mistakes []config.Mistake) {
	addresses := make(map[string]bool)
	for _, f := range g.Config.Feeds {
		g.add(f)
		addresses[f.URL] = true
	}
	for _, l := range g.Config.Lists {
		list, warning, err := from.outlines(l)
		switch {
		case err != nil && l.Problem == "": // which is told already
			mistakes = append(mistakes, g.noList(l, err))
			continue
		case err != nil:
			continue
		case warning != "":
			g.Warnings = append(g.Warnings, fmt.Sprintf("reading list %s: %s", l.Name(), warning))
		}
		for _, w := range list.Warnings {
			g.warn(l, w.Line, w.What)
		}
		for _, o := range list.Outlines {
			feed, err := l.Outline(o.URL, o.Title, o.Tags)
			switch {
			case err != nil:
				g.warn(l, o.Line, err.Error())
			case addresses[feed.URL]:
			case g.byName[feed.Name].Name != "":
				g.warn(l, o.Line, fmt.Sprintf("its name would be %q, which another feed has; write it under `feeds` with a name of its own", feed.Name))
			default:
				g.add(feed)
				addresses[feed.URL] = true
			}
		}
	}
	return mistakes
}

func (g *Generation) add(f config.Feed) {
	g.Feeds = append(g.Feeds, f)
	g.byName[f.Name] = f
}

func (g *Generation) warn(l config.List, line int, what string) {
	g.Warnings = append(g.Warnings, fmt.Sprintf("%s:%d: left out: %s", l.Name(), line, what))
}

// enrolment is what the store must know of the generation.
func (g *Generation) enrolment() storage.Enrolment {
	e := storage.Enrolment{
		Site:    g.Config.Site.URL,
		Routing: g.Topics.Fingerprint(),
		Window:  g.Config.Stories.Window,
		Settle:  g.Config.Stories.Settle,
		Rules:   g.rules,
		Held:    g.held,
	}
	ruled := make(map[string]*config.Feed, len(g.ruled))
	for i := range g.ruled {
		ruled[g.ruled[i].Name] = &g.ruled[i]
	}
	for _, f := range g.Feeds {
		by := ruled[f.Name]
		e.Feeds = append(e.Feeds, storage.FeedSpec{
			Name: f.Name, URL: f.URL, Formerly: f.Formerly, Prefer: f.Prefer, Private: f.Private, Content: f.Content, Apart: f.Apart,
			Routing: storage.FeedRouting{Tags: by.Tags, Topics: by.Topics, Only: by.Only},
		})
	}
	for _, t := range g.Config.Topics {
		e.Topics = append(e.Topics, storage.TopicSpec{
			Name: t.Name, Formerly: t.Formerly, Routing: g.Topics.TopicFingerprint(t.Name),
			Quota: storage.Quota{Stories: t.AtMost.N, Per: t.AtMost.Per, Zone: g.Config.Site.Timezone, After: t.DigestAfter},
		})
	}
	return e
}

// Feed returns the feed of that name.
func (g *Generation) Feed(name string) (config.Feed, bool) {
	f, ok := g.byName[name]
	return f, ok
}

// Ruled returns the feeds by which topics take items: those of Feeds, and those
// that the config names no more, whose items stay.
func (g *Generation) Ruled() []config.Feed { return g.ruled }

// Tags returns the tags of a feed, also of one that the config names no more.
func (g *Generation) Tags(feed string) []string { return g.tags[feed] }

// FeedNames returns the names of all feeds, in the order of the config.
func (g *Generation) FeedNames() []string {
	names := make([]string, len(g.Feeds))
	for i, f := range g.Feeds {
		names[i] = f.Name
	}
	return names
}
