package publisher

import (
	"strings"
	"testing"

	"sluice/storage"
)

// The narrowest of the terms of site, topic and feed counts, also for a feed
// that left the config.
func TestNarrowestTerms(t *testing.T) {
	for _, c := range []struct {
		site, topic, feed, stored string
		configured, text          bool
	}{
		{"", "", "", "", true, true},
		{"full", "full", "full", "link", true, true},
		{"link", "full", "full", "", true, false},
		{"", "link", "", "", true, false},
		{"", "full", "link", "", true, false},
		{"excerpt", "", "link", "", true, false},
		{"", "", "", "link", false, false},
		{"", "", "", "", false, true},
	} {
		m := newMemory("a")
		m.add("a", "gazette", 1)
		m.feeds[0].Content = c.stored
		cfg, feeds := testConfig("a")
		cfg.Site.Content, cfg.Topics[0].Content, feeds[0].Content = c.site, c.topic, c.feed
		if !c.configured {
			feeds = feeds[1:]
		}
		s := New(m)
		s.Configure(cfg, feeds)
		publish(t, s, nil)
		if got := strings.Contains(get(t, s, "/topics/a.atom").Body.String(), "Its text."); got != c.text {
			t.Errorf("%+v: the text is there: %v", c, got)
		}
	}
}

// Tellings of private feeds are not linked to.
func TestPrivateTellings(t *testing.T) {
	m := newMemory("a")
	m.add("a", "gazette", 1)
	m.held["a"][0].Others = []storage.Telling{
		{Feed: "herald", URL: "https://herald.example/x", Title: "x"},
		{Feed: "secret", URL: "https://secret.example/x", Title: "x"},
		{Feed: "unheard of", URL: "https://unheard.example/x", Title: "x"},
	}
	got := get(t, published(t, m, "a"), "/topics/a.atom").Body.String()
	if !strings.Contains(got, "https://herald.example/x") || strings.Contains(got, "secret.example") || strings.Contains(got, "unheard.example") {
		t.Errorf("the other tellings: %s", got)
	}
}
