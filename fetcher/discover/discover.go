// Package discover finds the feeds behind a page: what the page says, the
// patterns of well-known sites, and the paths where feeds usually are.
package discover

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"sluice/fetcher/clean"
	"sluice/fetcher/parse"
)

// A Page is an answer: its bytes, their media type and the address that gave
// them, after redirects.
type Page struct {
	URL, ContentType string
	Body             []byte
}

// Get asks for one address.
type Get func(ctx context.Context, address string) (*Page, error)

// A Feed is one that was found and read.
type Feed struct {
	URL   string
	Title string
	Items int
}

// maxTried bounds the addresses that are asked for to find feeds.
const maxTried = 12

// Find returns the feeds behind an address: the address itself where it is a
// feed, else those that its page names or its site is known to have, the best
// first, else those at the usual paths. Feeds of comments stand last. The
// error, where there is none, says what was tried.
func Find(ctx context.Context, get Get, address string) ([]Feed, error) {
	page, err := get(ctx, address)
	if err != nil {
		feeds := try(ctx, get, patterns(address), map[string]bool{})
		if len(feeds) > 0 {
			return feeds, nil
		}
		return nil, err
	}
	if doc, err := read(page); err == nil {
		return []Feed{found(page, doc)}, nil
	}
	seen := map[string]bool{address: true, page.URL: true}
	named := links(page)
	for _, l := range patterns(page.URL) {
		if !slices.Contains(named, l) {
			named = append(named, l)
		}
	}
	if feeds := try(ctx, get, named, seen); len(feeds) > 0 {
		return feeds, nil
	}
	if feeds := try(ctx, get, usual(page.URL), seen); len(feeds) > 0 {
		return feeds[:1], nil // the usual paths lead to one feed by many names
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, fmt.Errorf("%s is no feed, names none, and has none at the usual addresses (%d were tried)", page.URL, len(seen)-1)
}

// try reads the addresses that are feeds with something in them.
func try(ctx context.Context, get Get, addresses []string, seen map[string]bool) (feeds []Feed) {
	tried := 0
	for _, a := range addresses {
		if seen[a] || tried == maxTried || ctx.Err() != nil {
			continue
		}
		tried++
		seen[a] = true
		page, err := get(ctx, a)
		if err != nil || page.URL != a && seen[page.URL] {
			continue
		}
		seen[page.URL] = true
		if doc, err := read(page); err == nil {
			f := found(page, doc)
			f.URL = a
			feeds = append(feeds, f)
		}
	}
	slices.SortStableFunc(feeds, func(a, b Feed) int { return rank(a) - rank(b) })
	return feeds
}

var errNoFeed = errors.New("not a feed")

func read(p *Page) (*parse.Document, error) {
	doc, err := parse.Parse(p.Body, p.ContentType, p.URL)
	if err != nil {
		return nil, err
	}
	if len(doc.Items) == 0 && doc.Title.Value == "" {
		return nil, errNoFeed
	}
	return doc, nil
}

func found(p *Page, doc *parse.Document) Feed {
	title := doc.Title.Value
	if doc.Title.Type != "text" {
		title = clean.Text(title)
	}
	return Feed{URL: p.URL, Title: strings.Join(strings.Fields(title), " "), Items: len(doc.Items)}
}

// rank puts feeds of comments last.
func rank(f Feed) int {
	for _, word := range []string{"comment", "kommentar", "commentaire", "comentario", "коммент"} {
		if strings.Contains(strings.ToLower(f.URL), word) || strings.Contains(strings.ToLower(f.Title), word) {
			return 1
		}
	}
	return 0
}

// One returns the feed that is meant where there is no doubt: the only one, or
// the first of those that are the same in several formats, comments aside.
func One(feeds []Feed) (Feed, bool) {
	var left []Feed
	for _, f := range feeds {
		if rank(f) == 0 {
			left = append(left, f)
		}
	}
	if len(left) == 0 {
		left = feeds
	}
	if len(left) == 0 {
		return Feed{}, false
	}
	for _, f := range left[1:] {
		if plainTitle(f.Title) != plainTitle(left[0].Title) || f.Title == "" {
			return Feed{}, false
		}
	}
	return left[0], true
}

// plainTitle takes from a title the words that name a format.
func plainTitle(title string) string {
	var words []string
	for _, w := range strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return strings.ContainsRune(" -|:()[]»–—/.", r) }) {
		switch w {
		case "rss", "atom", "json", "feed", "feeds", "rdf", "xml", "1", "0", "2":
		default:
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}

// usual returns where feeds usually are, below the page and at the root.
func usual(page string) []string {
	u, err := url.Parse(page)
	if err != nil {
		return nil
	}
	var out []string
	for _, p := range []string{"feed", "rss", "feed.xml", "index.xml", "atom.xml", "rss.xml", "feed.json", "feeds/posts/default", "?feed=rss2"} {
		root := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}
		if strings.HasPrefix(p, "?") {
			root.RawQuery = p[1:]
		} else {
			root.Path += p
		}
		out = append(out, root.String())
	}
	if dir := strings.Trim(u.Path, "/"); dir != "" {
		for _, p := range []string{"/feed", "/index.xml", ".rss"} {
			out = append([]string{(&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/" + dir + p}).String()}, out...)
		}
	}
	return out
}
