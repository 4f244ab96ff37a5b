package publisher

import (
	"net/http"
	"strings"
)

// unchanged returns the ETag for a 304, or nil if the client must be sent the
// document: RFC 9110 section 13.2.2, of which If-None-Match and
// If-Modified-Since apply here.
//
// A tag of any representation counts, whatever this request accepts: the
// client then holds the document as it is now, and 304 names what it holds.
func (d *document) unchanged(h http.Header) (etag []string) {
	if tags, ok := h["If-None-Match"]; ok {
		for _, list := range tags {
			if etag := d.match(list); etag != nil {
				return etag
			}
		}
		return nil // If-Modified-Since counts only without If-None-Match
	}
	since, ok := h["If-Modified-Since"]
	if !ok || d.modified.IsZero() || len(since) != 1 {
		return nil
	}
	t, err := http.ParseTime(since[0])
	if err != nil || d.modified.After(t) {
		return nil
	}
	return d.chosen(h["Accept-Encoding"]).etag // of what a 200 would send
}

// match looks the document's tags up in a list of entity tags, comparing
// weakly. What does not parse ends the list.
func (d *document) match(list string) (etag []string) {
	for {
		list = strings.TrimLeft(list, " \t,")
		if list == "" {
			return nil
		}
		if list[0] == '*' {
			return d.plain.etag
		}
		list = strings.TrimPrefix(list, "W/")
		if list == "" || list[0] != '"' {
			return nil
		}
		end := strings.IndexByte(list[1:], '"')
		if end < 0 {
			return nil
		}
		tag := list[:end+2]
		if tag == d.plain.etag[0] {
			return d.plain.etag
		}
		for i := range d.packed {
			if tag == d.packed[i].etag[0] {
				return d.packed[i].etag
			}
		}
		list = list[len(tag):]
	}
}
