package publisher

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/storage"
)

// archiveSite has a topic of 250 entries, an hour apart.
func archiveSite(t testing.TB) (*memory, *Site) {
	m := newMemory("a", "empty")
	for n := range 250 {
		m.add("a", "gazette", n+1)
	}
	return m, published(t, m, "a", "empty")
}

// walked is what a walk reads of a page.
type walked struct {
	Self string `json:"feed_url"`
	Next string `json:"next_url"`
	Item []struct {
		ID string `json:"id"`
	} `json:"items"`
}

func walk(t *testing.T, s http.Handler, path string) (w walked) {
	t.Helper()
	got := get(t, s, path)
	if err := json.Unmarshal(got.Body.Bytes(), &w); got.Code != http.StatusOK || err != nil {
		t.Fatalf("%s: %d, %v", path, got.Code, err)
	}
	return w
}

func TestArchivePages(t *testing.T) {
	_, s := archiveSite(t)
	const site = "https://feeds.example.org"
	head := walk(t, s, "/topics/a.json")
	if head.Next != site+"/topics/a/archive/3.json" {
		t.Errorf("the head leads to %q, want the newest page", head.Next)
	}
	seen := 0
	for url := head.Next; url != ""; {
		page := walk(t, s, strings.TrimPrefix(url, site))
		if page.Self != url {
			t.Errorf("%s says it is %s", url, page.Self)
		}
		for i, item := range page.Item {
			if want := fmt.Sprintf("https://gazette.example/%d", 250-seen-i); item.ID != want {
				t.Fatalf("%s: item %d is %s, want %s", url, i, item.ID, want)
			}
		}
		seen += len(page.Item)
		url = page.Next
	}
	if seen != 250 {
		t.Errorf("the archive has %d entries, want 250", seen)
	}
	atom := get(t, s, "/topics/a/archive/2.atom").Body.String()
	rss := get(t, s, "/topics/a/archive/2.rss").Body.String()
	for _, want := range []string{
		`rel="self" type="application/%[1]s"`, `rel="current" type="application/%[1]s"`,
		`href="https://feeds.example.org/topics/a/archive/1.%[2]s" rel="prev-archive"`,
		`href="https://feeds.example.org/topics/a/archive/3.%[2]s" rel="next-archive"`,
		"<fh:archive></fh:archive>",
	} {
		if !strings.Contains(atom, fmt.Sprintf(want+"%.0[1]s%.0[2]s", "atom+xml", "atom")) {
			t.Errorf("Atom lacks "+want, "atom+xml", "atom")
		}
		if !strings.Contains(rss, fmt.Sprintf(want+"%.0[1]s%.0[2]s", "rss+xml", "rss")) {
			t.Errorf("RSS lacks "+want, "rss+xml", "rss")
		}
	}
	if head := get(t, s, "/topics/a.atom").Body.String(); strings.Contains(head, "fh:archive") || strings.Contains(head, "next-archive") {
		t.Error("the head says that it is an archive document")
	}
}

func TestArchiveAnswers(t *testing.T) {
	m, s := archiveSite(t)
	for path, want := range map[string]string{
		"/topics/a/archive/1.atom": "max-age=86400",
		"/topics/a/archive/2.json": "max-age=86400",
		"/topics/a/archive/3.rss":  "max-age=1800", // gains entries still
	} {
		w := get(t, s, path, "Accept-Encoding", "gzip")
		h := w.Header()
		if w.Code != http.StatusOK || h.Get("Cache-Control") != want || h.Get("Content-Encoding") != "gzip" || h.Get("Etag") == "" || h["Last-Modified"] != nil {
			t.Errorf("%s: %d %v", path, w.Code, h)
		}
		if got := get(t, s, path, "If-None-Match", h.Get("Etag")); got.Code != http.StatusNotModified {
			t.Errorf("%s: its tag gives %d", path, got.Code)
		}
	}
	for _, path := range []string{
		"/topics/a/archive/4.atom", "/topics/a/archive/0.atom", "/topics/a/archive/01.atom", "/topics/a/archive/+1.atom",
		"/topics/a/archive/1.xml", "/topics/a/archive/1", "/topics/a/archive/.atom", "/topics/a/archive/99999999999999999999.atom",
		"/topics/empty/archive/1.atom", "/topics/b/archive/1.atom", "/topics/a/archive/1.atom/",
	} {
		if w := get(t, s, path); w.Code != http.StatusNotFound || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
	m.fail["a"] = errors.New("broken")
	if w := get(t, s, "/topics/a/archive/2.atom"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("a store that can't be read gives %d", w.Code)
	}
	if w := get(t, s, "/topics/a/archive/1.atom"); w.Code != http.StatusOK {
		t.Errorf("a page that is kept answers %d", w.Code)
	}
}

// However many ask for a page, it is rendered once, until its topic changes.
func TestArchiveRenderedOnce(t *testing.T) {
	m, s := archiveSite(t)
	before := m.reads["a"]
	var readers sync.WaitGroup
	for range 50 {
		readers.Go(func() {
			if w := get(t, s, "/topics/a/archive/2.atom"); w.Code != http.StatusOK {
				t.Errorf("status %d", w.Code)
			}
		})
	}
	readers.Wait()
	if reads := m.reads["a"] - before; reads != 1 {
		t.Errorf("the page was read %d times", reads)
	}
	old := get(t, s, "/topics/a/archive/3.atom").Body.String()
	m.add("a", "gazette", 251)
	publish(t, s, []string{"a"})
	if got := get(t, s, "/topics/a/archive/3.atom").Body.String(); got == old || !strings.Contains(got, "https://gazette.example/251") {
		t.Error("a page shows an entry less than its topic has")
	}
}

func TestCacheIsBounded(t *testing.T) {
	const limit = 1000
	c := newCache(1, limit, true)
	h, big := &head{}, &document{plain: representation{body: make([]byte, limit/4)}}
	for n := range uint64(10) {
		c.keep(&cached{archiveKey{topic: "a", number: n, ext: ".atom"}, h, big})
		c.find(archiveKey{topic: "a", number: 0, ext: ".atom"}, h) // asked for all the time
	}
	if c.bytes != limit || c.order.Len() != 4 || len(c.held) != 4 {
		t.Errorf("%d bytes in %d documents", c.bytes, c.order.Len())
	}
	if c.find(archiveKey{topic: "a", number: 0, ext: ".atom"}, h) == nil || c.find(archiveKey{topic: "a", number: 1, ext: ".atom"}, h) != nil {
		t.Error("not what was asked for last is kept")
	}
	if c.find(archiveKey{topic: "a", number: 9, ext: ".atom"}, &head{}) != nil {
		t.Error("what an earlier head left is served")
	}
}

func TestStaticArchive(t *testing.T) {
	m, s := archiveSite(t)
	dir := t.TempDir()
	write(t, s, dir)
	files := tree(t, dir)
	for n := 1; n <= 3; n++ {
		for _, f := range formats {
			path := (archiveKey{topic: "a", number: uint64(n), ext: f.ext}).String()
			if files[path[1:]] != get(t, s, path).Body.String() || files[path[1:]] == "" {
				t.Errorf("%s: the file holds other bytes than are served", path)
			}
			if files[path[1:]+".gz"] != get(t, s, path, "Accept-Encoding", "gzip").Body.String() {
				t.Errorf("%s.gz: the file holds other bytes than are served", path)
			}
		}
	}
	// Nothing new: nothing is read, rendered or written.
	before := m.reads["a"]
	if again := write(t, s, dir); again.Written != 0 || again.Removed != 0 || m.reads["a"] != before {
		t.Errorf("written again: %+v with %d reads", again, m.reads["a"]-before)
	}
	// One more: the page that it is in, and the head.
	m.add("a", "gazette", 251)
	publish(t, s, []string{"a"})
	old := age(t, dir)
	write(t, s, dir)
	for name, moved := range map[string]bool{
		"topics/a/archive/1.atom": false, "topics/a/archive/2.json.gz": false, "topics/a/archive/3.rss": true, "topics/a.atom": true,
	} {
		if got := !modTime(t, dir, name).Equal(old); got != moved {
			t.Errorf("%s: written anew is %v", name, got)
		}
	}
	// A file that is lost comes back, another program's is left alone.
	remove(t, dir, "topics/a/archive/1.rss.gz")
	put(t, dir, "topics/a/archive/2.atom", "edited")
	_, err := s.Write(t.Context(), dir)
	var foreign *ForeignError
	if files := tree(t, dir); !errors.As(err, &foreign) || files["topics/a/archive/2.atom"] != "edited" || files["topics/a/archive/1.rss.gz"] == "" {
		t.Errorf("after a loss and an edit: %v", err)
	}
}

// A head shows, beside its newest entries, those that were corrected lately.
func TestCorrectionsInTheHead(t *testing.T) {
	m, s := archiveSite(t)
	correct := func(n int, at time.Time) {
		for i := range m.held["a"] {
			if e := &m.held["a"][i]; e.ID == fmt.Sprintf("https://gazette.example/%d", n) {
				e.Updated = at
			}
		}
		m.topics["a"].Changed = at
	}
	last := start.Add(250 * time.Hour)
	correct(240, last.Add(time.Hour)) // in the head as it is
	correct(7, last.Add(2*time.Hour))
	oldest := s.Heads()["a"].Oldest
	publish(t, s, []string{"a"})
	head := walk(t, s, "/topics/a.json")
	if len(head.Item) != 51 || head.Item[50].ID != "https://gazette.example/7" {
		t.Errorf("the head has %d entries, the last is %s", len(head.Item), head.Item[len(head.Item)-1].ID)
	}
	if got := s.Heads()["a"].Oldest; got != oldest {
		t.Errorf("a correction moves the head's end from %v to %v", oldest, got)
	}
	m.topics["a"].Changed = last.Add(2*time.Hour + storage.CorrectionWindow + time.Second)
	publish(t, s, []string{"a"})
	if head := walk(t, s, "/topics/a.json"); len(head.Item) != 50 {
		t.Errorf("after its time a correction is shown still: %d entries", len(head.Item))
	}
}

func TestHeadAge(t *testing.T) {
	every := func(gap time.Duration, n int) []storage.Entry {
		var list []storage.Entry
		for i := range n {
			at := start.Add(-time.Duration(i) * gap)
			list = append(list, storage.Entry{Place: storage.Place{Time: at}}, storage.Entry{Place: storage.Place{Time: at}})
		}
		return list
	}
	for _, c := range []struct {
		gap  time.Duration
		n    int
		want time.Duration
	}{
		{time.Hour, 0, listAge},
		{time.Hour, 1, listAge},
		{time.Second, 50, time.Minute},
		{10 * time.Minute, 2, 5 * time.Minute},
		{10 * time.Minute, 50, 5 * time.Minute},
		{time.Hour, 30, 30 * time.Minute},
		{30 * 24 * time.Hour, 30, time.Hour},
	} {
		if got := headAge(every(c.gap, c.n)); got != c.want {
			t.Errorf("%d arrivals each %v: %v, want %v", c.n, c.gap, got, c.want)
		}
	}
}

func modTime(t *testing.T, dir, name string) time.Time {
	t.Helper()
	info, err := os.Stat(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return info.ModTime()
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// Where archives are dropped, a page is gone with its items, and nothing leads
// to it.
func TestDroppedArchive(t *testing.T) {
	m, s := archiveSite(t)
	dir := t.TempDir()
	write(t, s, dir)
	m.held["a"] = m.held["a"][:145] // numbers 106 to 250
	m.topics["a"].Changed = m.topics["a"].Changed.Add(time.Hour)
	publish(t, s, []string{"a"})
	if w := get(t, s, "/topics/a/archive/1.atom"); w.Code != http.StatusOK {
		t.Errorf("a kept page whose entries have left answers %d", w.Code)
	}
	cfg, feeds := testConfig("a", "empty")
	cfg.Keep.Archives = "drop"
	s.Configure(cfg, feeds)
	publish(t, s, nil)
	if w := get(t, s, "/topics/a/archive/1.atom"); w.Code != http.StatusGone {
		t.Errorf("a page that was dropped answers %d", w.Code)
	}
	if page := walk(t, s, "/topics/a/archive/2.json"); len(page.Item) != 95 || page.Next != "" {
		t.Errorf("the last page has %d entries and leads to %q", len(page.Item), page.Next)
	}
	write(t, s, dir)
	if files := tree(t, dir); files["topics/a/archive/1.atom"] != "" || files["topics/a/archive/2.atom"] == "" {
		t.Error("static files of a dropped page are left, or of a kept one missing")
	}
}

// A withdrawn entry is named by the head's Atom document, until its tombstone
// ends.
func TestTombstones(t *testing.T) {
	m, s := archiveSite(t)
	m.buried = map[string][]storage.Tombstone{"a": {{ID: "https://gazette.example/x", Number: 9, Withdrawn: start}}}
	publish(t, s, []string{"a"})
	const want = `<at:deleted-entry ref="https://gazette.example/x" when="2024-05-04T12:00:00Z">`
	if got := get(t, s, "/topics/a.atom").Body.String(); !strings.Contains(got, want) {
		t.Error("the head does not name a withdrawn entry")
	}
	m.buried = nil
	publish(t, s, []string{"a"})
	if got := get(t, s, "/topics/a.atom").Body.String(); strings.Contains(got, "deleted-entry") || strings.Contains(got, "xmlns:at") {
		t.Error("the head names a withdrawn entry still")
	}
}
