package topic

import (
	"hash/maphash"
	"sync/atomic"
)

// dullSize is how many words a dull table holds: 256 KiB of hashes. Each has a
// choice of dullWays places side by side.
const (
	dullSize = 1 << 15
	dullWays = 4
)

// dull remembers words that no query asks for, which are nearly all words of
// nearly all items: one look at one word of memory tells, where a map follows
// pointers. It is safe for concurrent use and forgets a word when another takes
// its place. Words stand for their 64-bit hashes by a seed of this process: that
// one is taken for another is neither likely nor to be brought about.
type dull struct {
	seed  maphash.Seed
	table []atomic.Uint64
}

func newDull() dull {
	return dull{seed: maphash.MakeSeed(), table: make([]atomic.Uint64, dullSize)}
}

// has reports whether the word is remembered, and its hash for add.
func (d *dull) has(word string) (bool, uint64) {
	h := maphash.String(d.seed, word) | 1 // an empty place holds 0
	places := d.places(h)
	for i := range places {
		if places[i].Load() == h {
			return true, h
		}
	}
	return false, h
}

// add remembers the word that has the hash, in the place of the one that came
// longest ago.
func (d *dull) add(hash uint64) {
	places := d.places(hash)
	for i := range places {
		hash = places[i].Swap(hash)
	}
}

func (d *dull) places(hash uint64) []atomic.Uint64 {
	at := hash >> 1 % dullSize &^ (dullWays - 1)
	return d.table[at : at+dullWays]
}
