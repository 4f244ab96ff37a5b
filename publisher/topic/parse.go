package topic

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of one query, so that foreign or generated ones cost little.
const (
	maxQuery = 10 << 10 // bytes
	maxDepth = 100      // of parentheses and NOTs
	maxTerms = 2000     // words, phrases and names
	maxWords = 50       // of a phrase; each Chinese character is one
)

// parse reads a query.
func parse(query string) (node, *Error) {
	n, err := parseBounded(query)
	if err != nil {
		err.Query = query
		return nil, err
	}
	return n, nil
}

func parseBounded(query string) (node, *Error) {
	if len(query) > maxQuery {
		at := maxQuery
		for !utf8.RuneStart(query[at]) {
			at--
		}
		return nil, &Error{Offset: at, What: fmt.Sprintf("the query is longer than %d bytes", maxQuery), Remedy: "split it into a list of queries"}
	}
	if at := invalid(query); at >= 0 {
		return nil, &Error{Offset: at, What: "the query is not valid UTF-8 here", Remedy: "save the file as UTF-8"}
	}
	p := &parser{lexer: lexer{text: query}}
	if p.look() == kindEnd {
		return nil, &Error{What: "the query is empty", Remedy: "write the words to look for, or * for everything"}
	}
	n, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if p.look() != kindEnd {
		return nil, p.unexpected()
	}
	if !positive(n) {
		return nil, &Error{
			Offset: n.at(),
			What:   "the query only says what to leave out",
			Remedy: "write * before it to take everything else, as in: " + printed(conjoin([]node{&everything{}, n})),
		}
	}
	return n, nil
}

// invalid returns the offset of the first byte that is not UTF-8, or -1.
func invalid(s string) int {
	for i, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return i
		}
	}
	return -1
}

// A parser reads a query by recursive descent. The next token is read only
// when it is looked at, since what came before decides how.
type parser struct {
	lexer
	token token // looked at, if ready
	ready bool
	last  token // taken last
	field field // that stands before the words now read
	depth int
	terms int
}

// look returns the kind of the next token.
func (p *parser) look() kind {
	if !p.ready {
		p.token, p.ready = p.next(), true
	}
	return p.token.kind
}

// take returns the next token and steps past it.
func (p *parser) take() token {
	p.look()
	p.last, p.ready = p.token, false
	return p.last
}

// alternatives reads: conjunction { "OR" conjunction }.
func (p *parser) alternatives() (node, *Error) {
	var nodes []node
	for {
		n, err := p.conjunction()
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
		if p.look() != kindOr {
			return disjoin(nodes), nil
		}
		p.take()
	}
}

// conjunction reads: negation { [ "AND" ] negation }.
func (p *parser) conjunction() (node, *Error) {
	var nodes []node
	for {
		n, err := p.negation()
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
		switch p.look() {
		case kindAnd:
			p.take()
		case kindEnd, kindClose, kindComma, kindOr:
			return conjoin(nodes), nil
		}
	}
}

// negation reads: { "NOT" | "-" } proximity.
func (p *parser) negation() (node, *Error) {
	if p.look() != kindNot && p.look() != kindMinus {
		return p.proximity()
	}
	sign := p.take()
	if err := p.descend(sign); err != nil {
		return nil, err
	}
	kid, err := p.negation()
	if err != nil {
		return nil, err
	}
	if _, ok := kid.(*everything); ok {
		return nil, &Error{Offset: sign.pos, What: "this excludes everything", Remedy: "take it out, or name what is to be left out"}
	}
	p.depth--
	if twice, ok := kid.(*not); ok {
		return twice.kid, nil
	}
	return &not{sign.pos, kid}, nil
}

// descend counts one more level of depth.
func (p *parser) descend(t token) *Error {
	if p.depth++; p.depth > maxDepth {
		return &Error{
			Offset: t.pos,
			What:   fmt.Sprintf("the query is nested more than %d deep", maxDepth),
			Remedy: "take out parentheses that change nothing, or split it into a list of queries",
		}
	}
	return nil
}

// operand reads a group, a field or a term.
func (p *parser) operand() (node, *Error) {
	switch p.look() {
	case kindOpen:
		return p.group()
	case kindField:
		return p.fielded()
	case kindWord, kindPhrase, kindRegexp:
		return p.term()
	}
	return nil, p.unexpected()
}

// group reads: "(" alternatives ")".
func (p *parser) group() (node, *Error) {
	open := p.take()
	if err := p.descend(open); err != nil {
		return nil, err
	}
	if p.look() == kindClose {
		return nil, &Error{Offset: open.pos, What: "these parentheses are empty", Remedy: "write words between them, or take them out"}
	}
	if p.look() == kindEnd {
		return nil, neverClosed(open)
	}
	n, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	switch p.look() {
	case kindEnd:
		return nil, neverClosed(open)
	case kindClose:
		p.depth--
		p.take()
		return n, nil
	}
	return nil, p.unexpected()
}

func neverClosed(open token) *Error {
	return &Error{Offset: open.pos, What: "this parenthesis is never closed", Remedy: "add the closing ), or take this one out"}
}

// fielded reads: field ":" ( term | group ).
func (p *parser) fielded() (node, *Error) {
	opened := p.take()
	if p.field != anywhere {
		return nil, &Error{
			Offset: opened.pos,
			What:   fmt.Sprintf("%s: stands inside %s:", opened.text, p.field),
			Remedy: "close the group first, since fields don't nest; or quote it if the colon is part of the text",
		}
	}
	f, err := lookUp(opened)
	if err != nil {
		return nil, err
	}
	if !p.attached() {
		return nil, &Error{
			Offset: opened.pos,
			What:   opened.text + ": has no value",
			Remedy: "write it right after the colon, without a blank, as in " + f.example(),
		}
	}
	p.field, p.names = f, f.names()
	defer func() { p.field, p.names = anywhere, false }()
	switch p.look() {
	case kindMinus, kindNot:
		return nil, &Error{Offset: p.token.pos, What: "the negation stands after the field", Remedy: "write it before the field, as in -" + f.example()}
	case kindField:
		return p.fielded()
	}
	return p.operand()
}

// unexpected says why the next token can't stand where it does.
func (p *parser) unexpected() *Error {
	p.look()
	t, last := p.token, p.last
	switch {
	case t.kind == kindBad:
		return t.err
	case last.kind == kindAnd, last.kind == kindOr, last.kind == kindNot, last.kind == kindMinus, last.kind == kindNear:
		if t.kind == kindEnd || t.kind == kindClose || t.kind == kindComma {
			return &Error{Offset: last.pos, What: "nothing follows " + last.text, Remedy: "write what it joins after it, or take it out; to find the word itself, put it in quotes"}
		}
		return &Error{Offset: t.pos, What: t.text + " follows " + last.text, Remedy: "keep one of them, or write words between them"}
	case t.kind == kindClose:
		return &Error{Offset: t.pos, What: "this ) closes nothing", Remedy: "take it out, or add the opening ("}
	case t.kind == kindComma:
		return &Error{Offset: t.pos, What: "a comma stands where no part of the list ends", Remedy: "close the parentheses before it, or write a part before it"}
	}
	return &Error{Offset: t.pos, What: "nothing stands before " + t.text, Remedy: "write what it joins before it, or take it out; to find the word itself, put it in quotes"}
}
