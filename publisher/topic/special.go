package topic

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"sluice/config"
	"sluice/storage/words"
)

// sequence makes a leaf of words, whose text starts at pos.
func (p *parser) sequence(t token, f form, pos int, text string) (node, *Error) {
	c := canonical(text)
	if f == exactly {
		c = exact(text)
	}
	if c == "" {
		return nil, &Error{Offset: pos, What: fmt.Sprintf("%q has no letter and no digit, so it can't be found", text), Remedy: "write words; signs between words don't count"}
	}
	if n := len(words.Scan(c)); n > maxWords {
		return nil, &Error{Offset: t.pos, What: fmt.Sprintf("the phrase has %d words, and %d is the most", n, maxWords), Remedy: "join shorter phrases with AND"}
	}
	return &sequence{t.pos, p.field, f, c}, nil
}

// exactTerm reads: "=" ( word | phrase ).
func (p *parser) exactTerm(t token) (node, *Error) {
	if t.text == "=" {
		if !p.attached() || p.look() != kindPhrase {
			return nil, &Error{Offset: t.pos, What: "= stands alone", Remedy: "write it right before a word or phrase that is to be found as written, as in =Word"}
		}
		phrase := p.take()
		if err := checkPhrase(phrase); err != nil {
			return nil, err
		}
		return p.sequence(t, exactly, phrase.pos+1, phrase.text)
	}
	if i := strings.IndexByte(t.text, '*'); i >= 0 {
		return nil, &Error{Offset: t.pos + i, What: "= and * exclude each other", Remedy: "take one of them out"}
	}
	inner := t
	inner.pos, inner.text = t.pos+1, t.text[1:]
	if err := mistaken(inner); err != nil {
		return nil, err
	}
	return p.sequence(t, exactly, inner.pos, inner.text)
}

// Shortest words that may go on, so that one term doesn't mean half of a
// language.
const (
	minPrefix = 2
	minInfix  = 4
)

// wildcard reads: word "*" | "*" word "*".
func wildcard(t token, f field) (node, *Error) {
	wrong := func(what, remedy string) (node, *Error) {
		return nil, &Error{Offset: t.pos + strings.IndexByte(t.text, '*'), What: what, Remedy: remedy}
	}
	core, open := strings.CutPrefix(t.text, "*")
	core, goesOn := strings.CutSuffix(core, "*")
	tokens := words.Scan(core)
	switch {
	case strings.Contains(core, "*"):
		return wrong("* stands inside a word", "write it at the end, as in wor*, or at both ends, as in *wahl*")
	case len(tokens) == 0 || tokens[0].Start != 0 || tokens[len(tokens)-1].End != len(core):
		return wrong("* does not stand at a letter or digit", "write it right behind a word, as in wor*")
	case !goesOn:
		return wrong("* stands only before the word", "write *"+core+"* to find it anywhere in a word")
	}
	last := tokens[len(tokens)-1]
	leaf := &sequence{t.pos, f, prefix, canonical(core)}
	letters := utf8.RuneCountInString(last.Text)
	switch {
	case last.CJK:
		leaf.form = stemmed // is found wherever it stands already
	case open && len(tokens) > 1:
		return wrong("*...* takes one word", "take out the signs inside it")
	case open && letters < minInfix:
		return wrong(fmt.Sprintf("*%s* has less than %d letters", core, minInfix), "write more of the word")
	case open:
		leaf.form = infix
	case letters < minPrefix && len(tokens) == 1:
		return wrong(fmt.Sprintf("%s* has less than %d letters", core, minPrefix), "write more of the word")
	}
	return leaf, nil
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// beforeList reports whether "of (" follows.
func (p *parser) beforeList() bool {
	ahead := p.lexer
	of := ahead.next()
	return of.kind == kindWord && of.text == "of" && ahead.next().kind == kindOpen
}

// listTerm reads: number "of" "(" alternatives { "," alternatives } ")".
func (p *parser) listTerm(t token) (node, *Error) {
	p.take()
	open := p.take()
	if err := p.descend(open); err != nil {
		return nil, err
	}
	outer := p.list
	p.list = true
	var parts []node
	for {
		if p.look() == kindClose {
			return nil, &Error{Offset: p.token.pos, What: "a part is missing before this )", Remedy: "write it, or take out the comma; as in 2 of (a, b, c)"}
		}
		part, err := p.alternatives()
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		if p.look() != kindComma {
			break
		}
		p.take()
	}
	switch p.look() {
	case kindEnd:
		return nil, &Error{Offset: open.pos, What: "this parenthesis is never closed", Remedy: "add the closing ), or take this one out"}
	case kindClose:
		p.take()
	default:
		return nil, p.unexpected()
	}
	p.list = outer
	p.depth--
	n, err := strconv.Atoi(t.text)
	if err != nil || n < 1 || n > len(parts) {
		return nil, &Error{
			Offset: t.pos,
			What:   fmt.Sprintf("%s of the list's parts are asked for, but it has %d", t.text, len(parts)),
			Remedy: "divide the parts by commas, as in 2 of (a, b, c), and ask for 1 at least",
		}
	}
	return &atLeast{t.pos, n, parts}, nil
}

// cutComparison cuts a word at its first < or >.
func cutComparison(s string) (name, sign, value string) {
	i := strings.IndexAny(s, "<>")
	if i < 0 {
		return "", "", ""
	}
	return s[:i], s[i : i+1], s[i+1:]
}

// comparison reads: "words" ( "<" | ">" ) number | "age" ( "<" | ">" ) duration.
func (p *parser) comparison(t token) (node, *Error) {
	name, sign, value := cutComparison(t.text)
	if p.field != anywhere {
		remedy := "it counts the words of the text; write it outside"
		if name == "age" {
			remedy = "it compares the item's age when it was first seen; write it outside"
		}
		return nil, &Error{Offset: t.pos, What: name + sign + " stands inside " + p.field.String() + ":", Remedy: remedy}
	}
	if name == "age" {
		d, err := config.ParseDuration(value)
		if err != nil || d < 0 {
			return nil, &Error{Offset: t.pos, What: t.text + " has no length of time to compare with", Remedy: "write it as in age<2d or age>36h, without blanks"}
		}
		return &age{t.pos, sign == ">", d}, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || !isNumber(value) {
		return nil, &Error{Offset: t.pos, What: t.text + " has no number to compare with", Remedy: "write it as in words>300 or words<50, without blanks"}
	}
	return &length{t.pos, sign == ">", n}, nil
}
