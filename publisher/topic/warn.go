package topic

import (
	"slices"
	"strings"
)

// Warnings tells what is allowed and most likely not meant: topics that can
// take nothing or take everything without saying so, and parts of queries that
// never decide. It looks at the config alone, not at stored items.
func (s *Set) Warnings() []Error {
	w := warner{set: s, known: map[node]*part{}}
	if s.never != nil && w.constant(s.never) == always {
		w.add("never", "", 0, "it bars every item from every topic", "take it out, or narrow it down")
	}
	for i := range s.topics {
		w.topic(&s.topics[i])
	}
	for rest := s.wordings; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[0].list && rest[n].list && rest[n].topic == rest[0].topic {
			n++
		}
		for _, q := range rest[:n] {
			w.query = q
			w.parts(q.root)
		}
		w.alternatives(rest[:n])
		rest = rest[n:]
	}
	return w.list
}

// ByWords reports whether words alone decide what a topic's query takes: no names,
// and no * for everything.
func (s *Set) ByWords(topic string) bool {
	i, ok := s.byName[topic]
	if !ok || s.topics[i].match == nil {
		return false
	}
	words := true
	walk(s.topics[i].match, func(n node) {
		switch n.(type) {
		case *name, *everything:
			words = false
		}
	})
	return words
}

// wording is a query as it stands in the config.
type wording struct {
	path, text string
	root       node
	topic      int
	list       bool // one of several that are joined by OR
}

// A warner gathers warnings.
type warner struct {
	set   *Set
	query wording
	known map[node]*part
	list  []Error
}

func (w *warner) add(path, query string, offset int, what, remedy string) {
	w.list = append(w.list, Error{Path: path, Query: query, Offset: offset, What: what, Remedy: remedy})
}

// part warns of a part of the query at hand.
func (w *warner) part(n node, what, remedy string) {
	w.add(w.query.path, w.query.text, n.at(), what, remedy)
}

func (w *warner) topic(t *compiled) {
	if t.never != nil && w.constant(t.never) == always {
		w.add(t.path+".never", "", 0, "it bars every item, so that the topic stays empty", "take it out, or narrow it down")
		return
	}
	if t.match == nil {
		if len(t.feeds) == 0 && !t.gone {
			w.add(t.path, "", 0, "topic "+t.name+" takes nothing: it has no query, and no feed names it", "write `match`, or name it in a feed's `topics`")
		}
		return
	}
	if t.never != nil && w.of(t.match).implies(w.of(t.never)) {
		w.add(t.path+".never", "", 0, "it bars all that the query of topic "+t.name+" takes", "narrow it down, or mend the query")
	}
	_, plain := t.match.(*everything)
	switch w.constant(t.match) {
	case never:
		if len(t.feeds) == 0 {
			w.add(t.path+".match", "", 0, "topic "+t.name+" takes nothing: its query can't hold for any item", "mend the query")
		}
	case always:
		if !plain {
			w.add(t.path+".match", "", 0, "topic "+t.name+" takes every item", "write '*' alone if that is meant, or mend the query")
		}
	}
}

// A constancy says whether a query's answer depends on the item.
type constancy uint8

const (
	depends constancy = iota
	always
	never
)

// constant looks whether a node has one answer for all items.
func (w *warner) constant(n node) constancy {
	switch n := n.(type) {
	case *everything:
		return always
	case *not:
		return [...]constancy{depends: depends, always: never, never: always}[w.constant(n.kid)]
	case *and:
		return w.some(n.kids, len(n.kids))
	case *or:
		return w.some(n.kids, 1)
	case *atLeast:
		return w.some(n.kids, n.n)
	case *age:
		if !n.more && n.d == 0 {
			return never // nothing is younger than new
		}
	case *length:
		if !n.more && n.n == 0 {
			return never
		}
	case *name:
		return w.constantName(n)
	}
	return depends
}

// some is whether at least n of the nodes hold. A part that excludes another
// makes a conjunction impossible.
func (w *warner) some(nodes []node, n int) constancy {
	holds, fails := 0, 0
	for _, kid := range nodes {
		switch w.constant(kid) {
		case always:
			holds++
		case never:
			fails++
		}
	}
	switch {
	case holds >= n:
		return always
	case len(nodes)-fails < n, n == len(nodes) && w.excluded(nodes) != nil:
		return never
	}
	return depends
}

// excluded returns a part of a conjunction that another one excludes.
func (w *warner) excluded(nodes []node) node {
	for _, other := range nodes {
		n, ok := other.(*not)
		if !ok {
			continue
		}
		gone := w.of(n.kid)
		for _, kid := range nodes {
			if w.of(kid).implies(gone) {
				return kid
			}
		}
	}
	return nil
}

// constantName knows the names that no feed of the config can give.
func (w *warner) constantName(n *name) constancy {
	switch n.field {
	case ofTag:
		f := fingerprinter{set: w.set}
		if len(f.tagged(n.value)) == 0 {
			return never
		}
	case ofTopic:
		return w.constant(w.set.topics[w.set.byName[n.value]].members())
	}
	return depends
}

// parts warns of the parts of a query that never decide.
func (w *warner) parts(n node) {
	if name, ok := n.(*name); ok {
		w.name(name)
	}
	switch n := n.(type) {
	case *and:
		w.mistaken(n.kids)
		w.siblings(besides(n.kids), always, func(kid, other *part) bool { return other.implies(kid) })
		if kid := w.excluded(n.kids); kid != nil {
			w.part(kid, printed(kid)+" is excluded beside it, so that this can't hold", "take one of the two out")
		}
	case *or:
		w.siblings(n.kids, never, (*part).implies)
	case *atLeast:
		w.listed(n)
	}
	for _, kid := range kids(n) {
		w.parts(kid)
	}
}

// besides returns the parts of a conjunction without the * that has to stand
// beside parts that only exclude.
func besides(nodes []node) []node {
	rest := slices.DeleteFunc(slices.Clone(nodes), func(n node) bool { _, ok := n.(*everything); return ok })
	if anyPositive(rest) {
		return nodes
	}
	return rest
}

// idle warns of a part that has the answer that changes nothing. Of a tag that
// no feed has, name tells.
func (w *warner) idle(n node) {
	if tag, ok := n.(*name); !ok || tag.field != ofTag {
		w.part(n, printed(n)+" never decides: it has one answer for all items", "take it out")
	}
}

// siblings warns of parts that don't matter beside the others: those that have
// the answer idle for all items, and those that another one makes needless.
func (w *warner) siblings(nodes []node, idle constancy, needless func(kid, other *part) bool) {
	parts := make([]*part, len(nodes))
	for i, n := range nodes {
		parts[i] = w.of(n)
	}
	for i, kid := range nodes {
		if c := w.constant(kid); c != depends {
			if c == idle {
				w.idle(kid)
			} else {
				w.part(kid, printed(kid)+" decides alone: it has one answer for all items, and what stands beside it never matters", "take it out, or what stands beside it")
			}
			continue
		}
		for j, other := range parts {
			if i != j && needless(parts[i], other) && (i > j || !needless(other, parts[i])) {
				w.part(kid, parts[i].text+" never decides beside "+other.text, "take it out")
				break
			}
		}
	}
}

// name warns of names that nothing in the config has.
func (w *warner) name(n *name) {
	var known []string
	switch n.field {
	case ofFeed:
		for name := range w.set.feeds {
			known = append(known, strings.ToLower(name))
		}
	case ofTag:
		for _, f := range w.set.feeds {
			for _, tag := range f.tags {
				known = append(known, strings.ToLower(tag))
			}
		}
	default:
		return
	}
	if slices.Contains(known, n.value) {
		return
	}
	slices.Sort(known)
	what, remedy := "no feed is named "+n.value, "mend the name, or leave it for items of a feed that was taken out"
	if n.field == ofTag {
		what, remedy = "no feed has the tag "+n.value, "mend it, or give it to a feed"
	}
	if near := nearest(n.value, known); near != "" {
		remedy = "did you mean " + n.field.String() + ":" + near + "?"
	}
	w.part(n, what, remedy)
}
