package config

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// This file knows how YAML misreads queries: their quotes, parentheses, stars,
// colons and minus signs mean other things to it.

const (
	quoteIt  = "put the whole query in single quotes, each ' in it doubled, or on the lines below after >-"
	anchored = "a & at its beginning names an anchor"
	orBlank  = quoteIt + "; or write a blank behind the # of a comment"
	quoteAll = "put each query of the list in single quotes, each ' in it doubled, or on a line of its own after -"
)

var (
	queryLine = regexp.MustCompile(`(?:^|[\s{,-])(match|never|only):[ \t]+(\S.*)$`)
	queryKey  = regexp.MustCompile(`^[\s-]*(match):\s*(?:#.*)?$`)
	listItem  = regexp.MustCompile(`^\s*-[ \t]+(\S.*)$`)
	dashes    = regexp.MustCompile(`^\s*(?:-[ \t]*)*$`)
	flowItem  = regexp.MustCompile(`^[\s-]*\{`)
	blockOpen = regexp.MustCompile(`^[|>][-+1-9]*(?:[ \t]+[^#\s]|[^-+1-9\s])`)
)

// A trap is a query on one line that YAML misreads.
type trap struct {
	key         string
	line        int // from 1
	start       int // of the value in its line, in bytes
	indent      int // of what the value belongs to: its key, or its dash in a list
	why, remedy string
}

// trap looks for a query that YAML misreads at or just above a line where the
// parser gave up.
func (s *source) trap(line int) (trap, bool) {
	for n := min(line, len(s.lines)); n >= max(1, line-1); n-- {
		if t, ok := s.trapOn(n); ok {
			return t, true
		}
	}
	return trap{}, false
}

func (s *source) trapOn(n int) (trap, bool) {
	if n < 1 || n > len(s.lines) || s.mended[n] {
		return trap{}, false
	}
	text := s.lines[n-1]
	t := trap{line: n}
	if flowItem.MatchString(text) {
		return s.flowTrap(n)
	} else if m := queryLine.FindStringSubmatchIndex(text); m != nil {
		t.key, t.start, t.indent = text[m[2]:m[3]], m[4], m[2]
	} else if m := listItem.FindStringSubmatchIndex(text); m != nil && s.under(n, queryKey) {
		t.key, t.start, t.indent = "match", m[2], indentation(text)
	} else {
		return trap{}, false
	}
	t.why, t.remedy = misread(text[t.start:])
	return t, t.why != ""
}

// mend replaces the misread query on a line, and the lines below that belong
// to it, by one that YAML reads. Inside of brackets that can't be done: what
// follows could not be told from the rest of the query.
func (s *source) mend(text string, line int) (string, bool) {
	t, ok := s.trapOn(line)
	if !ok || s.mends >= maxMends {
		return "", false
	}
	on := s.lines[line-1]
	if !dashes.MatchString(strings.TrimSuffix(strings.TrimRight(on[:t.start], " \t"), t.key+":")) {
		return "", false
	}
	if s.mends++; s.mended == nil {
		s.mended = map[int]bool{}
	}
	lines := splitLines(text)
	lines[line-1] = on[:t.start] + standIn
	s.mended[line] = true
	for i := line; i < len(lines); i++ {
		if strings.TrimSpace(lines[i]) != "" && indentation(lines[i]) <= t.indent {
			break
		}
		lines[i] = ""
		s.mended[i+1] = true
	}
	return strings.Join(lines, "\n"), true
}

const (
	standIn  = "x" // a query that nothing is wrong with
	maxMends = 20  // each costs reading the file once more
)

// misread tells what YAML takes the unquoted text of a query for, and the
// remedy; or "".
func misread(value string) (why, remedy string) {
	switch c := value[0]; {
	case c == '"' || c == '\'':
		why = misquoted(value)
	case c == '*':
		why = "a * at its beginning refers to an anchor"
	case c == '&':
		why = anchored
	case c == '!':
		why = "a ! at its beginning is a tag"
	case strings.ContainsRune("%@`", rune(c)):
		why = "a value can't begin with " + string(c)
	case c == '[' && strings.HasSuffix(strings.TrimRight(value, " \t"), "]"):
		return "in a list between brackets a quote ends a query where it closes, and a bracket or a comma ends one too", quoteAll
	case c == '[' || c == '{':
		why = "a " + string(c) + " at its beginning opens a bracket of YAML's"
	case strings.HasPrefix(value, "- "):
		why = "a - with a blank behind it begins a list"
	case strings.HasPrefix(value, "? "):
		why = "a ? with a blank behind it begins a key"
	case blockOpen.MatchString(value):
		why = "behind a " + string(c) + " at its beginning nothing may follow on the same line"
	case c == '|' || c == '>':
	case strings.Contains(value, ": "):
		why = "a colon with a blank behind it makes a key of what stands before"
	case strings.HasSuffix(value, ":"):
		why = "a colon at its end makes a key of it"
	}
	return why, quoteIt
}

// misquoted is misread for a text that begins with a quote.
func misquoted(value string) string {
	end := closing(value)
	inside := value
	if end > 0 {
		inside = value[:end]
	}
	if value[0] == '"' {
		if esc := notEscape.FindStringSubmatch(inside); esc != nil {
			return "in double quotes a \\ begins an escape of YAML's, and " + esc[1] + " is none"
		}
	}
	switch {
	case end < 0:
		return "it begins with a quote that does not close on its line"
	case end+1 < len(value) && strings.TrimSpace(value[end+1:]) != "" && !strings.HasPrefix(strings.TrimSpace(value[end+1:]), "#"):
		return "it begins with a quote, so it ends for YAML where that quote closes"
	}
	return ""
}

// notEscape finds the first \ that begins no escape (YAML 1.2.2, section 5.7).
var notEscape = regexp.MustCompile(`^(?:[^\\]|\\[0abt\tnvfre "/\\N_LPxuU])*(\\[^0abt\tnvfre "/\\N_LPxuU])`)

// closing returns where the quote that opens value closes, or -1.
func closing(value string) int {
	for i := 1; i < len(value); i++ {
		switch {
		case value[0] == '"' && value[i] == '\\':
			i++
		case value[i] == value[0] && value[0] == '\'' && strings.HasPrefix(value[i+1:], "'"):
			i++
		case value[i] == value[0]:
			return i
		}
	}
	return -1
}

// misreadQuery names what YAML made of a query though it parsed.
func (d *decoder) misreadQuery(n *yaml.Node) *fault {
	why, plain := "", n.Style&^yaml.TaggedStyle == 0
	switch {
	case n.Anchor != "" && !d.named[n]:
		why = anchored
	case plain && n.LineComment != "" && looksCut(n.Value):
		why = "it ends for YAML at the blank before #, where a comment begins"
	case plain && hashWord.MatchString(n.LineComment):
		return &fault{what: "YAML misreads this query: it ends at the blank before #, where a comment begins", remedy: orBlank}
	case plain && looksCut(n.Value) && d.beforeComma(n):
		return &fault{what: "YAML misreads this query: between brackets it ends at the comma", remedy: quoteInBraces}
	case n.Style&yaml.DoubleQuotedStyle != 0:
		if i := strings.IndexFunc(n.Value, escaped); i >= 0 {
			r, _ := utf8.DecodeRuneInString(n.Value[i:])
			why = "in double quotes " + escapes[r] + " is an escape of YAML's"
		}
	}
	if why == "" {
		return nil
	}
	return &fault{what: "YAML misreads this query: " + why, remedy: quoteIt}
}

// hashWord finds a comment that may be meant as a word of the query.
var hashWord = regexp.MustCompile(`^#[\pL\pN]`)

// beforeComma reports whether a comma follows a scalar that stands on one line.
func (d *decoder) beforeComma(n *yaml.Node) bool {
	if n.Line < 1 || n.Line > len(d.src.lines) {
		return false
	}
	line := d.src.lines[n.Line-1]
	rest, ok := strings.CutPrefix(line[byteOfColumn(line, n.Column):], n.Value)
	return ok && strings.HasPrefix(strings.TrimLeft(rest, " \t"), ",")
}

// lostQuery names what YAML made of the query of a key if that is nothing.
func (d *decoder) lostQuery(n *yaml.Node, key *place) *finding {
	f := &finding{at: key, path: key.path, line: key.line, col: key.col}
	if n.Anchor != "" && !d.named[n] {
		f.fault = fault{what: "YAML misreads this query: " + anchored, remedy: quoteIt}
		f.line, f.col = n.Line, n.Column
		return f
	}
	if key.line < 1 || key.line > len(d.src.lines) {
		return nil
	}
	line := d.src.lines[key.line-1]
	m := lostToHash.FindStringSubmatchIndex(line[byteOfColumn(line, key.col):])
	if m == nil {
		return nil
	}
	f.col = key.col + m[2]
	f.fault = fault{what: "YAML misreads this query: a # at its beginning makes a comment of it", remedy: orBlank}
	return f
}

var lostToHash = regexp.MustCompile(`^\w+:[ \t]+(#)[\pL\pN]`)

// escapes are YAML's escapes that regular expressions have too, or that nobody
// means in a query, by what they stand for.
var escapes = map[rune]string{0: `\0`, '\a': `\a`, '\b': `\b`, '\v': `\v`, '\f': `\f`, 0x1b: `\e`, 0x85: `\N`, 0x2028: `\L`, 0x2029: `\P`}

func escaped(r rune) bool { return escapes[r] != "" }

// looksCut reports whether a query can't end where it ends.
func looksCut(query string) bool {
	if strings.Count(query, `"`)%2 != 0 || strings.Count(query, "(") > strings.Count(query, ")") {
		return true
	}
	words := strings.Fields(query)
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	return last == "OR" || last == "AND" || last == "NOT" || last == "-" || strings.HasSuffix(last, ":")
}

// queryCause tells why a query became something else.
func queryCause(n *yaml.Node) string {
	switch {
	case n.Style&yaml.FlowStyle != 0 && n.Kind == yaml.MappingNode:
		return "a { at its beginning opens a bracket of YAML's"
	case n.Style&yaml.FlowStyle != 0:
		return "a [ at its beginning opens a bracket of YAML's"
	case n.Kind == yaml.MappingNode:
		return "a colon with a blank behind it makes a key of what stands before"
	}
	return "a - with a blank behind it begins a list"
}
