package config

import (
	"net/netip"
	"time"
)

// The tree below is the one source of what a config may say. The decoder, the
// JSON Schema, the starter file, the dump and the lists behind "did you mean"
// are all made from it by reflection, so they can't drift apart.
//
// Tags of a field:
//
//	yaml      the key
//	kind      how its text is read: see kinds
//	doc       what it says, in one line
//	default   its value where the file gives none
//	example   what the starter shows where there is no default to show
//	min, max  bounds, in the words of the kind
//	enum      the words that it may be, by blanks
//	word      a word that a list may be instead
//	need      the key must be given
//	single    a list may be written as its only element
//
// A field named _ with the tag later names the keys that are planned and
// refused until they work.
type rawFile struct {
	At      *place
	Site    rawSite            `yaml:"site" need:"yes" doc:"What the published documents say of the site: title and more."`
	Listen  leaf[string]       `yaml:"listen" kind:"listen" default:"127.0.0.1:8080" doc:"Where serve answers: HOST:PORT, or :PORT for all interfaces."`
	Store   leaf[string]       `yaml:"store" kind:"store" default:"sluice.db" doc:"The file that keeps everything. Relative paths count from this file's folder."`
	Control leaf[string]       `yaml:"control" kind:"path" example:"sluice.sock" doc:"Socket by which other commands reach a running serve; by default beside the store."`
	Static  rawStatic          `yaml:"static" doc:"Documents as plain files, for a web server or a CDN."`
	TLS     rawTLS             `yaml:"tls" doc:"Where set, serve answers with TLS, HTTP/2 included."`
	Include list[leaf[string]] `yaml:"include" kind:"pattern" example:"[feeds.d/*.yaml]" doc:"More files of feeds and topics, by pattern, read in sorted order."`
	Fetch   rawFetch           `yaml:"fetch" doc:"Limits and manners of polling, for all feeds."`
	Feeds   list[rawFeed]      `yaml:"feeds" doc:"What is polled."`
	Topics  list[rawTopic]     `yaml:"topics" doc:"What is published: each topic has a page and an Atom, RSS and JSON feed."`
	Never   leaf[string]       `yaml:"never" kind:"query" example:"horoscope OR lottery" doc:"A story with any telling that matches stays out of all topics."`
	Stories rawStories         `yaml:"stories" doc:"When articles of several feeds count as one story."`
	Keep    rawKeep            `yaml:"keep" doc:"When things are forgotten."`
	Log     rawLog             `yaml:"log" doc:"What is logged, and how."`
	_       struct{}           `later:"backup admin metrics_file push"`
}

// rawInclude is what an included file may say.
type rawInclude struct {
	At     *place
	Feeds  list[rawFeed]  `yaml:"feeds" doc:"What is polled."`
	Topics list[rawTopic] `yaml:"topics" doc:"What is published."`
}

type rawSite struct {
	At       *place
	Title    leaf[string]         `yaml:"title" kind:"line" need:"yes" doc:"The site's name."`
	URL      leaf[string]         `yaml:"url" kind:"site" example:"https://feeds.example.org" doc:"Public address, may carry a path; by default the address in listen."`
	Author   leaf[string]         `yaml:"author" kind:"line" example:"Example Wire" doc:"Who publishes; by default the title."`
	Contact  leaf[string]         `yaml:"contact" kind:"contact" example:"https://example.org/bot" doc:"Address or mail for those who run the feeds; goes into the User-Agent."`
	Language leaf[string]         `yaml:"language" kind:"language" default:"en" doc:"Language of the site, as a tag such as en or pt-BR."`
	Timezone leaf[*time.Location] `yaml:"timezone" kind:"timezone" default:"UTC" doc:"For dates on pages, such as Europe/Berlin."`
	Content  leaf[string]         `yaml:"content" kind:"enum" enum:"full excerpt link" example:"excerpt" doc:"What may be republished of the items: full text, excerpt or link; the narrowest of site, topic and feed counts."`
	Byline   leaf[string]         `yaml:"byline" kind:"byline" example:"'{author} at {feed}'" doc:"How authors are named, with {author} and {feed}; by default the author alone."`
	Prefix   leaf[string]         `yaml:"title_prefix" kind:"byline" example:"'{feed}:'" doc:"Put before each title, with {author} and {feed}; by default nothing."`
	Rights   leaf[string]         `yaml:"rights" kind:"line" example:"Collected by Example Wire" doc:"What the documents say of the rights in the collection."`
}

type rawStatic struct {
	At  *place
	Dir leaf[string] `yaml:"dir" kind:"path" example:"public" doc:"Where set, fetch and serve also write all documents there."`
}

type rawTLS struct {
	At   *place
	Cert leaf[string] `yaml:"cert" kind:"path" example:"/etc/ssl/feeds.example.org.pem" doc:"PEM file with the certificate and its chain; read again when it changes."`
	Key  leaf[string] `yaml:"key" kind:"path" example:"/etc/ssl/private/feeds.example.org.key" doc:"PEM file with the certificate's private key."`
	ACME rawACME      `yaml:"acme" doc:"Certificates that serve gets from an authority and renews; it must answer at port 443 of the hosts."`
}

type rawACME struct {
	At        *place
	Hosts     list[leaf[string]] `yaml:"hosts" kind:"host" example:"[feeds.example.org]" doc:"Hosts to ask certificates for. To name one is to agree to the authority's terms."`
	Email     leaf[string]       `yaml:"email" kind:"mail" example:"admin@example.org" doc:"Where the authority writes when a certificate is about to expire."`
	Cache     leaf[string]       `yaml:"cache" kind:"path" default:"acme" doc:"Folder that keeps the certificates and the account's key."`
	Directory leaf[string]       `yaml:"directory" kind:"directory" default:"https://acme-v02.api.letsencrypt.org/directory" doc:"The authority's directory."`
}

type rawFetch struct {
	At           *place
	Every        leaf[time.Duration]      `yaml:"every" kind:"period" default:"auto" min:"1s" max:"366d" doc:"How often to poll: auto (hourly, or as seldom as the feed asks), or a duration such as 30m."`
	Min          leaf[time.Duration]      `yaml:"min" kind:"duration" default:"15m" min:"1s" max:"366d" doc:"Auto polls no more often than this."`
	Max          leaf[time.Duration]      `yaml:"max" kind:"duration" default:"24h" min:"1s" max:"366d" doc:"Auto polls no more seldom than this."`
	Timeout      leaf[time.Duration]      `yaml:"timeout" kind:"duration" default:"30s" min:"1ms" max:"1h" doc:"For one whole fetch, redirects included."`
	MaxBody      leaf[int64]              `yaml:"max_body" kind:"size" default:"10MiB" min:"1" max:"1GiB" doc:"Largest document, after decompression."`
	Concurrency  leaf[int]                `yaml:"concurrency" kind:"int" default:"64" min:"1" max:"10000" doc:"Fetches at a time."`
	PerHost      rawPerHost               `yaml:"per_host" doc:"Manners towards one host."`
	AllowPrivate list[leaf[netip.Prefix]] `yaml:"allow_private" kind:"prefix" default:"" example:"[10.1.0.0/16]" doc:"Private networks that may be reached all the same."`
	AllowPorts   list[leaf[uint16]]       `yaml:"allow_ports" kind:"port" default:"80 443" word:"any" doc:"Ports that may be reached, or the word any."`
	Proxy        leaf[string]             `yaml:"proxy" kind:"proxy" example:"http://proxy.example.org:3128" doc:"Proxy for all fetches."`
}

type rawPerHost struct {
	At          *place
	Concurrency leaf[int]           `yaml:"concurrency" kind:"int" default:"1" min:"1" max:"1000" doc:"Fetches at a time from one host."`
	Gap         leaf[time.Duration] `yaml:"gap" kind:"duration" default:"1s" min:"0s" max:"1h" doc:"Pause between two fetches from one host."`
}

type rawFeed struct {
	At        *place
	URL       leaf[address]       `yaml:"url" kind:"feed" doc:"The feed's address; http or https."`
	OPML      leaf[string]        `yaml:"opml" kind:"opml" example:"lists/africa.opml" doc:"Instead of url: a reading list, file or address, whose feeds take the keys beside it."`
	Name      leaf[string]        `yaml:"name" kind:"name" doc:"The feed's identity; by default made from the address."`
	Formerly  list[leaf[string]]  `yaml:"formerly" kind:"former" example:"[old-name]" doc:"Earlier names and addresses that this feed continues."`
	Title     leaf[string]        `yaml:"title" kind:"line" example:"Example News" doc:"Overrides the title that the feed gives itself."`
	Tags      list[leaf[string]]  `yaml:"tags" kind:"word" example:"[world]" doc:"Labels for queries: tag:world."`
	Topics    list[leaf[string]]  `yaml:"topics" kind:"ref" doc:"Topics that take all its items, beside those that match their queries."`
	Every     leaf[time.Duration] `yaml:"every" kind:"period" min:"1s" max:"366d" example:"30m" doc:"As fetch.every, for this feed; may go below fetch.min."`
	Prefer    leaf[int]           `yaml:"prefer" kind:"int" default:"0" min:"-1000000" max:"1000000" doc:"The higher is shown when several feeds tell one story."`
	Private   leaf[bool]          `yaml:"private" kind:"bool" example:"true" doc:"Keep its address out of all documents and logs; assumed where it carries credentials."`
	Headers   headers             `yaml:"headers" example:"{X-Client: '${CLIENT:-example}'}" doc:"Request headers; sent to the feed's own host only."`
	BasicAuth rawBasicAuth        `yaml:"basic_auth" doc:"User and password; sent to the feed's own host only."`
	UserAgent leaf[string]        `yaml:"user_agent" kind:"agent" example:"ExampleReader/1.0" doc:"Instead of sluice's own User-Agent."`
	Timeout   leaf[time.Duration] `yaml:"timeout" kind:"duration" min:"1ms" max:"1h" example:"60s" doc:"As fetch.timeout, for this feed."`
	MaxBody   leaf[int64]         `yaml:"max_body" kind:"size" min:"1" max:"1GiB" example:"20MiB" doc:"As fetch.max_body, for this feed."`
	Proxy     leaf[string]        `yaml:"proxy" kind:"proxy" example:"socks5://127.0.0.1:9050" doc:"As fetch.proxy, for this feed; \"\" for none."`
	Content   leaf[string]        `yaml:"content" kind:"enum" enum:"full excerpt link" example:"excerpt" doc:"As site.content, for this feed."`
	Image     leaf[string]        `yaml:"image" kind:"picture" example:"https://example.org/face.png" doc:"A picture that stands for it in the documents, such as its author's face."`
	Rights    leaf[string]        `yaml:"rights" kind:"line" example:"CC BY 4.0" doc:"Rights in its items, where they name none themselves."`
	Language  leaf[string]        `yaml:"language" kind:"feedlang" default:"trust" doc:"Language of its items: trust what the feed says, or a tag such as de."`
	Dates     leaf[string]        `yaml:"dates" kind:"enum" enum:"trust ignore" default:"trust" doc:"trust its dates, or ignore them: then items are dated when first seen."`
	Charset   leaf[string]        `yaml:"charset" kind:"charset" example:"windows-1251" doc:"Encoding of its documents, where they give a wrong one or none."`
	FullText  leaf[bool]          `yaml:"full_text" kind:"bool" default:"false" doc:"Fetch each new item's page and extract the article; used for matching and dedupe."`

	Timezone leaf[*time.Location] `yaml:"timezone" kind:"timezone" default:"UTC" doc:"For dates that name no zone, such as Europe/Berlin."`
	Identity leaf[string]         `yaml:"identity" kind:"enum" enum:"auto guid link" default:"auto" doc:"What its items are known by: auto, the guid alone, or the link alone."`
	Only     leaf[string]         `yaml:"only" kind:"query" example:"'example'" doc:"Query for the items that are admitted; no topic takes the others."`
	Stories  leaf[string]         `yaml:"stories" kind:"enum" enum:"on off" default:"on" doc:"off: its items are stories of their own, whoever else tells the same."`
}

type rawBasicAuth struct {
	At       *place
	Username leaf[string] `yaml:"username" kind:"user" need:"yes" example:"reader" doc:"The user's name."`
	Password leaf[string] `yaml:"password" kind:"secret" need:"yes" example:"${FEED_PASSWORD:-}" doc:"The password, better from the environment than written here."`
}

type rawTopic struct {
	At          *place
	Name        leaf[string]       `yaml:"name" kind:"topic" need:"yes" doc:"A name of letters, digits, - and _, at most 64; part of the addresses."`
	Formerly    list[leaf[string]] `yaml:"formerly" kind:"formertopic" example:"[old-name]" doc:"Earlier names and paths that this topic continues."`
	Title       leaf[string]       `yaml:"title" kind:"line" example:"A title" doc:"For people; by default the name."`
	Description leaf[string]       `yaml:"description" kind:"text" example:"A sentence" doc:"What the topic is about."`
	Language    leaf[string]       `yaml:"language" kind:"language" example:"en" doc:"Language of the topic; by default the site's."`
	Match       list[leaf[string]] `yaml:"match" kind:"query" single:"yes" example:"'example OR \"two words\"'" doc:"Query for the items it takes; a list is joined by OR. Put it in single quotes."`
	Never       leaf[string]       `yaml:"never" kind:"query" example:"'sport'" doc:"A story with any telling that matches stays out, also past a feed's topics."`
	ID          leaf[string]       `yaml:"id" kind:"iri" example:"tag:example.org,2020:korea" doc:"The id of its Atom feed; by default minted once and kept by the store."`
	Gone        leaf[bool]         `yaml:"gone" kind:"bool" example:"true" doc:"It was given up: its addresses answer 410 and its files are removed."`
	Limit       leaf[int]          `yaml:"limit" kind:"int" default:"50" min:"1" max:"100000" doc:"Entries in the topic's documents."`
	PerFeed     leaf[int]          `yaml:"per_feed" kind:"int" default:"0" min:"0" max:"100000" doc:"At most so many of one feed; 0 is no limit."`
	Learn       rawLearn           `yaml:"learn" doc:"Take also what is like the examples that 'sluice label' gave."`
	Tests       list[rawTest]      `yaml:"tests" doc:"Examples that check tries on the query."`
	Content     leaf[string]       `yaml:"content" kind:"enum" enum:"full excerpt link" example:"excerpt" doc:"As site.content, for this topic."`
	Byline      leaf[string]       `yaml:"byline" kind:"byline" example:"'{author} at {feed}'" doc:"As site.byline, for this topic."`
	Prefix      leaf[string]       `yaml:"title_prefix" kind:"byline" example:"'{feed}:'" doc:"As site.title_prefix, for this topic."`
	Rights      leaf[string]       `yaml:"rights" kind:"line" example:"Collected by Example Wire" doc:"As site.rights, for this topic."`
	Private     partners           `yaml:"private" example:"{partner: tokens/partner}" doc:"Where set, it is published to these partners alone, at /private/TOKEN/NAME; each has a file with its token."`

	AtMost      leaf[Rate]          `yaml:"at_most" kind:"rate" example:"20/d" doc:"So many stories of each hour (h), day (d) or week (w) in its documents: the most told."`
	DigestAfter leaf[time.Duration] `yaml:"digest_after" kind:"duration" default:"6h" min:"0s" max:"366d" doc:"at_most decides on a story so long after its release, for good; till then its archive alone has it."`
}

type rawLearn struct {
	At        *place
	Precision leaf[float64] `yaml:"precision" kind:"share" default:"0.95" min:"0.5" max:"0.999" doc:"How much of what is taken so shall be right, as far as the examples tell."`
}

type rawTest struct {
	At     *place
	Title  leaf[string]       `yaml:"title" kind:"text" example:"A title" doc:"The item's title."`
	Text   leaf[string]       `yaml:"text" kind:"text" example:"A text" doc:"Its text."`
	Author leaf[string]       `yaml:"author" kind:"text" example:"Jane Doe" doc:"Its author."`
	Feed   leaf[string]       `yaml:"feed" kind:"word" example:"example.org" doc:"Name of its feed."`
	Tags   list[leaf[string]] `yaml:"tags" kind:"word" example:"[world]" doc:"Tags of its feed."`
	Lang   leaf[string]       `yaml:"lang" kind:"language" example:"en" doc:"Its language."`
	Link   leaf[string]       `yaml:"link" kind:"word" example:"https://example.org/1" doc:"Its link."`
	Want   leaf[bool]         `yaml:"want" kind:"bool" default:"true" doc:"Whether the topic should take it."`
}

type rawStories struct {
	At     *place
	Window leaf[time.Duration] `yaml:"window" kind:"duration" default:"96h" min:"0s" max:"366d" doc:"How long after a story's first telling others may join; 0s keeps all apart."`
	Settle leaf[time.Duration] `yaml:"settle" kind:"duration" default:"0s" min:"0s" max:"366d" doc:"How long a new story is held back for the telling of a more preferred feed."`
}

type rawKeep struct {
	At       *place
	Items    leaf[time.Duration] `yaml:"items" kind:"duration" default:"90d" min:"1s" max:"36500d" doc:"Items are forgotten so long after they left every topic's document."`
	Archives leaf[string]        `yaml:"archives" kind:"enum" enum:"keep drop" default:"keep" doc:"keep: what stands in an archive page is not forgotten; drop: archive pages go with their items."`
}

type rawLog struct {
	At     *place
	Format leaf[string] `yaml:"format" kind:"enum" enum:"text json" default:"text" doc:"text or json."`
	Level  leaf[string] `yaml:"level" kind:"enum" enum:"debug info warn error" default:"info" doc:"debug, info, warn or error."`
}
