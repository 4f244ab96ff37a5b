package daemon

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sluice/cmd/internal/control"
	"sluice/config"
	"sluice/storage"
	"sluice/storage/bolt"
)

// A world is an upstream on loopback and a folder with a config that polls it.
type world struct {
	*testing.T
	dir  string
	URL  string // of the upstream
	file string // the config

	mu    sync.Mutex
	pages map[string][]byte
	hits  map[string]int
	known map[string]int                     // answers with 304
	hook  func(path string, r *http.Request) // before each answer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	// Sockets need a short path, which t.TempDir does not give.
	dir, err := os.MkdirTemp("", "sl")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, dir: dir, file: filepath.Join(dir, "sluice.yaml"),
		pages: make(map[string][]byte), hits: make(map[string]int), known: make(map[string]int)}
	server := httptest.NewServer(w)
	w.URL = server.URL
	t.Cleanup(func() {
		server.Close()
		os.RemoveAll(dir)
	})
	return w
}

func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	body, ok := w.pages[r.URL.Path]
	w.hits[r.URL.Path]++
	hook := w.hook
	w.mu.Unlock()
	if hook != nil {
		hook(r.URL.Path, r)
	}
	if !ok {
		http.NotFound(rw, r)
		return
	}
	etag := fmt.Sprintf(`"%x"`, sha256.Sum256(body))
	rw.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.mu.Lock()
		w.known[r.URL.Path]++
		w.mu.Unlock()
		rw.WriteHeader(http.StatusNotModified)
		return
	}
	rw.Header().Set("Content-Type", "application/xml")
	_, _ = rw.Write(body)
}

func (w *world) page(path, body string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages[path] = []byte(body)
}

func (w *world) hitsOf(path string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.hits[path]
}

func (w *world) before(hook func(string, *http.Request)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hook = hook
}

// config writes the config: what every test needs, and then text.
func (w *world) config(text string) {
	w.Helper()
	const head = `site: {title: T, url: https://feeds.test.example}
listen: 127.0.0.1:0
fetch: {allow_private: [127.0.0.0/8], allow_ports: any, per_host: {concurrency: 16, gap: 0s}}
`
	if err := os.WriteFile(w.file, []byte(head+text), 0o600); err != nil {
		w.Fatal(err)
	}
}

func (w *world) env(name string) (string, bool) {
	if name == "UP" {
		return w.URL, true
	}
	return "", false
}

func (w *world) load() (*Generation, error) { return Load(os.DirFS("/"), w.file, w.env) }

// loadWith is load with what a store knows.
func (w *world) loadWith(store storage.Store) (*Generation, error) {
	g, err := w.load()
	if err != nil {
		return nil, err
	}
	return PrepareWith(w.Context(), g.Config, store, false)
}

func (w *world) open(cfg *config.Config) (storage.Store, error) {
	return bolt.Open(cfg.Store, bolt.Options{Now: time.Now(), Control: cfg.Control})
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// once does what the command fetch does beside no daemon, then writes all
// documents into out.
func (w *world) once(r control.FetchRequest, out string) control.Fetched {
	w.Helper()
	var fetched control.Fetched
	w.own(func(ctx context.Context, s *System) error {
		var err error
		if fetched, err = s.Fetch(ctx, r, time.Time{}, nil); err != nil {
			return err
		}
		_, err = s.WriteTo(ctx, out, time.Now())
		return err
	})
	return fetched
}

// own runs f on a system that owns the store.
func (w *world) own(f func(context.Context, *System) error) {
	w.Helper()
	g, err := w.load()
	if err != nil {
		w.Fatal(err)
	}
	store, err := w.open(g.Config)
	if err != nil {
		w.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			w.Error(err)
		}
	}()
	s := NewSystem(store, quiet(), "test")
	ctx := w.Context()
	if _, err := s.Apply(ctx, g, time.Now()); err != nil {
		w.Fatal(err)
	}
	if err := s.Route(ctx, time.Now); err != nil {
		w.Fatal(err)
	}
	if err := f(ctx, s); err != nil {
		w.Fatal(err)
	}
}

// items returns all that is stored.
func (w *world) items() (items []storage.Item, stories map[storage.ID]storage.Story) {
	w.Helper()
	stories = make(map[storage.ID]storage.Story)
	w.own(func(ctx context.Context, s *System) error {
		var err error
		if items, err = s.store.Scan(ctx, storage.ID{}, 100_000); err != nil {
			return err
		}
		for i := range items {
			if stories[items[i].Story], err = s.store.Story(ctx, items[i].Story); err != nil {
				return err
			}
		}
		return nil
	})
	return items, stories
}

// start runs a daemon until the test ends or stop is called.
func (w *world) start() (d *Daemon, stop func() error) {
	w.Helper()
	d, err := New(w.Context(), Options{Load: w.load, Open: w.open, Log: quiet(), Program: "test"})
	if err != nil {
		w.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	w.Cleanup(func() {
		if err := stop(); err != nil {
			w.Errorf("the daemon ended with: %v", err)
		}
	})
	return d, stop
}

// files returns the content of each file below dir.
func (w *world) files(dir string) map[string]string {
	w.Helper()
	out := make(map[string]string)
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		out[name] = string(data)
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return out
}

// rss is a feed of dated items with the given names.
func rss(title string, items ...string) string {
	text := "<rss version=\"2.0\"><channel><title>" + title + "</title><link>https://" + title + ".example/</link>"
	for i, item := range items {
		text += fmt.Sprintf("<item><guid isPermaLink=\"false\">%s-%s</guid><title>%s</title><link>https://%s.example/%s</link><pubDate>Sat, 04 Nov 2023 14:%02d:00 GMT</pubDate><description>All that is to be said of %s.</description></item>",
			title, item, item, title, item, i, item)
	}
	return text + "</channel></rss>"
}
