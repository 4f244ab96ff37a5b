package publisher

import (
	"strconv"
	"strings"
)

// chosen returns the representation that a client wants most, RFC 9110 section
// 12.5.3: a packed one unless it prefers the plain bytes, and of those that it
// wants equally the first.
func (d *document) chosen(accept []string) *representation {
	if len(accept) == 0 || len(d.packed) == 0 {
		return &d.plain
	}
	best, most := &d.plain, 0.0
	w := weigh(accept)
	for i := range d.packed {
		r := &d.packed[i]
		weight := w.codings[r.coding.index]
		if weight < 0 && r.coding.any {
			weight = w.other
		}
		if weight > most && weight >= w.identity {
			best, most = r, weight
		}
	}
	return best
}

// weights are what an Accept-Encoding gives to each coding: -1 to those that
// it does not name.
type weights struct {
	codings         [2]float64
	identity, other float64
}

func weigh(accept []string) weights {
	w := weights{[2]float64{-1, -1}, -1, -1}
	for _, list := range accept {
		for list != "" {
			var member string
			member, list, _ = strings.Cut(list, ",")
			name, weight := weightOf(member)
			switch {
			case strings.EqualFold(name, "zstd"):
				w.codings[codingZstd] = max(w.codings[codingZstd], weight)
			case strings.EqualFold(name, "gzip"), strings.EqualFold(name, "x-gzip"):
				w.codings[codingGzip] = max(w.codings[codingGzip], weight)
			case strings.EqualFold(name, "identity"):
				w.identity = weight
			case name == "*":
				w.other = weight
			}
		}
	}
	return w
}

// weightOf parses a coding and its weight, such as "gzip;q=0.5". A weight that
// does not parse counts as 1.
func weightOf(member string) (coding string, weight float64) {
	coding, rest, _ := strings.Cut(member, ";")
	coding = strings.Trim(coding, " \t")
	rest = strings.Trim(rest, " \t")
	if len(rest) > 2 && (rest[0] == 'q' || rest[0] == 'Q') && rest[1] == '=' {
		if q, err := strconv.ParseFloat(rest[2:], 64); err == nil && q >= 0 && q <= 1 {
			return coding, q
		}
	}
	return coding, 1
}
