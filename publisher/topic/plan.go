package topic

import (
	"slices"
	"sync"
	"unicode/utf8"

	"sluice/storage/words"
)

// A plan is what a matcher looks for in items of one language. It is made when
// the first such item comes.
type plan struct {
	language string
	leaves   []*sequence // by number; nil for other leaves
	once     sync.Once
	forms    forms
	dull     dull // words without a key

	whole    map[string]uint32 // stems and words as written, to their keys
	prefixes affixes
	infixes  affixes
	exact    bool       // some keys are words as written
	wanted   [][]uint32 // by leaf, the keys in sequence
	starts   [][]start  // by key, the leaves that are sought where it stands
}

// A start says that a leaf may stand where a key does.
type start struct {
	leaf   int
	offset int // of the key in the leaf's sequence
}

// affixes are parts of words, to their keys.
type affixes struct {
	plain, marked map[string]uint32
	lengths       []int // in bytes
}

// newPlans returns the plans for all languages with a stemmer, and for "",
// items whose words have no other forms.
func newPlans(leaves []*sequence) map[string]*plan {
	plans := map[string]*plan{}
	for _, language := range stemmers() {
		plans[language] = &plan{language: language, leaves: leaves}
	}
	return plans
}

// prepare makes the keys of all leaves.
func (p *plan) prepare() {
	p.dull = newDull()
	p.whole = map[string]uint32{}
	p.prefixes = affixes{map[string]uint32{}, map[string]uint32{}, nil}
	p.infixes = affixes{map[string]uint32{}, map[string]uint32{}, nil}
	p.wanted = make([][]uint32, len(p.leaves))
	for i, leaf := range p.leaves {
		if leaf == nil {
			continue
		}
		at, longest := start{leaf: i}, 0
		tokens := words.Scan(leaf.text)
		for j, t := range tokens {
			f := leaf.form
			if f == prefix && j < len(tokens)-1 {
				f = stemmed
			}
			p.wanted[i] = append(p.wanted[i], p.key(f, t))
			if len(t.Text) > longest {
				longest, at.offset = len(t.Text), j
			}
		}
		rarest := p.wanted[i][at.offset]
		p.starts[rarest] = append(p.starts[rarest], at)
	}
}

// key returns the key of a word of a query.
func (p *plan) key(f form, t words.Token) uint32 {
	switch f {
	case exactly:
		p.exact = true
		return p.number(p.whole, "="+written(t))
	case prefix:
		return p.affix(&p.prefixes, t)
	case infix:
		return p.affix(&p.infixes, t)
	}
	if t.Marked() {
		return p.number(p.whole, p.markedKey(t.Text))
	}
	return p.number(p.whole, words.Stem(p.language, t.Base))
}

func (p *plan) affix(a *affixes, t words.Token) uint32 {
	table := a.plain
	if t.Marked() {
		table = a.marked
	}
	if n := len(t.Text); !slices.Contains(a.lengths, n) {
		a.lengths = append(a.lengths, n)
	}
	return p.number(table, t.Text)
}

// number returns the key of s, the next one where it has none yet.
func (p *plan) number(table map[string]uint32, s string) uint32 {
	n, ok := table[s]
	if !ok {
		n = uint32(len(p.starts))
		table[s] = n
		p.starts = append(p.starts, nil)
	}
	return n
}

// markedKey tells words with diacritics apart, which stand for themselves
// only: the stem, and the letters of the stem that have marks. Stemmers drop
// some of those (schön and schon have one stem).
func (p *plan) markedKey(text string) string {
	stem := words.Stem(p.language, text)
	length := utf8.RuneCountInString(stem)
	key := []byte("^" + stem + "^")
	for _, r := range text {
		if length == 0 {
			break
		}
		length--
		if r >= utf8.RuneSelf {
			key = utf8.AppendRune(key, r)
		}
	}
	return string(key)
}

// keysOf returns the keys that a token of an item answers to.
func (p *plan) keysOf(t words.Token) []uint32 {
	var keys []uint32
	add := func(table map[string]uint32, s string) {
		if n, ok := table[s]; ok && !slices.Contains(keys, n) {
			keys = append(keys, n)
		}
	}
	add(p.whole, words.Stem(p.language, t.Base))
	if t.Alt != "" {
		add(p.whole, words.Stem(p.language, t.Alt))
	}
	if t.Marked() {
		add(p.whole, p.markedKey(t.Text))
	}
	if p.exact {
		add(p.whole, "="+written(t))
	}
	p.prefixes.each(t, false, add)
	p.infixes.each(t, true, add)
	return keys
}

// each calls add for all parts of a token that may be affixes: its beginnings,
// and where anywhere is set also what begins inside.
func (a *affixes) each(t words.Token, anywhere bool, add func(table map[string]uint32, s string)) {
	if a.lengths == nil {
		return
	}
	part := func(table map[string]uint32, s string) {
		for from := range s {
			for _, n := range a.lengths {
				if from+n <= len(s) {
					add(table, s[from:from+n])
				}
			}
			if !anywhere {
				return
			}
		}
	}
	part(a.plain, t.Base)
	part(a.plain, t.Alt)
	if t.Marked() {
		part(a.marked, t.Text)
	}
}
