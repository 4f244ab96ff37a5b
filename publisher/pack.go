package publisher

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

// A coding is a content coding that documents are kept in.
type coding struct {
	index  int
	name   string
	any    bool     // fit for a client that says that it takes whatever there is
	header []string // of Content-Encoding
	suffix string   // of static files
	pack   func(*packer, []byte, []piece) []byte
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

// A packer compresses with writers and room that are used again: new ones cost
// more than most documents do.
type packer struct {
	deflaters sync.Pool // of *deflater
	rooms     sync.Pool // of *[]byte
	encoder   func() *zstd.Encoder
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

// zstd returns body as one frame with a checksum: not every reader goes on
// behind the first.
func (p *packer) zstd(body []byte, _ []piece) []byte {
	room, ok := p.rooms.Get().(*[]byte)
	if !ok {
		room = new([]byte)
	}
	*room = p.encoder().EncodeAll(body, (*room)[:0])
	packed := bytes.Clone(*room)
	p.rooms.Put(room)
	return packed
}

// A deflater packs pieces.
type deflater struct {
	w   *flate.Writer
	out bytes.Buffer
}

// packLevel is how hard pieces are packed. What higher levels spare is less
// than what they cost.
const packLevel = 6

// deflate returns a piece as part of a stream (RFC 1951): ended at a byte, so
// that another may follow, and looking at nothing before it.
func (p *packer) deflate(plain []byte) []byte {
	d, ok := p.deflaters.Get().(*deflater)
	if !ok {
		d = mustDeflater()
	}
	d.out.Reset()
	d.w.Reset(&d.out)
	// Neither can fail: the buffer takes all.
	_, _ = d.w.Write(plain)
	_ = d.w.Flush()
	packed := bytes.Clone(d.out.Bytes())
	p.deflaters.Put(d)
	return packed
}

func mustDeflater() *deflater {
	w, err := flate.NewWriter(nil, packLevel)
	if err != nil {
		panic("publisher: " + err.Error())
	}
	return &deflater{w: w}
}

// gzip returns the document of these pieces as one member (RFC 1952) without
// name and date, so that equal bytes stay equal. The pieces then stand in it.
func (p *packer) gzip(body []byte, pieces []piece) []byte {
	const (
		head = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
		end  = "\x03\x00" // an empty last block
		sums = 8
	)
	size := len(head) + len(end) + sums
	for i := range pieces {
		size += len(pieces[i].packed)
	}
	out := append(make([]byte, 0, size), head...)
	for i := range pieces {
		from := len(out)
		out = append(out, pieces[i].packed...)
		pieces[i].packed = out[from:len(out):len(out)] // held once
	}
	out = append(out, end...)
	out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
	return binary.LittleEndian.AppendUint32(out, uint32(len(body)))
}
