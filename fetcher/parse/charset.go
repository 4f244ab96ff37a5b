package parse

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// declared finds the encoding in an XML declaration, XML 1.0 section 4.3.3.
var declared = regexp.MustCompile(`(?i)^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']?\s*([a-z0-9._:-]+)`)

// metaCharset finds the encoding in the head of an HTML page, HTML section
// 4.2.5.4.
var metaCharset = regexp.MustCompile(`(?i)<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([a-z0-9._:-]+)`)

// Decode returns body as UTF-8 text that holds no character forbidden in XML.
// A byte order mark decides its encoding, then the charset of contentType
// (RFC 7303 section 3), then the XML declaration, then a meta element, then
// the bytes themselves. Warning is not empty where a label was wrong or bytes
// had to be replaced.
func Decode(body []byte, contentType string) (text, warning string) {
	text, c := decodeBody(body, contentType)
	return text, c.warning
}

// A choice is the charset of a document: its name, and by what it was chosen.
type choice struct {
	enc      encoding.Encoding // nil: UTF-8
	name, by string
	warning  string
	marked   bool // the decoder takes the byte order mark off
}

func decodeBody(body []byte, contentType string) (string, choice) {
	c := byMark(body)
	if c.enc == nil {
		c = byLabel(body, contentType)
	}
	if c.enc != nil {
		if b, err := c.enc.NewDecoder().Bytes(body); err == nil {
			body = b
		}
	}
	if !c.marked {
		body = bytes.TrimPrefix(body, []byte("\xEF\xBB\xBF"))
	}
	if !utf8.Valid(body) {
		body = bytes.ToValidUTF8(body, []byte("\uFFFD"))
		if c.warning == "" {
			c.warning = "some bytes are no valid UTF-8 and were replaced"
		}
	}
	return scrub(string(body)), c
}

// byMark recognises byte order marks and the first characters of UTF-16 and
// UTF-32 documents without one (XML 1.0 appendix F).
func byMark(body []byte) choice {
	has := func(prefix string) bool { return bytes.HasPrefix(body, []byte(prefix)) }
	const mark, first = "its byte order mark", "its first characters"
	switch {
	case has("\x00\x00\xFE\xFF"), has("\xFF\xFE\x00\x00"):
		return choice{enc: utf32.UTF32(utf32.BigEndian, utf32.UseBOM), name: "utf-32", by: mark, marked: true}
	case has("\xFE\xFF"), has("\xFF\xFE"):
		return choice{enc: unicode.UTF16(unicode.BigEndian, unicode.UseBOM), name: "utf-16", by: mark, marked: true}
	case has("\x00\x00\x00<"):
		return choice{enc: utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), name: "utf-32be", by: first}
	case has("<\x00\x00\x00"):
		return choice{enc: utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), name: "utf-32le", by: first}
	case has("\x00<"), has("\x00{"):
		return choice{enc: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), name: "utf-16be", by: first}
	case has("<\x00"), has("{\x00"):
		return choice{enc: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), name: "utf-16le", by: first}
	}
	return choice{}
}

// byLabel decides the encoding of a body in which ASCII stands for itself.
func byLabel(body []byte, contentType string) choice {
	valid, multi := utf8Census(body)
	if bytes.HasPrefix(body, []byte("\xEF\xBB\xBF")) && valid && !escapes(body) {
		return choice{name: "utf-8", by: "its byte order mark"}
	}
	if valid && multi > 0 && !escapes(body) {
		// Text of several bytes a character that is valid UTF-8 by chance is
		// rarer by far than a wrong label.
		return choice{name: "utf-8", by: "its bytes"}
	}
	var unknown string
	for _, l := range labels(body, contentType) {
		enc, name := charset.Lookup(l.label)
		if enc == nil {
			unknown = l.label
			continue
		}
		if name == "utf-8" && valid {
			return choice{name: name, by: l.by}
		}
		if name == "utf-8" || strings.HasPrefix(name, "utf-16") {
			continue // not UTF-8 and not UTF-16, as seen above
		}
		return choice{enc: enc, name: name, by: l.by}
	}
	switch {
	case valid:
		return choice{name: "utf-8", by: "its bytes"}
	case multi > 0:
		return choice{name: "utf-8", by: "its bytes"} // with some broken ones
	}
	enc, name := charset.Lookup("windows-1252")
	c := choice{enc: enc, name: name, by: "its bytes", warning: "not UTF-8 as it should be, read as windows-1252"}
	if unknown != "" {
		c.warning = "unknown charset " + unknown + ", read as windows-1252"
	}
	return c
}

// A label is a charset that a body is said to have, and where it says so.
type label struct{ label, by string }

// labels returns the charsets that the body is said to have, best first.
func labels(body []byte, contentType string) []label {
	var ls []label
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		ls = append(ls, label{params["charset"], "the Content-Type header"})
	}
	head := body[:min(len(body), 1024)]
	if m := declared.FindSubmatch(head); m != nil {
		ls = append(ls, label{string(m[1]), "its XML declaration"})
	}
	if m := metaCharset.FindSubmatch(head); m != nil {
		ls = append(ls, label{string(m[1]), "its meta element"})
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
// (sections 2.2 and 2.11). The control characters from U+0080 to U+009F, which
// nobody means, become what windows-1252 has in their places, as HTML does for
// references to them (section 13.2.5.80).
func scrub(s string) string {
	clean := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 && c != '\n' && c != '\t' || c == 0xEF && !legalAt(s, i) || c == 0xC2 && controlAt(s, i) {
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
		case c == 0xC2 && controlAt(s, i):
			i++
			b = utf8.AppendRune(b, charmap.Windows1252.DecodeByte(s[i]))
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

// controlAt tells whether the character at i, which starts with 0xC2, is one of
// U+0080 to U+009F.
func controlAt(s string, i int) bool {
	return i+1 < len(s) && s[i+1] >= 0x80 && s[i+1] <= 0x9F
}
