package topic

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"sluice/storage"
)

// A Model is what was learned of a topic. It is immutable and safe for
// concurrent use.
type Model struct {
	lexicon   *lexicon
	weights   []float64 // by number of the gram; whole multiples of scale
	scale     float64
	bias      float64
	threshold float64
}

// At returns the same model with another threshold, which may be beyond 1.
func (m *Model) At(threshold float64) *Model {
	other := *m
	other.threshold = float64(float32(threshold))
	return &other
}

// Threshold returns the least score of items that are taken; over 1 where none
// is.
func (m *Model) Threshold() float64 { return m.threshold }

// Score returns how much a text is like those that were yes, from 0 to 1. It is
// 0 for one of which the model knows no word.
func (m *Model) Score(text Text) float64 {
	x := m.lexicon.vector(text)
	if len(x.at) == 0 {
		return 0
	}
	return chance(x.times(m.weights) + m.bias)
}

// A Term is a word, or two neighbouring ones, of an item, and what it
// adds to the model's sum; what is below zero speaks against.
type Term struct {
	Text   string
	Weight float64
}

// Terms returns up to n terms of an item that say most for and up to n that
// say most against, the strongest first.
func (m *Model) Terms(item *storage.Item, n int) []Term {
	parts := read(item)
	language := languageOf(item, parts)
	x := m.lexicon.vector(textOf(parts, language))
	by := make(map[gram]float64, len(x.at))
	for i, at := range x.at {
		by[m.lexicon.grams[at]] = m.weights[at] * x.value[i]
	}
	var terms []Term
	for _, p := range parts {
		if weightOf(p.segment) == 0 {
			continue
		}
		eachGram(p, language, func(g gram, start, end int) {
			if weight, ok := by[g]; ok {
				terms = append(terms, Term{p.text[start:end], weight})
				delete(by, g)
			}
		})
	}
	slices.SortStableFunc(terms, func(a, b Term) int { return cmp.Compare(b.Weight, a.Weight) })
	return strongest(terms, n)
}

// strongest returns the first and the last n terms, so far as they speak for
// and against.
func strongest(terms []Term, n int) []Term {
	var out []Term
	for _, t := range terms[:min(n, len(terms))] {
		if t.Weight > 0 {
			out = append(out, t)
		}
	}
	for i := range min(n, len(terms)) {
		if t := terms[len(terms)-1-i]; t.Weight < 0 {
			out = append(out, t)
		}
	}
	return out
}

// modelVersion begins the bytes of a model. It grows when anything changes in
// how texts become grams or grams a score.
const modelVersion = 1

// compact rounds the model to what Bytes can say.
func (m *Model) compact() {
	most := 0.0
	for _, w := range m.weights {
		most = max(most, math.Abs(w))
	}
	m.scale = max(float64(float32(most/math.MaxInt16)), math.SmallestNonzeroFloat32)
	for i, w := range m.weights {
		m.weights[i] = m.scale * min(max(math.Round(w/m.scale), -math.MaxInt16), math.MaxInt16)
	}
	m.bias = float64(float32(m.bias))
}

// Bytes returns the model as bytes that ReadModel reads: the same for the same
// examples in the same order.
func (m *Model) Bytes() []byte {
	b := []byte{modelVersion}
	b = binary.BigEndian.AppendUint32(b, math.Float32bits(float32(m.threshold)))
	b = binary.BigEndian.AppendUint32(b, math.Float32bits(float32(m.bias)))
	b = binary.BigEndian.AppendUint32(b, math.Float32bits(float32(m.scale)))
	b = binary.AppendUvarint(b, uint64(m.lexicon.texts))
	b = binary.AppendUvarint(b, uint64(len(m.weights)))
	last := gram(0)
	for i, g := range m.lexicon.grams {
		b = binary.AppendUvarint(b, uint64(g-last))
		b = binary.AppendUvarint(b, uint64(m.lexicon.counts[i]))
		b = binary.BigEndian.AppendUint16(b, uint16(int16(math.Round(m.weights[i]/m.scale))))
		last = g
	}
	return b
}

// ErrModel says that the bytes are no model, or one of another version of the
// program: it must be learned again.
var ErrModel = errors.New("not a model that this version reads")

// ReadModel reads what Bytes wrote. The error wraps ErrModel.
func ReadModel(data []byte) (*Model, error) {
	r := modelReader{data}
	if r.take(1)[0] != modelVersion {
		return nil, ErrModel
	}
	m := &Model{lexicon: &lexicon{}}
	m.threshold, m.bias, m.scale = r.float(), r.float(), r.float()
	m.lexicon.texts = int(r.number())
	n := r.number()
	if n > maxGrams {
		return nil, fmt.Errorf("%w: %d grams", ErrModel, n)
	}
	last := gram(0)
	for range n {
		last += gram(r.number())
		m.lexicon.grams = append(m.lexicon.grams, last)
		m.lexicon.counts = append(m.lexicon.counts, int(r.number()))
		m.weights = append(m.weights, m.scale*float64(int16(binary.BigEndian.Uint16(r.take(2)))))
	}
	if r.rest == nil || len(r.rest) > 0 {
		return nil, ErrModel
	}
	m.lexicon.prepare()
	return m, nil
}

// A modelReader reads the parts of a model. Beyond the end it reads zeros, and
// rest is nil.
type modelReader struct{ rest []byte }

func (r *modelReader) take(n int) []byte {
	if len(r.rest) < n {
		r.rest = nil
		return make([]byte, n)
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *modelReader) float() float64 {
	return float64(math.Float32frombits(binary.BigEndian.Uint32(r.take(4))))
}

func (r *modelReader) number() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.rest = nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}
