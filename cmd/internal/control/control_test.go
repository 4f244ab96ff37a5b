package control

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"sluice/storage"
)

var (
	itemID    = storage.ID{1, 2, 3}
	seen      = time.Date(2026, 3, 1, 12, 30, 0, 5000, time.UTC)
	anItem    = storage.Item{ID: itemID, Feed: "a", GUID: "g<&>", FirstSeen: seen, Print: storage.Print{URL: storage.Key{9}, Title: []uint32{1, 2}}}
	aStory    = storage.Story{ID: storage.ID{7}, Tellings: []storage.Telling{{Item: itemID, Why: storage.Joining{Layer: "url", Title: 0.5}}}}
	aFeed     = storage.FeedState{Name: "a", Body: storage.Key{4}, NextPoll: seen, Refined: map[storage.Key]storage.IdentityKind{{1}: storage.ByGUIDLink}}
	aTopic    = storage.TopicState{Name: "t", Last: 12, Changed: seen}
	aRevision = storage.Revision{Number: 2, Until: seen, Title: storage.Text{Value: "T"}}
	aStatus   = Status{Program: "v9", PID: 12, Ready: true, Started: seen, ReloadError: "line 1\nline 2"}
)

// canned answers everything with what the test expects.
type canned struct {
	asked    chan any // what came in
	fetching chan struct{}
}

func (c *canned) Feeds(context.Context) ([]storage.FeedState, error) {
	return []storage.FeedState{aFeed}, nil
}
func (c *canned) Topics(context.Context) ([]storage.TopicState, error) {
	return []storage.TopicState{aTopic}, nil
}
func (c *canned) Lists(context.Context) ([]storage.ListState, error) {
	return []storage.ListState{{Address: "https://lists.example/", Data: []byte{0xff}, Status: 200}}, nil
}
func (c *canned) Find(_ context.Context, ref storage.Ref) (storage.Item, error) {
	switch ref.Text {
	case "none":
		return storage.Item{}, fmt.Errorf("finding item %q: %w", ref.Text, storage.ErrNotFound)
	case "two":
		return storage.Item{}, fmt.Errorf("finding: %w", storage.ErrAmbiguous)
	}
	c.asked <- ref
	return anItem, nil
}
func (c *canned) Stories(_ context.Context, ids []storage.ID) ([]storage.Story, error) {
	c.asked <- ids
	return []storage.Story{aStory}, nil
}
func (c *canned) List(_ context.Context, q storage.ListQuery) ([]storage.Item, string, error) {
	c.asked <- q
	return []storage.Item{anItem}, "next", nil
}
func (c *canned) Labels(_ context.Context, topic string) ([]storage.Label, error) {
	c.asked <- topic
	return []storage.Label{{Item: anItem, Yes: true, By: "me"}}, nil
}
func (c *canned) Models(context.Context) ([]storage.Model, error) {
	return []storage.Model{{Topic: "t", Number: 3, Data: []byte{1, 2}}}, nil
}
func (c *canned) Label(_ context.Context, l storage.Labelling) error {
	c.asked <- l
	return nil
}
func (c *canned) Relearn(_ context.Context, r RelearnRequest) error {
	c.asked <- r
	return nil
}
func (c *canned) Revisions(_ context.Context, item storage.ID) ([]storage.Revision, error) {
	c.asked <- item
	return []storage.Revision{aRevision}, nil
}
func (c *canned) Verify(context.Context) ([]string, error) { return []string{"one"}, nil }
func (c *canned) Fetch(ctx context.Context, r FetchRequest, report func(Polled)) (Fetched, error) {
	if len(r.Feeds) == 1 && r.Feeds[0] == "slow" {
		close(c.fetching)
		<-ctx.Done()
		return Fetched{}, ctx.Err()
	}
	if len(r.Feeds) == 1 && r.Feeds[0] == "unknown" {
		return Fetched{}, &UnknownFeedError{Name: "unknown", Near: []string{"known"}}
	}
	report(Polled{Feed: "a", Status: 200, New: 3})
	report(Polled{Feed: "b", Error: "gone"})
	return Fetched{Polled: 2, Failed: []Reason{{"b", "gone"}}}, nil
}
func (c *canned) Adopt(_ context.Context, a storage.Adoption) (storage.Adopted, error) {
	if !a.Merge {
		return storage.Adopted{}, fmt.Errorf("adopting: %w", storage.ErrPublished)
	}
	return storage.Adopted{AtomID: a.AtomID, New: len(a.Entries)}, nil
}

func (c *canned) Publish(_ context.Context, dir string) (Published, error) {
	return Published{Dir: dir, Written: 4}, nil
}
func (c *canned) Reload(context.Context, ReloadRequest) (Reloaded, error) {
	return Reloaded{}, &RefusedError{Text: "x.yaml:1:2: a: b; c\n    a\n    ^"}
}
func (c *canned) Edit(_ context.Context, e Correction) (Corrected, error) {
	if e.Kind == storage.Split {
		return Corrected{}, fmt.Errorf("splitting: %w", &storage.EditError{Text: "it stands alone"})
	}
	c.asked <- e
	return Corrected{Edited: storage.Edited{Story: storage.ID{7}, Delta: storage.Delta{Withdrawn: 1}}, Item: anItem, Documents: []string{"/topics/t.atom"}}, nil
}
func (c *canned) Confirm(_ context.Context, feed string) (Fetched, error) {
	c.asked <- feed
	return Fetched{Polled: 1}, nil
}
func (c *canned) Status(context.Context) (Status, error) { return aStatus, nil }

// start serves h at a socket of its own until the test ends.
func start(t *testing.T, h Handler) (path string, stop func() error) {
	t.Helper()
	path = filepath.Join(socketDir(t), "s")
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, l, h, "v9") }()
	stopped := false
	stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-ended
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return path, stop
}

// socketDir is a temporary folder with a name short enough for sockets.
func socketDir(t *testing.T) string {
	dir, err := os.MkdirTemp("", "ctl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func dial(t *testing.T, path string) *Client {
	t.Helper()
	c, err := Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func same(t *testing.T, what string, got, want any, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	} else if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func TestMethodsGiveWhatTheHandlerGives(t *testing.T) {
	h := &canned{asked: make(chan any, 1)}
	path, _ := start(t, h)
	c, ctx := dial(t, path), t.Context()

	feeds, err := c.Feeds(ctx)
	plain := aFeed
	plain.Refined = nil
	same(t, "feeds", feeds, []storage.FeedState{plain}, err)
	topics, err := c.Topics(ctx)
	same(t, "topics", topics, []storage.TopicState{aTopic}, err)
	status, err := c.Status(ctx)
	same(t, "status", status, aStatus, err)
	wrong, err := c.Verify(ctx)
	same(t, "verify", wrong, []string{"one"}, err)
	published, err := c.Publish(ctx, "/out")
	same(t, "publish", published, Published{Dir: "/out", Written: 4}, err)
	adoption := storage.Adoption{AtomID: "urn:x:1", Merge: true, Entries: []storage.AdoptedEntry{{ID: "1", Link: storage.Key{3}, Title: []uint32{1}}}}
	adopted, err := c.Adopt(ctx, adoption)
	same(t, "adopt", adopted, storage.Adopted{AtomID: "urn:x:1", New: 1}, err)
	if _, err := c.Adopt(ctx, storage.Adoption{}); !errors.Is(err, storage.ErrPublished) {
		t.Errorf("adopt, refused: %v", err)
	}

	ref := storage.Ref{Text: "x", Feed: "f", Link: storage.Key{1}, GUID: storage.Key{2}}
	item, err := c.Find(ctx, ref)
	same(t, "find", item, anItem, err)
	same(t, "find's argument", <-h.asked, ref, nil)
	stories, err := c.Stories(ctx, []storage.ID{{7}, {8}})
	same(t, "stories", stories, []storage.Story{aStory}, err)
	same(t, "stories' argument", <-h.asked, []storage.ID{{7}, {8}}, nil)
	confirmed, err := c.Confirm(ctx, "a")
	same(t, "confirm", confirmed, Fetched{Polled: 1}, err)
	same(t, "confirm's argument", <-h.asked, any("a"), nil)
	revisions, err := c.Revisions(ctx, itemID)
	same(t, "revisions", revisions, []storage.Revision{aRevision}, err)
	same(t, "revisions' argument", <-h.asked, itemID, nil)
	correction := Correction{Kind: storage.Merge, Item: ref, Other: storage.Ref{Text: "y"}, Topic: "t", Reason: "r"}
	corrected, err := c.Edit(ctx, correction)
	same(t, "edit", corrected, Corrected{Edited: storage.Edited{Story: storage.ID{7}, Delta: storage.Delta{Withdrawn: 1}}, Item: anItem, Documents: []string{"/topics/t.atom"}}, err)
	same(t, "edit's argument", <-h.asked, correction, nil)
	q := storage.ListQuery{Topic: "t", Feed: "f", Since: seen, After: "c", Limit: 3}
	items, next, err := c.List(ctx, q)
	same(t, "list", items, []storage.Item{anItem}, err)
	same(t, "list's cursor", next, "next", nil)
	same(t, "list's argument", <-h.asked, q, nil)
}

func TestErrorsStayWhatTheyAre(t *testing.T) {
	path, _ := start(t, &canned{})
	c, ctx := dial(t, path), t.Context()

	_, err := c.Find(ctx, storage.Ref{Text: "none"})
	if !errors.Is(err, storage.ErrNotFound) || !strings.Contains(err.Error(), `finding item "none"`) {
		t.Errorf("not found came as %v", err)
	}
	if _, err := c.Find(ctx, storage.Ref{Text: "two"}); !errors.Is(err, storage.ErrAmbiguous) {
		t.Errorf("ambiguous came as %v", err)
	}
	var edit *storage.EditError
	if _, err := c.Edit(ctx, Correction{Kind: storage.Split}); !errors.As(err, &edit) || edit.Text != "it stands alone" {
		t.Errorf("a correction that can't be came as %#v", err)
	}
	var refused *RefusedError
	if _, err := c.Reload(ctx, ReloadRequest{}); !errors.As(err, &refused) || refused.Text != "x.yaml:1:2: a: b; c\n    a\n    ^" {
		t.Errorf("refused came as %#v", err)
	}
	var unknown *UnknownFeedError
	_, err = c.Fetch(ctx, FetchRequest{Feeds: []string{"unknown"}}, nil)
	if !errors.As(err, &unknown) || unknown.Name != "unknown" || !reflect.DeepEqual(unknown.Near, []string{"known"}) {
		t.Errorf("unknown feed came as %#v", err)
	}
}

func TestFetchReportsThenEnds(t *testing.T) {
	path, _ := start(t, &canned{})
	var reports []Polled
	out, err := dial(t, path).Fetch(t.Context(), FetchRequest{All: true}, func(p Polled) { reports = append(reports, p) })
	same(t, "fetch", out, Fetched{Polled: 2, Failed: []Reason{{"b", "gone"}}}, err)
	same(t, "reports", reports, []Polled{{Feed: "a", Status: 200, New: 3}, {Feed: "b", Error: "gone"}}, nil)
}

func TestClientThatGoesAwayEndsItsFetch(t *testing.T) {
	h := &canned{fetching: make(chan struct{})}
	path, _ := start(t, h)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-h.fetching; cancel() }()
	if _, err := dial(t, path).Fetch(ctx, FetchRequest{Feeds: []string{"slow"}}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestStopEndsFetchesAndRemovesTheSocket(t *testing.T) {
	h := &canned{fetching: make(chan struct{})}
	path, stop := start(t, h)
	c := dial(t, path)
	ended := make(chan error, 1)
	go func() {
		_, err := c.Fetch(t.Context(), FetchRequest{Feeds: []string{"slow"}}, nil)
		ended <- err
	}()
	<-h.fetching
	if err := stop(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err == nil {
		t.Error("the fetch ended without an error")
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
	if _, err := Dial(t.Context(), path); !errors.Is(err, ErrNoDaemon) {
		t.Errorf("dialling a stopped daemon: %v", err)
	}
}

func TestListen(t *testing.T) {
	dir := socketDir(t)
	path := filepath.Join(dir, "s")

	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	stale.Close()
	l, err := Listen(path)
	if err != nil {
		t.Fatalf("a stale socket is in the way: %v", err)
	}
	info, err := os.Lstat(path)
	if err != nil || info.Mode().Perm() != 0o660 {
		t.Errorf("mode is %v (%v), want 0660", info.Mode(), err)
	}
	l.Close()

	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(path); err == nil || !strings.Contains(err.Error(), "another kind of file") {
		t.Errorf("a file in the way: %v", err)
	}
	if kept, _ := os.ReadFile(path); string(kept) != "mine" {
		t.Error("the file in the way was not left alone")
	}
	if _, err := Listen(filepath.Join(dir, strings.Repeat("x", 120))); err == nil || !strings.Contains(err.Error(), "set `control`") {
		t.Errorf("a long path: %v", err)
	}
}

func TestAnotherVersionIsRefused(t *testing.T) {
	path := filepath.Join(socketDir(t), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"Program":"v99","PID":7,"Protocol":99}`)
	})}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	defer func() { server.Close(); <-ended }()
	var other *ProtocolError
	if _, err := Dial(t.Context(), path); !errors.As(err, &other) || !strings.Contains(err.Error(), "sluice v99, process 7") {
		t.Errorf("got %v", err)
	}
}

func TestRequestsAreBounded(t *testing.T) {
	path, _ := start(t, &canned{})
	c := dial(t, path)
	_, err := c.Fetch(t.Context(), FetchRequest{Feeds: []string{strings.Repeat("x", maxRequest)}}, nil)
	if err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a request of %d bytes: %v", maxRequest, err)
	}
	resp, err := c.http.Post("http://daemon/find", "application/json", bytes.NewReader([]byte("{")))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("half a request gets %s", resp.Status)
	}
}
