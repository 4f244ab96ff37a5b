package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Schema returns the JSON Schema (draft 2020-12) of a config file, for editors
// and other tools. It accepts all that Load accepts, but for YAML's merge keys
// and included files, and refuses what can be told from one value or its
// neighbours.
func Schema() []byte {
	s := schemaOf(reflect.TypeFor[rawFile]())
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "The configuration of sluice"
	return mustJSON(s)
}

// mustJSON encodes maps and slices of strings, numbers and truth values, which
// never fails.
func mustJSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func schemaOf(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, f := range shapeOf(t).fields {
		s := schemaField(t.Field(f.index).Type, &f)
		s["description"] = f.doc
		properties[f.key] = s
		if f.need {
			required = append(required, f.key)
		}
	}
	s := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	if t == reflect.TypeFor[rawFeed]() {
		s["oneOf"] = []any{
			map[string]any{"required": []string{"url"}},
			map[string]any{"required": []string{"opml"}, "properties": map[string]any{"name": false, "formerly": false}},
		}
	}
	return s
}

func schemaField(t reflect.Type, f *field) map[string]any {
	switch reflect.New(t).Interface().(type) {
	case slot:
		s := mustKind(f.kind).schema(f)
		if f.hasDef {
			s["default"] = defaultOf(f)
		}
		return s
	case *headers:
		return map[string]any{"type": []string{"object", "null"}, "additionalProperties": schemaText(&field{need: true})}
	case *partners:
		return map[string]any{"type": []string{"object", "null"}, "additionalProperties": schemaText(&field{need: true, kind: "path"}),
			"propertyNames": map[string]any{"pattern": topicName.String()}}
	}
	if !isListType(t) {
		s := schemaOf(t)
		if !f.need {
			s["type"] = []string{"object", "null"}
		}
		return s
	}
	items, _ := t.FieldByName("Items")
	list := map[string]any{"type": []string{"array", "null"}}
	if f.kind == "" {
		list["items"] = schemaOf(items.Type.Elem())
	} else {
		item := *f
		item.hasDef = false
		list["items"] = mustKind(f.kind).schema(&item)
	}
	switch {
	case f.word != "":
		return map[string]any{"anyOf": []any{list, map[string]any{"const": f.word}}}
	case f.single:
		return map[string]any{"anyOf": []any{list, schemaText(&field{})}}
	}
	return list
}

func defaultOf(f *field) any {
	if n, err := strconv.Atoi(f.def); err == nil && f.kind == "int" {
		return n
	}
	if n, err := strconv.ParseFloat(f.def, 64); err == nil && f.kind == "share" {
		return n
	}
	if f.kind == "bool" {
		return f.def == "true"
	}
	return f.def
}

// orVariable allows a value that is made of the environment, and none.
func orVariable(f *field, s map[string]any) map[string]any {
	choices := []any{s, map[string]any{"type": "string", "pattern": `\$`}}
	if !f.need {
		choices = append(choices, map[string]any{"type": "null"})
	}
	return map[string]any{"anyOf": choices}
}

// schemaText is that of a string: what YAML takes for a number or a truth
// value keeps its text.
func schemaText(f *field) map[string]any {
	types := []string{"string", "number", "boolean"}
	if !f.need {
		types = append(types, "null")
	}
	s := map[string]any{"type": types}
	switch f.kind {
	case "feed", "site", "proxy", "listen", "opml":
		s["type"] = slices.DeleteFunc(types, func(t string) bool { return t == "number" || t == "boolean" })
	}
	switch f.kind {
	case "feed", "site":
		s["pattern"] = `^[Hh][Tt][Tt][Pp][Ss]?://|\$`
	case "proxy":
		s["pattern"] = `^$|^([Hh][Tt][Tt][Pp]|[Ss][Oo][Cc][Kk][Ss]5[Hh]?|[Hh][Tt][Tt][Pp][Ss])://|\$`
	case "listen":
		s["pattern"] = `:[0-9]+$|\$`
	case "store", "opml":
		s["pattern"] = `^[^:]*(:[^/][^:]*)*$|\$`
	}
	if f.need && f.kind != "secret" && f.kind != "" {
		s["minLength"] = 1
	}
	return s
}

func schemaTopic(f *field) map[string]any {
	return orVariable(f, map[string]any{"type": []string{"string", "number", "boolean"}, "pattern": topicName.String(),
		"not": map[string]any{"type": "string", "pattern": "^([Aa][Rr][Cc][Hh][Ii][Vv][Ee]|[Ii][Nn][Dd][Ee][Xx])$"}})
}

func schemaEnum(f *field) map[string]any {
	return orVariable(f, map[string]any{"enum": f.enum})
}

func schemaBool(f *field) map[string]any {
	return orVariable(f, map[string]any{"enum": []any{true, false, "true", "false"}})
}

func schemaInt(f *field) map[string]any {
	s := map[string]any{"type": []string{"integer", "string"}, "pattern": "^-?[0-9]+$"}
	for key, text := range map[string]string{"minimum": f.min, "maximum": f.max} {
		if n, err := strconv.Atoi(text); err == nil {
			s[key] = n
		}
	}
	return orVariable(f, s)
}

func schemaShare(f *field) map[string]any {
	s := map[string]any{"type": []string{"number", "string"}, "pattern": `^[0-9]*\.?[0-9]+$`}
	for key, text := range map[string]string{"minimum": f.min, "maximum": f.max} {
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			s[key] = n
		}
	}
	return orVariable(f, s)
}

func schemaPort(f *field) map[string]any {
	bounded := *f
	bounded.min, bounded.max = "1", "65535"
	return schemaInt(&bounded)
}

func schemaSize(f *field) map[string]any {
	s := map[string]any{"type": []string{"integer", "string"}, "pattern": `^[0-9]+$|^[0-9]*\.?[0-9]+(KiB|MiB|GiB)$`}
	if n, err := ParseSize(f.min); err == nil {
		s["minimum"] = n
	}
	if n, err := ParseSize(f.max); err == nil {
		s["maximum"] = n
	}
	return orVariable(f, s)
}

const durations = `([0-9]*\.?[0-9]+(ns|us|µs|μs|ms|s|m|h|d|w))+`

func schemaDuration(f *field) map[string]any {
	s := orVariable(f, map[string]any{"type": "string", "pattern": "^" + durations + "$"})
	if strings.HasPrefix(f.min, "0") {
		s["anyOf"] = append(s["anyOf"].([]any), map[string]any{"enum": []any{0, "0"}})
	}
	return s
}

func schemaPeriod(f *field) map[string]any {
	return orVariable(f, map[string]any{"type": "string", "pattern": fmt.Sprintf("^(auto|%s)$", durations)})
}
