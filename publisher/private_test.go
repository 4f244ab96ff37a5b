package publisher

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluice/config"
)

const (
	acme = "kI9x-Zq3_mT7vB2nW8sL5yR1"
	beta = "0f8e7d6c5b4a39281706f5e4d3c2b1a0"
)

// privateConfig has a private topic, deals, beside a public one, deal.
func privateConfig() (*config.Config, []config.Feed) {
	cfg, feeds := testConfig("deals", "deal")
	cfg.Topics[0].Private = []config.Partner{{Name: "acme", Token: acme}, {Name: "beta", Token: beta}}
	cfg.Topics[0].Formerly = []string{"bargains", "/old/bargains.xml"}
	return cfg, feeds
}

func privateSite(t *testing.T) (*Site, *memory) {
	m := newMemory("deals", "deal")
	for n := range 120 {
		m.add("deals", "gazette", n)
		m.add("deal", "herald", n)
	}
	s := New(m)
	s.Configure(privateConfig())
	publish(t, s, nil)
	return s, m
}

func TestPrivateTopic(t *testing.T) {
	s, _ := privateSite(t)
	for _, path := range []string{"", "/", ".atom", ".rss", ".json", "/archive/1.atom", "/archive/2.rss", "/archive/1.json"} {
		w := get(t, s, "/private/"+acme+"/deals"+path)
		h := w.Header()
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
			continue
		}
		if cache := h.Get("Cache-Control"); !strings.HasPrefix(cache, "private, max-age=") || h.Get("X-Robots-Tag") != "noindex" ||
			h.Get("Referrer-Policy") != "no-referrer" || h["Access-Control-Allow-Origin"] != nil {
			t.Errorf("%s: headers %v", path, h)
		}
		doc := w.Body.String()
		if !strings.Contains(doc, "https://feeds.example.org/private/"+acme+"/deals") || strings.Contains(doc, "/topics/") || strings.Contains(doc, beta) {
			t.Errorf("%s: addresses in %s", path, doc)
		}
		if etag := h.Get("Etag"); get(t, s, "/private/"+acme+"/deals"+path, "If-None-Match", etag).Code != http.StatusNotModified {
			t.Errorf("%s: its tag %s gives no 304", path, etag)
		}
		if other := get(t, s, "/private/"+beta+"/deals"+path); other.Code != http.StatusOK || other.Header().Get("Etag") == h.Get("Etag") {
			t.Errorf("%s: the other partner gets %d %s", path, other.Code, other.Header().Get("Etag"))
		}
	}
	if w := get(t, s, "/private/"+acme+"/bargains.rss"); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != "https://feeds.example.org/private/"+acme+"/deals.rss" {
		t.Errorf("an earlier name: %d %v", w.Code, w.Header())
	}
	// The id of the feed is the same for all who read it.
	ids := map[string]bool{}
	for _, token := range []string{acme, beta} {
		var feed struct {
			ID string `xml:"id"`
		}
		if err := xml.Unmarshal(get(t, s, "/private/"+token+"/deals.atom").Body.Bytes(), &feed); err != nil {
			t.Fatal(err)
		}
		ids[feed.ID] = true
	}
	if len(ids) != 1 {
		t.Errorf("ids %v, want one", ids)
	}
}

// What a token does not open is not there, and all that is not there looks the
// same: nothing tells that a topic exists.
func TestPrivateTopicIsHidden(t *testing.T) {
	s, _ := privateSite(t)
	want := ""
	for _, path := range []string{
		"/private/" + acme, "/private/" + acme + "/", "/private/" + acme + "/deal.atom", "/private/" + acme + "/elephants.atom",
		"/private/" + acme + "/deals.xml", "/private/" + acme + "/deals/archive/3.atom", "/private/" + acme + "/deals/archive/0.atom", "/private/" + acme + "x/deals.atom",
		"/private/" + acme[:23] + "/deals.atom", "/private/" + strings.ToLower(acme) + "/deals.atom", "/private//deals.atom", "/private/deals.atom", "/private/",
		"/old/bargains.xml",
	} {
		w := get(t, s, path)
		if w.Code != http.StatusNotFound || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
		if want == "" {
			want = w.Body.String()
		}
		if got := w.Body.String(); got != want || strings.Contains(got, acme) || strings.Contains(got, "deals") {
			t.Errorf("%s: %s", path, got)
		}
	}
	for _, path := range []string{"/topics/deals", "/topics/deals/", "/topics/deals.atom", "/topics/deals.json", "/topics/deals/archive/1.atom", "/topics/bargains.atom", "/topics/bargains/archive/1.atom", "/topics/deels"} {
		w := get(t, s, path)
		if w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "deals") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	for _, path := range []string{"/", "/topics.opml", "/sources.opml", "/topics/deal", "/topics/deal.atom", "/readyz"} {
		doc := strings.ToLower(get(t, s, path).Body.String())
		if strings.Contains(doc, "deals") || strings.Contains(doc, "bargains") || strings.Contains(doc, "private") || strings.Contains(doc, strings.ToLower(acme)) {
			t.Errorf("%s names the private topic: %s", path, doc)
		}
	}
}

func TestPrivateTopicIsNotWritten(t *testing.T) {
	s, _ := privateSite(t)
	dir := t.TempDir()
	if _, err := s.Write(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.Contains(path, "deals") || strings.Contains(path, "private") || strings.Contains(path, "bargains") || strings.Contains(string(data), acme) || strings.Contains(string(data), "deals") {
			t.Errorf("%s is written", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "topics", "deal.atom")); err != nil {
		t.Error(err)
	}
}

// Whoever loses the line in the config is out at once, and a
// topic that becomes private takes its public files with it.
func TestPrivateTopicChanges(t *testing.T) {
	s, m := privateSite(t)
	cfg, feeds := privateConfig()
	cfg.Topics[0].Private = cfg.Topics[0].Private[1:]
	s.Configure(cfg, feeds)
	if got := get(t, s, "/private/"+acme+"/deals.atom").Code; got != http.StatusNotFound {
		t.Errorf("acme gets %d until the next publication", got)
	}
	publish(t, s, nil)
	if a, b := get(t, s, "/private/"+acme+"/deals.atom").Code, get(t, s, "/private/"+beta+"/deals.atom").Code; a != http.StatusNotFound || b != http.StatusOK {
		t.Errorf("after acme's line is gone: acme gets %d, beta %d", a, b)
	}
	before := get(t, s, "/private/"+beta+"/deals.json").Header().Get("Etag")
	m.add("deals", "herald", 500)
	publish(t, s, []string{"deals"})
	delta := get(t, s, "/private/"+beta+"/deals.json", "A-IM", "feed", "If-None-Match", before)
	if ids := idsOf(t, ".json", delta.Body.Bytes()); delta.Code != http.StatusIMUsed || len(ids) != 1 || delta.Header()["Access-Control-Allow-Origin"] != nil ||
		delta.Header().Get("X-Robots-Tag") != "noindex" || !strings.Contains(delta.Body.String(), beta) {
		t.Errorf("the delta: %d %v %v", delta.Code, delta.Header(), ids)
	}
	w := get(t, s, "/private/"+beta+"/deals.json")
	if !strings.Contains(w.Body.String(), "Story 500") || w.Header().Get("Etag") == before {
		t.Error("what is new does not reach the partner")
	}

	dir := t.TempDir()
	open, _ := testConfig("deals", "deal")
	s.Configure(open, feeds)
	publish(t, s, nil)
	if _, err := s.Write(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	s.Configure(privateConfig())
	publish(t, s, nil)
	if _, err := s.Write(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "topics", "deals*")); len(left) > 0 {
		t.Errorf("of the topic that became private, %v are left", left)
	}

	gone, _ := privateConfig()
	gone.Topics[0].Gone = true
	s.Configure(gone, feeds)
	publish(t, s, nil)
	for path, want := range map[string]int{"/private/" + acme + "/deals.atom": 410, "/private/" + acme + "/bargains.atom": 410, "/topics/deals.atom": 404, "/private/" + acme + "/deal.atom": 404} {
		if got := get(t, s, path).Code; got != want {
			t.Errorf("given up: %s answers %d, want %d", path, got, want)
		}
	}
}

// A token shows itself in no way that values are printed by accident.
func TestTokenIsMasked(t *testing.T) {
	cfg, _ := privateConfig()
	data, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{string(data), fmt.Sprintf("%v %+v %#v %s", cfg, cfg.Topics, cfg.Topics, cfg.Topics[0].Private)} {
		if strings.Contains(s, acme) {
			t.Errorf("the token is shown: %s", s)
		}
	}
	if !slices.Equal(cfg.Topics[0].Formerly, []string{"bargains", "/old/bargains.xml"}) {
		t.Error("nothing was looked at")
	}
}
