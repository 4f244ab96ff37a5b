package daemon

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	"go.etcd.io/bbolt"

	"sluice/cmd/internal/control"
	"sluice/config"
	"sluice/fetcher"
	"sluice/storage"
	"sluice/storage/bolt"
	"sluice/storage/story"
)

// cpu is what this process has used so far, user and system.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// spent is what f uses. Garbage of before is not its.
func spent(b *testing.B, f func()) time.Duration {
	b.Helper()
	runtime.GC()
	before := cpu(b)
	f()
	return cpu(b) - before
}

// A bench is a folder with a config that polls an upstream.
type bench struct {
	*testing.B
	*upstream
	dir, size string
	feeds     int
}

func newBench(b *testing.B, u *upstream, size string, feeds int) *bench {
	b.Helper()
	// Sockets need a short path, which b.TempDir does not give.
	dir, err := os.MkdirTemp("", "sl")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	return &bench{B: b, upstream: u, dir: dir, size: size, feeds: feeds}
}

// per reports a figure for each item of each feed.
func (b *bench) per(d time.Duration) float64 {
	return float64(d.Nanoseconds()) / 1000 / float64(b.feeds*feedItems)
}

// generation is ten topics, each of which takes some of the items.
func (b *bench) generation() *Generation {
	b.Helper()
	var text bytes.Buffer
	text.WriteString(`site: {title: T, url: https://feeds.test.example}
store: store.db
control: control.sock
listen: 127.0.0.1:0
fetch: {allow_private: [127.0.0.0/8], allow_ports: any, per_host: {concurrency: 16, gap: 0s}}
stories: {window: 4d}
topics:
`)
	words := vocabulary()
	for i := range 10 {
		w := words[100+200*i:]
		fmt.Fprintf(&text, "  - {name: topic-%d, match: '(%s %s) OR title:%s OR \"%s %s\"', never: '%s %s'}\n", i, w[0], w[1], w[2], w[3], w[4], w[5], w[6])
	}
	text.WriteString("feeds:\n")
	for n := range b.feeds {
		fmt.Fprintf(&text, "  - {name: feed-%d, url: %s}\n", n, b.feed(b.size, n))
	}
	file := filepath.Join(b.dir, "sluice.yaml")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	g, err := Load(os.DirFS("/"), file, func(string) (string, bool) { return "", false })
	if err != nil {
		b.Fatal(err)
	}
	return g
}

func (b *bench) open(g *Generation) storage.Store {
	b.Helper()
	store, err := bolt.Open(g.Config.Store, bolt.Options{Now: time.Now()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	return store
}

// system returns a system on a store that has not seen the config before.
func (b *bench) system(g *Generation) *System {
	b.Helper()
	if err := os.RemoveAll(g.Config.Store); err != nil {
		b.Fatal(err)
	}
	s := NewSystem(b.open(g), quiet(), "bench")
	if _, err := s.Apply(context.Background(), g, time.Now()); err != nil {
		b.Fatal(err)
	}
	return s
}

// fetch is what the command fetch does: it polls all feeds, releases, publishes.
func (b *bench) fetch(s *System) control.Fetched {
	b.Helper()
	out, err := s.Fetch(context.Background(), control.FetchRequest{All: true}, time.Time{}, nil)
	if err != nil || len(out.Failed) > 0 {
		b.Fatal(out.Failed, err)
	}
	return out
}

// bare asks for every feed and unpacks it, which is the least that can be done.
func (b *bench) bare(client *http.Client, etag string) {
	b.Helper()
	for n := range b.feeds {
		b.get(client, b.feed(b.size, n), etag, func(r io.Reader) {
			if _, err := io.Copy(io.Discard, r); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func (b *bench) get(client *http.Client, url, etag string, read func(io.Reader)) {
	b.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	want := http.StatusOK
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
		want = http.StatusNotModified
	}
	resp, err := client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	if resp.StatusCode != want {
		b.Fatal(resp.Status)
	}
	read(resp.Body)
	_ = resp.Body.Close()
}

// naive is what a program does that is written in an hour: gofeed, JSON, one
// transaction for each feed.
func (b *bench) naive(client *http.Client, db *bbolt.DB) {
	b.Helper()
	parser := gofeed.NewParser()
	for n := range b.feeds {
		b.get(client, b.feed(b.size, n), "", func(r io.Reader) {
			feed, err := parser.Parse(r)
			if err != nil {
				b.Fatal(err)
			}
			err = db.Update(func(tx *bbolt.Tx) error {
				items, err := tx.CreateBucketIfNotExists([]byte("items"))
				if err != nil {
					return err
				}
				for _, item := range feed.Items {
					data, err := json.Marshal(item)
					if err != nil {
						return err
					}
					if err := items.Put(fmt.Appendf(nil, "%d %s", n, item.GUID), data); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}

func (b *bench) naiveStore() *bbolt.DB {
	b.Helper()
	db, err := bbolt.Open(filepath.Join(b.dir, "naive.db"), 0o600, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

// A highest is the most memory that live and not yet collected objects took,
// looked at every few milliseconds.
type highest struct {
	stop chan struct{}
	done sync.WaitGroup
	most uint64
}

func watchHeap() *highest {
	h := &highest{stop: make(chan struct{})}
	h.done.Go(func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for {
			metrics.Read(sample)
			h.most = max(h.most, sample[0].Value.Uint64())
			select {
			case <-h.stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	})
	return h
}

func (h *highest) end() float64 {
	close(h.stop)
	h.done.Wait()
	return float64(h.most) / (1 << 20)
}

// disk is the room that a file takes, holes not counted.
func disk(b *testing.B, name string) float64 {
	b.Helper()
	var st syscall.Stat_t
	if err := syscall.Stat(name, &st); err != nil {
		b.Fatal(err)
	}
	return float64(st.Blocks * 512)
}

// 2,000 feeds (200 with -short) of 30 items that were never polled: through the whole path from the request to
// rendered documents, beside the request alone and a naive program. The server
// is another process. With bodies of 2,800 bytes there are 200 feeds.
func BenchmarkIngest(b *testing.B) {
	u := newUpstream(b)
	for _, c := range []struct {
		name, size string
		feeds      int
	}{
		{"2to8KB", "mixed", 2000},
		{"2800B", "2800", 200},
	} {
		b.Run(c.name, func(b *testing.B) {
			if testing.Short() {
				c.feeds = min(c.feeds, 200)
			}
			w := newBench(b, u, c.size, c.feeds)
			g := w.generation()
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			var ours, bare, naive time.Duration
			var heap, room float64
			for b.Loop() {
				bare += spent(b, func() { w.bare(client, "") })
				s := w.system(g)
				watch := watchHeap()
				ours += spent(b, func() {
					if out := w.fetch(s); out.New != w.feeds*feedItems || len(out.Topics) != 10 {
						b.Fatalf("%d new items in %d topics", out.New, len(out.Topics))
					}
				})
				heap = max(heap, watch.end())
				if err := s.store.Close(); err != nil {
					b.Fatal(err)
				}
				room = disk(b, g.Config.Store) / float64(w.feeds*feedItems)
				db := w.naiveStore()
				naive += spent(b, func() { w.naive(client, db) })
				if err := os.Remove(db.Path()); err != nil {
					b.Fatal(err)
				}
				_ = db.Close()
			}
			n := float64(b.N)
			b.ReportMetric(w.per(ours)/n, "cpu-us/item")
			b.ReportMetric(w.per(bare)/n, "bare-us/item")
			b.ReportMetric(w.per(naive)/n, "naive-us/item")
			b.ReportMetric(float64(ours)/float64(naive), "x-naive")
			b.ReportMetric(float64(ours)/float64(bare), "x-bare")
			b.ReportMetric(heap, "peak-heap-MB")
			b.ReportMetric(room, "disk-B/item")
		})
	}
}

// The most memory that a first poll of all feeds takes, release and rendering
// included; 5,000 feeds bring 150,000 items at once.
func BenchmarkMemory(b *testing.B) {
	u := newUpstream(b)
	for _, feeds := range []int{500, 5000} {
		b.Run(fmt.Sprintf("feeds=%d", feeds), func(b *testing.B) {
			if testing.Short() {
				feeds = min(feeds, 200)
			}
			w := newBench(b, u, "2800", feeds)
			g := w.generation()
			var heap float64
			for b.Loop() {
				s := w.system(g)
				watch := watchHeap()
				if out := w.fetch(s); out.New != w.feeds*feedItems {
					b.Fatalf("%d new items", out.New)
				}
				heap = max(heap, watch.end())
				if err := s.store.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(heap, "peak-heap-MB")
		})
	}
}

// Feeds that are known already. All answer 304, and their states are saved; or
// all have 5 % of new items, which are released and rendered.
func BenchmarkPolls(b *testing.B) {
	u := newUpstream(b)
	w := newBench(b, u, "mixed", 500)
	s := w.system(w.generation())
	defer s.store.Close()
	w.fetch(s)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	steps := 0
	compare := func(b *testing.B, etag func() string, prepare func(), ours func()) {
		var mine, bare time.Duration
		for b.Loop() {
			prepare()
			bare += spent(b, func() { w.bare(client, etag()) })
			mine += spent(b, ours)
		}
		polls := float64(b.N * w.feeds)
		b.ReportMetric(float64(mine.Microseconds())/polls, "cpu-us/poll")
		b.ReportMetric(float64(bare.Microseconds())/polls, "bare-us/poll")
		b.ReportMetric(float64(mine)/float64(bare), "x-bare")
	}
	b.Run("304", func(b *testing.B) {
		compare(b, func() string { return fmt.Sprintf("%q", fmt.Sprint(steps)) }, func() {}, func() {
			known := 0
			err := s.sweep(context.Background(), storage.Claim{Force: true}, func(r fetcher.Result) {
				if r.Status == http.StatusNotModified {
					known++
				}
			})
			if err != nil || known != w.feeds {
				b.Fatalf("%d of %d polls were answered 304 (%v)", known, w.feeds, err)
			}
		})
	})
	b.Run("5percent", func(b *testing.B) {
		compare(b, func() string { return "" }, func() { u.step(b); steps++ }, func() {
			if out := w.fetch(s); out.New < w.feeds || out.New > 2*w.feeds || out.Changed != 0 {
				b.Fatalf("%d items are new and %d changed", out.New, out.Changed)
			}
		})
	})
}

// A daemon on a store of 200,000 items (20,000 with -short), from the config
// to the first document over HTTP.
func BenchmarkStart(b *testing.B) {
	const feeds = 400
	items := 500
	if testing.Short() {
		items = 50
	}
	w := newBench(b, &upstream{URL: "http://127.0.0.1:9"}, "none", feeds)
	g := w.generation()
	s := w.system(g)
	w.fill(s, items)
	if _, err := s.Publish(context.Background(), time.Now()); err != nil {
		b.Fatal(err)
	}
	if err := s.store.Close(); err != nil {
		b.Fatal(err)
	}
	var took, used time.Duration
	for b.Loop() {
		began, before := time.Now(), cpu(b)
		ctx, stop := context.WithCancel(context.Background())
		d, err := New(ctx, Options{
			Load: func() (*Generation, error) {
				return Load(os.DirFS("/"), filepath.Join(w.dir, "sluice.yaml"), func(string) (string, bool) { return "", false })
			},
			Open: func(*config.Config) (storage.Store, error) {
				return bolt.Open(g.Config.Store, bolt.Options{Now: time.Now()})
			},
			Log: quiet(), Program: "bench",
		})
		if err != nil {
			b.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		for {
			resp, err := http.Get("http://" + d.Addr() + "/topics/topic-0.atom")
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				break
			}
			time.Sleep(time.Millisecond)
		}
		took, used = took+time.Since(began), used+cpu(b)-before
		stop()
		if err := <-ended; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(took.Microseconds())/1000/float64(b.N), "ms/start")
	b.ReportMetric(float64(used.Microseconds())/1000/float64(b.N), "cpu-ms/start")
	b.ReportMetric(float64(feeds*items), "items")
}

// fill saves so many items of each feed, as polls that are not due again soon.
func (b *bench) fill(s *System, items int) {
	b.Helper()
	now := time.Now()
	states, err := s.store.Claim(context.Background(), storage.Claim{Now: now, Lease: time.Hour})
	if err != nil {
		b.Fatal(err)
	}
	var saves sync.WaitGroup
	for _, state := range states {
		saves.Go(func() {
			state.FirstPoll, state.LastPoll, state.NextPoll = now, now, now.Add(24*time.Hour)
			poll := storage.Poll{State: state, Now: now, Routing: s.Generation().Topics.Fingerprint()}
			for i := range items {
				name := fmt.Sprintf("%s-%d", state.Name, i)
				item := storage.Item{
					Feed: state.Name, GUID: name, URL: "https://" + state.Name + ".example/" + name,
					Title:     storage.Text{Value: "What is said of " + name},
					Content:   storage.Text{Value: strings.Repeat("Some words of "+name+" and of others. ", 30)},
					Published: now.Add(-time.Duration(i) * time.Hour).UTC().Truncate(time.Second),
				}
				item.Identity = storage.Identity{Kind: storage.ByGUID, Key: story.GUIDKey(name)}
				item.Print = story.Print(&item)
				item.Routing.Topics = []string{fmt.Sprintf("topic-%d", i%10)}
				poll.Items = append(poll.Items, item)
			}
			if _, err := (intake{s}).Save(context.Background(), poll); err != nil {
				b.Error(err)
			}
		})
	}
	saves.Wait()
	if b.Failed() {
		b.FailNow()
	}
}
