package publisher

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/config"
	"sluice/storage"
)

func get(t testing.TB, h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestReady(t *testing.T) {
	m := newMemory("a", "b")
	s := New(m)
	if err := s.Publish(t.Context(), nil, start); err == nil {
		t.Error("a site without config publishes")
	}
	for _, path := range []string{"/readyz", "/topics/a.atom"} {
		if got := get(t, s, path).Code; got != http.StatusServiceUnavailable {
			t.Errorf("%s before any publication: %d", path, got)
		}
	}
	if got := get(t, s, "/healthz").Code; got != http.StatusOK {
		t.Errorf("/healthz: %d", got)
	}
	s.Configure(testConfig("a", "b"))
	m.fail["b"] = errors.New("broken")
	err := s.Publish(t.Context(), nil, start)
	if err == nil || !strings.Contains(err.Error(), "topic b: broken") {
		t.Errorf("publication of a broken topic gives %v", err)
	}
	if s.Ready() || s.Heads() != nil {
		t.Error("ready though a topic has no documents")
	}
	if got := get(t, s, "/topics/a.atom").Code; got != http.StatusOK {
		t.Errorf("the topic that is well answers %d", got)
	}
	if got := get(t, s, "/readyz"); got.Code != http.StatusServiceUnavailable || !strings.Contains(got.Body.String(), "1 of 2 topics") {
		t.Errorf("/readyz: %d %s", got.Code, got.Body)
	}
	delete(m.fail, "b")
	publish(t, s, []string{})
	if !s.Ready() || get(t, s, "/readyz").Code != http.StatusOK {
		t.Error("a topic that failed is not tried again")
	}
}

func TestUnknownTopics(t *testing.T) {
	m := newMemory("a")
	s := New(m)
	s.Configure(testConfig("a", "unenrolled"))
	if err := s.Publish(t.Context(), nil, start); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a topic that the store does not know gives %v", err)
	}
	s.Configure(testConfig("a"))
	publish(t, s, []string{"no such topic"})
	if !s.Ready() {
		t.Error("a name that the config does not know stops publication")
	}
}

// bodies returns the bytes of all documents in all representations.
func bodies(s *Site) map[string][]byte {
	all := map[string][]byte{}
	for name, rep := range s.shown.Load().static() {
		all[name] = rep.body
	}
	return all
}

// Equal data gives equal bytes and headers, in another process too.
func TestSameDataSameBytes(t *testing.T) {
	build := func() *Site {
		m := newMemory("a", "b")
		for n := range 30 {
			m.add("a", "gazette", n)
			m.add("b", "herald", n)
		}
		return published(t, m, "a", "b")
	}
	first, second := build(), build()
	got, want := bodies(second), bodies(first)
	for name := range want {
		if !bytes.Equal(got[name], want[name]) {
			t.Errorf("%s differs", name)
		}
	}
	for path := range first.shown.Load().served {
		a, b := get(t, first, path, "Accept-Encoding", "gzip"), get(t, second, path, "Accept-Encoding", "gzip")
		if !maps.EqualFunc(a.Header(), b.Header(), slices.Equal) {
			t.Errorf("%s: headers %v and %v", path, a.Header(), b.Header())
		}
	}
}

// A change renders its topic and no other, and keeps documents that come out
// the same.
func TestOnlyWhatChanged(t *testing.T) {
	m := newMemory("a", "b")
	m.add("a", "gazette", 1)
	m.add("b", "gazette", 1)
	s := published(t, m, "a", "b")
	before := s.shown.Load()
	m.add("a", "gazette", 2)
	m.add("b", "gazette", 2)
	reads := m.reads["b"]
	publish(t, s, []string{"a"})
	after := s.shown.Load()
	if m.reads["b"] != reads || after.heads["b"] != before.heads["b"] {
		t.Error("another topic was rendered")
	}
	if after.heads["a"].atom == before.heads["a"].atom {
		t.Error("the topic kept its old document")
	}
	if after.index == before.index || after.topics != before.topics || after.sources != before.sources {
		t.Error("the index must be new, the lists must be kept")
	}
	publish(t, s, nil)
	again := s.shown.Load()
	if again.heads["a"].atom != after.heads["a"].atom || again.heads["a"].html != after.heads["a"].html {
		t.Error("unchanged documents were made anew")
	}
}

func TestReconfigure(t *testing.T) {
	m := newMemory("a", "b")
	m.add("a", "gazette", 1)
	s := published(t, m, "a", "b")
	cfg, feeds := testConfig("a")
	cfg.Site.Title = "Another name"
	s.Configure(cfg, feeds)
	if got := get(t, s, "/topics/b.atom").Code; got != http.StatusOK {
		t.Errorf("before the next publication a removed topic answers %d", got)
	}
	publish(t, s, []string{})
	if got := get(t, s, "/topics/b.atom").Code; got != http.StatusNotFound {
		t.Errorf("a removed topic answers %d", got)
	}
	if got := get(t, s, "/topics/a").Body.String(); !strings.Contains(got, "Another name") {
		t.Error("a topic that was not named was not rendered by the new config")
	}
}

func TestCancelledPublishChangesNothing(t *testing.T) {
	m := newMemory("a")
	s := published(t, m, "a")
	before := s.shown.Load()
	m.add("a", "gazette", 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Publish(ctx, nil, start); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled publication gives %v", err)
	}
	if s.shown.Load() != before {
		t.Error("a cancelled publication is served")
	}
}

func TestLastModified(t *testing.T) {
	m := newMemory("a")
	s := New(m)
	s.Configure(testConfig("a"))
	m.add("a", "gazette", 1)
	publish(t, s, nil)
	const want = "Sat, 04 May 2024 13:00:00 GMT"
	for _, path := range []string{"/", "/topics/a", "/topics/a.json"} {
		if got := get(t, s, path).Header().Get("Last-Modified"); got != want {
			t.Errorf("%s: Last-Modified %q, want %q", path, got, want)
		}
	}
	if got := get(t, s, "/topics.opml").Header()["Last-Modified"]; got != nil {
		t.Errorf("a list has a date: %q", got)
	}
	// A store whose clock went wrong: never later than the answer itself.
	if err := s.Publish(t.Context(), nil, start); err != nil {
		t.Fatal(err)
	}
	if got := get(t, s, "/topics/a.atom").Header().Get("Last-Modified"); got != "Sat, 04 May 2024 12:00:00 GMT" {
		t.Errorf("Last-Modified lies in the future: %s", got)
	}
}

func TestHead(t *testing.T) {
	m := newMemory("a")
	for n := 1; n <= 1000; n++ {
		feed := "gazette"
		if n%100 == 0 {
			feed = "herald"
		}
		m.add("a", feed, n)
	}
	for _, c := range []struct {
		limit, perFeed int
		shown          int
		oldest         int // hours after start
	}{
		{limit: 50, shown: 50, oldest: 951},
		{limit: 250, shown: 250, oldest: 751},
		{limit: 2000, shown: 1000, oldest: 1},
		{limit: 10, perFeed: 5, shown: 10, oldest: 600},
		{limit: 50, perFeed: 3, shown: 6, oldest: 800},
		{limit: 1, perFeed: 1, shown: 1, oldest: 1000},
	} {
		cfg, feeds := testConfig("a")
		cfg.Topics[0].Limit, cfg.Topics[0].PerFeed = c.limit, c.perFeed
		s := New(m)
		s.Configure(cfg, feeds)
		publish(t, s, nil)
		if got := strings.Count(get(t, s, "/topics/a.atom").Body.String(), "<entry"); got != c.shown {
			t.Errorf("limit %d, per feed %d: %d entries, want %d", c.limit, c.perFeed, got, c.shown)
		}
		head := s.Heads()["a"]
		if want := start.Add(time.Duration(c.oldest) * time.Hour); head.Limit != c.limit || !head.Oldest.Time.Equal(want) {
			t.Errorf("limit %d, per feed %d: head %+v, want oldest %v", c.limit, c.perFeed, head, want)
		}
	}
}

// One feed's flood does not make a head read the whole topic.
func TestHeadIsBounded(t *testing.T) {
	m := newMemory("a")
	m.add("a", "gazette", 0)
	flood := m.held["a"][0]
	m.held["a"] = nil
	for n := range 3 * spare {
		e := flood
		e.Place = storage.Place{Time: start, Story: storage.ID{byte(n >> 16), byte(n >> 8), byte(n)}}
		m.held["a"] = append(m.held["a"], e)
	}
	cfg, _ := testConfig("a")
	cfg.Topics[0].PerFeed = 2
	got, err := Head(t.Context(), &endless{m}, cfg.Topics[0], time.Time{})
	if err != nil || len(got) != 2 {
		t.Errorf("%d entries, %v", len(got), err)
	}
	if m.reads["a"] == 0 {
		t.Error("it read nothing")
	}
	if most := spare/batch + 2; m.reads["a"] > most {
		t.Errorf("%d reads, want at most %d", m.reads["a"], most)
	}
}

// endless reads by position, since a search for each batch would take long.
type endless struct{ *memory }

func (m *endless) Shown(_ context.Context, topic string, after storage.Place, limit int) ([]storage.Entry, error) {
	m.reads[topic]++
	from := 0
	if !after.IsZero() {
		from = (int(after.Story[0])<<16 | int(after.Story[1])<<8 | int(after.Story[2])) + 1
	}
	held := m.held[topic][from:]
	return held[:min(limit, len(held))], nil
}

func TestFeedsAsShown(t *testing.T) {
	m := newMemory("a")
	m.feeds = append(m.feeds, storage.FeedState{Name: "gone", Title: "The gone", URL: "https://gone.example/feed"})
	for i, feed := range []string{"gazette", "herald", "secret", "gone", "unknown"} {
		m.add("a", feed, i)
	}
	s := published(t, m, "a")
	for path := range s.shown.Load().served {
		for _, private := range []string{"The secret", "token=1", "secret.example/feed", "The unknown", "unknown.example/feed"} {
			if strings.Contains(get(t, s, path).Body.String(), private) {
				t.Errorf("%s names %q", path, private)
			}
		}
	}
	page := get(t, s, "/topics/a").Body.String()
	for _, title := range []string{"Gazette, as the admin says", "The herald", "The gone", "Story 2 of secret", "Story 4 of unknown"} {
		if !strings.Contains(page, title) {
			t.Errorf("the page does not show %q", title)
		}
	}
	sources := get(t, s, "/sources.opml").Body.String()
	for _, want := range []string{`text="Gazette, as the admin says"`, `text="The herald"`, `xmlUrl="https://herald.example/feed"`, `htmlUrl="https://gazette.example/"`, `category="sea"`} {
		if !strings.Contains(sources, want) {
			t.Errorf("the sources lack %s", want)
		}
	}
	if strings.Contains(sources, "gone") {
		t.Error("a feed that is not in the config is among the sources")
	}
}

// Publications and requests meet: each answer is whole and of one moment.
func TestPublishBesideRequests(t *testing.T) {
	m := newMemory("a", "b")
	s := published(t, m, "a", "b")
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				for _, path := range []string{"/", "/topics/a.atom", "/topics/b.json", "/topics/c", "/readyz"} {
					w := get(t, s, path)
					if w.Code == http.StatusOK && w.Header().Get("Content-Length") != "" && w.Body.Len() == 0 {
						t.Errorf("%s is empty", path)
					}
				}
				s.Heads()
			}
		})
	}
	dir := t.TempDir()
	for n := 1; n <= 40; n++ {
		m.add("a", "gazette", n)
		if n%10 == 0 {
			s.Configure(testConfig("a", "b"))
		}
		publish(t, s, []string{"a"})
		if n%20 == 0 {
			if _, err := s.Write(t.Context(), dir); err != nil {
				t.Error(err)
			}
		}
	}
	close(stop)
	readers.Wait()
	if got := strings.Count(get(t, s, "/topics/a.atom").Body.String(), "<entry"); got != 40 {
		t.Errorf("%d entries at the end, want 40", got)
	}
}

func TestSitePath(t *testing.T) {
	m := newMemory("a", "topics")
	cfg, feeds := testConfig("a", "topics")
	for _, c := range []struct {
		url   string
		paths map[string]string // request to the document that answers
	}{
		{"https://x.example/my/feeds", map[string]string{
			"/my/feeds": "/", "/my/feeds/": "/", "/my/feeds/topics/a": "/topics/a", "/my/feeds/topics/a.rss": "/topics/a.rss",
			"/my/feeds/topics.opml": "/topics.opml", "/my/feedstopics/a": "",
		}},
		{"https://x.example/topics", map[string]string{
			"/topics": "/", "/topics/topics.atom": "/topics/topics.atom", "/topics/topics/a": "/topics/a",
		}},
	} {
		cfg := &config.Config{Site: cfg.Site, Topics: cfg.Topics}
		cfg.Site.URL = c.url
		s := New(m)
		s.Configure(cfg, feeds)
		publish(t, s, nil)
		for from, to := range c.paths {
			served := s.shown.Load().served
			if served[from] != served[to] {
				t.Errorf("%s: %s is not answered like %s", c.url, from, to)
			}
		}
		if got := get(t, s, "/topics/a.atom").Body.String(); !strings.Contains(got, `href="`+c.url+`/topics/a.atom" rel="self"`) {
			t.Errorf("%s: links are not made from the public address", c.url)
		}
	}
}
