package parse

import (
	"fmt"
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Repairs tells where a document in XML is not well-formed, or asks for what is
// not done, though Parse reads it all the same: for people who look at one
// document. It is no part of Parse, which mends in passing and would pay for
// the telling in each poll. What costs text or items is a warning of Parse.
//
// Each sentence names the line of the first place, and how many there are.
func Repairs(body []byte, contentType string) []string {
	text, c := decodeBody(body, contentType)
	if trimmed := strings.TrimLeft(text, " \t\n\uFEFF\u00A0"); trimmed == "" || trimmed[0] == '{' || trimmed[0] == '[' {
		return nil
	}
	var out repairs
	if !strings.HasPrefix(c.name, "utf-16") && !strings.HasPrefix(c.name, "utf-32") {
		out.controls(body)
	}
	if xml11.MatchString(text[:min(len(text), 1024)]) {
		out.add(1, "XML 1.1 is read as XML 1.0")
	}
	out.markup(text)
	return out.sentences()
}

// xml11 finds the declaration of XML 1.1, also behind junk.
var xml11 = regexp.MustCompile(`<\?xml[^>]{0,100}?version\s*=\s*["']1\.1["']`)

// A repair is one kind of mistake.
type repair struct {
	what         string
	first, times int
}

type repairs []repair

func (rs *repairs) add(line int, what string) {
	i := slices.IndexFunc(*rs, func(r repair) bool { return r.what == what })
	switch {
	case i >= 0:
		(*rs)[i].times++
	case len(*rs) < maxWarnings:
		*rs = append(*rs, repair{what, line, 1})
	}
}

func (rs repairs) sentences() []string {
	slices.SortStableFunc(rs, func(a, b repair) int { return a.first - b.first })
	var out []string
	for _, r := range rs {
		s := fmt.Sprintf("line %d: %s", r.first, r.what)
		if r.times > 1 {
			s += fmt.Sprintf(" (%d times)", r.times)
		}
		out = append(out, s)
	}
	return out
}

// controls counts the characters that XML 1.0 forbids (section 2.2).
func (rs *repairs) controls(body []byte) {
	line := 1
	for _, c := range body {
		switch {
		case c == '\n':
			line++
		case c < 0x20 && c != '\t' && c != '\r' && c != 0x1b: // ESC shifts in ISO-2022-JP
			rs.add(line, "a control character is left out")
		}
	}
}

// markup looks at the tags and at the text between them.
func (rs *repairs) markup(text string) {
	sc, line, counted := newScanner(text), 1, 0
	at := func(pos int) int {
		line += strings.Count(text[counted:pos], "\n")
		counted = pos
		return line
	}
	used, declared := map[string]int{}, map[string]bool{}
	for declarations := 0; ; {
		t := sc.next()
		if sc.declarations > declarations {
			declarations = sc.declarations
			rs.add(at(t.start), "a DOCTYPE is passed over, its entities are neither expanded nor fetched")
		}
		switch t.kind {
		case endOfInput:
			for _, prefix := range slices.Sorted(maps.Keys(used)) {
				if !declared[prefix] {
					rs.add(used[prefix], undeclared(prefix))
				}
			}
			return
		case textToken:
			rs.references(at(t.start), t.text)
		case startToken:
			here := at(t.start)
			rs.references(here, t.attrs)
			for _, a := range readAttrs(t.attrs, nil) {
				if prefix, ok := strings.CutPrefix(a.name, "xmlns:"); ok {
					declared[prefix] = true
				}
			}
			if prefix, _ := split(t.name); prefix != "" && used[prefix] == 0 && len(used) < maxChildren {
				used[prefix] = here
			}
		}
	}
}

func undeclared(prefix string) string {
	prefix = strings.ToLower(prefix)
	if _, ok := known[prefix]; ok {
		return "the prefix " + prefix + " is not declared, it is taken for what it usually is"
	}
	return "the prefix " + prefix[:min(len(prefix), 40)] + " is not declared, its elements are not read"
}

// references looks at the ampersands of a text outside CDATA, which starts in
// the given line.
func (rs *repairs) references(line int, s string) {
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			return
		}
		line += strings.Count(s[:i], "\n")
		s = s[i:]
		end := strings.IndexByte(s[:min(len(s), maxEntity)], ';')
		switch name := s[1:max(end, 1)]; {
		case end < 0, name == "", strings.ContainsAny(name, " &<>\"'=\n\t"):
			rs.add(line, "a bare & stands for itself")
		case name[0] == '#', slices.Contains(xmlEntities, name):
		case html.UnescapeString(s[:end+1]) != s[:end+1]:
			rs.add(line, "&"+name+"; is read as HTML's")
		default:
			rs.add(line, "&"+name+"; is not expanded and stays as it is written")
		}
		s = s[1:]
	}
}

// xmlEntities are those that need no declaration (XML 1.0 section 4.6).
var xmlEntities = []string{"amp", "lt", "gt", "quot", "apos"}
