package topic

import "time"

// A node is a part of a parsed query. Fields are pushed down to the leaves
// (title:(a OR b) is title:a OR title:b), and conjunctions and alternatives
// are flat, so that two ways to write one query give one tree.
type node interface {
	// at is the offset in bytes of the part's first character in the query.
	at() int
}

type (
	// everything is *.
	everything struct{ pos int }

	// and holds where all of its parts do; at least two.
	and struct{ kids []node }

	// or holds where one of its parts does; at least two.
	or struct{ kids []node }

	// not holds where its part doesn't; its part is no not.
	not struct {
		pos int
		kid node
	}

	// atLeast holds where n of its parts do.
	atLeast struct {
		pos  int
		n    int
		kids []node
	}

	// sequence is a word, or words in sequence: a phrase, a word with inner
	// punctuation, a run of Chinese characters.
	sequence struct {
		pos   int
		field field
		form  form
		text  string // in canonical form, see canonical
	}

	// near holds where all of its parts, in any order and without overlap,
	// stand so that at most n other words are among them. Each part is a
	// sequence or an alternative of sequences, all of one field.
	near struct {
		n    int
		kids []node
	}

	// pattern is a regular expression.
	pattern struct {
		pos    int
		field  field
		source string // between the slashes
	}

	// length compares the number of words of the text.
	length struct {
		pos  int
		more bool // than n; else less
		n    int
	}

	// age compares how old the item was when it was first seen.
	age struct {
		pos  int
		more bool // than d; else less
		d    time.Duration
	}

	// name is a whole name, such as that of a feed.
	name struct {
		pos   int
		field field
		value string // in lower case, but for the names of topics
	}
)

// A form says which forms of its words a sequence matches.
type form uint8

const (
	stemmed form = iota // all of one stem
	exactly             // as written
	prefix              // the last word goes on
	infix               // the only word goes on at both ends
)

func (n *everything) at() int { return n.pos }
func (n *and) at() int        { return n.kids[0].at() }
func (n *or) at() int         { return n.kids[0].at() }
func (n *not) at() int        { return n.pos }
func (n *atLeast) at() int    { return n.pos }
func (n *sequence) at() int   { return n.pos }
func (n *near) at() int       { return n.kids[0].at() }
func (n *pattern) at() int    { return n.pos }
func (n *length) at() int     { return n.pos }
func (n *age) at() int        { return n.pos }
func (n *name) at() int       { return n.pos }

// conjoin returns the conjunction of nodes, at least one.
func conjoin(nodes []node) node {
	if len(nodes) == 1 {
		return nodes[0]
	}
	var kids []node
	for _, n := range nodes {
		if inner, ok := n.(*and); ok {
			kids = append(kids, inner.kids...)
		} else {
			kids = append(kids, n)
		}
	}
	return &and{kids}
}

// disjoin returns the alternative of nodes, at least one.
func disjoin(nodes []node) node {
	if len(nodes) == 1 {
		return nodes[0]
	}
	var kids []node
	for _, n := range nodes {
		if inner, ok := n.(*or); ok {
			kids = append(kids, inner.kids...)
		} else {
			kids = append(kids, n)
		}
	}
	return &or{kids}
}

// positive reports whether a query asks for something, rather than only for
// the lack of it.
func positive(n node) bool {
	switch n := n.(type) {
	case *not:
		return false
	case *and:
		return anyPositive(n.kids)
	case *or:
		return anyPositive(n.kids)
	case *atLeast:
		return anyPositive(n.kids)
	}
	return true
}

func anyPositive(nodes []node) bool {
	for _, n := range nodes {
		if positive(n) {
			return true
		}
	}
	return false
}

// walk calls visit for n and every node below it.
func walk(n node, visit func(node)) {
	visit(n)
	for _, kid := range kids(n) {
		walk(kid, visit)
	}
}

// kids returns the nodes right below n.
func kids(n node) []node {
	switch n := n.(type) {
	case *not:
		return []node{n.kid}
	case *and:
		return n.kids
	case *or:
		return n.kids
	case *atLeast:
		return n.kids
	case *near:
		return n.kids
	}
	return nil
}
