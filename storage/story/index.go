package story

import (
	"encoding/binary"
	"slices"

	"sluice/storage"
)

// MaxCandidates is how many stories under one key are compared with an item,
// the earliest within the window first: a key that more of them share is that
// of a phrase that a site puts under every item.
const MaxCandidates = 16

// Keys returns what a story is found by: an index holds each story under the
// keys of its first telling, at most 24, since all others must agree with
// that one.
//
// They are the smallest shingles of ever longer beginnings of the text and of
// the whole, so that a text that was cut has some of them still, and the link
// without parameters that may only tell where a reader came from.
func Keys(p *storage.Print) []uint32 {
	var keys []uint32
	for _, n := range [...]int{12, 32, 96} {
		lead := set(slices.Clone(p.Lead[:min(n, len(p.Lead))]), 4)
		keys = append(keys, lead...)
	}
	keys = append(keys, p.Shingles[:min(6, len(p.Shingles))]...)
	keys = append(keys, pageKeys(p)...)
	return set(keys, len(keys))
}

// Lookups returns the keys under which the story that an item tells is
// sought, at most 134: more than a story stands under, since reading costs
// less than writing.
func Lookups(p *storage.Print) []uint32 {
	keys := slices.Clone(p.Lead[:min(96, len(p.Lead))])
	keys = append(keys, p.Shingles[:min(32, len(p.Shingles))]...)
	keys = append(keys, pageKeys(p)...)
	return set(keys, len(keys))
}

// pageKeys returns the keys by which links that differ in a few parameters
// find each other: the page alone, and the page with each parameter.
func pageKeys(p *storage.Print) []uint32 {
	if p.Page.IsZero() {
		return nil
	}
	page := binary.BigEndian.Uint32(p.Page[:])
	keys := []uint32{page}
	for _, param := range p.Query[:min(4, len(p.Query))] {
		keys = append(keys, joined([]uint32{page, param}))
	}
	return keys
}
