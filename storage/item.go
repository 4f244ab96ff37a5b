package storage

import "time"

// An Item is one article of one feed, normalised: links absolute and free of
// tracking, HTML clean, dates repaired.
//
// The fetcher fills what the feed said, Identity, Print and Routing. The store
// fills ID, Story, FirstSeen, Age, Changed, Backlog and Revision; what it finds in
// them at Save is ignored. Of Print it keeps URL and Text, of Identity all but
// Weaker.
type Item struct {
	ID    ID     // hash of the feed's and the item's identity; fixed at the first save
	Story ID     // the story it tells
	Feed  string // name of its feed

	GUID      string // as received, may be empty
	Permalink bool   // the guid is declared, or by RSS's default taken, to be a link
	URL       string // its published link: absolute, no tracking parameters; may be empty

	Title   Text
	Summary Text
	Content Text

	Language     string // BCP 47, empty where not known
	Authors      []Person
	Contributors []Person
	Categories   []Category
	Enclosures   []Enclosure
	Links        []Link // all but the one in URL and the enclosures
	Image        string
	Comments     string // address of its comments page
	Rights       string
	Source       *Source // where the feed says that it took the item from
	Media        []Media // what Media RSS says; what can be played or shown is in Enclosures and Image too
	ITunes       *ITunes
	Podcast      *Podcast
	Thread       *Thread
	Geo          *Geo

	Published time.Time // as the feed gives it, repaired; zero where it gives none
	Updated   time.Time // as above

	FirstSeen time.Time     // time of the poll that brought it first
	Age       time.Duration // how old it was when first seen: FirstSeen minus its published date then; fixed for ever, in microseconds
	Changed   time.Time     // time of the poll that last changed its title or text
	Backlog   bool          // it was old when first seen: from the feed's first poll, or published over 7 days before
	Retracted bool          // its feed has withdrawn it: no entry shows it
	Revision  uint32        // 1 at the first save, one more at each stored change

	Extract *Extract  // what was extracted from its page; nil where nothing was
	Page    PageState // how the fetch of its page stands

	Origin   Origin   // the feed as it stood at the last real change
	Identity Identity // how it is known within its feed
	Print    Print    // what dedupe compares
	Routing  Routing  // which topics want it
}

// Text is a piece of prose: plain text, or clean HTML where HTML is set.
type Text struct {
	Value string
	HTML  bool
}

// Person is an author or contributor. At least one field is set.
type Person struct {
	Name, Mail, URI string
}

// Category is a label that the feed gave an item.
type Category struct {
	Term, Scheme, Label string
}

// Enclosure is a file that belongs to an item. Length is in bytes; 0 where it
// is not known.
type Enclosure struct {
	URL, Type string
	Length    int64
}

// Link is a typed reference from an item, RFC 4287 section 4.2.7. Length is in
// bytes, 0 where it is not known.
type Link struct {
	URL, Rel, Type, Language, Title string
	Length                          int64
}

// Source names the feed from which an item was copied, in its own words.
type Source struct {
	ID, Title, URL string
}

// Origin is what atom:source says of an item's feed (RFC 4287 section 4.2.11).
type Origin struct {
	ID, Title  string
	Self, Home string // the feed's own address and its site's
	Rights     string
	Language   string
	Updated    time.Time
	Icon, Logo string // addresses of its pictures
}

// IdentityKind says by what an item is known within its feed, strongest first.
type IdentityKind uint8

// The kinds of identity. The three refined kinds serve the items of one
// document that share a guid though their content differs.
const (
	ByGUID IdentityKind = iota + 1
	ByGUIDLink
	ByGUIDLinkDate
	ByGUIDLinkDateTitle
	ByLink
	ByTitleDate
	ByText
)

// Identity is how an item is known within its feed.
//
// Key is the hash of the kind's values. Weaker lists, strongest first, keys
// under which the same item may have been saved when the feed said less: the
// link and the title+date of an item that has a guid now, or the plain guid of
// an item whose guid is refined now, or of one that is to be known by its link.
// A weaker key is believed only if the stored item was known by such a weaker
// kind (ByLink and below), or, for a refined guid and a link, if its URL is the same; and each stored item is taken by at
// most one item of a poll.
type Identity struct {
	Kind   IdentityKind
	Key    Key
	Weaker []Key
}

// Print is what dedupe compares. Of every item the fetcher makes URL, Text,
// Words, Sketch and Pages (story.Brief, Version 0); the rest is made where an item is to be
// compared with another (story.Print). Version tells how it was made, so that
// a later way can live beside it.
//
// Lists of hashes that are called sets are sorted, each hash once.
type Print struct {
	Version  uint8
	URL      Key      // hash of the link's comparison key; zero where the link is too general to tell items apart
	Site     uint32   // hash of the link's host; zero as URL is
	Page     Key      // hash of the link without its query; zero as URL is
	Query    []uint32 // hashes of the parameters of the link's query, a set
	Title    []uint32 // the title's tokens, a set
	Terms    []uint32 // those of them that are long enough to mean something, a set
	Words    uint32   // number of tokens in the text
	Lead     []uint32 // the first 3-token shingles of the text in their order, bounded
	Shingles []uint32 // the 3-token shingles of the text, a set; of a long text the smallest hashes
	Day      uint32   // hash of the day that the dateline names, zero where it names none
	Numbers  []uint32 // the numbers in the text, dates left out, a set, bounded
	Figures  []uint32 // the same, with each run of digits by itself
	Digits   uint32   // tokens of the text that are numbers
	Vocab    []uint32 // the tokens of a short text, a set; none for a longer one
	Sketch   []uint32 // the few of Shingles by which copies are found, a set
	Pages    []uint32 // keys by which the same page under a longer link is found, a set
	Plain    string   // the text itself without markup, of an item on its way in; "" else
	Text     Key      // hash of the folded tokens of title and text: equal means that no word changed
}

// Routing is what the topics' queries said of one item: by name, sorted.
type Routing struct {
	Topics []string // topics that take it
	Barred []string // topics that its story must stay out of (their never matched)

	// Learned has what the models of topics that learn say. Those that take the
	// item are in Topics.
	Learned []Decision
}
