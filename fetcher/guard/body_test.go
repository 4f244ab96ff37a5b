package guard

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// deflated packs text in the zlib format or the bare one.
func deflated(text string, withHead bool) string {
	var b bytes.Buffer
	if withHead {
		z := zlib.NewWriter(&b)
		_, _ = io.WriteString(z, text)
		_ = z.Close()
	} else {
		f, _ := flate.NewWriter(&b, 9)
		_, _ = io.WriteString(f, text)
		_ = f.Close()
	}
	return b.String()
}

func TestCodings(t *testing.T) {
	const text = "a feed, a feed, a feed, a feed"
	var gz, zs bytes.Buffer
	z := gzip.NewWriter(&gz)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	e, _ := zstd.NewWriter(&zs)
	_, _ = io.WriteString(e, text)
	_ = e.Close()
	g := newGuard(t, local())
	tests := []struct{ coding, body string }{
		{"", text}, {"identity", text}, {"gzip", gz.String()}, {"x-gzip", gz.String()}, {"GZIP", gz.String()},
		{"zstd", zs.String()}, {"deflate", deflated(text, true)}, {"deflate", deflated(text, false)},
		{"gzip", gz.String() + gz.String()},
	}
	for range 2 { // the second time with decoders that were used before
		for _, test := range tests {
			address := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if test.coding != "" {
					w.Header().Set("Content-Encoding", test.coding)
				}
				_, _ = io.WriteString(w, test.body)
			})
			resp := do(t, g, Request{URL: address})
			if got := string(resp.Body); resp.Incomplete != nil || strings.ReplaceAll(got, text, "") != "" || got == "" {
				t.Errorf("coding %q: %q, %v", test.coding, got, resp.Incomplete)
			}
		}
	}
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		_, _ = io.WriteString(w, "?")
	})
	fail(t, g, Request{URL: address}, Encoding, `packs its answer as "br"`)
}

func TestIncompleteBodies(t *testing.T) {
	var gz bytes.Buffer
	z := gzip.NewWriter(&gz)
	_, _ = io.WriteString(z, strings.Repeat("some words of a feed ", 1000))
	_ = z.Close()
	half := gz.String()[:gz.Len()/2]
	wrongSum := bytes.Clone(gz.Bytes())
	wrongSum[len(wrongSum)-6] ^= 1
	tests := map[string]string{
		"shorter than said":     "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
		"chunks without an end": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
		"broken chunk":          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\nzz\r\n",
		"half of a gzip stream": fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(half), half),
		"wrong checksum":        fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(wrongSum), wrongSum),
		"no gzip at all":        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\n<rss></rss> ",
	}
	for name, answer := range tests {
		t.Run(name, func(t *testing.T) {
			resp := do(t, newGuard(t, local()), Request{URL: raw(t, answer)})
			if resp.Incomplete == nil {
				t.Errorf("taken as complete: %.50q", resp.Body)
			}
		})
	}
}

func TestBodyLimit(t *testing.T) {
	zeros := make([]byte, 1<<20)
	g := newGuard(t, local())
	tests := map[string]http.HandlerFunc{
		"endless": func(w http.ResponseWriter, r *http.Request) {
			for {
				if _, err := w.Write(zeros); err != nil {
					return
				}
			}
		},
		"announced": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "99999999999")
			_, _ = w.Write(zeros)
		},
		"gzip bomb": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for range 200 {
				if _, err := z.Write(zeros); err != nil {
					return
				}
			}
			_ = z.Close()
		},
		"zstd bomb": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "zstd")
			e, _ := zstd.NewWriter(w)
			for range 200 {
				if _, err := e.Write(zeros); err != nil {
					return
				}
			}
			_ = e.Close()
		},
		"endless empty gzip members": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			var member bytes.Buffer
			_ = gzip.NewWriter(&member).Close()
			many := bytes.Repeat(member.Bytes(), 4096)
			for {
				if _, err := w.Write(many); err != nil {
					return
				}
			}
		},
	}
	for name, h := range tests {
		t.Run(name, func(t *testing.T) {
			fail(t, g, Request{URL: serve(t, h)}, TooLarge, "sends more than 1 MiB; raise max_body")
		})
	}
	exact := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write(zeros) })
	if resp := do(t, g, Request{URL: exact}); len(resp.Body) != len(zeros) {
		t.Errorf("a body of just the limit gave %d bytes", len(resp.Body))
	}
	fail(t, g, Request{URL: exact, MaxBody: 1000}, TooLarge, "more than 1000 bytes")
}

func TestGrowIsAskedFirst(t *testing.T) {
	body := bytes.Repeat([]byte("x"), 300_000)
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush() // no Content-Length
		_, _ = w.Write(body)
	})
	var most int64
	resp := do(t, newGuard(t, local()), Request{URL: address, Grow: func(_ context.Context, size int64) error {
		most = max(most, size)
		return nil
	}})
	if int64(cap(resp.Body)) > most || len(resp.Body) != len(body) {
		t.Errorf("a body of %d bytes takes %d, asked for %d", len(resp.Body), cap(resp.Body), most)
	}
	refusal := errors.New("no room")
	_, err := newGuard(t, local()).Do(t.Context(), Request{URL: address, Grow: func(context.Context, int64) error { return refusal }})
	if !errors.Is(err, refusal) {
		t.Errorf("Do: %v, want the refusal", err)
	}
}
