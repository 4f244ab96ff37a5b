package topic

import "math"

// How examples are learned from: measured on news in three languages, where
// more passes and other costs change little.
const (
	passes    = 10
	errorCost = 50 // of being wrong about an example beside the size of the weights
	steepest  = 30 // how much more one of the rarer kind costs at most
	newton    = 6  // steps to the best of one example
)

// logistic returns the weights and the bias of the logistic regression that
// tells which examples are yes, with weights kept small by their squares. It
// goes over the examples in an order that looks random and is always the same,
// and sets each one's part in the weights to the best there is while the others
// stay (dual coordinate descent: Yu, Huang, Lin 2011).
//
// Both kinds count the same together, however many there are of each, so that
// a score of one half lies between them.
func logistic(examples []vector, yes []bool, grams int) (weights []float64, bias float64) {
	weights = make([]float64, grams)
	cost := costs(yes)
	parts := make([]float64, len(examples))
	order := make([]int, len(examples))
	for i := range order {
		order[i] = i
		parts[i] = 1e-3
		step(examples[i], side(yes[i])*cost[yes[i]]*parts[i], weights, &bias)
	}
	dice := uint64(1)
	for range passes {
		for i := len(order) - 1; i > 0; i-- {
			// xorshift64: Marsaglia, 2003.
			dice ^= dice << 13
			dice ^= dice >> 7
			dice ^= dice << 17
			j := int(dice % uint64(i+1))
			order[i], order[j] = order[j], order[i]
		}
		for _, i := range order {
			x, s, c := examples[i], side(yes[i]), cost[yes[i]]
			part := best(parts[i], s*(x.times(weights)+bias), 2*c)
			step(x, s*c*(part-parts[i]), weights, &bias)
			parts[i] = part
		}
	}
	return weights, bias
}

// costs returns what an error costs on each side.
func costs(yes []bool) map[bool]float64 {
	n := map[bool]float64{}
	for _, y := range yes {
		n[y]++
	}
	c := map[bool]float64{true: errorCost, false: errorCost}
	if n[true] > 0 && n[false] > 0 {
		c[true] *= min(max(n[false]/n[true], 1), steepest)
		c[false] *= min(max(n[true]/n[false], 1), steepest)
	}
	return c
}

func side(yes bool) float64 {
	if yes {
		return 1
	}
	return -1
}

// step moves the weights along an example. The bias is the weight of a gram
// that every text has.
func step(x vector, by float64, weights []float64, bias *float64) {
	for i, at := range x.at {
		weights[at] += float64(by * x.value[i])
	}
	*bias += by
}

// best returns the part, between 0 and 1, that an example should have whose
// part is was and whose margin is that now; curve is how the margin grows with
// the part.
func best(was, margin, curve float64) float64 {
	const least = 1e-9
	part := was
	for range newton {
		slope := float64(curve*(part-was)) + margin + math.Log(part/(1-part))
		next := part - slope/(curve+1/(part*(1-part)))
		switch {
		case next <= least:
			next = max(part/10, least)
		case next >= 1-least:
			next = min(1-(1-part)/10, 1-least)
		}
		part = next
	}
	return part
}

// chance turns a sum of weights into a score between 0 and 1.
func chance(sum float64) float64 { return 1 / (1 + math.Exp(-sum)) }
