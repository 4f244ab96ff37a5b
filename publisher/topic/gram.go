package topic

import (
	"slices"
	"unicode/utf8"

	"sluice/storage"
	"sluice/storage/words"
)

// A gram is the hash of a unit of text, or of two units side by side. A unit is
// the stem of a word; in scripts without blanks, and in Hangul, whose words
// carry their particles, it is one character. The lowest bit is set for pairs
// of words: see pairWeight.
type gram uint32

// maxUnits bounds the units of a passage that are learned from and judged.
// What an article is about is said by then.
const maxUnits = 4096

// A Text is what an item says, as models see it: the grams of its title, its
// summary and its content, sorted, each as often as it occurs. Those of the
// title count twice.
type Text []gram

// TextOf reads an item.
func TextOf(item *storage.Item) Text {
	parts := read(item)
	return textOf(parts, languageOf(item, parts))
}

func textOf(parts []passage, language string) Text {
	var all Text
	for _, p := range parts {
		for range weightOf(p.segment) {
			eachGram(p, language, func(g gram, _, _ int) { all = append(all, g) })
		}
	}
	slices.Sort(all)
	return all
}

// weightOf returns how often the words of a segment count.
func weightOf(s segment) int {
	switch s {
	case title:
		return 2
	case summary, content:
		return 1
	}
	return 0
}

// eachGram calls f for each gram of a passage with the place in its text.
func eachGram(p passage, language string, f func(g gram, start, end int)) {
	var last unit
	n := 0
	for w := words.NewWalk(p.text); n <= maxUnits && w.Next(); {
		eachUnit(w.Token(), language, func(u unit) {
			if n++; n > maxUnits {
				return
			}
			f(u.gram(), u.start, u.end)
			if last.end > 0 {
				f(pair(last, u), last.start, u.end)
			}
			last = u
		})
	}
}

// A unit is what grams are made of.
type unit struct {
	hash       uint32
	char       bool // one character that stands for a word or less
	start, end int  // in the passage's text
}

// Hangul syllables.
const hangulFirst, hangulLast = 0xAC00, 0xD7A3

// eachUnit calls f for the units of a token.
func eachUnit(t words.Token, language string, f func(unit)) {
	if r, _ := utf8.DecodeRuneInString(t.Text); r < hangulFirst || r > hangulLast {
		f(unit{words.Hash(words.Stem(language, t.Base)), t.CJK, t.Start, t.End})
		return
	}
	for i, r := range t.Text {
		start, end := t.Start, t.End
		if t.Text == t.Exact {
			start, end = t.Start+i, t.Start+i+utf8.RuneLen(r)
		}
		f(unit{words.Hash(string(r)), true, start, end})
	}
}

func (u unit) gram() gram { return gram(u.hash &^ 1) }

// pair returns the gram of two units in their order.
func pair(a, b unit) gram {
	h := uint64(a.hash)*0x9E3779B97F4A7C15 + uint64(b.hash)*0xC2B2AE3D27D4EB4F
	h ^= h >> 32
	h *= 0xD6E8FEB86659FD93
	g := gram(h>>32) &^ 1
	if !a.char || !b.char {
		g |= 1
	}
	return g
}
