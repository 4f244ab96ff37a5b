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
		State: storage.TopicState{Name: "harbours", AtomID: "tag:feeds.example.org,2024:harbours", Begun: at(t, "2024-05-01T07:00:00Z"), Changed: at(t, "2024-05-04T09:00:00Z")},
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
	p.Age = 30 * time.Minute
	add(Feed{Title: "Pier Talk", Image: "https://pier.example/face.png?s=1&t=2"}, "2024-04-28T00:00:00Z", "2024-04-28T00:00:00Z", episodeItem())
	p.Entries[len(p.Entries)-1].Others = []storage.Telling{
		{URL: "https://herald.example/fog", Title: "Fog & horns"}, {URL: "https://wire.example/fog", Title: "Fog on the quay"},
	}
	return p
}

// episodeItem says all that there is to say in other vocabularies.
func episodeItem() storage.Item {
	thumbs := []storage.Thumbnail{{URL: "https://pier.example/still.jpg?a=1&b=2", Width: 320, Height: 180}}
	about := storage.Media{
		Title: storage.Text{Value: "<b>Fog</b> &amp; horns", HTML: true}, Thumbnails: thumbs,
		Description: storage.Text{Value: "<p>All the <i>fog</i>.</p>", HTML: true}, Rights: "© Pier & Co",
		Credits: []storage.Credit{{Role: "director", Name: "Ada Quay"}, {Role: "fog maker", Name: "Bo"}},
		Rating:  "nonadult", Keywords: []string{"fog", "horns"}, Player: "https://pier.example/play?v=1&w=2",
	}
	file := func(url, kind string, group int) storage.Media {
		m := about
		m.URL, m.Type, m.Group = url, kind, group
		return m
	}
	small, large, extra := file("https://pier.example/fog-s.mp4", "video/mp4", 1), file("https://pier.example/fog-l.mp4", "video/mp4", 1), file("https://pier.example/map.png", "image/png", 0)
	small.Medium, small.Width, small.Height, small.Duration, small.Length = "video", 320, 180, 95*time.Second, 1000
	large.Medium, large.Width, large.Height, large.Duration, large.Length, large.Default = "video", 1280, 720, 95*time.Second, 9000, true
	large.Description = storage.Text{Value: "Large & <plain>"}
	extra.Medium, extra.Language, extra.Title, extra.Description = "hologram", "en", storage.Text{Value: "The map"}, storage.Text{}
	return storage.Item{
		URL: "https://pier.example/fog", Title: storage.Text{Value: "Fog"}, Content: storage.Text{Value: "<p>Fog.</p>", HTML: true},
		Authors: []storage.Person{{Name: "Pia Pier"}},
		Enclosures: []storage.Enclosure{
			{URL: "https://pier.example/fog.mp3", Type: "audio/mpeg", Length: 777},
			{URL: "https://pier.example/fog-l.mp4", Type: "video/mp4"},
			{URL: "https://pier.example/fog.ogg", Type: "audio/ogg", Length: 555},
		},
		Image:  "https://pier.example/fog.jpg",
		Source: &storage.Source{Title: "The Wire", URL: "https://wire.example/feed"},
		Media:  []storage.Media{small, large, extra},
		ITunes: &storage.ITunes{
			Title: "Fog, the episode", Subtitle: "In which it clears", Image: "https://pier.example/cover.jpg",
			Duration: 3723 * time.Second, Season: 2, Episode: 7, Kind: "bonus", Explicit: "false", Block: true,
		},
		Podcast: &storage.Podcast{
			Season: "The mist", Episode: "7b", ChaptersURL: "https://pier.example/fog.json", ChaptersType: "application/json+chapters",
			Chapters: []storage.Chapter{
				{Title: "Before", URL: "https://pier.example/#a", Image: "https://pier.example/a.png"},
				{Start: 61*time.Minute + 1500*time.Millisecond, Title: "After <it>"},
			},
			Transcripts: []storage.Transcript{{URL: "https://pier.example/fog.vtt", Type: "text/vtt", Language: "en", Rel: "captions"}, {URL: "https://pier.example/fog.txt"}},
			Persons:     []storage.Participant{{Name: "Pia Pier", Role: "host", Group: "cast", Image: "https://pier.example/pia.png", URL: "https://pier.example/~pia"}},
			Soundbites:  []storage.Soundbite{{Start: 90*time.Second + 250*time.Millisecond, Duration: 30 * time.Second, Title: "The horn"}},
			Location:    "Pier 1", LocationGeo: "geo:51.5,-0.1", License: "cc-by-4.0", LicenseURL: "https://pier.example/license",
		},
		Thread: &storage.Thread{
			InReplyTo: []storage.Reply{{ID: "tag:wire.example,2024:fog", URL: "https://wire.example/fog-1", Type: "text/html", Source: "https://wire.example/feed"}},
			Feed:      "https://pier.example/fog/comments.rss",
		},
		Geo:    &storage.Geo{Shape: "point", Coordinates: []float64{51.5, -0.125}, Elevation: 3, Name: "Pier 1"},
		Origin: storage.Origin{ID: "urn:pier", Title: "Pier Talk", Self: "https://pier.example/feed", Icon: "https://pier.example/icon.png", Logo: "https://pier.example/logo.png"},
	}
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
			{URL: "https://gazette.example/2024/old-quay", Rel: "alternate", Type: "text/html", Language: "en-GB"},
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
		Source:   &storage.Source{Title: "Secret Desk", URL: "https://secret.example/feed?token=k&u=1"},
		Media: []storage.Media{
			{URL: "https://secret.example/feed?token=k&u=1"},
			{URL: "https://secret.example/1.mp4", Player: "https://secret.example/feed?token=k&u=1", Description: storage.Text{Value: address, HTML: true},
				Thumbnails: []storage.Thumbnail{{URL: "https://secret.example/feed?token=k&u=1"}}},
		},
		ITunes: &storage.ITunes{Subtitle: "At https://secret.example/feed?token=k&u=1", Image: "https://secret.example/feed?token=k&u=1"},
		Podcast: &storage.Podcast{ChaptersURL: "https://secret.example/feed?token=k&u=1", LicenseURL: "https://secret.example/feed?token=k&u=1",
			Transcripts: []storage.Transcript{{URL: "https://secret.example/feed?token=k&u=1"}}},
		Thread: &storage.Thread{Feed: "https://secret.example/feed?token=k&u=1", InReplyTo: []storage.Reply{{ID: "https://secret.example/feed?token=k&u=1"}}},
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
		Source:       &storage.Source{Title: bad, URL: "javascript:alert(2)"},
		Media: []storage.Media{
			{URL: "javascript:alert(3)", Title: storage.Text{Value: bad}},
			{
				URL: "https://ok.example/a b.mp4", Type: bad, Medium: bad, Language: bad, Length: -1, Width: -1, Height: -1, Duration: -1,
				Title: storage.Text{Value: "<b>" + bad, HTML: true}, Description: storage.Text{Value: "<p>" + bad + "</p>", HTML: true},
				Thumbnails: []storage.Thumbnail{{URL: "data:text/html,x", Width: -1}}, Credits: []storage.Credit{{Role: bad, Name: bad}, {}},
				Player: "vbscript:x", Rights: bad, Rating: bad, Keywords: []string{bad, ""},
			},
		},
		ITunes: &storage.ITunes{Title: bad, Subtitle: bad, Image: "file:///x", Duration: -1, Season: -1, Episode: -1, Kind: bad, Explicit: bad},
		Podcast: &storage.Podcast{
			Season: bad, Episode: bad, ChaptersURL: "javascript:x", ChaptersType: bad, Location: bad, LocationGeo: "javascript:x", License: bad, LicenseURL: "javascript:x",
			Chapters: []storage.Chapter{{Start: -1, Title: bad, URL: "javascript:x", Image: "javascript:x"}}, Transcripts: []storage.Transcript{{URL: "javascript:x"}, {URL: "https://ok.example/t", Type: bad, Language: bad, Rel: bad}},
			Persons: []storage.Participant{{Name: bad, Role: bad, Group: bad, Image: "javascript:x", URL: "javascript:x"}}, Soundbites: []storage.Soundbite{{Start: -1, Duration: 1, Title: bad}},
		},
		Thread: &storage.Thread{InReplyTo: []storage.Reply{{ID: bad, URL: "javascript:x"}, {ID: "urn:ok", Type: bad}}, Feed: "javascript:x"},
		Geo:    &storage.Geo{Shape: bad, Coordinates: []float64{1}, Name: bad},
	}
}
