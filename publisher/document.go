package publisher

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"

	"sluice/publisher/render"
)

// A document is one address's answer, ready in every representation, with the
// values of its headers as net/http wants them, so that a request allocates
// nothing for them. It is immutable.
type document struct {
	modified time.Time // whole seconds; zero where no date is known
	age      time.Duration
	plain    representation
	packed   representation // gzip; body nil where it would not be smaller

	common []header // of 200 and 304
	full   []header // of 200 only
}

// A header is a canonical name and its value.
type header struct {
	name  string
	value []string
}

type representation struct {
	body   []byte
	sum    [sha256.Size]byte // of body
	etag   []string
	length []string
}

var gzipEncoding = []string{"gzip"}

// newDocument makes a document of the given media type, which owns body.
func newDocument(kind string, body []byte, modified time.Time, age time.Duration, p *packer) *document {
	sum := sha256.Sum256(body)
	// The gzip tag is made from the plain bytes too: another release of the
	// compressor must not cost every subscriber a download.
	tag := base64.RawURLEncoding.EncodeToString(sum[:16])
	d := &document{modified: modified, age: age, plain: newRepresentation(body, sum, `"`+tag+`"`)}
	if packed := p.pack(body); len(packed) < len(body) {
		d.packed = newRepresentation(packed, sha256.Sum256(packed), `"`+tag+`-gzip"`)
	}
	d.common = []header{
		{"Access-Control-Allow-Origin", []string{"*"}},
		{"Cache-Control", []string{"max-age=" + strconv.Itoa(int(age.Seconds()))}},
		{"Vary", []string{"Accept-Encoding"}},
	}
	if !modified.IsZero() {
		d.common = append(d.common, header{"Last-Modified", []string{modified.UTC().Format(http.TimeFormat)}})
	}
	d.full = []header{
		{"Content-Type", []string{contentType(kind)}},
		{"X-Content-Type-Options", []string{"nosniff"}},
	}
	if kind == render.TypeHTML {
		d.full = append(d.full, header{"Content-Security-Policy", []string{render.Policy() + "; frame-ancestors 'none'"}})
	}
	return d
}

// size returns how many bytes the document holds.
func (d *document) size() int { return len(d.plain.body) + len(d.packed.body) }

func newRepresentation(body []byte, sum [sha256.Size]byte, etag string) representation {
	return representation{body: body, sum: sum, etag: []string{etag}, length: []string{strconv.Itoa(len(body))}}
}

// contentType adds the charset, which JSON's media types don't have.
func contentType(kind string) string {
	if kind == render.TypeJSON {
		return kind
	}
	return kind + "; charset=utf-8"
}

// A packer compresses with writers that are used again: a new one costs more
// than most documents do.
type packer struct {
	writers sync.Pool
}

// pack returns body as gzip without name and date, so that equal bytes stay
// equal.
func (p *packer) pack(body []byte) []byte {
	var buf bytes.Buffer
	w, ok := p.writers.Get().(*gzip.Writer)
	if ok {
		w.Reset(&buf)
	} else {
		w = gzip.NewWriter(&buf)
	}
	// The format's "no time" (RFC 1952 section 2.3.1), which this package does
	// not make of the zero time.
	w.ModTime = time.Unix(0, 0)
	// Neither can fail: the buffer takes all.
	_, _ = w.Write(body)
	_ = w.Close()
	p.writers.Put(w)
	return bytes.Clone(buf.Bytes())
}
