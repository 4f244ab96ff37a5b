package config

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "90d": 90 * 24 * time.Hour, "1d12h": 36 * time.Hour, "2w": 14 * 24 * time.Hour, "1.5h": 90 * time.Minute,
		"1h1d": 25 * time.Hour, "500ms": 500 * time.Millisecond, "0.5d": 12 * time.Hour, "106751d": 106751 * 24 * time.Hour,
	} {
		if got, err := ParseDuration(text); got != want || err != nil {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "d", "5", "-5s", "+5s", "5 s", "5y", "1h ", "106752d", "99999999w", "1..5h", ".", ".h", "1d1", "٣d"} {
		if got, err := ParseDuration(text); err == nil {
			t.Errorf("ParseDuration(%q) = %v, want an error", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Min(0).Draw(t, "duration"))
		if got, err := ParseDuration(FormatDuration(want)); got != want || err != nil {
			t.Errorf("%s: got %v, %v; want %v", FormatDuration(want), got, err, want)
		}
	})
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "100": 100, "10MiB": 10 << 20, "1.5KiB": 1536, "1GiB": 1 << 30} {
		if got, err := ParseSize(text); got != want || err != nil {
			t.Errorf("ParseSize(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "MiB", "10MB", "10 MiB", "-1", "+1", "1.5", "1e3", "10mib", "9999999999GiB", "1.2.3KiB", "9223372036854775808"} {
		if got, err := ParseSize(text); err == nil {
			t.Errorf("ParseSize(%q) = %v, want an error", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.Int64Min(0).Draw(t, "size")
		if got, err := ParseSize(FormatSize(want)); got != want || err != nil {
			t.Errorf("%s: got %v, %v; want %v", FormatSize(want), got, err, want)
		}
	})
}

func TestFeedName(t *testing.T) {
	for address, want := range map[string]string{
		"https://www.theguardian.com/world/rss":   "theguardian.com-world-rss",
		"http://Example.ORG/":                     "example.org",
		"https://example.org":                     "example.org",
		"https://example.org:8443/a//b/":          "example.org-8443-a-b",
		"https://me:secret@example.org/a#top":     "example.org-a",
		"https://bücher.example/ä":                "xn--bcher-kva.example-C3-A4",
		"https://example.org/feed.xml?x=1":        "example.org-feed.xml-9483e0b5",
		"https://a:b@example.org/feed.xml?x=1":    "example.org-feed.xml-9483e0b5",
		"https://[2001:db8::1]/feed":              "2001-db8-1-feed",
		"https://example.org/..":                  "example.org",
		"https://www.example.org/~me/feed_1.atom": "example.org-me-feed_1.atom",
	} {
		if got := FeedName(address); got != want {
			t.Errorf("FeedName(%q) = %q, want %q", address, got, want)
		}
	}
	long := FeedName("https://example.org/" + strings.Repeat("a", 300))
	if len(long) != maxName || long == FeedName("https://example.org/"+strings.Repeat("a", 301)) {
		t.Errorf("long name %q", long)
	}
}

func TestFeedNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		host := rapid.StringMatching(`[a-z]{1,9}(\.[a-z]{2,5}){1,2}`).Draw(t, "host")
		path := rapid.StringMatching(`(/[!"$&-.0->@-~é]{0,20}){0,4}(\?[a-z=&]{1,9})?`).Draw(t, "path")
		for _, name := range []string{FeedName("https://me:hunter2@" + host + path), privateName("https://" + host + path)} {
			if _, f := parseName(name, nil); f != nil || strings.Contains(name, "hunter2") {
				t.Errorf("%s%s: name %q: %+v", host, path, name, f)
			}
		}
	})
}

func TestSuggest(t *testing.T) {
	known := []string{"every", "min", "max", "max_body", "timeout", "concurrency", "per_host", "en"}
	for word, want := range map[string]string{
		"evry": "every", "evrey": "every", "Timeout": "timeout", "max-body": "max_body", "maxbody": "max_body", "time": "timeout",
		"concurency": "concurrency", "colour": "", "x": "", "": "", strings.Repeat("every", 20): "",
	} {
		if got := suggest(word, known); got != want {
			t.Errorf("suggest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestExpand(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a": "a", "$": "$", "$$": "$", "$$$$": "$$", "$${SECRET}": "${SECRET}", "$5 $x": "$5 $x", "a${PORT}b": "a8080b",
		"${EMPTY}": "", "${EMPTY:-x}": "x", "${NOT_SET:-}": "", "${NOT_SET:-a:-b c}": "a:-b c", "${PORT:-1}${PORT}": "80808080",
	} {
		got, _, f, _ := expand(text, environment)
		if got != want || f != nil {
			t.Errorf("expand(%q) = %q, %v; want %q", text, got, f, want)
		}
	}
	for text, want := range map[string]int{"${NOT_SET}": 0, "ab${": 2, "$$${}": 2, "${a b}": 0, "${A-b}": 0, "x${é}": 1} {
		if got, _, f, offset := expand(text, environment); f == nil || offset != want {
			t.Errorf("expand(%q) = %q, %v at %d; want a fault at %d", text, got, f, offset, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "text")
		if got, expanded, f, _ := expand(literal(want), nil); got != want || expanded || f != nil {
			t.Errorf("expand(literal(%q)) = %q, %v", want, got, f)
		}
	})
}

func TestOutline(t *testing.T) {
	l := List{Path: "feeds[3]", Feed: Feed{Path: "feeds[3]", Tags: []string{"a"}, Topics: []string{"t"}, Every: time.Hour, Prefer: 3}}
	f, err := l.Outline(" https://www.example.org/x ", " A title ", []string{"b", "a", ""})
	if err != nil || f.URL != "https://www.example.org/x" || f.Name != "example.org-x" || f.Title != "A title" || strings.Join(f.Tags, " ") != "a b" ||
		f.Every != time.Hour || f.Prefer != 3 || f.Path != "feeds[3]" || f.Private {
		t.Errorf("%+v, %v", f, err)
	}
	if len(l.Feed.Tags) != 1 {
		t.Errorf("the list was changed: %+v", l.Feed)
	}
	f, err = l.Outline("https://me:hunter2@example.org/x", "", nil)
	if err != nil || !f.Private || f.BasicAuth == nil || strings.Contains(f.Name+f.URL, "hunter2") || f.Name != "example.org-"+digest(f.URL) {
		t.Errorf("%+v, %v", f, err)
	}
	l.open = true
	if f, err := l.Outline("https://example.org/x?token=1", "", nil); err != nil || f.Private {
		t.Errorf("%+v, %v", f, err)
	}
	for _, url := range []string{"", "example.org", "ftp://me:hunter2@example.org/", "https://me:hunter2@/", "https://hunter2 x/", "javascript:alert(1)"} {
		if f, err := l.Outline(url, "", nil); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Outline(%q) = %+v, %v; want an error without secrets", url, f, err)
		}
	}
}
