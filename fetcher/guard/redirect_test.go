package guard

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sluice/config"
)

func TestRedirects(t *testing.T) {
	// /to/CODE/CODE/... redirects by each code in turn.
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if ref := r.Referer(); ref != "" {
			t.Errorf("Referer %q was sent", ref)
		}
		rest, ok := strings.CutPrefix(r.URL.Path, "/to/")
		if !ok {
			_, _ = fmt.Fprint(w, "end")
			return
		}
		code, next, more := strings.Cut(rest, "/")
		location := "/end"
		if more {
			location = "/to/" + next
		}
		var status int
		_, _ = fmt.Sscan(code, &status)
		w.Header().Set("Location", location)
		w.WriteHeader(status)
	})
	g := newGuard(t, local())
	tests := []struct{ path, moved string }{
		{"/end", ""},
		{"/to/301", "/end"},
		{"/to/308/301", "/end"},
		{"/to/302", ""},
		{"/to/303/301", ""},
		{"/to/301/307/301", "/to/307/301"},
	}
	for _, test := range tests {
		resp := do(t, g, Request{URL: address + test.path})
		want := test.moved
		if want != "" {
			want = address + want
		}
		if resp.Status != 200 || resp.URL != address+"/end" || resp.Moved != want {
			t.Errorf("%s: status %d, URL %s, Moved %q, want %q", test.path, resp.Status, resp.URL, resp.Moved, want)
		}
	}
	if resp := do(t, g, Request{URL: address + "/to" + strings.Repeat("/302", maxHops)}); resp.Status != 200 {
		t.Errorf("%d redirects: status %d", maxHops, resp.Status)
	}
	fail(t, g, Request{URL: address + "/to" + strings.Repeat("/302", maxHops+1)}, Redirect, "redirects more than 10 times")
}

func TestRedirectsToNowhere(t *testing.T) {
	cfg := local()
	location := ""
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusMovedPermanently)
	})
	u, _ := url.Parse(address)
	var n uint16
	_, _ = fmt.Sscan(u.Port(), &n)
	cfg.AllowPorts = []uint16{80, 443, n}
	g := newGuard(t, cfg)
	for _, test := range []struct {
		location string
		kind     Kind
		text     string
	}{
		{"", Redirect, "answered 301 without saying where to go"},
		{"http://%zz/", Redirect, "can't be read"},
		{"/", Redirect, "redirects in a circle"},
		{"file:///etc/passwd", Address, "not http or https"},
		{"ftp://example.org/", Address, "not http or https"},
		{"http://example.org:6379/", Port, "port 6379 of example.org"},
		{"http://10.0.0.1/", Private, "10.0.0.1 is not a public address; add 10.0.0.0/8"},
		{"http://169.254.169.254/latest/meta-data/", Private, "add 169.254.0.0/16"},
		{"http://[::1]/", Private, "::1 is not a public address"},
	} {
		location = test.location
		fail(t, g, Request{URL: address + "/"}, test.kind, test.text)
	}
}

func TestCredentialsStayWithTheirHost(t *testing.T) {
	seen := make(chan http.Header, 1)
	other := serve(t, func(w http.ResponseWriter, r *http.Request) { seen <- r.Header })
	target := ""
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed" {
			if r.Header.Get("Authorization") == "" || r.Header.Get("X-Key") == "" {
				t.Error("the feed's own host was not given its credentials")
			}
			http.Redirect(w, r, target, http.StatusFound)
			return
		}
		seen <- r.Header
	})
	g := newGuard(t, local())
	request := Request{
		URL: address + "/feed", Headers: map[string]string{"X-Key": "secret", "Cookie": "session=secret"},
		BasicAuth: &config.BasicAuth{Username: "me", Password: "secret"}, UserAgent: "mine",
	}
	target = "/elsewhere"
	do(t, g, request)
	if h := <-seen; h.Get("Authorization") == "" || h.Get("X-Key") == "" || h.Get("Cookie") == "" {
		t.Errorf("lost on the way to the same host: %v", h)
	}
	target = strings.Replace(other, "http://", "http://user:pass@", 1)
	do(t, g, request)
	if h := <-seen; h.Get("Authorization") != "" || h.Get("X-Key") != "" || h.Get("Cookie") != "" || h.Get("User-Agent") != "mine" {
		t.Errorf("sent to another port: %v", h)
	}
}

func TestSameHost(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"https://a.example/x", "https://a.example/y", true},
		{"https://a.example/x", "https://A.example:443/y", true},
		{"http://a.example/", "https://a.example/", true},
		{"https://a.example/", "http://a.example/", false},
		{"https://a.example/", "https://b.a.example/", false},
		{"https://b.a.example/", "https://a.example/", false},
		{"https://a.example/", "https://a.example:8443/", false},
		{"http://a.example:8080/", "https://a.example/", false},
		{"http://a.example/", "http://a.example.evil.example/", false},
	}
	for _, test := range tests {
		a, _ := url.Parse(test.a)
		b, _ := url.Parse(test.b)
		if got := sameHost(a, b); got != test.want {
			t.Errorf("sameHost(%s, %s) = %v", test.a, test.b, got)
		}
	}
	a, _ := url.Parse("https://a.example/")
	b, _ := url.Parse("https://b.example/")
	c := newChain(a)
	if err := c.step(302, b); err != nil || c.trusted {
		t.Errorf("step to another host: %v, trusted %v", err, c.trusted)
	}
	back, _ := url.Parse("https://a.example/other")
	if err := c.step(302, back); err != nil || c.trusted {
		t.Errorf("step back: %v, trusted %v; another host has chosen the address", err, c.trusted)
	}
}
