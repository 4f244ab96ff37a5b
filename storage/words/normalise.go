package words

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// part queues the tokens of a part of a run.
func (w *walker) part(start, end int) {
	for _, r := range w.s[start:end] {
		if c := classOf(r); c == tangled || c == ignored {
			w.normalise(start, end)
			return
		}
	}
	w.simple(start, end)
}

// simple queues a run of letters and digits that fold one by one, and of
// apostrophes, which are left out.
func (w *walker) simple(start, end int) {
	for _, r := range w.s[start:end] {
		switch {
		case r >= tableSize && classOf(r) == letter:
			w.fold.same(r) // a Hangul syllable
		case r < tableSize && table[r].base != "":
			w.fold.add(table[r].text, table[r].base, table[r].alt)
		}
	}
	w.gathered(start, end, false)
}

// normalise queues the tokens of a run that must be brought to form KC first.
func (w *walker) normalise(start, end int) {
	n := normaliser{walker: w}
	var buffer [64]byte
	for at := start; at < end; {
		size := norm.NFKC.NextBoundaryInString(w.s[at:end], true)
		if size <= 0 {
			size = end - at
		}
		part := norm.NFKC.AppendString(buffer[:0], w.s[at:at+size])
		for len(part) > 0 {
			r, width := utf8.DecodeRune(part)
			part = part[width:]
			n.rune(r, at, at+size)
		}
		at += size
	}
	n.flush()
}

// A normaliser cuts normalised text into tokens. Their offsets are those of
// the smallest parts of the text that normalise on their own.
type normaliser struct {
	*walker
	from, to int  // of the token at hand
	alone    bool // it is one character of a script without blanks
	plain    bool // marks on its last letter are dropped
}

// rune takes the next character, which comes from s[from:to].
func (n *normaliser) rune(r rune, from, to int) {
	c := classOf(r)
	switch {
	case c == ignored || c == apostrophe:
		return
	case c == separator:
		n.flush()
		return
	case unicode.IsMark(r):
		if len(n.fold.text) > 0 {
			n.fold.mark(r, n.plain)
			n.to = to
		}
		return
	}
	alone := c == ideograph || c == tangled && unspaced(r)
	if alone || n.alone {
		n.flush()
	}
	if len(n.fold.text) == 0 {
		n.from = from
	}
	n.alone, n.to, n.plain = alone, to, r < 0x530 || droppable(r)
	if alone {
		n.fold.same(r)
		return
	}
	f := foldingOf(r)
	n.fold.add(f.text, f.base, f.alt)
}

// flush queues the token at hand.
func (n *normaliser) flush() {
	if len(n.fold.text) > 0 {
		n.gathered(n.from, n.to, n.alone)
	}
	n.alone = false
}
