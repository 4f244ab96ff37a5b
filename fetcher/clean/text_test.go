package clean

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "",
		" a \n b ":                            "a b",
		"AT&amp;T":                            "AT&T",
		"<b>a</b>b":                           "ab",
		"a<br>b<p>c</p>d":                     "a b c d",
		"1 < 2 > 0":                           "1 < 2 > 0",
		"&lt;b&gt;a&lt;/b&gt; b":              "a b",
		"the &lt;p&gt; element":               "the <p> element",
		"<script>x</script>a<style>y</style>": "a",
		"<title>x</title>a":                   "a",
		"a\x00\x01b":                          "ab",
		"caf&eacute;&nbsp;x":                  "café x",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLink(t *testing.T) {
	for _, tt := range []struct{ ref, base, want string }{
		{"https://x.example/a?b=1#c", "", "https://x.example/a?b=1#c"},
		{"HTTPS://x.example/a", "", "HTTPS://x.example/a"},
		{" https://x.example/a\n", "", "https://x.example/a"},
		{"https://x.example/a b", "", "https://x.example/a%20b"},
		{"https://x.example/ü?ü", "", "https://x.example/ü?ü"},
		{"https://x.example/100%", "", "https://x.example/100%25"},
		{"https://x.example/?utm_source=a&b=2", "", "https://x.example/?b=2"},
		{"https://jo:secret@x.example/", "", "https://x.example/"},
		{"/a", "https://x.example/d/p", "https://x.example/a"},
		{"a", "https://x.example/d/p", "https://x.example/d/a"},
		{"?q", "https://x.example/d/p", "https://x.example/d/p?q"},
		{"//y.example/a", "https://x.example/", "https://y.example/a"},
		{"a", "", ""}, {"a", "relative", ""}, {"", "https://x.example/", ""}, {"https://", "", ""}, {"http:a", "", ""}, {"https:///a", "", ""},
		{"javascript:alert(1)", "https://x.example/", ""}, {"data:,x", "", ""}, {"mailto:a@b.example", "", ""}, {"ftp://x.example/", "", ""},
		{"https://x.example/" + strings.Repeat("a", maxAddress), "", ""},
	} {
		if got := Link(tt.ref, tt.base); got != tt.want {
			t.Errorf("Link(%q, %q) = %q, want %q", tt.ref, tt.base, got, tt.want)
		}
	}
}

func FuzzLink(f *testing.F) {
	f.Add("https://x.example/a b?c=%zz#d", "")
	f.Add("../a", "https://x.example/d/e/f")
	f.Fuzz(func(t *testing.T, ref, base string) {
		got := Link(ref, base)
		if again := Link(got, base); got != "" && again != got {
			t.Errorf("Link(%q, %q) = %q, then %q", ref, base, got, again)
		}
		if got != "" && !strings.HasPrefix(strings.ToLower(got), "http") {
			t.Errorf("Link(%q, %q) = %q", ref, base, got)
		}
	})
}
