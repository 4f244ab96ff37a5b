package parse

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// leaf reads an element that holds text or only attributes, and writes it.
func (r *rewriter) leaf(t token, ru rule, as attrs, f frame) {
	switch ru.form {
	case void:
		r.skip(t)
		r.writeVoid(ru, as, f.base)
	case link:
		r.link(t, as, f)
	case date:
		value, markup := r.capture(t)
		if markup {
			value = timeOf(value)
		}
		switch at := Date(value); {
		case !at.IsZero():
			r.writeElement(ru.as, nil, nil, written(at))
		case strings.TrimSpace(value) != "":
			r.warn("a date can't be read")
		}
	case plain:
		kept := append(attrs(nil), pick(ru.attrs, as)...)
		value, markup := r.capture(t)
		if markup || strings.Contains(as.get("type"), "html") {
			value = stripTags(value)
		}
		value = r.bounded(value, maxPlain)
		if addressed[ru.as] {
			value = r.address(value, f.base)
		}
		if ru.as == "id" {
			r.noteID(value)
		}
		if value != "" || len(kept) > 0 {
			r.writeElement(ru.as, ru.attrs, kept, value)
		}
	case prose:
		r.prose(t, ru, as, f)
	}
}

// timeOf returns the date of an element that holds HTML, as that of Drupal's
// feeds: what a time element says for machines, else the text.
func timeOf(source string) string {
	for sc := newScanner(source); ; {
		switch t := sc.next(); {
		case t.kind == endOfInput:
			return stripTags(source)
		case t.kind == startToken && strings.EqualFold(t.name, "time"):
			if at := readAttrs(t.attrs, nil).get("datetime"); at != "" {
				return at
			}
		}
	}
}

// noteID notes an atom:id as it was received: gofeed would make an address of
// it and write that in its own way, though ids are compared byte by byte (RFC
// 4287 section 4.2.6.1). The first of its kind counts.
func (r *rewriter) noteID(id string) {
	var to *string
	switch n := len(r.items); r.stack[len(r.stack)-1].in {
	case inFeed:
		to = &r.id
	case inEntry:
		to = &r.items[n-1].id
	case inSource:
		if r.itemRaw == "" {
			return
		}
		to = &r.items[n-1].sourceID
	default:
		return
	}
	*to = or(*to, id)
}

// addressed are the plain elements whose text is an address.
var addressed = map[string]bool{"uri": true, "url": true, "icon": true, "logo": true, "comments": true}

// prose reads text that may be HTML.
func (r *rewriter) prose(t token, ru rule, as attrs, f frame) {
	kind, mode := as.get("type"), as.get("mode")
	kept := append(attrs(nil), pick(ru.attrs, as)...)
	value, markup := r.capture(t)
	var n note
	switch {
	case r.format == "atom" && !strings.Contains(ru.as, ":"):
		n.kind, value = atomText(kind, mode, value, markup)
	case ru.note == titleSlot:
		n.kind = titleKind(value, markup)
	default:
		n.kind = "html"
	}
	n.base, n.lang = f.base, f.lang
	if n.kind == "xhtml" {
		value = unwrapDiv(value)
	}
	value = strings.TrimSpace(r.bounded(value, maxProse))
	if ru.note != noSlot && value != "" {
		n.value = value
		r.notePiece(ru.note, n)
		value = ""
	}
	if value == "" && len(kept) == 0 {
		return
	}
	if ru.extra {
		r.note(extra{name: ru.as, value: Text{Type: "text", Value: stripTags(value)}, depth: len(r.stack)})
	}
	for i := range kept {
		if kept[i].name == "src" {
			kept[i].value = r.address(kept[i].value, f.base)
		}
	}
	r.writeElement(ru.as, ru.attrs, kept, value)
}

// notePiece notes a piece of prose of the item, or of the feed; the first of
// its kind counts.
func (r *rewriter) notePiece(s slot, n note) {
	texts := &r.texts
	if r.itemRaw != "" {
		texts = &r.items[len(r.items)-1].texts
	}
	if texts[s].value == "" {
		texts[s] = n
	}
}

// atomText returns the kind of an Atom text construct (RFC 4287 section 3.1),
// of a content element (section 4.1.3) or of their forebears in Atom 0.3, and
// its value as that kind. Content that is no text gives no value.
func atomText(kind, mode, value string, markup bool) (string, string) {
	kind, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(kind)), ";")
	if strings.EqualFold(mode, "base64") || kind == "application/octet-stream" {
		b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value), ""))
		if err != nil {
			return "text", ""
		}
		if kind == "application/octet-stream" && !utf8.Valid(b) {
			return "text", "" // no text
		}
		value, markup = scrub(strings.ToValidUTF8(string(b), "\uFFFD")), false
		if kind == "application/octet-stream" || kind == "" && strings.Contains(value, "</") {
			kind = "html"
		}
	}
	switch {
	case kind == "xhtml", kind == "application/xhtml+xml", markup && (kind == "" || strings.HasPrefix(kind, "text")):
		return "xhtml", value
	case kind == "html", kind == "text/html":
		return "html", value
	case kind == "", kind == "text", strings.HasPrefix(kind, "text/"):
		return "text", value
	}
	return "text", "" // a picture in base64, an XML vocabulary of its own
}

// titleKind tells whether an RSS title is HTML. The format does not say; a
// title that still has entities or closed tags once decoded was meant to be
// decoded twice.
func titleKind(value string, markup bool) string {
	if markup || strings.Contains(value, "</") || strings.Contains(value, "/>") {
		return "html"
	}
	if strings.IndexByte(value, '&') >= 0 && decode(value) != value {
		return "html"
	}
	return "text"
}

// link reads the link of an RSS channel or item, which may be Atom's in
// disguise, or an Atom link, whose address may be in the wrong place.
func (r *rewriter) link(t token, as attrs, f frame) {
	kept := append(attrs(nil), pick(linkAttrs, as)...)
	text, markup := r.capture(t)
	if markup {
		text = stripTags(text)
	}
	text = r.bounded(strings.TrimSpace(text), maxPlain)
	href := kept.get("href")
	if r.format != "atom" && text != "" && kept.get("rel") == "" {
		r.writeElement("link", nil, nil, r.address(text, f.base))
		return
	}
	if href == "" {
		if text == "" {
			return
		}
		kept = append(kept, attr{"href", text})
	}
	name := "link"
	if r.format != "atom" {
		name = "atom:link"
	}
	r.writeVoid(rule{as: name, attrs: linkAttrs}, kept, f.base)
}

// address returns ref as it is read with the item's or feed's base, where base
// is another one: that of the element itself.
func (r *rewriter) address(ref, base string) string {
	outer := r.base
	if n := len(r.items); r.itemRaw != "" {
		outer = r.items[n-1].base
	}
	if base == outer || ref == "" {
		return ref
	}
	return resolve(ref, base)
}

// pick returns those of as that names lists, bounded.
func pick(names []string, as attrs) attrs {
	var kept attrs
	for _, name := range names {
		if v := strings.TrimSpace(as.get(name)); v != "" && len(v) <= maxPlain {
			kept = append(kept, attr{name, v})
		}
	}
	return kept
}

func (r *rewriter) bounded(s string, limit int) string {
	s = strings.TrimSpace(s)
	if len(s) <= limit {
		return s
	}
	r.warn("a text beyond the bounds was cut")
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// writeVoid writes an element of which only the attributes count.
func (r *rewriter) writeVoid(ru rule, as attrs, base string) {
	kept := pick(ru.attrs, as)
	if len(kept) == 0 {
		return
	}
	for i := range kept {
		switch kept[i].name {
		case "href", "src", "url":
			kept[i].value = r.address(kept[i].value, base)
		}
	}
	r.writeElement(ru.as, ru.attrs, kept, "")
}

func (r *rewriter) writeStart(name string) {
	r.out.WriteByte('<')
	r.out.WriteString(name)
}

func (r *rewriter) writeEnd(name string) {
	r.out.WriteString("</")
	r.out.WriteString(name)
	r.out.WriteByte('>')
}

// writeElement writes an element whose text is one piece.
func (r *rewriter) writeElement(name string, names []string, as attrs, value string) {
	r.writeStart(name)
	for _, a := range as {
		r.out.WriteByte(' ')
		r.out.WriteString(a.name)
		r.out.WriteString(`="`)
		r.escape(a.value)
		r.out.WriteByte('"')
	}
	r.out.WriteByte('>')
	_, extension := extensions[strings.ToLower(name)]
	if !extension && strings.ContainsAny(value, "<&") {
		// One copy for gofeed instead of an entity at a time.
		r.out.WriteString("<![CDATA[")
		r.out.WriteString(strings.ReplaceAll(value, "]]>", "]]]]><![CDATA[>"))
		r.out.WriteString("]]>")
	} else {
		r.escape(value)
	}
	r.writeEnd(name)
}

// escape writes s as character data or an attribute's value.
func (r *rewriter) escape(s string) {
	for {
		i := strings.IndexAny(s, `&<>"`)
		if i < 0 {
			r.out.WriteString(s)
			return
		}
		r.out.WriteString(s[:i])
		switch s[i] {
		case '&':
			r.out.WriteString("&amp;")
		case '<':
			r.out.WriteString("&lt;")
		case '>':
			r.out.WriteString("&gt;")
		default:
			r.out.WriteString("&quot;")
		}
		s = s[i+1:]
	}
}
