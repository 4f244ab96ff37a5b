package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// readable checks the bytes of a file before YAML sees them and returns its
// text without a byte order mark; or "" and what is wrong.
func readable(data []byte) (text string, f *fault, line, col int) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return "", &fault{what: "the file is in UTF-16", remedy: "save it as UTF-8"}, 1, 1
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(data)) == 0 {
		return "", &fault{what: "the file is empty", remedy: "sluice init writes a starter file"}, 1, 1
	}
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			f = &fault{what: "the file is not UTF-8", remedy: "save it as UTF-8"}
		} else if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 && r != 0x85 || r == 0xfeff || r == 0xfffe || r == 0xffff {
			f = &fault{what: fmt.Sprintf("the file has the control character U+%04X here", r), remedy: "remove it"}
		}
		if f != nil {
			lines := splitLines(string(data[:i]))
			return "", f, len(lines), utf8.RuneCountInString(lines[len(lines)-1]) + 1
		}
		i += n
	}
	return string(data), nil, 0, 0
}

// parse turns the text of a file into YAML nodes, and reports what prevents
// it; then it returns nil.
func parse(src *source, text string, r *report) *yaml.Node {
	loader, err := yaml.NewLoader(strings.NewReader(text))
	if err != nil {
		r.add(src.top(), "the file can't be read as YAML", "look at its first lines")
		return nil
	}
	var first, second yaml.Node
	switch err := loader.Load(&first); {
	case errors.Is(err, io.EOF):
		r.add(src.top(), "the file says nothing", "sluice init writes a starter file")
		return nil
	case err != nil:
		r.list = append(r.list, syntax(src, err))
		return nil
	}
	src.parsed = true
	switch err := loader.Load(&second); {
	case err == nil:
		at := src.top()
		at.line, at.col = second.Line, second.Column
		r.add(at, "a second document begins here", "keep one document: remove the --- and what repeats the first")
	case !errors.Is(err, io.EOF):
		src.parsed = false
		r.list = append(r.list, syntax(src, err))
		return nil
	}
	if len(first.Content) != 1 {
		return nil
	}
	return first.Content[0]
}

// syntax makes a finding of an error of the YAML library.
func syntax(src *source, err error) finding {
	f := finding{at: src.top(), fault: fault{what: "is not YAML", remedy: "look at the indentation, quotes and colons here"}}
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return f
	}
	f.line, f.col = max(load.Mark.Line, 1), max(load.Mark.Column, 1)
	startLine, startCol := load.ContextMark.Line, load.ContextMark.Column
	if key, line, col, why := src.trap(f.line); why != "" {
		f.path, f.line, f.col = src.pathOf(line), line, col
		if !strings.Contains(f.path, key) {
			f.path = key
		}
		f.fault = fault{what: "YAML can't read this query: " + why, remedy: quoteIt}
		return f
	}
	here := ""
	if f.line <= len(src.lines) {
		here = src.lines[f.line-1][byteOfColumn(src.lines[f.line-1], f.col):]
	}
	switch msg := load.Message; {
	case strings.HasPrefix(here, "\t"), strings.Contains(indentOf(src, f.line), "\t"):
		f.fault = fault{what: "a tab stands in the indentation", remedy: "indent by blanks only"}
	case strings.Contains(msg, "cannot start any token"):
		f.fault = fault{what: "a value can't begin with this character", remedy: "put the value in single quotes"}
	case strings.Contains(msg, "mapping values are not allowed"):
		f.fault = fault{what: "a colon with a blank behind it stands where no key can be", remedy: "put a value that holds one in single quotes, or align the key with its neighbours"}
	case strings.Contains(msg, "unknown anchor"):
		f.fault = fault{what: "a value that begins with * refers to an anchor, and there is none of that name", remedy: "put the value in single quotes, or define the anchor with & above"}
	case strings.Contains(msg, "unexpected end of stream") && startLine > 0:
		f.line, f.col = startLine, startCol
		f.fault = fault{what: "a quote opens here and is never closed", remedy: "close it"}
	case strings.Contains(msg, "',' or"), strings.Contains(msg, "expected node content"):
		if startLine > 0 {
			f.line, f.col = startLine, startCol
		}
		f.fault = fault{what: "a bracket opens here and what follows does not fit", remedy: "close it, and put commas between what stands in it"}
	case strings.Contains(msg, "could not find expected ':'"):
		if startLine > 0 {
			f.line, f.col = startLine, startCol
		}
		f.fault = fault{what: "this is neither a key nor part of a value", remedy: "write it as key: value, or indent it below what it belongs to"}
	case strings.Contains(msg, "did not find expected key"):
		f.fault = fault{what: "this does not fit what stands before it", remedy: "align keys of one level, and put nothing behind a closing quote or bracket"}
	case strings.Contains(msg, "'-' indicator"):
		f.fault = fault{what: "a list ends here without its level ending", remedy: "begin each element with -, and align keys with keys"}
	case strings.Contains(msg, "sequence entries are not allowed"):
		f.fault = fault{what: "a list can't begin on the line of its key", remedy: "begin it on the next line, or put a value that begins with - in single quotes"}
	case strings.Contains(msg, "depth"):
		f.fault = fault{what: "brackets or lists are nested too deep", remedy: "no key needs more than four levels"}
	}
	f.path = src.pathOf(f.line)
	return f
}

func indentOf(src *source, line int) string {
	if line > len(src.lines) {
		return ""
	}
	return src.lines[line-1][:indentation(src.lines[line-1])]
}

const quoteIt = "put the whole query in single quotes, each ' in it doubled, or on the lines below after >-"

var (
	queryLine = regexp.MustCompile(`(?:^|[\s{,-])(match|never):[ \t]+(\S.*)$`)
	queryKey  = regexp.MustCompile(`^[\s-]*(match):\s*(?:#.*)?$`)
	listItem  = regexp.MustCompile(`^\s*-[ \t]+(\S.*)$`)
)

// trap looks for a query that YAML misreads at or just above a line where the
// parser gave up.
func (s *source) trap(line int) (key string, at, col int, why string) {
	for n := min(line, len(s.lines)); n >= max(1, line-1); n-- {
		text := s.lines[n-1]
		var value string
		var start int
		if m := queryLine.FindStringSubmatchIndex(text); m != nil {
			key, value, start = text[m[2]:m[3]], text[m[4]:], m[4]
		} else if m := listItem.FindStringSubmatchIndex(text); m != nil && s.under(n, queryKey) {
			key, value, start = "match", text[m[2]:], m[2]
		} else {
			continue
		}
		if why := misread(value); why != "" {
			return key, n, utf8.RuneCountInString(text[:start]) + 1, why
		}
	}
	return "", 0, 0, ""
}

// misread tells what YAML takes the unquoted text of a query for, or "".
func misread(value string) string {
	switch c := value[0]; {
	case c == '"' || c == '\'':
		if end := closing(value); end > 0 && end+1 < len(value) && !strings.HasPrefix(strings.TrimSpace(value[end+1:]), "#") && strings.TrimSpace(value[end+1:]) != "" {
			return "it begins with a quote, so it ends for YAML where that quote closes"
		} else if end < 0 {
			return "it begins with a quote that does not close on its line"
		}
		return ""
	case c == '*':
		return "a * at its beginning refers to an anchor"
	case c == '&':
		return "a & at its beginning names an anchor"
	case c == '!':
		return "a ! at its beginning is a tag"
	case strings.ContainsRune("%@`", rune(c)):
		return "a value can't begin with " + string(c)
	case c == '[' || c == '{':
		return "a " + string(c) + " at its beginning opens a bracket of YAML's"
	case strings.HasPrefix(value, "- "):
		return "a - with a blank behind it begins a list"
	case strings.Contains(value, ": ") && c != '|' && c != '>':
		return "a colon with a blank behind it makes a key of what stands before"
	case strings.HasSuffix(value, ":"):
		return "a colon at its end makes a key of it"
	}
	return ""
}

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
