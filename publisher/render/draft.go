package render

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
)

// A Draft is a document with where its entries stand in it, so that the next
// document of the topic can take those over that are to be written the same.
// It is immutable.
type Draft struct {
	Body    []byte
	entries []span
}

// Ends returns where the entries end in Body.
func (d *Draft) Ends() []int {
	ends := make([]int, len(d.entries))
	for i, e := range d.entries {
		ends[i] = e.to
	}
	return ends
}

// A span is a part of a document.
type span struct{ from, to int }

// A Format writes pages as documents of one media type: what stands before the
// entries, each entry, what stands behind them.
type Format struct {
	frame func(p *Page) (before, behind []byte, err error)
	entry func(w *bytes.Buffer, p *Page, v *view) error
	comma string // between two entries
}

// Draft writes the page. Entry i is not written but taken over from old where
// kept[i] is the index, from 0, of an entry there that says the same, on a page
// of the same site and topic; -1 stands for none, and a nil kept for none at
// all.
func (f *Format) Draft(p *Page, old *Draft, kept []int) (*Draft, error) {
	before, behind, err := f.frame(p)
	if err != nil {
		return nil, err
	}
	var fresh bytes.Buffer // the entries that are written
	size := len(before) + len(behind) + len(p.Entries)*len(f.comma)
	written := make([][]byte, len(p.Entries))
	ends := make([]int, len(p.Entries))
	for i := range p.Entries {
		if kept != nil && kept[i] >= 0 {
			at := old.entries[kept[i]]
			written[i] = old.Body[at.from:at.to]
			size += len(written[i])
		} else if err := f.entry(&fresh, p, p.view(i)); err != nil {
			return nil, err
		}
		ends[i] = fresh.Len()
	}
	body := append(make([]byte, 0, size+fresh.Len()), before...)
	d := &Draft{entries: make([]span, len(p.Entries))}
	for i := range p.Entries {
		if i > 0 {
			body = append(body, f.comma...)
		}
		from := len(body)
		if written[i] == nil {
			begin := 0
			if i > 0 {
				begin = ends[i-1]
			}
			written[i] = fresh.Bytes()[begin:ends[i]]
		}
		body = append(body, written[i]...)
		d.entries[i] = span{from, len(body)}
	}
	d.Body = append(body, behind...)
	return d, nil
}

// write writes the whole page.
func (f *Format) write(w io.Writer, p *Page) error {
	page := *p // others may write it at the same time
	page.views = nil
	d, err := f.Draft(&page, nil, nil)
	if err != nil {
		return err
	}
	_, err = w.Write(d.Body)
	return err
}

// view returns an entry as every format shows it. It is made once for all of
// them, and none of them changes it.
func (p *Page) view(i int) *view {
	if p.views == nil {
		p.views = make([]*view, len(p.Entries))
	}
	if p.views[i] == nil {
		v := newView(&p.Entries[i])
		v.sign(p.Topic.Byline, p.Topic.Prefix)
		p.views[i] = &v
	}
	return p.views[i]
}

// frameXML writes a document without entries and parts it before end, where
// they belong.
func frameXML(doc any, end string) (before, behind []byte, err error) {
	w := bytes.NewBufferString(xml.Header)
	enc := xml.NewEncoder(w)
	enc.Indent("", " ")
	if err := enc.Encode(doc); err != nil {
		return nil, nil, err
	}
	before, ok := bytes.CutSuffix(w.Bytes(), []byte(end))
	if !ok {
		return nil, nil, fmt.Errorf("the document does not end with %q", end)
	}
	return before, []byte(end + "\n"), nil
}

// entryXML writes an entry as it stands in a document, indented by indent.
func entryXML(w *bytes.Buffer, name, indent string, entry any) error {
	w.WriteByte('\n')
	enc := xml.NewEncoder(w)
	enc.Indent(indent, " ")
	return enc.EncodeElement(entry, xml.StartElement{Name: xml.Name{Local: name}})
}

// writeXML writes a whole document.
func writeXML(w io.Writer, doc any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", " ")
	if err := enc.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
