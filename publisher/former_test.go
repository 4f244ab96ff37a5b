package publisher

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// renamedSite has a topic that was renamed, and one that was given up.
func renamedSite(t *testing.T) *Site {
	m := newMemory("korea", "quiz")
	for n := range 150 {
		m.add("korea", "gazette", n+1)
	}
	m.add("quiz", "herald", 1)
	s := New(m)
	cfg, feeds := testConfig("korea", "quiz")
	cfg.Site.URL = "https://example.org/base"
	cfg.Topics[0].Formerly = []string{"dprk", "/old/korea.xml", "/old/korea.rss", "/old/korea.json", "/blog", "/feed/", "/x/rss", "/feedback", "/index.html", "/a/../b.xml"}
	cfg.Topics[1].Formerly, cfg.Topics[1].Gone = []string{"trivia", "/quiz.xml"}, true
	s.Configure(cfg, feeds)
	publish(t, s, nil)
	return s
}

func TestFormerAddresses(t *testing.T) {
	s := renamedSite(t)
	for path, want := range map[string]string{
		"/topics/dprk":                     "/topics/korea",
		"/topics/dprk/":                    "/topics/korea",
		"/topics/dprk.atom":                "/topics/korea.atom",
		"/topics/dprk.rss":                 "/topics/korea.rss",
		"/topics/dprk.json":                "/topics/korea.json",
		"/base/topics/dprk.json":           "/topics/korea.json",
		"/topics/dprk/archive/1.atom":      "/topics/korea/archive/1.atom",
		"/base/topics/dprk/archive/2.json": "/topics/korea/archive/2.json",
		"/old/korea.xml":                   "/topics/korea.atom",
		"/old/korea.rss":                   "/topics/korea.rss",
		"/old/korea.json":                  "/topics/korea.json",
		"/blog":                            "/topics/korea",
		"/blog/":                           "/topics/korea",
		"/feed/":                           "/topics/korea.atom",
		"/feed":                            "/topics/korea.atom",
		"/x/rss/":                          "/topics/korea.rss",
		"/feedback":                        "/topics/korea",
	} {
		w := get(t, s, path)
		if got := w.Header().Get("Location"); w.Code != http.StatusMovedPermanently || got != "https://example.org/base"+want {
			t.Errorf("%s: %d to %q, want 301 to %s", path, w.Code, got, want)
		}
	}
	for path, want := range map[string]int{
		"/topics/dprk/archive/3.atom": http.StatusNotFound,
		"/topics/dprk.xml":            http.StatusNotFound,
		"/topics/korea.atom":          http.StatusOK,
		"/topics/quiz":                http.StatusGone,
		"/topics/quiz/":               http.StatusGone,
		"/topics/quiz.atom":           http.StatusGone,
		"/base/topics/quiz.rss":       http.StatusGone,
		"/topics/quiz/archive/1.json": http.StatusGone,
		"/topics/trivia.atom":         http.StatusGone,
		"/quiz.xml":                   http.StatusGone,
		"/quiz.xml/":                  http.StatusGone,
		"/topics/quizzes.atom":        http.StatusNotFound,
	} {
		if w := get(t, s, path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	for _, path := range []string{"/", "/topics.opml"} {
		if got := get(t, s, path).Body.String(); strings.Contains(got, "quiz") || !strings.Contains(got, "korea") {
			t.Errorf("%s does not list the topics that there are", path)
		}
	}
	if !s.Ready() {
		t.Error("a topic that is gone keeps the site from being ready")
	}
	if head, ok := s.Heads()["quiz"]; !ok || head.Limit != 0 {
		t.Errorf("a topic that is gone holds items back: %+v, %v", head, ok)
	}
}

func TestFormerFiles(t *testing.T) {
	s := renamedSite(t)
	dir := t.TempDir()
	write(t, s, dir)
	files := tree(t, dir)
	for former, now := range map[string]string{
		"topics/dprk/index.html":        "topics/korea/index.html",
		"topics/dprk.atom":              "topics/korea.atom",
		"topics/dprk.rss.gz":            "topics/korea.rss.gz",
		"topics/dprk/archive/2.json":    "topics/korea/archive/2.json",
		"topics/dprk/archive/1.atom.gz": "topics/korea/archive/1.atom.gz",
		"old/korea.xml":                 "topics/korea.atom",
		"old/korea.json.gz":             "topics/korea.json.gz",
		"blog/index.html":               "topics/korea/index.html",
		"feed/index.html":               "topics/korea.atom",
		"x/rss/index.html.gz":           "topics/korea.rss.gz",
	} {
		if files[former] != files[now] || files[now] == "" {
			t.Errorf("%s does not hold the bytes of %s", former, now)
		}
	}
	if files["index.html"] != get(t, s, "/").Body.String() {
		t.Error("an earlier address takes the place of the index")
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.Contains(name, "quiz") || strings.Contains(name, "trivia") || name == "b.xml" {
			t.Errorf("%s was written", name)
		}
	}
	if again := write(t, s, dir); again.Written+again.Removed != 0 {
		t.Errorf("written again: %+v", again)
	}
}
