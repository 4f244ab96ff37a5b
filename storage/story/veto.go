package story

import (
	"slices"

	"sluice/storage"
)

// veto says what speaks against a join of texts that are alike, "" for
// nothing: reports made from one template differ in their numbers, names or
// days alone.
func (m *measured) veto(a, b *storage.Print) string {
	if otherNumbers(a.Title, b.Title) {
		return "the titles have different numbers"
	}
	allowed := 0
	if m.contained >= nearTitle {
		allowed = m.words / wordsANumber
	}
	// 6-3/16 is not 6-1/16; but a long text in which hardly a word differs may
	// be set in another way.
	if differ(a.Numbers, b.Numbers, allowed) && (m.words < short || m.jaccard < nearTitle || differ(a.Figures, b.Figures, allowed)) {
		return "the texts have different numbers"
	}
	if m.words < short {
		if !m.near && a.Day != 0 && b.Day != 0 && a.Day != b.Day {
			return "the datelines of two notices name different days"
		}
		if 4*int(min(a.Digits, b.Digits)) > m.words && m.title < nearTitle && !oneTitle(a.Title, b.Title) {
			return "the titles differ over texts that are mostly figures"
		}
	}
	if a.Vocab != nil && b.Vocab != nil && ownWord(a, b) && ownWord(b, a) {
		return "the titles name different things, of which only their own texts speak"
	}
	return ""
}

// differ reports whether each text has more numbers that the other one lacks
// than allowed, and more than a few of the shorter list.
func differ(a, b []uint32, allowed int) bool {
	own := min(len(a), len(b)) - common(a, b)
	return own > allowed && float64(own) > someNumbers*float64(min(len(a), len(b)))
}

// ownWord reports whether a's title has a word of its own that a's text has
// and b's text lacks.
func ownWord(a, b *storage.Print) bool {
	return slices.ContainsFunc(a.Title, func(h uint32) bool {
		return !in(b.Title, h) && in(a.Vocab, h) && !in(b.Vocab, h)
	})
}
