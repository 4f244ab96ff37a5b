package fetcher

import (
	"cmp"
	"strings"
	"time"

	"sluice/config"
	"sluice/fetcher/parse"
	"sluice/storage"
	"sluice/storage/link"
	"sluice/storage/story"
)

const (
	// Bounds of what one item carries. What is over is left out.
	maxPeople     = 200
	maxCategories = 200
	maxLinks      = 200
	maxURL        = 8 << 10 // bytes
	maxTitle      = 4 << 10
	maxName       = 1 << 10

	// futureSkew is how far ahead of us a feed's clock may be.
	futureSkew = time.Hour

	// oldest is the first year in which a date of a feed is believed: below
	// lie the zero values of other programs.
	oldest = 1990
)

// Normalise makes the items of a document: pure, in the document's order, each
// known by its identity and ready to be compared and classified. It returns
// too what FeedState.Refined is to be.
//
// Links are absolute against xml:base (doc.Base and within), then the feed's
// address, without trackers and without fragments that tell no items apart.
// Titles are plain text. Summary and Content are what the document calls so
// (RSS: description and content:encoded), clean; a document with one of them
// alone fills only that one, and publishers decide what to show. Dates in the
// future or before 1990 count as not given. Of items with the same identity
// the first stays. Items that were not read (parse.Item.Known) are passed over.
func Normalise(feed config.Feed, doc *parse.Document, state storage.FeedState, now time.Time) ([]storage.Item, map[storage.Key]storage.IdentityKind) {
	n := normalise(feed, doc, state, now)
	return n.items, n.refined
}

// normalised is what becomes of the items of a document that were read.
type normalised struct {
	items   []storage.Item
	refined map[storage.Key]storage.IdentityKind
	looks   []storage.Remembered // of all that were read; Bytes is 0 where that may not be relied on
}

func normalise(feed config.Feed, doc *parse.Document, state storage.FeedState, now time.Time) normalised {
	n := normaliser{
		feed: feed, doc: doc, now: now,
		first:  state.FirstPoll.IsZero(),
		base:   resolve(feedBase(feed), doc.Base),
		origin: originOf(feed, doc, now),
	}
	items := make([]storage.Item, 0, len(doc.Items))
	looks := make([]storage.Remembered, 0, len(doc.Items))
	for i := range doc.Items {
		in := &doc.Items[i]
		if in.Known {
			continue
		}
		items = append(items, n.item(in))
		hash := in.Hash
		if ahead(in.Published, now) || ahead(in.Updated, now) {
			hash = 0
		}
		looks = append(looks, storage.Remembered{Bytes: hash})
	}
	story.BriefAll(items)
	refined, names := story.IdentifyNamed(items, state.Refined, identityKinds[feed.Identity])
	for i := range items {
		looks[i] = remembered(looks[i].Bytes, &items[i], names[i])
	}
	if feed.Identity == "link" {
		forgetGUIDs(items)
	}
	dropFragments(items)
	seen := make(map[storage.Key]bool, len(items))
	kept := items[:0]
	for i := range items {
		if key := items[i].Identity.Key; !seen[key] {
			seen[key] = true
			kept = append(kept, items[i])
		}
	}
	return normalised{items: kept, refined: refined, looks: looks}
}

// identityKinds are the words of the config.
var identityKinds = map[string]storage.IdentityKind{"guid": storage.ByGUID, "link": storage.ByLink}

// forgetGUIDs takes away guids that say nothing. Where they change at each poll
// they would make a change of each item.
func forgetGUIDs(items []storage.Item) {
	for i := range items {
		items[i].GUID, items[i].Permalink = "", false
	}
}

// dropFragments takes fragments off links, but for those that tell the items
// of one page apart. Identities know the whole link: which fragments are needed
// changes with what else stands in the document, and they may not.
func dropFragments(items []storage.Item) {
	addresses := make([]string, len(items))
	for i := range items {
		addresses[i] = items[i].URL
	}
	for i, apart := range link.Apart(addresses) {
		if !apart {
			items[i].URL = link.DropFragment(items[i].URL)
		}
	}
}

// A normaliser holds what all items of a document share.
type normaliser struct {
	feed   config.Feed
	doc    *parse.Document
	now    time.Time
	first  bool // the feed's first document
	base   string
	origin storage.Origin
}

func (n *normaliser) item(in *parse.Item) storage.Item {
	base := resolve(n.base, in.Base)
	out := storage.Item{
		Feed:         n.feed.Name,
		GUID:         in.GUID,
		Permalink:    in.Permalink,
		URL:          address(in.Link, base),
		Title:        storage.Text{Value: flat(in.Title, maxTitle)},
		Summary:      prose(in.Summary, base),
		Content:      prose(in.Content, base),
		Language:     n.language(in),
		Authors:      people(in.Authors, base),
		Contributors: people(in.Contributors, base),
		Categories:   categories(in.Categories),
		Enclosures:   enclosures(in.Enclosures, base),
		Links:        links(in.Links, base, n.feed.Private),
		Image:        address(in.Image, base),
		Comments:     address(in.Comments, base),
		Rights:       plain(in.Rights, maxName),
		Source:       source(in.Source, base),
		Published:    n.date(in.Published),
		Updated:      n.date(in.Updated),
		Origin:       n.origin,
	}
	carry(&out, in, base)
	if out.URL == "" && in.Permalink {
		out.URL = address(in.GUID, "")
	}
	out.Page.Wanted = n.feed.FullText && out.URL != ""
	if out.Summary == out.Content {
		out.Summary = storage.Text{}
	}
	out.Backlog = story.Backlog(n.first, story.Published(&out), n.now)
	return out
}

// language is the one that the config says, else that of the item's text where
// it differs from the feed's, else the item's own, else the feed's.
func (n *normaliser) language(in *parse.Item) string {
	if n.feed.Language != "" {
		return languageTag(n.feed.Language)
	}
	for _, t := range []string{in.Content.Language, in.Summary.Language, in.Title.Language} {
		if tag := languageTag(t); tag != "" && tag != n.origin.Language {
			return tag
		}
	}
	return cmp.Or(languageTag(in.Language), n.origin.Language)
}

// date returns a date to the second, or none where it can't be believed.
func (n *normaliser) date(t time.Time) time.Time {
	if n.feed.IgnoreDates {
		return time.Time{}
	}
	return believe(inZone(t, n.feed.Timezone), n.now)
}

// inZone reads a date that named no zone as one of the feed's.
func inZone(t time.Time, zone *time.Location) time.Time {
	if zone == nil || t.IsZero() || parse.Zoned(t) {
		return t
	}
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}

func believe(t, now time.Time) time.Time {
	if t.IsZero() || t.UTC().Year() < oldest || ahead(t, now) {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}

// ahead reports whether a date lies further in the future than clocks differ.
func ahead(t, now time.Time) bool { return t.After(now.Add(futureSkew)) }

// originOf says what atom:source is to say of the feed. Of a private feed it
// holds nothing that may be the feed's address.
func originOf(feed config.Feed, doc *parse.Document, now time.Time) storage.Origin {
	base := resolve(feedBase(feed), doc.Base)
	o := storage.Origin{
		ID:       cut(strings.TrimSpace(doc.ID), maxURL),
		Title:    flat(doc.Title, maxTitle),
		Self:     cmp.Or(address(doc.Self, base), address(feed.URL, "")),
		Home:     address(doc.Home, base),
		Rights:   plain(doc.Rights, maxName),
		Language: languageTag(doc.Language),
		Updated:  believe(inZone(doc.Updated, feed.Timezone), now),
		Icon:     address(doc.Icon, base),
		Logo:     address(cmp.Or(doc.Logo, doc.Image), base),
	}
	if o.Logo == o.Icon && doc.Logo == "" {
		o.Logo = ""
	}
	if feed.Private {
		o.ID, o.Self = "", ""
		if o.Home == feed.URL {
			o.Home = ""
		}
	}
	return o
}
