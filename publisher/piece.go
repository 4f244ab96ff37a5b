package publisher

import (
	"bytes"
	"crypto/sha256"
	"hash/crc32"
)

// A piece is a run of a document's bytes that is summed and packed by itself,
// so that the topic's next document takes over those that are the same. Where
// pieces end is told by the bytes of entries alone: one that comes or goes moves
// no end behind it, and whoever makes the document finds the same pieces.
type piece struct {
	from, to int // in the plain bytes
	crc      uint32
	sum      [sha256.Size]byte
	packed   []byte // by deflate; part of the document's gzip bytes
}

// A piece ends with the first entry behind leastPiece bytes whose sum has none
// of pieceBits, or behind mostPiece bytes. Smaller ones pack worse, since each
// begins without knowing those before: at these, documents of real feeds are 3 %
// larger than in one piece.
const (
	leastPiece = 32 << 10
	mostPiece  = 128 << 10
	pieceBits  = 3
)

// cut parts a document; ends tell where its entries end.
func cut(body []byte, ends []int) []piece {
	var pieces []piece
	begin := 0 // of the piece
	part := func(end int) {
		pieces = append(pieces, piece{from: begin, to: end, crc: crc32.ChecksumIEEE(body[begin:end])})
		begin = end
	}
	for i, end := range ends {
		size := end - begin
		if size < leastPiece || i == 0 {
			continue
		}
		if size >= mostPiece || crc32.ChecksumIEEE(body[ends[i-1]:end])&pieceBits == 0 {
			part(end)
		}
	}
	if begin < len(body) || begin == 0 {
		part(len(body))
	}
	return pieces
}

// complete sums and packs the pieces but those that stand in old, which it takes
// over.
func (p *packer) complete(body []byte, pieces []piece, old *document) {
	type key struct {
		crc  uint32
		size int
	}
	known := map[key]*piece{}
	if old != nil {
		for i := range old.pieces {
			k := &old.pieces[i]
			known[key{k.crc, k.to - k.from}] = k
		}
	}
	for i := range pieces {
		fresh := &pieces[i]
		plain := body[fresh.from:fresh.to]
		k := known[key{fresh.crc, len(plain)}]
		if k != nil && bytes.Equal(plain, old.plain.body[k.from:k.to]) {
			fresh.sum, fresh.packed = k.sum, k.packed
			continue
		}
		fresh.sum, fresh.packed = sha256.Sum256(plain), p.deflate(plain)
	}
}

// sumOf returns the sum that stands for a document of these pieces.
func sumOf(pieces []piece) [sha256.Size]byte {
	h := sha256.New()
	for i := range pieces {
		h.Write(pieces[i].sum[:])
	}
	return [sha256.Size]byte(h.Sum(nil))
}
