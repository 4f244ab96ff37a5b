package discover

import (
	"context"
	"errors"
	"reflect"
	"testing"
)

// site answers with the pages of a map.
func site(pages map[string]string) Get {
	return func(_ context.Context, address string) (*Page, error) {
		body, ok := pages[address]
		if !ok {
			return nil, errors.New("404 " + address)
		}
		return &Page{URL: address, Body: []byte(body)}, nil
	}
}

func rss(title string) string {
	return `<rss version="2.0"><channel><title>` + title + `</title><item><title>one</title></item></channel></rss>`
}

func TestTitlesArePlain(t *testing.T) {
	const address = "https://a.example/feed"
	feeds, err := Find(t.Context(), site(map[string]string{address: rss("A &amp;amp; &lt;b&gt;B&lt;/b&gt;")}), address)
	if err != nil || len(feeds) != 1 || feeds[0].Title != "A & B" {
		t.Errorf("%+v, %v", feeds, err)
	}
}

func TestFind(t *testing.T) {
	for _, tt := range []struct {
		name, address string
		pages         map[string]string
		want          []string
		one           bool
	}{
		{"the address is a feed", "https://a.example/feed", map[string]string{"https://a.example/feed": rss("A")},
			[]string{"https://a.example/feed"}, true},
		{"named by the page, one in two formats, comments aside", "https://a.example/blog/", map[string]string{
			"https://a.example/blog/": `<html><head><base href="/b/"><link rel=alternate type=application/rss+xml href="comments.xml">
				<link rel="alternate" type="application/rss+xml" href="rss.xml"><link rel=alternate type="application/atom+xml" href="/b/atom.xml">
				<link rel=alternate hreflang=de href=/de><link rel=alternate type=application/json href=/wp-json/x></head>`,
			"https://a.example/b/rss.xml": rss("A » RSS"), "https://a.example/b/atom.xml": rss("A (Atom)"), "https://a.example/b/comments.xml": rss("Comments on A"),
		}, []string{"https://a.example/b/rss.xml", "https://a.example/b/atom.xml", "https://a.example/b/comments.xml"}, true},
		{"two feeds", "https://a.example/", map[string]string{
			"https://a.example/":  `<link rel=alternate type=application/rss+xml href=/1><a href="/news.rss">n</a>`,
			"https://a.example/1": rss("World"), "https://a.example/news.rss": rss("Sport"),
		}, []string{"https://a.example/1", "https://a.example/news.rss"}, false},
		{"at a usual address", "https://a.example/about", map[string]string{
			"https://a.example/about": `<p>hello`, "https://a.example/index.xml": rss("A"), "https://a.example/feed": rss("A"),
		}, []string{"https://a.example/feed"}, true},
		{"by pattern, though the page answers not", "https://www.reddit.com/r/golang/", map[string]string{
			"https://www.reddit.com/r/golang/.rss": rss("Go"),
		}, []string{"https://www.reddit.com/r/golang/.rss"}, true},
	} {
		feeds, err := Find(t.Context(), site(tt.pages), tt.address)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		var got []string
		for _, f := range feeds {
			got = append(got, f.URL)
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if _, one := One(feeds); one != tt.one {
			t.Errorf("%s: one %v, want %v", tt.name, one, tt.one)
		}
	}
	if feeds, err := Find(t.Context(), site(map[string]string{"https://a.example/": "<p>x"}), "https://a.example/"); err == nil {
		t.Errorf("a page without feeds gives %v", feeds)
	}
}

func TestPatterns(t *testing.T) {
	for page, want := range map[string]string{
		"https://www.youtube.com/channel/UCx":         "https://www.youtube.com/feeds/videos.xml?channel_id=UCx",
		"https://www.youtube.com/playlist?list=PLx":   "https://www.youtube.com/feeds/videos.xml?playlist_id=PLx",
		"https://github.com/golang/go":                "https://github.com/golang/go/releases.atom",
		"https://github.com/golang":                   "https://github.com/golang.atom",
		"https://github.com/golang/go/commits/master": "https://github.com/golang/go/commits/master.atom",
		"https://mastodon.example/@someone":           "https://mastodon.example/@someone.rss",
		"https://medium.com/@someone":                 "https://medium.com/feed/@someone",
		"https://x.substack.com/p/y":                  "https://x.substack.com/feed",
		"https://bsky.app/profile/x.example":          "https://bsky.app/profile/x.example/rss",
	} {
		if got := patterns(page); len(got) == 0 || got[0] != want {
			t.Errorf("%s: %q, want %s", page, got, want)
		}
	}
	if got := patterns("https://a.example/about"); got != nil {
		t.Errorf("unknown site: %q", got)
	}
}
