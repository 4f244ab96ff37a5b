package guard

import (
	"bufio"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	acceptEncoding = "gzip, deflate, zstd"

	firstBuffer = 32 << 10 // bytes, where the body's size is not known
	maxFirst    = 1 << 20  // most that is believed of a Content-Length at once
	maxWindow   = 8 << 20  // zstd window, the most that RFC 9659 lets a server use
)

// A Response is an answer read to its end.
type Response struct {
	Status int
	URL    string // the address that answered, after redirects
	Moved  string // where permanent redirects led, followed from the start; empty where there were none

	// Body is the decompressed body of a 2xx answer; nil else.
	Body []byte

	// Incomplete says why Body is only the beginning of what was meant; nil
	// when it is whole.
	Incomplete error

	ContentType string
	RetryAfter  string // the header, see schedule.RetryAfter

	// Validators, byte for byte as received.
	ETag, LastModified string
}

// read makes a Response of the last answer of a chain.
func (g *Guard) read(ctx context.Context, r Request, c *chain, resp *http.Response) (*Response, error) {
	out := &Response{
		Status: resp.StatusCode, URL: c.at.String(), Moved: c.moved,
		ContentType:  resp.Header.Get("Content-Type"),
		RetryAfter:   resp.Header.Get("Retry-After"),
		ETag:         resp.Header.Get("Etag"),
		LastModified: resp.Header.Get("Last-Modified"),
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		drain(resp)
		return out, nil
	}
	defer resp.Body.Close()
	limit := r.MaxBody
	if limit <= 0 {
		limit = g.cfg.MaxBody
	}
	b := body{ctx: ctx, host: c.at.Hostname(), limit: limit, grow: r.Grow}
	var err error
	out.Body, out.Incomplete, err = g.decoders.read(&b, resp)
	if e, ok := err.(*Error); ok {
		e.Status = resp.StatusCode
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// drain reads a little of a body that nobody wants, so that its connection can
// serve again.
func drain(resp *http.Response) {
	if resp.StatusCode != http.StatusNotModified {
		_, _ = io.CopyN(io.Discard, resp.Body, drainLimit)
	}
	_ = resp.Body.Close()
}

// A body is one body being read.
type body struct {
	ctx   context.Context
	host  string
	limit int64 // bytes after decompression; 0: none
	grow  func(context.Context, int64) error

	refused error // what grow said
}

// decoders keeps decompressors for the next body: they are large.
type decoders struct {
	gzip, zstd sync.Pool
}

// read reads and decodes a body. incomplete is set where it ended early.
func (d *decoders) read(b *body, resp *http.Response) (data []byte, incomplete, err error) {
	raw := io.Reader(resp.Body)
	size := resp.ContentLength
	coding := strings.ToLower(strings.TrimSpace(strings.Join(resp.Header["Content-Encoding"], ",")))
	if coding != "" && coding != "identity" {
		size *= 4
		if b.limit > 0 {
			// A stream of empty members would feed us for ever.
			raw = &capped{r: raw, left: b.limit + maxFirst}
		}
	} else if b.limit > 0 && size > b.limit {
		return nil, nil, b.tooLarge()
	}
	decoded, done, err := d.open(coding, raw)
	defer done()
	if err == nil {
		data, err = b.readAll(decoded, size)
	}
	switch {
	case err == nil:
		return data, nil, nil
	case b.refused != nil && b.ctx.Err() == nil:
		return nil, nil, b.refused
	}
	e := b.explain(coding, err)
	if e.Kind != Incomplete {
		return nil, nil, e
	}
	return data, e, nil
}

// open returns a reader of the decoded body and what gives its decoder back.
func (d *decoders) open(coding string, raw io.Reader) (io.Reader, func(), error) {
	nothing := func() {}
	switch coding {
	case "", "identity":
		return raw, nothing, nil
	case "gzip", "x-gzip":
		z, ok := d.gzip.Get().(*gzip.Reader)
		if !ok {
			z = new(gzip.Reader)
		}
		return z, func() { d.gzip.Put(z) }, z.Reset(bufio.NewReader(raw))
	case "zstd":
		z, ok := d.zstd.Get().(*zstd.Decoder)
		if !ok {
			var err error
			z, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
			if err != nil {
				return nil, nothing, err
			}
		}
		return z, func() { _ = z.Reset(nil); d.zstd.Put(z) }, z.Reset(raw)
	case "deflate":
		return openDeflate(raw)
	}
	return nil, nothing, errCoding
}

// openDeflate reads the zlib format, which RFC 9110 section 8.4.1.2 means by
// "deflate", and the bare one, which some servers send.
func openDeflate(raw io.Reader) (io.Reader, func(), error) {
	nothing := func() {}
	in := bufio.NewReader(raw)
	head, err := in.Peek(2)
	if err != nil {
		return nil, nothing, err
	}
	if head[0]&0x0f == 8 && (int(head[0])<<8+int(head[1]))%31 == 0 {
		z, err := zlib.NewReader(in)
		return z, nothing, err
	}
	return flate.NewReader(in), nothing, nil
}

// readAll reads to the end, growing by doubling. It returns what it has on an
// error too.
func (b *body) readAll(r io.Reader, size int64) ([]byte, error) {
	first := int64(firstBuffer)
	if size > 0 {
		first = min(size+1, maxFirst) // one more, to see the end without growing
	}
	if err := b.reserve(first); err != nil {
		return nil, err
	}
	data := make([]byte, 0, first)
	for {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if b.limit > 0 && int64(len(data)) > b.limit {
			return nil, b.tooLarge()
		}
		if err == io.EOF {
			return data, nil
		}
		if err != nil {
			return data, err
		}
		if len(data) == cap(data) {
			if err := b.reserve(2 * int64(cap(data))); err != nil {
				return nil, err
			}
			data = append(make([]byte, 0, 2*cap(data)), data...)
		}
	}
}

func (b *body) reserve(size int64) error {
	if b.grow == nil {
		return nil
	}
	b.refused = b.grow(b.ctx, size)
	return b.refused
}

func (b *body) tooLarge() *Error {
	return &Error{Kind: TooLarge, Host: b.host, text: fmt.Sprintf("{host} sends more than %s; raise max_body if you mean it", size(b.limit))}
}

// explain sorts out why a body could not be read.
func (b *body) explain(coding string, err error) *Error {
	var own *Error
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, errCapped):
		return b.tooLarge()
	case errors.Is(err, errCoding):
		return &Error{Kind: Encoding, Host: b.host, text: fmt.Sprintf("{host} packs its answer as %.40q, which was not asked for", coding)}
	case b.ctx.Err() != nil:
		return &Error{Kind: Timeout, Host: b.host, text: "{host} did not answer in time", cause: err}
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		return &Error{Kind: Encoding, Host: b.host, text: "{host} packs its answer with a window that is too large", cause: err}
	}
	return &Error{Kind: Incomplete, Host: b.host, text: "the answer of {host} ended early or is damaged", cause: err}
}

// size writes a number of bytes as the config does.
func size(n int64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}

var (
	errCapped = errors.New("more compressed bytes than allowed")
	errCoding = errors.New("unknown content coding")
)

// capped is io.LimitedReader with an error of its own.
type capped struct {
	r    io.Reader
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errCapped
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}
