package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sluice": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: false,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":     scriptCode,
			"upstream": scriptUpstream,
			"hits":     scriptHits,
			"asked":    scriptAsked,
			"fill":     scriptFill,
			"port":     scriptPort,
			"ready":    scriptReady,
			"get":      scriptGet,
			"signal":   scriptSignal,
			"keep":     scriptKeep,
		},
		Setup: func(e *testscript.Env) error {
			e.Values[farmKey{}] = &farm{origins: make(map[string]*origin)}
			return nil
		},
	})
}

// code N COMMAND ARGS runs a command that must end with exit code N, as the
// commands `exec` and `! exec` can't say.
func scriptCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N COMMAND [ARGS]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if err != nil {
		exit, ok := err.(interface{ ExitCode() int })
		if !ok {
			ts.Fatalf("%s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if want, _ := strconv.Atoi(args[0]); got != want {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

type farmKey struct{}

// A farm holds the upstreams of one script, by the name of their variable.
type farm struct{ origins map[string]*origin }

// An origin serves the files of a folder as they are at each request, with an
// ETag, and counts the requests.
type origin struct {
	dir  string
	mu   sync.Mutex
	hits map[string]int
}

var statusExt = regexp.MustCompile(`^\.[45]\d\d$`)

func (o *origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	o.hits[r.URL.Path]++
	o.mu.Unlock()
	if path.Ext(r.URL.Path) == ".slow" {
		<-r.Context().Done()
		return
	}
	if ext := path.Ext(r.URL.Path); statusExt.MatchString(ext) {
		status, _ := strconv.Atoi(ext[1:])
		http.Error(w, "as asked", status)
		return
	}
	body, err := os.ReadFile(filepath.Join(o.dir, filepath.FromSlash(path.Clean(r.URL.Path))))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	etag := fmt.Sprintf(`"%x"`, sha256.Sum256(body))
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/xml")
	_, _ = w.Write(body)
}

// fill FILE... puts the variables that files name with ${NAME} into them.
func scriptFill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: fill FILE...")
	}
	for _, name := range args {
		text := os.Expand(ts.ReadFile(name), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}

// upstream NAME DIR serves DIR and puts its address into the variable NAME.
func scriptUpstream(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: upstream NAME DIR")
	}
	o := &origin{dir: ts.MkAbs(args[1]), hits: make(map[string]int)}
	server := httptest.NewServer(o)
	ts.Defer(server.Close)
	ts.Value(farmKey{}).(*farm).origins[args[0]] = o
	ts.Setenv(args[0], server.URL)
}

// hits NAME PATH N demands that upstream NAME was asked for PATH N times.
func scriptHits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: hits NAME PATH N")
	}
	o := ts.Value(farmKey{}).(*farm).origins[args[0]]
	o.mu.Lock()
	defer o.mu.Unlock()
	if got := strconv.Itoa(o.hits[args[1]]); got != args[2] {
		ts.Fatalf("%s was asked for %s times, want %s", args[1], got, args[2])
	}
}

// asked NAME PATH waits until upstream NAME is asked for PATH.
func scriptAsked(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: asked NAME PATH")
	}
	o := ts.Value(farmKey{}).(*farm).origins[args[0]]
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		o.mu.Lock()
		n := o.hits[args[1]]
		o.mu.Unlock()
		if n > 0 {
			return
		}
	}
	ts.Fatalf("%s is never asked for", args[1])
}

// port NAME puts a free port of this machine into the variable NAME.
func scriptPort(ts *testscript.TestScript, neg bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Check(l.Close())
	ts.Setenv(args[0], port)
}

// ready URL waits until URL answers with 200.
func scriptReady(ts *testscript.TestScript, neg bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		if resp, err := http.Get(args[0]); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("%s does not become ready", args[0])
}

// get URL STATUS [FILE] demands the answer's status and keeps its body.
func scriptGet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: get URL STATUS [FILE]")
	}
	resp, err := http.Get(args[0])
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if strconv.Itoa(resp.StatusCode) != args[1] {
		ts.Fatalf("%s answers %d, want %s: %s", args[0], resp.StatusCode, args[1], body)
	}
	if len(args) > 2 {
		ts.Check(os.WriteFile(ts.MkAbs(args[2]), body, 0o600))
	}
}

// signal NAME sends TERM, HUP or INT to all background commands.
func scriptSignal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: signal NAME")
	}
	s, ok := map[string]os.Signal{"TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP, "INT": os.Interrupt}[args[0]]
	if !ok {
		ts.Fatalf("no signal is known as %s", args[0])
	}
	for _, c := range ts.BackgroundCmds() {
		ts.Check(c.Process.Signal(s))
	}
}

// keep NAME REGEXP puts what the first group of REGEXP finds in the last
// standard output into the variable NAME.
func scriptKeep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep NAME REGEXP")
	}
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("standard output has nothing like %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}
