package topic

import (
	"cmp"
	"math"
	"slices"

	"sluice/storage"
)

// folds is into how many parts examples are cut, each of which is scored by
// what the others teach.
const folds = 5

// A Course is items made ready to learn topics from. It is safe for concurrent
// use.
type Course struct {
	texts  []Text
	all    lesson
	folded []lesson // without the texts of one fold
}

// A lesson is texts to learn from.
type lesson struct {
	lexicon  *lexicon
	examples []vector
	numbers  []int // of the examples among all texts
}

// NewCourse reads the items that Learn is asked about, in their order.
func NewCourse(items []*storage.Item) *Course {
	c := &Course{}
	var numbers []int
	for i, item := range items {
		c.texts = append(c.texts, TextOf(item))
		numbers = append(numbers, i)
	}
	c.all = c.lesson(numbers)
	return c
}

func (c *Course) lesson(numbers []int) lesson {
	texts := make([]Text, len(numbers))
	for i, n := range numbers {
		texts[i] = c.texts[n]
	}
	l := lesson{lexicon: newLexicon(texts), numbers: numbers}
	for _, text := range texts {
		l.examples = append(l.examples, l.lexicon.vector(text))
	}
	return l
}

// Fold makes the course ready for Score. It is not safe for concurrent use.
func (c *Course) Fold() {
	for fold := range folds {
		var numbers []int
		for i := range c.texts {
			if i%folds != fold {
				numbers = append(numbers, i)
			}
		}
		c.folded = append(c.folded, c.lesson(numbers))
	}
}

// Learn returns a model of the items that are yes. It takes items with a score
// of one half; see Model.At. There must be some of each kind.
func (c *Course) Learn(yes []bool) *Model {
	m := c.all.learn(yes)
	m.compact()
	return m
}

// Score returns what a model would say of each item that had not seen it:
// every fifth item is scored by what the others teach. Fold must have been
// called.
func (c *Course) Score(yes []bool) []float64 {
	scores := make([]float64, len(c.texts))
	for fold, l := range c.folded {
		m := l.learn(yes)
		for i := fold; i < len(c.texts); i += folds {
			scores[i] = m.Score(c.texts[i])
		}
	}
	return scores
}

func (l lesson) learn(yes []bool) *Model {
	sides := make([]bool, len(l.numbers))
	for i, n := range l.numbers {
		sides[i] = yes[n]
	}
	m := &Model{lexicon: l.lexicon, threshold: 0.5}
	m.weights, m.bias = logistic(l.examples, sides, len(l.lexicon.grams))
	return m
}

// ForPrecision returns the threshold that takes most of the items that are yes
// while at least the wanted part of what it takes is yes, and nothing else that
// it need not take. It is beyond all scores where there is none. Of few items
// that is a rough guess: see Interval.
func ForPrecision(scores []float64, yes []bool, wanted float64) float64 {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	threshold, right, most := math.Inf(1), 0, 0
	for n, i := range order {
		if yes[i] {
			right++
		}
		below := 0.0
		if n+1 < len(order) {
			below = scores[order[n+1]]
		}
		if below < scores[i] && right > most && float64(right) >= wanted*float64(n+1) {
			threshold, most = (scores[i]+below)/2, right
		}
	}
	return threshold
}

// Interval returns between which shares a true share lies, in 95 of 100 cases,
// of which n trials showed right: Wilson's interval (Wilson 1927). Of no trials
// it is everything.
func Interval(right, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959964
	trials := float64(n)
	share := float64(right) / trials
	middle := share + z*z/(2*trials)
	reach := z * math.Sqrt(share*(1-share)/trials+z*z/(4*trials*trials))
	whole := 1 + z*z/trials
	return max((middle-reach)/whole, 0), min((middle+reach)/whole, 1)
}
