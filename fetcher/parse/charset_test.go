package parse

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

func TestCharset(t *testing.T) {
	feed := func(declaration, title string) string {
		return declaration + "<rss version='2.0'><channel><title>" + title + "</title><item><title>" + title + "</title></item></channel></rss>"
	}
	xml := func(label string) string { return "<?xml version='1.0' encoding='" + label + "'?>\n" }
	for _, tt := range []struct {
		name        string
		enc         encoding.Encoding
		text        string
		contentType string
		want        string
		warns       bool
	}{
		{"UTF-8 by declaration", nil, feed(xml("utf-8"), "Zürich"), "", "Zürich", false},
		{"UTF-8 undeclared", nil, feed("", "Zürich"), "", "Zürich", false},
		{"UTF-8 with a mark", nil, "\uFEFF" + feed(xml("utf-8"), "Zürich"), "", "Zürich", false},
		{"UTF-8 under a wrong label", nil, feed(xml("iso-8859-1"), "Zürich 東京"), "text/xml; charset=us-ascii", "Zürich 東京", false},
		{"latin-1 by declaration", charmap.ISO8859_1, feed(xml("ISO-8859-1"), "Zürich"), "", "Zürich", false},
		{"latin-1 by header", charmap.ISO8859_1, feed("", "Zürich"), "application/rss+xml; charset=iso-8859-1", "Zürich", false},
		{"header over declaration", charmap.Windows1251, feed(xml("iso-8859-1"), "Привет"), "text/xml;charset=windows-1251", "Привет", false},
		{"latin-1 undeclared", charmap.Windows1252, feed("", "Zürich – “x”"), "", "Zürich – “x”", true},
		{"latin-1 declared as UTF-8", charmap.Windows1252, feed(xml("utf-8"), "Zürich"), "", "Zürich", true},
		{"unknown label", charmap.Windows1252, feed(xml("x-klingon"), "Zürich"), "", "Zürich", true},
		{"windows-1251", charmap.Windows1251, feed(xml("windows-1251"), "Привет"), "", "Привет", false},
		{"GB2312", simplifiedchinese.GBK, feed(xml("gb2312"), "新闻"), "", "新闻", false},
		{"Shift JIS", japanese.ShiftJIS, feed(xml("Shift_JIS"), "日本語"), "", "日本語", false},
		{"ISO-2022-JP", japanese.ISO2022JP, feed(xml("iso-2022-jp"), "日本語"), "", "日本語", false},
		{"UTF-16 with a mark", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), feed(xml("utf-16"), "Zürich"), "", "Zürich", false},
		{"UTF-16 big endian without a mark", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), feed(xml("utf-16"), "Zürich"), "", "Zürich", false},
		{"UTF-16 little endian without a mark", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), feed("", "Zürich"), "", "Zürich", false},
		{"UTF-16 in name only", nil, feed(xml("utf-16"), "plain"), "", "plain", false},
		{"UTF-32 with a mark", utf32.UTF32(utf32.BigEndian, utf32.UseBOM), feed("", "Zürich"), "", "Zürich", false},
		{"UTF-32 without a mark", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), feed("", "Zürich"), "", "Zürich", false},
		{"broken UTF-8", nil, feed("", "Zürich \xFF x"), "", "Zürich \uFFFD x", true},
		{"latin-1 that is UTF-8 in one place by chance", charmap.ISO8859_1, feed("", "Zürich, Genève, Ã©"), "", "Zürich, Genève, Ã©", true},
		{"UTF-8 encoded twice", nil, feed(xml("utf-8"), "ZÃ¼rich â€“ Ð\u009dÐ¾Ð²Ð¾"), "", "Zürich – Ново", true},
		{"what UTF-8 encoded twice might be, but once", nil, feed(xml("utf-8"), "CAFÉ™"), "", "CAFÉ™", false},
		{"UTF-8 that only looks so in one place", nil, feed(xml("utf-8"), "ZÃ¼rich – Genève"), "", "ZÃ¼rich – Genève", false},
		{"control characters", nil, feed("", "a\x00b\x1Bc\x0Bd\uFFFFe&#1;&#x1F;&#65535;f"), "", "abcdef", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := []byte(tt.text)
			if tt.enc != nil {
				b, err := tt.enc.NewEncoder().Bytes(body)
				if err != nil {
					t.Fatal(err)
				}
				body = b
			}
			doc, err := Parse(body, tt.contentType, "")
			if err != nil {
				t.Fatal(err)
			}
			if got := doc.Items[0].Title.Value; got != tt.want {
				t.Errorf("title %q, want %q", got, tt.want)
			}
			if warned := len(doc.Warnings) > 0; warned != tt.warns {
				t.Errorf("warnings %q", strings.Join(doc.Warnings, "; "))
			}
		})
	}
}

func TestControls(t *testing.T) {
	const in, want = "<a>don\u0092t \u0080 5\u0085 \u0001x\u00a0</a>", "<a>don\u2019t \u20ac 5\u2026 x\u00a0</a>"
	if got, warning := Decode([]byte(in), ""); got != want || warning != "" {
		t.Errorf("%q, %q; want %q", got, warning, want)
	}
}
