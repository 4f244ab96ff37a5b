package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sluice/cmd/internal/daemon"
	"sluice/config"
	"sluice/fetcher"
	"sluice/fetcher/guard"
	"sluice/fetcher/parse"
	"sluice/storage"
)

// Bounds of what is taken over of one publisher.
const (
	maxPast      = 10_000 // entries
	maxPastPages = 1000
	maxPastID    = 2000 // bytes
	fewWords     = 8    // a text of fewer tells no items apart
)

// A past is what a publisher had published: its documents' id, where they had
// one, and their entries, each id once.
type past struct {
	id      string
	entries []storage.AdoptedEntry
	pages   int
	seen    map[string]bool
}

// readPast reads a document and those that it calls its older pages.
func (a *app) readPast(ctx context.Context, cfg *config.Config, source string) (*past, error) {
	client := guard.New(cfg.Fetch, daemon.UserAgent(version(), cfg.Site))
	defer client.Close()
	p := &past{seen: make(map[string]bool)}
	read := make(map[string]bool)
	first := source
	for source != "" && !read[source] {
		read[source] = true
		if len(read) > maxPastPages {
			return nil, fmt.Errorf("%s: there are more than %d older pages", source, maxPastPages)
		}
		in, err := a.pastDocument(ctx, client, source)
		if err == nil {
			err = in.incomplete
		}
		if err != nil {
			return nil, err
		}
		doc, err := parse.Parse(in.body, in.contentType, in.url)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source, err)
		}
		p.add(doc, in.url)
		if len(p.entries) > maxPast {
			return nil, fmt.Errorf("%s: there are more than %d entries with the pages before it", source, maxPast)
		}
		source = older(doc, source)
	}
	if len(p.entries) == 0 {
		return nil, fmt.Errorf("%s has no entries, so there is nothing to take over", first)
	}
	return p, nil
}

func (a *app) pastDocument(ctx context.Context, client *guard.Guard, source string) (*document, error) {
	if isAddress(source) {
		return ask(ctx, client, source)
	}
	body, err := a.readFile(source)
	return &document{body: body}, err
}

// add takes the entries of a document over. Of entries with the same id the
// first counts, which is the newest.
func (p *past) add(doc *parse.Document, address string) {
	p.pages++
	if u, err := url.Parse(doc.ID); p.id == "" && doc.Format == "atom" && err == nil && u.IsAbs() && len(doc.ID) <= maxPastID {
		p.id = doc.ID
	}
	feed := config.Feed{Name: "past", URL: cmp.Or(address, doc.Self, doc.Home)}
	items, _ := fetcher.Normalise(feed, doc, storage.FeedState{}, time.Now())
	for i := range items {
		item := &items[i]
		// Readers know an entry without an id by its link.
		id := cmp.Or(strings.TrimSpace(item.GUID), item.URL)
		if id == "" || len(id) > maxPastID || p.seen[id] {
			continue
		}
		p.seen[id] = true
		e := storage.AdoptedEntry{ID: id, Published: item.Published, Updated: item.Updated, Link: item.Print.URL, Title: item.Print.Title}
		if item.Print.Words >= fewWords {
			e.Text = item.Print.Text
		}
		p.entries = append(p.entries, e)
	}
}

// older returns where a document says that its older entries are: an address,
// or a file beside it. RFC 5005 sections 3 and 4, and next_url of JSON Feed.
func older(doc *parse.Document, source string) string {
	for _, rel := range []string{"prev-archive", "next"} {
		i := slices.IndexFunc(doc.Links, func(l parse.Link) bool { return l.Rel == rel })
		if i < 0 {
			continue
		}
		ref := strings.TrimSpace(doc.Links[i].URL)
		switch {
		case isAddress(ref):
			return ref
		case isAddress(source):
			base, err := url.Parse(cmp.Or(doc.Base, source))
			if err != nil {
				return ""
			}
			to, err := base.Parse(ref)
			if err != nil {
				return ""
			}
			return to.String()
		case filepath.IsLocal(filepath.FromSlash(ref)):
			return filepath.Join(filepath.Dir(source), filepath.FromSlash(ref))
		}
	}
	return ""
}
