package config

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// feeds turns the elements of feeds into feeds and lists.
func (b *builder) feeds(elems []element[rawFeed]) {
	names, addresses, files := map[string]*place{}, map[string]*place{}, map[string]*place{}
	for i, e := range elems {
		r := e.raw
		if r.At == nil {
			continue
		}
		hidePrivate(r)
		path := fmt.Sprintf("feeds[%d]", i)
		b.config.origin[path] = r.At
		b.refs(r.Topics.Items)
		if r.OPML.at != nil {
			b.list(e, path, files)
			continue
		}
		if r.URL.at == nil {
			b.lacks(r.At, "url", "add url: with the feed's address, or opml: with the file of a reading list")
			continue
		}
		if r.URL.at.bad {
			b.taken(r.Name, names)
			continue
		}
		feed := b.feed(r)
		feed.Path = path
		b.unique(r, &feed, names, addresses)
		b.config.Feeds = append(b.config.Feeds, feed)
	}
	b.former(elems, names, addresses)
}

// lacks reports a missing key unless a misspelt one is reported already.
func (b *builder) lacks(at *place, key, remedy string) {
	if !at.src.meant[join(at.path, key)] {
		b.report.missing(at, key, remedy)
	}
}

// isPrivate reports what private says or, where it says nothing, whether the
// feed carries credentials.
func isPrivate(r *rawFeed) bool {
	if r.Private.at != nil {
		return r.Private.v
	}
	for _, h := range r.Headers.Pairs {
		if credential.MatchString(h.Name.v) {
			return true
		}
	}
	return r.URL.v.auth != nil || r.BasicAuth.At != nil || hasToken(r.URL.v.url)
}

// hidePrivate keeps the addresses of a private feed out of all messages.
func hidePrivate(r *rawFeed) {
	if !isPrivate(r) && (r.Private.at == nil || !r.Private.at.bad) {
		return
	}
	r.URL.at.hide()
	for _, f := range r.Formerly.Items {
		f.at.hide()
	}
}

// feed resolves the settings of a feed against those of fetch.
func (b *builder) feed(r *rawFeed) Feed {
	f := &b.config.Fetch
	feed := Feed{
		URL: r.URL.v.url, Name: r.Name.v, Title: r.Title.v, Formerly: texts(r.Formerly.Items),
		Tags: texts(r.Tags.Items), Topics: texts(r.Topics.Items),
		Every: r.Every.or(f.Every), Prefer: r.Prefer.v, Private: isPrivate(r), Content: r.Content.v, Image: r.Image.v, Rights: r.Rights.v, FullText: r.FullText.v,
		IgnoreDates: r.Dates.v == "ignore", Charset: r.Charset.v,
		BasicAuth: r.URL.v.auth, UserAgent: r.UserAgent.v,
		Timeout: r.Timeout.or(f.Timeout), MaxBody: r.MaxBody.or(f.MaxBody), Proxy: r.Proxy.or(f.Proxy),
	}
	if feed.Only = r.Only.v; r.Timezone.at != nil {
		feed.Timezone = r.Timezone.v
	}
	if r.Identity.v != autoIdentity {
		feed.Identity = r.Identity.v
	}
	feed.Apart = r.Stories.v == "off"
	if r.Language.v != trustFeed {
		feed.Language = r.Language.v
	}
	if r.BasicAuth.At != nil {
		if feed.BasicAuth != nil {
			b.report.add(r.BasicAuth.At, "gives credentials that the address gives too", "keep one of them")
		}
		feed.BasicAuth = &BasicAuth{Username: r.BasicAuth.Username.v, Password: r.BasicAuth.Password.v}
	}
	for _, h := range r.Headers.Pairs {
		if feed.Headers == nil {
			feed.Headers = map[string]string{}
		}
		feed.Headers[h.Name.v] = h.Value.v
		if h.Name.v == "Authorization" && feed.BasicAuth != nil {
			b.report.add(h.Name.at, "is a header that the user and password make", "keep one of them")
		}
	}
	return feed
}

// autoIdentity is the word for knowing items by what tells them apart best.
const autoIdentity = "auto"

// texts returns the values of a list, each once.
func texts(items []leaf[string]) []string {
	var list []string
	for _, item := range kept(items) {
		list = append(list, item.v)
	}
	return list
}

// kept returns what is not wrong and not said before.
func kept(items []leaf[string]) []leaf[string] {
	var list []leaf[string]
	for _, item := range items {
		if item.at != nil && !item.at.bad && !slices.ContainsFunc(list, func(l leaf[string]) bool { return l.v == item.v }) {
			list = append(list, item)
		}
	}
	return list
}

// unique gives the feed its name and reports names and addresses that two
// feeds have.
func (b *builder) unique(r *rawFeed, feed *Feed, names, addresses map[string]*place) {
	key := sameAddress(feed.URL)
	if first, ok := addresses[key]; ok {
		b.report.list = append(b.report.list, finding{at: r.URL.at, path: r.URL.at.path,
			fault: fault{what: "is the address of the feed " + first.where(r.At) + " too", remedy: "remove one of them"}})
		return
	}
	addresses[key] = r.At
	if r.Name.at != nil {
		b.taken(r.Name, names)
		return
	}
	feed.Name = FeedName(feed.URL)
	if feed.Private {
		feed.Name = privateName(feed.URL)
	}
	if first, ok := names[feed.Name]; ok {
		b.report.missing(r.At, "name", "give it one: the name made from its address is that of the feed "+first.where(r.At))
		return
	}
	names[feed.Name] = r.At
}

// taken notes a written name, and reports it if another feed has it.
func (b *builder) taken(name leaf[string], names map[string]*place) {
	if name.at == nil || name.at.bad {
		return
	}
	if first, ok := names[name.v]; ok {
		b.report.value(name.at, fault{what: "is the name of the feed " + first.where(name.at) + " too", remedy: "give one of them another name"})
		return
	}
	names[name.v] = name.at
}

// where names p's line as seen from another place.
func (p *place) where(from *place) string {
	if p.src == from.src {
		return fmt.Sprintf("on line %d", p.line)
	}
	return fmt.Sprintf("at %s:%d", p.src.name, p.line)
}

// former reports earlier names and addresses that feeds of today have, or that
// two feeds claim.
func (b *builder) former(elems []element[rawFeed], names, addresses map[string]*place) {
	claimed := map[string]*place{}
	for _, e := range elems {
		for _, f := range e.raw.Formerly.Items {
			if f.at == nil || f.at.bad || e.raw.OPML.at != nil {
				continue
			}
			key, today := f.v, names[f.v]
			if strings.Contains(f.v, "://") {
				key = sameAddress(f.v)
				today = addresses[key]
			}
			switch first := claimed[key]; {
			case today != nil && today.line == e.raw.At.line && today.src == f.at.src, today != nil && today == e.raw.Name.at:
				b.report.value(f.at, fault{what: "is what this feed has now", remedy: "remove it: formerly is for earlier names and addresses"})
			case today != nil:
				b.report.value(f.at, fault{what: "belongs to the feed " + today.where(f.at), remedy: "a feed can't continue one that is still polled: remove one of them"})
			case first != nil:
				b.report.value(f.at, fault{what: "is claimed by the feed " + first.where(f.at) + " too", remedy: "only one feed can continue it"})
			default:
				claimed[key] = f.at
			}
		}
	}
}

// refs reports topics that a feed names and that are not there.
func (b *builder) refs(items []leaf[string]) {
	for _, item := range items {
		if item.at == nil || item.at.bad {
			continue
		}
		var known []string
		found := false
		for _, t := range b.config.Topics {
			found = found || t.Name == item.v
			known = append(known, t.Name)
			if slices.Contains(t.Formerly, item.v) {
				known = []string{t.Name}
				b.report.value(item.at, fault{what: "is an earlier name of the topic " + t.Name, remedy: "write " + t.Name})
				found = true
			}
		}
		if found || b.unread() {
			continue
		}
		f := fault{what: "is not the name of a topic", remedy: "add the topic, or remove this"}
		if len(known) > 0 && len(known) <= 10 {
			f.remedy = "write one of " + strings.Join(known, ", ") + ", or add the topic"
		}
		f.hint = didYouMean(item.v, known)
		b.report.value(item.at, f)
	}
}

// unread reports whether a file could not be read, and its topics with it.
func (b *builder) unread() bool {
	return slices.ContainsFunc(b.sources, func(s *source) bool { return !s.parsed })
}

// list reads a reading list.
func (b *builder) list(e element[rawFeed], path string, files map[string]*place) {
	r := e.raw
	for _, wrong := range []struct {
		at  *place
		key string
	}{{r.URL.at, "url"}, {r.Name.at, "name"}, {r.Formerly.At, "formerly"}} {
		if wrong.at != nil {
			b.report.add(wrong.at, "belongs to one feed, and opml: stands for many", "remove it, or write the feed out beside the list")
		}
	}
	if r.OPML.at.bad {
		return
	}
	list := List{Path: path, Feed: b.feed(r), open: r.Private.at != nil && !r.Private.v}
	if isWeb(r.OPML.v) {
		b.webList(r, &list)
	} else {
		list.File = absolute(e.dir, r.OPML.v)
	}
	list.Feed.Path, list.Feed.URL, list.Feed.Name, list.Feed.Formerly = path, "", "", nil
	if first, ok := files[list.Key()]; ok {
		b.report.value(r.OPML.at, fault{what: "is the list " + first.where(r.At) + " too", remedy: "remove one of them"})
		return
	}
	files[list.Key()] = r.OPML.at
	if list.File != "" {
		b.readList(r.OPML.at, &list)
	}
	b.config.Lists = append(b.config.Lists, list)
}

// readList reads a list's file.
func (b *builder) readList(at *place, list *List) {
	data, f := b.read(list.File)
	if f != nil {
		hidden := hideName(at, *f, list.File)
		b.report.list = append(b.report.list, finding{at: at, path: at.path, list: list.File, fault: hidden})
		list.Problem = hidden.what
		return
	}
	list.Data = data
}

// webList fills in a list with an address. That its own address is private
// says nothing of its feeds.
func (b *builder) webList(r *rawFeed, list *List) {
	a, _ := parseAddress(r.OPML.v) // which its kind has checked
	list.URL = a.url
	list.Private = r.Private.v || !list.open && (isPrivate(r) || a.auth != nil || hasToken(a.url))
	list.Feed.Private = r.Private.v
	if list.Private {
		r.OPML.at.hide()
	}
	switch {
	case a.auth == nil:
	case list.Feed.BasicAuth != nil:
		b.report.add(r.BasicAuth.At, "gives credentials that the address gives too", "keep one of them")
	default:
		list.Feed.BasicAuth = a.auth
	}
}

// isWeb tells an address from a path.
func isWeb(text string) bool { return strings.Contains(text, "://") }

// sameOrigin compares scheme, host and port (RFC 6454 section 5).
func sameOrigin(a, b string) bool {
	x, err := url.Parse(a)
	if err != nil {
		return false
	}
	y, err := url.Parse(b)
	return err == nil && strings.EqualFold(x.Scheme, y.Scheme) && strings.EqualFold(x.Host, y.Host)
}

// hideName takes a path that came from the environment out of a fault.
func hideName(at *place, f fault, name string) fault {
	if at.expanded {
		f.what = strings.ReplaceAll(f.what, name, at.shown())
	}
	return f
}

// Outline turns an outline of the list into a feed: the list's keys with the
// outline's address, its tags beside the list's, and its title where the list
// gives none. The name is made from the address. Headers and credentials of a
// list with an address stay on its host. The error shows no credentials.
func (l List) Outline(url, title string, tags []string) (Feed, error) {
	feed := l.Feed
	a, f := parseAddress(strings.TrimSpace(url))
	if f != nil {
		return Feed{}, errors.New(f.what + "; " + f.remedy)
	}
	feed.URL = a.url
	if l.URL != "" && (feed.Headers != nil || feed.BasicAuth != nil) {
		if sameOrigin(l.URL, a.url) {
			feed.Private = feed.Private || l.Private
		} else {
			feed.Headers, feed.BasicAuth = nil, nil
		}
	}
	if a.auth != nil && feed.BasicAuth == nil {
		feed.BasicAuth = a.auth
	}
	if !l.open && (a.auth != nil || hasToken(a.url)) {
		feed.Private = true
	}
	if feed.Name = FeedName(a.url); feed.Private {
		feed.Name = privateName(a.url)
	}
	if feed.Title == "" && isLine(title) {
		feed.Title = strings.TrimSpace(title)
	}
	feed.Topics, feed.Headers = slices.Clone(feed.Topics), maps.Clone(feed.Headers)
	feed.Tags = slices.Clone(feed.Tags)
	for _, tag := range tags {
		if tag = strings.TrimSpace(tag); tag != "" && isLine(tag) && !slices.Contains(feed.Tags, tag) {
			feed.Tags = append(feed.Tags, tag)
		}
	}
	return feed, nil
}
