package config

import (
	"fmt"
	"regexp"
	"strings"
)

// A file that is no YAML has no nodes. The paths of its mistakes are guessed
// from its indentation; flow style is not looked into.

var keyAtStart = regexp.MustCompile(`^([A-Za-z_]+)\s*:(\s|$)`)

// pathOf guesses the path of the key that a line gives, or of what it is in.
func (s *source) pathOf(line int) string {
	if line < 1 || line > len(s.lines) {
		return ""
	}
	return s.keyPath(line-1, 0)
}

// maxNesting bounds the guess.
const maxNesting = 12

func (s *source) keyPath(i, depth int) string {
	text := s.lines[i]
	col := indentation(text)
	if rest, ok := strings.CutPrefix(text[col:], "- "); ok {
		return join(s.itemPath(i, col, depth+1), keyOf(strings.TrimLeft(rest, " ")))
	}
	return join(s.around(i, col, depth+1), keyOf(text[col:]))
}

func keyOf(text string) string {
	if m := keyAtStart.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// around is the path of the mapping in which line i has a key at col.
func (s *source) around(i, col, depth int) string {
	for i--; i >= 0 && depth < maxNesting; i-- {
		text, ind, ok := s.lineAt(i)
		switch {
		case !ok || ind >= col:
		case strings.HasPrefix(text, "- "):
			return s.itemPath(i, ind, depth+1)
		default:
			return s.keyPath(i, depth+1)
		}
	}
	return ""
}

// itemPath is the path of the element whose dash stands on line i at col.
func (s *source) itemPath(i, col, depth int) string {
	n := 0
	for i--; i >= 0 && depth < maxNesting; i-- {
		text, ind, ok := s.lineAt(i)
		switch {
		case !ok || ind > col:
		case ind == col && (text == "-" || strings.HasPrefix(text, "- ")):
			n++
		default:
			return fmt.Sprintf("%s[%d]", s.keyPath(i, depth+1), n)
		}
	}
	return ""
}

// lineAt returns a line without its indentation, unless it is blank or a comment.
func (s *source) lineAt(i int) (text string, indent int, ok bool) {
	indent = indentation(s.lines[i])
	text = strings.TrimRight(s.lines[i][indent:], " \t")
	return text, indent, text != "" && text[0] != '#'
}
