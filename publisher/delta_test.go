package publisher

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"sluice/storage"
)

// idsOf returns the ids of a document's entries with their titles.
func idsOf(t *testing.T, ext string, doc []byte) map[string]string {
	t.Helper()
	ids := map[string]string{}
	var err error
	switch ext {
	case ".atom":
		var feed struct {
			Entries []struct {
				ID    string `xml:"id"`
				Title string `xml:"title"`
			} `xml:"entry"`
		}
		err = xml.Unmarshal(doc, &feed)
		for _, e := range feed.Entries {
			ids[e.ID] = e.Title
		}
	case ".rss":
		var feed struct {
			Items []struct {
				GUID  string `xml:"guid"`
				Title string `xml:"title"`
			} `xml:"channel>item"`
		}
		err = xml.Unmarshal(doc, &feed)
		for _, e := range feed.Items {
			ids[e.GUID] = e.Title
		}
	case ".json":
		var feed struct {
			Items []struct{ ID, Title string }
		}
		err = json.Unmarshal(doc, &feed)
		for _, e := range feed.Items {
			ids[e.ID] = e.Title
		}
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", ext, err, doc)
	}
	return ids
}

// correct changes the title of one of a topic's entries.
func (m *memory) correct(topic string, i int, title string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.topics[topic].Revision++
	e := &m.held[topic][i]
	e.Item.Title.Value, e.Revision = title, m.topics[topic].Revision
}

// withdraw takes an entry out of a topic.
func (m *memory) withdraw(topic string, i int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.topics[topic].Revision++
	e := m.held[topic][i]
	m.held[topic] = slices.Delete(slices.Clone(m.held[topic]), i, i+1)
	if m.buried == nil {
		m.buried = map[string][]storage.Tombstone{}
	}
	m.buried[topic] = append(m.buried[topic], storage.Tombstone{ID: e.ID, Number: e.Number, Withdrawn: start.AddDate(0, 1, 0), Revision: m.topics[topic].Revision})
}

func TestDelta(t *testing.T) {
	m := newMemory("korea")
	for n := range 20 {
		m.add("korea", "gazette", n)
	}
	s := published(t, m, "korea")
	tags := map[string]string{}
	for _, ext := range []string{".atom", ".rss", ".json"} {
		tags[ext] = get(t, s, "/topics/korea"+ext).Header().Get("Etag")
	}
	m.add("korea", "herald", 30)
	m.correct("korea", 3, "Corrected")
	m.withdraw("korea", 5)
	gone := m.buried["korea"][0].ID
	publish(t, s, nil)
	for ext, tag := range tags {
		path := "/topics/korea" + ext
		whole := get(t, s, path)
		w := get(t, s, path, "A-IM", "feed", "If-None-Match", tag)
		h := w.Header()
		if w.Code != http.StatusIMUsed || h.Get("IM") != "feed" || h.Get("Etag") != whole.Header().Get("Etag") || h.Get("Delta-Base") != tag ||
			!strings.Contains(h.Get("Vary"), "A-IM") || h.Get("Cache-Control") != "no-store, im" || h.Get("Content-Type") != whole.Header().Get("Content-Type") ||
			h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Last-Modified") != whole.Header().Get("Last-Modified") {
			t.Errorf("%s: %d %v", ext, w.Code, h)
		}
		got := slices.Sorted(maps.Values(idsOf(t, ext, w.Body.Bytes())))
		if want := []string{"Corrected", "Story 30 of herald"}; !slices.Equal(got, want) {
			t.Errorf("%s: the delta holds %q, want %q", ext, got, want)
		}
		if ext == ".atom" && !strings.Contains(w.Body.String(), `<at:deleted-entry ref="`+gone+`"`) {
			t.Errorf("the delta does not say what was withdrawn: %s", w.Body)
		}

		packed := get(t, s, path, "A-IM", "feed", "If-None-Match", `"x", W/`+tag, "Accept-Encoding", "gzip")
		r, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(plain, w.Body.Bytes()) || packed.Code != http.StatusIMUsed ||
			packed.Header().Get("Etag") != get(t, s, path, "Accept-Encoding", "gzip").Header().Get("Etag") {
			t.Errorf("%s: packed: %d %v, %v", ext, packed.Code, packed.Header(), err)
		}

		for name, c := range map[string]struct {
			header []string
			want   int
		}{
			"no A-IM":      {[]string{"If-None-Match", tag}, 200},
			"no tag":       {[]string{"A-IM", "feed"}, 200},
			"another IM":   {[]string{"A-IM", "vcdiff, gzip", "If-None-Match", tag}, 200},
			"refused":      {[]string{"A-IM", "feed;q=0", "If-None-Match", tag}, 200},
			"among others": {[]string{"A-IM", "vcdiff, FEED;q=0.5", "If-None-Match", tag}, 226},
			"its own tag":  {[]string{"A-IM", "feed", "If-None-Match", h.Get("Etag")}, 304},
			"any tag":      {[]string{"A-IM", "feed", "If-None-Match", "*"}, 304},
			"foreign tag":  {[]string{"A-IM", "feed", "If-None-Match", `"abc"`}, 200},
			"other frame":  {[]string{"A-IM", "feed", "If-None-Match", `"k.0.AAAAAAAA.abc"`}, 200},
			"too late":     {[]string{"A-IM", "feed", "If-None-Match", `"zzzz` + tag[2:]}, 200},
			"no number":    {[]string{"A-IM", "feed", "If-None-Match", `"-1` + tag[2:]}, 200},
			"long number":  {[]string{"A-IM", "feed", "If-None-Match", `"` + strings.Repeat("1", 500) + tag[2:]}, 200},
		} {
			if got := get(t, s, path, c.header...).Code; got != c.want {
				t.Errorf("%s: %s: %d, want %d", ext, name, got, c.want)
			}
		}
	}
	if got := get(t, s, "/topics/korea", "A-IM", "feed", "If-None-Match", tags[".atom"]).Code; got != http.StatusOK {
		t.Errorf("the page answers %d", got)
	}

	// What the config changes, it may change in every entry.
	cfg, feeds := testConfig("korea")
	cfg.Site.URL = "https://feeds.example.org/base"
	cfg.Topics[0].Prefix = "[{feed}]"
	s.Configure(cfg, feeds)
	publish(t, s, nil)
	if got := get(t, s, "/topics/korea.atom", "A-IM", "feed", "If-None-Match", tags[".atom"]).Code; got != http.StatusOK {
		t.Errorf("after a change of the config: %d", got)
	}
}

// A delta is made from the tag alone: also one that another process gave.
func TestDeltaAfterRestart(t *testing.T) {
	m := newMemory("korea")
	for n := range 20 {
		m.add("korea", "gazette", n)
	}
	tag := get(t, published(t, m, "korea"), "/topics/korea.json").Header().Get("Etag")
	m.add("korea", "gazette", 21)
	w := get(t, published(t, m, "korea"), "/topics/korea.json", "A-IM", "feed", "If-None-Match", tag)
	if ids := idsOf(t, ".json", w.Body.Bytes()); w.Code != http.StatusIMUsed || len(ids) != 1 {
		t.Errorf("%d with %v", w.Code, ids)
	}
}

// What is served, tags included, depends on the store and the config as they
// are, not on what was published meanwhile, nor when.
func TestHistoryLeavesNoTrace(t *testing.T) {
	m := newMemory("korea", "quays")
	watched := published(t, m, "korea", "quays")
	for n := range 70 {
		m.add("korea", "gazette", n)
		if n%7 == 3 {
			m.correct("korea", n/2, "Corrected")
		}
		if n%9 == 4 {
			m.withdraw("korea", n/3)
		}
		publish(t, watched, []string{"korea"})
	}
	m.mu.Lock()
	m.topics["korea"].Revision += 5 // changes that no document shows
	m.mu.Unlock()
	publish(t, watched, []string{"korea"})
	fresh := published(t, m, "korea", "quays")
	for path := range watched.shown.Load().served {
		for _, coding := range []string{"", "gzip", "zstd"} {
			a, b := get(t, watched, path, "Accept-Encoding", coding), get(t, fresh, path, "Accept-Encoding", coding)
			if a.Body.String() != b.Body.String() || !maps.EqualFunc(a.Header(), b.Header(), slices.Equal) {
				t.Errorf("%s, %q: %v and %v", path, coding, a.Header(), b.Header())
			}
		}
	}
}

// Who asks for deltas of what nobody holds costs no more than one at a time.
func TestDeltasKeepNobodyWaiting(t *testing.T) {
	m := newMemory("korea")
	for n := range 20 {
		m.add("korea", "gazette", n)
	}
	s := published(t, m, "korea")
	const path = "/topics/korea.atom"
	tag := get(t, s, path).Header().Get("Etag")
	m.add("korea", "herald", 30)
	publish(t, s, nil)
	s.deltas.slots <- struct{}{} // another one is being made
	reads := m.reads["korea"]
	if w := get(t, s, path, "A-IM", "feed", "If-None-Match", tag); w.Code != http.StatusOK || m.reads["korea"] != reads {
		t.Errorf("beside another delta %d, and %d reads", w.Code, m.reads["korea"]-reads)
	}
	<-s.deltas.slots
	if w := get(t, s, path, "A-IM", "feed", "If-None-Match", tag); w.Code != http.StatusIMUsed {
		t.Errorf("alone %d", w.Code)
	}
	reads = m.reads["korea"]
	s.deltas.slots <- struct{}{}
	if w := get(t, s, path, "A-IM", "feed", "If-None-Match", tag); w.Code != http.StatusIMUsed || m.reads["korea"] != reads {
		t.Errorf("what was made already is answered %d", w.Code)
	}
}

// Whoever reads nothing but deltas knows what a head says, as well as whoever
// reads it whole.
func TestDeltasAddUp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	m := newMemory("korea")
	for n := range 60 {
		m.add("korea", "gazette", n)
	}
	s := published(t, m, "korea")
	const path = "/topics/korea.json"
	first := get(t, s, path)
	known, tag := idsOf(t, ".json", first.Body.Bytes()), first.Header().Get("Etag")
	deltas := 0
	for round := range 60 {
		for range 1 + random.IntN(3) {
			switch i := random.IntN(len(m.held["korea"])); random.IntN(4) {
			case 0:
				m.correct("korea", i, "Corrected "+time.Duration(round).String())
			case 1:
				m.withdraw("korea", i)
			default:
				m.add("korea", "herald", 100+10*round+random.IntN(10))
			}
		}
		publish(t, s, nil)
		w := get(t, s, path, "A-IM", "feed", "If-None-Match", tag)
		if tag = w.Header().Get("Etag"); w.Code == http.StatusIMUsed {
			deltas++
		}
		if w.Code != http.StatusNotModified {
			maps.Copy(known, idsOf(t, ".json", w.Body.Bytes()))
		}
		for id, title := range idsOf(t, ".json", get(t, s, path).Body.Bytes()) {
			if known[id] != title {
				t.Fatalf("round %d: %s is known as %q, and the head says %q", round, id, known[id], title)
			}
		}
	}
	if deltas < 50 {
		t.Errorf("only %d deltas in 60 rounds", deltas)
	}
}
