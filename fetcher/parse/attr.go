package parse

import (
	"html"
	"strings"
)

// maxAttrs bounds the attributes that are read from one tag.
const maxAttrs = 64

// An attr is one attribute, its value decoded.
type attr struct{ name, value string }

type attrs []attr

// readAttrs reads the raw attributes of a tag. Values may lack their quotes.
func readAttrs(raw string, into attrs) attrs {
	into = into[:0]
	for i := 0; i < len(raw) && len(into) < maxAttrs; {
		if !nameStart(raw[i]) {
			i++
			continue
		}
		end := nameLength(raw, i)
		a := attr{name: raw[i:end]}
		i = skipSpace(raw, end)
		if i < len(raw) && raw[i] == '=' {
			var value string
			value, i = attrValue(raw, skipSpace(raw, i+1))
			a.value = decode(value)
		}
		into = append(into, a)
	}
	return into
}

func attrValue(raw string, i int) (string, int) {
	if i >= len(raw) {
		return "", i
	}
	if q := raw[i]; q == '"' || q == '\'' {
		if n := strings.IndexByte(raw[i+1:], q); n >= 0 {
			return raw[i+1 : i+1+n], i + n + 2
		}
		return raw[i+1:], len(raw)
	}
	end := i
	for end < len(raw) && !space(raw[end]) {
		end++
	}
	return raw[i:end], end
}

// get returns the value of the first attribute of that name, in any case and,
// for a name without prefix, of no prefix.
func (as attrs) get(name string) string {
	for _, a := range as {
		if a.name == name || strings.EqualFold(a.name, name) {
			return a.value
		}
	}
	return ""
}

func space(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func skipSpace(s string, i int) int {
	for i < len(s) && space(s[i]) {
		i++
	}
	return i
}

// maxEntity is longer than the longest name in HTML's table.
const maxEntity = 40

// decode replaces entities: XML's five, numeric ones and those of HTML, but
// only where a semicolon ends them. Any other '&' stands for itself, so an
// address with a raw ampersand survives.
func decode(s string) string {
	amp := strings.IndexByte(s, '&')
	if amp < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for amp >= 0 {
		b.WriteString(s[:amp])
		s = s[amp:]
		end := strings.IndexByte(s[:min(len(s), maxEntity)], ';')
		if end < 0 {
			b.WriteByte('&')
			s = s[1:]
		} else {
			used := writeEntity(&b, s[:end+1])
			s = s[used:]
		}
		amp = strings.IndexByte(s, '&')
	}
	b.WriteString(s)
	return b.String()
}

// writeEntity writes what "&name;" stands for and returns how much of it was
// used up.
func writeEntity(b *strings.Builder, entity string) int {
	switch entity {
	case "&amp;":
		b.WriteByte('&')
	case "&lt;":
		b.WriteByte('<')
	case "&gt;":
		b.WriteByte('>')
	case "&quot;":
		b.WriteByte('"')
	case "&apos;":
		b.WriteByte('\'')
	default:
		inner := entity[1 : len(entity)-1]
		if strings.ContainsAny(inner, " &<>\"'=\n\t") || inner == "" {
			b.WriteByte('&')
			return 1
		}
		u := html.UnescapeString(entity)
		if strings.HasSuffix(u, ";") && entity != "&semi;" && entity != "&#59;" {
			b.WriteByte('&') // an unknown name, or one that only starts like a known one
			return 1
		}
		for _, r := range u {
			if legal(r) {
				b.WriteRune(r)
			}
		}
	}
	return len(entity)
}

// legal tells whether XML 1.0 allows the character (section 2.2).
func legal(r rune) bool {
	return r >= 0x20 && r != 0xFFFE && r != 0xFFFF || r == '\t' || r == '\n' || r == '\r'
}
