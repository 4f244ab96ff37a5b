package parse

import "time"

// A Document is what a feed said, before any judgement: addresses as written
// (Base tells what they are relative to), HTML as received, dates as parsed.
type Document struct {
	Format    string // "atom", "rss", "rdf" or "json"
	Version   string
	Charset   string // the name of its encoding
	CharsetBy string // what told so, for people
	ID        string
	Title     Text
	Subtitle  Text
	Self      string // its own address, as it says
	Home      string // its site
	Hubs      []string
	Links     []Link // all others: next, prev-archive, license ...
	Language  string
	Rights    string
	Generator string // name and version
	Image     string // logo, image or icon
	Icon      string
	Logo      string
	Updated   time.Time
	Base      string // xml:base of the root; empty where there is none
	Hints     Hints

	Authors    []Person
	Categories []Category
	Show       *Show // where it is a podcast

	Items     []Item
	Deleted   []string // ids of entries that it says were deleted, RFC 6721
	Dropped   int      // items with neither title nor text nor link nor enclosure
	Warnings  []string // what was wrong with it, for people
	Truncated bool     // it stopped too early: its validators must not be kept
}

// Text is prose with its type: "text", "html" or "xhtml". Base is the xml:base
// in force, empty where there is none; Language its xml:lang.
type Text struct {
	Type, Value    string
	Base, Language string
}

// An Item is one entry of a document.
type Item struct {
	GUID      string
	Permalink bool   // RSS: guid without isPermaLink="false"
	Link      string // the alternate link, or feedburner:origLink
	Base      string // xml:base in force; empty where there is none
	Language  string

	Title   Text
	Summary Text
	Content Text

	Published, Updated time.Time // zero where not given or not readable

	Authors, Contributors []Person
	Categories            []Category
	Enclosures            []Enclosure
	Links                 []Link // all others
	Image                 string
	Comments              string
	Rights                string
	Source                *Source

	Media   []Media
	ITunes  *ITunes
	Podcast *Podcast
	Thread  *Thread
	Geo     *Geo

	// Of ParseNew only: the hash of the item's bytes and of what else bears on
	// its reading, 0 where an item has to be read each time; and whether the
	// item was left unread.
	Hash  uint64
	Known bool
}

// Person, Category, Enclosure, Link and Source are as in package storage, with
// addresses as written.
type (
	Person    struct{ Name, Mail, URI string }
	Category  struct{ Term, Scheme, Label string }
	Enclosure struct {
		URL, Type string
		Length    int64
	}
	Link struct {
		URL, Rel, Type, Language, Title string
		Length                          int64
	}
	Source struct{ ID, Title, URL string }
)
