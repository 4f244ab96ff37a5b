package publisher

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"sync"
	"time"

	"sluice/publisher/render"
)

// A document is one address's answer, ready in every representation, with the
// values of its headers as net/http wants them, so that a request allocates
// nothing for them. It is immutable.
type document struct {
	edition
	plain  representation
	packed []representation // those that are smaller, the one preferred first
	pieces []piece

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
	sum    func() [sha256.Size]byte // of body, made when a file of it is first written
	etag   []string
	key    string // the part of etag that is made from the bytes
	length []string
}

// newDocument makes a document of the given media type, which owns body. ends
// tell where its entries end, and old is what it is like, nil for nothing.
func newDocument(kind string, body []byte, ends []int, e edition, old *document, p *packer) *document {
	pieces := cut(body, ends)
	p.complete(body, pieces, old)
	sum := sumOf(pieces)
	// The tags of packed bytes are made from the plain ones too: another release
	// of the compressor must not cost every subscriber a download.
	tag := base64.RawURLEncoding.EncodeToString(sum[:16])
	d := &document{edition: e, plain: newRepresentation(nil, body, e.since, tag), pieces: pieces}
	for i := range codings {
		c := &codings[i]
		if packed := c.pack(p, body, pieces); len(packed) < len(body) {
			d.packed = append(d.packed, newRepresentation(c, packed, e.since, tag+"-"+c.name))
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

func newRepresentation(c *coding, body []byte, since, key string) representation {
	return representation{
		coding: c, body: body, etag: []string{`"` + since + key + `"`}, key: key, length: []string{strconv.Itoa(len(body))},
		sum: sync.OnceValue(func() [sha256.Size]byte { return sha256.Sum256(body) }),
	}
}

// contentType adds the charset, which JSON's media types don't have.
func contentType(kind string) string {
	if kind == render.TypeJSON {
		return kind
	}
	return kind + "; charset=utf-8"
}
