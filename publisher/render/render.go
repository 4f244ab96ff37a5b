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
	"strconv"
	"time"

	"sluice/config"
	"sluice/storage"
)

// A Page is everything that one topic's documents say: the head, or one page
// of its archive, RFC 5005 section 4.
type Page struct {
	Site    config.Site
	Topic   config.Topic
	State   storage.TopicState
	Entries []Entry // of a head in order of place; of an archive page the highest number first

	// Withdrawn are entries that have left the topic, for those who hold them.
	// Only Atom can say it (RFC 6721).
	Withdrawn []storage.Tombstone

	// Token is that of the partner for whom the page is, where the topic is
	// private: its addresses hold it.
	Token string

	Age time.Duration // how long readers may keep a head, which RSS says too; 0 for archive pages

	// Latest is what Updated returns of a page that names but some of its
	// entries; zero for others.
	Latest time.Time

	Archive    uint64 // number of the archive page; 0 for the head
	Prev, Next uint64 // archive pages before and behind this one, 0 for none; a head's Prev is the newest

	views []*view // of Entries, made when one is written
}

// An Entry is a story as it stands in the topic, with the feed of its pick.
// Others are those of its tellings that may be named.
type Entry struct {
	storage.Entry
	Feed    Feed
	Content Content
}

// Content says how much of an entry's text may be republished.
type Content uint8

// The terms, each narrower than the one before.
const (
	Full    Content = iota
	Excerpt         // its beginning, cut at a sentence, and a link to the whole
	Link            // its title and link
)

// A Feed is what readers learn of an entry's feed. A private one is named
// nowhere: neither its title nor its source, and its address is taken out of
// texts and links.
type Feed struct {
	Title   string // as the admin or the feed itself says
	URL     string // where it is polled
	Private bool
	Image   string // its picture, as the admin says
	Rights  string // in its items, where they name none
}

// Updated returns when the page last changed: the latest update of its
// entries. For an empty head that is when the topic's last entry left it, and
// for one that never had an entry, and for an archive page whose entries have
// all left, when the topic began: every document needs a time, and a clock would
// change the bytes.
func (p *Page) Updated() time.Time {
	latest := p.Latest
	for i := range p.Entries {
		if e := &p.Entries[i]; e.Updated.After(latest) {
			latest = e.Updated
		}
	}
	switch {
	case !latest.IsZero():
		return latest
	case len(p.Entries) == 0 && p.Archive == 0 && !p.State.Changed.IsZero():
		return p.State.Changed
	}
	return p.State.Begun
}

// Paths of documents below the site's address. A topic's documents are its
// path and one of the extensions.
const (
	pathTopics  = "/topics/"
	PathPrivate = "/private/"
	PathTopics  = "/topics.opml"
	PathSources = "/sources.opml"
	ExtAtom     = ".atom"
	ExtRSS      = ".rss"
	ExtJSON     = ".json"
)

// TopicPath returns the path of a topic's page.
func TopicPath(name string) string { return pathTopics + name }

// PrivatePath returns the path of a private topic's page for the partner with
// the token.
func PrivatePath(token, name string) string { return PathPrivate + token + "/" + name }

// ArchivePath returns the path of an archive page.
func ArchivePath(name string, number uint64, ext string) string {
	return TopicPath(name) + archive(number, ext)
}

// archive returns what follows a topic's path in that of an archive page.
func archive(number uint64, ext string) string {
	return "/archive/" + strconv.FormatUint(number, 10) + ext
}

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

// A pageLink leads from a page to another of the same topic and format.
type pageLink struct {
	rel, url string
}

// url returns the address of the topic's page or, with an extension, of one of
// its documents.
func (p *Page) url(ext string) string {
	if p.Token != "" {
		return p.Site.URL + PrivatePath(p.Token, p.Topic.Name) + ext
	}
	return topicURL(p.Site, p.Topic.Name, ext)
}

// self returns the address of the page itself.
func (p *Page) self(ext string) string {
	if p.Archive == 0 {
		return p.url(ext)
	}
	return p.archiveURL(p.Archive, ext)
}

func (p *Page) archiveURL(number uint64, ext string) string {
	return p.url(archive(number, ext))
}

// links returns the links of RFC 5005 section 4.
func (p *Page) links(ext string) []pageLink {
	var links []pageLink
	if p.Archive != 0 {
		links = append(links, pageLink{"current", p.url(ext)})
	}
	if p.Prev != 0 {
		links = append(links, pageLink{"prev-archive", p.archiveURL(p.Prev, ext)})
	}
	if p.Next != 0 {
		links = append(links, pageLink{"next-archive", p.archiveURL(p.Next, ext)})
	}
	return links
}

// An empty is an element that says all by being there.
type empty struct{}

// archived returns the mark of an archive document.
func (p *Page) archived() *empty {
	if p.Archive == 0 {
		return nil
	}
	return new(empty)
}

// author returns who publishes the site.
func author(site config.Site) string {
	return or(line(site.Author), line(site.Title))
}

// stamp writes a date as Atom, JSON Feed and HTML want it: RFC 3339 in UTC,
// whole seconds.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
