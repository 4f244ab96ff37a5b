// Package config reads, defaults and checks the admin's YAML. What it returns
// is plain immutable data; every mistake has its place, and every scalar keeps
// its place so that later findings (in queries, in tests) can point into it.
//
// It reads through an fs.FS rooted at / and touches neither disk nor network.
package config

import (
	"net/netip"
	"time"
)

// Config is one whole configuration, includes merged, defaults filled in,
// paths made absolute (without the leading slash only inside the fs.FS).
type Config struct {
	File    string // the top file
	Site    Site
	Listen  string
	Store   string // absolute path
	Control string // absolute path of the socket
	Static  Static
	TLS     TLS
	Fetch   Fetch
	Feeds   []Feed // as written, in order of files; lists are in Lists
	Lists   []List
	Topics  []Topic
	Never   string // a story with any telling that matches stays out of all topics
	Stories Stories
	Keep    Keep
	Log     Log

	sources []*source         // the files read, the top one first
	origin  map[string]*place // feeds[N], topics[N] and the queries of topics to where they stand
}

// Site is what the documents say of their publisher.
type Site struct {
	Title    string
	URL      string // without a trailing slash
	Author   string
	Contact  string
	Language string
	Timezone *time.Location
	Content  string // what may be republished: full, excerpt or link; empty: full
	Byline   string // how authors are named, with {author} and {feed}; empty: the author alone
	Prefix   string // of titles, likewise
	Rights   string // in the collection
}

// Static says where fetch and serve write the documents as files.
type Static struct {
	Dir string // absolute; empty: nowhere
}

// Fetch holds the limits and manners of polling.
type Fetch struct {
	Every        time.Duration // 0 means auto
	Min, Max     time.Duration // bounds of auto
	Timeout      time.Duration // of one whole fetch, redirects included
	MaxBody      int64         // bytes, after decompression
	Concurrency  int
	PerHost      PerHost
	AllowPrivate []netip.Prefix
	AllowPorts   []uint16 // nil means any
	Proxy        string
}

// PerHost paces the requests to one host.
type PerHost struct {
	Concurrency int
	Gap         time.Duration
}

// Feed is an upstream document to poll. The request settings are resolved:
// what a feed leaves out comes from Fetch.
type Feed struct {
	Path string // where it stands in the config, such as feeds[3]

	URL      string // without credentials
	Name     string
	Formerly []string
	Title    string
	Tags     []string
	Topics   []string
	Every    time.Duration // 0 means auto
	Prefer   int
	Private  bool
	Content  string // as of Site
	Image    string // address of a picture that stands for it
	Rights   string // in its items, where they name none
	FullText bool   // the pages of its new items are fetched and extracted

	Language    string // of its items; empty: what the feed says
	IgnoreDates bool
	Charset     string         // of its documents; empty: what they say
	Timezone    *time.Location // of dates that name none; nil where the config gives none: UTC
	Identity    string         // what its items are known by: guid or link; empty: what tells them apart best
	Only        string         // query for the items that topics may take; empty: all
	Apart       bool           // its items are stories of their own

	Headers   map[string]string
	BasicAuth *BasicAuth
	UserAgent string
	Timeout   time.Duration
	MaxBody   int64
	Proxy     string
}

// BasicAuth is sent to the feed's own host only.
type BasicAuth struct {
	Username, Password string
}

// List is a reading list whose outlines become feeds. Feed holds the keys that
// they all take; its URL and Name are empty.
type List struct {
	Path string // where it stands in the config
	File string // absolute path; empty where it has an address
	Data []byte // the file's content
	Feed Feed

	// A list with an address is asked for by it, with the request settings of
	// Feed. Its headers and credentials are sent to its own host only, also for
	// its feeds.
	URL     string // without credentials
	Private bool   // the address is shown nowhere

	// Problem says why the file could not be read; empty where Data holds it.
	Problem string

	open bool // private: false is written out
}

// Key is what the list is known by: its file or address.
func (l *List) Key() string {
	if l.URL != "" {
		return l.URL
	}
	return l.File
}

// Name is the list's file or address as people may see it.
func (l *List) Name() string {
	if l.Private {
		return "(private list)"
	}
	return l.Key()
}

// Topic is a curated feed that is published.
type Topic struct {
	Path string // where it stands in the config, such as topics[0]

	Name        string
	Formerly    []string
	Title       string // Name where the config gives none
	Description string
	Language    string    // Site.Language where the config gives none
	ID          string    // of its Atom feed; empty: the store's
	Gone        bool      // given up
	Private     []Partner // where there are any, it is published to them alone
	Content     string    // as of Site
	Byline      string    // Site.Byline where the config gives none; so the next two
	Prefix      string
	Rights      string
	Match       []string // joined by OR; empty: only the feeds that name the topic
	Never       string
	Limit       int
	PerFeed     int
	AtMost      Rate          // entries of the head; by the clock of Site.Timezone
	DigestAfter time.Duration // from a story's release to AtMost's decision
	Learn       *Learn        // nil: it does not learn
	Tests       []Test
}

// Learn says how a topic learns from examples.
type Learn struct {
	Precision float64 // how much of what it takes by what it learned shall be right
}

// Test is an example that check runs against a topic's query.
type Test struct {
	Path string

	Title, Text, Author, Feed, Language, Link string
	Tags                                      []string
	Want                                      bool
}

// Stories says how tellings are joined.
type Stories struct {
	Window time.Duration // from a story's first telling; 0: every item is its own story
	Settle time.Duration // how long a new story is held for a preferred telling
}

// Keep says when things are forgotten.
type Keep struct {
	Items    time.Duration
	Archives string // keep or drop
}

// Log says what is logged and how.
type Log struct {
	Format string // text or json
	Level  string // debug, info, warn or error
}
