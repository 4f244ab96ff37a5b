package daemon

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"sluice/cmd/internal/control"
	"sluice/storage"
)

// TestHostileFeedsHarmNoOther fetches feeds made to exhaust who reads them,
// beside one that is as it should be.
func TestHostileFeedsHarmNoOther(t *testing.T) {
	rss := func(inside string) string {
		return "<rss version='2.0'><channel><title>x</title>" + inside + "</channel></rss>"
	}
	item := func(inside string) string { return "<item><title>Good</title>" + inside + "</item>" }
	var many strings.Builder
	for i := range 50_000 {
		many.WriteString("<item><title>Item " + strconv.Itoa(i) + "</title></item>")
	}
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 200 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	_ = z.Close()
	feeds := map[string]struct {
		body, encoding string
		items          int
		says           string // of its error or warning
	}{
		"good":     {rss(item("<link>https://good.example/1</link>")), "", 1, ""},
		"deep":     {rss(item("<description>" + strings.Repeat("<div>", 100_000) + "x" + strings.Repeat("</div>", 100_000) + "</description>" + strings.Repeat("<x>", 100_000) + strings.Repeat("</x>", 100_000))), "", 1, ""},
		"many":     {rss(many.String()), "", 10_000, "only the first 10000 of its 50000 items are taken"},
		"long":     {rss(item("<description>" + strings.Repeat("many words ", 20<<20/11) + "</description>")), "", 1, "a text beyond the bounds was cut"},
		"guid":     {rss(item("<guid>" + strings.Repeat("g", 1<<20) + "</guid>")), "", 1, "a text beyond the bounds was cut"},
		"entities": {"<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'>" + strings.Repeat("<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>", 1000) + "]>" + rss(item("<description>&b;&b;</description>")), "", 1, ""},
		"bomb":     {bomb.String(), "gzip", 0, "sends more than 30 MiB"},
		"cut":      {strings.TrimSuffix(rss(item("")+item("<guid>2</guid>")), "</item></channel></rss>"), "", 1, "the document ends too early, its last item is left out"},
		"silent":   {rss("<item><guid>a</guid></item>" + item("") + "<item><pubDate>Sun, 01 Mar 2026 08:00:00 GMT</pubDate></item>"), "", 1, "2 items have neither title nor text nor link and were left out"},
		"page":     {"<html><head><link rel='alternate' type='application/rss+xml' href='/f'></head></html>", "", 0, "an HTML page, not a feed; the page says that its feed is"},
		"nothing":  {"Fatal error: no database", "", 0, "neither XML nor JSON, so no feed"},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := feeds[r.URL.Path[1:]]
		w.Header().Set("Content-Type", "application/xml")
		if f.encoding != "" {
			w.Header().Set("Content-Encoding", f.encoding)
		}
		_, _ = w.Write([]byte(f.body))
	}))
	defer server.Close()
	w := newWorld(t)
	config := "topics: [{name: t, match: good}]\nfeeds:\n"
	for name := range feeds {
		config += "  - {name: " + name + ", url: '" + server.URL + "/" + name + "', max_body: 30MiB}\n"
	}
	w.config(config)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	w.own(func(ctx context.Context, s *System) error {
		if _, err := s.Fetch(ctx, control.FetchRequest{All: true}, time.Time{}, nil); err != nil {
			return err
		}
		states, err := s.store.Feeds(ctx)
		for _, state := range states {
			f := feeds[state.Name]
			if says := state.Error + state.Warning; state.Items != f.items || f.says == "" && says != "" || !strings.Contains(says, f.says) {
				t.Errorf("%s: %d items, %q; want %d, %q", state.Name, state.Items, says, f.items, f.says)
			}
		}
		if len(states) != len(feeds) {
			t.Errorf("%d feeds", len(states))
		}
		if entries, err := s.store.Entries(ctx, "t", storage.Place{}, 100); err != nil || len(entries) < 1 {
			t.Errorf("%d entries, %v", len(entries), err)
		}
		return err
	})
	runtime.ReadMemStats(&after)
	if used := after.HeapSys - before.HeapSys; used > 1<<30 {
		t.Errorf("the heap grew by %d MiB", used>>20)
	}
}
