package topic

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
)

// Bounds of one regular expression. RE2 needs time for each of its steps at each
// character, and x{1000} unfolds to a thousand steps; so one of many steps
// sees less of a very long text.
const (
	maxRegexp = 1000    // bytes of its source
	maxSteps  = 2000    // that it unfolds to
	maxWork   = 1 << 27 // steps times bytes of text
)

// regexpTerm reads: "/" RE2 "/".
func (p *parser) regexpTerm(t token) (node, *Error) {
	wrong := func(what, remedy string) (node, *Error) {
		return nil, &Error{Offset: t.pos, What: what, Remedy: remedy}
	}
	if len(t.text) > maxRegexp {
		return wrong(fmt.Sprintf("the regular expression is longer than %d bytes", maxRegexp), "use words and OR")
	}
	re, err := regexp.Compile(t.text)
	if err != nil {
		what := "the regular expression does not compile"
		var e *syntax.Error
		if errors.As(err, &e) {
			what = fmt.Sprintf("the regular expression has a mistake: %s: %s", e.Code, cut(e.Expr, maxShown))
		}
		return wrong(what, "see RE2's syntax; a \\ before a sign takes it as it is")
	}
	if re.MatchString("") {
		return wrong("the regular expression matches nothing at all too, so it holds everywhere", "ask for one character at least, as in /x+/ rather than /x*/")
	}
	if n := steps(t.text); n > maxSteps {
		return wrong(fmt.Sprintf("the regular expression unfolds to %d steps, and %d is the most", n, maxSteps), "lower the numbers in its {}, or write + or *")
	}
	return &pattern{t.pos, p.field, t.text}, nil
}

// maxShown bounds what a message repeats of a mistaken expression, in bytes.
const maxShown = 60

// steps returns how many instructions a regular expression that compiles has.
func steps(source string) int {
	parsed, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return 0
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return 0
	}
	return len(program.Inst)
}

// An expression is a regular expression with how much it sees of a text.
type expression struct {
	*regexp.Regexp
	sees int // bytes
}

func newExpression(source string) expression {
	return expression{regexp.MustCompile(source), maxWork / max(1, steps(source))}
}

// in returns the part of a text that the expression sees.
func (e expression) in(text string) string { return cut(text, e.sees) }
