package parse

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// declared finds the encoding in an XML declaration, XML 1.0 section 4.3.3.
var declared = regexp.MustCompile(`(?i)^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']?\s*([a-z0-9._:-]+)`)

// Decode returns body as UTF-8 text that holds no character forbidden in XML.
// A byte order mark decides its encoding, then the charset of contentType
// (RFC 7303 section 3), then the XML declaration, then the bytes themselves.
// Warning is not empty where a label was wrong or bytes had to be replaced.
func Decode(body []byte, contentType string) (text, warning string) {
	enc, marked := byMark(body)
	if enc == nil {
		enc, warning = byLabel(body, contentType)
	}
	if enc != nil {
		if b, err := enc.NewDecoder().Bytes(body); err == nil {
			body = b
		}
	}
	if !marked {
		body = bytes.TrimPrefix(body, []byte("\xEF\xBB\xBF"))
	}
	if !utf8.Valid(body) {
		body = bytes.ToValidUTF8(body, []byte("\uFFFD"))
		if warning == "" {
			warning = "some bytes are no valid UTF-8 and were replaced"
		}
	}
	return scrub(string(body)), warning
}

// byMark recognises byte order marks and the first characters of UTF-16 and
// UTF-32 documents without one (XML 1.0 appendix F).
func byMark(body []byte) (enc encoding.Encoding, marked bool) {
	has := func(prefix string) bool { return bytes.HasPrefix(body, []byte(prefix)) }
	switch {
	case has("\x00\x00\xFE\xFF"), has("\xFF\xFE\x00\x00"):
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM), true
	case has("\xFE\xFF"), has("\xFF\xFE"):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), true
	case has("\x00\x00\x00<"):
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), false
	case has("<\x00\x00\x00"):
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), false
	case has("\x00<"), has("\x00{"):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), false
	case has("<\x00"), has("{\x00"):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), false
	}
	return nil, false
}

// byLabel decides the encoding of a body in which ASCII stands for itself; nil
// means UTF-8.
func byLabel(body []byte, contentType string) (encoding.Encoding, string) {
	valid, multi := utf8Census(body)
	if valid && (multi > 0 || bytes.HasPrefix(body, []byte("\xEF\xBB\xBF"))) && !escapes(body) {
		// Text of several bytes a character that is valid UTF-8 by chance is
		// rarer by far than a wrong label.
		return nil, ""
	}
	var unknown string
	for _, label := range labels(body, contentType) {
		enc, name := charset.Lookup(label)
		if enc == nil {
			unknown = label
			continue
		}
		if name == "utf-8" || strings.HasPrefix(name, "utf-16") {
			continue // not UTF-8 and not UTF-16, as seen above
		}
		return enc, ""
	}
	switch {
	case valid:
		return nil, ""
	case multi > 0:
		return nil, "" // UTF-8 with some broken bytes
	case unknown != "":
		enc, _ := charset.Lookup("windows-1252")
		return enc, "unknown charset " + unknown + ", read as windows-1252"
	}
	enc, _ := charset.Lookup("windows-1252")
	return enc, "not UTF-8 as it should be, read as windows-1252"
}

// labels returns the charsets that the body is said to have, best first.
func labels(body []byte, contentType string) []string {
	var ls []string
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		ls = append(ls, params["charset"])
	}
	if m := declared.FindSubmatch(body[:min(len(body), 1024)]); m != nil {
		ls = append(ls, string(m[1]))
	}
	return ls
}

// utf8Census counts the characters of several bytes in body, up to a handful.
func utf8Census(body []byte) (valid bool, multi int) {
	valid = utf8.Valid(body)
	for i := 0; i < len(body) && multi < 8; {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(body[i:])
		if r != utf8.RuneError || n > 1 {
			multi++
		}
		i += n
	}
	return valid, multi
}

// escapes tells whether body holds the escape character that ISO-2022
// encodings shift with.
func escapes(body []byte) bool { return bytes.IndexByte(body, 0x1B) >= 0 }

// scrub drops the characters that XML 1.0 forbids and makes line ends "\n"
// (sections 2.2 and 2.11).
func scrub(s string) string {
	clean := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 && c != '\n' && c != '\t' || c == 0xEF && !legalAt(s, i) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\r':
			if i+1 == len(s) || s[i+1] != '\n' {
				b = append(b, '\n')
			}
		case c < 0x20 && c != '\n' && c != '\t':
		case c == 0xEF && !legalAt(s, i):
			i += 2
		default:
			b = append(b, c)
		}
	}
	return string(b)
}

// legalAt tells whether the character at i, which starts with 0xEF, is neither
// U+FFFE nor U+FFFF.
func legalAt(s string, i int) bool {
	return i+2 >= len(s) || s[i+1] != 0xBF || s[i+2] < 0xBE
}
