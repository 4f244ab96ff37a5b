package opml

import "strings"

// mend makes the attributes of outlines well-formed where their values hold
// raw quotes and tags, as when a program wrote a description into them as it
// was. Lines stay where they are.
//
// A quote ends a value only where another attribute of OPML follows, or the
// end of the tag and then another tag.
func mend(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	for {
		i := indexTag(s)
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = mendTag(&b, s[i:])
	}
}

const tagStart = "<outline"

func indexTag(s string) int {
	for from := 0; ; {
		i := strings.IndexByte(s[from:], '<')
		if i < 0 {
			return -1
		}
		i += from
		if len(s) > i+len(tagStart) && strings.EqualFold(s[i:i+len(tagStart)], tagStart) && strings.IndexByte(" \t\n\r", s[i+len(tagStart)]) >= 0 {
			return i
		}
		from = i + 1
	}
}

// mendTag writes the tag that s starts with and returns what follows it.
func mendTag(b *strings.Builder, s string) string {
	i := len(tagStart)
	b.WriteString(s[:i])
	for i < len(s) {
		switch c := s[i]; {
		case c == '>':
			b.WriteByte(c)
			return s[i+1:]
		case c == '<': // the tag has no end
			return s[i:]
		case (c == '"' || c == '\'') && strings.HasSuffix(strings.TrimRight(s[:i], " \t\r\n"), "="):
			end := valueEnd(s, i+1, c)
			if end < 0 {
				b.WriteString(s[i:])
				return ""
			}
			b.WriteByte(c)
			_, _ = rawValue.WriteString(b, s[i+1:end])
			b.WriteByte(c)
			i = end + 1
		case c == '"' || c == '\'': // of no value
			i++
		default:
			b.WriteByte(c)
			i++
		}
	}
	return ""
}

// rawValue escapes what may not stand in a value. Ampersands stay: the reader
// knows what to make of them.
var rawValue = strings.NewReplacer("<", "&lt;", `"`, "&quot;", "'", "&apos;")

// maxValue bounds how far the end of a value is looked for.
const maxValue = 64 << 10

func valueEnd(s string, from int, quote byte) int {
	for i := from; i < min(len(s), from+maxValue); i++ {
		if s[i] == quote && endsValue(s[i+1:]) {
			return i
		}
	}
	return -1
}

// endsValue tells whether s is what may follow a value.
func endsValue(s string) bool {
	rest := strings.TrimLeft(s, " \t\r\n")
	end := strings.TrimPrefix(rest, "/")
	if strings.HasPrefix(end, ">") {
		end = strings.TrimLeft(end[1:], " \t\r\n")
		return end == "" || end[0] == '<'
	}
	name, value, ok := strings.Cut(rest[:min(len(rest), 100)], "=")
	value = strings.TrimLeft(value, " \t\r\n")
	return ok && attributes[strings.ToLower(strings.TrimSpace(name))] && value != "" && (value[0] == '"' || value[0] == '\'')
}

// attributes are those of OPML 2.0's outlines and of the programs that write
// lists.
var attributes = map[string]bool{
	"text": true, "title": true, "type": true, "description": true, "xmlurl": true, "htmlurl": true, "url": true,
	"version": true, "category": true, "created": true, "language": true, "iscomment": true, "isbreakpoint": true,
	"comment": true, "icon": true, "imageurl": true, "id": true, "isopen": true, "updateinterval": true,
}
