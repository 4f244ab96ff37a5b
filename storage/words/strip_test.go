package words

import (
	"strings"
	"testing"
)

func TestStrip(t *testing.T) {
	tests := []struct{ name, markup, want string }{
		{"plain", "no markup", "no markup"},
		{"entities", "A&amp;B &lt;x&gt; &#8217;&nbsp;&hellip; &unknown; &", "A&B <x> \u2019\u00a0… &unknown; &"},
		{"inline", "wo<b>r</b>d <a href='x>y'>link</a>", "word link"},
		{"blocks", "<p>one</p><p>two<br>three<br/>four</p><ul><li>five<li>six</ul>", "one\ntwo\nthree\nfour\nfive\nsix\n"},
		{"case", "<P>one</P>two", "one\ntwo"},
		{"script", "a<script>if (a<b) '</p>'</script>b<style>p>q{}</style>c<SCRIPT>x</Script >d", "abcd"},
		{"script that does not end", "a<script>b</p>", "a"},
		{"empty script", "a<script src='x'/>b", "ab"},
		{"comment", "a<!-- > <p> -->b<!-- c", "ab"},
		{"declaration", "<!DOCTYPE html><?xml version='1.0'?>a", "a"},
		{"no tags", "1 < 2 > 0 <3 a<", "1 < 2 > 0 <3 a<"},
		{"quotes", `<a title="x > y" href=z>t</a>`, "t"},
		{"a quote that does not end", `a<a title="x>b</a>c`, "abc"},
		{"an apostrophe in a tag", "<p don't>a</p>", "a\n"},
		{"a tag that does not end", "a <b and c", "a <b and c"},
		{"unknown", "<x-y>a</x-y><h1>b</h1><toolongnametobeone>c", "a\nb\nc"},
		{"empty", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Strip(test.markup); got != test.want {
				t.Errorf("Strip(%q)\n got %q\nwant %q", test.markup, got, test.want)
			}
		})
	}
}

func FuzzStrip(f *testing.F) {
	for _, s := range []string{"<p>a&amp;b</p>", "<a title=\"x > y", "<!-- <script>", "</ <", "<script></scr</script>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, markup string) {
		text := Strip(markup)
		if len(text) > 2*len(markup) {
			t.Errorf("Strip makes %d bytes of %d", len(text), len(markup))
		}
		if !strings.ContainsAny(markup, "<&") && text != markup {
			t.Errorf("Strip changes plain text %q into %q", markup, text)
		}
	})
}

func TestHostileMarkup(t *testing.T) {
	const size = 1 << 20
	for _, part := range []string{"<", "<a", "<a \"", "<a ='", "<!--", "</", "<script>", "</script", "<p>", "&", "&#", "<a=\">", "<x a='"} {
		if got := Strip(strings.Repeat(part, size/len(part))); len(got) > 2*size {
			t.Errorf("%q repeated gives %d bytes", part, len(got))
		}
	}
}
