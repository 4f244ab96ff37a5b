package parse

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// An extra is an element of a vocabulary that gofeed has no struct for, noted
// on the way. Depth tells what stands in what: an extra belongs to the nearest
// one before it that is less deep, where that is a container.
type extra struct {
	name  string
	value Text
	attrs attrs
	depth int
}

// mark notes an element as an extra; its text too, unless it is a container.
func (r *rewriter) mark(t token, ru rule, as attrs, f frame) {
	x := extra{name: ru.as, attrs: append(attrs(nil), pick(ru.attrs, as)...), depth: len(r.stack)}
	if ru.form != open {
		value, markup := r.capture(t)
		limit := maxPlain
		x.value = Text{Type: "text", Base: f.base, Language: f.lang}
		switch {
		case ru.form == markProse:
			limit = maxProse
			if kind := as.get("type"); kind == "html" || kind == "" && markup {
				x.value.Type = "html"
			}
		case markup:
			value = stripTags(value)
		}
		x.value.Value = r.bounded(value, limit)
		if x.value.Value == "" && len(x.attrs) == 0 {
			return
		}
	}
	for i := range x.attrs {
		switch x.attrs[i].name {
		case "href", "src", "url", "img", "image":
			x.attrs[i].value = r.address(x.attrs[i].value, f.base)
		}
	}
	r.note(x)
}

// note keeps an extra of the item, or of the feed.
func (r *rewriter) note(x extra) {
	if n := len(r.items); r.itemRaw != "" {
		r.items[n-1].extras = append(r.items[n-1].extras, x)
	} else {
		r.extras = append(r.extras, x)
	}
}

// within returns the extras inside of that at i.
func within(xs []extra, i int) []extra {
	end := i + 1
	for end < len(xs) && xs[end].depth > xs[i].depth {
		end++
	}
	return xs[i+1 : end]
}

// first returns the first value of a name.
func first(xs []extra, name string) string {
	for _, x := range xs {
		if x.name == name && x.value.Value != "" {
			return x.value.Value
		}
	}
	return ""
}

// firstOf returns an attribute of the first extra of a name.
func firstOf(xs []extra, name, attr string) string {
	for _, x := range xs {
		if x.name == name {
			return x.attrs.get(attr)
		}
	}
	return ""
}

// number reads a whole number, 0 where there is none; sizes may bear a unit.
func number(s string) int {
	s = strings.TrimSpace(s)
	n := digits(s)
	if n == 0 || n > 9 {
		return 0
	}
	return atoi(s[:n])
}

// yes reads what vocabularies write for true and false.
func yes(s string) string {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "yes", "explicit", "1":
		return "true"
	case "false", "no", "clean", "0":
		return "false"
	}
	return ""
}

// maxSpan bounds a duration: honest ones are shorter than a year.
const maxSpan = 366 * 24 * time.Hour

// span reads a duration: seconds, m:ss or h:mm:ss, with fractions (itunes, NPT
// of RFC 2326 section 3.6). It is 0 where there is none.
func span(s string) time.Duration {
	parts := strings.Split(strings.TrimSpace(s), ":")
	if len(parts) > 3 {
		return 0
	}
	total := 0.0
	for _, p := range parts {
		n, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
		if err != nil || n < 0 || math.IsInf(n, 0) || math.IsNaN(n) {
			return 0
		}
		total = total*60 + n
	}
	if total > maxSpan.Seconds() {
		return 0
	}
	return time.Duration(math.Round(total*1000)) * time.Millisecond
}

// degrees reads numbers apart by blanks or commas.
func degrees(s string) []float64 {
	fields := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' || r == '\r' })
	var out []float64
	for _, f := range fields[:min(len(fields), maxCoordinates)] {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil || math.IsNaN(v) || math.Abs(v) > 360 {
			return nil
		}
		out = append(out, v)
	}
	return out
}

// maxCoordinates bounds a polygon.
const maxCoordinates = 1000
