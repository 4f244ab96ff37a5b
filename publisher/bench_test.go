package publisher

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/feeds"

	"sluice/publisher/render"
	"sluice/storage"
)

// benchSite serves one topic of 50 entries of 4 KB.
func benchSite(b *testing.B) (*memory, *Site) {
	b.Helper()
	m := newMemory("a")
	words := prose()
	for n := range 50 {
		m.add("a", "gazette", n)
		m.held["a"][0].Item.Content.Value = words(4096)
	}
	return m, published(b, m, "a")
}

// prose returns a source of paragraphs that pack as those of articles do, by
// about three to one: some words are said often, most seldom.
func prose() func(size int) string {
	r := rand.New(rand.NewPCG(1, 2))
	vocabulary := make([]string, 2000)
	for i := range vocabulary {
		for range 2 + r.IntN(8) {
			vocabulary[i] += string("etaoinshrdlucmfwypvbgk"[min(r.IntN(22), r.IntN(22))])
		}
	}
	return func(size int) string {
		var text strings.Builder
		for text.Len() < size {
			text.WriteString("<p>")
			for range 40 + r.IntN(40) {
				u := r.Float64()
				text.WriteString(vocabulary[int(u*u*u*u*u*float64(len(vocabulary)))] + " ")
			}
			text.WriteString("</p>\n")
		}
		return text.String()
	}
}

// bare is the bound: a handler that looks at nothing, sets the headers of a
// recorded answer and writes its bytes.
func bare(answer *httptest.ResponseRecorder) http.Handler {
	type field struct{ name, value string }
	var header []field
	for name := range answer.Header() {
		header = append(header, field{name, answer.Header().Get(name)})
	}
	code, body := answer.Code, answer.Body.Bytes()
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for _, f := range header {
			h.Set(f.name, f.value)
		}
		w.WriteHeader(code)
		if len(body) > 0 {
			_, _ = w.Write(body)
		}
	})
}

// What a 304 and a 200 cost, beside the bound: over loopback with a client
// that does nearly nothing, and the handler alone. The two servers take turns
// in ratio/, whose figures are the ones to compare on a busy machine.
func BenchmarkServe(b *testing.B) {
	_, s := benchSite(b)
	const path = "/topics/a.atom"
	etag := get(b, s, path, "Accept-Encoding", "gzip").Header().Get("Etag")
	for _, kind := range []struct {
		name   string
		header []string
	}{
		{"304", []string{"Accept-Encoding", "gzip", "If-None-Match", etag}},
		{"200gzip", []string{"Accept-Encoding", "gzip"}},
	} {
		bound := bare(get(b, s, path, kind.header...))
		for _, who := range []struct {
			name    string
			handler http.Handler
		}{{"site", s}, {"bare", bound}} {
			b.Run(who.name+"/"+kind.name, func(b *testing.B) {
				l := newLoopback(b, who.handler, path, kind.header)
				before := cpu(b)
				for b.Loop() {
					l.ask(b)
				}
				b.ReportMetric(float64(cpu(b)-before)/float64(b.N), "cpu-ns/op")
			})
			b.Run(who.name+"/"+kind.name+"/handler", func(b *testing.B) { alone(b, who.handler, path, kind.header) })
		}
		b.Run("ratio/"+kind.name, func(b *testing.B) {
			site, bare := newLoopback(b, s, path, kind.header), newLoopback(b, bound, path, kind.header)
			var spent [2]time.Duration
			for b.Loop() {
				for i, l := range []*loopback{site, bare} {
					before := cpu(b)
					for range 50 {
						l.ask(b)
					}
					spent[i] += cpu(b) - before
				}
			}
			b.ReportMetric(float64(spent[0])/float64(spent[1]), "site/bare")
		})
	}
}

// A loopback is a server with one client that sends one request again and
// again.
type loopback struct {
	conn    net.Conn
	request []byte
	answer  []byte // room for it: every answer is as long as the first
}

func newLoopback(b *testing.B, h http.Handler, path string, header []string) *loopback {
	server := httptest.NewServer(h)
	b.Cleanup(server.Close)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	request := "GET " + path + " HTTP/1.1\r\nHost: x.example\r\n"
	for i := 0; i < len(header); i += 2 {
		request += header[i] + ": " + header[i+1] + "\r\n"
	}
	l := &loopback{conn: conn, request: []byte(request + "\r\n")}
	if _, err := conn.Write(l.request); err != nil {
		b.Fatal(err)
	}
	counted := countingReader{r: conn}
	resp, err := http.ReadResponse(bufio.NewReaderSize(&counted, 1), nil)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		b.Fatal(err)
	}
	l.answer = make([]byte, counted.n)
	return l
}

func (l *loopback) ask(b *testing.B) {
	if _, err := l.conn.Write(l.request); err != nil {
		b.Fatal(err)
	}
	if _, err := io.ReadFull(l.conn, l.answer); err != nil {
		b.Fatal(err)
	}
}

// A countingReader hands over at most what is asked, so that a small buffer
// above it reads no byte of the next answer.
type countingReader struct {
	r io.Reader
	n int
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A sink is a ResponseWriter that keeps nothing.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }

func alone(b *testing.B, h http.Handler, path string, header []string) {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := &sink{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
}

// One changed entry in a topic of 50: all formats, plain and packed; and of
// that what each packing takes.
func BenchmarkPublish(b *testing.B) {
	m, s := benchSite(b)
	b.ReportAllocs()
	before := cpu(b)
	for n := 0; b.Loop(); n++ {
		m.held["a"][0].Item.Title.Value = fmt.Sprint("Changed for the time ", n)
		publish(b, s, []string{"a"})
	}
	b.ReportMetric(float64(cpu(b)-before)/1e6/float64(b.N), "cpu-ms/op")
	b.StopTimer()
	h := s.shown.Load().heads["a"]
	for n, c := range codings {
		before := cpu(b)
		for range b.N {
			for i, d := range []*document{h.html, h.atom, h.rss, h.json} {
				pieces := cut(d.plain.body, h.drafts[i].Ends())
				pieces[0].crc++ // the one with the changed entry
				if n == codingGzip {
					s.packer.complete(d.plain.body, pieces, d)
				}
				c.pack(&s.packer, d.plain.body, pieces)
			}
		}
		b.ReportMetric(float64(cpu(b)-before)/1e6/float64(b.N), c.name+"-ms/op")
	}
}

// What a 200 costs beside one that is rendered when it is asked for, as
// programs do that publish with the library alone: CPU over loopback, the
// client's included, and of the handlers alone.
func BenchmarkRenderPerRequest(b *testing.B) {
	m, s := benchSite(b)
	each := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entries, err := m.Shown(r.Context(), "a", storage.Place{}, 50)
		if err != nil {
			b.Error(err)
		}
		feed := &feeds.Feed{Title: "A", Id: "tag:x.example,2024:a", Link: &feeds.Link{Href: "https://x.example/topics/a"}, Updated: entries[0].Updated}
		for _, e := range entries {
			feed.Add(&feeds.Item{
				Id: e.ID, Title: e.Item.Title.Value, Link: &feeds.Link{Href: e.Item.URL}, Created: e.Published, Updated: e.Updated,
				Content: e.Item.Content.Value,
			})
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		if err := errors.Join(feed.WriteAtom(z), z.Close()); err != nil {
			b.Error(err)
		}
	})
	const path = "/topics/a.atom"
	header := []string{"Accept-Encoding", "gzip"}
	request := httptest.NewRequest(http.MethodGet, path, nil)
	request.Header.Set(header[0], header[1])
	site, rendered := newLoopback(b, s, path, header), newLoopback(b, each, path, header)
	var spent [4]time.Duration
	const times = 100 // as often as the other
	for b.Loop() {
		for i, work := range []func(){
			func() { site.ask(b) }, func() { s.ServeHTTP(&sink{http.Header{}}, request) },
			func() { rendered.ask(b) }, func() { each(&sink{http.Header{}}, request) },
		} {
			runtime.GC() // of what the one before left
			before := cpu(b)
			for range times {
				work()
				if i >= 2 {
					break
				}
			}
			spent[i] += cpu(b) - before
		}
	}
	b.ReportMetric(times*float64(spent[2])/float64(spent[0]), "rendered/site")
	b.ReportMetric(times*float64(spent[3])/float64(spent[1]), "rendered/site-alone")
}

// What readers cost that ask for a large document and then do not read: memory
// of this process for each, its own end of the connection included, and what
// another reader waits for its answers beside them. As many are connected as
// the process may open files for, 10,000 at most.
func BenchmarkSlowReaders(b *testing.B) {
	m, s := benchSite(b)
	server := httptest.NewServer(s)
	defer server.Close()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		b.Fatal(err)
	}
	readers := min(10_000, int(limit.Cur)/2-200)
	memory := func() float64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return float64(stats.HeapInuse + stats.StackInuse)
	}
	reads, before := m.reads["a"], memory()
	slow := make([]net.Conn, readers)
	for i := range slow {
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		_ = c.(*net.TCPConn).SetReadBuffer(4096)
		if _, err := io.WriteString(c, "GET /topics/a.atom HTTP/1.1\r\nHost: a.example\r\n\r\n"); err != nil {
			b.Fatal(err)
		}
		slow[i] = c
	}
	each := (memory() - before) / float64(readers)
	var took []time.Duration
	for b.Loop() {
		for range 100 {
			begin := time.Now()
			resp, err := server.Client().Get(server.URL + "/topics/a.atom")
			if err != nil {
				b.Fatal(err)
			}
			_, err = io.Copy(io.Discard, resp.Body)
			if resp.Body.Close(); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(begin))
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(readers), "readers")
	b.ReportMetric(each/1024, "KiB/reader")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
	if m.reads["a"] != reads {
		b.Errorf("%d reads of the store", m.reads["a"]-reads)
	}
}

// The same with the documents as they are unpacked: what the entries that are
// kept spare.
func BenchmarkRender(b *testing.B) {
	m, s := benchSite(b)
	shown := s.shown.Load()
	old := shown.heads["a"]
	m.held["a"][0].Item.Title.Value = "Changed"
	build := &build{site: s, gen: shown.gen, now: start, feeds: shown.feeds, topics: map[string]storage.TopicState{"a": *m.topics["a"]}}
	_, page, err := build.readHead(b.Context(), shown.gen.topics[0], build.topics["a"])
	if err != nil {
		b.Fatal(err)
	}
	formats := []*render.Format{render.HTMLFormat(), render.AtomFormat(), render.RSSFormat(), render.JSONFormat()}
	for name, write := range map[string]func(p *render.Page){
		"kept": func(p *render.Page) {
			same := kept(old.marks, s.marks(p.Entries))
			for i, f := range formats {
				if _, err := f.Draft(p, old.drafts[i], same); err != nil {
					b.Fatal(err)
				}
			}
		},
		"whole": func(p *render.Page) {
			for _, f := range formats {
				if _, err := f.Draft(p, nil, nil); err != nil {
					b.Fatal(err)
				}
			}
		},
	} {
		b.Run(name, func(b *testing.B) {
			before := cpu(b)
			for b.Loop() {
				p := *page
				write(&p)
			}
			b.ReportMetric(float64(cpu(b)-before)/1e6/float64(b.N), "cpu-ms/op")
		})
	}
}
