package topic

import (
	"slices"
	"strings"

	"sluice/storage"
)

// A scene is one item before a matcher: what it contains, and what has been
// found out about it.
type scene struct {
	m     *matcher
	item  *storage.Item
	parts []passage
	plan  *plan
	hits  []hit
	truth []bool // by leaf
	found []int  // the leaves that are true
	asked []answer
	seen  map[looked]bool // what regular expressions said, which many topics may share
	words int             // of the text, counted when a query asks for it; 0 before
}

// An answer is what is known of a query.
type answer uint8

const (
	unknown answer = iota
	yes
	no
)

// newScene reads an item and finds the leaves that it makes true.
func newScene(m *matcher, item *storage.Item, tags []string) *scene {
	s := &scene{
		m:     m,
		item:  item,
		truth: make([]bool, m.leaves),
		asked: make([]answer, len(m.queries)),
	}
	s.parts = read(item)
	for _, f := range m.asked {
		for value := range namesOf(f, item, tags) {
			if leaf, ok := m.names[name{field: f, value: value}]; ok {
				s.hold(leaf)
			}
		}
	}
	s.plan = m.plans[languageOf(item, s.parts)]
	s.hits = s.plan.find(s.parts, s.truth, s.hold)
	return s
}

// hold notes that a leaf is true.
func (s *scene) hold(leaf int) {
	s.truth[leaf] = true
	s.found = append(s.found, leaf)
}

// count returns the number of words of the text.
func (s *scene) count() int {
	if s.words == 0 {
		s.words = countWords(s.parts)
	}
	return s.words
}

// query judges one of the matcher's queries.
func (s *scene) query(i int) bool {
	if s.asked[i] == unknown {
		s.asked[i] = no
		if s.holds(&s.m.queries[i]) {
			s.asked[i] = yes
		}
	}
	return s.asked[i] == yes
}

// holds judges a clause.
func (s *scene) holds(c *clause) bool {
	switch c.op {
	case opLeaf:
		return s.truth[c.n]
	case opTrue:
		return true
	case opNot:
		return !s.holds(&c.kids[0])
	case opAnd:
		return s.atLeast(len(c.kids), c.kids)
	case opOr:
		return s.atLeast(1, c.kids)
	case opAtLeast:
		return s.atLeast(c.n, c.kids)
	case opNear:
		return s.near(c)
	case opRegexp:
		return s.regexp(c)
	case opLink:
		return strings.Contains(strings.ToLower(s.item.URL), c.text)
	case opMore:
		return s.count() > c.n
	case opLess:
		return s.count() < c.n
	case opOlder:
		return s.item.Age > c.age
	case opYounger:
		return s.item.Age < c.age
	}
	return s.topic(c)
}

// atLeast reports whether n of the clauses hold.
func (s *scene) atLeast(n int, clauses []clause) bool {
	for i := range clauses {
		if n == 0 || n > len(clauses)-i {
			break
		}
		if s.holds(&clauses[i]) {
			n--
		}
	}
	return n == 0
}

// A looked is a regular expression in a field.
type looked struct {
	regexp int
	field  field
}

// regexp reports whether a regular expression matches a part of the item.
func (s *scene) regexp(c *clause) bool {
	key := looked{c.n, c.field}
	found, known := s.seen[key]
	if !known {
		if s.seen == nil {
			s.seen = make(map[looked]bool)
		}
		found = s.matches(c)
		s.seen[key] = found
	}
	return found
}

func (s *scene) matches(c *clause) bool {
	expr := s.m.regexps[c.n]
	for _, p := range s.parts {
		if slices.Contains(c.field.segments(), p.segment) && expr.MatchString(expr.in(p.text)) {
			return true
		}
	}
	return false
}

// topic reports whether the item is in a topic.
func (s *scene) topic(c *clause) bool {
	if c.n >= 0 {
		return s.query(c.n)
	}
	r := s.item.Routing
	return slices.Contains(r.Topics, c.text) && !slices.Contains(r.Barred, c.text)
}

// near reports whether the parts of c stand near to each other.
func (s *scene) near(c *clause) bool {
	for i := range c.kids {
		if !s.holds(&c.kids[i]) {
			return false
		}
	}
	parts := make([][]span, len(c.kids))
	for i := range c.kids {
		parts[i] = s.spans(&c.kids[i])
		if parts[i] == nil {
			return false
		}
	}
	for i, part := range parts {
		for _, first := range part {
			if window(parts, i, first, c.n) {
				return true
			}
		}
	}
	return false
}

// spans returns where the sequence, or the sequences that c is an alternative
// of, stand; sorted.
func (s *scene) spans(c *clause) []span {
	if c.op == opLeaf {
		if !s.truth[c.n] {
			return nil
		}
		return s.plan.spans(s.hits, c.n)
	}
	var all []span
	for i := range c.kids {
		all = append(all, s.spans(&c.kids[i])...)
	}
	slices.SortFunc(all, compareSpans)
	return all
}

// window reports whether one span of each part stands behind first, which is
// of part i, so that at most n other words are among them.
func window(parts [][]span, i int, first span, n int) bool {
	last, others := first.end, first.start
	others += first.end - first.start
	for j, part := range parts {
		if j == i {
			continue
		}
		k, _ := slices.BinarySearchFunc(part, span{start: first.end}, compareSpans)
		if k == len(part) {
			return false
		}
		last = max(last, part[k].end)
		others += part[k].end - part[k].start
	}
	return last <= others+hit(n) && (len(parts) == 2 || apart(parts, i, first, n))
}

// apart is window for parts that may want the same words, as those of "a b b"
// do: from first on, each takes words that no other has taken.
func apart(parts [][]span, i int, first span, n int) bool {
	left := slices.Delete(slices.Clone(parts), i, i+1)
	end, between := first.end, hit(0)
	for len(left) > 0 {
		best, next := 0, span{}
		for j, part := range left {
			k, _ := slices.BinarySearchFunc(part, span{start: end}, compareSpans)
			if k < len(part) && (next.end == 0 || part[k].start < next.start || part[k].start == next.start && part[k].end > next.end) {
				best, next = j, part[k]
			}
		}
		if between += next.start - end; next.end == 0 || between > hit(n) {
			return false
		}
		end = next.end
		left = slices.Delete(left, best, best+1)
	}
	return true
}
