package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// letterAt reports whether a letter begins at i.
func letterAt(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	if c := s[i]; c < utf8.RuneSelf {
		return asciiWord[c] && (c < '0' || c > '9')
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	c := classOf(r)
	return c == letter || c == tangled && unicode.IsLetter(r) && !unspaced(r)
}

// possessive reports whether the s at i ends a word, and where it ends.
func possessive(s string, i int) (int, bool) {
	if s[i] != 's' && s[i] != 'S' {
		return 0, false
	}
	i++
	if i == len(s) {
		return i, true
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	switch classOf(r) {
	case letter, digit, tangled:
		return 0, false
	case apostrophe:
		return i, !letterAt(s, i+n)
	}
	return i, true
}

// join queues the tokens of a run with apostrophes inside.
func (w *walker) join(start, end int) {
	run := w.s[start:end]
	at, size := cut(run)
	if isElision(run[:at]) {
		w.part(start, start+at)
		w.part(start+at+size, end)
		return
	}
	w.part(start, end)
}

// cut finds the first apostrophe of a run.
func cut(run string) (at, size int) {
	for i, r := range run {
		if classOf(r) == apostrophe {
			return i, utf8.RuneLen(r)
		}
	}
	return len(run), 0
}

// isElision reports whether an apostrophe after s stands for a vowel of an
// article, pronoun or preposition of French, Italian, Catalan or Occitan.
func isElision(s string) bool {
	if len(s) == 0 || len(s) > 7 {
		return false
	}
	switch strings.ToLower(s) {
	case "l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "presqu",
		"un", "dell", "all", "nell", "dall", "sull", "coll", "gl", "quest", "quell", "sant", "dov", "com":
		return true
	}
	return false
}
