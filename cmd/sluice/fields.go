package main

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
	"unicode"
)

// A field is one thing that a record says: its name, and a scalar, a list of
// fields or a list of lists.
type field struct {
	name  string
	value any // string, number, bool, []field or []any
}

// fieldsOf returns what a struct says, in the order of its fields, those that
// say nothing left out. Names are in snake_case; durations are in seconds.
func fieldsOf(v reflect.Value) []field {
	var out []field
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || v.Field(i).IsZero() {
			continue
		}
		if value := plainValue(v.Field(i)); value != nil {
			out = append(out, field{snake(f.Name), value})
		}
	}
	return out
}

func plainValue(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case time.Time:
		return x.UTC().Format(time.RFC3339)
	case time.Duration:
		return x.Seconds()
	case time.Weekday:
		return x.String()
	}
	switch v.Kind() {
	case reflect.Pointer:
		return plainValue(v.Elem())
	case reflect.Struct:
		if fields := fieldsOf(v); len(fields) > 0 {
			return fields
		}
		return nil
	case reflect.Slice:
		list := []any{}
		for i := range v.Len() {
			if value := plainValue(v.Index(i)); value != nil {
				list = append(list, value)
			}
		}
		return list
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int64:
		return v.Int()
	case reflect.Uint8, reflect.Uint32:
		return v.Uint()
	case reflect.Float64:
		return v.Float()
	}
	return nil
}

// snake writes a Go name as JSON's names are: GUID as guid, InReplyTo as
// in_reply_to, NewFeedURL as new_feed_url.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.Replace(b.String(), "i_tunes", "itunes", 1)
}

// jsonValue turns fields into what encoding/json prints.
func jsonValue(v any) any {
	switch v := v.(type) {
	case []field:
		m := make(map[string]any, len(v))
		for _, f := range v {
			m[f.name] = jsonValue(f.value)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = jsonValue(v[i])
		}
		return list
	}
	return v
}

// printFields prints fields for people, one a line, those inside indented.
func printFields(w io.Writer, fields []field, indent string) {
	for _, f := range fields {
		switch v := f.value.(type) {
		case []field:
			fmt.Fprintf(w, "%s%s:\n", indent, f.name)
			printFields(w, v, indent+"  ")
		case []any:
			fmt.Fprintf(w, "%s%s:\n", indent, f.name)
			for _, e := range v {
				if inner, ok := e.([]field); ok {
					fmt.Fprintf(w, "%s-\n", indent+"  ")
					printFields(w, inner, indent+"    ")
					continue
				}
				fmt.Fprintf(w, "%s- %s\n", indent+"  ", oneLine(fmt.Sprint(e)))
			}
		default:
			fmt.Fprintf(w, "%s%s: %s\n", indent, f.name, oneLine(fmt.Sprint(v)))
		}
	}
}
