package topic

import (
	"cmp"
	"slices"

	"sluice/storage"
)

// A Verdict says how clearly a query takes or leaves an item.
type Verdict int

// The verdicts.
const (
	Out       Verdict = iota
	BarelyOut         // one clause less, and it would be in
	BarelyIn          // for one word in one place of its text
	In
)

// String returns the verdict in words.
func (v Verdict) String() string {
	return [...]string{"out", "barely out", "barely in", "in"}[v]
}

// Judge is Match, and says too whether that was close.
func (q *Query) Judge(item *storage.Item, tags []string) Verdict {
	s := newScene(q.matcher, item, tags)
	root := &q.matcher.queries[0]
	if s.holds(root) {
		if s.slight() {
			return BarelyIn
		}
		return In
	}
	if m := s.lack(root, true); m.cost == 1 && m.support > 0 {
		return BarelyOut
	}
	return Out
}

// slight reports whether all that was found of the query is one word in one
// place outside of the title.
func (s *scene) slight() bool {
	if len(s.found) != 1 || s.m.words[s.found[0]] == nil {
		return false
	}
	spans := s.plan.spans(s.hits, s.found[0])
	return len(spans) == 1 && spans[0].start.segment() != title
}

// A lack is how many leaves must turn for a clause to hold, and how many of
// those that it takes hold already.
type lack struct{ cost, support int }

func compareLack(a, b lack) int {
	return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(b.support, a.support))
}

// lack returns what is missing for a clause to hold just if want.
func (s *scene) lack(c *clause, want bool) lack {
	need := 1
	switch c.op {
	case opNot:
		return s.lack(&c.kids[0], !want)
	case opAnd:
		need = len(c.kids)
	case opAtLeast:
		need = c.n
	case opOr:
	default:
		switch {
		case s.holds(c) != want:
			return lack{1, 0}
		case want && c.op != opTrue:
			return lack{0, 1}
		}
		return lack{0, 0}
	}
	if !want {
		need = len(c.kids) - need + 1 // so many must fail
	}
	all := make([]lack, len(c.kids))
	for i := range c.kids {
		all[i] = s.lack(&c.kids[i], want)
	}
	slices.SortFunc(all, compareLack)
	var sum lack
	for _, l := range all[:need] {
		sum.cost += l.cost
		sum.support += l.support
	}
	return sum
}
