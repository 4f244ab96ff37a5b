package config

import (
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"
)

// list reads a sequence. An element that is nothing is a mistake.
func (d *decoder) list(n *yaml.Node, v reflect.Value, f *field, at *place, path string) {
	items := v.FieldByName("Items")
	switch {
	case null(n, false) && n.Style == 0:
		return
	case n.Kind == yaml.ScalarNode && f.word != "" && n.Value == f.word:
		v.FieldByName("Word").SetBool(true)
		v.FieldByName("At").Set(reflect.ValueOf(at))
		return
	case n.Kind == yaml.ScalarNode && f.single:
		item := reflect.New(items.Type().Elem())
		d.leaf(n, item.Interface().(slot), f, path)
		v.FieldByName("At").Set(reflect.ValueOf(at))
		if _, set := item.Interface().(slot).get(); set != nil && n.Value != "" {
			items.Set(reflect.Append(items, item.Elem()))
		}
		return
	case n.Kind != yaml.SequenceNode:
		d.notList(n, f, path)
		return
	}
	v.FieldByName("At").Set(reflect.ValueOf(at))
	for i, c := range n.Content {
		item := reflect.New(items.Type().Elem()).Elem()
		elem := fmt.Sprintf("%s[%d]", path, i)
		if null(c, kindEmpty(f)) || f.single && c.Kind == yaml.ScalarNode && strings.TrimSpace(c.Value) == "" {
			d.report.add(d.at(c, elem), "this element is empty", "fill it in, or remove its -")
			continue
		}
		d.decode(c, item, f, d.at(c, elem), elem)
		items.Set(reflect.Append(items, item))
	}
}

func kindEmpty(f *field) bool { return f.kind != "" && mustKind(f.kind).empty }

func (d *decoder) notList(n *yaml.Node, f *field, path string) {
	at := d.wrong(n, path)
	fl := fault{what: isA(n) + ", and a list is due", remedy: "begin each element with -, or write [a, b]"}
	switch {
	case f.kind != "" && mustKind(f.kind).query:
		fl = fault{what: isA(n) + ", and a query is due: " + queryCause(n), remedy: quoteIt}
	case n.Kind == yaml.ScalarNode && f.word != "":
		fl.remedy = "write " + f.word + ", or a list such as [" + strings.ReplaceAll(f.def, " ", ", ") + "]"
	case n.Kind == yaml.ScalarNode && f.kind != "" && !strings.ContainsAny(n.Value, "\n,[]{}#") && len(n.Value) < 60:
		fl.hint = "write [" + n.Value + "]"
	case n.Kind == yaml.MappingNode:
		fl.remedy = "put - before its first key"
	}
	d.report.value(at, fl)
}

// wrong is the place of a node of a kind that can't stand there.
func (d *decoder) wrong(n *yaml.Node, path string) *place {
	at := d.at(n, path)
	if n.Kind == yaml.ScalarNode {
		at = d.place(n, path)
		at.expanded = strings.Contains(n.Value, "${")
	}
	d.src.places[path] = at
	return at
}

func isA(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "is a mapping"
	case yaml.SequenceNode:
		return "is a list"
	}
	return "is a single value"
}
