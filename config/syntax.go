package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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
// it; then it returns nil. Where that is a query that YAML can't read, the rest
// is read as if another stood there, so that one run tells all mistakes.
func parse(src *source, text string, r *report) *yaml.Node {
	for {
		root, f := parseOnce(src, text, r)
		if f == nil {
			return root
		}
		r.list = append(r.list, *f)
		var ok bool
		if text, ok = src.mend(text, f.line); !ok {
			return nil
		}
	}
}

// parseOnce is parse up to the first finding that ends it.
func parseOnce(src *source, text string, r *report) (*yaml.Node, *finding) {
	loader, err := yaml.NewLoader(strings.NewReader(text))
	if err != nil {
		return nil, &finding{at: src.top(), fault: fault{what: "the file can't be read as YAML", remedy: "look at its first lines"}}
	}
	var first, second yaml.Node
	switch err := loader.Load(&first); {
	case errors.Is(err, io.EOF):
		return nil, &finding{at: src.top(), fault: fault{what: "the file says nothing", remedy: "sluice init writes a starter file"}}
	case err != nil:
		return nil, syntax(src, err)
	}
	switch err := loader.Load(&second); {
	case err == nil:
		at := src.top()
		at.line, at.col = second.Line, second.Column
		r.add(at, "a second document begins here", "keep one document: remove the --- and what repeats the first")
	case !errors.Is(err, io.EOF):
		return nil, syntax(src, err)
	}
	src.parsed = true
	if len(first.Content) != 1 {
		return nil, nil
	}
	return first.Content[0], nil
}

// syntax makes a finding of an error of the YAML library.
func syntax(src *source, err error) *finding {
	f := &finding{at: src.top(), fault: fault{what: "is not YAML", remedy: "look at the indentation, quotes and colons here"}}
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return f
	}
	f.line, f.col = max(load.Mark.Line, 1), max(load.Mark.Column, 1)
	startLine, startCol := load.ContextMark.Line, load.ContextMark.Column
	if t, ok := src.trap(f.line); ok {
		f.path, f.line, f.col = src.pathOf(t.line), t.line, utf8.RuneCountInString(src.lines[t.line-1][:t.start])+1
		switch {
		case flowItem.MatchString(src.lines[t.line-1]):
			f.path = join(f.path, t.key)
		case !strings.Contains(f.path, t.key):
			f.path = t.key
		}
		f.fault = fault{what: "YAML can't read this query: " + t.why, remedy: t.remedy}
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
