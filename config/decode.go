package config

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A decoder fills the raw tree from the nodes of one file.
type decoder struct {
	src    *source
	getenv func(string) (string, bool)
	report *report
	shapes map[reflect.Type]*shape
	named  map[*yaml.Node]bool // nodes that aliases refer to
	cyclic map[*yaml.Node]bool // aliases inside what they refer to
	deep   int                 // aliases being followed
	budget int                 // nodes that may yet be read through aliases
}

// maxAliased bounds the nodes read through aliases: a few lines of them can
// stand for billions.
const maxAliased = 100_000

func newDecoder(src *source, root *yaml.Node, getenv func(string) (string, bool), r *report) *decoder {
	d := &decoder{src: src, getenv: getenv, report: r, shapes: map[reflect.Type]*shape{},
		named: map[*yaml.Node]bool{}, cyclic: map[*yaml.Node]bool{}, budget: maxAliased}
	d.note(root, map[*yaml.Node]bool{})
	return d
}

// note finds what aliases refer to, and those that would never end.
func (d *decoder) note(n *yaml.Node, around map[*yaml.Node]bool) {
	if n.Alias != nil {
		d.named[n.Alias] = true
		d.cyclic[n] = around[n.Alias]
	}
	if len(n.Content) == 0 {
		return
	}
	around[n] = true
	for _, c := range n.Content {
		d.note(c, around)
	}
	delete(around, n)
}

func (d *decoder) shape(t reflect.Type) *shape {
	s := d.shapes[t]
	if s == nil {
		s = shapeOf(t)
		d.shapes[t] = s
	}
	return s
}

// place makes the place of a node and keeps it by its path.
func (d *decoder) place(n *yaml.Node, path string) *place {
	p := d.scalarAt(n, path)
	d.src.places[path] = p
	return p
}

func (d *decoder) scalarAt(n *yaml.Node, path string) *place {
	p := d.at(n, path)
	if n.Kind == yaml.ScalarNode {
		p.scalar, p.style, p.written = true, n.Style, n.Value
		p.props = n.Anchor != "" || n.Style&yaml.TaggedStyle != 0
	}
	return p
}

// at is place for a key that has no other use.
func (d *decoder) at(n *yaml.Node, path string) *place {
	return &place{src: d.src, line: n.Line, col: n.Column, path: path}
}

// follow goes through an alias. The caller calls done when it has read the
// node. It returns nil where the node can't be read.
func (d *decoder) follow(n *yaml.Node, path string) (target *yaml.Node, done func()) {
	done = func() {}
	if (d.deep > 0 || n.Kind == yaml.AliasNode) && !d.spend(n, path) {
		return nil, done
	}
	if n.Kind != yaml.AliasNode {
		return n, done
	}
	if d.cyclic[n] {
		d.report.add(d.at(n, path), "an alias stands inside what it refers to", "write out what is meant")
		return nil, done
	}
	d.deep++
	return n.Alias, func() { d.deep-- }
}

// spend takes one node from the budget and reports, once, that it is used up.
func (d *decoder) spend(n *yaml.Node, path string) bool {
	if d.budget--; d.budget == -1 {
		d.report.add(d.at(n, path), "aliases stand for too much here", "write out what is meant")
	}
	return d.budget >= 0
}

// null reports whether a node says nothing: no text or a bare ~, and the word
// null too unless it may be meant as text.
func null(n *yaml.Node, text bool) bool {
	if n.Kind != yaml.ScalarNode || n.Style != 0 {
		return n.Kind == yaml.ScalarNode && n.Tag == "!!null"
	}
	return n.Value == "" || n.Value == "~" || !text && strings.EqualFold(n.Value, "null")
}

// decode reads a node into a part of the raw tree. at is the place of its key.
func (d *decoder) decode(n *yaml.Node, v reflect.Value, f *field, at *place, path string) {
	n, done := d.follow(n, path)
	if n == nil {
		return
	}
	defer done()
	if f != nil && f.kind != "" && mustKind(f.kind).query && null(n, true) {
		if lost := d.lostQuery(n, at); lost != nil {
			d.report.list = append(d.report.list, *lost)
			return
		}
	}
	switch x := v.Addr().Interface().(type) {
	case slot:
		d.leaf(n, x, f, path)
	case *headers:
		d.headers(n, x, f, at, path)
	case *partners:
		d.partners(n, x, at, path)
	default:
		if isListType(v.Type()) {
			d.list(n, v, f, at, path)
		} else {
			d.mapping(n, v, f, at, path)
		}
	}
}

// mapping reads a mapping into a struct. A nil node leaves the defaults.
func (d *decoder) mapping(n *yaml.Node, v reflect.Value, f *field, at *place, path string) {
	s := d.shape(v.Type())
	if n == nil || n.Kind != yaml.MappingNode {
		if n != nil && !null(n, false) {
			wrong := d.wrong(n, path)
			if s.secret {
				d.hide(n)
				wrong.hide()
			}
			d.report.value(wrong, fault{what: isA(n) + ", and keys with values are due", remedy: "the keys here are " + strings.Join(s.keys(), ", ")})
		} else if n != nil && f.need {
			d.needs(v, s, at)
		}
		d.defaults(v, s)
		return
	}
	v.FieldByName("At").Set(reflect.ValueOf(at))
	d.src.places[path] = at
	for _, e := range d.entries(n, path) {
		key := join(path, keyName(e.name))
		fl := s.field(e.name)
		if fl == nil {
			d.unknown(e, path, s)
			continue
		}
		if _, leaf := v.Field(fl.index).Addr().Interface().(slot); !leaf {
			d.src.places[key] = d.at(e.key, key)
		}
		d.decode(e.value, v.Field(fl.index), fl, d.at(e.key, key), key)
	}
	d.defaults(v, s)
	d.needs(v, s, at)
}

// unknown reports a key that is not in the tree.
func (d *decoder) unknown(e entry, parent string, s *shape) {
	at := d.at(e.key, join(parent, keyName(e.name)))
	if s.secret || credential.MatchString(e.name) {
		d.hide(e.value)
	}
	for _, later := range s.later {
		if e.name == later {
			d.report.add(at, "unknown key: it is planned, but not supported by this version", "remove it")
			return
		}
	}
	if parent == "" && d.src.index > 0 && d.shape(reflect.TypeFor[rawFile]()).field(e.name) != nil {
		d.report.add(at, "stands in an included file, which holds feeds and topics only", "move it to the top file")
		return
	}
	if meant := suggest(e.name, s.keys()); meant != "" {
		d.src.meant[join(parent, meant)] = true
		d.report.add(at, "unknown key", "did you mean "+meant+"?")
		return
	}
	d.report.add(at, "unknown key", "known here: "+strings.Join(s.keys(), ", "))
}

// hide keeps all scalars of a node out of the lines that messages show.
func (d *decoder) hide(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		d.scalarAt(n, "").hide()
	}
	for _, c := range n.Content {
		d.hide(c)
	}
}

// defaults fills in what the file does not say.
func (d *decoder) defaults(v reflect.Value, s *shape) {
	for i := range s.fields {
		f := &s.fields[i]
		fv := v.Field(f.index)
		switch x := fv.Addr().Interface().(type) {
		case slot:
			if _, at := x.get(); at == nil && f.hasDef {
				value, _ := mustKind(f.kind).parse(f.def, f)
				x.put(value, nil)
			}
		case *headers, *partners:
		default:
			if at := fv.FieldByName("At"); at.IsNil() && !f.list {
				d.mapping(nil, fv, f, nil, "")
			} else if at.IsNil() && f.hasDef {
				d.defaultList(fv, f)
			}
		}
	}
}

func (d *decoder) defaultList(v reflect.Value, f *field) {
	items := v.FieldByName("Items")
	for _, word := range strings.Fields(f.def) {
		item := reflect.New(items.Type().Elem())
		value, _ := mustKind(f.kind).parse(word, f)
		item.Interface().(slot).put(value, nil)
		items.Set(reflect.Append(items, item.Elem()))
	}
}

// needs reports the keys that must be there and are not.
func (d *decoder) needs(v reflect.Value, s *shape, at *place) {
	for i := range s.fields {
		f := &s.fields[i]
		if !f.need {
			continue
		}
		key := join(at.path, f.key)
		if _, ok := d.src.places[key]; !ok && !d.src.meant[key] {
			if _, leaf := v.Field(f.index).Addr().Interface().(slot); leaf {
				d.report.missing(at, f.key, "add "+f.key+": with "+lower(f.doc))
				continue
			}
			d.src.places[key] = at
			inner := *at
			inner.path = key
			d.needs(v.Field(f.index), d.shape(v.Field(f.index).Type()), &inner)
		}
	}
}

func lower(doc string) string {
	doc = strings.TrimSuffix(doc, ".")
	return strings.ToLower(doc[:1]) + doc[1:]
}
