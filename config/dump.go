package config

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Dump returns the effective configuration as YAML: includes merged, defaults
// filled in. Load reads it as the same Config, but for what is masked by ***:
// passwords, the values of headers, credentials of proxies and the queries of
// private feeds' addresses. What a feed takes from the environment is shown as
// ${NAME}.
func (c *Config) Dump() ([]byte, error) {
	w := &writer{}
	w.WriteString("# The effective configuration of " + strings.Map(printable, c.File) + "; *** stands for a secret.\n")
	w.mapping(reflect.ValueOf(c.raw()).Elem(), "", "", false)
	return []byte(w.String()), nil
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return '?'
	}
	return r
}

// is makes a leaf that is written.
func is[T any](v T) leaf[T] { return leaf[T]{v: v, at: &place{}} }

// as makes a leaf that is written as text.
func as[T any](text string) leaf[T] {
	return leaf[T]{at: &place{expanded: true, written: text}}
}

// some makes a leaf that is written unless it is zero.
func some[T comparable](v T) leaf[T] {
	var zero T
	if v == zero {
		return leaf[T]{}
	}
	return is(v)
}

func all[T any](values []T) list[leaf[T]] {
	var l list[leaf[T]]
	for _, v := range values {
		l.Items = append(l.Items, is(v))
		l.At = &place{}
	}
	return l
}

// raw makes the tree that Load would have read had everything been written out.
func (c *Config) raw() *rawFile {
	zone := c.Site.Timezone
	if zone == nil {
		zone = time.UTC
	}
	r := &rawFile{
		Site: rawSite{Title: is(c.Site.Title), URL: some(c.Site.URL), Author: some(c.Site.Author), Contact: some(c.Site.Contact),
			Language: some(c.Site.Language), Timezone: is(zone), Content: some(c.Site.Content),
			Byline: some(c.Site.Byline), Prefix: some(c.Site.Prefix), Rights: some(c.Site.Rights)},
		Listen: is(c.Listen), Store: is(c.Store), Control: is(c.Control),
		Static: rawStatic{Dir: some(c.Static.Dir)},
		TLS: rawTLS{Cert: some(c.TLS.Cert), Key: some(c.TLS.Key), ACME: rawACME{Hosts: all(c.TLS.ACME.Hosts),
			Email: some(c.TLS.ACME.Email), Cache: some(c.TLS.ACME.Cache), Directory: some(c.TLS.ACME.Directory)}},
		Fetch:   c.rawFetch(),
		Never:   some(c.Never),
		Stories: rawStories{Window: is(c.Stories.Window), Settle: is(c.Stories.Settle)},
		Keep:    rawKeep{Items: is(c.Keep.Items), Archives: is(c.Keep.Archives)},
		Log:     rawLog{Format: is(c.Log.Format), Level: is(c.Log.Level)},
	}
	items := map[int]rawFeed{}
	for _, f := range c.Feeds {
		items[index(f.Path)] = c.rawFeed(&f)
	}
	for _, l := range c.Lists {
		item := c.rawFeed(&l.Feed)
		item.Name, item.URL, item.OPML = leaf[string]{}, leaf[address]{}, c.writtenList(&l)
		if l.Private && !l.Feed.Private {
			item.Private = leaf[bool]{}
		}
		if !l.Feed.Private && !l.open {
			item.Private = leaf[bool]{}
		}
		items[index(l.Path)] = item
	}
	for _, i := range slices.Sorted(maps.Keys(items)) {
		r.Feeds.Items = append(r.Feeds.Items, items[i])
	}
	for _, t := range c.Topics {
		item := rawTopic{Name: is(t.Name), Formerly: all(t.Formerly), Title: is(t.Title),
			Description: some(t.Description), Language: some(t.Language), ID: some(t.ID), Gone: is(t.Gone), Content: some(t.Content),
			Byline: some(t.Byline), Prefix: some(t.Prefix), Rights: some(t.Rights), Match: all(t.Match), Never: some(t.Never),
			Limit: is(t.Limit), PerFeed: is(t.PerFeed), Tests: rawTests(t.Tests), Private: c.rawPartners(&t)}
		if t.Learn != nil {
			item.Learn = rawLearn{At: &place{}, Precision: is(t.Learn.Precision)}
		}
		if t.AtMost.N > 0 {
			item.AtMost, item.DigestAfter = is(t.AtMost), is(t.DigestAfter)
		}
		r.Topics.Items = append(r.Topics.Items, item)
	}
	r.Feeds.At, r.Topics.At = &place{}, &place{}
	return r
}

func (c *Config) rawPartners(t *Topic) partners {
	var p partners
	for _, partner := range t.Private {
		p.Pairs = append(p.Pairs, header{Name: is(partner.Name), Value: c.written(t.Path+".private."+keyName(partner.Name), is(partner.File))})
	}
	return p
}

// index returns N of feeds[N].
func index(path string) int {
	n, _ := strconv.Atoi(strings.Trim(strings.TrimPrefix(path, "feeds"), "[]"))
	return n
}

func rawTests(tests []Test) list[rawTest] {
	var l list[rawTest]
	for _, t := range tests {
		l.Items = append(l.Items, rawTest{Title: some(t.Title), Text: some(t.Text), Author: some(t.Author), Feed: some(t.Feed),
			Tags: all(t.Tags), Lang: some(t.Language), Link: some(t.Link), Want: is(t.Want)})
		l.At = &place{}
	}
	return l
}

func (c *Config) rawFetch() rawFetch {
	f := &c.Fetch
	r := rawFetch{Every: is(f.Every), Min: is(f.Min), Max: is(f.Max), Timeout: is(f.Timeout), MaxBody: is(f.MaxBody),
		Concurrency: is(f.Concurrency), PerHost: rawPerHost{Concurrency: is(f.PerHost.Concurrency), Gap: is(f.PerHost.Gap)},
		AllowPrivate: all(f.AllowPrivate), AllowPorts: all(f.AllowPorts), Proxy: c.written("fetch.proxy", proxy(f.Proxy))}
	r.AllowPorts.Word = f.AllowPorts == nil
	return r
}

// proxy masks the credentials of a proxy.
func proxy(text string) leaf[string] {
	hidden, _ := mask(text, 0, groups(userinfo, text))
	return some(hidden)
}

// written prefers what the file says where it says it with ${NAME}.
func (c *Config) written(path string, l leaf[string]) leaf[string] {
	if p := c.exact(path); p != nil && p.expanded {
		text, _ := mask(p.written, 0, groups(userinfo, p.written))
		return as[string](text)
	}
	return l
}

// writtenList is where a reading list is.
func (c *Config) writtenList(l *List) leaf[string] {
	path := l.Path + ".opml"
	if l.URL == "" {
		return c.written(path, is(l.File))
	}
	shown := is(l.URL)
	if p := c.exact(path); p != nil && p.expanded {
		shown = as[string](bare(p.written))
	}
	if l.Private {
		if shown.at.expanded {
			return as[string](hideQuery(shown.at.written))
		}
		return is(hideQuery(l.URL))
	}
	return shown
}

// exact returns the place at a path, nil where there is none.
func (c *Config) exact(path string) *place {
	if p := c.find(&path); p != nil && p.path == path {
		return p
	}
	return nil
}

func (c *Config) rawFeed(f *Feed) rawFeed {
	r := rawFeed{Name: is(f.Name), Formerly: all(f.Formerly), Title: some(f.Title), Tags: all(f.Tags), Topics: all(f.Topics),
		Every: is(f.Every), Prefer: is(f.Prefer), Private: is(f.Private), Content: some(f.Content), Image: some(f.Image), Rights: some(f.Rights), FullText: is(f.FullText), UserAgent: c.written(f.Path+".user_agent", some(f.UserAgent)),
		Timeout: is(f.Timeout), MaxBody: is(f.MaxBody), Proxy: c.written(f.Path+".proxy", proxy(f.Proxy))}
	r.Language, r.Dates, r.Charset = is(cmp.Or(f.Language, trustFeed)), is(trustFeed), some(f.Charset)
	r.Identity, r.Only = is(cmp.Or(f.Identity, autoIdentity)), some(f.Only)
	if r.Stories = is("on"); f.Apart {
		r.Stories = is("off")
	}
	if f.Timezone != nil {
		r.Timezone = is(f.Timezone)
	}
	if f.IgnoreDates {
		r.Dates = is("ignore")
	}
	if f.Proxy == "" && c.Fetch.Proxy != "" {
		r.Proxy = is("")
	} else if f.Proxy == c.Fetch.Proxy && r.Proxy.at != nil && !r.Proxy.at.expanded {
		r.Proxy = c.written("fetch.proxy", r.Proxy)
	}
	for i, former := range f.Formerly {
		if f.Private {
			former = hideQuery(former)
		}
		r.Formerly.Items[i] = c.written(fmt.Sprintf("%s.formerly[%d]", f.Path, i), is(former))
	}
	for _, name := range slices.Sorted(maps.Keys(f.Headers)) {
		r.Headers.Pairs = append(r.Headers.Pairs, header{Name: is(name), Value: is(masked)})
	}
	if f.BasicAuth != nil {
		username := c.written(f.Path+".basic_auth.username", is(f.BasicAuth.Username))
		if f.BasicAuth.Username == "" {
			username = is(masked)
		}
		r.BasicAuth = rawBasicAuth{Username: username, Password: is(masked)}
	}
	c.rawURL(f, &r)
	return r
}

// rawURL fills in the address. Where it comes from the environment together
// with credentials, these are not written beside it.
func (c *Config) rawURL(f *Feed, r *rawFeed) {
	r.URL = is(address{url: f.URL})
	if f.Private {
		r.URL = is(address{url: hideQuery(f.URL)})
	}
	p := c.exact(f.Path + ".url")
	if p == nil || !p.expanded {
		return
	}
	text := bare(p.written)
	if f.Private {
		text = hideQuery(text)
	}
	r.URL = as[address](text)
	if f.BasicAuth != nil && !strings.Contains(p.written, "@") && c.exact(f.Path+".basic_auth") == nil {
		r.BasicAuth = rawBasicAuth{}
	}
}

func hideQuery(address string) string {
	if before, _, ok := strings.Cut(address, "?"); ok {
		return before + "?" + masked
	}
	return address
}
