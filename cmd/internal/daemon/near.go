package daemon

import (
	"slices"
	"strings"
)

// Near returns up to three of the known names that word may have been meant
// for: those that contain it, then those a few slips away, best first. A name
// that is known twice is told once.
func Near(word string, known []string) []string {
	type guess struct {
		name  string
		slips int
	}
	folded := strings.ToLower(word)
	allowed := 1 + min(len(word)/4, 3)
	var guesses []guess
	for _, name := range known {
		slips := distance(folded, strings.ToLower(name))
		if len(word) >= 3 && strings.Contains(strings.ToLower(name), folded) {
			slips = 1
		}
		known := func(g guess) bool { return g.name == name }
		if slips <= allowed && !slices.ContainsFunc(guesses, known) {
			guesses = append(guesses, guess{name, slips})
		}
	}
	slices.SortStableFunc(guesses, func(a, b guess) int { return a.slips - b.slips })
	var names []string
	for _, g := range guesses[:min(len(guesses), 3)] {
		names = append(names, g.name)
	}
	return names
}

// distance counts the insertions, deletions and substitutions of bytes that
// turn a into b. Of long names only the beginning is compared.
func distance(a, b string) int {
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
