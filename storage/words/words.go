// Package words turns text into folded tokens, stems and shingles: what
// queries match on and what dedupe compares. It is pure, it keeps nothing
// between calls, and all its functions are safe for concurrent use.
//
// Tokens are runs of letters or digits. Text is brought to Unicode
// normalisation form KC first and case is folded, so that typography decides
// nothing. In scripts that are written without blanks (Chinese, Japanese, Thai,
// Lao, Khmer, Burmese) each character is a token of its own, with the marks
// that belong to it; Latin words and numbers inside such text, and Korean, are
// words.
//
// An apostrophe between letters joins them (O'Brien is obrien), with two
// exceptions that search needs: a final 's is left out (AI's is ai), and the
// elided articles and pronouns of the Romance languages stand alone (l'eau is
// l, eau).
//
// Each function takes time and memory in proportion to its input, whatever the
// input.
package words

// A Token is one word, or one character of a script without blanks.
type Token struct {
	// Text is the token folded, its diacritics kept: größe.
	Text string

	// Base is Text without diacritics, and with ß, æ, ø, ł and their like
	// written in plain letters: grosse. It is what Tokens returns.
	Base string

	// Alt is Text with ä, ö, ü, ø and å written as ae, oe, ue, oe and aa
	// (groesse); empty for a token that has none of these.
	Alt string

	// Exact is the token as written.
	Exact string

	// Start and End are the byte offsets of Exact in the text. Tokens that
	// come from one character, such as the 1 and 2 of ½, share them.
	Start, End int

	// CJK says that the token is one character of a script without blanks.
	CJK bool
}

// Marked reports whether t is written with diacritics. A marked word in a
// query means only itself; any other one means each token that has it as Base
// or Alt.
func (t Token) Marked() bool { return t.Text != t.Base }

// Scan returns the tokens of plain text in their order.
func Scan(s string) []Token {
	tokens := make([]Token, 0, len(s)/6+2)
	for w := NewWalk(s); w.Next(); {
		tokens = append(tokens, w.Token())
	}
	return tokens
}

// A Walk goes through plain text token by token, in the order of Scan, and
// makes no Token that nobody asks for: most words of most texts are looked at
// once, as written.
type Walk struct{ w walker }

// NewWalk returns a walk before the first token of s.
func NewWalk(s string) Walk { return Walk{walker{s: s}} }

// Next goes to the next token. It returns false at the end of the text.
func (w *Walk) Next() bool { return w.w.next() }

// Plain returns the token at hand as written, if it is plain: ASCII letters and
// digits, or one ideograph. As written it tells all that its Token does, but
// for the place.
func (w *Walk) Plain() (exact string, ok bool) {
	if !w.w.plain {
		return "", false
	}
	return w.w.s[w.w.start:w.w.end], true
}

// Token returns the token at hand.
func (w *Walk) Token() Token {
	if !w.w.plain {
		return w.w.token()
	}
	exact := w.w.s[w.w.start:w.w.end]
	text := lower(exact)
	return Token{Text: text, Base: text, Exact: exact, Start: w.w.start, End: w.w.end, CJK: w.w.cjk}
}

// Count returns how many tokens plain text has.
func Count(s string) int {
	n := 0
	for w := NewWalk(s); w.Next(); {
		n++
	}
	return n
}

// Tokens returns the tokens of plain text in their order, folded and without
// diacritics.
func Tokens(s string) []string {
	tokens := make([]string, 0, len(s)/6+2)
	for w := (walker{s: s}); w.next(); {
		if w.plain {
			tokens = append(tokens, lower(s[w.start:w.end]))
			continue
		}
		tokens = append(tokens, w.token().Base)
	}
	return tokens
}

// AppendHashes appends the Hash of each of Tokens(s) to hashes, without making
// the tokens.
func AppendHashes(hashes []uint32, s string) []uint32 {
	w := walker{s: s, hashing: true, hashes: hashes}
	for w.next() {
		w.hashes = append(w.hashes, hashLower(s[w.start:w.end]))
	}
	return w.hashes
}

// lower folds the case of ASCII letters. It returns s itself where there is
// nothing to fold.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i]-'A' < 26 {
			b := []byte(s)
			for ; i < len(b); i++ {
				if b[i]-'A' < 26 {
					b[i] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}
