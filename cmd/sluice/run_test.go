package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sluice/cmd/internal/control"
	"sluice/config"
	"sluice/storage"
	"sluice/storage/bolt"
)

// place writes a config into a folder of its own and returns the file.
func place(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sluice.yaml")
	const head = "site: {title: T, url: https://feeds.test.example}\nfetch: {allow_private: [127.0.0.0/8], allow_ports: any}\n"
	if err := os.WriteFile(file, []byte(head+text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func runIn(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(ctx, args, strings.NewReader(""), &out, &errs, func(string) (string, bool) { return "", false })
	return code, out.String(), errs.String()
}

func TestAnInterruptedFetchIsQuietAndSays130(t *testing.T) {
	asked := make(chan struct{})
	up := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
	}))
	defer up.Close()
	file := place(t, fmt.Sprintf("feeds:\n  - {url: %q, name: a}\n", up.URL+"/feed"))
	for _, cause := range []error{errInterrupted, errTerminated} {
		asked = make(chan struct{})
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() { <-asked; cancel(cause) }()
		code, stdout, stderr := runIn(ctx, "fetch", "--config", file)
		if code != exitInterrupted || stdout != "" || stderr != "" {
			t.Errorf("%v: code %d, %q, %q", cause, code, stdout, stderr)
		}
	}
}

func TestAnOwnerThatDoesNotAnswerIsNamed(t *testing.T) {
	file := place(t, "")
	a := &app{stdout: new(bytes.Buffer), stderr: new(bytes.Buffer), configFlag: file}
	cfg, err := a.load()
	if err != nil {
		t.Fatal(err)
	}
	for _, socket := range []string{"", cfg.Control} {
		store, err := bolt.Open(cfg.Store, bolt.Options{Now: time.Now(), Control: socket})
		if err != nil {
			t.Fatal(err)
		}
		_, err = a.hold(t.Context(), cfg, 0)
		var owned *storage.OwnedError
		if !errors.As(err, &owned) || codeOf(t.Context(), err) != exitOwned || !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) {
			t.Errorf("with socket %q: %v", socket, err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFetchIfFree(t *testing.T) {
	file := place(t, "")
	a := &app{configFlag: file}
	cfg, err := a.load()
	if err != nil {
		t.Fatal(err)
	}
	store, err := bolt.Open(cfg.Store, bolt.Options{Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := runIn(t.Context(), "fetch", "--if-free", "--config", file)
	if code != exitOK || stdout != "" || stderr != "" {
		t.Errorf("while another has the store: code %d, %q, %q", code, stdout, stderr)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	code, stdout, _ = runIn(t.Context(), "fetch", "--if-free", "--json", "--config", file)
	if code != exitOK || !strings.HasPrefix(stdout, `{"busy":false,`) {
		t.Errorf("while nobody has it: code %d, %q", code, stdout)
	}
}

func TestProgressIsOneLineThatIsClearedAtTheEnd(t *testing.T) {
	var w bytes.Buffer
	p := &progress{w: &w, total: 2}
	p.report(polledOK("a", 3))
	p.report(polledOK("b\x1b[2J", 1))
	p.end()
	want := "\r\x1b[K1 of 2 feeds polled, 3 new items: a" + "\r\x1b[K2 of 2 feeds polled, 4 new items: b [2J" + "\r\x1b[K"
	if w.String() != want {
		t.Errorf("got %q, want %q", w.String(), want)
	}
}

func TestAgo(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.Time{}, "-"},
		{now, "now"},
		{now.Add(-45 * time.Second), "45s ago"},
		{now.Add(-90 * time.Second), "1m30s ago"},
		{now.Add(-5 * time.Minute), "5m ago"},
		{now.Add(3*time.Hour + 10*time.Minute), "in 3h"},
		{now.Add(-80 * time.Hour), "3d ago"},
	} {
		if got := ago(c.at, now); got != c.want {
			t.Errorf("ago(%v) = %q, want %q", c.at, got, c.want)
		}
	}
}

func TestTicksGainAndCorrectInTurn(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	last := ticks(start, start)
	if len(last) != 1 {
		t.Fatalf("%d items at the start", len(last))
	}
	for step := 1; step < 9; step++ {
		now := ticks(start, start.Add(time.Duration(step)*tickEvery))
		if corrected := step%2 == 1; corrected {
			if len(now) != len(last) || now[0].Text == last[0].Text || now[0].Number != last[0].Number {
				t.Errorf("step %d corrects nothing: %+v", step, now[0])
			}
		} else if len(now) != len(last)+1 || now[1] != last[0] {
			t.Errorf("step %d adds nothing: %+v", step, now)
		}
		last = now
	}
}

func TestManIsPlainRoff(t *testing.T) {
	var w strings.Builder
	writeMan(&w, newRoot(&app{stdout: new(bytes.Buffer), stderr: new(bytes.Buffer)}))
	for i, line := range strings.Split(w.String(), "\n") {
		if strings.HasPrefix(line, "'") || strings.HasPrefix(line, ".") && !strings.HasPrefix(line, ".TH ") &&
			!strings.HasPrefix(line, ".SH ") && !strings.HasPrefix(line, ".SS ") && !strings.HasPrefix(line, ".B ") &&
			!strings.HasPrefix(line, ".I ") && line != ".PP" && line != ".TP" && line != ".br" && line != ".nf" && line != ".fi" {
			t.Errorf("line %d is no macro that was meant: %q", i+1, line)
		}
	}
}

func TestLogLevels(t *testing.T) {
	var w bytes.Buffer
	a := &app{stderr: &w}
	a.quietLogger(config.Log{Format: "text", Level: "info"}).Warn("hidden")
	a.quietLogger(config.Log{Format: "text", Level: "info"}).Error("fault")
	a.quietLogger(config.Log{Format: "json", Level: "debug"}).Debug("all")
	if got := w.String(); strings.Contains(got, "hidden") || !strings.Contains(got, "msg=fault") || !strings.Contains(got, `"msg":"all"`) {
		t.Errorf("got %q", got)
	}
}

func polledOK(feed string, fresh int) control.Polled {
	return control.Polled{Feed: feed, Status: http.StatusOK, New: fresh}
}
