package daemon

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/cmd/internal/control"
	"sluice/config"
	"sluice/storage"
)

const oneTopic = `feeds:
  - {url: "${UP}/a.xml", name: a}
topics:
  - {name: all, match: '*'}
`

// get asks the daemon as a subscriber does.
func get(t *testing.T, d *Daemon, path, etag string) (status int, body string, header http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+d.Addr()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text), resp.Header
}

func fetchAll(t *testing.T, d *Daemon) control.Fetched {
	t.Helper()
	out, err := d.Fetch(t.Context(), control.FetchRequest{All: true}, time.Time{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPollPublishSubscribe(t *testing.T) {
	w := newWorld(t)
	w.config(oneTopic)
	w.page("/a.xml", rss("a", "rain", "snow"))
	d, stop := w.start()
	fetchAll(t, d)

	status, body, header := get(t, d, "/topics/all.atom", "")
	if status != http.StatusOK || !strings.Contains(body, "rain") || !strings.Contains(body, "snow") {
		t.Fatalf("status %d, body %s", status, body)
	}
	etag := header.Get("ETag")
	if status, _, _ := get(t, d, "/topics/all.atom", etag); status != http.StatusNotModified {
		t.Errorf("the same ETag gets %d", status)
	}
	for _, path := range []string{"/", "/topics/all", "/topics/all.rss", "/topics/all.json", "/topics.opml", "/sources.opml", "/healthz", "/readyz"} {
		if status, _, _ := get(t, d, path, ""); status != http.StatusOK {
			t.Errorf("%s gets %d", path, status)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	w.page("/a.xml", "gone")
	again, _ := w.start()
	fetchAll(t, again)
	if status, _, _ := get(t, again, "/topics/all.atom", etag); status != http.StatusNotModified {
		t.Errorf("after a restart the same ETag gets %d", status)
	}
}

func TestReload(t *testing.T) {
	w := newWorld(t)
	w.config(oneTopic)
	w.page("/a.xml", rss("a", "rain", "snow"))
	w.page("/b.xml", rss("b", "hail"))
	d, _ := w.start()
	fetchAll(t, d)

	w.config(`feeds:
  - {url: "${UP}/a.xml", name: a}
topics:
  - {name: all, match: 'rain AND ('}
`)
	var refused *control.RefusedError
	if _, err := d.Reload(t.Context(), false); !errors.As(err, &refused) || !strings.Contains(refused.Text, "topics[0].match") {
		t.Fatalf("a bad config is answered with %v", err)
	}
	if s := d.Status(); s.ReloadFailed.IsZero() || !strings.Contains(s.ReloadError, "topics[0].match") {
		t.Errorf("the failure is not kept: %+v", s)
	}
	if _, body, _ := get(t, d, "/topics/all.atom", ""); !strings.Contains(body, "snow") {
		t.Error("a refused config changed what is published")
	}

	w.config(`feeds:
  - {url: "${UP}/a.xml", name: a}
  - {url: "${UP}/b.xml", name: b}
topics:
  - {name: all, match: '* -snow'}
  - {name: ice, match: 'snow OR hail'}
`)
	out, err := d.Reload(t.Context(), false)
	if err != nil || out.Feeds != 2 || out.Topics != 2 || len(out.Restart) > 0 {
		t.Fatalf("a good config is answered with %+v, %v", out, err)
	}
	if s := d.Status(); !s.ReloadFailed.IsZero() {
		t.Errorf("the failure is still shown: %+v", s)
	}
	if err := d.Route(t.Context(), time.Now); err != nil {
		t.Fatal(err)
	}
	fetchAll(t, d)
	_, all, _ := get(t, d, "/topics/all.atom", "")
	_, ice, _ := get(t, d, "/topics/ice.atom", "")
	for _, c := range []struct {
		body, word string
		want       bool
	}{{all, "a.example/rain", true}, {all, "a.example/snow", false}, {all, "b.example/hail", true}, {ice, "a.example/snow", true}, {ice, "b.example/hail", true}, {ice, "a.example/rain", false}} {
		if strings.Contains(c.body, c.word) != c.want {
			t.Errorf("%s in the document: %v, want %v", c.word, !c.want, c.want)
		}
	}
}

func TestReloadReportsWhatWaitsForARestart(t *testing.T) {
	w := newWorld(t)
	w.config(oneTopic)
	d, _ := w.start()
	w.config("store: other.db\ncontrol: other.sock\n" + oneTopic)
	out, err := d.Reload(t.Context(), false)
	if err != nil || len(out.Restart) != 2 || !strings.Contains(out.Restart[0], "store stays ") || !strings.Contains(out.Restart[1], "control stays ") {
		t.Errorf("got %+v, %v", out, err)
	}
	if s := d.Status(); len(s.Restart) != 2 {
		t.Errorf("status does not show it: %+v", s)
	}
}

func TestOverlappingRequestsShareTheirPolls(t *testing.T) {
	w := newWorld(t)
	w.config(oneTopic)
	w.page("/a.xml", rss("a", "rain"))
	asked, free := make(chan struct{}), make(chan struct{})
	w.before(func(string, *http.Request) { asked <- struct{}{}; <-free })
	w.own(func(ctx context.Context, s *System) error {
		results := make(chan error, 2)
		var outs [2]control.Fetched
		fetch := func(i int) {
			var err error
			outs[i], err = s.Fetch(ctx, control.FetchRequest{All: true}, time.Time{}, nil)
			results <- err
		}
		go fetch(0)
		<-asked
		busy, err := s.Fetch(ctx, control.FetchRequest{All: true, IfFree: true}, time.Time{}, nil)
		if err != nil || !busy.Busy {
			t.Errorf("with IfFree: %+v, %v", busy, err)
		}
		go fetch(1)
		for waiting := 0; waiting < 2; runtime.Gosched() {
			s.polls.mu.Lock()
			waiting = len(s.polls.requests)
			s.polls.mu.Unlock()
		}
		close(free)
		if err := errors.Join(<-results, <-results); err != nil {
			return err
		}
		for i, out := range outs {
			if out.Polled != 1 || len(out.Failed)+len(out.Passed) > 0 {
				t.Errorf("request %d: %+v", i, out)
			}
		}
		return nil
	})
	if n := w.hitsOf("/a.xml"); n != 1 {
		t.Errorf("the feed was asked %d times", n)
	}
}

func TestFetchBesideServeThroughTheSocket(t *testing.T) {
	w := newWorld(t)
	w.config(`feeds:
  - {url: "${UP}/a.xml", name: a}
  - {url: "${UP}/none.xml", name: none}
topics:
  - {name: all, match: '*'}
`)
	w.page("/a.xml", rss("a", "rain"))
	d, _ := w.start()
	fetchAll(t, d)
	c, err := control.Dial(t.Context(), d.Generation().Config.Control)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()

	w.page("/a.xml", rss("a", "rain", "snow"))
	var reports []string
	out, err := c.Fetch(t.Context(), control.FetchRequest{All: true}, func(p control.Polled) { reports = append(reports, p.Feed) })
	if err != nil || out.New != 1 || out.Released != 1 || !slices.Equal(out.Topics, []string{"all"}) {
		t.Errorf("got %+v, %v", out, err)
	}
	if len(out.Failed) != 1 || out.Failed[0].Feed != "none" || !strings.Contains(out.Failed[0].Reason, "404") {
		t.Errorf("failed: %+v", out.Failed)
	}
	slices.Sort(reports)
	if !slices.Equal(reports, []string{"a", "none"}) {
		t.Errorf("reports of %v", reports)
	}
	if _, body, _ := get(t, d, "/topics/all.json", ""); !strings.Contains(body, "snow") {
		t.Error("fetch returned before the publication")
	}
	var unknown *control.UnknownFeedError
	if _, err := c.Fetch(t.Context(), control.FetchRequest{Feeds: []string{"non"}}, nil); !errors.As(err, &unknown) || !slices.Equal(unknown.Near, []string{"none"}) {
		t.Errorf("an unknown feed: %v", err)
	}
	items, _, err := c.List(t.Context(), storage.ListQuery{Limit: 10})
	if err != nil || len(items) != 2 {
		t.Errorf("list: %d items, %v", len(items), err)
	}
	if wrong, err := c.Verify(t.Context()); err != nil || len(wrong) > 0 {
		t.Errorf("verify: %v, %v", wrong, err)
	}
}

func TestASecondOwnerIsRefused(t *testing.T) {
	w := newWorld(t)
	w.config(oneTopic)
	w.start()
	var owned *storage.OwnedError
	_, err := New(t.Context(), Options{Load: w.load, Open: w.open, Log: quiet()})
	if !errors.As(err, &owned) || owned.PID != os.Getpid() || owned.Control == "" {
		t.Errorf("got %v", err)
	}
}

func TestReadingLists(t *testing.T) {
	w := newWorld(t)
	list := `<opml version="2.0"><body>
<outline type="rss" text="A" xmlUrl="` + w.URL + `/a.xml"/>
<outline type="rss" text="B" xmlUrl="` + w.URL + `/b.xml"/>
<outline type="rss" text="F" xmlUrl="ftp://old.example/feed"/>
</body></opml>`
	if err := os.WriteFile(filepath.Join(w.dir, "list.opml"), []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	w.config(`feeds:
  - {url: "${UP}/a.xml", name: written}
  - {opml: list.opml, tags: [listed]}
topics:
  - {name: all, match: 'tag:listed'}
`)
	g, err := w.load()
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Feeds) != 2 || g.Feeds[0].Name != "written" || g.Feeds[1].URL != w.URL+"/b.xml" || !slices.Equal(g.Feeds[1].Tags, []string{"listed"}) {
		t.Errorf("feeds: %+v", g.Feeds)
	}
	if len(g.Warnings) != 1 || !strings.Contains(g.Warnings[0], "list.opml:4: left out: ") {
		t.Errorf("warnings: %q", g.Warnings)
	}

	if err := os.WriteFile(filepath.Join(w.dir, "list.opml"), []byte("no list"), 0o600); err != nil {
		t.Fatal(err)
	}
	var mistakes *config.Mistakes
	if _, err := w.load(); !errors.As(err, &mistakes) || !strings.Contains(err.Error(), "list.opml is no reading list") {
		t.Errorf("a broken list: %v", err)
	}
}

func TestNear(t *testing.T) {
	known := []string{"guardian-world", "guardian-uk", "bbc", "a", "bbc"}
	for word, want := range map[string][]string{
		"guardian": {"guardian-world", "guardian-uk"}, "gaurdian-uk": {"guardian-uk"}, "bcb": {}, "bb": {"bbc"}, "xyzzy": {},
	} {
		if got := Near(word, known); !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("Near(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestAPollSinceTheGivenTimeIsNotMadeAgain(t *testing.T) {
	w := newWorld(t)
	w.config(oneTopic)
	w.page("/a.xml", rss("a", "rain"))
	w.own(func(ctx context.Context, s *System) error {
		began := time.Now()
		for range 2 {
			out, err := s.Fetch(ctx, control.FetchRequest{All: true}, began, nil)
			if err != nil || out.Polled != 1 {
				t.Errorf("got %+v, %v", out, err)
			}
		}
		return nil
	})
	if n := w.hitsOf("/a.xml"); n != 1 {
		t.Errorf("the feed was asked %d times", n)
	}
}

func TestAHostThatAsksToBeLeftAloneIsNamed(t *testing.T) {
	up := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Retry-After", "3600")
		rw.WriteHeader(http.StatusTooManyRequests)
	}))
	defer up.Close()
	w := newWorld(t)
	w.config(`feeds:
  - {url: "` + up.URL + `/a", name: a}
`)
	w.own(func(ctx context.Context, s *System) error {
		ask := control.FetchRequest{Feeds: []string{"a"}}
		first, err := s.Fetch(ctx, ask, time.Time{}, nil)
		if err != nil || len(first.Failed) != 1 {
			t.Errorf("the first time: %+v, %v", first, err)
		}
		second, err := s.Fetch(ctx, ask, time.Time{}, nil)
		if err != nil || second.Polled != 0 || len(second.Passed) != 1 || !strings.Contains(second.Passed[0].Reason, "asked to be left alone until") {
			t.Errorf("the second time: %+v, %v", second, err)
		}
		return nil
	})
}

func TestAFetchOfWhatIsDueWaitsForThePollsUnderWay(t *testing.T) {
	w := newWorld(t)
	w.config(oneTopic)
	w.page("/a.xml", rss("a", "rain"))
	asked, free := make(chan struct{}), make(chan struct{})
	w.before(func(string, *http.Request) { close(asked); <-free })
	d, _ := w.start()
	<-asked
	ended := make(chan control.Fetched, 1)
	go func() {
		out, err := d.Fetch(t.Context(), control.FetchRequest{}, time.Time{}, nil)
		if err != nil {
			t.Error(err)
		}
		ended <- out
	}()
	for asking := 0; asking < 1; runtime.Gosched() {
		d.polls.mu.Lock()
		asking = len(d.polls.requests)
		d.polls.mu.Unlock()
	}
	close(free)
	<-ended
	if _, body, _ := get(t, d, "/topics/all.atom", ""); !strings.Contains(body, "rain") {
		t.Error("fetch returned before what was due was published")
	}
}

func TestTryStoresNothing(t *testing.T) {
	w := newWorld(t)
	w.config(`feeds:
  - {url: "${UP}/a.xml", name: a}
  - {url: "${UP}/none.xml", name: none}
`)
	w.page("/a.xml", rss("a", "rain", "snow"))
	g, err := w.load()
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]Trial)
	if err := Try(t.Context(), g, "test", time.Now(), func(x Trial) { got[x.Feed] = x }); err != nil {
		t.Fatal(err)
	}
	if a := got["a"]; a.Items != 2 || a.Title != "a" || a.Err != nil {
		t.Errorf("a: %+v", a)
	}
	if none := got["none"]; none.Err == nil || none.Items != 0 {
		t.Errorf("none: %+v", none)
	}
	if _, err := os.Stat(g.Config.Store); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a store: %v", err)
	}
}

// TestStaticFolderInTheWay starts a daemon that can't write its static files:
// it serves all the same, and writes them once it can.
func TestStaticFolderInTheWay(t *testing.T) {
	w := newWorld(t)
	w.config("static: {dir: out}\n" + oneTopic)
	w.page("/a.xml", rss("a", "rain"))
	out := filepath.Join(w.dir, "out")
	if err := os.WriteFile(out, []byte("a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, _ := w.start()
	_, err := d.Fetch(t.Context(), control.FetchRequest{All: true}, time.Time{}, nil)
	if err == nil || !strings.Contains(err.Error(), "writing static files") {
		t.Fatalf("fetch without static files gives %v", err)
	}
	if status, body, _ := get(t, d, "/topics/all.atom", ""); status != http.StatusOK || !strings.Contains(body, "rain") {
		t.Errorf("subscribers get %d %s", status, body)
	}
	if err := os.Remove(out); err != nil {
		t.Fatal(err)
	}
	fetchAll(t, d)
	if files := w.files(out); !strings.Contains(files["topics/all.atom"], "rain") {
		t.Errorf("the files were not written later: %d", len(files))
	}
}

// TestRunEndsWhenItCannotBegin has a store that fails at once: the daemon ends
// with the error, its control socket too.
func TestRunEndsWhenItCannotBegin(t *testing.T) {
	w := newWorld(t)
	w.config(oneTopic)
	d, err := New(t.Context(), Options{Load: w.load, Open: w.open, Log: quiet(), Program: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := d.Run(t.Context()); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("Run ended with %v", err)
	}
}

// TestStopFinishesThePollUnderWay stops the daemon while a feed is yet to
// answer: the answer is waited for, saved and published.
func TestStopFinishesThePollUnderWay(t *testing.T) {
	w := newWorld(t)
	w.config(oneTopic)
	w.page("/a.xml", rss("a", "rain"))
	asked, free := make(chan struct{}), make(chan struct{})
	w.before(func(string, *http.Request) { asked <- struct{}{}; <-free })
	d, err := New(t.Context(), Options{Load: w.load, Open: w.open, Log: quiet(), Program: "test"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	<-asked
	stop()
	close(free)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	w.own(func(ctx context.Context, s *System) error {
		entries, err := s.store.Entries(ctx, "all", storage.Place{}, 10)
		if len(entries) != 1 {
			t.Errorf("%d entries stand after the stop, want 1", len(entries))
		}
		return err
	})
}
