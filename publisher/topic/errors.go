package topic

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// An Error is one mistake in a query.
type Error struct {
	Path   string // where the query stands in the config, such as topics[0].match; empty for a query of its own
	Query  string // the query as written
	Offset int    // in bytes into Query
	What   string // what is wrong
	Remedy string // what to do

	// Unknown is the topic that the query names and that there is not; empty
	// for any other mistake.
	Unknown string
}

// Error tells the mistake and shows the query's line with the place marked.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	fmt.Fprintf(&b, "%s; %s\n%s", e.What, e.Remedy, e.marked())
	return b.String()
}

// shown is how many characters of a query are shown on each side of a mistake.
const shown = 60

// marked returns the query's line, cut to what surrounds the mistake, and a
// second line with a mark below the place.
func (e *Error) marked() string {
	at := min(e.Offset, len(e.Query))
	start := strings.LastIndexAny(e.Query[:at], "\r\n") + 1
	end := len(e.Query)
	if n := strings.IndexAny(e.Query[at:], "\r\n"); n >= 0 {
		end = at + n
	}
	from, to := at, at
	for range shown {
		_, before := utf8.DecodeLastRuneInString(e.Query[start:from])
		_, after := utf8.DecodeRuneInString(e.Query[to:end])
		from, to = from-before, to+after
	}
	line := strings.ReplaceAll(e.Query[from:to], "\t", " ")
	return "    " + line + "\n    " + strings.Repeat(" ", columns(e.Query[from:at])) + "^"
}

// columns returns how many columns of a terminal s takes.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n++
		}
		n++
	}
	return n
}

// Errors holds all mistakes that Compile found, at most one of each query, in
// the order of the config.
type Errors struct {
	List []Error
}

// Error tells all mistakes.
func (e *Errors) Error() string {
	lines := make([]string, len(e.List))
	for i := range e.List {
		lines[i] = e.List[i].Error()
	}
	return strings.Join(lines, "\n")
}

// nearest returns the word among known that s is most likely meant to be, or
// "" where none is near: at most one edit for short words, two for longer.
func nearest(s string, known []string) string {
	best, limit := "", 1
	if len(s) > 4 {
		limit = 2
	}
	for _, k := range known {
		if d := distance(strings.ToLower(s), strings.ToLower(k)); d <= limit {
			best, limit = k, d-1
		}
	}
	return best
}

// distance counts the edits that make b of a: letters added, taken out,
// replaced, or two neighbours swapped. Long words are not compared.
func distance(a, b string) int {
	if len(a) > 32 || len(b) > 32 {
		return 32
	}
	var before, row, next [33]int
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
