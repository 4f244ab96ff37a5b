package words

import (
	"strings"
	"testing"
)

// Four kilobytes of prose in several scripts, with the punctuation of news.
var prose = map[string]string{
	"english": repeat("The ministry said on Thursday that the harbour’s second crane, idle since 2019, would “soon” be back in use. "),
	"german":  repeat("Die Behörde für Straßenbau prüft laut Bürgermeisterin Köhler, ob die Brücke über die Mühle größer werden muss. "),
	"russian": repeat("В министерстве сообщили, что второй кран порта, простаивавший с 2019 года, скоро будет снова работать. "),
	"chinese": repeat("港务局星期四表示，自2019年以来停用的第二台起重机将很快恢复使用，维修工作由ABB公司负责。"),
	"arabic":  repeat("قالت الوزارة يوم الخميس إن الرافعة الثانية في الميناء ستعود قريبا إلى العمل بعد توقف منذ عام 2019. "),
}

func repeat(s string) string { return strings.Repeat(s, 4096/len(s)+1)[:4096] }

// BenchmarkWords measures what Print needs of a text of 4 KB: the hashes of
// its tokens and shingles.
func BenchmarkWords(b *testing.B) {
	for name, text := range prose {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			var hashes []uint32
			for b.Loop() {
				hashes = AppendHashes(hashes[:0], text)
				ShingleHashes(hashes)
			}
		})
	}
}

func BenchmarkTokens(b *testing.B) {
	for name, text := range prose {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Tokens(text)
			}
		})
	}
}

func BenchmarkScan(b *testing.B) {
	text := prose["english"]
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Scan(text)
	}
}

func BenchmarkStrip(b *testing.B) {
	text := strings.Repeat("<p>The ministry said <a href=\"https://example.org/a?b=c&amp;d=e\">on Thursday</a> that the crane&#8217;s use is near.</p>", 40)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Strip(text)
	}
}

func BenchmarkStem(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Stem("en", "representatives")
	}
}
