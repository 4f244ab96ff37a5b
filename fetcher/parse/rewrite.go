package parse

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"net/url"
	"slices"
	"strings"
)

// Bounds of one document. What is beyond is dropped with a warning, so that a
// hostile document costs no more than a large honest one.
const (
	maxItems    = 50000
	maxChildren = 4096    // elements kept of one item, or of the feed itself
	maxProse    = 2 << 20 // bytes of a title, summary or text
	maxPlain    = 64 << 10
	maxDepth    = 16 // open elements whose children are read; honest feeds have 6
	maxWarnings = 20
)

// A note is a piece of prose. gofeed's structs have no place for what it is,
// and its way through gofeed would cost as much as all the rest.
type note struct {
	kind       string // "text", "html" or "xhtml"
	value      string
	base, lang string
}

// An itemNote goes with the item of the same index.
type itemNote struct {
	base, lang string
	about      string // rdf:about
	id         string // of an Atom entry
	sourceID   string
	texts      [slots]note
	extras     []extra
	hash       uint64 // 0: not to be told
	known      bool   // not read, and not in the rewritten XML
	warned     bool   // something was wrong with it
}

// rewritten is a feed in well-formed XML that holds only what is read and is
// not noted, each text in one piece, dates in RFC 3339, names in their usual prefix without
// declarations (gofeed takes an undeclared prefix by its name).
type rewritten struct {
	xml             []byte
	format, version string
	base, lang      string
	id              string
	texts           [slots]note
	items           []itemNote
	extras          []extra // the feed's own
	warnings        []string
	truncated       bool
}

// A frame is an open element whose children are read.
type frame struct {
	raw          string // its name as written, which its end tag repeats
	form         form
	as           string
	in           context
	scope        *binding
	base, lang   string
	mark, full   int    // length of the output before and after its start tag
	declarations int    // of an item: those that stood before it
	start        int    // of an item: where it starts in the text, -1 where its hash is not wanted
	around       []byte // of an element with items: see rewriter.around
}

type rewriter struct {
	rewritten
	sc         *scanner
	native     string // the prefix that stands for the feed's own vocabulary
	docBase    string // the document's address
	head       bytes.Buffer
	body       bytes.Buffer // the items
	out        *bytes.Buffer
	stack      []frame
	itemRaw    string // the open item's name as written, empty outside
	children   int
	attrs      attrs
	parts      []part
	excess     int
	outer      int // children of the feed, while an item is open
	want       reader
	warned     []string // what warnings say, without the lines
	vain       int      // bytes skimmed without finding an item's end, bounded so that time stays linear
	castagnoli *crc32.Table
}

// rewrite reads the document whose root the scanner is about to give.
func rewrite(sc *scanner, root token, docBase string, want reader) *rewritten {
	r := &rewriter{sc: sc, docBase: docBase, want: want}
	r.out = &r.head
	r.openRoot(root)
	for len(r.stack) > 0 {
		switch t := sc.next(); t.kind {
		case startToken:
			r.start(t)
		case endToken:
			r.end(t)
		case endOfInput:
			r.abandon()
		}
	}
	if r.excess > 0 {
		r.warnings = append(r.warnings, fmt.Sprintf("only the first %d of %d items were read", maxItems, maxItems+r.excess))
	}
	open, end := "<rss><channel>", "</channel></rss>"
	if r.format == "atom" {
		open, end = "<feed>", "</feed>"
	}
	r.xml = make([]byte, 0, len(open)+r.head.Len()+r.body.Len()+len(end))
	r.xml = append(r.xml, open...)
	r.xml = append(r.xml, r.head.Bytes()...)
	r.xml = append(r.xml, r.body.Bytes()...)
	r.xml = append(r.xml, end...)
	return &r.rewritten
}

// openRoot decides the format by the root element.
func (r *rewriter) openRoot(t token) {
	as := readAttrs(t.attrs, nil)
	prefix, local := split(t.name)
	f := frame{raw: t.name, form: open, in: inRSS, lang: as.get("xml:lang")}
	f.scope = declare(nil, as)
	// Whatever namespace the root is in, right or wrong, is the feed's own.
	own := trimNamespace(as.get(strings.TrimSuffix("xmlns:"+prefix, ":")))
	f.scope = &binding{prefix: prefix, outer: f.scope}
	if to, _ := f.scope.lookup(""); to == foreign {
		f.scope = &binding{outer: f.scope}
	}
	f.base = r.inherit(as, "")
	r.base, r.lang = f.base, f.lang

	switch strings.ToLower(local) {
	case "feed", "entry":
		r.format, r.native, f.in = "atom", "atom", inFeed
		r.version = "1.0"
		if own == "purl.org/atom/ns#" || as.get("version") == "0.3" {
			r.version = "0.3"
		}
	case "rdf":
		r.format, r.native, r.version = "rdf", "rdf", "1.0"
		for _, a := range as {
			if strings.Contains(a.value, "netscape.com/rdf/simple/0.9") {
				r.version = "0.9"
			}
		}
	default:
		r.format, r.version = "rss", strings.TrimSpace(as.get("version"))
	}
	switch {
	case strings.EqualFold(local, "entry"): // RFC 4287 section 2: a document of one entry
		r.openItem(t, rule{form: item, as: "entry", into: inEntry}, f, as)
	case !t.empty:
		r.stack = append(r.stack, f)
	}
}

// inherit returns the base in force within an element: its xml:base, resolved
// against the outer one or the document's address (XML Base section 4).
func (r *rewriter) inherit(as attrs, outer string) string {
	own := strings.TrimSpace(as.get("xml:base"))
	if own == "" || len(own) > maxPlain {
		return outer
	}
	if outer == "" {
		outer = r.docBase
	}
	return resolve(own, outer)
}

// resolve returns ref against base, or ref where one of them is no address.
func resolve(ref, base string) string {
	if base == "" {
		return ref
	}
	b, err := url.Parse(base)
	if err != nil {
		return ref
	}
	u, err := b.Parse(ref)
	if err != nil {
		return ref
	}
	return u.String()
}

// start handles the start tag of a child of an open element.
func (r *rewriter) start(t token) {
	f := r.stack[len(r.stack)-1]
	as := readAttrs(t.attrs, r.attrs)
	r.attrs = as
	c := frame{raw: t.name, scope: declare(f.scope, as), base: r.inherit(as, f.base), lang: f.lang}
	if l := as.get("xml:lang"); l != "" {
		c.lang = l
	}
	ru, ok := ruleFor(f.in, canonical(t.name, r.native, c.scope))
	switch {
	case !ok && r.itemRaw != "" && strings.EqualFold(t.name, r.itemRaw):
		// An item inside an item: the outer one was not closed.
		r.warn("an item is not closed before the next one starts")
		r.closeItem()
		if len(r.stack) > 0 { // else the item was the whole document
			r.start(t)
		}
		return
	case !ok:
		r.skip(t)
		return
	case len(r.stack) >= maxDepth || ru.form != item && r.children >= maxChildren:
		r.warn("elements beyond the bounds were dropped")
		r.skip(t)
		return
	case ru.form == item:
		c.in = ru.into
		r.openItem(t, ru, c, as)
		return
	}
	r.children++
	c.form, c.as, c.in = ru.form, ru.as, ru.into
	if ru.extra && ru.form != prose {
		r.mark(t, rule{form: open, as: ru.as, attrs: ru.attrs}, as, c)
	}
	switch ru.form {
	case flat:
		r.mark(t, rule{form: open, as: ru.as, attrs: ru.attrs}, as, c)
	case mark, markProse:
		r.mark(t, ru, as, c)
	case group:
		c.mark = r.out.Len()
		r.writeStart(ru.as)
		r.out.WriteByte('>')
		c.full = r.out.Len()
		r.push(t, c)
	case open:
		if len(ru.attrs) > 0 {
			r.writeVoid(ru, as, c.base)
		}
		if c.in == inRSS && r.itemRaw == "" {
			r.base, r.lang = c.base, c.lang // the channel's
		}
		r.push(t, c)
	default:
		r.leaf(t, ru, as, c)
	}
}

func (r *rewriter) push(t token, f frame) {
	r.stack = append(r.stack, f)
	if t.empty {
		r.pop()
	}
}

// openItem starts an item; f is its frame.
func (r *rewriter) openItem(t token, ru rule, f frame, as attrs) {
	if len(r.items) == maxItems {
		r.excess++
		r.skip(t)
		return
	}
	if r.recognise(t) {
		return
	}
	r.items = append(r.items, itemNote{base: f.base, lang: f.lang, about: as.get("rdf:about")})
	r.out, r.itemRaw, r.outer, r.children = &r.body, t.name, r.children, 0
	f.form, f.as, f.in, f.mark = item, ru.as, ru.into, r.body.Len()
	if f.start = -1; r.want.hashes && len(r.stack) > 0 && !t.empty {
		f.start = t.start
		f.declarations = r.sc.declarations
	}
	f.raw = t.name
	r.writeStart(ru.as)
	r.out.WriteByte('>')
	r.push(t, f)
}

// end closes the element that an end tag names and all that are open within;
// an end tag that closes nothing is passed over.
func (r *rewriter) end(t token) {
	for i := len(r.stack) - 1; i >= 0; i-- {
		if f := r.stack[i]; strings.EqualFold(f.raw, t.name) {
			for len(r.stack) > i {
				r.pop()
			}
			if f.form == item {
				r.sum(f, t.end)
			}
			return
		}
	}
}

func (r *rewriter) closeItem() {
	for r.itemRaw != "" {
		r.pop()
	}
}

// pop closes the innermost open element.
func (r *rewriter) pop() {
	f := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	switch f.form {
	case group:
		if r.out.Len() == f.full {
			r.out.Truncate(f.mark)
			return
		}
		r.writeEnd(f.as)
	case item:
		r.writeEnd(f.as)
		r.out, r.itemRaw, r.children = &r.head, "", r.outer
	}
}

// abandon ends a document that stops too early: the item that is open is lost,
// since nothing tells how much of it is missing.
func (r *rewriter) abandon() {
	r.truncated = true
	lost := ""
	for i, f := range r.stack {
		if f.form == item {
			r.body.Truncate(f.mark)
			r.items = r.items[:len(r.items)-1]
			r.stack = r.stack[:i]
			r.out, r.itemRaw, r.children = &r.head, "", r.outer
			lost = ", the last one is left out"
			break
		}
	}
	for len(r.stack) > 0 {
		r.pop()
	}
	r.warn(fmt.Sprintf("the document ends too early; complete items: %d%s", len(r.items), lost))
}

// closes tells whether t, inside an element whose children are not read, ends
// an element around it or starts an item: then that element's end is missing.
func (r *rewriter) closes(t token) bool {
	if t.kind == startToken {
		switch {
		case r.itemRaw != "":
			return strings.EqualFold(t.name, r.itemRaw)
		case r.format == "atom":
			return t.name == "entry"
		}
		return t.name == "item"
	}
	for _, f := range r.stack {
		if strings.EqualFold(f.raw, t.name) {
			return true
		}
	}
	return false
}

// skip passes over the content of an element.
func (r *rewriter) skip(open token) {
	if open.empty {
		return
	}
	for depth := 0; ; {
		t := r.sc.next()
		switch {
		case t.kind == endOfInput:
			return
		case t.kind == startToken && !t.empty && t.name == open.name && !r.closes(t):
			depth++
		case t.kind == endToken && strings.EqualFold(t.name, open.name):
			if depth == 0 {
				return
			}
			depth--
		case (t.kind == endToken || t.kind == startToken) && r.closes(t):
			r.sc.unread(t)
			return
		}
	}
}

// warn notes what is wrong with the document, and in which line it was first.
func (r *rewriter) warn(s string) {
	if n := len(r.items); r.itemRaw != "" {
		r.items[n-1].warned = true
	}
	if len(r.warnings) >= maxWarnings || slices.Contains(r.warned, s) {
		return
	}
	r.warned = append(r.warned, s)
	line := 1 + strings.Count(r.sc.s[:min(r.sc.pos, len(r.sc.s))], "\n")
	r.warnings = append(r.warnings, fmt.Sprintf("line %d: %s", line, s))
}
