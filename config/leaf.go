package config

import (
	"reflect"
	"strings"
)

// A leaf is a scalar of the raw tree. at is nil where the file says nothing;
// v is then the default.
type leaf[T any] struct {
	v  T
	at *place
}

func (l *leaf[T]) put(v any, at *place) { l.v, l.at = v.(T), at }
func (l *leaf[T]) get() (any, *place)   { return l.v, l.at }

// or returns the leaf's value, or v where the file says nothing.
func (l *leaf[T]) or(v T) T {
	if l.at == nil {
		return v
	}
	return l.v
}

// A slot is a leaf of any type.
type slot interface {
	put(v any, at *place)
	get() (any, *place)
}

// A list is a sequence of the raw tree. Word is set where the tag's word
// stands in its place.
type list[T any] struct {
	Items []T
	At    *place
	Word  bool
}

// isList tells lists from mappings, for reflection.
func (list[T]) isList() {}

// headers is a mapping with free keys, in the file's order.
type headers struct {
	Pairs []header
	At    *place
}

type header struct{ Name, Value leaf[string] }

// An address is a feed's address, parted from the credentials in it.
type address struct {
	url  string
	auth *BasicAuth
}

// A shape is what reflection finds in a mapping of the raw tree.
type shape struct {
	fields []field
	later  []string
	secret bool // one of the fields is secret
}

// A field is a key of a mapping with its tags.
type field struct {
	index              int
	key, kind, doc     string
	def, example       string
	hasDef             bool
	min, max, word     string
	enum               []string
	need, single, list bool
}

func shapeOf(t reflect.Type) *shape {
	s := &shape{}
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		if later, ok := tag.Lookup("later"); ok {
			s.later = strings.Fields(later)
		}
		key, ok := tag.Lookup("yaml")
		if !ok {
			continue
		}
		def, hasDef := tag.Lookup("default")
		s.secret = s.secret || kinds[tag.Get("kind")].secret
		s.fields = append(s.fields, field{
			index: i, key: key, kind: tag.Get("kind"), doc: tag.Get("doc"),
			def: def, hasDef: hasDef, example: tag.Get("example"),
			min: tag.Get("min"), max: tag.Get("max"), word: tag.Get("word"),
			enum: strings.Fields(tag.Get("enum")),
			need: tag.Get("need") != "", single: tag.Get("single") != "",
			list: isListType(t.Field(i).Type),
		})
	}
	return s
}

func isListType(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[interface{ isList() }]())
}

func (s *shape) field(key string) *field {
	for i := range s.fields {
		if s.fields[i].key == key {
			return &s.fields[i]
		}
	}
	return nil
}

func (s *shape) keys() []string {
	keys := make([]string, len(s.fields))
	for i, f := range s.fields {
		keys[i] = f.key
	}
	return keys
}
