package topic

import (
	"slices"

	"sluice/storage/words"
)

// A part is a node as it is compared with those beside it, which may be many.
type part struct {
	node   node
	text   string   // in canonical form
	tokens []string // of a sequence of stems; else nil
	kids   []*part  // of a conjunction or an alternative
}

// of returns the part for a node.
func (w *warner) of(n node) *part {
	p := w.known[n]
	if p != nil {
		return p
	}
	p = &part{node: n, text: printed(n)}
	w.known[n] = p
	switch n := n.(type) {
	case *sequence:
		if n.form == stemmed {
			p.tokens = tokensOf(n.text)
		}
	case *and, *or:
		for _, kid := range kids(n) {
			p.kids = append(p.kids, w.of(kid))
		}
	}
	return p
}

// implies reports whether q surely holds wherever p does, as far as that is
// plain from their words.
func (p *part) implies(q *part) bool {
	switch p.node.(type) {
	case *and:
		return p.oneImplies(q) || slices.ContainsFunc(p.kids, func(kid *part) bool { return kid.oneImplies(q) })
	case *or:
		return p.oneImplies(q) || !slices.ContainsFunc(p.kids, func(kid *part) bool { return !kid.oneImplies(q) })
	}
	return p.oneImplies(q)
}

// oneImplies is implies without a look at what p is made of.
func (p *part) oneImplies(q *part) bool {
	if p.leafImplies(q) {
		return true
	}
	_, ok := q.node.(*or)
	return ok && slices.ContainsFunc(q.kids, p.leafImplies)
}

// leafImplies is implies without a look at what the two are made of.
func (p *part) leafImplies(q *part) bool {
	if p.text == q.text {
		return true
	}
	if q.tokens == nil || len(p.tokens) < len(q.tokens) || !contains(p.tokens, q.tokens) {
		return false
	}
	long, short := p.node.(*sequence).field, q.node.(*sequence).field
	return long == short || within(long, short)
}

// within reports whether all that stands in field f stands in g too.
func within(f, g field) bool {
	for _, s := range f.segments() {
		if !slices.Contains(g.segments(), s) {
			return false
		}
	}
	return true
}

func tokensOf(text string) []string {
	var list []string
	for _, t := range words.Scan(text) {
		list = append(list, t.Text)
	}
	return list
}

// contains reports whether short stands in long, in sequence.
func contains(long, short []string) bool {
	for i := range len(long) - len(short) + 1 {
		if slices.Equal(long[i:i+len(short)], short) {
			return true
		}
	}
	return false
}
