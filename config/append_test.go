package config

import (
	"errors"
	"testing"
	"testing/fstest"
)

func TestAppend(t *testing.T) {
	add := Addition{
		Feeds:  []NewFeed{{URL: "https://b.example/feed?a=1&b=2"}, {URL: "https://c.example/#$x: y", Title: "It's: C", Tags: []string{"world", "a b"}, Topics: []string{"news"}}},
		Topics: []NewTopic{{"news", "News"}},
	}
	const feeds = "  - url: https://b.example/feed?a=1&b=2\n  - url: 'https://c.example/#$$x: y'\n    title: 'It''s: C'\n    tags: [world, 'a b']\n    topics: [news]\n"
	const topics = "  - name: news\n    title: News\n"
	for _, tt := range []struct{ name, in, want string }{
		{"nothing there", "site: {title: T}\n", "site: {title: T}\n\nfeeds:\n" + feeds + "\ntopics:\n" + topics},
		{"no line end", "site: {title: T}", "site: {title: T}\n\nfeeds:\n" + feeds + "\ntopics:\n" + topics},
		{"lists with comments", "# top\nfeeds:   # ours\n  # the first\n  - url: 'https://a.example/'  # a\n    every: 1h\n  # - url: https://off.example/\n\n# topics follow\ntopics:\n  - name: x\n    match: >-\n      a OR\n      # b\n\n# the end\n",
			"# top\nfeeds:   # ours\n  # the first\n  - url: 'https://a.example/'  # a\n    every: 1h\n  # - url: https://off.example/\n" + feeds + "\n# topics follow\ntopics:\n  - name: x\n    match: >-\n      a OR\n      # b\n" + topics + "\n# the end\n"},
		{"empty lists", "feeds: []  # none yet\ntopics:\nlisten: :80\n", "feeds:  # none yet\n" + feeds + "topics:\n" + topics + "listen: :80\n"},
		{"other indent", "feeds:\n- {url: https://a.example/}\ntopics:\n    - name: x\n",
			"feeds:\n- {url: https://a.example/}\n- url: https://b.example/feed?a=1&b=2\n- url: 'https://c.example/#$$x: y'\n  title: 'It''s: C'\n  tags: [world, 'a b']\n  topics: [news]\ntopics:\n    - name: x\n    - name: news\n      title: News\n"},
		{"carriage returns", "feeds:\r\n  - url: https://a.example/\r\n", ""},
	} {
		got, err := Append([]byte(tt.in), add)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if tt.want != "" && string(got) != tt.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
	for name, in := range map[string]string{
		"one line":    "feeds: [{url: https://a.example/}]\n",
		"all in one":  "{site: {title: T}}\n",
		"a mark":      "site: {title: T}\n...\n",
		"broken":      "feeds: [\n",
		"a scalar":    "feeds: x\n",
		"an alias":    "site: &a []\nfeeds: *a\n",
		"two in line": "feeds: {a: b}\n",
	} {
		if got, err := Append([]byte(in), add); !errors.Is(err, ErrByHand) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// TestAppendLoads checks that what was added is read as it was meant.
func TestAppendLoads(t *testing.T) {
	out, err := Append(Starter(), Addition{
		Feeds:  []NewFeed{{URL: "https://c.example/?q=$x", Title: `a "b" 'c' # d: e`, Tags: []string{"no", "1.10"}, Topics: []string{"added"}}},
		Topics: []NewTopic{{Name: "added"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := Load(fstest.MapFS{"sluice.yaml": {Data: out}}, "/sluice.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	f := cfg.Feeds[len(cfg.Feeds)-1]
	if f.URL != "https://c.example/?q=$x" || f.Title != `a "b" 'c' # d: e` || len(f.Tags) != 2 || f.Tags[1] != "1.10" || f.Topics[0] != "added" {
		t.Errorf("feed %+v", f)
	}
	if got := cfg.Topics[len(cfg.Topics)-1].Name; got != "added" {
		t.Errorf("topic %q", got)
	}
}
