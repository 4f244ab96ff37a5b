package config

import "strings"

// suggest returns the one of the known words that was probably meant, or "".
func suggest(word string, known []string) string {
	best, least := "", 1+max(1, min(len(word)/3, 3))
	if len(word) > 64 {
		return ""
	}
	folded := strings.ToLower(strings.ReplaceAll(word, "-", "_"))
	for _, k := range known {
		kf := strings.ToLower(strings.ReplaceAll(k, "-", "_"))
		d := distance(folded, kf)
		if len(folded) >= 3 && len(kf) > len(folded) && (strings.HasPrefix(kf, folded) || strings.HasSuffix(kf, folded)) {
			d = min(d, 1)
		}
		if d < least && d < len(k) {
			best, least = k, d
		}
	}
	return best
}

// distance counts the insertions, deletions, substitutions and swaps of
// neighbours that turn a into b (optimal string alignment).
func distance(a, b string) int {
	before, last := []int(nil), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// didYouMean makes a hint of suggest's answer.
func didYouMean(word string, known []string) string {
	if s := suggest(word, known); s != "" {
		return "did you mean " + s + "?"
	}
	return ""
}
