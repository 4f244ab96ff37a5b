package publisher

import (
	"slices"
	"strings"
)

// maxNear is how many names a 404 suggests, and maxEdits how many letters they
// may be wrong in.
const (
	maxNear  = 3
	maxEdits = 3
)

// near returns those of names that are most like name, best first. A longer
// name may have more letters wrong. Its cost is bounded by the names' own
// lengths, whatever the request asks for.
func near(name string, names []string) []string {
	type candidate struct {
		name  string
		edits int
	}
	name = strings.ToLower(name)
	allowed := min(maxEdits, 1+len(name)/4)
	var found []candidate
	for _, n := range names {
		lower := strings.ToLower(n)
		edits := distance(name, lower, allowed)
		if edits > allowed && len(name) >= 3 && strings.Contains(lower, name) {
			edits = allowed // part of a longer name
		}
		if edits <= allowed {
			found = append(found, candidate{n, edits})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return a.edits - b.edits })
	var best []string
	for _, c := range found[:min(len(found), maxNear)] {
		best = append(best, c.name)
	}
	return best
}

// distance returns how many bytes must be inserted, removed or replaced to
// make b of a, or limit+1 if more than limit.
func distance(a, b string, limit int) int {
	if max(len(a), len(b))-min(len(a), len(b)) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		least := row[0]
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
			least = min(least, row[j+1])
		}
		if least > limit {
			return limit + 1
		}
	}
	return row[len(b)]
}
