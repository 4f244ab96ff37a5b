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
