package topic

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// term reads a word, a phrase, a name or anything else without parts.
func (p *parser) term() (node, *Error) {
	t := p.take()
	if p.terms++; p.terms > maxTerms {
		return nil, &Error{
			Offset: t.pos,
			What:   fmt.Sprintf("the query has more than %d words, phrases and names", maxTerms),
			Remedy: "split it into a list of queries",
		}
	}
	switch {
	case p.names:
		return p.wholeName(t)
	case t.kind == kindRegexp:
		return p.regexpTerm(t)
	case t.kind == kindPhrase:
		return p.phraseTerm(t)
	case t.text == "*":
		if p.field != anywhere {
			return nil, &Error{Offset: t.pos, What: "* stands for everything and takes no field", Remedy: "write it without " + p.field.String() + ":"}
		}
		return &everything{t.pos}, nil
	case t.text[0] == '=':
		return p.exactTerm(t)
	case isNumber(t.text) && p.beforeList():
		return p.listTerm(t)
	}
	if name, _, _ := cutComparison(t.text); name == "words" || name == "age" {
		return p.comparison(t)
	}
	if err := mistaken(t); err != nil {
		return nil, err
	}
	if strings.Contains(t.text, "*") {
		return wildcard(t, p.field)
	}
	return p.sequence(t, stemmed, t.pos, t.text)
}

// mistaken refuses a word that was most likely meant to be something else.
func mistaken(t token) *Error {
	wrong := func(at int, what, remedy string) *Error {
		return &Error{Offset: t.pos + at, What: what, Remedy: remedy}
	}
	switch t.text {
	case "&&", "&":
		return wrong(0, t.text+" is no operator", "did you mean AND? A blank does the same")
	case "||", "|":
		return wrong(0, t.text+" is no operator", "did you mean OR?")
	case "!":
		return wrong(0, "! is no operator", "did you mean NOT, or - right before what it excludes?")
	}
	if i := strings.Index(t.text, "&&"); i >= 0 {
		return wrong(i, "&& is no operator", "did you mean AND? A blank does the same")
	}
	if i := strings.IndexByte(t.text, '|'); i >= 0 {
		return wrong(i, "| is no operator", "did you mean OR, between blanks?")
	}
	if i := strings.IndexAny(t.text, "<>"); i >= 0 {
		return wrong(i, "there is nothing to compare here", "write words>300 without blanks, or put it in quotes if it is part of the text")
	}
	if i := strings.IndexAny(t.text, "[]{}"); i >= 0 {
		return wrong(i, t.text[i:i+1]+" does not group", "did you mean a parenthesis?")
	}
	if i := strings.IndexByte(t.text, '~'); i >= 0 {
		return wrong(i, "~ stands behind a word", `write it behind a phrase, as in "north korea"~5`)
	}
	if i := strings.IndexByte(t.text, '\\'); i >= 0 {
		return wrong(i, `\ has no meaning here`, "take it out; put words in quotes to take them as they are")
	}
	if i := strings.IndexFunc(t.text, isFancyQuote); i >= 0 {
		return fancyQuote(t.pos + i)
	}
	first, _ := utf8.DecodeRuneInString(t.text)
	switch first {
	case '\'', '`':
		return wrong(0, string(first)+" does not start a phrase", `write the straight double quote "`)
	case '+':
		return wrong(0, "+ is no operator", "take it out; words that stand beside each other must all occur")
	case '!':
		if rest := canonical(t.text); rest != "" {
			return wrong(0, "! is no operator", "did you mean -"+rest+"?")
		}
	case '–', '—', '−':
		return wrong(0, "this dash does not exclude", "write the plain minus sign, as in -sport")
	}
	return nil
}

func fancyQuote(pos int) *Error {
	return &Error{Offset: pos, What: "a typographic quote does not start or end a phrase", Remedy: `write the straight quote "`}
}

// isFancyQuote reports whether r is a quotation mark of typeset text. The
// apostrophe ’ is left out, since it stands inside words.
func isFancyQuote(r rune) bool {
	return unicode.Is(unicode.Quotation_Mark, r) && !strings.ContainsRune(`"'’`, r)
}
