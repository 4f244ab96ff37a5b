package topic

import (
	"errors"
	"slices"
	"testing"

	"sluice/config"
	"sluice/storage"
)

// A topic's query is one of several things that decide.
func TestWould(t *testing.T) {
	s := mustCompile(t, topics(config.Topic{Name: "korea", Match: []string{"korea"}, Never: "spam"}), "lottery",
		[]config.Feed{{Path: "feeds[0]", Name: "picky", Only: "trade"}, {Path: "feeds[1]", Name: "fed", Topics: []string{"korea"}}})
	for _, tt := range []struct {
		feed, title              string
		learned, without, within bool // what a query that does not hold, or does, makes of it
	}{
		{"open", "rain", false, false, true},
		{"open", "korea", false, false, true},
		{"open", "rain", true, true, true},
		{"open", "spam", true, false, false},
		{"open", "lottery", true, false, false},
		{"picky", "rain", true, false, false},
		{"picky", "trade", false, false, true},
		{"fed", "rain", false, true, true},
		{"fed", "spam", false, false, false},
	} {
		it := item("en", tt.title, "")
		it.Feed = tt.feed
		r := s.Classify(it)
		r.Learned = []storage.Decision{{Topic: "other", Taken: true}, {Topic: "korea", Taken: tt.learned}}
		if without, within := s.Would(it, r, "korea", false), s.Would(it, r, "korea", true); without != tt.without || within != tt.within {
			t.Errorf("%s %q: %v, %v; want %v, %v", tt.feed, tt.title, without, within, tt.without, tt.within)
		}
	}
}

func TestOnly(t *testing.T) {
	ts := topics(
		config.Topic{Name: "korea", Match: []string{"korea"}, Never: "spam"},
		config.Topic{Name: "asia", Match: []string{"topic:korea OR japan"}},
		config.Topic{Name: "fed"},
	)
	feeds := []config.Feed{
		{Path: "feeds[0]", Name: "picky", Topics: []string{"fed"}, Only: "title:(war OR trade) -sport"},
		{Path: "feeds[1]", Name: "list-a", Only: "topic:korea"}, // of one reading list
		{Path: "feeds[1]", Name: "list-b", Only: "topic:korea"},
		{Path: "feeds[2]", Name: "open", Only: " "},
	}
	s := mustCompile(t, ts, "lottery", feeds)
	for _, tt := range []struct {
		feed, title    string
		topics, barred []string
	}{
		{"picky", "Korea trade", []string{"asia", "fed", "korea"}, nil},
		{"picky", "Korea sport trade", nil, nil},
		{"picky", "Korea rain", nil, nil},
		{"picky", "spam lottery", nil, nil},
		{"picky", "trade spam", []string{"fed"}, []string{"korea"}},
		{"list-a", "Japan", nil, nil},
		{"list-b", "Japan and Korea", []string{"asia", "korea"}, nil},
		{"open", "Japan", []string{"asia"}, nil},
		{"another", "Korea rain", []string{"asia", "korea"}, nil},
	} {
		it := item("en", tt.title, "")
		it.Feed = tt.feed
		r := s.Classify(it)
		if !slices.Equal(r.Topics, tt.topics) || !slices.Equal(r.Barred, tt.barred) {
			t.Errorf("%s %q: %v, barred %v; want %v, %v", tt.feed, tt.title, r.Topics, r.Barred, tt.topics, tt.barred)
		}
		for _, topic := range ts {
			a, _ := s.Explain(it, topic.Name)
			if a.Taken != slices.Contains(r.Topics, topic.Name) {
				t.Errorf("%s %q: topic %s: explained otherwise: %+v", tt.feed, tt.title, topic.Name, a)
			}
		}
	}
	if !s.Test(config.Test{Title: "Korea rain", Feed: "picky", Want: false}, "korea") || !s.Test(config.Test{Title: "Korea war", Feed: "picky", Want: true}, "korea") {
		t.Error("a test that names the feed passes its only by")
	}

	changed := slices.Clone(feeds)
	changed[0].Only = "title:war"
	other := mustCompile(t, ts, "lottery", changed)
	for _, topic := range ts {
		if other.TopicFingerprint(topic.Name) == s.TopicFingerprint(topic.Name) {
			t.Errorf("topic %s is not routed anew when an only changes", topic.Name)
		}
	}
}

func TestOnlyMistakes(t *testing.T) {
	feeds := []config.Feed{
		{Path: "feeds[0]", Name: "a", Only: "war OR"},
		{Path: "feeds[1]", Name: "b", Only: "topic:nowhere"},
		{Path: "feeds[1]", Name: "c", Only: "topic:nowhere"},
	}
	_, err := Compile(topics(config.Topic{Name: "korea", Match: []string{"korea"}}), "", feeds)
	var wrong *Errors
	if !errors.As(err, &wrong) || wrong.List[0].Path != "feeds[0].only" || wrong.List[0].Offset == 0 || wrong.List[1].Path != "feeds[1].only" || wrong.List[1].Unknown != "nowhere" {
		t.Fatalf("%v", err)
	}
	t.Log(err)
}
