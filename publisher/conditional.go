package publisher

import (
	"net/http"
	"strconv"
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
	return d.current(h)
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
		if d.packed.body != nil && tag == d.packed.etag[0] {
			return d.packed.etag
		}
		list = list[len(tag):]
	}
}

// current returns the tag of what a 200 would send.
func (d *document) current(h http.Header) []string {
	if d.packed.body != nil && acceptsGzip(h["Accept-Encoding"]) {
		return d.packed.etag
	}
	return d.plain.etag
}

// acceptsGzip reports whether a client wants gzip no less than the plain
// bytes, RFC 9110 section 12.5.3. A weight that does not parse counts as 1.
func acceptsGzip(accept []string) bool {
	gzip, identity, other := -1.0, -1.0, -1.0
	for _, list := range accept {
		for list != "" {
			var member string
			member, list, _ = strings.Cut(list, ",")
			coding, weight := weigh(member)
			switch {
			case strings.EqualFold(coding, "gzip"), strings.EqualFold(coding, "x-gzip"):
				gzip = max(gzip, weight)
			case strings.EqualFold(coding, "identity"):
				identity = weight
			case coding == "*":
				other = weight
			}
		}
	}
	if gzip < 0 {
		gzip = other
	}
	return gzip > 0 && gzip >= identity
}

// weigh parses a coding and its weight, such as "gzip;q=0.5".
func weigh(member string) (coding string, weight float64) {
	coding, rest, _ := strings.Cut(member, ";")
	coding = strings.Trim(coding, " \t")
	rest = strings.Trim(rest, " \t")
	if len(rest) > 2 && (rest[0] == 'q' || rest[0] == 'Q') && rest[1] == '=' {
		if q, err := strconv.ParseFloat(rest[2:], 64); err == nil && q >= 0 && q <= 1 {
			return coding, q
		}
	}
	return coding, 1
}
