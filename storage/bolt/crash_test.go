package bolt_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"sluice/storage"
	"sluice/storage/bolt"
	"sluice/storage/story"
)

// An ack is what the ingesting process says once the store has answered.
type ack struct {
	GUIDs   []string // saved
	Entries []entry  // published
}

type entry struct {
	ID, Published, Updated string
	Place                  storage.Place
	Number                 uint64
}

const (
	crashStore = "SLUICE_CRASH_STORE"
	crashRound = "SLUICE_CRASH_ROUND"
	crashes    = 50
)

// TestCrash kills an ingesting process 50 times without warning. After each
// kill every item whose save was acknowledged must be there once, and every
// entry that was acknowledged must stand as it stood.
func TestCrash(t *testing.T) {
	if path := os.Getenv(crashStore); path != "" {
		ingest(t, path)
		return
	}
	path := filepath.Join(t.TempDir(), "sluice.db")
	saved, published := make(map[string]bool), make(map[string]entry)
	crashes := crashes
	if testing.Short() {
		crashes /= 10
	}
	for round := range crashes {
		killIngest(t, path, round, saved, published)
		checkAfterCrash(t, path, saved, published)
	}
	if len(saved) < crashes || len(published) < crashes {
		t.Fatalf("%d kills saw only %d items and %d entries acknowledged", crashes, len(saved), len(published))
	}
	t.Logf("%d kills: %d items and %d entries acknowledged, all there once", crashes, len(saved), len(published))
}

// killIngest runs the process until it has acknowledged a few steps, kills it
// and collects what it said.
func killIngest(t *testing.T, path string, round int, saved map[string]bool, published map[string]entry) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrash$")
	cmd.Env = append(os.Environ(), crashStore+"="+path, crashRound+"="+strconv.Itoa(round))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	take := func() bool {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return false // the kill cut the line: it was never said
		}
		var a ack
		if err := json.Unmarshal(line, &a); err != nil {
			rest, _ := io.ReadAll(lines)
			t.Fatalf("the ingesting process said %s%s", line, rest)
		}
		for _, guid := range a.GUIDs {
			saved[guid] = true
		}
		for _, e := range a.Entries {
			published[e.ID] = e
		}
		return true
	}
	for range 1 + rand.IntN(12) {
		if !take() {
			break
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for take() {
	}
	_ = cmd.Wait() // killed, as it should be
}

func checkAfterCrash(t *testing.T, path string, saved map[string]bool, published map[string]entry) {
	t.Helper()
	ctx := context.Background()
	s, err := bolt.Open(path, bolt.Options{Now: time.Unix(1_800_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	faults, err := s.Verify(ctx)
	if err != nil || len(faults) > 0 {
		t.Fatalf("after a kill: %v %v", faults, err)
	}
	count := make(map[string]int)
	for cursor := ""; ; {
		items, next, err := s.List(ctx, storage.ListQuery{After: cursor, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			count[item.GUID]++
		}
		if cursor = next; next == "" {
			break
		}
	}
	for guid := range saved {
		if count[guid] == 0 {
			t.Fatalf("item %s was acknowledged and is lost", guid)
		}
	}
	for guid, n := range count {
		if n != 1 {
			t.Fatalf("item %s is stored %d times", guid, n)
		}
	}
	now := make(map[string]entry)
	for _, e := range entries(t, s, 1_000_000) {
		now[e.ID] = e
	}
	for id, was := range published {
		if is := now[id]; is != was {
			t.Fatalf("entry %s was %+v and is %+v", id, was, is)
		}
	}
}

// entries returns the newest n entries or a few more.
func entries(t *testing.T, s storage.Reading, n int) (out []entry) {
	t.Helper()
	for after := (storage.Place{}); len(out) < n; {
		page, err := s.Entries(context.Background(), "all", after, min(n, 500))
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return out
		}
		for _, e := range page {
			out = append(out, entry{e.ID, e.Published.String(), e.Updated.String(), e.Place, e.Number})
		}
		after = page[len(page)-1].Place
	}
	return out
}

// ingest saves polls and releases for ever, saying so after each step.
func ingest(t *testing.T, path string) {
	ctx := context.Background()
	round, err := strconv.Atoi(os.Getenv(crashRound))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_700_000_000+int64(round)*3600, 0)
	s, err := bolt.Open(path, bolt.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	set := storage.ID{1}
	enrolment := storage.Enrolment{Site: "https://example.org", Routing: set, Window: 96 * time.Hour,
		Topics: []storage.TopicSpec{{Name: "all", Routing: set}}}
	for feed := range 3 {
		enrolment.Feeds = append(enrolment.Feeds, storage.FeedSpec{Name: fmt.Sprint("feed", feed), URL: fmt.Sprintf("https://f%d.example/", feed)})
	}
	if _, err := s.Enrol(ctx, enrolment, now); err != nil {
		t.Fatal(err)
	}
	say := json.NewEncoder(os.Stdout)
	for step := 0; ; step++ {
		now = now.Add(time.Second)
		states, err := s.Claim(ctx, storage.Claim{Now: now, Lease: time.Millisecond, Force: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, state := range states {
			poll := storage.Poll{State: state, Routing: set, Now: now}
			var a ack
			for n := range 10 {
				// Half of each poll repeats the one before.
				item := crashItem(fmt.Sprintf("%s-%d-%d", state.Name, round, step*5+n), now)
				poll.Items = append(poll.Items, item)
				a.GUIDs = append(a.GUIDs, item.GUID)
			}
			if _, err := s.Save(ctx, poll); err != nil {
				t.Fatal(err)
			}
			if err := say.Encode(a); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Release(ctx, now); err != nil {
			t.Fatal(err)
		}
		if err := say.Encode(ack{Entries: entries(t, s, 100)}); err != nil {
			t.Fatal(err)
		}
	}
}

func crashItem(guid string, now time.Time) storage.Item {
	items := []storage.Item{{
		GUID: guid, URL: "https://site.example/" + guid,
		Title:     storage.Text{Value: "Title of " + guid},
		Content:   storage.Text{Value: "The text of " + guid + " says little that is new."},
		Published: now.Add(-time.Hour),
	}}
	story.Identify(items, nil, 0)
	items[0].Print = story.Print(&items[0])
	items[0].Routing.Topics = []string{"all"}
	return items[0]
}
