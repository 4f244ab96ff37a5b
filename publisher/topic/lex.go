package topic

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	kindEnd kind = iota
	kindOpen
	kindClose
	kindComma
	kindMinus
	kindAnd
	kindOr
	kindNot
	kindNear
	kindField  // a name before a colon; text is the name
	kindWord   // a run of characters
	kindPhrase // text is what stands between the quotes
	kindRegexp // text is what stands between the slashes
	kindBad    // not a token; err says why
)

// A token is a part of the query's text. It ends where the lexer stands.
type token struct {
	kind kind
	pos  int
	text string
	err  *Error
}

// A lexer cuts a query into tokens. What a character means depends on what the
// parser is reading, so it tells: in a list a comma divides; where names are
// due a colon is part of them.
type lexer struct {
	text  string
	pos   int
	list  bool
	names bool
}

func isBlank(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }

// next returns the next token.
func (l *lexer) next() token {
	l.skipBlank()
	start := l.pos
	if start == len(l.text) {
		return token{kind: kindEnd, pos: start}
	}
	switch c := l.text[start]; c {
	case '(':
		return l.single(kindOpen)
	case ')':
		return l.single(kindClose)
	case ',':
		if l.list {
			return l.single(kindComma)
		}
		return l.bad(start, "a comma stands outside of a list", "write OR between alternatives, and just a blank between words that must all occur")
	case '"':
		return l.phrase()
	case '-':
		return l.minus()
	case '/':
		if !l.names {
			return l.regexp()
		}
	}
	return l.run()
}

func (l *lexer) skipBlank() {
	for l.pos < len(l.text) {
		r, size := utf8.DecodeRuneInString(l.text[l.pos:])
		if !isBlank(r) {
			return
		}
		l.pos += size
	}
}

func (l *lexer) single(k kind) token {
	l.pos++
	return token{kind: k, pos: l.pos - 1, text: l.text[l.pos-1 : l.pos]}
}

// bad returns a token that carries a mistake, and ends the text.
func (l *lexer) bad(pos int, what, remedy string) token {
	l.pos = len(l.text)
	return token{kind: kindBad, pos: pos, err: &Error{Offset: pos, What: what, Remedy: remedy}}
}

func (l *lexer) phrase() token {
	start := l.pos
	length := strings.IndexByte(l.text[start+1:], '"')
	if length < 0 {
		return l.bad(start, `the quote " is never closed`, `add the closing ", or take this one out`)
	}
	l.pos = start + 1 + length + 1
	return token{kind: kindPhrase, pos: start, text: l.text[start+1 : start+1+length]}
}

// regexp reads a regular expression up to the next slash without a backslash.
func (l *lexer) regexp() token {
	start := l.pos
	for i := start + 1; i < len(l.text); i++ {
		switch l.text[i] {
		case '\\':
			i++
		case '/':
			l.pos = i + 1
			if l.attached() && l.text[l.pos] != '(' {
				return l.bad(l.pos, "something follows the closing / of a regular expression", `put a blank after it; a flag goes inside, as in /(?i)colou?r/; a / inside is written \/`)
			}
			return token{kind: kindRegexp, pos: start, text: l.text[start+1 : i]}
		}
	}
	return l.bad(start, "this / starts a regular expression that has no closing /", "add it, or put the words in quotes if the slash is part of the text")
}

// minus reads the sign that negates. The lexer meets one only where a token
// may begin, so after a blank, a parenthesis, or at the start.
func (l *lexer) minus() token {
	start := l.pos
	l.pos++
	rest := l.text[l.pos:]
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case rest == "" || isBlank(r) || r == ')':
		return l.bad(start, "this - excludes nothing", "write it right before what it excludes, as in -sport, or take it out")
	case r == '-':
		return l.bad(start, "two minus signs in a row", "write one, as in -sport")
	}
	return token{kind: kindMinus, pos: start, text: "-"}
}

// run reads characters up to a blank, a parenthesis or a quote, and tells
// operators, fields and words apart.
func (l *lexer) run() token {
	start := l.pos
	letters := true // only letters so far
	for l.pos < len(l.text) {
		r, size := utf8.DecodeRuneInString(l.text[l.pos:])
		if isBlank(r) || r == '(' || r == ')' || r == '"' || r == ',' && l.endsAtComma(size) {
			break
		}
		if r == ':' && letters && l.pos > start && !l.names {
			text := l.text[start:l.pos]
			l.pos++
			return token{kind: kindField, pos: start, text: text}
		}
		letters = letters && unicode.IsLetter(r)
		l.pos += size
	}
	t := token{kind: kindWord, pos: start, text: l.text[start:l.pos]}
	switch {
	case t.text == "AND":
		t.kind = kindAnd
	case t.text == "OR":
		t.kind = kindOr
	case t.text == "NOT":
		t.kind = kindNot
	case t.text == "NEAR" || strings.HasPrefix(t.text, "NEAR/"):
		t.kind = kindNear
	}
	return t
}

// endsAtComma reports whether the comma at the lexer's place ends a run: each
// one in a list; elsewhere one that nothing follows, but not that of 1,000.
func (l *lexer) endsAtComma(size int) bool {
	if l.list {
		return true
	}
	r, n := utf8.DecodeRuneInString(l.text[l.pos+size:])
	return n == 0 || isBlank(r) || r == ')' || r == '(' || r == '"'
}

// attached reports whether the next token follows without a blank.
func (l *lexer) attached() bool {
	if l.pos == len(l.text) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(l.text[l.pos:])
	return !isBlank(r) && r != ')' && r != ','
}
