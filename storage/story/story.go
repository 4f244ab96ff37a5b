// Package story judges items: what one is known by within its feed, whether
// two tell the same story, and which telling of a story is shown. It is pure:
// no store, no clock, no network; the same items always get the same verdict.
//
// A false verdict of sameness hides news and can't be seen by a reader; a
// missed one is a repeat that can. Where it is unsure, this package says that
// two items differ.
package story

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"io"
)

// Hash returns the first 128 bits of the SHA-256 of the parts, each preceded
// by its length, so that no two lists of parts run together. All ids and keys
// of items, stories and topics are made by it.
func Hash(parts ...string) [16]byte {
	h := sha256.New()
	for _, p := range parts {
		writePart(h, p)
	}
	return sum(h)
}

func writePart(h hash.Hash, part string) {
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(part)))
	h.Write(length[:])
	io.WriteString(h, part)
}

func sum(h hash.Hash) [16]byte {
	var out [sha256.Size]byte
	return [16]byte(h.Sum(out[:0])[:16])
}
