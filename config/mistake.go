package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Mistake is something in a config file that can't stand, with its place and
// its remedy. Its texts show no secret and nothing that came from the
// environment.
type Mistake struct {
	File         string // as it was given to Load, or as found by include
	Line, Column int    // from 1; the column counts characters
	Path         string // such as topics[0].match; empty for the file as a whole
	What, Remedy string
	Source       string // the line, secrets masked; empty where there is none
	Caret        string // blanks that lead to the place in Source, and ^

	// List is the file of the reading list that can't be read; empty for any
	// other mistake. What was read of it last may do in its place.
	List string
}

// Head returns the mistake's first line: FILE:LINE:COL: PATH: WHAT; REMEDY.
func (m Mistake) Head() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: ", m.File, m.Line, m.Column)
	if m.Path != "" {
		b.WriteString(m.Path + ": ")
	}
	b.WriteString(m.What)
	if m.Remedy != "" {
		b.WriteString("; " + m.Remedy)
	}
	return b.String()
}

// String returns the first line and, where there is a place to show, the
// source line and a line with a caret, each indented by four blanks.
func (m Mistake) String() string {
	if m.Source == "" {
		return m.Head()
	}
	return m.Head() + "\n    " + m.Source + "\n    " + m.Caret
}

// Mistakes is all that is wrong in a config, in the order of files and lines.
// It is never empty. Read is the config as far as it could be read, for
// those who look for more mistakes in it, and for those who know what to do
// about all that is in List; it may be nil.
type Mistakes struct {
	List []Mistake
	Read *Config
}

// Error returns all mistakes as Mistake.String writes them, a line end between
// two of them.
func (m *Mistakes) Error() string {
	texts := make([]string, len(m.List))
	for i, mistake := range m.List {
		texts[i] = mistake.String()
	}
	return strings.Join(texts, "\n")
}

// InOrder sorts mistakes of this config, its own and later findings, by file
// and place, and leaves out what is told twice.
func (c *Config) InOrder(list []Mistake) []Mistake {
	order := map[string]int{}
	for i, s := range c.sources {
		order[s.name] = i
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(list)
}

// maxMistakes bounds what one run says: a generated file may be wrong in every line.
const maxMistakes = 500

// A fault is what is wrong with a value, as far as the value alone tells. A
// hint is a remedy made from the value: it is shown instead of remedy unless
// the value must not be seen.
type fault struct{ what, remedy, hint string }

// A finding is a mistake before it is put into words. The words wait until the
// whole config is read, because only then is it known what is secret.
type finding struct {
	at    *place
	path  string
	line  int // where at's own place is not meant
	col   int
	quote bool   // begin with the value at the place
	list  string // as Mistake.List
	fault
}

// A report collects the findings of one Load.
type report struct{ list []finding }

func (r *report) add(at *place, what, remedy string) {
	r.list = append(r.list, finding{at: at, path: at.path, fault: fault{what: what, remedy: remedy}})
}

// missing reports a key that is not there at its parent.
func (r *report) missing(parent *place, key, remedy string) {
	r.list = append(r.list, finding{at: parent, path: join(parent.path, key), fault: fault{what: "is missing", remedy: remedy}})
}

// value reports a fault of the value at a place.
func (r *report) value(at *place, f fault) {
	r.list = append(r.list, finding{at: at, path: at.path, quote: true, fault: f})
}

// keyName is a key as paths show it.
func keyName(key string) string {
	if key != "" && len(key) <= 64 && isLine(key) && !strings.ContainsAny(key, " .[]\"") {
		return key
	}
	return strconv.Quote(clip(key))
}

func join(path, key string) string {
	if path == "" || key == "" {
		return path + key
	}
	return path + "." + key
}

// mistakes puts the findings into words, in order and each once.
func (r *report) mistakes() []Mistake {
	order := map[*source]int{}
	for _, f := range r.list {
		if _, ok := order[f.at.src]; !ok {
			order[f.at.src] = f.at.src.index
		}
	}
	var list []Mistake
	slices.SortStableFunc(r.list, func(a, b finding) int {
		al, ac := a.spot()
		bl, bc := b.spot()
		return cmp.Or(cmp.Compare(order[a.at.src], order[b.at.src]), cmp.Compare(al, bl), cmp.Compare(ac, bc))
	})
	seen := map[string]bool{}
	for i, f := range r.list {
		m := f.mistake()
		if head := m.Head(); !seen[head] {
			seen[head] = true
			list = append(list, m)
		}
		if rest := len(r.list) - i - 1; len(list) == maxMistakes && rest > 0 {
			m.Path, m.What, m.Remedy = "", fmt.Sprintf("up to %d more mistakes are not shown", rest), "mend these first"
			return append(list, m)
		}
	}
	return list
}

func (f *finding) spot() (line, col int) {
	if f.line > 0 {
		return f.line, f.col
	}
	return f.at.line, f.at.col
}

func (f *finding) mistake() Mistake {
	what, remedy := f.what, f.remedy
	if f.quote && f.at.scalar {
		what = f.at.shown() + " " + what
	}
	if f.hint != "" && !f.at.secret && !f.at.expanded {
		remedy = f.hint
	}
	line, col := f.spot()
	m := Mistake{File: f.at.src.name, Line: line, Column: col, Path: f.path, What: what, Remedy: remedy, List: f.list}
	m.Source, m.Caret = f.at.src.show(line, col)
	return m
}
