package opml

import (
	"regexp"
	"strings"

	"sluice/fetcher/parse"
)

// Planet reads the feeds of a Planet Venus or Pluto configuration, an ini
// file: with Venus the address is the section's name and `name` the title;
// with Pluto a section has the keys `feed`, `link` and `title`. Sections that
// name other lists are left out with a warning. Errors are of type *Error.
func Planet(data []byte) (List, error) {
	text, _ := parse.Decode(data, "")
	r := planet{reader: reader{seen: map[string]bool{}}}
	n := 0
	for line := range strings.Lines(text) {
		n++
		if err := r.line(line, n); err != nil {
			return List{}, err
		}
	}
	if err := r.close(); err != nil {
		return List{}, err
	}
	if !r.sections {
		return List{}, &Error{What: "no list of feeds: there is no [section] in it"}
	}
	return r.list, nil
}

type planet struct {
	reader
	sections bool
	name     string // of the open section
	at       int    // its line
	keys     map[string]string
	last     string // the key that a line that starts with a blank continues
}

func (r *planet) line(line string, n int) error {
	text := strings.TrimSpace(line)
	switch {
	case text == "" || text[0] == '#' || text[0] == ';':
	case text[0] == '[' && strings.HasSuffix(text, "]"):
		if err := r.close(); err != nil {
			return err
		}
		r.sections = true
		r.name, r.at, r.keys, r.last = strings.TrimSpace(text[1:len(text)-1]), n, map[string]string{}, ""
	case (line[0] == ' ' || line[0] == '\t') && r.last != "" && !assignment.MatchString(text) && len(r.keys[r.last]) < maxAddress:
		r.keys[r.last] += " " + text
	default:
		key, value, ok := cutEither(text)
		if !ok || r.keys == nil {
			// Pluto's own keys stand before the first section.
			return nil
		}
		r.last = strings.ToLower(strings.TrimSpace(key))
		r.keys[r.last] = strings.TrimSpace(value)
	}
	return nil
}

// assignment is a line that sets a key though it is indented, as Pluto's are.
var assignment = regexp.MustCompile(`^[A-Za-z_]{1,30}\s*=`)

// cutEither cuts at the first = or :, as ini files may have either; the colon
// of an address is no such mark.
func cutEither(s string) (key, value string, ok bool) {
	i := strings.IndexAny(s, "=:")
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

// close takes the section that ends.
func (r *planet) close() error {
	if r.keys == nil {
		return nil
	}
	keys := r.keys
	r.keys = nil
	feed := keys["feed"]
	if feed == "" && strings.Contains(r.name, "://") {
		feed = r.name
	}
	if feed == "" {
		return nil // [Planet], [DEFAULT], a filter or a template
	}
	if keys["content_type"] == "opml" || keys["content_type"] == "foaf" || keys["format"] == "opml" {
		r.warn(r.at, "it is a list of its own; write it as opml: under feeds")
		return nil
	}
	title := keys["name"]
	if title == "" {
		title = keys["title"]
	}
	return r.feed(feed, keys["link"], Outline{Title: title, Line: r.at})
}
