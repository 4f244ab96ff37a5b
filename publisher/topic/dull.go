package topic

import (
	"hash/maphash"
	"sync/atomic"
)

// dullSize is how many words a dull table holds: 256 KiB of hashes.
const dullSize = 1 << 15

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
	return d.table[h>>1%dullSize].Load() == h, h
}

func (d *dull) add(hash uint64) { d.table[hash>>1%dullSize].Store(hash) }
