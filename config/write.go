package config

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// A writer writes a raw tree as YAML, what has a place only. With docs it
// writes every key: its doc, and behind a # without a blank those without a
// place. Of a list's elements only the first is so explained.
type writer struct {
	strings.Builder
	docs bool
}

// mapping writes the keys of a struct. lead, if any, stands before the first
// one in place of its indentation.
func (w *writer) mapping(v reflect.Value, indent, lead string, docs bool) {
	for _, f := range shapeOf(v.Type()).fields {
		fv := v.Field(f.index)
		if !docs && !given(fv) {
			continue
		}
		if docs {
			at := indent
			if lead != "" {
				at = strings.TrimSuffix(lead, "- ")
			}
			w.WriteString(at + "# " + f.doc + "\n")
		}
		mark := ""
		if !given(fv) && !isMapping(fv) {
			mark = "#"
		}
		start := indent
		if lead != "" {
			start, lead = lead, ""
		}
		w.WriteString(start + mark + f.key + ":")
		w.value(fv, &f, indent, docs, mark != "")
		if docs && indent == "" {
			w.WriteString("\n")
		}
	}
}

func isMapping(v reflect.Value) bool {
	switch v.Addr().Interface().(type) {
	case slot, *headers, *partners:
		return false
	}
	return !isListType(v.Type())
}

// given reports whether a part of the tree has something to write.
func given(v reflect.Value) bool {
	switch x := v.Addr().Interface().(type) {
	case slot:
		_, at := x.get()
		return at != nil
	case *headers:
		return len(x.Pairs) > 0
	case *partners:
		return len(x.Pairs) > 0
	}
	if isListType(v.Type()) {
		return v.FieldByName("Word").Bool() || !v.FieldByName("At").IsNil()
	}
	for _, f := range shapeOf(v.Type()).fields {
		if given(v.Field(f.index)) {
			return true
		}
	}
	return false
}

// value writes what stands behind a key's colon.
func (w *writer) value(v reflect.Value, f *field, indent string, docs, example bool) {
	if example {
		w.WriteString(" " + exampleOf(f) + "\n")
		return
	}
	switch x := v.Addr().Interface().(type) {
	case slot:
		w.WriteString(" " + scalar(x, f) + "\n")
		return
	case *headers:
		w.pairs(x.Pairs, "header", indent)
		return
	case *partners:
		w.pairs(x.Pairs, "path", indent)
		return
	}
	if !isListType(v.Type()) {
		w.WriteString("\n")
		w.mapping(v, indent+"  ", "", docs)
		return
	}
	w.list(v, f, indent, docs)
}

// pairs writes a mapping with free keys.
func (w *writer) pairs(pairs []header, kind, indent string) {
	w.WriteString("\n")
	for _, h := range pairs {
		w.WriteString(indent + "  " + quote(h.Name.v, false) + ": " + scalar(&h.Value, &field{kind: kind}) + "\n")
	}
}

func (w *writer) list(v reflect.Value, f *field, indent string, docs bool) {
	items := v.FieldByName("Items")
	switch {
	case v.FieldByName("Word").Bool():
		w.WriteString(" " + f.word + "\n")
	case items.Len() == 0:
		w.WriteString(" []\n")
	case f.kind == "":
		w.WriteString("\n")
		for i := range items.Len() {
			w.mapping(items.Index(i), indent+"    ", indent+"  - ", docs && i == 0)
		}
	case f.single && items.Len() == 1:
		w.WriteString(" " + scalar(items.Index(0).Addr().Interface().(slot), f) + "\n")
	default:
		texts := make([]string, items.Len())
		for i := range texts {
			texts[i] = scalar(items.Index(i).Addr().Interface().(slot), f)
		}
		w.WriteString(" [" + strings.Join(texts, ", ") + "]\n")
	}
}

// exampleOf is what the starter shows for a key that it leaves out.
func exampleOf(f *field) string {
	switch {
	case f.example != "":
		return f.example
	case f.list:
		return "[" + strings.ReplaceAll(f.def, " ", ", ") + "]"
	case f.def != "":
		return f.def
	}
	return `""`
}

// scalar writes a leaf. What came from the environment or is masked stands as
// its place says.
func scalar(x slot, f *field) string {
	v, at := x.get()
	if at != nil && at.expanded {
		return quote(at.written, false)
	}
	k := mustKind(f.kind)
	switch v.(type) {
	case string, address:
		return quote(k.format(v), k.query)
	}
	return k.format(v)
}

var (
	plain = regexp.MustCompile(`^([A-Za-z/.][A-Za-z0-9_./-]*((:| )[A-Za-z0-9_./-]+)*|[0-9]+(\.[0-9]+){3}:[0-9]+)$`)
	other = regexp.MustCompile(`^(?i:true|false|null|yes|no|on|off|y|n|\.nan|\.inf)$|^\.[0-9]`)
)

// quote writes text so that every reader of YAML takes it for that text.
func quote(text string, always bool) string {
	if !always && plain.MatchString(text) && !other.MatchString(text) {
		return text
	}
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.QuoteToASCII(text)
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}
