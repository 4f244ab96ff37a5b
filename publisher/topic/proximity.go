package topic

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// phraseTerm reads: '"' text '"' [ "~" number ].
func (p *parser) phraseTerm(t token) (node, *Error) {
	if err := checkPhrase(t); err != nil {
		return nil, err
	}
	if !p.attached() || p.text[p.pos] != '~' {
		return p.sequence(t, stemmed, t.pos+1, t.text)
	}
	slop := p.take()
	n, err := p.reach(slop, slop.text[1:])
	if err != nil {
		return nil, err
	}
	var parts []node
	for piece := range strings.FieldsSeq(t.text) {
		if c := canonical(piece); c != "" {
			parts = append(parts, &sequence{t.pos, p.field, stemmed, c})
		}
	}
	if len(parts) < 2 {
		return nil, &Error{Offset: slop.pos, What: "~ needs a phrase of two words or more", Remedy: `as in "north korea"~5; or take it out`}
	}
	return &near{n, parts}, nil
}

func checkPhrase(t token) *Error {
	if strings.TrimSpace(t.text) == "" {
		return &Error{Offset: t.pos, What: "the phrase is empty", Remedy: "write words between the quotes, or take them out"}
	}
	if i := strings.IndexByte(t.text, '*'); i >= 0 {
		return &Error{Offset: t.pos + 1 + i, What: "* has no meaning inside a phrase", Remedy: "take it out, since a phrase matches all forms of its words; or write north NEAR/0 kor*"}
	}
	return nil
}

// maxReach bounds the words between the parts of a proximity.
const maxReach = 100

// reach reads the number of a proximity.
func (p *parser) reach(t token, digits string) (int, *Error) {
	n, err := strconv.Atoi(digits)
	if err != nil || !isNumber(digits) || n > maxReach {
		return 0, &Error{
			Offset: t.pos,
			What:   fmt.Sprintf("%s does not say how many words may stand between", t.text),
			Remedy: fmt.Sprintf(`give a number from 0 to %d, as in north NEAR/5 korea or "north korea"~5`, maxReach),
		}
	}
	return n, nil
}

// proximity reads: operand [ "NEAR/" number operand ].
func (p *parser) proximity() (node, *Error) {
	left, err := p.operand()
	if err != nil || p.look() != kindNear {
		return left, err
	}
	op := p.take()
	n, err := p.reach(op, strings.TrimPrefix(strings.TrimPrefix(op.text, "NEAR"), "/"))
	if err != nil {
		return nil, err
	}
	right, err := p.operand()
	if err != nil {
		return nil, err
	}
	if p.look() == kindNear {
		return nil, &Error{Offset: p.token.pos, What: "NEAR joins two parts only", Remedy: `join pairs, as in (a NEAR/5 b) (b NEAR/5 c); or write "a b c"~5`}
	}
	var fields []field
	for _, part := range []node{left, right} {
		if fields, err = nearPart(part, fields); err != nil {
			return nil, err
		}
	}
	if slices.ContainsFunc(fields, func(f field) bool { return f != fields[0] }) {
		return nil, &Error{Offset: op.pos, What: "the parts of NEAR stand in different fields", Remedy: "put the field before both, as in title:(a NEAR/5 b)"}
	}
	return &near{n, []node{left, right}}, nil
}

// nearPart checks that n may be a part of a proximity, and adds its fields.
func nearPart(n node, fields []field) ([]field, *Error) {
	alternatives := []node{n}
	if or, ok := n.(*or); ok {
		alternatives = or.kids
	}
	for _, kid := range alternatives {
		leaf, ok := kid.(*sequence)
		if !ok {
			return nil, &Error{Offset: kid.at(), What: "this can't be near to anything", Remedy: "NEAR joins words, phrases, and groups of them with OR"}
		}
		fields = append(fields, leaf.field)
	}
	return fields, nil
}
