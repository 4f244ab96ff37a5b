package guard

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"sluice/config"
)

// local is a config that may reach test servers.
func local() config.Fetch {
	return config.Fetch{
		Timeout:      10 * time.Second,
		MaxBody:      1 << 20,
		AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}
}

// serve starts a server and returns its address.
func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func newGuard(t *testing.T, cfg config.Fetch) *Guard {
	t.Helper()
	g := New(cfg, "sluice/test (+https://example.org/bot)")
	t.Cleanup(g.Close)
	return g
}

// do makes a request that must be answered.
func do(t *testing.T, g *Guard, r Request) *Response {
	t.Helper()
	resp, err := g.Do(t.Context(), r)
	if err != nil {
		t.Fatalf("Do: %v", err)
	}
	return resp
}

// fail makes a request that must fail in the given way.
func fail(t *testing.T, g *Guard, r Request, kind Kind, text string) {
	t.Helper()
	resp, err := g.Do(t.Context(), r)
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("Do: %+v, %v; want an *Error", resp, err)
	}
	if e.Kind != kind || !strings.Contains(e.Error(), text) {
		t.Errorf("Do: kind %d, %q; want kind %d and %q", e.Kind, e, kind, text)
	}
}

func TestConditionalGetKeepsEveryByte(t *testing.T) {
	for _, etag := range []string{`"a"`, `W/"a b"`, `unquoted`, `"` + "\xe9\xff" + `"`, `"a\"b"`, `"a,b", "c"`, "tab\tinside", `""`} {
		address := serve(t, func(w http.ResponseWriter, r *http.Request) {
			const modified = "Thursday, sometime"
			w.Header()["ETag"] = []string{etag}
			w.Header().Set("Last-Modified", modified)
			if r.Header.Get("If-None-Match") == etag && r.Header.Get("If-Modified-Since") == modified {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			_, _ = io.WriteString(w, "body")
		})
		g := newGuard(t, local())
		first := do(t, g, Request{URL: address})
		if first.Status != 200 || first.ETag != etag || string(first.Body) != "body" {
			t.Fatalf("etag %q: first answer %+v", etag, first)
		}
		second := do(t, g, Request{URL: address, ETag: first.ETag, LastModified: first.LastModified})
		if second.Status != 304 || second.Body != nil {
			t.Errorf("etag %q: second answer %+v", etag, second)
		}
	}
}

func TestValidatorsThatCannotBeSent(t *testing.T) {
	seen := make(chan http.Header, 1)
	address := serve(t, func(w http.ResponseWriter, r *http.Request) { seen <- r.Header })
	do(t, newGuard(t, local()), Request{URL: address, ETag: "a\r\nX-Evil: 1", LastModified: "b\nX-Evil: 2"})
	h := <-seen
	if h.Get("If-None-Match") != "" || h.Get("If-Modified-Since") != "" || h.Get("X-Evil") != "" {
		t.Errorf("headers %v hold a validator with a line break", h)
	}
}

// raw serves each connection the same bytes and then closes it.
func raw(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 4096))
			_, _ = io.WriteString(c, answer)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return "http://" + l.Addr().String() + "/"
}

func TestHeadersSent(t *testing.T) {
	seen := make(chan *http.Request, 1)
	address := serve(t, func(w http.ResponseWriter, r *http.Request) { seen <- r })
	g := newGuard(t, local())
	do(t, g, Request{URL: address + "/a?b=c#fragment"})
	r := <-seen
	for name, want := range map[string]string{
		"User-Agent": "sluice/test (+https://example.org/bot)", "Accept-Encoding": acceptEncoding, "Accept": accept,
		"Referer": "", "Cookie": "", "Authorization": "",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if r.RequestURI != "/a?b=c" {
		t.Errorf("asked for %q", r.RequestURI)
	}
	do(t, g, Request{
		URL: address, UserAgent: "mine", BasicAuth: &config.BasicAuth{Username: "me", Password: "päss"},
		Headers: map[string]string{"x-key": "k", "host": "virtual.example", "accept-encoding": "br", "content-length": "7", "bad name": "x", "X-Bad": "a\r\nb"},
	})
	r = <-seen
	user, password, _ := r.BasicAuth()
	if user != "me" || password != "päss" || r.UserAgent() != "mine" || r.Header.Get("X-Key") != "k" || r.Host != "virtual.example" ||
		r.Header.Get("Accept-Encoding") != acceptEncoding || r.Header.Get("X-Bad") != "" || r.ContentLength != 0 {
		t.Errorf("request %+v", r)
	}
}

func TestAddresses(t *testing.T) {
	tests := []struct {
		addr string
		ok   bool
	}{
		{"93.184.215.14", true}, {"2606:4700::1111", true},
		{"127.0.0.1", false}, {"127.255.255.254", false}, {"0.0.0.0", false}, {"10.1.2.3", false}, {"100.64.0.1", false},
		{"169.254.169.254", false}, {"172.16.0.1", false}, {"192.0.0.1", false}, {"192.0.2.1", false}, {"192.168.1.1", false},
		{"198.18.0.1", false}, {"198.51.100.1", false}, {"203.0.113.1", false}, {"224.0.0.1", false}, {"240.0.0.1", false},
		{"255.255.255.255", false}, {"192.88.99.1", false},
		{"::", false}, {"::1", false}, {"::ffff:127.0.0.1", false}, {"::ffff:93.184.215.14", false}, {"::7f00:1", false},
		{"64:ff9b::7f00:1", false}, {"64:ff9b::5db8:d70e", false}, {"64:ff9b:1::1", false}, {"100::1", false},
		{"2001::1", false}, {"2001:db8::1", false}, {"2002:7f00:1::", false}, {"3fff::1", false}, {"fc00::1", false},
		{"fd00:ec2::254", false}, {"fe80::1", false}, {"fe80::1%eth0", false}, {"fec0::1", false}, {"ff02::1", false}, {"5f00::1", false},
	}
	g := New(config.Fetch{}, "")
	for _, test := range tests {
		if err := g.permit(netip.MustParseAddr(test.addr)); (err == nil) != test.ok {
			t.Errorf("permit(%s) = %v, want allowed: %v", test.addr, err, test.ok)
		}
	}
	cfg := config.Fetch{AllowPrivate: []netip.Prefix{
		netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("64:ff9b::/96"),
	}}
	g = New(cfg, "")
	for addr, ok := range map[string]bool{
		"10.1.2.3": true, "10.2.0.1": false, "fd12::1": true, "fc00::1": false, "::ffff:10.1.2.3": false,
		"64:ff9b::5db8:d70e": true, "64:ff9b::7f00:1": false, "64:ff9b::a01:203": true,
	} {
		if err := g.permit(netip.MustParseAddr(addr)); (err == nil) != ok {
			t.Errorf("with allow_private: permit(%s) = %v, want allowed: %v", addr, err, ok)
		}
	}
}

func TestPrivateHostIsRefused(t *testing.T) {
	var hit bool
	address := serve(t, func(http.ResponseWriter, *http.Request) { hit = true })
	u, _ := url.Parse(address)
	g := newGuard(t, config.Fetch{Timeout: 10 * time.Second})
	fail(t, g, Request{URL: address}, Private, "127.0.0.1 is not a public address; add 127.0.0.0/8 to fetch.allow_private")
	for _, host := range []string{"localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]", "[::1]", "0"} {
		resp, err := g.Do(t.Context(), Request{URL: "http://" + host + ":" + u.Port() + "/"})
		if err == nil {
			t.Errorf("%s was reached: %+v", host, resp)
		}
	}
	fail(t, g, Request{URL: "http://localhost:" + u.Port()}, Private, "localhost resolves to ")
	if hit {
		t.Error("a private host was asked")
	}
	_, err := g.Do(t.Context(), Request{URL: address})
	var e *Error
	if !errors.As(err, &e) || strings.Contains(e.Discreet(), "127") {
		t.Errorf("Discreet of %v names the address", err)
	}
}

func TestDiscreetOfAHostWithoutAddress(t *testing.T) {
	err := &Error{Kind: DNS, Host: "secret.example", text: explainDNS(&net.DNSError{IsNotFound: true})}
	if got := err.Discreet(); got != "its host does not exist (DNS)" {
		t.Errorf("Discreet is %q", got)
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	g := newGuard(t, config.Fetch{AllowPorts: []uint16{80, 443}, Timeout: time.Second})
	for address, want := range map[string]string{
		"":                               "scheme",
		"ftp://example.org/":             `the scheme "ftp" is not http or https`,
		"file:///etc/passwd":             "scheme",
		"gopher://example.org":           "scheme",
		"javascript:alert(1)":            "scheme",
		"http:///path":                   "names no host",
		"http://example.org:99999/":      "is no port",
		"http://example.org:0/":          "is no port",
		"http://exa mple.org/":           "can't be read",
		"http://example.org/\x00":        "can't be read",
		"https:user:secret@example.org/": "names no host",
	} {
		fail(t, g, Request{URL: address}, Address, want)
	}
	fail(t, g, Request{URL: "http://u:secret@example.org:22/"}, Port, "port 22 of example.org is not allowed; add 22 to fetch.allow_ports")
}

func TestThroughAProxy(t *testing.T) {
	asked := make(chan string, 1)
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.String()
		_, _ = io.WriteString(w, "by proxy")
	})
	g := newGuard(t, config.Fetch{Timeout: 10 * time.Second}) // the proxy itself is on loopback
	resp := do(t, g, Request{URL: "http://feeds.example/a", Proxy: proxy})
	if got := <-asked; got != "http://feeds.example/a" || string(resp.Body) != "by proxy" {
		t.Errorf("proxy was asked for %q and answered %q", got, resp.Body)
	}
	for _, host := range []string{
		"127.0.0.1", "10.0.0.1", "[::1]", "[::ffff:7f00:1]", "localhost", "LOCALHOST", "localhost.", "x.localhost", "printer.local",
		"metadata.google.internal", "nas.home.arpa", "2130706433", "0x7f000001", "0177.1", "127.1", "127.0.0.1.", "１２７.0.0.1",
	} {
		fail(t, g, Request{URL: "http://" + host + "/", Proxy: proxy}, Private, "")
	}
	select {
	case got := <-asked:
		t.Errorf("the proxy was asked for %s", got)
	default:
	}
	fail(t, g, Request{URL: "http://feeds.example/", Proxy: "http://"}, Address, "fetch.proxy")
	nobody := httptest.NewServer(nil)
	nobody.Close()
	cfg := config.Fetch{Timeout: 10 * time.Second, Proxy: nobody.URL}
	fail(t, newGuard(t, cfg), Request{URL: "http://feeds.example/"}, Network, "the proxy on the way to feeds.example can't be reached")
}

func TestTimeouts(t *testing.T) {
	over := make(chan struct{})
	defer close(over)
	tests := map[string]http.HandlerFunc{
		"silent": func(w http.ResponseWriter, r *http.Request) { <-over },
		"stuck in the body": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "<rss>")
			w.(http.Flusher).Flush()
			<-over
		},
		"behind a redirect": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				http.Redirect(w, r, "/next", http.StatusFound)
				return
			}
			<-over
		},
	}
	for name, h := range tests {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewUnstartedServer(h)
			s.Start()
			defer func() { go s.Close() }() // its handlers end with the test
			fail(t, newGuard(t, local()), Request{URL: s.URL + "/", Timeout: 50 * time.Millisecond}, Timeout,
				"127.0.0.1 did not answer in full within 50ms")
		})
	}
}

func TestCallerEnds(t *testing.T) {
	over := make(chan struct{})
	address := serve(t, func(w http.ResponseWriter, r *http.Request) { <-over })
	defer close(over)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err := newGuard(t, local()).Do(ctx, Request{URL: address}); !errors.Is(err, context.Canceled) {
		t.Errorf("Do: %v, want context.Canceled", err)
	}
}

func TestBrokenServers(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + closed.Addr().String()
	_ = closed.Close()
	tests := []struct {
		name, address string
		kind          Kind
		text          string
	}{
		{"nobody listens", nobody, Refused, "127.0.0.1 refuses the connection"},
		{"no HTTP", raw(t, "220 mail.example ESMTP\r\n"), Network, "does not answer in proper HTTP"},
		{"closed at once", raw(t, ""), Network, "closed the connection without an answer"},
		{"endless header", raw(t, "HTTP/1.1 200 OK\r\nX-Long: "+strings.Repeat("x", maxHeader+8192)+"\r\n\r\n"), Network, "sent more than 128 KiB of headers"},
		{"two lengths", raw(t, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok"), Network, ""},
		{"negative length", raw(t, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nok"), Network, "does not answer in proper HTTP"},
		{"no TLS", "https" + strings.TrimPrefix(raw(t, "HTTP/1.1 400 Bad Request\r\n\r\n"), "http"), TLS, "127.0.0.1 does not speak TLS on this port"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fail(t, newGuard(t, local()), Request{URL: test.address}, test.kind, test.text)
		})
	}
}

func TestUntrustedCertificate(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	fail(t, newGuard(t, local()), Request{URL: s.URL}, TLS, "the certificate of 127.0.0.1 is signed by an unknown authority")
}

func TestHTTP2AndResumedSessions(t *testing.T) {
	resumed := make(chan bool, 2)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		resumed <- r.TLS.DidResume
		w.Header().Set("ETag", "\"\xff\"")
		_, _ = io.WriteString(w, r.Proto)
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	g := newGuard(t, local())
	g.direct.(*http.Transport).TLSClientConfig.RootCAs = s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	for range 2 {
		resp := do(t, g, Request{URL: s.URL})
		if string(resp.Body) != "HTTP/2.0" || resp.ETag != "\"\xff\"" {
			t.Errorf("answer %+v by %s", resp, resp.Body)
		}
		g.Close()
	}
	if first, second := <-resumed, <-resumed; first || !second {
		t.Errorf("sessions resumed: %v, %v", first, second)
	}
}

func TestUnknownHost(t *testing.T) {
	_, err := newGuard(t, local()).Do(t.Context(), Request{URL: "http://does-not-exist.invalid/"})
	var e *Error
	if !errors.As(err, &e) || e.Kind != DNS && e.Kind != Timeout {
		t.Errorf("Do: %v, want an error of DNS", err)
	}
}
