package config

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// A source is a file of the config, kept so that mistakes can show its lines.
type source struct {
	name   string
	index  int      // order among the files of one Load
	lines  []string // without their ends, as YAML counts lines
	places map[string]*place
	meant  map[string]bool // keys that unknown keys were probably meant to be
	hidden []*place        // scalars that no message shows
	mends  int             // queries that YAML can't read, and that are reported
	mended map[int]bool    // their lines
	parsed bool            // the file is YAML; else masking has only its text to go by
}

func newSource(name string, index int, text string) *source {
	return &source{name: name, index: index, lines: splitLines(text), places: map[string]*place{}, meant: map[string]bool{}}
}

// top is the file as a whole.
func (s *source) top() *place { return &place{src: s, line: 1, col: 1} }

// splitLines cuts at the line ends of YAML 1.1 (section 5.4), by which the
// parser counts lines.
func splitLines(text string) []string {
	var lines []string
	start := 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == '\r' && strings.HasPrefix(text[i+1:], "\n") {
			n = 2
		}
		if strings.ContainsRune("\r\n\u0085\u2028\u2029", r) {
			lines = append(lines, text[start:i])
			start = i + n
		}
		i += n
	}
	return append(lines, text[start:])
}

// show returns a line as messages print it, secrets masked and long lines cut
// around the place, with the line that marks the column.
func (s *source) show(line, col int) (text, caret string) {
	if line < 1 || line > len(s.lines) || strings.TrimSpace(s.lines[line-1]) == "" {
		return "", ""
	}
	text = s.lines[line-1]
	at := len(text)
	if i := byteOfColumn(text, col); i < at {
		at = i
	}
	text, at = mask(text, at, s.spans(line))
	text, at = cut(text, at)
	var lead, line1 strings.Builder
	for i, r := range text {
		switch {
		case r == '\t':
		case !unicode.IsPrint(r) && r != ' ':
			r = unicode.ReplacementChar
		}
		line1.WriteRune(r)
		if i < at {
			lead.WriteString(blank(r))
		}
	}
	return strings.TrimRight(line1.String(), " \t"), lead.String() + "^"
}

// blank returns the blanks that are as wide as r on a terminal.
func blank(r rune) string {
	if r == '\t' {
		return "\t"
	}
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return ""
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return "  "
	}
	return " "
}

func byteOfColumn(line string, col int) int {
	for i := range line {
		if col--; col == 0 {
			return i
		}
	}
	return len(line)
}

// cut keeps about 120 bytes of a long line around the place.
func cut(text string, at int) (string, int) {
	const before, after = 80, 60
	if at+after < len(text) {
		end := at + after
		for !utf8.RuneStart(text[end]) {
			end++
		}
		text = text[:end] + "…"
	}
	if at > before {
		start := at - before
		for !utf8.RuneStart(text[start]) {
			start--
		}
		text, at = "…"+text[start:], at-start+len("…")
	}
	return text, at
}

// A span is a part of a line, in bytes.
type span struct{ from, to int }

const masked = "***"

// mask replaces the spans, and moves the place at along.
func mask(text string, at int, spans []span) (string, int) {
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var b strings.Builder
	done, moved := 0, at
	for _, sp := range spans {
		sp.from = max(sp.from, done)
		if sp.to <= sp.from {
			continue
		}
		b.WriteString(text[done:sp.from])
		switch {
		case at >= sp.to:
			moved += len(masked) - (sp.to - sp.from)
		case at > sp.from:
			moved -= at - sp.from
		}
		b.WriteString(masked)
		done = sp.to
	}
	b.WriteString(text[done:])
	return b.String(), moved
}

var (
	userinfo = regexp.MustCompile(`://([^/\s@]+)@`)
	param    = regexp.MustCompile(`(?i)[?&;][\w.-]*(?:token|key|auth|secret|pass|pwd|sig|session)[\w.-]*=([^&\s'"]+)`)
	keyed    = regexp.MustCompile(`(?i)[\w-]*(?:pass|token|secret|auth|cookie|key|credential|user)[\w-]*["']?\s*:\s+(\S.*)$`)
	header1  = regexp.MustCompile(`^\s*(?:-\s+)*(?:headers|basic_auth)\s*:\s+(\S.*)$`)
	inner    = regexp.MustCompile(`\b(?:headers|basic_auth)\s*:\s*(\{.*)$`)
	value1   = regexp.MustCompile(`^\s*[^\s:]+\s*:\s+(\S.*)$`)
	url1     = regexp.MustCompile(`\b(?:url|formerly)\s*:\s+(\S.*)$`)
	private1 = regexp.MustCompile(`\bprivate\s*:\s+['"]?(?i:true)\b`)
	above    = regexp.MustCompile(`^\s*(?:-\s+)*(?:headers|basic_auth)\s*:\s*(?:[#&].*|\{.*)?$`)
)

// spans returns what must not be seen of a line: what is known to be secret,
// and, in a file that could not be parsed, whatever looks like it.
func (s *source) spans(line int) []span {
	text := s.lines[line-1]
	var spans []span
	for _, p := range s.hidden {
		spans = append(spans, p.span(line)...)
	}
	spans = append(spans, groups(userinfo, text)...)
	spans = append(spans, groups(param, text)...)
	if s.parsed {
		return spans
	}
	for _, re := range []*regexp.Regexp{keyed, header1, inner} {
		spans = append(spans, groups(re, text)...)
	}
	if s.under(line, above) {
		if more := groups(value1, text); more != nil {
			spans = append(spans, more...)
		} else {
			spans = append(spans, span{len(text) - len(strings.TrimLeft(text, " \t")), len(text)})
		}
	}
	if s.besidePrivate(line) {
		spans = append(spans, groups(url1, text)...)
	}
	return spans
}

func groups(re *regexp.Regexp, text string) []span {
	var spans []span
	for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
		spans = append(spans, span{m[2], m[3]})
	}
	return spans
}

// under reports whether a line is indented below one that matches.
func (s *source) under(line int, re *regexp.Regexp) bool {
	indent := indentation(s.lines[line-1])
	for i := line - 2; i >= 0 && indent > 0; i-- {
		if t := strings.TrimSpace(s.lines[i]); t == "" || strings.HasPrefix(t, "#") {
			continue
		}
		if in := indentation(s.lines[i]); in < indent {
			if re.MatchString(s.lines[i]) {
				return true
			}
			indent = in
		}
	}
	return false
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// besidePrivate reports whether the element of a list that a line is in says
// private: true.
func (s *source) besidePrivate(line int) bool {
	starts := func(i int) bool { return strings.HasPrefix(strings.TrimSpace(s.lines[i]), "- ") }
	first, last := line-1, line
	for first > 0 && !starts(first) {
		first--
	}
	for last < len(s.lines) && !starts(last) {
		last++
	}
	return slices.ContainsFunc(s.lines[first:last], private1.MatchString)
}
