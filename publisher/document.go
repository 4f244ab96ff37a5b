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
	"github.com/klauspost/compress/zstd"

	"sluice/publisher/render"
)

// A document is one address's answer, ready in every representation, with the
// values of its headers as net/http wants them, so that a request allocates
// nothing for them. It is immutable.
type document struct {
	edition
	plain  representation
	packed []representation // those that are smaller, the one preferred first

	common []header // of 200 and 304
	full   []header // of 200 only
}

// An edition is what a document's headers say beside its bytes.
type edition struct {
	modified time.Time // whole seconds; zero where no date is known
	age      time.Duration

	// since begins the entity tags of a head. It says as of when the head is, so
	// that from a tag alone can be told what came later: see base. Empty where
	// nobody asks that.
	since string
}

// A header is a canonical name and its value.
type header struct {
	name  string
	value []string
}

type representation struct {
	coding *coding // nil for the plain bytes
	body   []byte
	sum    [sha256.Size]byte // of body
	etag   []string
	key    string // the part of etag that is made from the bytes
	length []string
}

// A coding is a content coding that documents are kept in.
type coding struct {
	index  int
	name   string
	any    bool     // fit for a client that says that it takes whatever there is
	header []string // of Content-Encoding
	suffix string   // of static files
	pack   func(*packer, []byte) []byte
}

// codings are tried in this order where a client wants several equally.
var codings = []coding{
	{codingZstd, "zstd", false, []string{"zstd"}, ".zst", (*packer).zstd}, // RFC 8878
	{codingGzip, "gzip", true, []string{"gzip"}, ".gz", (*packer).gzip},
}

const (
	codingZstd = iota
	codingGzip
)

// newDocument makes a document of the given media type, which owns body.
func newDocument(kind string, body []byte, e edition, p *packer) *document {
	sum := sha256.Sum256(body)
	// The tags of packed bytes are made from the plain ones too: another release
	// of the compressor must not cost every subscriber a download.
	tag := base64.RawURLEncoding.EncodeToString(sum[:16])
	d := &document{edition: e, plain: newRepresentation(nil, body, sum, e.since, tag)}
	for i := range codings {
		c := &codings[i]
		if packed := c.pack(p, body); len(packed) < len(body) {
			d.packed = append(d.packed, newRepresentation(c, packed, sha256.Sum256(packed), e.since, tag+"-"+c.name))
		}
	}
	d.common = []header{
		{"Access-Control-Allow-Origin", []string{"*"}},
		{"Cache-Control", []string{"max-age=" + strconv.Itoa(int(e.age.Seconds()))}},
		{"Vary", []string{"Accept-Encoding"}},
	}
	if e.since != "" {
		d.common[2].value = []string{"Accept-Encoding, A-IM"}
	}
	if !e.modified.IsZero() {
		d.common = append(d.common, header{"Last-Modified", []string{e.modified.UTC().Format(http.TimeFormat)}})
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
func (d *document) size() int {
	n := len(d.plain.body)
	for i := range d.packed {
		n += len(d.packed[i].body)
	}
	return n
}

func newRepresentation(c *coding, body []byte, sum [sha256.Size]byte, since, key string) representation {
	return representation{coding: c, body: body, sum: sum, etag: []string{`"` + since + key + `"`}, key: key, length: []string{strconv.Itoa(len(body))}}
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
	writers sync.Pool // of *gzip.Writer
	encoder func() *zstd.Encoder
}

// zstdWindow bounds what a reader must hold to unpack.
const zstdWindow = 1 << 20

func newPacker() packer { return packer{encoder: sync.OnceValue(mustEncoder)} }

func mustEncoder() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithWindowSize(zstdWindow))
	if err != nil {
		panic("publisher: " + err.Error())
	}
	return e
}

// zstd returns body as one frame with a checksum.
func (p *packer) zstd(body []byte) []byte {
	return bytes.Clone(p.encoder().EncodeAll(body, nil))
}

// gzip returns body as gzip without name and date, so that equal bytes stay
// equal.
func (p *packer) gzip(body []byte) []byte {
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
