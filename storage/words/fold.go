package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// foldRune folds the case of one character of normalised text, and brings the
// digits of all scripts to ASCII.
func foldRune(r rune) rune {
	switch {
	case r == 'ς':
		return 'σ'
	case r == 'ẞ':
		return 'ß'
	case r >= utf8.RuneSelf && unicode.IsDigit(r):
		return '0' + digitValue(r)
	}
	return unicode.ToLower(r)
}

// digitValue returns the value of a decimal digit. Each script's digits stand
// together, from 0 to 9.
func digitValue(r rune) rune {
	for _, group := range unicode.Nd.R16 {
		if rune(group.Lo) <= r && r <= rune(group.Hi) {
			return (r - rune(group.Lo)) % 10
		}
	}
	for _, group := range unicode.Nd.R32 {
		if rune(group.Lo) <= r && r <= rune(group.Hi) {
			return (r - rune(group.Lo)) % 10
		}
	}
	return 0
}

// baseRune returns a folded character without its diacritics. Marks are
// dropped where they are that: in Latin, Greek, Arabic and Hebrew. Elsewhere
// they make another letter (й is not и, が is not か, Indic vowels are marks),
// and only ё and stress marks go.
func baseRune(r rune) string {
	if r < 0x80 {
		return string(r)
	}
	if plain, ok := plainLetters[r]; ok {
		return plain
	}
	if !droppable(r) {
		return string(r)
	}
	var b strings.Builder
	for _, d := range norm.NFD.String(string(r)) {
		if unicode.IsMark(d) {
			continue
		}
		if plain, ok := plainLetters[d]; ok {
			b.WriteString(plain)
			continue
		}
		b.WriteRune(d)
	}
	return b.String()
}

// droppable reports whether the marks on r are diacritics.
func droppable(r rune) bool {
	switch {
	case r < 0x400: // Latin, Greek, the combining marks
		return true
	case r < 0x530: // Cyrillic
		return false
	case r < 0x700: // Armenian, Hebrew, Arabic
		return true
	case r >= 0x1AB0 && r < 0x2000: // Latin and Greek additions, combining marks
		return true
	case r >= 0xA720 && r < 0xA800, r >= 0xAB30 && r < 0xAB70, r >= 0xFB1D && r < 0xFE00:
		return true
	}
	return false
}

// plainLetters spells letters that do not decompose, or whose marks are not
// to be dropped with the others, without diacritics.
var plainLetters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th",
	'ħ': "h", 'ı': "i", 'ŧ': "t", 'ŋ': "n", 'ĸ': "k", 'ƒ': "f", 'ǥ': "g", 'ɨ': "i", 'ə': "e",
	'ѐ': "е", 'ё': "е", 'ѝ': "и",
}

// altRune returns the spelling of a folded character by a second letter, empty
// where there is none.
func altRune(r rune) string {
	switch r {
	case 'ä':
		return "ae"
	case 'ö', 'ø':
		return "oe"
	case 'ü':
		return "ue"
	case 'å':
		return "aa"
	}
	return ""
}

// A folder gathers the folded forms of one token.
type folder struct {
	text, base, alt []byte
	hasAlt          bool
}

func (f *folder) reset() {
	f.text, f.base, f.alt, f.hasAlt = f.text[:0], f.base[:0], f.alt[:0], false
}

func (f *folder) add(text rune, base, alt string) {
	f.text = appendRune(f.text, text)
	f.base = append(f.base, base...)
	if alt == "" {
		alt = base
	} else {
		f.hasAlt = true
	}
	f.alt = append(f.alt, alt...)
}

// same adds a character that folds to itself.
func (f *folder) same(r rune) {
	f.text, f.base, f.alt = appendRune(f.text, r), appendRune(f.base, r), appendRune(f.alt, r)
}

// mark adds a mark that did not compose with the letter before it.
func (f *folder) mark(r rune, onPlain bool) {
	f.text = appendRune(f.text, r)
	if !onPlain {
		f.base = appendRune(f.base, r)
		f.alt = appendRune(f.alt, r)
	}
}

// token returns what was gathered; exact is the part of the text it is from.
func (f *folder) token(exact string, start int, cjk bool) Token {
	t := Token{Exact: exact, Start: start, End: start + len(exact), CJK: cjk}
	t.Text = exact
	if string(f.text) != exact {
		t.Text = string(f.text)
	}
	t.Base = t.Text
	if string(f.base) != t.Text {
		t.Base = string(f.base)
	}
	if f.hasAlt {
		t.Alt = string(f.alt)
	}
	return t
}

func appendRune(b []byte, r rune) []byte {
	if r < 0x80 {
		return append(b, byte(r))
	}
	return append(b, string(r)...)
}
