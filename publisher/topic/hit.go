package topic

import (
	"cmp"
	"slices"

	"sluice/storage/words"
)

// A hit is a place where a key stands: the key, the segment and the position
// in it, in one number, so that sorting brings the places of a key together,
// in their order.
type hit uint64

const positionBits = 24 // more than maxText has words

func newHit(key uint32, s segment, position int) hit {
	return hit(key)<<32 | hit(s)<<positionBits | hit(position)
}

func (h hit) key() uint32      { return uint32(h >> 32) }
func (h hit) segment() segment { return segment(h >> positionBits) }
func (h hit) position() int    { return int(h & (1<<positionBits - 1)) }

// place returns the hit without its key.
func (h hit) place() hit { return h & (1<<32 - 1) }

// find returns where the plan's keys stand, sorted, and calls hold for each
// leaf that stands somewhere and for which held does not say so yet.
func (p *plan) find(parts []passage, held []bool, hold func(leaf int)) []hit {
	p.once.Do(p.prepare)
	if len(p.starts) == 0 {
		return nil
	}
	var hits []hit
	for _, part := range parts {
		at := part.at - 1
		for w := words.NewWalk(part.text); w.Next(); {
			at++
			form, plain := w.Plain()
			if !plain {
				form = p.form(w.Token())
			}
			dull, hash := p.dull.has(form)
			if dull {
				continue
			}
			keys := p.forms.keys(p, w.Token())
			if len(keys) == 0 {
				p.dull.add(hash)
			}
			for _, key := range keys {
				hits = append(hits, newHit(key, part.segment, at))
			}
		}
	}
	slices.Sort(hits)
	for _, h := range hits {
		for _, s := range p.starts[h.key()] {
			if !held[s.leaf] && p.stands(hits, s, h) {
				hold(s.leaf)
			}
		}
	}
	return hits
}

// stands reports whether the leaf stands so that its key is at h, in a segment
// that its field covers.
func (p *plan) stands(hits []hit, s start, h hit) bool {
	if !slices.Contains(p.leaves[s.leaf].field.segments(), h.segment()) || h.position() < s.offset {
		return false
	}
	first := h.position() - s.offset
	for i, key := range p.wanted[s.leaf] {
		if i == s.offset {
			continue
		}
		if _, ok := slices.BinarySearch(hits, newHit(key, h.segment(), first+i)); !ok {
			return false
		}
	}
	return true
}

// A span is a stretch of words where a sequence stands.
type span struct {
	start, end hit // places; end is behind the last word
}

func compareSpans(a, b span) int { return cmp.Compare(a.start, b.start) }

// spans returns where a leaf stands, in order.
func (p *plan) spans(hits []hit, leaf int) []span {
	wanted := p.wanted[leaf]
	s := start{leaf: leaf}
	from, _ := slices.BinarySearch(hits, newHit(wanted[0], 0, 0))
	var spans []span
	for _, h := range hits[from:] {
		if h.key() != wanted[0] {
			break
		}
		if p.stands(hits, s, h) {
			spans = append(spans, span{h.place(), h.place() + hit(len(wanted))})
		}
	}
	return spans
}
