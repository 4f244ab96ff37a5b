package topic

import (
	"fmt"
	"strings"
	"unicode"

	"sluice/config"
)

// printed returns the query that parses to n: in lower case but for the
// operators, with the least parentheses, one blank between parts.
func printed(n node) string {
	var b strings.Builder
	write(&b, n)
	return b.String()
}

func write(b *strings.Builder, n node) {
	switch n := n.(type) {
	case *everything:
		b.WriteByte('*')
	case *and:
		for i, kid := range n.kids {
			if i > 0 {
				b.WriteByte(' ')
			}
			if _, ok := kid.(*or); ok {
				printGroup(b, kid)
			} else {
				write(b, kid)
			}
		}
	case *or:
		for i, kid := range n.kids {
			if i > 0 {
				b.WriteString(" OR ")
			}
			write(b, kid)
		}
	case *atLeast:
		fmt.Fprintf(b, "%d of (", n.n)
		for i, kid := range n.kids {
			if i > 0 {
				b.WriteString(", ")
			}
			write(b, kid)
		}
		b.WriteByte(')')
	case *near:
		printNear(b, n)
	case *not:
		b.WriteByte('-')
		switch n.kid.(type) {
		case *and, *or, *near:
			printGroup(b, n.kid)
		default:
			write(b, n.kid)
		}
	case *sequence:
		printField(b, n.field)
		printSequence(b, n)
	case *pattern:
		printField(b, n.field)
		b.WriteString("/" + n.source + "/")
	case *length:
		sign := "<"
		if n.more {
			sign = ">"
		}
		fmt.Fprintf(b, "words%s%d", sign, n.n)
	case *age:
		sign := "<"
		if n.more {
			sign = ">"
		}
		b.WriteString("age" + sign + config.FormatDuration(n.d))
	case *name:
		printField(b, n.field)
		printText(b, n.value, isBareName)
	}
}

// printSequence writes the words of n in their form.
func printSequence(b *strings.Builder, n *sequence) {
	switch n.form {
	case exactly:
		b.WriteByte('=')
	case infix:
		b.WriteByte('*')
	case prefix:
		b.WriteString(n.text + "*")
		return
	}
	printText(b, n.text, isBareText)
	if n.form == infix {
		b.WriteByte('*')
	}
}

// printNear writes words that are near to each other as a phrase where that
// can be said with one, else with the operator.
func printNear(b *strings.Builder, n *near) {
	var texts []string
	for _, kid := range n.kids {
		if leaf, ok := kid.(*sequence); ok && leaf.form == stemmed && !strings.Contains(leaf.text, " ") {
			texts = append(texts, leaf.text)
		}
	}
	if len(texts) == len(n.kids) {
		printField(b, n.kids[0].(*sequence).field)
		fmt.Fprintf(b, "\"%s\"~%d", strings.Join(texts, " "), n.n)
		return
	}
	for i, kid := range n.kids {
		if i > 0 {
			fmt.Fprintf(b, " NEAR/%d ", n.n)
		}
		if _, ok := kid.(*or); ok {
			printGroup(b, kid)
		} else {
			write(b, kid)
		}
	}
}

func printGroup(b *strings.Builder, n node) {
	b.WriteByte('(')
	write(b, n)
	b.WriteByte(')')
}

func printField(b *strings.Builder, f field) {
	if f != anywhere {
		b.WriteString(f.String())
		b.WriteByte(':')
	}
}

// printText writes text, between quotes unless bare allows it without.
func printText(b *strings.Builder, text string, bare func(string) bool) {
	if bare(text) {
		b.WriteString(text)
		return
	}
	b.WriteByte('"')
	b.WriteString(text)
	b.WriteByte('"')
}

// isBareText reports whether canonical text reads as one word without quotes.
// The word "of" is kept from making a list of what stands around it.
func isBareText(text string) bool {
	return text != "of" && !strings.Contains(text, " ")
}

// isBareName reports whether a name reads as itself without quotes.
func isBareName(value string) bool {
	for i, r := range value {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if !letter && (i == 0 || !strings.ContainsRune("-_./", r)) {
			return false
		}
	}
	return true
}
