package topic

// alternatives warns of queries of a list that another one of it makes needless.
func (w *warner) alternatives(list []wording) {
	for i, q := range list {
		kid := w.of(q.root)
		for j, o := range list {
			other := w.of(o.root)
			if i != j && kid.implies(other) && (i > j || !other.implies(kid)) {
				w.query = q
				w.part(q.root, "this query of the list never decides beside "+cut(other.text, maxShown), "take it out")
				break
			}
		}
	}
}

// listed warns of parts of a list that don't count as they seem to.
func (w *warner) listed(n *atLeast) {
	if n.n == 1 {
		w.siblings(n.kids, never, func(kid, other *part) bool { return kid.text == other.text })
		return
	}
	seen := map[string]bool{}
	for _, kid := range n.kids {
		text := w.of(kid).text
		switch w.constant(kid) {
		case always:
			w.part(kid, text+" always counts, since it holds for all items", "take it out, and ask for one part less")
		case never:
			w.idle(kid)
		default:
			if seen[text] {
				w.part(kid, text+" stands in this list twice, and counts twice", "take one of them out")
			}
		}
		seen[text] = true
	}
}
