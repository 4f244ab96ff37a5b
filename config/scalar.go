package config

import (
	"fmt"
	"net/textproto"
	"strings"

	"go.yaml.in/yaml/v4"
	"golang.org/x/net/http/httpguts"
)

// leaf reads a scalar. A value with a fault is put all the same, marked bad,
// so that nothing reports it as missing.
func (d *decoder) leaf(n *yaml.Node, x slot, f *field, path string) {
	k := mustKind(f.kind)
	if null(n, k.empty) {
		return
	}
	if n.Kind != yaml.ScalarNode {
		at := d.wrong(n, path)
		if k.secret {
			d.hide(n)
		}
		if k.query {
			d.report.value(at, fault{what: isA(n) + ", and a query is due: " + queryCause(n), remedy: quoteIt})
		} else {
			d.report.value(at, fault{what: isA(n) + ", and a single value is due", remedy: "write " + f.key + ": followed by " + lower(f.doc)})
		}
		return
	}
	at := d.place(n, path)
	if k.secret {
		at.hide()
	}
	text, ok := d.text(n, at, k)
	if !ok {
		zero, _ := x.get()
		x.put(zero, at)
		return
	}
	v, fl := k.parse(text, f)
	if fl == nil && f.need && text == "" && !k.secret {
		fl = &fault{what: "is empty", remedy: "write " + lower(f.doc)}
	}
	if fl != nil {
		at.bad = true
		d.report.value(at, *fl)
		v, _ = x.get()
	}
	x.put(v, at)
}

// text returns a scalar's text, expanded, or reports why there is none.
func (d *decoder) text(n *yaml.Node, at *place, k kind) (string, bool) {
	fl := d.tagged(n)
	if k.query && fl == nil {
		fl = d.misreadQuery(n)
	}
	if fl != nil {
		at.bad = true
		d.report.list = append(d.report.list, finding{at: at, path: at.path, fault: *fl})
		return "", false
	}
	if k.query {
		return n.Value, true
	}
	text, expanded, fl, offset := expand(n.Value, d.getenv)
	at.expanded = expanded
	if fl != nil {
		at.bad = true
		line, col, _ := at.spot(offset)
		d.report.list = append(d.report.list, finding{at: at, path: at.path, line: line, col: col, fault: *fl})
		return "", false
	}
	return text, true
}

// tagged refuses the tags that mean another thing than the text.
func (d *decoder) tagged(n *yaml.Node) *fault {
	if n.Style&yaml.TaggedStyle == 0 {
		return nil
	}
	switch n.Tag {
	case "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp":
		return nil
	}
	return &fault{what: "a ! at the beginning is a tag for YAML", remedy: "put the value in single quotes"}
}

// headers reads the mapping of request headers. Their values are secret.
func (d *decoder) headers(n *yaml.Node, h *headers, f *field, at *place, path string) {
	if null(n, false) {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.hide(n)
		at := d.wrong(n, path)
		at.hide()
		d.report.value(at, fault{what: isA(n) + ", and names with values are due", remedy: "write it as headers: {Name: value}"})
		return
	}
	h.At = at
	seen := map[string]int{}
	for _, e := range d.entries(n, path) {
		key := join(path, keyName(e.name))
		name := textproto.CanonicalMIMEHeaderKey(e.name)
		nameAt := d.at(e.key, key)
		if line, ok := seen[name]; ok {
			d.hide(e.value)
			d.report.add(nameAt, fmt.Sprintf("is the header that line %d gives", line), "keep one of them")
			continue
		}
		seen[name] = e.key.Line
		if fl := refusedHeader(name); fl != nil {
			d.report.add(nameAt, fl.what, fl.remedy)
		}
		var value leaf[string]
		v, done := d.follow(e.value, key)
		if v != nil {
			d.leaf(v, &value, &field{key: e.name, kind: "header", doc: "Its value."}, key)
		}
		done()
		h.Pairs = append(h.Pairs, header{Name: leaf[string]{name, nameAt}, Value: value})
	}
}

func parseHeader(text string, _ *field) (any, *fault) {
	if !httpguts.ValidHeaderFieldValue(text) || strings.TrimSpace(text) != text {
		return "", &fault{what: "can't be sent in a header", remedy: "write one line without control characters"}
	}
	return text, nil
}

// refusedHeader refuses what is no header (RFC 9110, section 5.1) and the
// headers that polling sets itself: those of the connection (section 7.6.1),
// of the body, and of conditional and partial requests (sections 13.1, 14.2).
func refusedHeader(name string) *fault {
	if !httpguts.ValidHeaderFieldName(name) {
		return &fault{what: "is not the name of a header", remedy: "use letters, digits and -"}
	}
	switch name {
	case "User-Agent":
		return &fault{what: "has a key of its own", remedy: "write user_agent: beside headers:"}
	case "Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Keep-Alive", "Proxy-Connection",
		"Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Upgrade", "Expect", "Accept-Encoding", "Range", "Referer":
		return &fault{what: "is a header that polling sets itself or never sends", remedy: "remove it"}
	}
	if strings.HasPrefix(name, "If-") {
		return &fault{what: "is a header that polling sets itself", remedy: "remove it"}
	}
	return nil
}
