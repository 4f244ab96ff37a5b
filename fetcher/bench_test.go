package fetcher

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"sluice/config"
	"sluice/fetcher/guard"
	"sluice/storage"
)

func unchanged(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"one"`)
	if r.Header.Get("If-None-Match") != "" {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = io.WriteString(w, document(1, 2, 3))
}

// kept is a store that costs nothing.
type kept struct {
	state  storage.FeedState
	memory storage.Memory
}

func (k *kept) Claim(context.Context, storage.Claim) ([]storage.FeedState, error) { return nil, nil }

func (k *kept) Ages(_ context.Context, p storage.Poll) ([]time.Duration, error) {
	return make([]time.Duration, len(p.Items)), nil
}

func (k *kept) Save(_ context.Context, p storage.Poll) (storage.Delta, error) {
	k.state = p.State
	if p.Memory != nil {
		k.memory = *p.Memory
	}
	return storage.Delta{}, nil
}

func (k *kept) Memory(context.Context, string) (storage.Memory, error) { return k.memory, nil }

func (k *kept) Extracts(context.Context, string, []storage.Key) (map[storage.Key]*storage.Extract, error) {
	return nil, nil
}

func (k *kept) ClaimPages(context.Context, storage.PageClaim) ([]storage.ClaimedPage, error) {
	return nil, nil
}

func (k *kept) SavePage(context.Context, storage.PageOutcome) (storage.Delta, error) {
	return storage.Delta{}, nil
}

// BenchmarkNotModified polls a feed that answers 304, beside the bare loop
// that does the same request and nothing else.
func BenchmarkNotModified(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(unchanged))
	defer s.Close()
	b.Run("bare", func(b *testing.B) {
		client := &http.Client{Transport: &http.Transport{}, Timeout: 30 * time.Second}
		defer client.CloseIdleConnections()
		b.ReportAllocs()
		for b.Loop() {
			req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.URL+"/feed.xml", nil)
			if err != nil {
				b.Fatal(err)
			}
			req.Header.Set("If-None-Match", `"one"`)
			req.Header.Set("User-Agent", "bare")
			resp, err := client.Do(req)
			if err != nil || resp.StatusCode != http.StatusNotModified {
				b.Fatal(resp, err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
	})
	b.Run("poll", func(b *testing.B) {
		g := guard.New(loopback, "sluice/bench")
		defer g.Close()
		store := new(kept)
		f := New(store, g, loopback)
		feed := config.Feed{Name: "made", URL: s.URL + "/feed.xml"}
		if _, err := f.Poll(context.Background(), feed, storage.FeedState{Name: "made"}, always, noon); err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := f.Poll(context.Background(), feed, store.state, always, noon); err != nil || store.state.Status != http.StatusNotModified {
				b.Fatal(store.state, err)
			}
		}
	})
}

// BenchmarkNormalise is what an item costs beside its parsing.
func BenchmarkNormalise(b *testing.B) {
	numbers := make([]int, 50)
	for i := range numbers {
		numbers[i] = i
	}
	f := New(new(kept), guard.New(loopback, ""), loopback)
	p := &poll{Fetcher: f, feed: config.Feed{Name: "made", URL: "https://a.example/"}, now: noon, classifier: always}
	doc, err := p.understand(context.Background(), &guard.Response{Body: []byte(document(numbers...)), URL: p.feed.URL})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if items, _ := Normalise(p.feed, doc, storage.FeedState{}, noon); len(items) != 50 {
			b.Fatal(len(items))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/50, "us/item")
}

// newsDocument is a document of 50 articles of some 4 KB, the newest of which
// has the given number.
func newsDocument(newest int) []byte {
	var b bytes.Buffer
	b.WriteString(`<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title>`)
	fmt.Fprintf(&b, "<lastBuildDate>Sun, 01 Mar 2026 10:%02d:%02d GMT</lastBuildDate>", newest/60%60, newest%60)
	for n := newest; n > newest-50; n-- {
		fmt.Fprintf(&b, `<item><title>Article number %d</title><link>https://a.example/%d?utm_source=x</link><guid isPermaLink="false">%[1]d</guid>
<pubDate>Sun, 01 Mar 2026 09:00:00 GMT</pubDate><category>news</category><content:encoded><![CDATA[`, n, n)
		for p := range 16 {
			fmt.Fprintf(&b, `<p>What paragraph %d of article %d says: <a href="/about/%d?utm_medium=rss">words</a> that go on for a line or two, as <em>articles</em> do, and then come to an end here.</p><img src="/i/%d.jpg" width="640" height="480" alt="x"/>`, p, n, n*p, n*p)
		}
		b.WriteString("]]></content:encoded></item>\n")
	}
	b.WriteString("</channel></rss>")
	return b.Bytes()
}

// BenchmarkOneNew polls a feed of 50 items, of which one is new each time, and
// compares what that costs with a poll that reads all of them.
func BenchmarkOneNew(b *testing.B) {
	poll := func(f *Fetcher, store *kept, newest int) time.Duration {
		body := newsDocument(newest)
		f.get = func(context.Context, guard.Request) (*guard.Response, error) {
			return &guard.Response{Status: http.StatusOK, URL: madeFeed.URL, Body: body}, nil
		}
		begin := time.Now()
		if _, err := f.Poll(context.Background(), madeFeed, store.state, always, noon); err != nil || store.state.Entries != 50 {
			b.Fatal(store.state, err)
		}
		return time.Since(begin)
	}
	quick, whole := new(kept), new(kept)
	fQuick, fWhole := New(quick, guard.New(loopback, ""), loopback), New(whole, guard.New(loopback, ""), loopback)
	newest := 50
	poll(fQuick, quick, newest)
	poll(fWhole, whole, newest)
	var one, all time.Duration
	for b.Loop() {
		newest++
		one += poll(fQuick, quick, newest)
		whole.memory = storage.Memory{}
		all += poll(fWhole, whole, newest)
	}
	if n := len(quick.memory.Items); n != 50 {
		b.Fatalf("%d items are remembered", n)
	}
	b.ReportMetric(float64(one.Microseconds())/float64(b.N), "us/poll")
	b.ReportMetric(float64(one)/float64(all), "x-all")
}
