package daemon

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sluice/cmd/internal/control"
)

// snippet returns the indented lines of the README from the one that begins it
// to its closing brace.
func snippet(t *testing.T, begin string) string {
	t.Helper()
	text := read(t, filepath.Join("..", "..", ".."), "README.md")
	_, rest, found := strings.Cut(text, "\n    "+begin+"\n")
	inside, _, closed := strings.Cut(rest, "\n    }\n")
	if !found || !closed {
		t.Fatalf("the README has no %q", begin)
	}
	return begin + "\n" + inside + "\n}\n"
}

// The README's snippet for nginx sends the files as serve would send the
// documents.
func TestNginx(t *testing.T) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		if nginx, err = exec.LookPath("/usr/sbin/nginx"); err != nil {
			t.Skip("nginx is not installed")
		}
	}
	w := newWorld(t)
	w.page("/a.xml", rss("a", "one", "two"))
	w.config("feeds:\n  - {url: \"${UP}/a.xml\", name: a}\ntopics:\n  - {name: korea, match: '*', formerly: [older, /atom.xml]}\n")
	dir, out := t.TempDir(), filepath.Join(w.dir, "out")
	w.once(control.FetchRequest{All: true}, out)
	socket := filepath.Join(dir, "socket")
	conf := snippet(t, "server {")
	for old, new := range map[string]string{"listen 80": "listen unix:" + socket, "/var/www/feeds": out} {
		if !strings.Contains(conf, old) {
			t.Fatalf("the snippet lacks %q", old)
		}
		conf = strings.ReplaceAll(conf, old, new)
	}
	head := fmt.Sprintf("daemon off; pid %s/pid; error_log stderr notice; events {}\nhttp { access_log off;\n", dir)
	if os.Geteuid() == 0 {
		head = "user root;" + head // the files are in a folder of ours
	}
	for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		head += fmt.Sprintf("%s_temp_path %s/%s;\n", name, dir, name)
	}
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(head+conf+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command(nginx, "-t", "-c", file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	startNginx(t, exec.Command(nginx, "-c", file))
	client := &http.Client{
		Transport: &http.Transport{
			DisableCompression: true,
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, "unix", socket)
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer client.CloseIdleConnections()
	ask := func(path, accept string) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://feeds.example.org"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", accept)
		resp, err := client.Do(r)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp, string(body)
	}
	files := w.files(out)
	for path, want := range map[string]struct{ file, kind string }{
		"/":                            {"index.html", "text/html; charset=utf-8"},
		"/topics/korea":                {"topics/korea/index.html", "text/html; charset=utf-8"},
		"/topics/korea/":               {"topics/korea/index.html", "text/html; charset=utf-8"},
		"/topics/korea.atom":           {"topics/korea.atom", "application/atom+xml; charset=utf-8"},
		"/topics/korea.rss":            {"topics/korea.rss", "application/rss+xml; charset=utf-8"},
		"/topics/korea.json":           {"topics/korea.json", "application/feed+json"},
		"/topics/korea/archive/1.atom": {"topics/korea/archive/1.atom", "application/atom+xml; charset=utf-8"},
		"/topics.opml":                 {"topics.opml", "text/x-opml; charset=utf-8"},
		"/topics/older.rss":            {"topics/korea.rss", "application/rss+xml; charset=utf-8"},
		"/atom.xml":                    {"topics/korea.atom", "application/atom+xml; charset=utf-8"},
	} {
		resp, body := ask(path, "")
		h := resp.Header
		if resp.StatusCode != http.StatusOK || body != files[want.file] || h.Get("Content-Type") != want.kind || h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Etag") == "" {
			t.Errorf("%s: %d, %d bytes, %v", path, resp.StatusCode, len(body), h)
		}
		packed, ok := files[want.file+".gz"]
		if resp, body := ask(path, "gzip"); ok && (body != packed || resp.Header.Get("Content-Encoding") != "gzip" || resp.Header.Get("Content-Type") != want.kind) {
			t.Errorf("%s packed: %d bytes, %v", path, len(body), resp.Header)
		}
	}
	for path, want := range map[string]int{
		"/.sluice-manifest.json": 404, "/topics/.x": 404, "/topics/kor": 404, "/topics/given-up.atom": 410, "/topics/given-up": 410,
		"/topics/given-up-not": 404, "/topics/old-name.rss": 301, "/topics/old-name": 301, "/topics/old-names": 404,
	} {
		resp, _ := ask(path, "")
		if resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, resp.StatusCode, want)
		}
		if to := resp.Header.Get("Location"); want == 301 && to != "http://feeds.example.org/topics/korea"+strings.TrimPrefix(path, "/topics/old-name") {
			t.Errorf("%s leads to %s", path, to)
		}
	}
}

// startNginx runs the server until the test ends, and returns once it answers.
func startNginx(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	said, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	ready, drained := make(chan bool, 8), make(chan struct{})
	go func() {
		defer close(drained)
		defer close(ready)
		for lines := bufio.NewScanner(said); lines.Scan(); {
			if strings.Contains(lines.Text(), "start worker process ") {
				ready <- true
			}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		<-drained
		_ = cmd.Wait() // by the signal
	})
	if !<-ready {
		t.Fatal("nginx ends")
	}
}
