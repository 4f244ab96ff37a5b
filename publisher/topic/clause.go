package topic

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// A matcherCompiler makes clauses of nodes, and gives each different leaf one
// number.
type matcherCompiler struct {
	m         *matcher
	sequences map[sequence]int
	sources   map[string]int // of regular expressions
}

func (c *matcherCompiler) compile(n node) clause {
	switch n := n.(type) {
	case *everything:
		return clause{op: opTrue}
	case *sequence:
		key := *n
		key.pos = 0
		return clause{n: number(c.sequences, key, &c.m.leaves)}
	case *name:
		return c.name(n)
	case *pattern:
		return c.pattern(n)
	case *length:
		if n.more {
			return clause{op: opMore, n: n.n}
		}
		return clause{op: opLess, n: n.n}
	case *age:
		if n.more {
			return clause{op: opOlder, age: n.d}
		}
		return clause{op: opYounger, age: n.d}
	}
	var out clause
	switch n := n.(type) {
	case *not:
		out.op = opNot
	case *and:
		out.op = opAnd
	case *or:
		out.op = opOr
	case *atLeast:
		out.op, out.n = opAtLeast, n.n
	case *near:
		out.op, out.n = opNear, n.n
	}
	for _, kid := range kids(n) {
		out.kids = append(out.kids, c.compile(kid))
	}
	return out
}

func (c *matcherCompiler) name(n *name) clause {
	switch n.field {
	case inLink:
		return clause{op: opLink, text: n.value}
	case ofTopic:
		query, ok := c.m.topics[n.value]
		if !ok {
			query = -1
		}
		return clause{op: opTopic, n: query, text: n.value}
	}
	return clause{n: number(c.m.names, name{field: n.field, value: n.value}, &c.m.leaves)}
}

func (c *matcherCompiler) pattern(n *pattern) clause {
	next := len(c.m.regexps)
	i := number(c.sources, n.source, &next)
	if i == len(c.m.regexps) {
		c.m.regexps = append(c.m.regexps, newExpression(n.source))
	}
	return clause{op: opRegexp, n: i, field: n.field}
}

// number returns the number of key, the next one where it has none yet.
func number[K comparable](numbers map[K]int, key K, next *int) int {
	n, ok := numbers[key]
	if !ok {
		n = *next
		numbers[key] = n
		*next++
	}
	return n
}

// A need is a set of leaves of which at least one is true wherever a clause
// holds; nil where there is no such set.
type need map[int]bool

// A needer finds needs. It keeps those of queries that others ask for.
type needer struct {
	m     *matcher
	known map[int]need
}

func (nd *needer) of(c *clause) need {
	switch c.op {
	case opLeaf:
		return need{c.n: true}
	case opAnd, opNear:
		return nd.allOf(c.kids)
	case opOr:
		return nd.someOf(c.kids, 1)
	case opAtLeast:
		return nd.someOf(c.kids, c.n)
	case opTopic:
		if c.n < 0 {
			return nil
		}
		needed, ok := nd.known[c.n]
		if !ok {
			needed = nd.of(&nd.m.queries[c.n])
			nd.known[c.n] = needed
		}
		return needed
	}
	return nil
}

// allOf returns the smallest need of clauses that all hold.
func (nd *needer) allOf(kids []clause) need {
	var best need
	for i := range kids {
		if needed := nd.of(&kids[i]); needed != nil && (best == nil || len(needed) < len(best)) {
			best = needed
		}
	}
	return best
}

// someOf returns a need of clauses of which n hold: where n of k hold, one of
// any k-n+1 does, so that the n-1 largest needs may be left out.
func (nd *needer) someOf(kids []clause, n int) need {
	spare := n - 1
	needs := make([]need, len(kids))
	for i := range kids {
		needs[i] = nd.of(&kids[i])
	}
	slices.SortFunc(needs, func(a, b need) int { return cmp.Compare(weight(a), weight(b)) })
	all := need{}
	for _, needed := range needs[:len(needs)-spare] {
		if needed == nil {
			return nil
		}
		maps.Copy(all, needed)
	}
	return all
}

// weight orders needs by their size, and those that don't exist last.
func weight(n need) int {
	if n == nil {
		return math.MaxInt
	}
	return len(n)
}
