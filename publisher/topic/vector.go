package topic

import (
	"maps"
	"math"
	"slices"
)

// pairWeight is what a pair of words counts beside a word. Most pairs of a text
// stand in no other, and would drown its words in what they all weigh together.
const pairWeight = 0.5

// maxGrams bounds the grams that a model knows. Those in most examples are
// kept.
const maxGrams = 1 << 16

// A lexicon is the grams of some texts, and in how many of them each stands.
type lexicon struct {
	texts  int
	grams  []gram // ascending
	counts []int
	index  map[gram]int32
	weight []float64 // what one occurrence counts: the more, the fewer texts have the gram
}

func newLexicon(texts []Text) *lexicon {
	found := make(map[gram]int)
	for _, text := range texts {
		for i, g := range text {
			if i == 0 || g != text[i-1] {
				found[g]++
			}
		}
	}
	v := &lexicon{texts: len(texts), grams: frequent(found)}
	for _, g := range v.grams {
		v.counts = append(v.counts, found[g])
	}
	v.prepare()
	return v
}

// frequent returns the maxGrams grams that most texts have, those with smaller
// hashes first among equals, ascending.
func frequent(found map[gram]int) []gram {
	have := make(map[int]int) // how many grams so many texts have
	for _, n := range found {
		have[n]++
	}
	least, left := 0, maxGrams
	for _, n := range slices.Backward(slices.Sorted(maps.Keys(have))) {
		if have[n] > left {
			least = n
			break
		}
		left -= have[n]
	}
	var kept, last []gram
	for g, n := range found {
		switch {
		case n > least:
			kept = append(kept, g)
		case n == least:
			last = append(last, g)
		}
	}
	slices.Sort(last)
	kept = append(kept, last[:min(len(last), left)]...)
	slices.Sort(kept)
	return kept
}

// prepare makes what the counts tell.
func (v *lexicon) prepare() {
	v.index = make(map[gram]int32, len(v.grams))
	v.weight = make([]float64, len(v.grams))
	for i, g := range v.grams {
		v.index[g] = int32(i)
		v.weight[i] = math.Log(float64(1+v.texts)/float64(1+v.counts[i])) + 1
		if g&1 == 1 {
			v.weight[i] *= pairWeight
		}
	}
}

// A vector is a text as a point on the unit sphere: its known grams with their
// weights. It has no place where it has no known gram.
type vector struct {
	at    []int32 // in the lexicon, ascending
	value []float64
}

// vector returns the point of a text whose grams are sorted.
func (v *lexicon) vector(text Text) vector {
	var x vector
	sum := 0.0
	for from := 0; from < len(text); {
		to := from + 1
		for to < len(text) && text[to] == text[from] {
			to++
		}
		if i, ok := v.index[text[from]]; ok {
			value := v.weight[i] * (1 + math.Log(float64(to-from)))
			x.at = append(x.at, i)
			x.value = append(x.value, value)
			sum += float64(value * value)
		}
		from = to
	}
	if sum > 0 {
		length := math.Sqrt(sum)
		for i := range x.value {
			x.value[i] /= length
		}
	}
	return x
}

// times returns the product with weights by number of the gram.
func (x vector) times(weights []float64) float64 {
	sum := 0.0
	for i, at := range x.at {
		sum += float64(weights[at] * x.value[i])
	}
	return sum
}
