package topic

import (
	"regexp"
	"strings"
)

// mistaken warns of words of a conjunction that are most likely meant to be
// operators. In quotes they are not.
func (w *warner) mistaken(nodes []node) {
	for i, n := range nodes {
		s, ok := n.(*sequence)
		if !ok || s.form != stemmed || strings.HasSuffix(w.query.text[:s.pos], ":") {
			continue
		}
		source := w.query.text[s.pos:]
		if end := strings.IndexFunc(source, endsWord); end >= 0 {
			source = source[:end]
		}
		inside := i > 0 && i < len(nodes)-1
		switch source {
		case "and", "And", "or", "Or":
			if inside {
				w.operator(n, source, strings.ToUpper(source))
			}
		case "of":
			if before, ok := precedes(nodes, i).(*sequence); ok && before.form == stemmed && isNumber(before.text) {
				w.part(n, "of is a word here and must occur, since no list in parentheses follows", "write it as in 2 of (a, b, c) if that is meant, or \"of\" in quotes if it is not")
			}
		case "not", "Not":
			if i < len(nodes)-1 {
				w.operator(n, source, "NOT")
			}
		default:
			if parts := likeNear.FindStringSubmatch(source); inside && parts != nil && distance(strings.ToLower(parts[1]), "near") <= 1 {
				w.operator(n, source, "NEAR/"+parts[2])
			}
		}
	}
}

func (w *warner) operator(n node, word, operator string) {
	w.part(n, word+" is a word here and must occur, since operators are upper case", "write "+operator+` if that is meant, or "`+word+`" in quotes if it is not`)
}

var likeNear = regexp.MustCompile(`^(\pL{3,5})/([0-9]+)$`)

// endsWord reports whether a character ends an unquoted word.
func endsWord(r rune) bool { return strings.ContainsRune(" \t\r\n()\"", r) }

// precedes returns the node before nodes[i], nil where there is none.
func precedes(nodes []node, i int) node {
	if i == 0 {
		return nil
	}
	return nodes[i-1]
}
