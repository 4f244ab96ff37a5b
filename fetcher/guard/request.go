package guard

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/textproto"
	"time"

	"golang.org/x/net/http/httpguts"

	"sluice/config"
)

// accept names feeds first, then what feeds are mistakenly served as.
const accept = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, " +
	"application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5"

// A Request asks for one document.
type Request struct {
	URL string

	// Validators of an earlier answer, sent byte for byte. One that can't
	// stand in a header is left out.
	ETag, LastModified string

	Accept    string // empty: feeds preferred
	UserAgent string // empty: the guard's own

	// Headers and BasicAuth are sent to the host of URL only: not to another
	// one that a redirect leads to, not after it, and never over http where
	// URL is https.
	Headers   map[string]string
	BasicAuth *config.BasicAuth

	Timeout time.Duration // redirects and body included; 0: fetch.timeout
	MaxBody int64         // bytes after decompression; 0: fetch.max_body
	Proxy   string        // address of the proxy to go through; empty: fetch.proxy

	// Grow, where set, is called before the body takes more memory, with its
	// new size in bytes, and may wait or refuse.
	Grow func(ctx context.Context, size int64) error
}

// request builds the request for the chain's present address.
func (g *Guard) request(ctx context.Context, r Request, c *chain) *http.Request {
	header := make(http.Header, 8)
	host := ""
	if c.trusted {
		host = addHeaders(header, r)
	}
	setDefault(header, "Accept", r.Accept, accept)
	if r.UserAgent != "" || header["User-Agent"] == nil {
		setDefault(header, "User-Agent", r.UserAgent, g.userAgent)
	}
	header["Accept-Encoding"] = []string{acceptEncoding}
	if r.ETag != "" && httpguts.ValidHeaderFieldValue(r.ETag) {
		header["If-None-Match"] = []string{r.ETag}
	}
	if r.LastModified != "" && httpguts.ValidHeaderFieldValue(r.LastModified) {
		header["If-Modified-Since"] = []string{r.LastModified}
	}
	req := &http.Request{
		Method: http.MethodGet, URL: c.at, Host: c.at.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if host != "" {
		req.Host = host
	}
	return req.WithContext(ctx)
}

// addHeaders adds the admin's own headers and returns the Host among them.
func addHeaders(header http.Header, r Request) (host string) {
	for name, value := range r.Headers {
		name = textproto.CanonicalMIMEHeaderKey(name)
		if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			continue
		}
		switch name {
		case "Host":
			host = value
		case "Connection", "Content-Length", "Transfer-Encoding", "Te", "Trailer", "Upgrade",
			"If-None-Match", "If-Modified-Since", "If-Range", "Range":
			// the connection's and ours to say
		default:
			header[name] = []string{value}
		}
	}
	if b := r.BasicAuth; b != nil {
		header["Authorization"] = []string{"Basic " + base64.StdEncoding.EncodeToString([]byte(b.Username+":"+b.Password))}
	}
	return host
}

// setDefault sets a header to value, or to fallback where it is not set yet.
func setDefault(header http.Header, name, value, fallback string) {
	if value != "" && httpguts.ValidHeaderFieldValue(value) {
		header[name] = []string{value}
	} else if header[name] == nil {
		header[name] = []string{fallback}
	}
}
