package parse

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
)

// repairedJSON is a JSON Feed whose members have the types of the format.
type repairedJSON struct {
	json      []byte
	hubs      []string
	warnings  []string
	truncated bool
}

// repairJSON reads a JSON Feed member by member and item by item, so that a
// mistake in one costs no other and a document that stops too early keeps the
// items before.
func repairJSON(text string) (*repairedJSON, error) {
	d := json.NewDecoder(strings.NewReader(blankControls(text)))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, failf("JSON, but not a JSON Feed: it is no object")
	}
	r := &repairedJSON{}
	out := map[string]any{}
	items, seen := []any{}, false
	var err error
	for err == nil && d.More() {
		var key json.Token
		if key, err = d.Token(); err != nil {
			break
		}
		if key == "items" {
			seen = true
			items, err = r.items(d)
			continue
		}
		var v any
		if err = d.Decode(&v); err == nil {
			r.member(out, key.(string), v)
		}
	}
	if err == nil {
		_, err = d.Token() // the closing brace
	}
	if err != nil {
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && len(items) == 0 {
			return nil, failf("JSON that is not well-formed: %v", err)
		}
		r.truncated = true
		r.warnings = append(r.warnings, "the document ends too early or is broken, what follows its first "+strconv.Itoa(len(items))+" items is left out")
	}
	format, _ := out["version"].(string)
	if !seen && !strings.Contains(format, "jsonfeed.org") {
		return nil, failf("JSON, but not a JSON Feed: it has neither items nor the version of one")
	}
	out["items"] = items
	r.json, err = json.Marshal(out)
	if err != nil {
		return nil, failf("a JSON Feed that can't be read: %v", err)
	}
	return r, nil
}

// items reads the array of items up to its end or the first mistake in its
// JSON.
func (r *repairedJSON) items(d *json.Decoder) ([]any, error) {
	items := []any{}
	t, err := d.Token()
	if err != nil || t != json.Delim('[') {
		if err == nil {
			err = errors.New("its items are no array")
		}
		return items, err
	}
	for d.More() {
		if len(items) == maxItems {
			r.warnings = append(r.warnings, "only the first "+strconv.Itoa(maxItems)+" items were read")
			r.truncated = true
			return items, io.EOF
		}
		var v any
		if err := d.Decode(&v); err != nil {
			return items, err
		}
		if m, ok := v.(map[string]any); ok {
			items = append(items, jsonMembers(m))
		}
	}
	_, err = d.Token()
	return items, err
}

// member takes one member of the feed.
func (r *repairedJSON) member(out map[string]any, key string, v any) {
	if key != "hubs" {
		if v = coerce(key, v); v != nil {
			out[key] = v
		}
		return
	}
	hubs, _ := v.([]any)
	for _, h := range hubs {
		m, _ := h.(map[string]any)
		kind, _ := m["type"].(string)
		address, _ := m["url"].(string)
		if strings.EqualFold(kind, "websub") || strings.EqualFold(kind, "pubsubhubbub") {
			if address != "" && len(r.hubs) < maxHubs {
				r.hubs = append(r.hubs, address)
			}
		}
	}
}

// jsonMembers keeps the members of an object that the format knows.
func jsonMembers(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for key, v := range m {
		if v = coerce(key, v); v != nil {
			out[key] = v
		}
	}
	return out
}

// coerce returns a member as the type that the format gives it; nil where that
// can't be, or where the member is not read.
func coerce(key string, v any) any {
	switch key {
	case "version", "title", "home_page_url", "feed_url", "next_url", "description", "icon", "favicon", "language",
		"id", "url", "external_url", "content_html", "content_text", "summary", "image", "banner_image",
		"date_published", "date_modified", "name", "mime_type":
		return jsonString(v)
	case "author":
		if vs, ok := v.([]any); ok && len(vs) > 0 {
			v = vs[0]
		}
		return jsonAuthor(v)
	case "authors":
		return each(v, jsonAuthor)
	case "tags":
		return each(v, jsonString)
	case "attachments":
		return each(v, func(v any) any {
			if m, ok := v.(map[string]any); ok {
				return jsonMembers(m)
			}
			return nil
		})
	case "size_in_bytes":
		switch v := v.(type) {
		case json.Number:
			whole, _, _ := strings.Cut(v.String(), ".")
			return length(whole)
		case string:
			return length(v)
		}
	}
	return nil
}

// each coerces the elements of an array, or a single value in place of one.
func each(v any, one func(any) any) any {
	vs, ok := v.([]any)
	if !ok {
		vs = []any{v}
	}
	out := []any{}
	for _, v := range vs {
		if v = one(v); v != nil && len(out) < maxCategories {
			out = append(out, v)
		}
	}
	return out
}

func jsonString(v any) any {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return nil
}

func jsonAuthor(v any) any {
	switch v := v.(type) {
	case string:
		return map[string]any{"name": v}
	case map[string]any:
		return jsonMembers(v)
	}
	return nil
}

// blankControls replaces line ends and tabs by blanks: JSON forbids them inside
// strings, where they are a common mistake, and needs none of them elsewhere.
func blankControls(s string) string {
	if !strings.ContainsAny(s, "\n\t") {
		return s
	}
	b := bytes.ReplaceAll([]byte(s), []byte("\n"), []byte(" "))
	for i, c := range b {
		if c == '\t' {
			b[i] = ' '
		}
	}
	return string(b)
}
