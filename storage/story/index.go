package story

import (
	"encoding/binary"
	"slices"

	"sluice/storage"
)

// MaxCandidates bounds how many stories under one key count as candidates of
// an item, those nearest to it in time: a key that more of them share is that
// of a phrase that a site puts under every item.
const MaxCandidates = 16

// PageShares is how many hashes of a sketch one in common of the pages counts
// for: it is enough by itself.
const PageShares = sketchShared

// LeastShared is how many hashes two items share at least that are Alike.
const LeastShared = sketchShared - 1

// What a sketch holds, and how much of it copies share. The beginning is
// sampled densely, since copies are cut at the end, and so that a few words
// more before it change little.
const (
	sketchLead   = 32 // shingles
	sketchRun    = 5  // shingles of which the smallest is taken
	sketchWhole  = 6  // the smallest of the whole text
	sketchShared = 3  // hashes that the sketches of copies share
	sketchSmall  = 8  // hashes up to which a sketch is that of a notice, which shares one less
	pageWords    = 2  // of the title
)

// Alike reports whether two items whose sketches have a and b hashes and share
// so many of them may be tellings of one story, so that it is worth comparing
// their prints.
func Alike(shared, a, b int) bool {
	return shared >= sketchShared || shared == sketchShared-1 && min(a, b) <= sketchSmall
}

// sketch returns a few hashes by which a text is found in an index: the
// smallest of each run of shingles in its beginning, and the smallest of all.
// Texts that have a part in common have some of these in common: a text that is
// cut from another one those that fall into it.
func sketch(shingles []uint32) []uint32 {
	if len(shingles) == 0 {
		return nil
	}
	hashes := make([]uint32, 0, sketchLead/2+sketchWhole)
	lead := shingles[:min(len(shingles), sketchLead)]
	for i := 0; i == 0 || i+sketchRun <= len(lead); i++ {
		least := slices.Min(lead[i:min(i+sketchRun, len(lead))])
		if n := len(hashes); n == 0 || hashes[n-1] != least {
			hashes = append(hashes, least)
		}
	}
	hashes = append(hashes, least(shingles, sketchWhole)...)
	slices.Sort(hashes)
	return slices.Compact(hashes)
}

// least returns the n smallest distinct hashes, sorted.
func least(hashes []uint32, n int) []uint32 {
	low := make([]uint32, 0, n+1)
	for _, h := range hashes {
		if len(low) == n && h >= low[n-1] {
			continue
		}
		if i, found := slices.BinarySearch(low, h); !found {
			low = slices.Insert(low, i, h)
			low = low[:min(n, len(low))]
		}
	}
	return low
}

// pageKeys returns the keys by which items find each other whose links differ
// in a few parameters only, and their titles in hardly a word: the page with
// words of the title. One that is shared is enough.
func pageKeys(page storage.Key, title []uint32) []uint32 {
	if page.IsZero() {
		return nil
	}
	keys := make([]uint32, 0, pageWords)
	for _, word := range title[:min(len(title), pageWords)] {
		keys = append(keys, joined([]uint32{binary.BigEndian.Uint32(page[:]), word}))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Comparable reports whether two items are candidates for one story by their
// links or by what an index of their sketches finds, or are at least told under
// titles that are much alike.
func Comparable(a, b *storage.Print) bool {
	return !a.URL.IsZero() && a.URL == b.URL || common(a.Pages, b.Pages) > 0 ||
		Alike(common(a.Sketch, b.Sketch), len(a.Sketch), len(b.Sketch)) ||
		min(len(a.Title), len(b.Title)) >= closeWords && overlap(a.Title, b.Title) >= closeTitle
}
