package topic

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A field says where a word must stand, or what a name names.
type field uint8

const (
	anywhere field = iota // title or text
	inTitle
	inText
	inAuthor
	inCategory
	ofFeed
	ofTag
	ofTopic
	ofLanguage
	ofSite
	inLink
	has
)

// fields returns the fields by what a query calls them.
func fields() map[string]field {
	return map[string]field{
		"title": inTitle, "text": inText, "author": inAuthor, "category": inCategory,
		"feed": ofFeed, "tag": ofTag, "topic": ofTopic, "lang": ofLanguage, "site": ofSite, "link": inLink, "has": has,
	}
}

// String returns the field as a query writes it, without the colon.
func (f field) String() string {
	for name, known := range fields() {
		if known == f {
			return name
		}
	}
	return ""
}

// names reports whether the field takes whole names rather than words.
func (f field) names() bool { return f >= ofFeed }

// segments returns the parts of an item where the field's words may stand.
func (f field) segments() []segment {
	switch f {
	case inTitle:
		return []segment{title}
	case inText:
		return []segment{summary, content}
	case inAuthor:
		return []segment{author}
	case inCategory:
		return []segment{category}
	}
	return []segment{title, summary, content}
}

// example returns a use of the field, for messages.
func (f field) example() string {
	value := "korea"
	switch f {
	case inAuthor:
		value = "smith"
	case ofFeed:
		value = "guardian-world"
	case ofTag:
		value = "uk"
	case ofLanguage:
		value = "en"
	case ofSite:
		value = "example.org"
	case inLink:
		value = "example.org/world"
	case has:
		value = "image"
	}
	return f.String() + ":" + value
}

// lookUp returns the field that t names.
func lookUp(t token) (field, *Error) {
	known := fields()
	if f, ok := known[t.text]; ok {
		return f, nil
	}
	names := slices.Sorted(maps.Keys(known))
	e := &Error{
		Offset: t.pos,
		What:   "there is no field " + strconv.Quote(t.text+":"),
		Remedy: "put the words in quotes if the colon is part of the text; the fields are " + strings.Join(names, ":, ") + ":",
	}
	if near := nearest(t.text, names); near != "" {
		e.Remedy = "did you mean " + near + ":? If the colon is part of the text, put the words in quotes"
	}
	return 0, e
}
