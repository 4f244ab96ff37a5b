package opml

import (
	"bufio"
	"encoding/xml"
	"io"
	"strings"
)

// Write writes the outlines as a flat OPML 2.0 document, tags as category
// attributes. The same outlines give the same bytes. The error is the
// writer's.
func Write(w io.Writer, title string, outlines []Outline) error {
	b := bufio.NewWriter(w)
	attr := func(name, value string) {
		if value == "" {
			return
		}
		b.WriteString(" " + name + `="`)
		_ = xml.EscapeText(b, []byte(value)) // b keeps the error
		b.WriteString(`"`)
	}
	b.WriteString(xml.Header + `<opml version="2.0">` + "\n  <head>\n    <title>")
	_ = xml.EscapeText(b, []byte(title))
	b.WriteString("</title>\n  </head>\n  <body>\n")
	for _, o := range outlines {
		name := o.Title
		if name == "" {
			name = o.URL
		}
		b.WriteString(`    <outline type="rss"`)
		attr("text", name)
		attr("title", o.Title)
		attr("xmlUrl", o.URL)
		attr("htmlUrl", o.Home)
		attr("category", strings.Join(o.Tags, ","))
		b.WriteString("/>\n")
	}
	b.WriteString("  </body>\n</opml>\n")
	return b.Flush()
}
