package render

import (
	"html"
	"strings"

	"sluice/storage"
)

// concealed holds the addresses that an entry's documents must not show: none
// unless its feed is private.
type concealed []string

// hidden returns what the entry must not show: its private feed's address, in
// the admin's words and in the feed's own.
func hidden(e *Entry) concealed {
	if !e.Feed.Private {
		return nil
	}
	var c concealed
	for _, s := range []string{e.Feed.URL, e.Item.Origin.Self, e.Item.Origin.ID} {
		if strings.Contains(s, ":") {
			c = append(c, s)
			if escaped := html.EscapeString(s); escaped != s {
				c = append(c, escaped)
			}
		}
	}
	return c
}

// address returns s, or "" if it is concealed.
func (c concealed) address(s string) string {
	for _, secret := range c {
		if s == secret || s == address(secret) || hasQuery(secret) && strings.HasPrefix(s, secret) {
			return ""
		}
	}
	return s
}

// text returns t fit to be written, with the concealed addresses taken out.
func (c concealed) text(t storage.Text) storage.Text {
	t.Value = c.string(clean(t.Value))
	return t
}

// string takes the concealed addresses out of prose or HTML. A longer address
// that begins with one stays, since it is an article's, unless a query is in
// the part that they share: there the secret stands.
func (c concealed) string(s string) string {
	const ends = "\"'<> \t\n),;"
	for _, secret := range c {
		if !strings.Contains(s, secret) {
			continue
		}
		var b strings.Builder
		for {
			before, after, found := strings.Cut(s, secret)
			b.WriteString(before)
			if !found {
				break
			}
			end := strings.IndexAny(after, ends)
			if end < 0 {
				end = len(after)
			}
			if end > 0 && !hasQuery(secret) {
				b.WriteString(secret)
				end = 0
			}
			s = after[end:]
		}
		s = b.String()
	}
	return s
}

func hasQuery(address string) bool { return strings.Contains(address, "?") }
