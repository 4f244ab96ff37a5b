package fetcher

import (
	"context"
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
type kept struct{ state storage.FeedState }

func (k *kept) Claim(context.Context, storage.Claim) ([]storage.FeedState, error) { return nil, nil }

func (k *kept) Ages(_ context.Context, p storage.Poll) ([]time.Duration, error) {
	return make([]time.Duration, len(p.Items)), nil
}

func (k *kept) Save(_ context.Context, p storage.Poll) (storage.Delta, error) {
	k.state = p.State
	return storage.Delta{}, nil
}

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
	p := &poll{Fetcher: f, feed: config.Feed{Name: "made", URL: "https://a.example/"}, now: noon}
	doc, err := p.understand(&guard.Response{Body: []byte(document(numbers...)), URL: p.feed.URL})
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
