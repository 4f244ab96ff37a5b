package parse

import (
	"bytes"
	"cmp"
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
			if lost, _ := losses(b); lost > 0 && c.warning == "" && bytes.Contains(b, []byte("\uFFFD")) {
				c.warning = "some bytes are no valid " + c.name + " and were replaced"
			}
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
	text := string(body)
	if c.enc == nil {
		if mended, ok := once(text); ok {
			text, c.warning = mended, "its text was UTF-8 and encoded as UTF-8 again"
		}
	}
	return scrub(text), c
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

// byLabel decides the encoding of a body in which ASCII stands for itself. A
// label is believed unless the bytes show that it is wrong: then the next one,
// and in the end what the bytes look like.
func byLabel(body []byte, contentType string) choice {
	valid, multi, broken := utf8Census(body)
	if bytes.HasPrefix(body, []byte("\xEF\xBB\xBF")) && valid && !escapes(body) {
		return choice{name: "utf-8", by: "its byte order mark"}
	}
	if valid && multi > 0 && !escapes(body) {
		// Text of several bytes a character that is valid UTF-8 by chance is
		// rarer by far than a wrong label.
		return choice{name: "utf-8", by: "its bytes"}
	}
	var wrong string
	for _, l := range labels(body, contentType) {
		enc, name := charset.Lookup(l.label)
		switch {
		case enc == nil:
			wrong = cmp.Or(wrong, "unknown charset "+l.label)
		case name == "utf-8" && valid && !escapes(body):
			return choice{name: name, by: l.by}
		case name == "utf-8" && multi >= max(broken, 1):
			return choice{name: name, by: l.by} // with some broken characters
		case name == "utf-8" || strings.HasPrefix(name, "utf-16"):
			wrong = cmp.Or(wrong, "not "+strings.ToUpper(name)+" as it says")
		case misread(enc, name, body):
			wrong = cmp.Or(wrong, "not "+name+" as it says")
		default:
			return choice{enc: enc, name: name, by: l.by}
		}
	}
	if valid && !escapes(body) || multi >= max(broken, 1) {
		return choice{name: "utf-8", by: "its bytes"} // maybe with some broken characters
	}
	enc, name := sniff(body)
	if wrong == "" {
		wrong = "not UTF-8 as it should be"
	}
	return choice{enc: enc, name: name, by: "its bytes", warning: wrong + ", read as " + name}
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

// utf8Census counts the characters of several bytes in body, up to a few
// thousand, and what is none.
func utf8Census(body []byte) (valid bool, multi, broken int) {
	valid = utf8.Valid(body)
	enough := 4096
	if valid {
		enough = 1
	}
	for i := 0; i < len(body) && multi < enough; {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(body[i:])
		if r != utf8.RuneError || n > 1 {
			multi++
		} else {
			broken++
		}
		i += n
	}
	return valid, multi, broken
}

// escapes tells whether body shifts to Japanese as ISO-2022-JP does.
func escapes(body []byte) bool {
	return bytes.Contains(body, []byte("\x1b$B")) || bytes.Contains(body, []byte("\x1b$@"))
}

// scrub drops the characters that XML 1.0 forbids and makes line ends "\n"
// (sections 2.2 and 2.11). The control characters from U+0080 to U+009F, which
// nobody means, become what windows-1252 has in their places, as HTML does for
// references to them (section 13.2.5.80).
func scrub(s string) string {
	i := unclean(s, 0)
	if i == len(s) {
		return s
	}
	b := make([]byte, 0, len(s))
	for done := 0; ; done, i = i, unclean(s, i) {
		b = append(b, s[done:i]...)
		if i == len(s) {
			return string(b)
		}
		switch c := s[i]; c {
		case '\r':
			if i+1 == len(s) || s[i+1] != '\n' {
				b = append(b, '\n')
			}
		case 0xEF:
			i += 2
		case 0xC2:
			i++
			b = utf8.AppendRune(b, charmap.Windows1252.DecodeByte(s[i]))
		}
		i++
	}
}

// unclean returns the index from i on of the first character that scrub does
// not leave as it is, the length of s where there is none.
func unclean(s string, i int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for i < len(s) {
		end := len(s)
		if i+8 <= len(s) {
			// Eight bytes at once: is one below 0x20, or 0xEF or 0xC2?
			x := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
				uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
			ef, c2 := x^0xEF*ones, x^0xC2*ones
			if ((x-0x20*ones)&^x|(ef-ones)&^ef|(c2-ones)&^c2)&highs == 0 {
				i += 8
				continue
			}
			end = i + 8
		}
		for ; i < end; i++ {
			if c := s[i]; c < 0x20 && c != '\n' && c != '\t' || c == 0xEF && !legalAt(s, i) || c == 0xC2 && controlAt(s, i) {
				return i
			}
		}
	}
	return i
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
