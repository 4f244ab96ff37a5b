package clean

import (
	"strings"
	"testing"
)

// reading is what the structure makes of a fragment, whose beginning is read
// in the simple way or all of which the tokenizer reads.
func reading(fragment string, simple bool) (out string, odd, tagged bool) {
	s := newStructure(page)
	if !simple {
		fragment = "<!---->" + fragment
	}
	s.read(fragment)
	return s.String(), s.odd, s.tagged
}

func checkSimple(t *testing.T, fragment string) {
	t.Helper()
	a, oddA, taggedA := reading(fragment, true)
	b, oddB, taggedB := reading(fragment, false)
	if a != b || oddA != oddB || taggedA != taggedB {
		t.Errorf("%q is read as\n%q (odd %t, tagged %t), by the tokenizer as\n%q (odd %t, tagged %t)", fragment, a, oddA, taggedA, b, oddB, taggedB)
	}
}

var simpleCases = []string{
	"", "text", "a < b", "a <b", "<", "</", "</p", "<p", "<p ", "<p>", "<p/>", "<p />", "<p  >", "<p class", `<p class=`, `<p class="`, `<p class="a`, `<p class="a"`,
	`<p class="a">x</p>`, `<p class="a"id="b">x`, `<p class="a" id="b" />x`, `<p class="a" class="b">x`, `<p class='a'>x`, `<p class=a>x`, `<p CLASS="a">x`, `<P>x</P>`,
	`<a href="https://x.example/a?b=c">x</a>`, `<a href="https://x.example/a?b=c&amp;d=e">x</a>`, `<a href="javascript:x()">x</a>`, "<a href=\"a\nb\">x</a>",
	`<img src="/a.png" alt="a &quot;b&quot;"/>`, `<img src="/a.png" alt="größe" width="1"/>`, "<br><br/><br />", "<hr/>x<p>y<p>z",
	"a &amp; b &lt;p&gt; &nbsp; &#0; &unknown; &copy", "a\r\nb", "a\x00b", "<p>a\rb</p>", "<p\n>x</p>", "<p\tclass=\"x\">x</p >", "</p/>", "<p/ >", "<p class=\"x\"/ >", "<p / class=\"x\">",
	"<b>bold <p>para</b> more</p>", "<ul><li>a<li>b</ul>", "<table><tr><td>x", "<script>x<p></script>y", "a<!-- b -->c", "a<?php x ?>b", "<![CDATA[x]]>y", "<title>x</title>y", "<textarea><p></textarea>",
	"<svg><p>x</p></svg>y", "<math><mi>x</mi></math>", `<math xmlns="x"/>y`, "<iframe src=\"https://www.youtube.com/embed/x\"></iframe>z", "<embed src=\"x\">", "<h1>x</h1>", "<h7>x</h7>",
	"<x-y>z</x-y>", "<o:p>z</o:p>", "\xff<p>\xfe</p>", "<p\xff>x", "<p class=\"\xff\">x", `<p data-x-1="y" aria-label="z" 1="2">x`, "<p  class=\"x\"  id=\"y\">z",
	strings.Repeat("<div>", 200) + "x", "<p" + strings.Repeat(` a="b"`, 60) + ">x",
}

func TestSimple(t *testing.T) {
	for _, fragment := range simpleCases {
		checkSimple(t, fragment)
	}
}

func FuzzSimple(f *testing.F) {
	for _, fragment := range simpleCases {
		f.Add(fragment)
	}
	f.Fuzz(func(t *testing.T, fragment string) { checkSimple(t, fragment) })
}
