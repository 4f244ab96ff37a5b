package daemon

import (
	"slices"

	"sluice/config"
	"sluice/publisher/topic"
	"sluice/storage"
)

// rule notes by which feeds topics take items.
func (g *Generation) rule(feeds []config.Feed) {
	g.ruled, g.tags = feeds, make(map[string][]string)
	for _, f := range feeds {
		if len(f.Tags) > 0 {
			g.tags[f.Name] = f.Tags
		}
	}
}

// retired returns the feeds that a store has and the config names no more, with
// the tags, topics and only of their last day: nobody polls them, but their items
// stay, also in the topics that have them for one of these. Feeds without any are
// left out.
func (g *Generation) retired(states []storage.FeedState) (feeds []config.Feed) {
	goesOn := g.continued(states)
	admits := make(map[string]bool)
	for _, s := range states {
		r := s.Routing
		if goesOn[s.Name] != "" || g.byName[s.Name].Name != "" || len(r.Tags)+len(r.Topics)+len(r.Only) == 0 {
			continue
		}
		// One path for all, so that feeds of one reading list share their query.
		f := config.Feed{Path: "feeds of before", Name: s.Name, Tags: r.Tags, Topics: g.topicsNow(r.Topics), Only: r.Only}
		if f.Only != "" {
			good, known := admits[f.Only]
			if !known {
				_, err := topic.Compile(g.Config.Topics, "", []config.Feed{f})
				good = err == nil
				admits[f.Only] = good
			}
			if !good {
				f.Only = "" // it asks for a topic that there is no more
			}
		}
		feeds = append(feeds, f)
	}
	return feeds
}

// topicsNow returns the names under which topics of before go on. One that does
// not keeps its name, under which it may come back.
func (g *Generation) topicsNow(names []string) []string {
	names = slices.Clone(names)
	for i, name := range names {
		if slices.ContainsFunc(g.Config.Topics, func(t config.Topic) bool { return t.Name == name }) {
			continue
		}
		for _, t := range g.Config.Topics {
			if slices.Contains(t.Formerly, name) {
				names[i] = t.Name
			}
		}
	}
	return names
}
