package bolt

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"

	"sluice/storage"
)

// A segment is a part of the index of content: entries, which are first
// tellings, in the order of their dates, and postings, which lead from a hash
// of a sketch to an entry, in the order of the hashes. It is written once and
// read where it lies:
//
//	version, entries, postings   4 bytes each
//	postings                     hash 4, entry 4
//	entries                      item 16, published 8, added 8, size of the sketch 1
//
// All numbers are little-endian.
type segment struct {
	data              []byte
	entries, postings int
}

const (
	segmentVersion = 1
	segmentHead    = 12
	postingSize    = 8
	entrySize      = 33
)

// A segmentEntry is a first telling in the index.
type segmentEntry struct {
	item             storage.ID
	published, added int64 // microseconds since 1970
	sketch           uint8 // hashes
}

// A run is a segment that is being made. A posting is a hash before the index
// of an entry.
type run struct {
	entries  []segmentEntry
	postings []uint64
}

func openSegment(data []byte) (segment, error) {
	s := segment{data: data}
	if len(data) < segmentHead || binary.LittleEndian.Uint32(data) != segmentVersion {
		return s, fmt.Errorf("%w: a part of the index of content can't be read", storage.ErrDamaged)
	}
	s.entries, s.postings = int(binary.LittleEndian.Uint32(data[4:])), int(binary.LittleEndian.Uint32(data[8:]))
	if len(data) != segmentHead+s.postings*postingSize+s.entries*entrySize {
		return s, fmt.Errorf("%w: a part of the index of content has the wrong length", storage.ErrDamaged)
	}
	return s, nil
}

// posting returns a posting as it stands in a run.
func (s *segment) posting(i int) uint64 {
	b := s.data[segmentHead+i*postingSize:]
	return uint64(binary.LittleEndian.Uint32(b))<<32 | uint64(binary.LittleEndian.Uint32(b[4:]))
}

func (s *segment) hash(i int) uint32 {
	return binary.LittleEndian.Uint32(s.data[segmentHead+i*postingSize:])
}

func (s *segment) entry(i int) segmentEntry {
	b := s.data[segmentHead+s.postings*postingSize+i*entrySize:]
	return segmentEntry{
		item: storage.ID(b[:16]), published: int64(binary.LittleEndian.Uint64(b[16:])),
		added: int64(binary.LittleEndian.Uint64(b[24:])), sketch: b[32],
	}
}

// published returns the date of the entry of a posting.
func (s *segment) published(posting int) int64 {
	i := int(uint32(s.posting(posting)))
	b := s.data[segmentHead+s.postings*postingSize+i*entrySize:]
	return int64(binary.LittleEndian.Uint64(b[16:]))
}

// find returns the first posting whose hash is not below hash. Hashes are
// spread evenly, so it is near the place that this says.
func (s *segment) find(hash uint32) int {
	guess := int(uint64(hash) * uint64(s.postings) >> 32)
	low, high := guess, guess
	for step := 8; low > 0 && s.hash(low-1) >= hash; step *= 2 {
		high = low
		low = max(0, low-step)
	}
	for step := 8; high < s.postings && s.hash(high) < hash; step *= 2 {
		low = high
		high = min(s.postings, high+step)
	}
	return low + sort.Search(high-low, func(i int) bool { return s.hash(low+i) >= hash })
}

// near calls f with the entries under a hash that were published within window
// microseconds of at: with limit of them at most, the nearest ones.
func (s *segment) near(hash uint32, at, window int64, limit int, f func(entry int)) {
	low := s.find(hash)
	if low == s.postings || s.hash(low) != hash {
		return
	}
	high := s.postings
	if hash < ^uint32(0) {
		high = low + 1
		if high < s.postings && s.hash(high) == hash {
			high = s.find(hash + 1)
		}
	}
	middle := low + sort.Search(high-low, func(i int) bool { return s.published(low+i) >= at })
	before, after := middle-1, middle
	for range limit {
		left, right := int64(-1), int64(-1)
		if before >= low {
			left = at - s.published(before)
		}
		if after < high {
			right = s.published(after) - at
		}
		switch {
		case left >= 0 && left <= window && (right < 0 || left <= right):
			f(int(uint32(s.posting(before))))
			before--
		case right >= 0 && right <= window:
			f(int(uint32(s.posting(after))))
			after++
		default:
			return
		}
	}
}

// run returns what the segment holds that was added since.
func (s *segment) run(since int64) *run {
	r := &run{postings: make([]uint64, 0, s.postings)}
	moved := make([]int32, s.entries)
	for i := range moved {
		moved[i] = -1
		if e := s.entry(i); e.added >= since {
			moved[i] = int32(len(r.entries))
			r.entries = append(r.entries, e)
		}
	}
	for i := range s.postings {
		if p := s.posting(i); moved[uint32(p)] >= 0 {
			r.postings = append(r.postings, p>>32<<32|uint64(moved[uint32(p)]))
		}
	}
	return r
}

// newRun makes a run of arrivals. It sorts them.
func newRun(list []*arrival, added int64) *run {
	slices.SortFunc(list, func(a, b *arrival) int {
		return cmp.Or(cmp.Compare(a.published, b.published), slices.Compare(a.id[:], b.id[:]))
	})
	postings := 0
	for _, a := range list {
		postings += len(a.sketch) + len(a.pages)
	}
	r := &run{entries: make([]segmentEntry, 0, len(list)), postings: make([]uint64, 0, postings)}
	for i, a := range list {
		r.entries = append(r.entries, segmentEntry{item: a.id, published: a.published, added: added, sketch: uint8(len(a.sketch))})
		for _, keys := range [...][]uint32{a.sketch, a.pages} {
			for _, k := range keys {
				r.postings = append(r.postings, uint64(k)<<32|uint64(i))
			}
		}
	}
	slices.Sort(r.postings)
	return r
}

// mergeRuns makes one run of two.
func mergeRuns(a, b *run) *run {
	out := &run{entries: make([]segmentEntry, 0, len(a.entries)+len(b.entries)), postings: make([]uint64, 0, len(a.postings)+len(b.postings))}
	moveA, moveB := make([]uint64, len(a.entries)), make([]uint64, len(b.entries))
	for i, j := 0, 0; i < len(a.entries) || j < len(b.entries); {
		n := uint64(len(out.entries))
		if j == len(b.entries) || i < len(a.entries) && a.entries[i].published <= b.entries[j].published {
			moveA[i] = n
			out.entries = append(out.entries, a.entries[i])
			i++
		} else {
			moveB[j] = n
			out.entries = append(out.entries, b.entries[j])
			j++
		}
	}
	for i, j := 0, 0; i < len(a.postings) || j < len(b.postings); {
		x, y := ^uint64(0), ^uint64(0)
		if i < len(a.postings) {
			x = a.postings[i]>>32<<32 | moveA[uint32(a.postings[i])]
		}
		if j < len(b.postings) {
			y = b.postings[j]>>32<<32 | moveB[uint32(b.postings[j])]
		}
		out.postings = append(out.postings, min(x, y))
		if x < y {
			i++
		} else {
			j++
		}
	}
	return out
}

// encode returns the bytes of the segment.
func (r *run) encode() []byte {
	b := make([]byte, 0, segmentHead+len(r.postings)*postingSize+len(r.entries)*entrySize)
	for _, n := range [...]int{segmentVersion, len(r.entries), len(r.postings)} {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
	}
	for _, p := range r.postings {
		b = binary.LittleEndian.AppendUint32(b, uint32(p>>32))
		b = binary.LittleEndian.AppendUint32(b, uint32(p))
	}
	for _, e := range r.entries {
		b = append(b, e.item[:]...)
		b = binary.LittleEndian.AppendUint64(b, uint64(e.published))
		b = binary.LittleEndian.AppendUint64(b, uint64(e.added))
		b = append(b, e.sketch)
	}
	return b
}
