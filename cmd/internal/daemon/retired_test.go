package daemon

import (
	"fmt"
	"maps"
	"testing"
)

// A feed is taken out of the config: its items stay in all topics, whatever they
// are there for, and nothing that its only kept out comes in.
func TestAFeedThatIsTakenOutLeavesItsItemsWhereTheyAre(t *testing.T) {
	const both = `feeds:
  - {url: "${UP}/a.xml", name: a, tags: [wire], topics: [named], only: rain OR snow}
  - {url: "${UP}/b.xml", name: b}
topics:
`
	const one = "feeds:\n  - {url: \"${UP}/b.xml\", name: b}\ntopics:\n"
	const topics = "  - {name: %s}\n  - {name: tagged, match: 'tag:wire'}\n  - {name: all, match: '*'}\n"
	named := fmt.Sprintf(topics, "named")
	renamed := fmt.Sprintf(topics, "given, formerly: [named]")
	w := newWorld(t)
	var titles []string
	for i := range 30 {
		titles = append(titles, fmt.Sprintf("%s-%d", []string{"rain", "snow", "hail"}[i%3], i))
	}
	w.page("/a.xml", rss("a", titles...))
	w.page("/b.xml", rss("b", "fog-1", "fog-2"))
	for _, step := range []struct {
		name, config string
		want         map[string]int
	}{
		{"both feeds", both + named, map[string]int{"named": 20, "tagged": 20, "all": 22}},
		{"a is taken out", one + named, map[string]int{"named": 20, "tagged": 20, "all": 22}},
		{"once more", one + named, map[string]int{"named": 20, "tagged": 20, "all": 22}},
		{"a topic is renamed", one + renamed, map[string]int{"given": 20, "tagged": 20, "all": 22}},
		{"another asks for the tag", one + renamed + "  - {name: snow, match: 'tag:wire snow'}\n", map[string]int{"given": 20, "tagged": 20, "all": 22, "snow": 10}},
		{"a topic goes", one + "  - {name: all, match: '*'}\n", map[string]int{"all": 22}},
		{"and comes back", one + renamed, map[string]int{"given": 20, "tagged": 20, "all": 22}},
		{"a comes back with less", "feeds:\n  - {url: \"${UP}/a.xml\", name: a, only: rain OR snow}\n  - {url: \"${UP}/b.xml\", name: b}\ntopics:\n" + renamed, map[string]int{"given": 0, "tagged": 0, "all": 22}},
	} {
		w.config(step.config)
		live, warnings := w.guarded(false)
		if !maps.Equal(live, step.want) || warnings != nil {
			t.Errorf("%s: %v entries, want %v; %q", step.name, live, step.want, warnings)
		}
	}
}

// What a feed that goes had last is what was in force, not what was held; and the
// topic that its only asks for may go too.
func TestAFeedThatIsTakenOutWhileSomethingIsHeld(t *testing.T) {
	const feeds = "feeds:\n  - {url: \"${UP}/b.xml\", name: b}\n"
	w := newWorld(t)
	w.manyItems()
	w.page("/b.xml", rss("b", "fog-1", "fog-2"))
	topics := "topics:\n  - {name: tagged, match: 'tag:wire'}\n  - {name: rain, match: north OR south}\n"
	w.config(feeds + "  - {url: \"${UP}/a.xml\", name: a, tags: [wire], only: 'topic:rain'}\n" + topics)
	before, _ := w.guarded(false)
	if before["tagged"] <= manyWithdrawn {
		t.Fatalf("%v entries", before)
	}
	w.config(feeds + "  - {url: \"${UP}/a.xml\", name: a, tags: [local], only: 'topic:rain'}\n" + topics)
	if live, warnings := w.guarded(false); !maps.Equal(live, before) || warnings == nil {
		t.Errorf("its tags go: %v entries, want %v; %q", live, before, warnings)
	}
	w.config(feeds + topics)
	if live, warnings := w.guarded(false); !maps.Equal(live, before) || warnings != nil {
		t.Errorf("then the feed: %v entries, want %v; %q", live, before, warnings)
	}
	w.config(feeds + "topics:\n  - {name: tagged, match: 'tag:wire'}\n")
	if live, warnings := w.guarded(false); live["tagged"] != before["tagged"] || warnings != nil {
		t.Errorf("then the topic that its only asks for: %v entries, want %v; %q", live, before, warnings)
	}
}
