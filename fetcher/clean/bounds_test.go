package clean

import (
	"strings"
	"testing"
)

// TestBounds reads fragments made to exhaust a parser: a tree builder makes
// gigabytes of some, others overflow the stack of one that recurses.
func TestBounds(t *testing.T) {
	const n = 100000
	var formats strings.Builder
	for range n / 10 {
		formats.WriteString(`<b><i lang="x"><u dir="y"><s><small><em>`)
	}
	for name, in := range map[string]string{
		"nested":             strings.Repeat("<div>", n),
		"nested and closed":  strings.Repeat("<div>", n) + "x" + strings.Repeat("</div>", n),
		"nested tables":      strings.Repeat("<table><tr><td>", n),
		"formats and blocks": formats.String() + strings.Repeat("<p>x", n),
		"links and blocks":   "<a href='/" + strings.Repeat("x", 4000) + "'>" + strings.Repeat("<p>x", n),
		"stray ends":         strings.Repeat("</b></p></object>", n),
		"objects":            strings.Repeat("<object>", n),
		"attributes":         "<p " + strings.Repeat("a=b ", n) + ">x</p>",
		"long value":         "<p lang='" + strings.Repeat("x", n) + "'>x</p>",
		"candidates":         "<img src=/a srcset='" + strings.Repeat("a 1x,", n) + "'>",
		"entities":           strings.Repeat("&lt;p&gt;&lt;/p&gt;", n),
		"text":               strings.Repeat("<p>some words</p>", n),
		"long text":          strings.Repeat("words ", maxInput/6+10),
	} {
		out := HTML(in, page)
		if len(out) > maxOutput+maxOutput/4 {
			t.Errorf("%s: %d bytes", name, len(out))
		}
		check(t, name, out)
	}
}

func TestCutBetweenElements(t *testing.T) {
	out := HTML("<div>"+strings.Repeat("<p>0123456789</p>", maxOutput/10)+"</div>", "")
	if len(out) > maxOutput || len(out) < maxOutput-100 || !strings.HasSuffix(out, "<p>0123456789</p></div>") && !strings.HasSuffix(out, "<p></p></div>") {
		t.Errorf("%d bytes, ends in %q", len(out), out[len(out)-60:])
	}
}
