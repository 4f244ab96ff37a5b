package daemon

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are made in memory.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p pipes) Close() error   { close(p); return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

// webServer runs the server of subscribers over memory until the test ends.
func webServer(t *testing.T, h http.HandlerFunc) (dial func() net.Conn) {
	t.Helper()
	p := make(pipes)
	server := newServer(h, slog.New(slog.DiscardHandler))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(p) // ErrServerClosed
	}()
	t.Cleanup(func() {
		server.Close()
		<-done
		time.Sleep(time.Second) // a refused connection is held open for a moment
	})
	return func() net.Conn {
		ours, theirs := net.Pipe()
		t.Cleanup(func() { ours.Close() })
		p <- theirs
		return ours
	}
}

// Who sends too slowly is cut off, and does not get to the handler.
func TestSlowSendersAreCut(t *testing.T) {
	for name, sent := range map[string]string{
		"nothing":        "",
		"half a line":    "GET / HT",
		"no end of head": "GET / HTTP/1.1\r\nHost: a.example\r\nX-A: 1\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dial := webServer(t, func(http.ResponseWriter, *http.Request) { t.Error("the handler is asked") })
				c, start := dial(), time.Now()
				if _, err := io.WriteString(c, sent); err != nil {
					t.Fatal(err)
				}
				_, _ = io.ReadAll(c)
				if took := time.Since(start); took < time.Second || took > 30*time.Second {
					t.Errorf("cut after %v", took)
				}
			})
		})
	}
}

// A byte at a time does not help: the whole head counts.
func TestDripsAreCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dial := webServer(t, func(http.ResponseWriter, *http.Request) { t.Error("the handler is asked") })
		c, start := dial(), time.Now()
		go func() {
			head := "GET / HTTP/1.1\r\n" + strings.Repeat("X-A: 1\r\n", 100)
			for i := range len(head) {
				if _, err := io.WriteString(c, head[i:i+1]); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		_, _ = io.ReadAll(c)
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("cut after %v", took)
		}
	})
}

// Who does not read is cut off in the end, and keeps no one else waiting.
func TestSlowReadersAreCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := []byte(strings.Repeat("x", 1<<20))
		dial := webServer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
		slow := dial()
		if _, err := io.WriteString(slow, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // it is being answered
		good := dial()
		if _, err := io.WriteString(good, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(good), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if got, err := io.ReadAll(resp.Body); len(got) != len(body) || err != nil {
			t.Errorf("another reader gets %d bytes, %v", len(got), err)
		}
		time.Sleep(6 * time.Minute)
		if got, _ := io.ReadAll(slow); len(got) >= len(body) {
			t.Errorf("after six minutes there are still %d bytes to read", len(got))
		}
	})
}

func TestLargeHeadersAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dial := webServer(t, func(http.ResponseWriter, *http.Request) { t.Error("the handler is asked") })
		c := dial()
		go func() {
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: a.example\r\nX-A: "+strings.Repeat("x", 64<<10)+"\r\n\r\n")
		}()
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("a head of 64 KiB is answered %d", resp.StatusCode)
		}
	})
}

func TestConnections(t *testing.T) {
	if n := connections(); n < 1 || n > 1<<20 {
		t.Errorf("%d connections", n)
	}
}

// A reverse proxy may speak HTTP/2 without TLS.
func TestHTTP2WithoutTLS(t *testing.T) {
	server := newServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto)
	}), slog.New(slog.DiscardHandler))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l) // ErrServerClosed
	}()
	defer func() {
		server.Close()
		<-done
	}()
	for want, protocols := range map[string]*http.Protocols{"HTTP/1.1": new(http.Protocols), "HTTP/2.0": new(http.Protocols)} {
		protocols.SetHTTP1(want == "HTTP/1.1")
		protocols.SetUnencryptedHTTP2(want == "HTTP/2.0")
		client := &http.Client{Transport: &http.Transport{Protocols: protocols}}
		resp, err := client.Get("http://" + l.Addr().String() + "/")
		if err != nil {
			t.Fatalf("%s: %v", want, err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		client.CloseIdleConnections()
		if err != nil || string(body) != want {
			t.Errorf("%s is answered as %s (%v)", want, body, err)
		}
	}
}
