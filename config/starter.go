package config

import (
	"reflect"
	"time"
)

const preface = `# sluice: polls the feeds below and publishes the topics below them.
#
# This file runs as it stands: "sluice fetch" polls once, "sluice serve" goes
# on polling and answers at the address in listen. "sluice check" finds
# mistakes in it and tries the tests. Lines that begin with # and no blank are
# keys that may be left out, with their defaults or an example. Durations are
# such as 30s, 15m, 12h, 90d; sizes such as 512KiB, 10MiB. ${NAME} stands for a
# variable of the environment, ${NAME:-word} for word where it is not set.

`

// Starter returns a config file that explains every key and runs as it stands.
func Starter() []byte {
	w := &writer{docs: true}
	w.WriteString(preface)
	w.mapping(reflect.ValueOf(sample()).Elem(), "", "", true)
	text := w.String()
	return []byte(text[:len(text)-1])
}

// sample is what the starter says.
func sample() *rawFile {
	feed := func(url, name, title string, tags ...string) rawFeed {
		return rawFeed{URL: is(address{url: url}), Name: is(name), Title: some(title), Tags: all(tags)}
	}
	test := func(title string, want bool) rawTest {
		t := rawTest{Title: is(title)}
		if !want {
			t.Want = is(false)
		}
		return t
	}
	top := &place{}
	r := &rawFile{
		Site:   rawSite{Title: is("My feeds"), Language: is("en"), Timezone: is(time.UTC)},
		Listen: is("127.0.0.1:8080"),
		Store:  is("sluice.db"),
		Feeds: list[rawFeed]{At: top, Items: []rawFeed{
			feed("https://feeds.bbci.co.uk/news/world/rss.xml", "bbc-world", "BBC News, world", "world"),
			feed("https://www.theguardian.com/world/rss", "guardian-world", "The Guardian, world", "world"),
			feed("https://www.nasa.gov/news-release/feed/", "nasa", "NASA", "space"),
			feed("https://www.esa.int/rssfeed/Our_Activities/Space_News", "esa", "ESA", "space"),
			feed("https://feeds.arstechnica.com/arstechnica/science", "ars-science", "Ars Technica, science", "science"),
		}},
		Topics: list[rawTopic]{At: top, Items: []rawTopic{
			{
				Name: is("climate"), Title: is("Climate"), Description: is("News of the climate, from all feeds."),
				Match: all([]string{`(climate OR "global warming" OR "carbon emissions" OR "greenhouse gas") -"political climate"`}),
				Tests: list[rawTest]{At: top, Items: []rawTest{
					test("Greenhouse gas levels reach a new high", true),
					test("The political climate cools before the vote", false),
				}},
			},
			{
				Name: is("space"), Title: is("Space"), Description: is("Space flight and astronomy."),
				Match: all([]string{`tag:space OR astronaut OR "space station" OR (rocket launch)`}),
				Tests: list[rawTest]{At: top, Items: []rawTest{
					test("Astronaut returns from the space station", true),
					test("Rocket salad, five ways", false),
				}},
			},
		}},
	}
	r.Feeds.Items[2].Topics = all([]string{"space"})
	return r
}
