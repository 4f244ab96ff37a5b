package publisher

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func servedSite(t testing.TB) *Site {
	m := newMemory("korea", "quays")
	for n := range 20 {
		m.add("korea", "gazette", n)
	}
	return published(t, m, "korea", "quays")
}

func TestMediaTypes(t *testing.T) {
	s := servedSite(t)
	for path, want := range map[string]string{
		"/":                  "text/html; charset=utf-8",
		"/topics/korea":      "text/html; charset=utf-8",
		"/topics/korea/":     "text/html; charset=utf-8",
		"/topics/korea.atom": "application/atom+xml; charset=utf-8",
		"/topics/korea.rss":  "application/rss+xml; charset=utf-8",
		"/topics/korea.json": "application/feed+json",
		"/topics.opml":       "text/x-opml; charset=utf-8",
		"/sources.opml":      "text/x-opml; charset=utf-8",
		"/healthz":           "text/plain; charset=utf-8",
		"/readyz":            "text/plain; charset=utf-8",
	} {
		w := get(t, s, path)
		h := w.Header()
		if w.Code != http.StatusOK || h.Get("Content-Type") != want || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v, want type %s", path, w.Code, h, want)
		}
		if strings.HasSuffix(path, "z") {
			continue
		}
		age := "max-age=300"
		if strings.Contains(path, "korea") {
			age = "max-age=1800" // an entry each hour
		}
		vary := "Accept-Encoding"
		if strings.Contains(path, "korea.") {
			vary = "Accept-Encoding, A-IM"
		}
		if h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Vary") != vary || h.Get("Cache-Control") != age {
			t.Errorf("%s: headers %v", path, h)
		}
		if policy := h.Get("Content-Security-Policy"); strings.Contains(want, "html") != strings.Contains(policy, "default-src 'none'") {
			t.Errorf("%s: policy %q", path, policy)
		}
	}
	if a, b := get(t, s, "/topics/korea").Body.String(), get(t, s, "/topics/korea/").Body.String(); a != b {
		t.Error("the page differs with a slash")
	}
}

// What is answered to conditional requests, RFC 9110 section 13.
func TestConditional(t *testing.T) {
	s := servedSite(t)
	const path = "/topics/korea.atom"
	tag := get(t, s, path).Header().Get("Etag")
	zipped := get(t, s, path, "Accept-Encoding", "gzip").Header().Get("Etag")
	if tag == zipped || tag == "" || strings.HasPrefix(tag, "W/") || strings.HasPrefix(zipped, "W/") {
		t.Fatalf("tags %s and %s: want two strong ones", tag, zipped)
	}
	const (
		same   = "Sun, 05 May 2024 07:00:00 GMT"
		later  = "Sun, 05 May 2024 07:00:01 GMT"
		before = "Sun, 05 May 2024 06:59:59 GMT"
	)
	if got := get(t, s, path).Header().Get("Last-Modified"); got != same {
		t.Fatalf("Last-Modified %s, want %s", got, same)
	}
	for _, c := range []struct {
		name   string
		header []string
		want   int
		etag   string
	}{
		{"none", nil, 200, tag},
		{"tag", []string{"If-None-Match", tag}, 304, tag},
		{"weak tag", []string{"If-None-Match", "W/" + tag}, 304, tag},
		{"star", []string{"If-None-Match", "*"}, 304, tag},
		{"list", []string{"If-None-Match", `"a", W/"b,c" ,` + tag}, 304, tag},
		{"two lines", []string{"If-None-Match", `"a"`, "If-None-Match", tag}, 304, tag},
		{"gzip tag, gzip", []string{"If-None-Match", zipped, "Accept-Encoding", "gzip"}, 304, zipped},
		{"plain tag, gzip", []string{"If-None-Match", tag, "Accept-Encoding", "gzip"}, 304, tag},
		{"gzip tag, plain", []string{"If-None-Match", zipped}, 304, zipped},
		{"other tag", []string{"If-None-Match", `"a"`}, 200, tag},
		{"unquoted", []string{"If-None-Match", strings.Trim(tag, `"`)}, 200, tag},
		{"unclosed", []string{"If-None-Match", strings.TrimSuffix(tag, `"`)}, 200, tag},
		{"junk before", []string{"If-None-Match", "x, " + tag}, 200, tag},
		{"empty", []string{"If-None-Match", ""}, 200, tag},
		{"blanks", []string{"If-None-Match", " ,, \t"}, 200, tag},
		{"since same", []string{"If-Modified-Since", same}, 304, tag},
		{"since later", []string{"If-Modified-Since", later}, 304, tag},
		{"since before", []string{"If-Modified-Since", before}, 200, tag},
		{"since same, gzip", []string{"If-Modified-Since", same, "Accept-Encoding", "gzip"}, 304, zipped},
		{"since RFC 850", []string{"If-Modified-Since", "Sunday, 05-May-24 07:00:00 GMT"}, 304, tag},
		{"since junk", []string{"If-Modified-Since", "yesterday"}, 200, tag},
		{"since twice", []string{"If-Modified-Since", same, "If-Modified-Since", same}, 200, tag},
		{"other tag, since", []string{"If-None-Match", `"a"`, "If-Modified-Since", same}, 200, tag},
		{"tag, since before", []string{"If-None-Match", tag, "If-Modified-Since", before}, 304, tag},
		{"match", []string{"If-Match", tag}, 200, tag},
		{"match any", []string{"If-Match", " * "}, 200, tag},
		{"match in a list", []string{"If-Match", `"a", ` + zipped + `,"b"`}, 200, tag},
		{"match weakly", []string{"If-Match", "W/" + tag}, 412, ""},
		{"match weakly and strongly", []string{"If-Match", "W/" + tag + "," + tag}, 200, tag},
		{"match other", []string{"If-Match", `"a"`}, 412, ""},
		{"match other, and none of it", []string{"If-Match", `"a"`, "If-None-Match", tag}, 412, ""},
		{"match junk", []string{"If-Match", strings.Trim(tag, `"`)}, 412, ""},
		{"match, and none of it", []string{"If-Match", tag, "If-None-Match", tag}, 304, tag},
		{"unmodified since", []string{"If-Unmodified-Since", same}, 200, tag},
		{"modified since", []string{"If-Unmodified-Since", before}, 412, ""},
		{"unmodified since junk", []string{"If-Unmodified-Since", "yesterday"}, 200, tag},
		{"match, but modified since", []string{"If-Match", tag, "If-Unmodified-Since", before}, 200, tag},
		{"modified since, other delta", []string{"If-Unmodified-Since", before, "A-IM", "feed", "If-None-Match", `"a"`}, 412, ""},
	} {
		w := get(t, s, path, c.header...)
		if c.want == http.StatusPreconditionFailed {
			if w.Code != c.want || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d %v", c.name, w.Code, w.Header())
			}
			continue
		}
		if w.Code != c.want || w.Header().Get("Etag") != c.etag {
			t.Errorf("%s: %d with %s, want %d with %s", c.name, w.Code, w.Header().Get("Etag"), c.want, c.etag)
		}
		if w.Code == http.StatusNotModified {
			h := w.Header()
			if w.Body.Len() > 0 || h["Content-Length"] != nil || h["Content-Type"] != nil || h["Vary"] == nil || h["Cache-Control"] == nil {
				t.Errorf("%s: 304 with %v and %d bytes", c.name, h, w.Body.Len())
			}
		}
	}
	if got := get(t, s, "/topics.opml", "If-Modified-Since", later).Code; got != http.StatusOK {
		t.Errorf("a document without date answers If-Modified-Since with %d", got)
	}
}

func TestEncoding(t *testing.T) {
	s := servedSite(t)
	plain := get(t, s, "/topics/korea.rss").Body.Bytes()
	for accept, zipped := range map[string]bool{
		"gzip":                       true,
		"gzip, deflate, br":          true,
		"gzip, zstd;q=0.5":           true,
		"gzip;q=0.9, zstd;q=0":       true,
		"br;q=1.0, GZIP;q=0.8":       true,
		"x-gzip":                     true,
		"*":                          true,
		"*;q=0.1":                    true,
		"gzip;q=0.5, identity;q=0.5": true,
		"gzip ; q=0.5":               true,
		"gzip;q=x":                   true,
		"":                           false,
		"br":                         false,
		"identity":                   false,
		"gzip;q=0":                   false,
		"gzip;q=0.000, *":            false,
		"*;q=0":                      false,
		"identity, gzip;q=0.5":       false,
		"notgzip":                    false,
	} {
		w := get(t, s, "/topics/korea.rss", "Accept-Encoding", accept)
		body, encoding := w.Body.Bytes(), w.Header().Get("Content-Encoding")
		if (encoding == "gzip") != zipped {
			t.Errorf("%q is answered with %q", accept, encoding)
		}
		if got := w.Header().Get("Content-Length"); got != strconv.Itoa(len(body)) {
			t.Errorf("%q: Content-Length %s of %d bytes", accept, got, len(body))
		}
		if encoding == "gzip" {
			r, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if r.ModTime.Unix() != 0 || r.Name != "" {
				t.Errorf("the gzip header holds a date or a name: %+v", r.Header)
			}
			if body, err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(body, plain) {
			t.Errorf("%q: other bytes", accept)
		}
	}
}

func TestZstd(t *testing.T) {
	s := servedSite(t)
	plain := get(t, s, "/topics/korea.rss").Body.Bytes()
	reader, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for _, accept := range []string{"zstd", "gzip, deflate, br, zstd", "gzip;q=0.5, ZSTD;q=0.6", "*, zstd"} {
		w := get(t, s, "/topics/korea.rss", "Accept-Encoding", accept)
		h := w.Header()
		body, err := reader.DecodeAll(w.Body.Bytes(), nil)
		if h.Get("Content-Encoding") != "zstd" || err != nil || !bytes.Equal(body, plain) {
			t.Errorf("%q: %v, %v", accept, h, err)
		}
		if got := get(t, s, "/topics/korea.rss", "If-None-Match", h.Get("Etag")); got.Code != http.StatusNotModified || got.Header().Get("Etag") != h.Get("Etag") {
			t.Errorf("%q: its tag gives %d", accept, got.Code)
		}
	}
}

func TestMethods(t *testing.T) {
	server := httptest.NewServer(servedSite(t))
	defer server.Close()
	ask := func(method, path string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "gzip")
		resp, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		return resp
	}
	for _, path := range []string{"/", "/topics/korea.atom", "/healthz"} {
		got, head := ask(http.MethodGet, path), ask(http.MethodHead, path)
		body, err := io.ReadAll(head.Body)
		if err != nil || len(body) > 0 || head.StatusCode != got.StatusCode {
			t.Errorf("HEAD %s: %d with %d bytes, %v", path, head.StatusCode, len(body), err)
		}
		for _, name := range []string{"Etag", "Content-Type", "Last-Modified"} {
			if got.Header.Get(name) != head.Header.Get(name) {
				t.Errorf("HEAD %s: %s %q, GET %q", path, name, head.Header.Get(name), got.Header.Get(name))
			}
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"} {
		resp := ask(method, "/topics/korea.atom")
		if resp.StatusCode != http.StatusMethodNotAllowed || resp.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d, Allow %q", method, resp.StatusCode, resp.Header.Get("Allow"))
		}
	}
}

func TestNotFound(t *testing.T) {
	s := servedSite(t)
	for path, want := range map[string]string{
		"/topics/koera.atom":                    "https://feeds.example.org/topics/korea\n",
		"/topics/Korea":                         "https://feeds.example.org/topics/korea\n",
		"/topics/kor":                           "https://feeds.example.org/topics/korea\n",
		"/topics/korea.xml":                     "https://feeds.example.org/topics/korea\n",
		"/topics/korea/archive/7.atom":          "https://feeds.example.org/topics/korea\n",
		"/topics/elephants":                     "listed at https://feeds.example.org/\n",
		"/topics/":                              "listed at https://feeds.example.org/\n",
		"/wp-login.php":                         "listed at https://feeds.example.org/\n",
		"/topics/../topics/korea.atom":          "",
		"/topics/%2e%2e/etc":                    "",
		"//topics/korea.atom":                   "",
		"/topics/<script>":                      "",
		"/topics/" + strings.Repeat("x", 1<<16): "",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.Path = path
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), want) || w.Body.Len() > 500 {
			t.Errorf("%.40s: %d %.500s", path, w.Code, w.Body)
		}
		if w.Header().Get("Cache-Control") != "no-store" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
			t.Errorf("%.40s: headers %v", path, w.Header())
		}
	}
}

func TestNear(t *testing.T) {
	names := []string{"korea", "korean-war", "north-korea", "ai", "Africa", "world"}
	for name, want := range map[string]string{
		"korea":      "korea,korean-war,north-korea",
		"kora":       "korea",
		"afrika":     "Africa",
		"ia":         "",
		"a":          "ai",
		"wrold":      "world",
		"":           "",
		"xylophones": "",
	} {
		if got := strings.Join(near(name, names), ","); got != want {
			t.Errorf("near(%q) = %s, want %s", name, got, want)
		}
	}
}
