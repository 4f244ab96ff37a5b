package publisher

import (
	"iter"
	"net/http"
	"slices"
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

// refused reports whether the client wants the document only as it is no more,
// RFC 9110 sections 13.1.1 and 13.1.4: by tags, which here must be strong and
// those of today, or by a date that parses.
func (d *document) refused(h http.Header) bool {
	if lists, ok := h["If-Match"]; ok {
		for _, list := range lists {
			if d.holds(list) {
				return false
			}
		}
		return true
	}
	since, ok := h["If-Unmodified-Since"]
	if !ok || d.modified.IsZero() || len(since) != 1 {
		return false
	}
	t, err := http.ParseTime(since[0])
	return err == nil && d.modified.After(t)
}

// holds reports whether a list of entity tags has one of the document's,
// comparing strongly.
func (d *document) holds(list string) bool {
	if strings.TrimSpace(list) == "*" {
		return true
	}
	if hasStrong(list, d.plain.etag[0]) {
		return true
	}
	return slices.ContainsFunc(d.packed, func(r representation) bool { return hasStrong(list, r.etag[0]) })
}

func hasStrong(list, tag string) bool {
	for {
		before, after, found := strings.Cut(list, tag)
		if !found {
			return false
		}
		if !strings.HasSuffix(before, "W/") {
			return true
		}
		list = after
	}
}

// match looks the document's tags up in a list of entity tags, comparing
// weakly. Equal bytes are enough: the store that gave a tag may have counted
// its changes otherwise.
func (d *document) match(list string) (etag []string) {
	for tag := range tags(list) {
		if tag == "*" {
			return d.plain.etag
		}
		key := tag[strings.LastIndexByte(tag, '.')+1:]
		if key == d.plain.key {
			return d.plain.etag
		}
		for i := range d.packed {
			if key == d.packed[i].key {
				return d.packed[i].etag
			}
		}
	}
	return nil
}

// tags gives the members of a list of entity tags, without their quotes and
// marks of weakness, and * as itself. What does not parse ends the list.
func tags(list string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			list = strings.TrimLeft(list, " \t,")
			if list == "" {
				return
			}
			if list[0] == '*' {
				yield("*")
				return
			}
			list = strings.TrimPrefix(list, "W/")
			if list == "" || list[0] != '"' {
				return
			}
			tag, rest, closed := strings.Cut(list[1:], `"`)
			if !closed || !yield(tag) {
				return
			}
			list = rest
		}
	}
}
