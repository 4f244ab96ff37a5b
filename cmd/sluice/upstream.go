package main

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path"
	"text/template"
	"time"
)

// The feeds of the demo: made-up news from hosts that do not exist.
//
//go:embed demo
var demoFiles embed.FS

// tickEvery is how often the demo's ticker changes.
const tickEvery = 20 * time.Second

// An upstream serves the demo's feeds on this machine.
type upstream struct {
	templates *template.Template
	listener  net.Listener
	server    *http.Server
	start     time.Time
}

// newUpstream listens; serve answers.
func newUpstream(start time.Time) (*upstream, error) {
	start = start.UTC().Truncate(time.Second)
	u := &upstream{start: start}
	moved := func(by string) (time.Time, error) {
		d, err := time.ParseDuration(by)
		return start.Add(d), err
	}
	var err error
	u.templates, err = template.New("").Funcs(template.FuncMap{
		"rfc822at": func(t time.Time) string { return t.Format(time.RFC1123Z) },
		"rfc822":   func(by string) (string, error) { t, err := moved(by); return t.Format(time.RFC1123Z), err },
		"rfc3339":  func(by string) (string, error) { t, err := moved(by); return t.Format(time.RFC3339), err },
	}).ParseFS(demoFiles, "demo/*")
	if err != nil {
		return nil, fmt.Errorf("the demo's feeds: %w", err)
	}
	if u.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("the demo's feeds: %w", err)
	}
	u.server = &http.Server{Handler: u, ReadHeaderTimeout: 5 * time.Second}
	return u, nil
}

// URL is where the feeds are.
func (u *upstream) URL() string { return "http://" + u.listener.Addr().String() }

func (u *upstream) serve() error {
	if err := u.server.Serve(u.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("the demo's feeds: %w", err)
	}
	return nil
}

// close ends at once: the demo is over, and nobody else asks for its feeds.
func (u *upstream) close() error { return u.server.Close() }

// ServeHTTP answers with a feed as it is at this moment.
func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	var body bytes.Buffer
	err := u.templates.ExecuteTemplate(&body, name, struct {
		Self  string
		Ticks []tick
	}{u.URL() + "/" + name, ticks(u.start, time.Now())})
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", map[string]string{
		".rss": "application/rss+xml", ".rdf": "application/rdf+xml", ".atom": "application/atom+xml",
		".json": "application/feed+json", ".html": "text/html; charset=utf-8",
	}[path.Ext(name)])
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(body.Bytes())))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body.Bytes()))
}

// A tick is one item of the ticker.
type tick struct {
	Number      int
	Title, Text string
	Time        time.Time
}

// ticks returns the ticker's items as of now, the newest first. With every
// second change it gains one; with the others its newest is corrected.
func ticks(start, now time.Time) []tick {
	boats := []string{"Heron", "Old Reliable", "Marigold", "Sixpence", "Tern", "Lady Orr", "Gudgeon"}
	const shown = 30
	step := max(0, int(now.Sub(start)/tickEvery))
	var out []tick
	for n := step / 2; n >= 0 && len(out) < shown; n-- {
		boat := boats[n%len(boats)]
		t := tick{
			Number: n + 1,
			Title:  fmt.Sprintf("The %s passes the lock", boat),
			Text:   fmt.Sprintf("Boat number %d of today is the %s, bound downstream with a load of %d sacks.", n+1, boat, 40+n*7%60),
			Time:   start.Add(time.Duration(2*n) * tickEvery),
		}
		if corrected := 2*n+1 <= step; corrected {
			t.Text += " Correction: the sacks were counted again, and one was the dog."
		}
		out = append(out, t)
	}
	return out
}

// config fills in the demo's config.
func (u *upstream) config(listen string) ([]byte, error) {
	var out bytes.Buffer
	err := u.templates.ExecuteTemplate(&out, "sluice.yaml", map[string]string{
		"Site": "http://" + listen, "Listen": listen, "Upstream": u.URL(),
	})
	return out.Bytes(), err
}
