package topic

import (
	"slices"
	"time"

	"sluice/storage"
)

// A matcher holds many queries compiled into one. It finds the leaves that an
// item makes true by what the item contains, and judges only the queries that
// need one of those.
type matcher struct {
	queries []clause
	topics  map[string]int // queries that say whether an item is in a topic

	leaves  int          // words and names, each once, have numbers below this
	words   []*sequence  // by leaf; nil for a name
	names   map[name]int // to the leaf
	asked   []field      // those of the names, each once
	needing [][]int      // by leaf, the queries of which it is a needed one
	free    []int        // queries that may hold though no leaf does
	regexps []expression
	plans   map[string]*plan
}

// A clause is a node made ready to be judged.
type clause struct {
	op   op
	n    int // the leaf's number, of atLeast and near, the number of words, the regexp, the query
	kids []clause

	field field  // of a regexp
	text  string // part of a link, name of a topic
	age   time.Duration
}

type op uint8

const (
	opLeaf op = iota
	opTrue
	opNot
	opAnd
	opOr
	opAtLeast
	opNear
	opRegexp
	opLink
	opMore
	opLess
	opOlder
	opYounger
	opTopic
)

// newMatcher compiles queries. topics tells the queries that say whether an
// item is in a topic, which have no circle; a topic that is not among them is
// looked for in what the item's routing says.
func newMatcher(queries []node, topics map[string]int) *matcher {
	m := &matcher{topics: topics, names: map[name]int{}}
	c := matcherCompiler{m, map[sequence]int{}, map[string]int{}}
	for _, q := range queries {
		m.queries = append(m.queries, c.compile(q))
	}
	m.words = make([]*sequence, m.leaves)
	for leaf, number := range c.sequences {
		m.words[number] = &leaf
	}
	for n := range m.names {
		if !slices.Contains(m.asked, n.field) {
			m.asked = append(m.asked, n.field)
		}
	}
	m.index()
	m.plans = newPlans(m.words)
	return m
}

// index notes which queries need which leaves.
func (m *matcher) index() {
	m.needing = make([][]int, m.leaves)
	n := needer{m, make(map[int]need)}
	for i, q := range m.queries {
		needed := n.of(&q)
		if needed == nil {
			m.free = append(m.free, i)
			continue
		}
		for leaf := range needed {
			m.needing[leaf] = append(m.needing[leaf], i)
		}
	}
}

// match returns which queries hold for an item whose feed has the tags.
func (m *matcher) match(item *storage.Item, tags []string) []bool {
	s := newScene(m, item, tags)
	result := make([]bool, len(m.queries))
	for _, q := range m.free {
		result[q] = s.query(q)
	}
	for _, leaf := range s.found {
		for _, q := range m.needing[leaf] {
			if !result[q] {
				result[q] = s.query(q)
			}
		}
	}
	return result
}
