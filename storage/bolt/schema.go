package bolt

import "sluice/storage"

// This file is the whole design of the file: every bucket, key and record, also
// those whose methods come with later versions, so that no later version has
// to migrate. A record may gain fields (a CBOR map with integer keys ignores
// what it does not know, and a missing field is the zero value); a number is
// never used again for another meaning. Numbers and buckets marked "reserved"
// are spoken for and not written yet.
//
// Conventions of keys: identities are 16-byte hashes, those of items and stories
// with the first bytes of their feed's (see near); times are microseconds
// since 1970, big-endian with the sign bit flipped, so that bytes sort as
// times do; ^time is its complement, which sorts newest first; numbers are
// 8 bytes big-endian. Nothing that a feed says stands in a key as itself: it is
// hashed, so its length does not matter (a bbolt key ends at 32 KiB).
//
//	bucket      key                                value
//	meta        name                               schema, settings, routing: see below
//	feeds       feed                               feedRecord
//	feednames   hash of current name               feed
//	due         time, name (200 bytes), feed       -            when each enrolled feed may be claimed
//	hosts       hash of host                       hostRecord   host budgets
//	aliases     feed, identity key                 item         every key an item was ever known by
//	items       item                               itemRecord   small: what lists and decisions need
//	bodies      item                               zstd(CBOR(bodyRecord))
//	seen        first seen, item                   feed         stored items by time
//	feeditems   feed, first seen, item             -            stored items of a feed by time
//	urls        hash of comparison key, item       -            candidates of dedupe; look-up by link
//	stories     story                              storyRecord
//	entryids    hash of published id               story        for ever: no id comes back as another's
//	topics      topic                              topicRecord
//	topicnames  hash of current name               topic
//	entries     topic, ^place time, story          time entered standing entries, newest place first; behind the time
//	                                                             a byte, the Choice, where there is one
//	numbers     topic, number                      story        for ever
//	pending     story                              flags        what the next Release must look at
//	tombstones  topic, ^withdrawn, story           -            withdrawn entries that documents still name, until ended
//	pages       item                               pageRecord   full-text claim: lease, token, tries, next try, last answer
//	pagesdue    time, item                         -            when each page that is yet to be fetched may be claimed
//	extracted   item                               zstd(CBOR(extractRecord))
//	origins     feed, hash                         originRecord: what the feed said of itself beside items
//	memories    feed                               memoryRecord of its last document; apart from feeds, which is written at every poll
//	lists       hash of address                    zstd(CBOR(listRecord)) state of a reading list
//	undecided   due, topic, story                  period       entries that at_most is to decide on
//	digests     topic, period                      [story...]   the entries that at_most chose, for ever
//	arrivals    number                             items whose texts are new, in a block for each save: see arrival
//	shingles    period, number                     bucket with a segment of the index of content: see segment
//	adopted     topic, hash of id                  adoptedRecord: an earlier publisher's entry, until an item takes it
//	labels      topic, item                        zstd(CBOR(labelRecord))
//	models      topic                              zstd(CBOR(modelRecord))   the newest
//	revisions   item, revision                     revisionRecord   earlier texts, bounded
//	forgotten   feed, hash of words or title       item         by what forgotten items are recognised; empty where several have it
//	erased      item                               erasedRecord  hashes of an erased item, by which its tellings are told
//	erasedkeys  hash of text or link, item         -             what leads to them
//	edits       edit time, hash                    editRecord   corrections by people, with reason
//	edited      item or story, edit time, hash     -            the edits that concern it
//
// Reserved buckets:
//
//	changes     sequence                           change log: time, topic, story, kind; followed by cursor
//	followers   name                               cursor and lease of one who follows the changes
//	hubsubs     topic, hash of callback            WebSub subscription: callback, secret, lease, failures
//	hubqueue    time, topic, hash of callback      deliveries due
//	hubfeeds    feed                               our subscription at an upstream's hub
//
// Keys in meta: "schema" (4 bytes, big-endian), "settings" (settingsRecord),
// "rules" (zstd(CBOR(bytes))): see storage.Enrolment.
// Reserved: "changes" (last sequence), "backup".
const schemaVersion = 1

// bucketID numbers the buckets; bucketNames gives their names in the file.
type bucketID int

const (
	bMeta bucketID = iota
	bFeeds
	bFeedNames
	bDue
	bHosts
	bAliases
	bItems
	bBodies
	bSeen
	bFeedItems
	bURLs
	bStories
	bEntryIDs
	bTopics
	bTopicNames
	bEntries
	bNumbers
	bPending
	firstBuckets // those above are in every file; Open adds the others where they are missing
)

const (
	bTombstones bucketID = iota + firstBuckets
	bUndecided
	bDigests
	bPages
	bPagesDue
	bExtracted
	bMemories
	bLists
	bOrigins
	bArrivals
	bShingles
	bAdopted
	bLabels
	bModels
	bEdits
	bEdited
	bRevisions
	bErased
	bErasedKeys
	bForgotten
	bucketCount
)

var bucketNames = [bucketCount]string{
	bMeta:       "meta",
	bFeeds:      "feeds",
	bFeedNames:  "feednames",
	bDue:        "due",
	bHosts:      "hosts",
	bAliases:    "aliases",
	bItems:      "items",
	bBodies:     "bodies",
	bSeen:       "seen",
	bFeedItems:  "feeditems",
	bURLs:       "urls",
	bStories:    "stories",
	bEntryIDs:   "entryids",
	bTopics:     "topics",
	bTopicNames: "topicnames",
	bEntries:    "entries",
	bNumbers:    "numbers",
	bPending:    "pending",
	bTombstones: "tombstones",
	bUndecided:  "undecided",
	bDigests:    "digests",
	bPages:      "pages",
	bPagesDue:   "pagesdue",
	bExtracted:  "extracted",
	bMemories:   "memories",
	bLists:      "lists",
	bOrigins:    "origins",
	bArrivals:   "arrivals",
	bShingles:   "shingles",
	bAdopted:    "adopted",
	bLabels:     "labels",
	bModels:     "models",
	bEdits:      "edits",
	bEdited:     "edited",
	bRevisions:  "revisions",
	bErased:     "erased",
	bErasedKeys: "erasedkeys",
	bForgotten:  "forgotten",
}

const (
	metaSchema   = "schema"
	metaSettings = "settings"
	metaRules    = "rules"
)

// micros is a time in records: microseconds since 1970. 0 is the zero time;
// the instant 1970-01-01T00:00:00Z itself is kept as the least int64.
type micros int64

// settingsRecord is what Enrol last said of the whole, and how far a routing
// of stored items has come.
type settingsRecord struct {
	Set    storage.ID   `cbor:"1,keyasint,omitzero"` // fingerprint of the compiled set of topics
	Window int64        `cbor:"2,keyasint,omitzero"` // nanoseconds
	Route  []storage.ID `cbor:"3,keyasint,omitempty"`
	Cursor storage.ID   `cbor:"4,keyasint,omitzero"`
	Settle int64        `cbor:"5,keyasint,omitzero"` // nanoseconds
	Held   *holdRecord  `cbor:"6,keyasint,omitempty"`

	Indexed  bool   `cbor:"7,keyasint,omitempty"` // the index of content has all that may be joined
	Indexing []byte `cbor:"8,keyasint,omitempty"` // until then, the key in seen up to which it is built
}

// holdRecord: see storage.Hold.
type holdRecord struct {
	Set    storage.ID `cbor:"1,keyasint"`
	Topics []string   `cbor:"2,keyasint,omitempty"`
}

// feedRecord: see storage.FeedState. Due is the time under which the feed
// stands in the bucket due.
type feedRecord struct {
	Name         string          `cbor:"1,keyasint,omitempty"`
	URL          string          `cbor:"2,keyasint,omitempty"`
	Enrolled     bool            `cbor:"3,keyasint,omitempty"`
	Private      bool            `cbor:"4,keyasint,omitempty"`
	Prefer       int             `cbor:"5,keyasint,omitempty"`
	Title        string          `cbor:"6,keyasint,omitempty"`
	Home         string          `cbor:"7,keyasint,omitempty"`
	Language     string          `cbor:"8,keyasint,omitempty"`
	Token        uint64          `cbor:"9,keyasint,omitempty"`
	Lease        micros          `cbor:"10,keyasint,omitempty"`
	FirstPoll    micros          `cbor:"11,keyasint,omitempty"`
	LastPoll     micros          `cbor:"12,keyasint,omitempty"`
	LastSuccess  micros          `cbor:"13,keyasint,omitempty"`
	NextPoll     micros          `cbor:"14,keyasint,omitempty"`
	Status       int             `cbor:"15,keyasint,omitempty"`
	Error        string          `cbor:"16,keyasint,omitempty"`
	Warning      string          `cbor:"17,keyasint,omitempty"`
	Failures     int             `cbor:"18,keyasint,omitempty"`
	Entries      int             `cbor:"19,keyasint,omitempty"`
	ETag         []byte          `cbor:"20,keyasint,omitempty"`
	LastModified []byte          `cbor:"21,keyasint,omitempty"`
	ValidatedURL string          `cbor:"22,keyasint,omitempty"`
	Body         storage.Key     `cbor:"23,keyasint,omitzero"`
	Moved        string          `cbor:"24,keyasint,omitempty"`
	Refined      []refinedRecord `cbor:"25,keyasint,omitempty"`
	Due          micros          `cbor:"26,keyasint,omitempty"`
	Items        int             `cbor:"27,keyasint,omitempty"`
	Hints        hintsRecord     `cbor:"28,keyasint,omitzero"`
	Hubs         []string        `cbor:"33,keyasint,omitempty"`
	Content      string          `cbor:"34,keyasint,omitempty"`
	Advice       []adviceRecord  `cbor:"35,keyasint,omitempty"`
	Apart        bool            `cbor:"36,keyasint,omitempty"`
	Flood        micros          `cbor:"38,keyasint,omitempty"` // when old items came as new and were recognised last
	Flooded      int             `cbor:"39,keyasint,omitempty"` // how many
	Tags         []string        `cbor:"40,keyasint,omitempty"` // tags, topics and only: as the config named them last
	Topics       []string        `cbor:"41,keyasint,omitempty"`
	Only         string          `cbor:"42,keyasint,omitempty"`
	Claimant     string          `cbor:"31,keyasint,omitempty"` // who seems to own it now: title and host; empty where nothing is held
	Held         micros          `cbor:"32,keyasint,omitempty"` // since when it waits for the admin's word
	// reserved: 30 publishing rhythm
}

// memoryRecord: see storage.Memory. Items holds 32 bytes for each: the fields
// of storage.Remembered in their order, big-endian.
type memoryRecord struct {
	Body  storage.Key `cbor:"1,keyasint,omitzero"`
	Frame storage.Key `cbor:"2,keyasint,omitzero"`
	Items []byte      `cbor:"3,keyasint,omitempty"`
}

type adviceRecord struct {
	Key   string `cbor:"1,keyasint"`
	Value string `cbor:"2,keyasint,omitempty"`
}

type refinedRecord struct {
	GUID storage.Key          `cbor:"1,keyasint"`
	Kind storage.IdentityKind `cbor:"2,keyasint"`
}

type hostRecord struct {
	Name  string `cbor:"1,keyasint,omitempty"`
	Until micros `cbor:"2,keyasint,omitempty"`
	// reserved: 3 time of the last request, 4 budget
}

// itemRecord: see storage.Item. TextDigest and MetaDigest are hashes of what
// the feed last said, byte for byte: of title and texts, and of all the rest
// that is published. They tell in one comparison that nothing moved, also after
// a cosmetic edit whose bytes were not taken over.
type itemRecord struct {
	Feed       storage.ID           `cbor:"1,keyasint,omitzero"`
	Story      storage.ID           `cbor:"2,keyasint,omitzero"`
	Kind       storage.IdentityKind `cbor:"3,keyasint,omitempty"`
	Key        storage.Key          `cbor:"4,keyasint,omitzero"`
	GUID       string               `cbor:"5,keyasint,omitempty"`
	Permalink  bool                 `cbor:"6,keyasint,omitempty"`
	URL        string               `cbor:"7,keyasint,omitempty"`
	Title      string               `cbor:"8,keyasint,omitempty"`
	TitleHTML  bool                 `cbor:"9,keyasint,omitempty"`
	Language   string               `cbor:"10,keyasint,omitempty"`
	Published  micros               `cbor:"11,keyasint,omitempty"`
	Updated    micros               `cbor:"12,keyasint,omitempty"`
	FirstSeen  micros               `cbor:"13,keyasint,omitempty"`
	Changed    micros               `cbor:"14,keyasint,omitempty"`
	Backlog    bool                 `cbor:"15,keyasint,omitempty"`
	Revision   uint32               `cbor:"16,keyasint,omitempty"`
	PrintURL   storage.Key          `cbor:"17,keyasint,omitzero"`
	PrintText  storage.Key          `cbor:"18,keyasint,omitzero"`
	Words      uint32               `cbor:"19,keyasint,omitempty"`
	Topics     []storage.ID         `cbor:"20,keyasint,omitempty"`
	Barred     []storage.ID         `cbor:"21,keyasint,omitempty"`
	TextDigest storage.Key          `cbor:"22,keyasint,omitzero"`
	MetaDigest storage.Key          `cbor:"23,keyasint,omitzero"`
	Original   bool                 `cbor:"24,keyasint,omitempty"`
	Forgotten  bool                 `cbor:"25,keyasint,omitempty"` // only Feed, Story, Kind, Key, GUID's alias and times remain
	Page       pageFlag             `cbor:"26,keyasint,omitempty"`
	Erased     bool                 `cbor:"27,keyasint,omitempty"` // by people; Forgotten too
	Retracted  bool                 `cbor:"28,keyasint,omitempty"` // by its feed
	Extracted  uint32               `cbor:"29,keyasint,omitempty"` // 1 more than the words of the extracted text; 0: there is none
	Age        micros               `cbor:"30,keyasint,omitempty"` // a length of time

	Learned []decisionRecord `cbor:"31,keyasint,omitempty"`
	Poured  bool             `cbor:"32,keyasint,omitempty"` // it came without a date with a flood of such: see outpour
}

// decisionRecord: see storage.Decision.
type decisionRecord struct {
	_     struct{} `cbor:",toarray"`
	Topic storage.ID
	Model uint64
	Score float32
	Taken bool
}

// labelRecord: see storage.Label. The item is kept whole.
type labelRecord struct {
	Yes     bool           `cbor:"1,keyasint,omitempty"`
	By      string         `cbor:"2,keyasint,omitempty"`
	At      micros         `cbor:"3,keyasint,omitempty"`
	Item    itemRecord     `cbor:"4,keyasint"`
	Body    bodyRecord     `cbor:"5,keyasint"`
	Extract *extractRecord `cbor:"6,keyasint,omitempty"`
}

// modelRecord: see storage.Model.
type modelRecord struct {
	Number uint64     `cbor:"1,keyasint,omitempty"`
	Basis  storage.ID `cbor:"2,keyasint,omitzero"`
	Data   []byte     `cbor:"3,keyasint,omitempty"`
}

// pageFlag tells whether there is a pageRecord of an item.
type pageFlag uint8

const (
	pageNone    pageFlag = iota
	pageAwaited          // the item is not to be released yet
	pageTried
)

// pageRecord: see storage.PageState. Own is the print of the feed's own text as
// it was taken over last, while the item's PrintText is that of the extract.
// Due is the time under which it stands in the bucket pagesdue.
type pageRecord struct {
	Token  uint64      `cbor:"1,keyasint,omitempty"`
	Lease  micros      `cbor:"2,keyasint,omitempty"`
	Tries  int         `cbor:"3,keyasint,omitempty"`
	Tried  micros      `cbor:"4,keyasint,omitempty"`
	Next   micros      `cbor:"5,keyasint,omitempty"`
	Status int         `cbor:"6,keyasint,omitempty"`
	Error  string      `cbor:"7,keyasint,omitempty"`
	Own    storage.Key `cbor:"8,keyasint,omitzero"`
	Due    micros      `cbor:"9,keyasint,omitempty"`
}

// extractRecord: see storage.Extract.
type extractRecord struct {
	Content   string         `cbor:"1,keyasint,omitempty"`
	Authors   []personRecord `cbor:"2,keyasint,omitempty"`
	Published micros         `cbor:"3,keyasint,omitempty"`
	Image     string         `cbor:"4,keyasint,omitempty"`
	Canonical string         `cbor:"5,keyasint,omitempty"`
	Language  string         `cbor:"6,keyasint,omitempty"`
}

// listRecord: see storage.ListState.
type listRecord struct {
	Address      string `cbor:"1,keyasint,omitempty"`
	Data         []byte `cbor:"2,keyasint,omitempty"`
	Good         micros `cbor:"3,keyasint,omitempty"`
	ETag         []byte `cbor:"4,keyasint,omitempty"`
	LastModified []byte `cbor:"5,keyasint,omitempty"`
	Read         micros `cbor:"6,keyasint,omitempty"`
	Next         micros `cbor:"7,keyasint,omitempty"`
	Status       int    `cbor:"8,keyasint,omitempty"`
	Error        string `cbor:"9,keyasint,omitempty"`
	Failures     int    `cbor:"10,keyasint,omitempty"`
}

// bodyRecord holds the large part of an item.
type bodyRecord struct {
	Summary       string            `cbor:"1,keyasint,omitempty"`
	SummaryHTML   bool              `cbor:"2,keyasint,omitempty"`
	Content       string            `cbor:"3,keyasint,omitempty"`
	ContentHTML   bool              `cbor:"4,keyasint,omitempty"`
	Authors       []personRecord    `cbor:"5,keyasint,omitempty"`
	Contributors  []personRecord    `cbor:"6,keyasint,omitempty"`
	Categories    []categoryRecord  `cbor:"7,keyasint,omitempty"`
	Enclosures    []enclosureRecord `cbor:"8,keyasint,omitempty"`
	Links         []linkRecord      `cbor:"9,keyasint,omitempty"`
	Image         string            `cbor:"10,keyasint,omitempty"`
	Comments      string            `cbor:"11,keyasint,omitempty"`
	Rights        string            `cbor:"12,keyasint,omitempty"`
	Source        *sourceRecord     `cbor:"13,keyasint,omitempty"`
	Origin        originRecord      `cbor:"-"` // see origins.go; number 14 is spent
	Media         []mediaRecord     `cbor:"15,keyasint,omitempty"`
	ITunes        *itunesRecord     `cbor:"16,keyasint,omitempty"`
	Podcast       *podcastRecord    `cbor:"17,keyasint,omitempty"`
	Thread        *threadRecord     `cbor:"18,keyasint,omitempty"`
	Geo           *geoRecord        `cbor:"19,keyasint,omitempty"`
	OriginKey     originKey         `cbor:"20,keyasint"`
	OriginUpdated micros            `cbor:"21,keyasint,omitempty"`
}

// revisionRecord is what an item said before a real change. Body is its
// zstd(CBOR(bodyRecord)) as it was stored.
type revisionRecord struct {
	Title     string `cbor:"1,keyasint,omitempty"`
	TitleHTML bool   `cbor:"2,keyasint,omitempty"`
	From      micros `cbor:"3,keyasint,omitempty"`
	Until     micros `cbor:"4,keyasint,omitempty"`
	Body      []byte `cbor:"5,keyasint,omitempty"`
}

type personRecord struct {
	Name string `cbor:"1,keyasint,omitempty"`
	Mail string `cbor:"2,keyasint,omitempty"`
	URI  string `cbor:"3,keyasint,omitempty"`
}

type categoryRecord struct {
	Term   string `cbor:"1,keyasint,omitempty"`
	Scheme string `cbor:"2,keyasint,omitempty"`
	Label  string `cbor:"3,keyasint,omitempty"`
}

type enclosureRecord struct {
	URL    string `cbor:"1,keyasint,omitempty"`
	Type   string `cbor:"2,keyasint,omitempty"`
	Length int64  `cbor:"3,keyasint,omitempty"`
}

type linkRecord struct {
	URL      string `cbor:"1,keyasint,omitempty"`
	Rel      string `cbor:"2,keyasint,omitempty"`
	Type     string `cbor:"3,keyasint,omitempty"`
	Language string `cbor:"4,keyasint,omitempty"`
	Title    string `cbor:"5,keyasint,omitempty"`
	Length   int64  `cbor:"6,keyasint,omitempty"`
}

type sourceRecord struct {
	ID    string `cbor:"1,keyasint,omitempty"`
	Title string `cbor:"2,keyasint,omitempty"`
	URL   string `cbor:"3,keyasint,omitempty"`
}

type originRecord struct {
	ID       string `cbor:"1,keyasint,omitempty"`
	Title    string `cbor:"2,keyasint,omitempty"`
	Self     string `cbor:"3,keyasint,omitempty"`
	Home     string `cbor:"4,keyasint,omitempty"`
	Rights   string `cbor:"5,keyasint,omitempty"`
	Language string `cbor:"6,keyasint,omitempty"`
	Updated  micros `cbor:"7,keyasint,omitempty"`
	Icon     string `cbor:"8,keyasint,omitempty"`
	Logo     string `cbor:"9,keyasint,omitempty"`
}

// storyRecord: see storage.Story. Members holds the story's standing in every
// topic it ever was in, withdrawn ones included, so that a number and a place
// come back to it and to no other.
type storyRecord struct {
	Tellings  []tellingRecord `cbor:"1,keyasint,omitempty"`
	Released  micros          `cbor:"2,keyasint,omitempty"`
	EntryID   string          `cbor:"3,keyasint,omitempty"`
	Published micros          `cbor:"4,keyasint,omitempty"`
	Updated   micros          `cbor:"5,keyasint,omitempty"`
	Members   []memberRecord  `cbor:"6,keyasint,omitempty"`
	Forgotten bool            `cbor:"7,keyasint,omitempty"` // by Prune: in no topic's entries, though its members stay
	// 8 is spent: how long a new story is held is told from its tellings

	// By people. Of a story that was merged into another, Former are the
	// tellings that it had then.
	Hidden   bool            `cbor:"9,keyasint,omitempty"`
	Erased   bool            `cbor:"10,keyasint,omitempty"` // hidden, and forgotten
	Into     storage.ID      `cbor:"11,keyasint,omitzero"`
	HiddenIn []storage.ID    `cbor:"12,keyasint,omitempty"` // topics
	Merged   []storage.ID    `cbor:"13,keyasint,omitempty"` // stories merged into this one
	Former   []tellingRecord `cbor:"14,keyasint,omitempty"`
}

type tellingRecord struct {
	Item        storage.ID `cbor:"1,keyasint"`
	Joined      micros     `cbor:"2,keyasint,omitempty"`
	Layer       uint8      `cbor:"3,keyasint,omitempty"`
	Title       float32    `cbor:"4,keyasint,omitempty"`
	Containment float32    `cbor:"5,keyasint,omitempty"`
	Fresh       bool       `cbor:"6,keyasint,omitempty"` // joined since the last release, which may group it anew; not once a person said where it belongs
	Base        bool       `cbor:"7,keyasint,omitempty"` // others are compared with it rather than with the first
}

// Layers as they stand in tellingRecord.
const (
	layerFirst uint8 = iota + 1
	layerURL
	layerContent
	layerPerson
)

type memberRecord struct {
	Topic     storage.ID     `cbor:"1,keyasint"`
	Place     micros         `cbor:"2,keyasint,omitempty"`
	Number    uint64         `cbor:"3,keyasint,omitempty"`
	Entered   micros         `cbor:"4,keyasint,omitempty"`
	Withdrawn micros         `cbor:"5,keyasint,omitempty"`
	Pick      storage.ID     `cbor:"6,keyasint,omitzero"`
	Choice    storage.Choice `cbor:"8,keyasint,omitempty"`
	Revision  uint64         `cbor:"9,keyasint,omitempty"`  // see storage.Entry
	Due       micros         `cbor:"10,keyasint,omitempty"` // under which it stands in the bucket undecided
}

// editRecord: see storage.Edit; its time is in its key.
type editRecord struct {
	Kind   storage.EditKind `cbor:"1,keyasint"`
	Item   storage.ID       `cbor:"2,keyasint,omitzero"`
	Other  storage.ID       `cbor:"3,keyasint,omitzero"`
	Topic  storage.ID       `cbor:"4,keyasint,omitzero"`
	Reason string           `cbor:"5,keyasint,omitempty"`
}

// erasedRecord is what stays of an erased item beside its record.
type erasedRecord struct {
	Print     printRecord `cbor:"1,keyasint"`
	Published micros      `cbor:"2,keyasint,omitempty"`
}

// printRecord: see storage.Print, of which it has what is hashes and numbers.
type printRecord struct {
	Version  uint8       `cbor:"1,keyasint,omitempty"`
	URL      storage.Key `cbor:"2,keyasint,omitzero"`
	Site     uint32      `cbor:"3,keyasint,omitempty"`
	Page     storage.Key `cbor:"4,keyasint,omitzero"`
	Query    []uint32    `cbor:"5,keyasint,omitempty"`
	Title    []uint32    `cbor:"6,keyasint,omitempty"`
	Terms    []uint32    `cbor:"7,keyasint,omitempty"`
	Words    uint32      `cbor:"8,keyasint,omitempty"`
	Lead     []uint32    `cbor:"9,keyasint,omitempty"`
	Shingles []uint32    `cbor:"10,keyasint,omitempty"`
	Day      uint32      `cbor:"11,keyasint,omitempty"`
	Numbers  []uint32    `cbor:"12,keyasint,omitempty"`
	Figures  []uint32    `cbor:"13,keyasint,omitempty"`
	Digits   uint32      `cbor:"14,keyasint,omitempty"`
	Vocab    []uint32    `cbor:"15,keyasint,omitempty"`
	Sketch   []uint32    `cbor:"16,keyasint,omitempty"`
	Pages    []uint32    `cbor:"17,keyasint,omitempty"`
	Text     storage.Key `cbor:"18,keyasint,omitzero"`
}

// topicRecord: see storage.TopicState. Want is the fingerprint that the config
// asks for, Routed the one by which the stored items were judged last.
type topicRecord struct {
	Name     string     `cbor:"1,keyasint,omitempty"`
	AtomID   string     `cbor:"2,keyasint,omitempty"`
	Enrolled bool       `cbor:"3,keyasint,omitempty"`
	Changed  micros     `cbor:"4,keyasint,omitempty"`
	Last     uint64     `cbor:"5,keyasint,omitempty"`
	Live     int        `cbor:"6,keyasint,omitempty"`
	Want     storage.ID `cbor:"7,keyasint,omitzero"`
	Routed   storage.ID `cbor:"8,keyasint,omitzero"`
	// reserved: 11 rhythm
	Since uint64 `cbor:"9,keyasint,omitempty"` // number of the model that may judge what came before it

	Adopted   *adoptionRecord    `cbor:"10,keyasint,omitempty"` // nil where nothing was
	Corrected []correctionRecord `cbor:"12,keyasint,omitempty"` // the latest first: see storage.Reading
	Revision  uint64             `cbor:"13,keyasint,omitempty"`
	Quota     quotaRecord        `cbor:"14,keyasint,omitzero"`
	Labels    labelsRecord       `cbor:"15,keyasint,omitzero"`
	Begun     micros             `cbor:"16,keyasint,omitempty"`
}

// labelsRecord: see storage.Labels.
type labelsRecord struct {
	Yes      int    `cbor:"1,keyasint,omitempty"`
	No       int    `cbor:"2,keyasint,omitempty"`
	Revision uint64 `cbor:"3,keyasint,omitempty"`
}

// adoptionRecord bounds what counts as published by an earlier publisher. Both
// are 0 where the topic had entries of its own before.
type adoptionRecord struct {
	Floor micros `cbor:"1,keyasint,omitempty"` // published date of the oldest adopted entry
	Until micros `cbor:"2,keyasint,omitempty"` // of the newest
}

// adoptedRecord: see storage.AdoptedEntry.
type adoptedRecord struct {
	ID        string      `cbor:"1,keyasint,omitempty"`
	Published micros      `cbor:"2,keyasint,omitempty"`
	Updated   micros      `cbor:"3,keyasint,omitempty"`
	Link      storage.Key `cbor:"4,keyasint,omitzero"`
	Text      storage.Key `cbor:"5,keyasint,omitzero"`
	Title     []uint32    `cbor:"6,keyasint,omitempty"`
}

// correctionRecord is when the updated date of an entry moved last.
type correctionRecord struct {
	Story storage.ID `cbor:"1,keyasint"`
	At    micros     `cbor:"2,keyasint,omitempty"`
}

// Flags in the bucket pending.
const (
	pendingSave  byte = 1 << iota // a save brought or changed something
	pendingRoute                  // a re-route did: gains enter by their date
)
