package parse

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
)

// maxSample bounds the text by which a charset is found.
const maxSample = 16 << 10

// sniff finds the encoding of a body that is not UTF-8 by its bytes and by the
// language that it names. It is windows-1252 where they tell nothing.
func sniff(body []byte) (encoding.Encoding, string) {
	sample := sampleOf(body)
	switch {
	case escapes(body):
		return charset.Lookup("iso-2022-jp")
	case isThai(sample):
		return charset.Lookup("windows-874")
	}
	results, err := chardet.NewTextDetector().DetectAll(sample)
	if err != nil {
		results = nil
	}
	// The detector's order of equals is that of its goroutines.
	slices.SortFunc(results, func(a, b chardet.Result) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), strings.Compare(a.Charset, b.Charset))
	})
	for _, r := range results {
		enc, name := charset.Lookup(r.Charset)
		switch {
		case enc == nil || strings.HasPrefix(name, "utf-") || name == "replacement" || lossy(enc, sample):
			continue
		case name == "koi8-r" && bytes.ContainsAny(sample, "\xa4\xa6\xa7\xad\xb4\xb6\xb7\xbd"):
			// Where this has frames of tables, KOI8-U has letters.
			return charset.Lookup("koi8-u")
		case name == "iso-8859-2":
			return charset.Lookup(central(sample))
		case name != "windows-1252":
			return enc, name
		}
		break
	}
	if enc, name := byLanguage(body, sample); enc != nil {
		return enc, name
	}
	return charset.Lookup("windows-1252")
}

// sampleOf returns the texts of a body that are not all ASCII, without tags.
func sampleOf(body []byte) []byte {
	var out []byte
	for len(body) > 0 && len(out) < maxSample {
		end := bytes.IndexByte(body, '<')
		if end < 0 {
			end = len(body)
		}
		if text := body[:min(end, maxSample)]; !ascii(text) {
			out = append(append(out, text...), ' ')
		}
		body = body[end:]
		const cdata = "<![CDATA["
		if bytes.HasPrefix(body, []byte(cdata)) {
			body = body[len(cdata):]
		} else if gt := bytes.IndexByte(body, '>'); gt >= 0 {
			body = body[gt+1:]
		} else {
			break
		}
	}
	return out[:min(len(out), maxSample)]
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// misread reports whether the bytes of a body show that it is not in the
// encoding that it is said to be in.
func misread(enc encoding.Encoding, name string, body []byte) bool {
	sample := sampleOf(body)
	text, err := enc.NewDecoder().Bytes(sample)
	if err != nil {
		return true
	}
	lost, all := losses(text)
	if lost > 1 {
		other, otherName := sniff(body)
		if otherName != name && (lost*20 > all || otherName != "windows-1252" && !lossy(other, sample)) {
			return true
		}
	}
	return name == "windows-1252" && inRuns(sample)
}

// lossy reports whether more than a few of the characters of b that are not
// ASCII are none in an encoding.
func lossy(enc encoding.Encoding, b []byte) bool {
	text, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return true
	}
	lost, all := losses(text)
	return lost*20 > all
}

// losses counts the characters of a decoded text that are not ASCII, and those
// of them that tell of a wrong encoding.
func losses(text []byte) (lost, all int) {
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if all++; r == utf8.RuneError || r < 0xA0 {
			lost++
		}
		i += n
	}
	return lost, all
}

// isThai reports whether text is Thai in TIS-620: its marks stand on consonants
// only, and its leading vowels before them, which no other text does by chance.
func isThai(text []byte) bool {
	marks := 0
	for i, c := range text {
		prev, next := byte(0), byte(0)
		if i > 0 {
			prev = text[i-1]
		}
		if i+1 < len(text) {
			next = text[i+1]
		}
		switch {
		case c > 0xDA && c < 0xDF, c > 0xFB, c >= 0x80 && c < 0xA0 && c != 0x85 && (c < 0x91 || c > 0x97):
			return false
		case c == 0xD1, c >= 0xD4 && c <= 0xDA: // vowels above and below
			if marks++; prev < 0xA1 || prev > 0xCE {
				return false
			}
		case c >= 0xE7 && c <= 0xEE: // tones and other signs
			if marks++; prev < 0xA1 || prev > 0xCE && prev < 0xD1 || prev > 0xDA {
				return false
			}
		case c >= 0xE0 && c <= 0xE4 && next != 0: // leading vowels
			if next < 0xA1 || next > 0xCE {
				return false
			}
		}
	}
	return marks >= 4
}

// inRuns reports whether the characters of a text that are not ASCII stand
// beside each other nearly always: then it is in no western language.
func inRuns(text []byte) bool {
	high, beside := 0, 0
	for i, c := range text {
		if c < utf8.RuneSelf {
			continue
		}
		high++
		if i > 0 && text[i-1] >= utf8.RuneSelf || i+1 < len(text) && text[i+1] >= utf8.RuneSelf {
			beside++
		}
	}
	return high >= 16 && beside*8 > high*7
}

// language finds the language that a feed or page names.
var language = regexp.MustCompile(`(?i)(?:<(?:dc:)?language>\s*|\slang\s*=\s*["']?|xml:lang\s*=\s*["']?)([a-z]{2})\b(-(?:tw|hk|hant))?`)

// legacy holds the encoding of old texts in a language, HTML section 13.2.3.2;
// of central Europe only ISO-8859-2, which is told from windows-1250 by the
// bytes.
var legacy = map[string]string{
	"ar": "windows-1256", "fa": "windows-1256", "az": "windows-1254", "ku": "windows-1254", "tr": "windows-1254",
	"ba": "windows-1251", "be": "windows-1251", "bg": "windows-1251", "kk": "windows-1251", "ky": "windows-1251", "mk": "windows-1251",
	"ru": "windows-1251", "sr": "windows-1251", "tg": "windows-1251", "tt": "windows-1251", "uk": "windows-1251",
	"cs": "iso-8859-2", "hr": "iso-8859-2", "hu": "iso-8859-2", "pl": "iso-8859-2", "ro": "iso-8859-2", "sk": "iso-8859-2", "sl": "iso-8859-2",
	"el": "iso-8859-7", "he": "windows-1255", "et": "windows-1257", "lt": "windows-1257", "lv": "windows-1257", "vi": "windows-1258",
	"ja": "shift_jis", "ko": "euc-kr", "th": "windows-874", "zh": "gb18030", "zh-": "big5",
}

// byLanguage returns the encoding that texts in the language of a body are in,
// if they are in one of their own and can be in it.
func byLanguage(body, sample []byte) (encoding.Encoding, string) {
	m := language.FindSubmatch(body[:min(len(body), 4096)])
	if m == nil {
		return nil, ""
	}
	label := legacy[strings.ToLower(string(m[1]))]
	switch {
	case label == "":
		return nil, ""
	case label == "gb18030" && len(m[2]) > 0:
		label = legacy["zh-"]
	case label == "iso-8859-2":
		label = central(sample)
	}
	enc, name := charset.Lookup(label)
	if lossy(enc, sample) {
		return nil, ""
	}
	return enc, name
}

// central tells which of the two encodings of central Europe a text is in. They
// agree in most letters. Only windows-1250 has any below 0xA0, which is enough
// but for Polish, whose letters with an ogonek tell.
func central(text []byte) string {
	has := func(c byte) bool { return bytes.IndexByte(text, c) >= 0 }
	if has(0xB3) && has(0xB9) && !has(0xB1) || slices.ContainsFunc(text, func(c byte) bool { return c >= 0x80 && c < 0xA0 }) {
		return "windows-1250"
	}
	return "iso-8859-2"
}
