// Package render says a page of entries as Atom 1.0, RSS 2.0, JSON Feed 1.1
// and HTML, and lists of topics and feeds as HTML and OPML 2.0.
//
// It is pure and byte-stable: the bytes are a function of the arguments alone,
// without clock, random number or version, so that equal data keeps its ETag
// across restarts and replicas.
//
// What comes from feeds can't break a document: characters that XML 1.0 does
// not allow are dropped, invalid UTF-8 is replaced, titles are bounded, and
// addresses that are not absolute or of a known scheme are left out.
package render

import (
	"time"

	"sluice/config"
	"sluice/storage"
)

// A Page is everything that one topic's documents say.
type Page struct {
	Site    config.Site
	Topic   config.Topic
	State   storage.TopicState
	Entries []Entry // in order of place
}

// An Entry is a story as it stands in the topic, with the feed of its pick.
// Its other tellings appear in no document yet.
type Entry struct {
	storage.Entry
	Feed Feed
}

// A Feed is what readers learn of an entry's feed. A private one is named
// nowhere: neither its title nor its source, and its address is taken out of
// texts and links.
type Feed struct {
	Title   string // as the admin or the feed itself says
	URL     string // where it is polled
	Private bool
}

// Updated returns when the page last changed: the latest update of its
// entries. For an empty page that is when the topic's last entry left it, and
// for one that never had an entry the start of 1970, since every document
// needs a time and a clock would change the bytes.
func (p *Page) Updated() time.Time {
	var latest time.Time
	for i := range p.Entries {
		if e := &p.Entries[i]; e.Updated.After(latest) {
			latest = e.Updated
		}
	}
	switch {
	case !latest.IsZero():
		return latest
	case len(p.Entries) == 0 && !p.State.Changed.IsZero():
		return p.State.Changed
	}
	return time.Unix(0, 0)
}

// Paths of documents below the site's address. A topic's documents are its
// path and one of the extensions.
const (
	pathTopics  = "/topics/"
	PathTopics  = "/topics.opml"
	PathSources = "/sources.opml"
	ExtAtom     = ".atom"
	ExtRSS      = ".rss"
	ExtJSON     = ".json"
)

// TopicPath returns the path of a topic's page.
func TopicPath(name string) string { return pathTopics + name }

// Media types, without parameters.
const (
	TypeAtom = "application/atom+xml"
	TypeRSS  = "application/rss+xml"
	TypeJSON = "application/feed+json"
	TypeHTML = "text/html"
	TypeOPML = "text/x-opml"
)

// topicURL returns the public address of a topic's page or, with an
// extension, of one of its documents.
func topicURL(site config.Site, name, ext string) string {
	return site.URL + TopicPath(name) + ext
}

// author returns who publishes the site.
func author(site config.Site) string {
	if site.Author != "" {
		return line(site.Author)
	}
	return line(site.Title)
}

// stamp writes a date as Atom, JSON Feed and HTML want it: RFC 3339 in UTC,
// whole seconds.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
