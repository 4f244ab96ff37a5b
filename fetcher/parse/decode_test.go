package parse

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// scrubbed is scrub, a character at a time.
func scrubbed(s string) string {
	var b strings.Builder
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for _, r := range s {
		switch {
		case r == '\r':
			b.WriteByte('\n')
		case r < 0x20 && r != '\n' && r != '\t', r == 0xFFFE, r == 0xFFFF:
		case r >= 0x80 && r <= 0x9F:
			b.WriteRune(charmap.Windows1252.DecodeByte(byte(r)))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// FuzzDecode checks that whatever the bytes and their label, text comes out
// that XML may hold, and that valid UTF-8 loses nothing but what it may not.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("<?xml version='1.0' encoding='windows-1251'?>\xcf\xf0\xe8\xe2\xe5\xf2\r\rx\r\n"), "text/xml")
	f.Add([]byte("0123456\x01\xc2\x80\xef\xbf\xbf\xef\xbb\xbf89\x1b$B"), "text/xml; charset=iso-2022-jp")
	f.Add([]byte("\xff\xfe<\x00a\x00\x00\xd8"), "")
	f.Add([]byte("\x00\x00\xfe\xff\x00\x00\x00<"), "")
	f.Add([]byte("<meta charset=big5>\xa4\xa4\xff"), "text/html")
	f.Add([]byte("{\"a\":\"\xe9\xe9\"}"), "application/json; charset=\"x\"")
	f.Add([]byte("<a>FranÃ§ois</a>"), "")
	f.Add([]byte("<a>\x81\x40\x81\x41\x95\x5c</a>"), "text/xml; charset=Shift_JIS")
	f.Add([]byte("<?xml encoding=gb18030?>\x81\x30\x81\x30\xfe"), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		text, c := decodeBody(body, contentType)
		if !utf8.ValidString(text) || text != scrubbed(text) || c.by == "" || c.name == "" {
			t.Errorf("%q by %q of %q: %q", c.name, c.by, body, text)
		}
		if len(text) > 12*len(body)+12 {
			t.Errorf("%d bytes of %d", len(text), len(body))
		}
		if _, twice := once(string(body)); c.enc == nil && utf8.Valid(body) && !twice {
			if want := scrubbed(strings.TrimPrefix(string(body), "\uFEFF")); text != want {
				t.Errorf("%q, want %q", text, want)
			}
		}
	})
}
