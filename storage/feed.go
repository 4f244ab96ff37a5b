package storage

import "time"

// A FeedSpec is what the config says of a feed, as far as the store must know.
type FeedSpec struct {
	Name     string   // its identity
	URL      string   // where it is polled
	Formerly []string // earlier names and addresses that it continues
	Prefer   int      // higher is preferred as the pick
	Private  bool     // named in no document
	Apart    bool     // its items are stories of their own
	Content  string   // what may be republished of its items, in the config's words
	Routing  FeedRouting
}

// A FeedRouting is what the config says of a feed that decides which topics take
// its items, in the config's words.
type FeedRouting struct {
	Tags, Topics []string
	Only         string
}

// A FeedState is what the store knows of a feed between polls.
type FeedState struct {
	Name     string
	URL      string
	Enrolled bool // it is in the config; else its items stay and it is not polled
	Private  bool
	Content  string // as FeedSpec.Content was last
	Prefer   int
	Routing  FeedRouting // as FeedSpec.Routing was last

	// What its documents said last.
	Title, Home, Language string
	Hints                 Hints
	Hubs                  []string // WebSub hubs that it names

	// Lease. Token grows at each claim; Save must show the current one.
	Token uint64
	Lease time.Time // until when the claim holds

	FirstPoll   time.Time // of the first poll that gave a document
	LastPoll    time.Time // of the last attempt
	LastSuccess time.Time // of the last answer that was a document or a 304
	NextPoll    time.Time
	Status      int    // HTTP status of the last answer, 0 where there was none
	Error       string // why the last poll failed, for people; empty when it did not
	Warning     string // what was wrong with a document that was saved all the same
	Failures    int    // failed polls in a row
	Entries     int    // items in the last document

	// Advice is what the last document that was read showed to be odd, as keys
	// of the config that may mend it.
	Advice []Advice

	// Flood is when items that the feed had before came under other guids,
	// links or dates and were recognised last, and Flooded how many. The store
	// fills them.
	Flood   time.Time
	Flooded int

	// Held is since when nothing that the feed brings is stored, since it seems
	// to have another owner, Claimant in words for people: see
	// Curation.Confirm. The store fills them.
	Held     time.Time
	Claimant string

	// Validators, byte for byte as received with the last document that was
	// read and parsed whole, and the address that gave them.
	ETag, LastModified, ValidatedURL string
	Body                             Key // hash of that document's bytes

	// Moved is the address that permanent redirects lead to, if any.
	Moved string

	// Refined holds the guids, links and titles with dates that this feed gave
	// to items of different content in one document, by their key, and the
	// kind of identity that tells those apart. At most MaxRefined are kept.
	Refined map[Key]IdentityKind

	// HostUntil is the time before which the feed's host asked not to be
	// polled (Retry-After), filled by Claim and Feeds from the host's record.
	HostUntil time.Time

	Items int // stored items of this feed, filled by Feeds
}

// Advice names a key of a feed in the config, and the value that may help.
type Advice struct{ Key, Value string }

// MaxRefined bounds FeedState.Refined.
const MaxRefined = 4096

// A HostState is what all feeds of a host share.
type HostState struct {
	Name  string    // host name and port as in the address, lower case
	Until time.Time // not to be polled before
}
