package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"sluice/config"
	"sluice/fetcher/opml"
	"sluice/publisher/topic"
	"sluice/storage"
)

// A Generation is one config made ready for work: lists expanded, queries
// compiled. It never changes.
type Generation struct {
	Config   *config.Config
	Feeds    []config.Feed // the written ones, then those of reading lists
	Topics   *topic.Set
	Warnings []string // outlines of reading lists that were left out, one line each

	byName map[string]config.Feed
}

// Load reads the config and makes it ready. Its mistakes, also those in
// queries and reading lists, are a *config.Mistakes with all of them.
func Load(root fs.FS, name string, getenv func(string) (string, bool)) (*Generation, error) {
	cfg, err := config.Load(root, name, getenv)
	var wrong *config.Mistakes
	if errors.As(err, &wrong) && wrong.Read != nil {
		return nil, &config.Mistakes{List: append(wrong.List, wrongQueries(wrong.Read)...)}
	}
	if err != nil {
		return nil, err
	}
	return Prepare(cfg)
}

// wrongQueries finds the queries that can't be read in a config with other
// mistakes, so that one run tells of all. What names in queries mean is not
// looked at: the topic that one names may be among the mistakes.
func wrongQueries(cfg *config.Config) (mistakes []config.Mistake) {
	look := func(path, query string) {
		_, err := topic.ParseQuery(query)
		if e := new(topic.Error); query != "" && errors.As(err, &e) {
			mistakes = append(mistakes, cfg.At(path, e.Offset, e.What, e.Remedy))
		}
	}
	look("never", cfg.Never)
	for _, t := range cfg.Topics {
		for i, query := range t.Match {
			path := t.Path + ".match"
			if len(t.Match) > 1 {
				path += fmt.Sprintf("[%d]", i)
			}
			look(path, query)
		}
		look(t.Path+".never", t.Never)
	}
	return mistakes
}

// Prepare makes a config ready; see Load.
func Prepare(cfg *config.Config) (*Generation, error) {
	g := &Generation{Config: cfg, byName: make(map[string]config.Feed)}
	mistakes := g.expand()
	set, err := topic.Compile(cfg.Topics, cfg.Never, g.Feeds)
	var wrong *topic.Errors
	switch {
	case errors.As(err, &wrong):
		for _, e := range wrong.List {
			mistakes = append(mistakes, cfg.At(e.Path, e.Offset, e.What, e.Remedy))
		}
	case err != nil:
		return nil, fmt.Errorf("compiling the topics: %w", err)
	}
	if len(mistakes) > 0 {
		return nil, &config.Mistakes{List: mistakes}
	}
	g.Topics = set
	return g, nil
}

// expand fills Feeds. A written feed stands for an outline of the same
// address; of two outlines of one address the first counts.
func (g *Generation) expand() (mistakes []config.Mistake) {
	addresses := make(map[string]bool)
	for _, f := range g.Config.Feeds {
		g.add(f)
		addresses[f.URL] = true
	}
	for _, l := range g.Config.Lists {
		list, err := opml.Parse(l.Data)
		if err != nil {
			mistakes = append(mistakes, g.Config.At(l.Path+".opml", 0,
				fmt.Sprintf("%s is no reading list: %s", filepath.Base(l.File), strings.TrimSuffix(err.Error(), ".")),
				"export it again as OPML, or take it out"))
			continue
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
	g.Warnings = append(g.Warnings, fmt.Sprintf("%s:%d: left out: %s", l.File, line, what))
}

// enrolment is what the store must know of the generation.
func (g *Generation) enrolment() storage.Enrolment {
	e := storage.Enrolment{
		Site:    g.Config.Site.URL,
		Routing: g.Topics.Fingerprint(),
		Window:  g.Config.Stories.Window,
	}
	for _, f := range g.Feeds {
		e.Feeds = append(e.Feeds, storage.FeedSpec{
			Name: f.Name, URL: f.URL, Formerly: f.Formerly, Prefer: f.Prefer, Private: f.Private,
		})
	}
	for _, t := range g.Config.Topics {
		e.Topics = append(e.Topics, storage.TopicSpec{
			Name: t.Name, Formerly: t.Formerly, Routing: g.Topics.TopicFingerprint(t.Name),
		})
	}
	return e
}

// Feed returns the feed of that name.
func (g *Generation) Feed(name string) (config.Feed, bool) {
	f, ok := g.byName[name]
	return f, ok
}

// FeedNames returns the names of all feeds, in the order of the config.
func (g *Generation) FeedNames() []string {
	names := make([]string, len(g.Feeds))
	for i, f := range g.Feeds {
		names[i] = f.Name
	}
	return names
}
