package clean

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// BenchmarkHTML cleans 4 KB: plain text, an article that is clean already, one
// that is not, and, as a bound, the article read by the tokenizer alone.
func BenchmarkHTML(b *testing.B) {
	plain := strings.Repeat("Some words of an article without any markup at all. ", 79)
	tidy := strings.Repeat(`<p>Some words of an <em>article</em>, with a <a href="https://x.example/link">link</a> and more words after it.</p>`, 36)
	messy := strings.Repeat(`<P class="x" style="y">Some words of an <font>article</font> with a <A HREF="/link?utm_source=z" onclick="x()">link</A><br>and more`, 31)
	for _, bb := range []struct{ name, in string }{{"plain", plain}, {"tidy", tidy}, {"messy", messy}} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(bb.in)))
			b.ReportAllocs()
			for b.Loop() {
				_ = HTML(bb.in, page)
			}
		})
	}
	b.Run("tokenizer", func(b *testing.B) {
		b.SetBytes(int64(len(tidy)))
		b.ReportAllocs()
		for b.Loop() {
			z := html.NewTokenizer(strings.NewReader(tidy))
			for z.Next() != html.ErrorToken {
				_ = z.Token()
			}
		}
	})
}
