package config

import (
	"regexp"
	"strings"
)

// This file finds queries that stand between the braces of YAML's flow style,
// where a comma or a closing bracket ends them too.

var flowQuery = regexp.MustCompile(`[\s{,](match|never|only):[ \t]+`)

// flowTrap looks for a query that YAML misreads behind the first brace of a
// line.
func (s *source) flowTrap(n int) (trap, bool) {
	text := s.lines[n-1]
	for from := strings.IndexByte(text, '{'); from >= 0; {
		m := flowQuery.FindStringSubmatchIndex(text[from:])
		if m == nil || from+m[1] == len(text) {
			break
		}
		t := trap{key: text[from+m[2] : from+m[3]], line: n, start: from + m[1], indent: indentation(text)}
		value := text[t.start:]
		value = strings.TrimRight(value[:flowEnd(value)], " \t")
		if value != "" {
			if t.why, t.remedy = misread(value); t.remedy == quoteIt {
				t.remedy = quoteInBraces
			}
		}
		if t.why != "" {
			return t, true
		}
		from = t.start + len(value)
	}
	return trap{}, false
}

const quoteInBraces = "put the whole query in single quotes, each ' in it doubled"

// flowEnd returns where a value of a mapping between braces ends for one who
// reads it as it is meant: at a comma or a closing brace outside of quotes and
// inner brackets.
func flowEnd(value string) int {
	depth := 0
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case (c == '"' || c == '\'') && (i == 0 || strings.IndexByte(" ([{,", value[i-1]) >= 0):
			end := closing(value[i:])
			if end < 0 {
				return len(value)
			}
			i += end
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			if depth--; depth < 0 {
				return i
			}
		case c == ',' && depth == 0:
			return i
		}
	}
	return len(value)
}
