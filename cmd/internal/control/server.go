package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"sluice/storage"
)

// Limits of the daemon's side. The largest request is an adoption of some
// thousand entries; the path of a unix socket has 107 bytes on Linux.
const (
	maxRequest = 32 << 20
	maxPath    = 107
	graceful   = 5 * time.Second
)

// Listen opens the socket at path, mode 0660. What an earlier daemon left
// there is removed, so the caller must own the store that the socket belongs
// to; anything but a socket is left alone and refused.
func Listen(path string) (net.Listener, error) {
	if len(path) > maxPath {
		return nil, fmt.Errorf("control socket %s: the path is longer than the %d bytes a socket can have; set `control` to a shorter one", path, maxPath)
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("control socket: %w", err)
	case info.Mode().Type() != fs.ModeSocket:
		return nil, fmt.Errorf("control socket %s: another kind of file is there; move it, or set `control` to another path", path)
	default:
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("control socket: %w", err)
		}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	if err := os.Chmod(path, 0o660); err != nil {
		l.Close()
		return nil, fmt.Errorf("control socket: %w", err)
	}
	return l, nil
}

// Serve answers commands at l until ctx ends, and returns when the last answer
// is out or was given up. It closes l, which removes the socket.
func Serve(ctx context.Context, l net.Listener, h Handler, program string) error {
	server := &http.Server{
		Handler:           (&endpoint{h: h, program: program}).mux(),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("control socket: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	if server.Shutdown(grace) != nil {
		server.Close()
	}
	<-ended
	return nil
}

// An endpoint answers one daemon's commands.
type endpoint struct {
	h       Handler
	program string
}

// hello is what the daemon says of itself before anything is asked.
type hello struct {
	Program  string
	PID      int
	Protocol int
}

// page is one answer of List.
type page struct {
	Items []storage.Item
	Next  string
}

// line is one line of a fetch's answer: reports, then one of the others.
type line struct {
	Polled  *Polled  `json:",omitempty"`
	Fetched *Fetched `json:",omitempty"`
	Failure *failure `json:",omitempty"`
}

func (e *endpoint) mux() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, hello{Program: e.program, PID: os.Getpid(), Protocol: Protocol}, nil)
	})
	mux.HandleFunc("POST /fetch", e.fetch)
	mux.HandleFunc("POST /publish", method(e.h.Publish))
	mux.HandleFunc("POST /adopt", method(e.h.Adopt))
	mux.HandleFunc("POST /reload", method(e.h.Reload))
	mux.HandleFunc("POST /edit", method(e.h.Edit))
	mux.HandleFunc("POST /confirm", method(e.h.Confirm))
	mux.HandleFunc("POST /status", method(none(e.h.Status)))
	mux.HandleFunc("POST /feeds", method(none(e.feeds)))
	mux.HandleFunc("POST /topics", method(none(e.h.Topics)))
	mux.HandleFunc("POST /lists", method(none(e.h.Lists)))
	mux.HandleFunc("POST /find", method(e.h.Find))
	mux.HandleFunc("POST /stories", method(e.h.Stories))
	mux.HandleFunc("POST /labels", method(e.h.Labels))
	mux.HandleFunc("POST /models", method(none(e.h.Models)))
	mux.HandleFunc("POST /relearn", method(func(ctx context.Context, r RelearnRequest) (struct{}, error) {
		return struct{}{}, e.h.Relearn(ctx, r)
	}))
	mux.HandleFunc("POST /label", method(func(ctx context.Context, l storage.Labelling) (struct{}, error) {
		return struct{}{}, e.h.Label(ctx, l)
	}))
	mux.HandleFunc("POST /revisions", method(e.h.Revisions))
	mux.HandleFunc("POST /verify", method(none(e.h.Verify)))
	mux.HandleFunc("POST /list", method(func(ctx context.Context, q storage.ListQuery) (page, error) {
		items, next, err := e.h.List(ctx, q)
		return page{Items: items, Next: next}, err
	}))
	return mux
}

// A feedState is a storage.FeedState without Refined, which no command shows
// and whose keys JSON can't hold.
type feedState struct {
	storage.FeedState
	Refined *struct{} `json:",omitempty"` // in place of the embedded one
}

func (e *endpoint) feeds(ctx context.Context) ([]feedState, error) {
	states, err := e.h.Feeds(ctx)
	out := make([]feedState, len(states))
	for i := range states {
		out[i].FeedState = states[i]
	}
	return out, err
}

// method makes a handler of a function from one value to another.
func method[In, Out any](f func(context.Context, In) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		if !accept(w, r, &in) {
			return
		}
		out, err := f(r.Context(), in)
		answer(w, out, err)
	}
}

// none gives a function without an argument one that is ignored.
func none[Out any](f func(context.Context) (Out, error)) func(context.Context, struct{}) (Out, error) {
	return func(ctx context.Context, _ struct{}) (Out, error) { return f(ctx) }
}

func accept(w http.ResponseWriter, r *http.Request, in any) bool {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(in)
	if err != nil {
		http.Error(w, "bad request: "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

func answer(w http.ResponseWriter, out any, err error) {
	status := http.StatusOK
	if err != nil {
		status, out = http.StatusUnprocessableEntity, pack(err)
	}
	body, err := json.Marshal(out)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a command that has gone away misses nothing
}

// fetch streams a line for each poll, then the outcome.
func (e *endpoint) fetch(w http.ResponseWriter, r *http.Request) {
	var in FetchRequest
	if !accept(w, r, &in) {
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	var mu sync.Mutex // the outcome follows the last report, but not by the same goroutine
	write := func(l line) {
		mu.Lock()
		defer mu.Unlock()
		_ = json.NewEncoder(w).Encode(l)
		_ = http.NewResponseController(w).Flush()
	}
	out, err := e.h.Fetch(r.Context(), in, func(p Polled) { write(line{Polled: &p}) })
	if err != nil {
		write(line{Failure: pack(err)})
		return
	}
	write(line{Fetched: &out})
}
