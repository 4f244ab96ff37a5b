package clean

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// An open element, with its start tag as it was written.
type open struct {
	element
	tag string
}

// A structure writes tokens as a well-formed fragment.
//
// It is no HTML parser: that would build for "<p>" behind many unclosed
// elements all of them anew, so that a small page becomes gigabytes. Here each
// token costs a bounded amount of work. The output nests in such a way that
// none of the rules below applies to it: so it is its own fixed point.
type structure struct {
	w       strings.Builder
	base    string
	stack   []open
	closers int    // length of the end tags of all open elements
	reopen  []open // inline elements closed too early, to be opened before the next content
	full    bool   // the output's bound is reached
	tagged  bool   // an element was written
	odd     bool   // something was met that plain articles do not have
	attrs   []attr // of the tag that is read
}

// maxReopen bounds the inline elements that are opened anew at once.
const maxReopen = 8

func newStructure(base string) *structure { return &structure{base: base} }

func (s *structure) String() string { return strings.TrimSpace(s.w.String()) }

// read reads the fragment and closes all that is left open.
func (s *structure) read(fragment string) {
	s.w.Grow(min(len(fragment), maxOutput))
	if fragment = s.simple(fragment); fragment == "" {
		s.closeTo(0, false)
		return
	}
	z := html.NewTokenizer(strings.NewReader(fragment))
	skip, depth := "", 0
	for !s.full {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			s.closeTo(0, false)
			return
		case html.TextToken:
			if skip == "" {
				if raw := string(z.Raw()); !s.verbatim(raw) {
					s.text(string(z.Text()))
				}
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			switch {
			case skip != "":
				if string(name) == skip && kind == html.StartTagToken {
					depth++
				}
			case skipped[string(name)]:
				s.odd = true
				if kind == html.StartTagToken {
					skip, depth = string(name), 0
				}
				if string(name) == "iframe" && more {
					s.readAttrs(z)
					s.embed()
				}
			case string(name) == "embed":
				s.odd = true
				if more {
					s.readAttrs(z)
					s.embed()
				}
			default:
				s.attrs = s.attrs[:0]
				if more {
					s.readAttrs(z)
				}
				s.start(s.known(string(name)), kind == html.SelfClosingTagToken)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			switch {
			case skip == "":
				s.end(s.known(string(name)))
			case string(name) != skip:
			case depth > 0:
				depth--
			default:
				skip = ""
			}
		}
	}
	s.closeTo(0, false)
}

// write writes v if it and the end tags of what is open then stay within the
// bound.
func (s *structure) write(v string, closer int) bool {
	if s.full || s.w.Len()+len(v)+s.closers+closer > maxOutput {
		s.full = true
		return false
	}
	s.w.WriteString(v)
	s.closers += closer
	return true
}

// verbatim writes text that stays as it is, byte for byte, as nearly all text
// does. It reports false, and text must write it, where it can't tell.
func (s *structure) verbatim(raw string) bool {
	var seen kind
	for i := range len(raw) {
		seen |= kinds[raw[i]]
	}
	switch {
	case seen&special != 0:
		return false
	case seen&wide != 0 && (seen&visible == 0 || !utf8.ValidString(raw) || strings.Contains(raw, "\uFFFE") || strings.Contains(raw, "\uFFFF")):
		return false
	case seen&visible != 0:
		s.restore()
	}
	if len(raw) > maxOutput-s.w.Len()-s.closers {
		return false
	}
	s.w.WriteString(raw)
	return true
}

// A kind says what a byte of text may be.
type kind uint8

const (
	visible kind = 1 << iota // an ASCII character that means itself
	wide                     // of a longer character
	special                  // of an entity or tag, or not allowed
)

// kinds tells what each byte is; white space is nothing.
var kinds = func() (t [256]kind) {
	for c := range t {
		switch {
		case c >= 0x80:
			t[c] = wide
		case c == ' ' || c == '\n' || c == '\t':
		case c < ' ' || c == '&' || c == '<' || c == '>':
			t[c] = special
		default:
			t[c] = visible
		}
	}
	return t
}()

func (s *structure) text(t string) {
	if strings.TrimSpace(t) != "" {
		s.restore()
	}
	t = escapeText(t)
	if room := maxOutput - s.w.Len() - s.closers; len(t) > room {
		t = cutText(t, room)
		s.full = true
	}
	s.w.WriteString(t)
}

// cutText returns the start of escaped text that fits, without half an entity
// or character.
func cutText(t string, room int) string {
	t = t[:max(room, 0)]
	if i := strings.LastIndexByte(t, '&'); i >= 0 && strings.IndexByte(t[i:], ';') < 0 {
		t = t[:i]
	}
	return strings.ToValidUTF8(t, "")
}

// known returns the element of that name; one without name if there is none.
func (s *structure) known(name string) element {
	e, ok := elements[name]
	if ok {
		return e
	}
	if to, ok := renamed[name]; ok {
		return elements[to]
	}
	s.odd = s.odd || !harmless[name]
	return element{}
}

// start takes the start tag of an element, with the attributes that were read.
func (s *structure) start(e element, empty bool) {
	if e.name == "" {
		return
	}
	tag, ok := s.tag(e)
	if !ok || !s.allowed(e.name) {
		return
	}
	s.implied(e)
	if e.role&block == 0 {
		s.restore()
	}
	s.tagged = true
	if e.role&void != 0 {
		s.write(tag[:len(tag)-1]+"/>", 0)
		return
	}
	if len(s.stack) >= maxDepth {
		return
	}
	s.push(open{e, tag})
	if empty && e.name[0] == 'm' {
		s.end(e) // only MathML's elements can be empty in this way
	}
}

func (s *structure) push(o open) {
	if s.write(o.tag, len(o.end)) {
		s.stack = append(s.stack, o)
	}
}

// restore opens again what was closed too early.
func (s *structure) restore() {
	again := s.reopen
	s.reopen = nil
	for _, o := range again {
		if len(s.stack) < maxDepth {
			s.push(o)
		}
	}
}

// parents are the elements that others need around them.
var parents = map[string]string{
	"tr": "table", "td": "tr", "th": "tr", "caption": "table", "thead": "table", "tbody": "table", "tfoot": "table",
	"rt": "ruby", "rp": "ruby", "rb": "ruby", "figcaption": "figure", "summary": "details",
}

// allowed tells whether an element has around it what it needs: the tags of a
// table's cells mean nothing elsewhere.
func (s *structure) allowed(name string) bool {
	switch {
	case name == "source":
		return s.find("", "audio") >= 0 || s.find("", "video") >= 0
	case name[0] == 'm' && name != "math" && name != "mark":
		return s.find("", "math") >= 0
	case parents[name] != "":
		return s.find("table", parents[name]) >= 0
	}
	return true
}

// siblings says which open elements a start tag closes, and the element beyond
// which it does not look.
var siblings = map[string]struct {
	bound  string
	closes []string
}{
	"li": {"ul ol", []string{"li"}}, "dt": {"dl", []string{"dt", "dd"}}, "dd": {"dl", []string{"dt", "dd"}},
	"td": {"table", []string{"td", "th"}}, "th": {"table", []string{"td", "th"}}, "tr": {"table", []string{"tr", "caption"}},
	"thead": {"table", []string{"thead", "tbody", "tfoot", "caption"}}, "tbody": {"table", []string{"thead", "tbody", "tfoot", "caption"}},
	"tfoot": {"table", []string{"thead", "tbody", "tfoot", "caption"}},
	"rt":    {"ruby", []string{"rt", "rp", "rb"}}, "rp": {"ruby", []string{"rt", "rp", "rb"}}, "rb": {"ruby", []string{"rt", "rp", "rb"}},
	"a": {"table", []string{"a"}},
}

// implied closes what the start of an element ends.
func (s *structure) implied(e element) {
	if e.role&block != 0 {
		if i := s.find("table", "p"); i >= 0 {
			s.closeTo(i, true)
		}
	}
	rule, ok := siblings[e.name]
	if !ok {
		return
	}
	for _, sibling := range rule.closes {
		if i := s.find(rule.bound, sibling); i >= 0 {
			s.closeTo(i, e.name != "a")
		}
	}
	if e.name == "a" {
		s.forget("a")
	}
}

// find returns the place of the innermost open element of that name, -1 where
// there is none inside the innermost of those that bound lists.
func (s *structure) find(bound, name string) int {
	for i := len(s.stack) - 1; i >= 0; i-- {
		n := s.stack[i].name
		if n == name {
			return i
		}
		if bound != "" && (n == bound || bound == "ul ol" && (n == "ul" || n == "ol")) {
			return -1
		}
	}
	return -1
}

// end closes the element that an end tag names, with all that is open inside.
// Inside a table's cell, it closes nothing around the table.
func (s *structure) end(e element) {
	if e.name == "" || e.role&void != 0 {
		return
	}
	bound := "table"
	if e.name == "table" {
		bound = ""
	}
	if i := s.find(bound, e.name); i >= 0 {
		s.closeTo(i, true)
		return
	}
	s.forget(e.name)
}

// forget takes an element out of those to be opened again.
func (s *structure) forget(name string) {
	for i := len(s.reopen) - 1; i >= 0; i-- {
		if s.reopen[i].name == name {
			s.reopen = append(s.reopen[:i:i], s.reopen[i+1:]...)
			return
		}
	}
}

// closeTo closes the element at i and all inside it. With keep, the inline ones
// inside it are opened again before the next content.
func (s *structure) closeTo(i int, keep bool) {
	inner := s.stack[i:]
	for j := len(inner) - 1; j >= 0; j-- {
		s.w.WriteString(inner[j].end)
		s.closers -= len(inner[j].end)
	}
	var again []open
	for j, o := range inner {
		if cell(o.name) {
			s.reopen = nil
			break
		}
		if j > 0 && keep && o.role&inline != 0 {
			again = append(again, o)
		}
	}
	s.reopen = append(again, s.reopen...)
	s.reopen = s.reopen[:min(len(s.reopen), maxReopen)]
	s.stack = s.stack[:i]
}

// cell tells whether an element keeps its formats to itself.
func cell(name string) bool { return name == "td" || name == "th" || name == "caption" }
