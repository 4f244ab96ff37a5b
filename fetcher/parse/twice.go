package parse

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// once undoes what a publisher's program did to a text that was UTF-8 already,
// when it took each byte for a character of windows-1252 and encoded that again
// ("FranÃ§ois" for François). It reports false for other texts: in those some
// character beyond ASCII does not turn back into a byte of valid UTF-8. By
// chance they all do only in a text that hardly has any ("CAFÉ™" and nothing
// else), so that a text of few must have what such a program makes of Western
// letters and quotes.
func once(s string) (string, bool) {
	first := strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
	if first < 0 {
		return s, false
	}
	var b []byte
	runs, usual := 0, false
	for i := first; i < len(s); {
		end := i
		for end < len(s) && s[end] >= utf8.RuneSelf {
			end++
		}
		run, ok := bytesOf(s[i:end])
		if !ok {
			return s, false
		}
		runs++
		usual = usual || strings.HasPrefix(s[i:], "Ã") || strings.HasPrefix(s[i:], "Â") || strings.HasPrefix(s[i:], "â")
		if b == nil {
			b = append(make([]byte, 0, len(s)), s[:first]...)
		}
		b = append(b, run...)
		for i = end; i < len(s) && s[i] < utf8.RuneSelf; i++ {
			b = append(b, s[i])
		}
	}
	return string(b), usual || runs >= fewRuns
}

// fewRuns of characters beyond ASCII don't turn back by chance.
const fewRuns = 4

// bytesOf returns the bytes that a run of characters beyond ASCII stands for
// in windows-1252, if they are UTF-8 of characters beyond ASCII.
func bytesOf(run string) ([]byte, bool) {
	const mark = "\uFEFF" // stays what it is
	out := make([]byte, 0, len(run))
	for run != "" {
		if strings.HasPrefix(run, mark) {
			out, run = append(out, mark...), run[len(mark):]
			continue
		}
		r, n := utf8.DecodeRuneInString(run)
		c, ok := charmap.Windows1252.EncodeRune(r)
		if r >= 0x80 && r <= 0x9F {
			c, ok = byte(r), true // in their places windows-1252 has other characters, or none
		}
		if !ok {
			return nil, false
		}
		out, run = append(out, c), run[n:]
	}
	return out, utf8.Valid(out)
}
