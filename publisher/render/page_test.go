package render

import (
	"strings"
	"testing"
	"time"

	"sluice/config"
	"sluice/storage"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func testSite(t *testing.T) config.Site {
	t.Helper()
	zone := time.FixedZone("Europe/Somewhere", 2*60*60)
	return config.Site{
		Title: "Example & Wire", URL: "https://feeds.example.org/news",
		Author: "The Wire's desk", Language: "en", Timezone: zone,
	}
}

// testPage has an entry for each case that a format must get right.
func testPage(t *testing.T) *Page {
	t.Helper()
	p := &Page{
		Site: testSite(t),
		Topic: config.Topic{
			Name: "harbours", Title: "Harbours & <quays>", Description: "All about harbours, \"old\" and new.", Language: "en-GB",
		},
		State: storage.TopicState{Name: "harbours", AtomID: "tag:feeds.example.org,2024:harbours", Changed: at(t, "2024-05-04T09:00:00Z")},
		Prev:  3,
		Withdrawn: []storage.Tombstone{
			{ID: "https://outlet.example/gone?a=1&b=2", Number: 7, Withdrawn: at(t, "2024-05-04T09:00:00Z")},
			{ID: "urn:uuid:6bdab4a5-0000-4000-8000-000000000000", Number: 3, Withdrawn: at(t, "2024-04-20T00:00:00Z")},
		},
	}
	add := func(feed Feed, published, updated string, item storage.Item) {
		id := "https://outlet.example/" + string(rune('a'+len(p.Entries)))
		if item.Permalink {
			id = item.URL
		}
		p.Entries = append(p.Entries, Entry{Feed: feed, Entry: storage.Entry{
			ID: id, Published: at(t, published), Updated: at(t, updated), Item: item,
		}})
	}
	gazette := Feed{Title: "Harbour Gazette", URL: "https://gazette.example/feed"}
	add(gazette, "2024-05-03T22:30:00Z", "2024-05-04T08:15:30Z", fullItem(t))
	add(gazette, "2024-05-03T10:00:00+02:00", "2024-05-03T08:00:00Z", storage.Item{
		URL: "https://gazette.example/brief?a=1&b=2#top", Permalink: true,
		Title:   storage.Text{Value: "Tide & time: 3 < 4"},
		Summary: storage.Text{Value: "One line.\nAnother <line>."},
		Authors: []storage.Person{{Mail: "desk@gazette.example"}},
		Origin:  storage.Origin{Title: "Harbour Gazette"},
	})
	add(Feed{Title: "港の便り"}, "2024-05-02T00:00:00Z", "2024-05-02T00:00:00Z", storage.Item{
		URL: "https://minato.example/記事/1", Language: "ja",
		Title:   storage.Text{Value: "港に新しい灯台"},
		Content: storage.Text{Value: "<p>港に新しい灯台が建った。</p>", HTML: true},
		Origin:  storage.Origin{Title: "港の便り", Home: "https://minato.example/"},
	})
	add(Feed{Title: "Secret Desk", URL: "https://secret.example/feed?token=k&u=1", Private: true}, "2024-05-01T00:00:00Z", "2024-05-01T00:00:00Z", privateItem())
	add(gazette, "2024-04-30T00:00:00Z", "2024-04-30T00:00:00Z", hostileItem())
	add(gazette, "2024-04-29T00:00:00Z", "2024-04-29T00:00:00Z", storage.Item{
		Enclosures: []storage.Enclosure{{URL: "https://gazette.example/horn.mp3?x=1"}},
	})
	return p
}

func fullItem(t *testing.T) storage.Item {
	return storage.Item{
		URL:      "https://gazette.example/2024/old-quay",
		Title:    storage.Text{Value: "The <em>old</em> quay &amp; its crane", HTML: true},
		Summary:  storage.Text{Value: "<p>A crane of 1880 <b>moves</b> again.</p>", HTML: true},
		Content:  storage.Text{Value: "<p>The crane \"moves\" again.</p>\n<pre>a ]]&gt; b</pre>", HTML: true},
		Language: "en",
		Authors: []storage.Person{
			{Name: "Ada Quay", Mail: "ada@gazette.example", URI: "https://gazette.example/~ada"},
			{Name: "Bo Mole"},
		},
		Contributors: []storage.Person{{Name: "Cy Pier"}},
		Categories: []storage.Category{
			{Term: "cranes", Scheme: "https://gazette.example/tags", Label: "Cranes & hoists"},
			{Term: "quays"},
			{Label: "Only a label"},
		},
		Enclosures: []storage.Enclosure{
			{URL: "https://gazette.example/crane.mp3", Type: "audio/mpeg", Length: 1234567},
			{URL: "https://gazette.example/crane.pdf"},
		},
		Links: []storage.Link{
			{URL: "https://wire.example/original", Rel: "via", Title: "The original", Language: "fr", Type: "text/html", Length: 12},
			{URL: "https://gazette.example/de/alter-kai", Rel: "alternate", Language: "de"},
			{URL: "https://gazette.example/feed", Rel: "self"},
		},
		Image:    "https://gazette.example/crane.jpg",
		Comments: "https://gazette.example/2024/old-quay#comments",
		Rights:   "© Harbour Gazette",
		Origin: storage.Origin{
			ID: "tag:gazette.example,2020:feed", Title: "Harbour Gazette", Self: "https://gazette.example/feed",
			Home: "https://gazette.example/", Rights: "All rights reserved", Language: "en",
			Updated: at(t, "2024-05-03T20:00:00Z"),
		},
	}
}

func privateItem() storage.Item {
	const address = "https://secret.example/feed?token=k&amp;u=1"
	return storage.Item{
		URL:      "https://secret.example/feed/article-1",
		Title:    storage.Text{Value: "What the partner wrote"},
		Content:  storage.Text{Value: `<p>From <a href="` + address + `">our feed</a>, see <a href="` + address + `-2">this</a>.</p>`, HTML: true},
		Links:    []storage.Link{{URL: "https://secret.example/feed?token=k&u=1", Rel: "via"}},
		Comments: "https://secret.example/feed?token=k&u=1",
		Origin: storage.Origin{
			ID: "urn:secret:feed", Title: "Secret Desk", Self: "https://secret.example/feed?token=k&u=1",
			Home: "https://secret.example/", Rights: "Secret Desk only",
		},
	}
}

// hostileItem has in every field what must not reach a document.
func hostileItem() storage.Item {
	bad := "x\x00y\x0b\ud7ff\xed\xa0\x80\uffff ]]> </title></script><!-- \u0085z"
	return storage.Item{
		URL:          "javascript:alert(1)",
		Title:        storage.Text{Value: bad + strings.Repeat(" long", 400)},
		Summary:      storage.Text{Value: bad},
		Content:      storage.Text{Value: "<p>" + bad + "</p>", HTML: true},
		Language:     "not a language\"",
		Authors:      []storage.Person{{Name: bad, Mail: "no mail", URI: "data:text/html,x"}},
		Categories:   []storage.Category{{Term: bad, Scheme: "relative/scheme", Label: bad}},
		Enclosures:   []storage.Enclosure{{URL: "file:///etc/passwd", Type: bad, Length: -1}, {URL: "http://ok.example/a b\"<>.ogg", Type: "nonsense", Length: -1}},
		Links:        []storage.Link{{URL: "/relative", Rel: "via"}, {URL: "https://ok.example/100%", Rel: bad, Language: "??", Length: -5}},
		Image:        "//ok.example/no-scheme.png",
		Comments:     "https://",
		Rights:       bad,
		Origin:       storage.Origin{ID: bad, Title: bad, Self: "relative", Home: "vbscript:x", Rights: bad, Language: "%"},
		Contributors: []storage.Person{{}},
	}
}
