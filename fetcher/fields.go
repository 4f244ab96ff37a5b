package fetcher

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"sluice/config"
	"sluice/fetcher/clean"
	"sluice/fetcher/parse"
	"sluice/storage"
)

// feedBase is the address that links are relative to where a document names
// no other.
func feedBase(feed config.Feed) string {
	if feed.Private {
		return publicBase(feed.URL)
	}
	return feed.URL
}

// publicBase is the part of a private feed's address that its links may show:
// what they are relative to ends up in them.
func publicBase(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}).String()
}

// resolve returns ref against base; base where ref is empty or can't be read
// (RFC 3986 section 5.2).
func resolve(base, ref string) string {
	ref = strings.TrimSpace(ref)
	if ref == "" || len(ref) > maxURL {
		return base
	}
	r, err := url.Parse(ref)
	if err != nil {
		return base
	}
	b, err := url.Parse(base)
	if err != nil {
		return ref
	}
	return b.ResolveReference(r).String()
}

// address returns a link that may be published: absolute, without trackers;
// empty where there is none.
func address(ref, base string) string {
	ref = strings.TrimSpace(ref)
	if ref == "" || len(ref) > maxURL {
		return ""
	}
	out := clean.Link(ref, base)
	if len(out) > maxURL {
		return ""
	}
	return out
}

// entity finds character references that were escaped once too often.
var entity = regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});`)

// flat makes one line of plain text of a title of any type.
func flat(t parse.Text, limit int) string {
	value := t.Value
	if t.Type == "html" || t.Type == "xhtml" {
		value = clean.Text(value)
	}
	return plain(value, limit)
}

// plain makes one line of plain text of what should be that already.
func plain(s string, limit int) string {
	if strings.IndexByte(s, '&') >= 0 {
		s = entity.ReplaceAllStringFunc(s, html.UnescapeString)
	}
	s = strings.Map(printable, s)
	return cut(strings.Join(strings.Fields(s), " "), limit)
}

// printable drops what no text holds: control characters other than white
// space, noncharacters, and marks that only an encoding uses.
func printable(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return r
	case unicode.IsControl(r), r == '\ufeff', r == '\ufffe', r == '\uffff':
		return -1
	}
	return r
}

// cut bounds a text, on a character's end, and shows that it did.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit - len("…")
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

// prose makes a summary or content.
func prose(t parse.Text, base string) storage.Text {
	if t.Type == "html" || t.Type == "xhtml" {
		value := clean.HTML(t.Value, resolve(base, t.Base))
		return storage.Text{Value: value, HTML: value != ""}
	}
	return storage.Text{Value: strings.TrimSpace(strings.Map(printable, t.Value))}
}

// languageTag brings a tag into the form that RFC 5646 section 2.1.1
// recommends. What is no tag gives none.
func languageTag(tag string) string {
	tag = strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")
	if len(tag) < 2 || len(tag) > 35 {
		return ""
	}
	parts := strings.Split(tag, "-")
	for i, p := range parts {
		if p == "" || len(p) > 8 || strings.Trim(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			return ""
		}
		p = strings.ToLower(p)
		switch {
		case i == 0 && (len(p) > 3 || len(p) < 2 || strings.Trim(p, "0123456789") != p):
			return ""
		case i > 0 && len(parts[i-1]) == 1:
			// after a singleton all is lower case
		case i > 0 && len(p) == 2:
			p = strings.ToUpper(p)
		case i > 0 && len(p) == 4 && p[0] > '9':
			p = strings.ToUpper(p[:1]) + p[1:]
		}
		parts[i] = p
	}
	return strings.Join(parts, "-")
}

func people(in []parse.Person, base string) []storage.Person {
	var out []storage.Person
	for _, p := range in[:min(len(in), maxPeople)] {
		person := storage.Person{Name: plain(p.Name, maxName), Mail: plain(p.Mail, maxName), URI: address(p.URI, base)}
		if person != (storage.Person{}) {
			out = append(out, person)
		}
	}
	return out
}

func categories(in []parse.Category) []storage.Category {
	var out []storage.Category
	for _, c := range in[:min(len(in), maxCategories)] {
		category := storage.Category{Term: plain(c.Term, maxName), Scheme: plain(c.Scheme, maxName), Label: plain(c.Label, maxName)}
		if category.Term == "" {
			category.Term, category.Label = category.Label, ""
		}
		if category.Term != "" {
			out = append(out, category)
		}
	}
	return out
}

func enclosures(in []parse.Enclosure, base string) []storage.Enclosure {
	var out []storage.Enclosure
	for _, e := range in[:min(len(in), maxLinks)] {
		if u := address(e.URL, base); u != "" {
			out = append(out, storage.Enclosure{URL: u, Type: mediaType(e.Type), Length: max(0, e.Length)})
		}
	}
	return out
}

// links leaves out, of a private feed, those that may lead to the feed itself.
func links(in []parse.Link, base string, private bool) []storage.Link {
	var out []storage.Link
	for _, l := range in[:min(len(in), maxLinks)] {
		if private && (l.Rel == "self" || l.Rel == "edit") {
			continue
		}
		if u := address(l.URL, base); u != "" {
			out = append(out, storage.Link{
				URL: u, Rel: plain(l.Rel, maxName), Type: mediaType(l.Type), Language: languageTag(l.Language),
				Title: plain(l.Title, maxName), Length: max(0, l.Length),
			})
		}
	}
	return out
}

func source(in *parse.Source, base string) *storage.Source {
	if in == nil {
		return nil
	}
	s := storage.Source{ID: cut(strings.TrimSpace(in.ID), maxURL), Title: plain(in.Title, maxTitle), URL: address(in.URL, base)}
	if s == (storage.Source{}) {
		return nil
	}
	return &s
}

func mediaType(s string) string {
	return strings.ToLower(plain(s, maxName))
}
