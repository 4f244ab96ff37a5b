package daemon

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sluice/cmd/internal/control"
)

// What at_most and per_feed leave out of a head stands in the archive and is no
// withdrawal; the most told stories are in, once it is time to decide.
func TestWhatAHeadLeavesOutStandsInTheArchive(t *testing.T) {
	w := newWorld(t)
	// All three feeds tell m-2, two tell m-3.
	w.page("/a.xml", rss("wire", "m-1", "m-2", "m-3", "m-4", "m-5"))
	w.page("/b.xml", rss("wire", "m-2", "m-3"))
	w.page("/c.xml", rss("wire", "m-2"))
	feeds := "feeds:\n  - {url: \"${UP}/a.xml\", name: a, prefer: 1}\n  - {url: \"${UP}/b.xml\", name: b}\n  - {url: \"${UP}/c.xml\", name: c}\ntopics:\n"
	w.config(feeds + `  - {name: now, match: '*', at_most: 2/d, digest_after: 0s}
  - {name: later, match: '*', at_most: 2/d}
  - {name: fair, match: '*', per_feed: 3}
`)
	out := filepath.Join(w.dir, "out")
	read := func() map[string]string {
		t.Helper()
		stories := make(map[string]string)
		for name, text := range w.files(out) {
			if strings.HasSuffix(name, ".atom") {
				if strings.Contains(text, "deleted-entry") {
					t.Errorf("%s tells of a withdrawal", name)
				}
				for _, story := range []string{"m-1", "m-2", "m-3", "m-4", "m-5"} {
					if strings.Contains(text, "All that is to be said of "+story) {
						stories[name] += story + " "
					}
				}
			}
		}
		return stories
	}
	w.once(control.FetchRequest{All: true}, out)
	const all = "m-1 m-2 m-3 m-4 m-5 "
	got := read()
	for name, want := range map[string]string{
		"topics/now.atom": "m-2 m-3 ", "topics/now/archive/1.atom": all,
		"topics/later.atom": "", "topics/later/archive/1.atom": all,
		"topics/fair.atom": "m-3 m-4 m-5 ", "topics/fair/archive/1.atom": all,
	} {
		if got[name] != want {
			t.Errorf("%s has %q, want %q", name, got[name], want)
		}
	}
	w.own(func(ctx context.Context, s *System) error {
		s.outbox.add(nil, true)
		p, err := s.Publish(ctx, time.Now().Add(7*time.Hour))
		if err != nil {
			return err
		}
		if p.Withdrawn != 0 || p.Released != 0 {
			t.Errorf("the decision: %+v", p)
		}
		_, err = s.WriteTo(ctx, out, time.Now().Add(7*time.Hour))
		return err
	})
	if got := read(); got["topics/later.atom"] != "m-2 m-3 " || got["topics/later/archive/1.atom"] != all {
		t.Errorf("after the decision: %q", got)
	}
}
