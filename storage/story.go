package storage

import "time"

// A Story is the items, of any feeds, that carry the same article. Every item
// is in exactly one story.
//
// Until its release a story is provisional: its items may be grouped anew, and
// its ID may change with them. From its release on ID, EntryID, Published and
// the places and numbers of its entries never change.
type Story struct {
	ID        ID
	Tellings  []Telling    // by time of joining; the first is the one that others must agree with
	Released  time.Time    // zero before its release
	EntryID   string       // its published id, an absolute IRI; empty before its release
	Published time.Time    // fixed at release
	Updated   time.Time    // of the entry: never decreases
	Entries   []Membership // in topics that are enrolled, by name

	// What people corrected. A story that was merged into another has no
	// tellings until a split brings some back to it.
	Hidden   bool     // in no topic
	HiddenIn []string // topics that it is kept out of, sorted
	Merged   ID       // the story that has its tellings now; zero for most
	Edits    []Edit   // that concern it or its items, the oldest first
}

// A Telling is one item of a story and why it is in it.
type Telling struct {
	Item   ID
	Feed   string
	URL    string
	Title  string
	Joined time.Time
	Why    Joining
}

// Joining says why an item is in its story. Scores are 0 to 1.
type Joining struct {
	Layer       string  // "first", "url", "content", "person"
	Title       float64 // overlap of the titles' words
	Containment float64 // of the shorter text's shingles in the longer one
}

// A Place is a fixed position in a topic's order: newest first, equal times by
// ascending Story. The zero Place stands before the first entry.
type Place struct {
	Time  time.Time
	Story ID
}

// IsZero reports whether p stands before the first entry.
func (p Place) IsZero() bool { return p.Time.IsZero() && p.Story.IsZero() }

// A Membership is a story's standing in one topic.
type Membership struct {
	Topic     string
	Place     Place
	Number    uint64    // 1 for the first entry of the topic; never reused
	Entered   time.Time // time of the release that gave the number
	Withdrawn time.Time // zero while the entry stands
	Pick      ID        // the item shown: the preferred one among those that match
	Choice    Choice    // what the topic's quota made of it
}

// A Choice says whether an entry is in a head that has a Quota. Once it is
// LeftOut or Chosen, it stays that.
type Choice uint8

// The choices.
const (
	Unbounded Choice = iota // the topic had no quota when the entry came, or an earlier publisher had published it
	Undecided               // it is in no head yet
	LeftOut                 // it is in no head, as long as the topic has a quota
	Chosen
)

// An Entry is a story as it stands in a topic.
type Entry struct {
	Story     ID
	ID        string // the published id
	Published time.Time
	Updated   time.Time
	Place     Place
	Number    uint64
	Revision  uint64    // of the topic when what this entry shows there changed last
	Item      Item      // the pick
	Others    []Telling // the story's other tellings
}

// A Tombstone is what is left of an entry that was withdrawn from a topic.
type Tombstone struct {
	ID        string // the published id
	Number    uint64
	Withdrawn time.Time
	Revision  uint64 // of the topic when the entry was withdrawn
}

// A TopicState is what the store knows of a topic.
type TopicState struct {
	Name    string
	AtomID  string    // minted when the topic was first enrolled, then kept
	Begun   time.Time // when it was first enrolled, then kept
	Changed time.Time // of the last change of its entries

	// Revision grows by one with each change of its entries, so that what
	// changed after another revision can be told: the entries and tombstones of
	// a greater one.
	Revision uint64

	Last    uint64    // the last number given
	Live    int       // entries that stand
	Floor   time.Time // entries placed before it stand in no head, only in the archive; zero: none
	Want    ID        // fingerprint that is enrolled
	Routing ID        // fingerprint by which the stored items are judged; zero while some await a re-route
	Routed  bool      // the stored items are routed by the enrolled fingerprint
	Labels  Labels    // its examples
	Since   uint64    // decisions of models before this number are to be made anew
}
