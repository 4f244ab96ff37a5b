// Package guard makes the one kind of request that leaves this program
// towards addresses that others chose: a GET that can't be led to a private
// network, can't be kept waiting, and can't fill the memory.
//
// Every address a connection is made to is checked on the socket, after DNS,
// for every hop of a redirect, so that neither a name that resolves to a
// private address nor one that changes its mind between two look-ups gets
// through (address.go). Through a proxy this is not possible, since the proxy
// looks the name up: then literal addresses and local names are refused before
// anything is sent, and keeping the rest of its network to itself is the
// proxy's task. The proxy's own address is the admin's word and is not checked.
package guard

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"code.dny.dev/ssrf"

	"sluice/config"
)

const (
	maxHops        = 10        // redirects followed for one request
	maxHeader      = 128 << 10 // bytes of response headers
	maxIdle        = 128       // connections kept open between requests, all hosts
	idleTimeout    = 30 * time.Second
	connectTimeout = 20 * time.Second
	drainLimit     = 16 << 10 // bytes of an unwanted body that are read to keep its connection
	tlsSessions    = 4096     // TLS sessions kept for resumption
)

// A Guard makes guarded requests. It is safe for concurrent use.
type Guard struct {
	cfg       config.Fetch
	userAgent string
	addresses *ssrf.Guardian
	decoders  decoders
	sessions  tls.ClientSessionCache

	direct  http.RoundTripper
	mu      sync.Mutex
	proxied map[string]http.RoundTripper // by the proxy's address
}

// New returns a Guard that keeps to the limits of cfg. The user agent is sent
// with each request that names no other.
func New(cfg config.Fetch, userAgent string) *Guard {
	g := &Guard{
		cfg:       cfg,
		userAgent: userAgent,
		addresses: newGuardian(cfg),
		sessions:  tls.NewLRUClientSessionCache(tlsSessions),
		proxied:   make(map[string]http.RoundTripper),
	}
	dialer := &net.Dialer{Timeout: connectTimeout, Control: g.control}
	g.direct = g.transport(dialer, nil)
	return g
}

// Close gives up the idle connections. The Guard can still be used.
func (g *Guard) Close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range g.proxied {
		closeIdle(t)
	}
	closeIdle(g.direct)
}

func closeIdle(t http.RoundTripper) {
	if c, ok := t.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// transport returns a transport over the dialer. Compression is ours, since
// the transport's own hides a truncated stream's origin and can't be bounded.
func (g *Guard) transport(dialer *net.Dialer, proxy *url.URL) http.RoundTripper {
	t := &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, ClientSessionCache: g.sessions},
		TLSHandshakeTimeout:    connectTimeout,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    max(2, g.cfg.PerHost.Concurrency),
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeader,
	}
	if proxy != nil {
		t.Proxy = http.ProxyURL(proxy)
	}
	return t
}

// through returns the transport for a proxy; the direct one where it is empty.
func (g *Guard) through(proxy string) (http.RoundTripper, error) {
	if proxy == "" {
		return g.direct, nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if t, ok := g.proxied[proxy]; ok {
		return t, nil
	}
	u, err := url.Parse(proxy)
	if err != nil || u.Host == "" {
		return nil, &Error{Kind: Address, text: "the proxy's address can't be read; check fetch.proxy"}
	}
	t := g.transport(&net.Dialer{Timeout: connectTimeout}, u)
	g.proxied[proxy] = t
	return t, nil
}

// Do makes one request, redirects included, and reads the whole answer.
//
// The error is an *Error unless ctx itself ended, when it wraps ctx.Err(), or
// Request.Grow refused, when it is what that returned. An answer of any status
// is no error. A body that could not be read to its end is returned as far as
// it came, with Response.Incomplete set.
func (g *Guard) Do(ctx context.Context, r Request) (*Response, error) {
	timeout := r.Timeout
	if timeout <= 0 {
		timeout = g.cfg.Timeout
	}
	if timeout > 0 {
		limited, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		resp, err := g.follow(limited, r)
		return resp, settle(ctx, err, timeout)
	}
	resp, err := g.follow(ctx, r)
	return resp, settle(ctx, err, timeout)
}

// settle gives an error its final form: the caller's own end of ctx is passed
// on, ours is told with its length.
func settle(ctx context.Context, err error, timeout time.Duration) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("request given up: %w", ctx.Err())
	}
	if e, ok := err.(*Error); ok && e.Kind == Timeout {
		e.text = fmt.Sprintf("{host} did not answer in full within %s (fetch.timeout)", timeout)
	}
	return err
}

// follow makes the requests of one redirect chain.
func (g *Guard) follow(ctx context.Context, r Request) (*Response, error) {
	if r.Proxy == "" {
		r.Proxy = g.cfg.Proxy
	}
	u, err := g.admit(r.URL, r.Proxy)
	if err != nil {
		return nil, err
	}
	transport, err := g.through(r.Proxy)
	if err != nil {
		return nil, err
	}
	chain := newChain(u)
	for {
		resp, err := transport.RoundTrip(g.request(ctx, r, chain))
		if err != nil {
			return nil, explain(ctx, chain.at.Hostname(), err)
		}
		if !isRedirect(resp.StatusCode) {
			return g.read(ctx, r, chain, resp)
		}
		drain(resp)
		next, err := g.admitNext(chain, resp, r.Proxy)
		if err != nil {
			return nil, err
		}
		if err := chain.step(resp.StatusCode, next); err != nil {
			return nil, err
		}
	}
}
