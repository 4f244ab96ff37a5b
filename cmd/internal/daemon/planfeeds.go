package daemon

import (
	"slices"

	"sluice/storage"
	"sluice/storage/story"
)

// continued says which feeds of a store the generation goes on with: their names
// there, to the names that they will have. It finds them as Enrol does: by name,
// then by what a feed formerly was, then by the address of one that has no feed
// yet.
func (g *Generation) continued(states []storage.FeedState) map[string]string {
	names := make(map[string]bool)
	addresses := make(map[string][]string)
	for _, s := range states {
		names[s.Name] = true
		addresses[s.URL] = append(addresses[s.URL], s.Name)
	}
	to, from := make(map[string]string), make(map[string]string)
	match := func(name, was string) {
		if from[name] == "" && to[was] == "" && names[was] {
			from[name], to[was] = was, name
		}
	}
	for _, f := range g.Feeds {
		match(f.Name, f.Name)
	}
	for _, f := range g.Feeds {
		for _, former := range f.Formerly {
			match(f.Name, former)
			for _, was := range addresses[former] {
				match(f.Name, was)
			}
		}
	}
	for _, f := range g.Feeds {
		for _, was := range addresses[f.URL] {
			match(f.Name, was)
		}
	}
	return to
}

// compareFeeds finds the feeds that come and go, by what is continued. One that
// goes on under another name does neither.
func (g *Generation) compareFeeds(states []storage.FeedState, continued map[string]string) (added, gone []string) {
	polled := make(map[string]bool)
	for _, s := range states {
		switch name := continued[s.Name]; {
		case !s.Enrolled:
		case name == "":
			gone = append(gone, s.Name)
		default:
			polled[name] = true
		}
	}
	for _, f := range g.Feeds {
		if !polled[f.Name] {
			added = append(added, f.Name)
		}
	}
	slices.Sort(added)
	slices.Sort(gone)
	return added, gone
}

// candidate returns what is known of an item when the pick of its story is chosen.
// Where there is no other telling, it is chosen whatever is known.
func (p *planner) candidate(st *planned, item *storage.Item, state storage.FeedState) story.Candidate {
	if st.tellings < 2 {
		return story.Candidate{ID: item.ID}
	}
	prefer, address := state.Prefer, state.URL
	if f, ok := p.g.Feed(item.Feed); ok {
		prefer, address = f.Prefer, f.URL
	}
	judged := *item
	judged.Print = story.Print(item)
	return story.NewCandidate(&judged, prefer, address)
}
