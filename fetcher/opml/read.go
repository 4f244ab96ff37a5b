package opml

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sluice/fetcher/parse"
)

// Parse reads an OPML document in any charset that it declares. Raw ampersands
// and HTML's entities, which half of the published lists have, are understood,
// and so are quotes and tags in values.
//
// Folders become tags, and so do category attributes. A feed that is listed
// twice keeps its first place; an outline whose address can't be polled is
// left out with a warning. Included lists are not fetched, and a DOCTYPE
// declares nothing. Errors are of type *Error and name the line.
func Parse(data []byte) (List, error) {
	text, _ := parse.Decode(data, "")
	list, err := read(text)
	var broken *Error
	if errors.As(err, &broken) && broken.syntax {
		if mended, err := read(mend(text)); err == nil {
			return mended, nil
		}
	}
	return list, err
}

func read(text string) (List, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // decoded before
	r := reader{seen: map[string]bool{}}
	for {
		line, _ := d.InputPos()
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return List{}, syntaxError(err, line)
		}
		if err := r.token(t, line); err != nil {
			return List{}, err
		}
	}
	if !r.root {
		return List{}, &Error{What: "the document is empty, not an OPML list"}
	}
	return r.list, nil
}

func syntaxError(err error, line int) error {
	var se *xml.SyntaxError
	if errors.As(err, &se) {
		if strings.Contains(se.Msg, "unexpected EOF") {
			return &Error{Line: se.Line, What: "the document ends too early", syntax: true}
		}
		return &Error{Line: se.Line, What: "XML that is not well-formed: " + se.Msg, syntax: true}
	}
	return &Error{Line: line, What: err.Error()}
}

// A reader is what is known while a document is read.
type reader struct {
	list    List
	seen    map[string]bool
	root    bool
	depth   int      // open elements
	folders []folder // the open outlines
	title   bool     // inside the head's title
}

// A folder is an open outline: the tags that it and those around it give, and
// their names.
type folder struct{ tags, names []string }

func (r *reader) token(t xml.Token, line int) error {
	switch t := t.(type) {
	case xml.StartElement:
		return r.start(t, line)
	case xml.EndElement:
		r.depth--
		r.title = false
		if strings.EqualFold(t.Name.Local, "outline") && len(r.folders) > 0 {
			r.folders = r.folders[:len(r.folders)-1]
		}
	case xml.CharData:
		if r.title && len(r.list.Title) < maxAddress {
			r.list.Title = strings.Join(strings.Fields(r.list.Title+string(t)), " ")
		}
	}
	return nil
}

func (r *reader) start(t xml.StartElement, line int) error {
	r.depth++
	name := strings.ToLower(t.Name.Local)
	if !r.root {
		r.root = true
		if name != "opml" {
			return &Error{Line: line, What: fmt.Sprintf("not an OPML list: its root is <%s>", t.Name.Local[:min(len(t.Name.Local), 40)])}
		}
		return nil
	}
	switch name {
	case "title":
		r.title = r.depth == 3 && r.list.Title == ""
	case "outline":
		return r.outline(t, line)
	}
	return nil
}

// outline reads a feed or a folder. What is neither, or a comment, is nothing.
func (r *reader) outline(t xml.StartElement, line int) error {
	a := map[string]string{}
	for _, attr := range t.Attr {
		if key := strings.ToLower(attr.Name.Local); a[key] == "" {
			a[key] = strings.TrimSpace(attr.Value)
		}
	}
	var around folder
	if n := len(r.folders); n > 0 {
		around = r.folders[n-1]
	}
	title := a["title"]
	if title == "" {
		title = a["text"]
	}
	if a["xmlurl"] == "" {
		inner := around
		if len(r.folders) < maxDepth && !strings.EqualFold(a["type"], "include") {
			inner.tags = tags(slices.Clip(around.tags), title)
			if name := strings.Join(strings.Fields(title), " "); name != "" {
				inner.names = append(slices.Clip(around.names), name)
			}
		}
		r.folders = append(r.folders, inner)
		return nil
	}
	r.folders = append(r.folders, around)
	if strings.EqualFold(a["iscomment"], "true") {
		return nil
	}
	return r.feed(a["xmlurl"], a["htmlurl"], Outline{
		Title: title, Folders: around.names, Line: line,
		Tags: tags(slices.Clip(around.tags), strings.Split(a["category"], ",")...),
	})
}

// feed takes a feed, unless it can't be polled or is there already.
func (r *reader) feed(feed, home string, o Outline) error {
	if len(r.list.Outlines) == maxOutlines {
		return &Error{Line: o.Line, What: fmt.Sprintf("more than %d feeds", maxOutlines)}
	}
	url, wrong := address(feed)
	switch {
	case wrong != "":
		r.warn(o.Line, wrong)
		return nil
	case r.seen[url]:
		r.list.Again++
		return nil
	}
	r.seen[url] = true
	o.URL = url
	if home, wrong := address(home); wrong == "" {
		o.Home = home
	}
	r.list.Outlines = append(r.list.Outlines, o)
	return nil
}

func (r *reader) warn(line int, what string) {
	if len(r.list.Warnings) < maxWarnings {
		r.list.Warnings = append(r.list.Warnings, Warning{Line: line, What: what})
	}
}
