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

// The text of an item's page is published only where the feed says content:
// full, and under the narrower terms of topic and site no more than these allow.
func TestPageTextTerms(t *testing.T) {
	for _, c := range []struct {
		feed, topic string
		want        bool
	}{
		{"full", "", true}, {"full", "full", true}, {"", "", false}, {"", "full", false},
		{"excerpt", "", false}, {"link", "full", false}, {"full", "excerpt", false}, {"full", "link", false},
	} {
		m := newMemory("a")
		m.add("a", "gazette", 1)
		m.held["a"][0].Item.Extract = &storage.Extract{Content: "<p>" + strings.Repeat("What the page says, at length. ", 40) + "The end.</p>"}
		cfg, feeds := testConfig("a")
		cfg.Topics[0].Content, feeds[0].Content = c.topic, c.feed
		s := New(m)
		s.Configure(cfg, feeds)
		publish(t, s, nil)
		for _, ext := range []string{".atom", ".rss", ".json"} {
			doc := get(t, s, "/topics/a"+ext).Body.String()
			if got := strings.Contains(doc, "The end."); got != c.want {
				t.Errorf("feed %q, topic %q: %s has the page's text: %v", c.feed, c.topic, ext, got)
			}
			if c.want && !strings.Contains(doc, "Its text.") {
				t.Errorf("%s lost what the feed said", ext)
			}
		}
	}
	m := newMemory("a")
	m.add("a", "gazette", 1)
	m.held["a"][0].Item.Extract = &storage.Extract{Content: "<p>Cookies?</p>"}
	cfg, feeds := testConfig("a")
	feeds[0].Content = "full"
	s := New(m)
	s.Configure(cfg, feeds)
	publish(t, s, nil)
	if doc := get(t, s, "/topics/a.atom").Body.String(); strings.Contains(doc, "Cookies?") {
		t.Error("a page's text that is shorter than the feed's own replaces it")
	}
}

// An entry shows the text of its own telling under the terms of that one's feed,
// whatever the terms of the feeds of the other tellings.
func TestTermsOfTheShownTelling(t *testing.T) {
	m := newMemory("a")
	m.add("a", "gazette", 1)
	m.add("a", "herald", 2)
	others := func(i int, feed string) {
		m.held["a"][i].Others = []storage.Telling{{Feed: feed, URL: "https://" + feed + ".example/other", Title: "Other"}}
	}
	others(0, "gazette")
	others(1, "herald")
	cfg, feeds := testConfig("a")
	feeds[0].Content = "link"
	s := New(m)
	s.Configure(cfg, feeds)
	publish(t, s, nil)
	for _, ext := range []string{".atom", ".rss", ".json"} {
		doc := strings.ReplaceAll(get(t, s, "/topics/a"+ext).Body.String(), "&lt;", "<")
		if n := strings.Count(strings.ReplaceAll(doc, "&gt;", ">"), "<p>Its text."); n != 1 {
			t.Errorf("%s: %d texts, want that of the herald alone", ext, n)
		}
	}
}

// The picture of a feed stands in the documents, but not that of a private one.
func TestFace(t *testing.T) {
	m := newMemory("a")
	m.add("a", "gazette", 1)
	m.add("a", "secret", 2)
	cfg, feeds := testConfig("a")
	feeds[0].Image, feeds[2].Image = "https://gazette.example/face.png", "https://secret.example/face.png"
	s := New(m)
	s.Configure(cfg, feeds)
	publish(t, s, nil)
	for ext, want := range map[string]string{".atom": "<logo>https://gazette.example/face.png</logo>", ".json": `"avatar":"https://gazette.example/face.png"`, ".rss": ""} {
		doc := get(t, s, "/topics/a"+ext).Body.String()
		if !strings.Contains(doc, want) || strings.Contains(doc, "secret.example/face.png") {
			t.Errorf("%s: %s", ext, doc)
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
