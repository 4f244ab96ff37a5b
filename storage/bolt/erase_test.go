package bolt

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// TestErasedBytesAreNotInTheFile erases an item that was changed, whose page
// was fetched and whose records were moved about by later writes, and looks for
// what it said in the bytes of the file.
func TestErasedBytesAreNotInTheFile(t *testing.T) {
	ctx := context.Background()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := Open(path, Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	enrolment := storage.Enrolment{
		Feeds:   []storage.FeedSpec{{Name: "a", URL: "https://a.example/feed"}},
		Topics:  []storage.TopicSpec{{Name: "x", Routing: storage.ID{1}}},
		Routing: storage.ID{1}, Window: 96 * time.Hour,
	}
	if _, err := s.Enrol(ctx, enrolment, now); err != nil {
		t.Fatal(err)
	}
	// What zstd can't shrink, it stores as it is.
	secret := func(n int) string {
		var b strings.Builder
		for i := range 40 {
			h := story.Hash("secret", fmt.Sprint(n, i))
			b.Write(bytes.Map(func(r rune) rune { return 'a' + r%26 }, h[:]))
			b.WriteByte(' ')
		}
		return b.String()
	}
	item := func(guid, title, text string) storage.Item {
		i := storage.Item{
			Feed: "a", GUID: guid, URL: "https://a.example/" + guid, Title: storage.Text{Value: title}, Content: storage.Text{Value: text},
			Identity: storage.Identity{Kind: storage.ByGUID, Key: story.GUIDKey(guid)}, Routing: storage.Routing{Topics: []string{"x"}},
			Page: storage.PageState{Wanted: guid == "dark-secret-guid"},
		}
		i.Print = story.Print(&i)
		return i
	}
	poll := func(items ...storage.Item) {
		t.Helper()
		now = now.Add(time.Hour)
		states, err := s.Claim(ctx, storage.Claim{Now: now, Lease: time.Minute, Force: true})
		if err != nil || len(states) != 1 {
			t.Fatal(err)
		}
		states[0].FirstPoll = now
		if _, err := s.Save(ctx, storage.Poll{State: states[0], Items: items, Routing: storage.ID{1}, Now: now}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Release(ctx, now); err != nil {
			t.Fatal(err)
		}
	}
	poll(item("dark-secret-guid", "darksecrettitleone", secret(1)), item("open", "an open one", secret(100)))
	pages, err := s.ClaimPages(ctx, storage.PageClaim{Now: now, Lease: time.Minute, Limit: 1})
	if err != nil || len(pages) != 1 {
		t.Fatalf("%d pages: %v", len(pages), err)
	}
	if _, err := s.SavePage(ctx, storage.PageOutcome{
		Item: pages[0].Item.ID, Token: pages[0].Token, Now: now, Set: storage.ID{1}, Status: 200,
		Extract: &storage.Extract{Content: secret(2)}, Routing: storage.Routing{Topics: []string{"x"}},
	}); err != nil {
		t.Fatal(err)
	}
	poll(item("dark-secret-guid", "darksecrettitletwo", secret(3)))
	for n := range 50 {
		poll(item(fmt.Sprint("other-", n), fmt.Sprint("another ", n), secret(200+n)))
	}

	words := []string{"dark-secret-guid", "darksecrettitleone", "darksecrettitletwo"}
	for n := 1; n <= 3; n++ {
		// A word's hash may be cut by the encoder; each has several.
		words = append(words, strings.Fields(secret(n))...)
	}
	found := func() (list []string) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range words {
			if bytes.Contains(data, []byte(w)) {
				list = append(list, w)
			}
		}
		return list
	}
	before := found()
	if len(before) < 3 || before[0] != words[0] || before[1] != words[1] || before[2] != words[2] {
		t.Fatalf("the file does not have what is to be erased: %q", before)
	}
	if _, err := s.Edit(ctx, storage.Edit{Kind: storage.Erase, Item: pages[0].Item.ID, Reason: "a court's order", Time: now}); err != nil {
		t.Fatal(err)
	}
	if list := found(); len(list) > 0 {
		t.Errorf("the file has %q still", list)
	}
	if wrong, err := s.Verify(ctx); err != nil || len(wrong) > 0 {
		t.Errorf("Verify: %q, %v", wrong, err)
	}
	if _, err := s.Find(ctx, storage.Ref{Text: pages[0].Item.ID.String()}); err == nil {
		t.Error("the item is found still")
	}
	data, _ := os.ReadFile(path)
	if !bytes.Contains(data, []byte("https://a.example/open")) {
		t.Error("another item is gone too")
	}
	poll(item("after", "afterwards", secret(500)))
	if wrong, err := s.Verify(ctx); err != nil || len(wrong) > 0 {
		t.Errorf("Verify after another save: %q, %v", wrong, err)
	}
}

// TestScrubWaitsForReaders erases beside readers, none of which may see a page
// overwritten under it.
func TestScrubWaitsForReaders(t *testing.T) {
	ctx := context.Background()
	s, err := Open(filepath.Join(t.TempDir(), "store.db"), Options{Now: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const first = "the value that the reader sees"
	fill := func(value []byte) {
		t.Helper()
		for i := range 7 {
			if err := s.update(ctx, "filling", func(t *tx) error { return t.put(bHosts, nameKey(fmt.Sprint(i)), value) }); err != nil {
				t.Fatal(err)
			}
		}
	}
	fill([]byte(first))
	reading, resume := make(chan struct{}), make(chan struct{})
	seen := make(chan error, 1)
	go func() {
		seen <- s.view(ctx, "reading", func(t *tx) error {
			close(reading)
			<-resume
			for i := range 7 {
				if got := t.get(bHosts, nameKey(fmt.Sprint(i))); string(got) != first {
					return fmt.Errorf("value %d is %q", i, got)
				}
			}
			return nil
		})
	}()
	<-reading
	for range 10 {
		fill(make([]byte, 5000))
	}
	wiped := make(chan error, 1)
	go func() { wiped <- s.scrub(ctx) }()
	close(resume)
	if err := <-seen; err != nil {
		t.Errorf("the reader: %v", err)
	}
	if err := <-wiped; err != nil {
		t.Errorf("scrub: %v", err)
	}
	err = s.view(ctx, "checking", func(t *tx) error {
		for err := range t.bolt.Check() {
			return err
		}
		return nil
	})
	if err != nil {
		t.Errorf("after scrub: %v", err)
	}
}
