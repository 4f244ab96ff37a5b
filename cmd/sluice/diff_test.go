package main

import (
	"strings"
	"testing"
)

func TestDiffLine(t *testing.T) {
	long := strings.Repeat("word ", 40)
	for _, tt := range []struct{ old, now, want string }{
		{"", "", ""},
		{"the same words", "the  same\nwords", ""},
		{"a b c", "a x c", "a [-b-] {+x+} c"},
		{"a b", "a b c", "a b {+c+}"},
		{"a b c", "b c", "[-a-] b c"},
		{"", "all new", "{+all new+}"},
		{"all gone", "", "[-all gone-]"},
		{"hurts 12 in the hills", "hurts 14 in the hills of Orr", "hurts [-12-] {+14+} in the hills {+of Orr+}"},
		{long + "old", long + "new", "... word word word word word word [-old-] {+new+}"},
		{"old " + long, "new " + long, "[-old-] {+new+} word word word word word word ..."},
		{"x " + long + "y", "1 " + long + "2",
			"[-x-] {+1+} word word word word word word ... word word word word word word [-y-] {+2+}"},
	} {
		if got := diffLine(tt.old, tt.now); got != tt.want {
			t.Errorf("from %q to %q:\n got %s\nwant %s", tt.old, tt.now, got, tt.want)
		}
	}
}

// TestDiffOfLargeTexts compares texts that share nothing and are too large for
// a word by word comparison.
func TestDiffOfLargeTexts(t *testing.T) {
	old, now := strings.Repeat("a b ", 3000), strings.Repeat("c d ", 3000)
	want := "[-" + strings.TrimSpace(old) + "-] {+" + strings.TrimSpace(now) + "+}"
	if got := diffLine("first "+old+"last", "first "+now+"last"); got != "first "+want+" last" {
		t.Errorf("got %d characters", len(got))
	}
}
