package config

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// An entry is a key of a mapping with its value.
type entry struct {
	name       string
	key, value *yaml.Node
}

// entries returns the keys of a mapping, merge keys (<<) resolved: what the
// mapping says itself goes before what it merges, the first of these before
// the next. It reports keys that are given twice or are no words.
func (d *decoder) entries(n *yaml.Node, path string) []entry {
	var list []entry
	var merged []*yaml.Node
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			d.report.add(d.at(n.Content[i], path), "a key is "+isA(key)[3:]+" here", "keys are single words; put a value that begins with [ or { in single quotes")
			continue
		}
		if key.Value == "<<" && key.Style == 0 {
			merged = append(merged, value)
			continue
		}
		if first, ok := seen[key.Value]; ok {
			if key.Value == "url" || holdsSecrets(path) {
				d.hide(value)
			}
			d.report.add(d.at(key, join(path, keyName(key.Value))), fmt.Sprintf("is given twice, first on line %d", first.Line), "remove one of them")
			continue
		}
		seen[key.Value] = key
		list = append(list, entry{key.Value, key, value})
	}
	for _, m := range merged {
		list = d.merge(list, seen, m, path)
	}
	return list
}

// holdsSecrets reports whether the values in a mapping are secret.
func holdsSecrets(path string) bool {
	return strings.HasSuffix(path, ".headers") || strings.HasSuffix(path, ".basic_auth")
}

// merge adds the keys of a mapping, or of a list of mappings, that are not
// there yet.
func (d *decoder) merge(list []entry, seen map[string]*yaml.Node, n *yaml.Node, path string) []entry {
	at := d.at(n, join(path, "<<"))
	n, done := d.follow(n, at.path)
	defer done()
	switch {
	case n == nil:
	case n.Kind == yaml.SequenceNode:
		for _, c := range n.Content {
			list = d.merge(list, seen, c, path)
		}
	case n.Kind != yaml.MappingNode:
		d.report.add(at, "<< takes a mapping or a list of mappings", "write <<: *NAME, where &NAME stands before a mapping")
	default:
		for _, e := range d.entries(n, path) {
			if seen[e.name] == nil && d.spend(n, at.path) {
				seen[e.name] = e.key
				list = append(list, e)
			}
		}
	}
	return list
}
