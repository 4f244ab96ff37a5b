package fetcher

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sluice/config"
	"sluice/storage"
)

// articlePage is a page with an article of its own words.
func articlePage(name string) string {
	text := strings.Repeat("<p>The whole story of "+name+" takes many sentences to tell, and commas, since readers like to breathe, and so do extractors, which count them.</p>", 6)
	return `<!doctype html><html lang="en"><head><title>` + name + `</title><meta property="article:author" content="Pat Page">` +
		`<meta property="article:published_time" content="2026-02-27T10:00:00Z"></head><body><nav><a href="/">Home</a></nav><article><h1>` + name + `</h1>` + text + `</article></body></html>`
}

// byText takes an item where its page's text is known.
type byText struct{}

func (byText) Classify(item *storage.Item) storage.Routing {
	if item.Extract != nil && strings.Contains(item.Extract.Content, "whole story") && len(item.Authors) > 0 {
		return storage.Routing{Topics: []string{"whole"}}
	}
	return storage.Routing{Topics: []string{"part"}}
}

func (byText) Fingerprint() storage.ID { return storage.ID{} }

func textual() Classifier { return byText{} }

func TestPollFetchesPagesOfNewItems(t *testing.T) {
	var mu sync.Mutex
	asked := make(map[string]int)
	numbers := []int{1, 2}
	b := newBench(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked[r.URL.Path]++
		switch {
		case r.URL.Path == "/feed.xml":
			_, _ = io.WriteString(w, document(numbers...))
		case r.URL.Path == "/article/2":
			http.NotFound(w, r)
		default:
			if a := r.Header.Get("Accept"); !strings.HasPrefix(a, "text/html") {
				t.Errorf("a page is asked for with Accept: %s", a)
			}
			if r.Header.Get("X-Secret") != "s" || r.Header.Get("If-None-Match") != "" {
				t.Errorf("a page of the feed's host is asked for with %v", r.Header)
			}
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, articlePage("Article number"+r.URL.Path))
		}
	})
	b.feed.FullText, b.feed.Headers = true, map[string]string{"X-Secret": "s"}
	poll := func() {
		t.Helper()
		if _, err := b.f.Poll(t.Context(), b.feed, claimed(t, b.m, "made", b.now), textual, b.now); err != nil {
			t.Fatal(err)
		}
	}
	poll()
	if asked["/article/1"] != 1 || asked["/article/2"] != 1 || len(b.m.outcomes) != 2 {
		t.Fatalf("asked %v, outcomes %+v", asked, b.m.outcomes)
	}
	for _, o := range b.m.outcomes {
		switch {
		case o.Extract == nil:
			if o.Status != 404 || o.Error != "the server answered 404 Not Found" || !o.Next.After(b.now) || o.Next.After(b.now.Add(time.Hour)) {
				t.Errorf("outcome of a missing page: %+v", o)
			}
		case !strings.Contains(o.Extract.Content, "whole story") || o.Extract.Authors[0].Name != "Pat Page" || o.Extract.Language != "en" ||
			!o.Extract.Published.Equal(time.Date(2026, 2, 27, 10, 0, 0, 0, time.UTC)) || o.Routing.Topics[0] != "whole":
			t.Errorf("outcome of a page: %+v, %+v", o, o.Extract)
		}
	}

	// Later polls ask for new pages only, and classify by what is known: all
	// items once more, since the settings of the feed have changed.
	numbers, b.feed.Tags = []int{1, 2, 3}, []string{"news"}
	b.now = b.now.Add(time.Minute)
	poll()
	if asked["/article/1"] != 1 || asked["/article/2"] != 1 || asked["/article/3"] != 1 {
		t.Errorf("asked %v", asked)
	}
	items := b.m.polls[len(b.m.polls)-1].Items
	if items[0].Routing.Topics[0] != "whole" || len(items[0].Authors) > 0 || items[1].Routing.Topics[0] != "part" {
		t.Errorf("items %+v", items[:2])
	}

	// The missing one is tried once more, then given up.
	for range 5 {
		b.now = b.now.Add(2 * time.Hour)
		poll()
	}
	if asked["/article/2"] != 2 {
		t.Errorf("a missing page was asked for %d times, want 2", asked["/article/2"])
	}
}

func TestPagesOfOtherHostsGetNoSecrets(t *testing.T) {
	p := page{feed: config.Feed{URL: "https://feeds.example/f", Headers: map[string]string{"X": "s"}, BasicAuth: &config.BasicAuth{Username: "u"}, UserAgent: "ua"}}
	for address, own := range map[string]bool{
		"https://feeds.example/a": true, "https://FEEDS.example/a": true, "http://feeds.example/a": false,
		"https://feeds.example:8443/a": false, "https://other.example/a": false, "https://feeds.example.org/a": false,
	} {
		p.item.URL = address
		r := p.request()
		if (r.BasicAuth != nil) != own || (r.Headers != nil) != own || r.UserAgent != "ua" {
			t.Errorf("%s gets %+v", address, r)
		}
	}
}

func TestSweepFetchesPagesInTheirHostsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarm(t, wide, map[string]int{"a": 2, "b": 1}, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/article/") {
				w.Header().Set("Content-Type", "text/html")
				_, _ = io.WriteString(w, articlePage(r.URL.Path))
				return
			}
			_, _ = io.WriteString(w, document(1, 2, 3, 4, 5, 6, 7, 8, 9))
		})
		for name, feed := range f.feeds {
			feed.FullText = strings.HasPrefix(name, "a")
			f.feeds[name] = feed
		}
		f.f.Drain = time.Minute
		if err := f.sweep(t.Context(), storage.Claim{}); err != nil {
			t.Fatal(err)
		}
		if len(f.results) != 3 || len(f.m.outcomes) != 18 || len(f.asked["b.example"]) != 1 {
			t.Fatalf("%d results, %d pages, asked %v", len(f.results), len(f.m.outcomes), f.asked)
		}
		for _, o := range f.m.outcomes {
			if o.Extract == nil {
				t.Errorf("outcome %+v", o)
			}
		}
		if f.most["a.example"] != 1 {
			t.Errorf("%d requests at once", f.most["a.example"])
		}
		for i, at := range f.asked["a.example"][1:] {
			if gap := at.Sub(f.asked["a.example"][i]); gap < wide.PerHost.Gap {
				t.Errorf("request %d came %s after the one before", i+1, gap)
			}
		}
		f.unleased()
	})
}

func TestSweepTriesPagesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var status int
		f := newFarm(t, wide, map[string]int{"a": 1}, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case !strings.HasPrefix(r.URL.Path, "/article/"):
				_, _ = io.WriteString(w, document(1, 2))
			case status != 0:
				w.Header().Set("Retry-After", "7200")
				w.WriteHeader(status)
			default:
				_, _ = io.WriteString(w, articlePage(r.URL.Path))
			}
		})
		for name, feed := range f.feeds {
			feed.FullText = true
			f.feeds[name] = feed
		}
		start := time.Now()
		status = http.StatusTooManyRequests
		if err := f.sweep(t.Context(), storage.Claim{Now: start}); err != nil {
			t.Fatal(err)
		}
		// The second page is not asked for: its host wants to be left alone.
		if len(f.m.outcomes) != 2 || len(f.asked["a.example"]) != 2 {
			t.Fatalf("outcomes %+v, asked %v", f.m.outcomes, f.asked)
		}
		for _, o := range f.m.outcomes {
			if o.Extract != nil || o.Error == "" || o.Next.Before(start.Add(2*time.Hour)) || o.Next.After(start.Add(3*time.Hour)) {
				t.Errorf("outcome %+v", o)
			}
		}
		status = 0
		time.Sleep(3 * time.Hour)
		if err := f.sweep(t.Context(), storage.Claim{Now: start.Add(3 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
		if len(f.m.outcomes) != 4 || f.m.outcomes[2].Extract == nil || f.m.outcomes[3].Extract == nil {
			t.Errorf("outcomes %+v", f.m.outcomes[2:])
		}
	})
}

func TestPagesThatAreNotWantedAnyMoreAreGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarm(t, wide, map[string]int{"a": 1, "b": 1}, nil)
		for name := range f.feeds {
			f.m.pages[storage.ID{name[0]}] = &memoryPage{feed: name, due: time.Now()}
		}
		delete(f.feeds, "b-000")
		if err := f.sweep(t.Context(), storage.Claim{}); err != nil {
			t.Fatal(err)
		}
		if len(f.m.outcomes) != 2 {
			t.Fatalf("outcomes %+v", f.m.outcomes)
		}
		for _, o := range f.m.outcomes {
			if o.Extract != nil || !o.Next.IsZero() || !strings.Contains(o.Error, "no full text") {
				t.Errorf("outcome %+v", o)
			}
		}
	})
}

func TestSweepGivesPagesUpWhenItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := newFarm(t, wide, map[string]int{"a": 1}, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/article/") {
				cancel()
				<-r.Context().Done()
				return
			}
			_, _ = io.WriteString(w, document(1, 2, 3))
		})
		for name, feed := range f.feeds {
			feed.FullText = true
			f.feeds[name] = feed
		}
		if err := f.sweep(ctx, storage.Claim{}); err == nil || ctx.Err() == nil {
			t.Errorf("the sweep ended with %v", err)
		}
		if len(f.m.outcomes) != 0 {
			t.Errorf("outcomes %+v", f.m.outcomes)
		}
	})
}

func TestPageSentences(t *testing.T) {
	for _, test := range []struct {
		kind, body, want string
	}{
		{"image/png", "x", "it is image/png and no HTML page"},
		{"text/html", "<p>Sorry</p>", "it holds no article, only some words"},
		{"text/html", strings.Repeat("<div>", 300) + "x", "its elements are nested too deeply"},
		{"text/html", "", "the answer is empty"},
	} {
		b := newBench(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/feed.xml" {
				_, _ = io.WriteString(w, document(1))
				return
			}
			w.Header().Set("Content-Type", test.kind)
			_, _ = io.WriteString(w, test.body)
		})
		b.feed.FullText = true
		b.must(storage.Delta{New: 1})
		if got := fmt.Sprint(b.m.outcomes[0].Error); got != test.want {
			t.Errorf("%s %.20q: %q, want %q", test.kind, test.body, got, test.want)
		}
	}
}
