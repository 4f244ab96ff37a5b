package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

func TestStarter(t *testing.T) {
	c, err := Load(fstest.MapFS{"etc/sluice.yaml": {Data: Starter()}}, "/etc/sluice.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Feeds) < 3 || len(c.Topics) != 2 || c.Listen != "127.0.0.1:8080" {
		t.Errorf("%d feeds, %d topics, listen %s", len(c.Feeds), len(c.Topics), c.Listen)
	}
	for _, topic := range c.Topics {
		if len(topic.Match) == 0 || len(topic.Tests) < 2 {
			t.Errorf("topic %s lacks a query or tests", topic.Name)
		}
	}
	for i, line := range strings.Split(string(Starter()), "\n") {
		if len(line) > 120 || strings.TrimRight(line, " ") != line {
			t.Errorf("line %d is long or ends in blanks: %q", i+1, line)
		}
	}
}

// TestStarterUncommented takes the # from every key that the starter leaves
// out: all load, and what is said to be a default changes nothing.
func TestStarterUncommented(t *testing.T) {
	text := regexp.MustCompile(`(?m)^( *)#([a-z])`).ReplaceAllString(string(Starter()), "$1$2")
	text = regexp.MustCompile(`(?m)^ *opml: .*\n`).ReplaceAllString(text, "")
	fsys := fstest.MapFS{"sluice.yaml": {Data: []byte(text)}, "feeds.d/a.yaml": {Data: []byte("feeds: []")},
		"tokens/partner": {Data: []byte("kI9x-Zq3_mT7vB2nW8sL5yR1\n")}}
	c, err := Load(fsys, "/sluice.yaml", nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	plain, err := Load(fstest.MapFS{"sluice.yaml": {Data: Starter()}}, "/sluice.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Fetch.AllowPrivate, c.Fetch.Proxy = nil, ""
	if !reflect.DeepEqual(c.Fetch, plain.Fetch) || c.Stories != plain.Stories || c.Keep != plain.Keep || c.Log != plain.Log || c.Control != plain.Control {
		t.Errorf("defaults differ: %+v, %+v", c, plain)
	}
	if a, b := c.Topics[0], plain.Topics[0]; a.Limit != b.Limit || a.PerFeed != b.PerFeed {
		t.Errorf("defaults of topics differ: %+v, %+v", a, b)
	}
}

// TestNoDrift wants every key of the raw tree in the schema and the starter.
func TestNoDrift(t *testing.T) {
	var schema map[string]any
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	keys := 0
	var walk func(rt reflect.Type, schema map[string]any, path string)
	walk = func(rt reflect.Type, schema map[string]any, path string) {
		properties, _ := schema["properties"].(map[string]any)
		fields := shapeOf(rt).fields
		if len(properties) != len(fields) {
			t.Errorf("%s: the schema has %d keys, the tree %d", path, len(properties), len(fields))
		}
		for _, f := range fields {
			keys++
			property, ok := properties[f.key].(map[string]any)
			if !ok || property["description"] != f.doc || f.doc == "" {
				t.Errorf("%s.%s: not in the schema with its doc", path, f.key)
				continue
			}
			if !regexp.MustCompile(`(?m)^[ #-]*`+f.key+`:`).Match(Starter()) || !strings.Contains(string(Starter()), "# "+f.doc+"\n") {
				t.Errorf("%s.%s: not in the starter with its doc", path, f.key)
			}
			ft := rt.Field(f.index).Type
			switch reflect.New(ft).Interface().(type) {
			case slot, *headers, *partners:
				continue
			}
			if isListType(ft) {
				if f.kind == "" {
					items, _ := ft.FieldByName("Items")
					walk(items.Type.Elem(), property["items"].(map[string]any), path+"."+f.key)
				}
				continue
			}
			walk(ft, property, path+"."+f.key)
		}
	}
	walk(reflect.TypeFor[rawFile](), schema, "")
	if keys < 60 {
		t.Errorf("only %d keys", keys)
	}
}

// TestSchema wants the schema to agree with Load on the good configs and the
// starter, and to refuse the bad ones that a schema can tell.
func TestSchema(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(Schema())))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("sluice.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sluice.json")
	if err != nil {
		t.Fatal(err)
	}
	dump, err := load(t, "/good/full.yaml").Dump()
	if err != nil {
		t.Fatal(err)
	}
	full, err := os.ReadFile("testdata/good/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"starter": Starter(), "dump": dump, "full": full, "minimal": []byte("site: {title: 5}")} {
		if err := schema.Validate(value(t, text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	files, _ := filepath.Glob("testdata/bad/*.yaml")
	refused := 0
	for _, file := range files {
		name := filepath.Base(file)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if yaml.Unmarshal(text, &v) != nil {
			continue
		}
		bad := schema.Validate(value(t, text)) != nil
		if bad {
			refused++
		}
		if must := regexp.MustCompile(`^(key-|site-(missing|title-missing|null|title-(empty|list)|word|url-(scheme|bare))|log-|listen-|fetch-(every|unit|size|concurrency|port)|topic-(no-name|name-|limit|per-feed|at-most|digest-after|test-(word|key|want))|list-(address|and-url|name)|feed-(no-url|url-(scheme|feed|file|bare)|prefer|auth-(no-password|key))|store-(postgres|scheme))`); must.MatchString(name) && !bad && name != "listen-port.yaml" && name != "fetch-every-zero.yaml" && name != "fetch-size-large.yaml" && name != "fetch-ports-none.yaml" {
			t.Errorf("%s: the schema accepts it", name)
		}
	}
	if refused < 60 {
		t.Errorf("the schema refuses only %d bad configs", refused)
	}
}

// value reads YAML as a tool that knows JSON's types would.
func value(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(v)
	if err != nil {
		return map[string]any{"": nil} // keys that JSON can't have
	}
	v, err = jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	return v
}
