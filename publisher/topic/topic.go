package topic

import (
	"sluice/storage"
)

// A Query is one compiled query. It is immutable and safe for concurrent use.
type Query struct {
	root    node
	matcher *matcher
}

// ParseQuery compiles one query. The error is an *Error.
func ParseQuery(query string) (*Query, error) {
	root, err := parse(query)
	if err != nil {
		return nil, err
	}
	return &Query{root, newMatcher([]node{root}, nil)}, nil
}

// String returns the query in canonical form: queries that differ only in
// blanks, case, needless parentheses or the way of writing an operator have
// the same. It parses to the same query.
func (q *Query) String() string { return printed(q.root) }

// Match reports whether the query holds for an item whose feed has the tags.
func (q *Query) Match(item *storage.Item, tags []string) bool {
	return q.matcher.match(item, tags)[0]
}
