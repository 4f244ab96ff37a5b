package words

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// class is what a character is to the walker.
type class uint8

const (
	separator class = iota
	letter          // folds by itself, see table
	digit
	ideograph  // a token by itself
	tangled    // a letter, number or mark that must be normalised with its neighbours
	apostrophe // joins letters
	ignored    // invisible inside a word
)

// tableSize bounds the characters whose folding is looked up: Latin, Greek,
// Cyrillic, Armenian, Hebrew and Arabic letters.
const tableSize = 0x700

// folding is how one letter or digit folds.
type folding struct {
	class class
	text  rune   // folded, marks kept
	base  string // folded, marks dropped
	alt   string // as in Token.Alt, empty where that is base
}

// table holds the folding of the characters below tableSize that fold by
// themselves, and the class of all of them.
var table = makeTable()

func makeTable() *[tableSize]folding {
	var t [tableSize]folding
	for r := range rune(tableSize) {
		c := classify(r)
		if c == letter || c == digit {
			t[r] = makeFolding(r)
		}
		t[r].class = c
	}
	return &t
}

// makeFolding returns how a letter or digit of normalised text folds.
func makeFolding(r rune) folding {
	text := foldRune(r)
	return folding{text: text, base: baseRune(text), alt: altRune(text)}
}

// foldingOf returns how a letter or digit of normalised text folds.
func foldingOf(r rune) folding {
	if r < tableSize && table[r].base != "" {
		return table[r]
	}
	return makeFolding(r)
}

// classOf returns the class of a character.
func classOf(r rune) class {
	switch {
	case r < 0:
		return separator
	case r < tableSize:
		return table[r].class
	case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3041 && r <= 0x3096, r >= 0x30A1 && r <= 0x30FA, r == 0x30FC, r >= 0x3400 && r <= 0x4DBF:
		return ideograph
	case r >= 0xAC00 && r <= 0xD7A3:
		return letter
	}
	return classify(r)
}

// classify finds the class of a character in the Unicode tables.
func classify(r rune) class {
	switch r {
	case '\'', '’', '‘', 'ʼ', '＇', '‛', 'ʹ', '՚':
		return apostrophe
	case 0xAD, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, // soft hyphen, joiners, direction marks
		0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069,
		0x34F, // the joiner that changes nothing visible
		0x640: // the stroke that only makes Arabic words longer
		return ignored
	case 0x200B: // a place to break a line between words
		return separator
	}
	switch {
	case r >= 0x2010 && r <= 0x205E, r >= 0x3001 && r <= 0x3004, r >= 0x3008 && r <= 0x3020,
		r >= 0xFF01 && r <= 0xFF0F, r >= 0x1F300 && r <= 0x1FAFF: // the most usual punctuation and symbols
		return separator
	case r >= 0x3200 && r <= 0x33FF: // squared words and units
		return tangled
	case r < tableSize && unicode.IsDigit(r) && norm.NFKC.IsNormalString(string(r)):
		return digit
	case r < tableSize && unicode.IsLetter(r) && norm.NFKC.IsNormalString(string(r)):
		return letter
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		return tangled
	case unicode.In(r, unicode.Variation_Selector, unicode.Me): // how a character is to look
		return ignored
	case unicode.IsMark(r):
		return tangled
	}
	return separator
}

// unspaced reports whether the character's script is written without blanks.
func unspaced(r rune) bool {
	switch {
	case r < 0x0E00:
		return false
	case r < 0x0F00, // Thai, Lao
		r >= 0x1000 && r <= 0x109F, r >= 0xA9E0 && r <= 0xA9FF, r >= 0xAA60 && r <= 0xAA7F, // Burmese
		r >= 0x1780 && r <= 0x17FF, // Khmer
		r >= 0x3005 && r <= 0x3007, r >= 0x3021 && r <= 0x3029, r >= 0x3031 && r <= 0x303C,
		r >= 0x3040 && r <= 0x30FF, r >= 0x31F0 && r <= 0x31FF, // Hiragana, Katakana
		r >= 0x3400 && r <= 0x4DBF, r >= 0x4E00 && r <= 0x9FFF, r >= 0xF900 && r <= 0xFAFF, r >= 0x20000 && r <= 0x3FFFF: // Han
		return true
	}
	return false
}
