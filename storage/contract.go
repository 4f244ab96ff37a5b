package storage

import (
	"context"
	"time"
)

// The contract of every store. Each method is one atomic change or one
// consistent view, safe for concurrent use. When a method that writes returns
// without an error, its change has reached the disk (fsync); when it returns
// an error, nothing has changed. Methods return an error that wraps ctx.Err()
// when the context ends first; a write that was already on its way may then
// still be carried out whole.
//
// No transaction, bucket or cursor leaks out: what a method returns stays
// valid for ever.

// Intake is what polling needs.
type Intake interface {
	// Enrol tells the store what the config now says and makes it the state
	// that Claim, Save, Route and Release work by. It is idempotent, and
	// writes nothing when nothing has changed.
	//
	// A feed is its name: a known name with a new URL continues that feed; so
	// does a name or address in Formerly; so does a new name with the URL of
	// a feed that is not enrolled any more. Feeds that are not listed are no
	// longer enrolled; their items stay, and so does what was listed of
	// them last. A feed whose URL changed loses its
	// validators. Topics continue by name or by Formerly in the same way.
	Enrol(ctx context.Context, e Enrolment, now time.Time) (Enrolled, error)

	// Claim leases feeds that are due to the caller, in order of NextPoll,
	// then name, and returns their states with the new tokens. A feed under
	// a lease that holds, and one whose host is to be left alone, is passed
	// over, even with Force.
	Claim(ctx context.Context, c Claim) ([]FeedState, error)

	// Ages returns how old each item of a poll was when first seen, as Save
	// will find it stored, or is now if Save will find it new: what queries may
	// ask of an item and only the store knows. The answer holds as long as
	// the poll's lease does. Errors: ErrLease, ErrNotFound.
	Ages(ctx context.Context, p Poll) ([]time.Duration, error)

	// Save stores one poll's outcome: the feed's state, and its items by
	// compare-and-insert. An item that no key of its Identity finds is
	// inserted; one that is found is updated if something that is published
	// has changed, and else left alone; every key it was ever known by stays
	// its alias. Items that were forgotten by Prune are known by their keys
	// still and are not stored again. A new item is in a story of its own until
	// Release finds the one that it tells. Nothing new is published before Release.
	//
	// The words of an item that is shown already are shown as they are now from
	// Save on, but no entry comes or goes, and no telling is named, before
	// Release. An item's dates that move alone are no change and not stored.
	//
	// Where several items seem new at once and say what earlier items of the
	// feed said, also such that were forgotten, they are those under new names,
	// after a move or the loss of a cache: see FeedState.Flood.
	//
	// A document whose title, site's host and items are all others than before
	// is held: only the state is stored, without validators. See Confirm.
	//
	// Errors: ErrLease, ErrStale (only with items), ErrNotFound for an unknown
	// feed.
	//
	// A new item with Page.Wanted is held back from release until its page has
	// been tried once. Print is of the feed's own text, and Routing too where
	// Extract is nil; an item whose page the store has then keeps the verdicts
	// that it was given with it. What the page says is no change of the item.
	//
	// Routing.Learned is kept of a new item only. A known one keeps the decisions
	// that it has, and those of Routing.Topics count by them; but where it awaits
	// its page, SavePage decides anew.
	Save(ctx context.Context, p Poll) (Delta, error)

	// Memory returns what the last Poll that had one left in mind of a feed's
	// documents, the zero Memory where there is none. ErrNotFound for an unknown
	// feed.
	Memory(ctx context.Context, feed string) (Memory, error)

	// Extracts returns what is stored of the pages of the feed's items that are
	// known by these keys, by key, so that they can be classified by it.
	// ErrNotFound for an unknown feed.
	Extracts(ctx context.Context, feed string, keys []Key) (map[Key]*Extract, error)

	// ClaimPages leases items whose page is due for an attempt to the caller,
	// those that wait longest first. An item under a lease that holds is
	// passed over. A lease, and a page's next attempt, outlive the process that
	// noted them; a lease that the owner of the store left behind does not.
	ClaimPages(ctx context.Context, c PageClaim) ([]ClaimedPage, error)

	// SavePage stores what came of one attempt. With Extract the item has its
	// page for good: it is fingerprinted anew by the page's text, takes Routing,
	// and takes the page's date and author where its feed gave none. Entries that
	// show the item say what its page says from SavePage on; where its feed's
	// full text may be published, they are updated by the page's text then. Else the
	// item keeps what its feed said and is due again at Next. Either ends the
	// item's wait for its page. Nothing new is published before Release, and a
	// date that the story was released with stays.
	//
	// Errors: ErrLease, ErrStale (only with Extract), ErrNotFound if the item
	// has been forgotten.
	SavePage(ctx context.Context, p PageOutcome) (Delta, error)
}

// Enrolment is what the config says, as far as the store must know.
type Enrolment struct {
	Site    string // the public address when the store was first used; only mints topic ids
	Feeds   []FeedSpec
	Topics  []TopicSpec
	Routing ID            // fingerprint of the whole compiled set of topics
	Window  time.Duration // how far apart the tellings of a story may be; 0: every item is its own story
	Settle  time.Duration // how long a new story is held for the telling of a more preferred feed

	Rules []byte // all that Routing stands for, in the caller's words: see Reading.Rules
	Held  Hold   // a change of the rules that is not among them yet; zero where there is none
}

// A Hold is a change of the topics' rules that waits for a person's yes.
type Hold struct {
	Routing ID       // as Enrolment.Routing would be with it
	Topics  []string // what it would do, a line for each topic
}

// A TopicSpec is what the config says of a topic, as far as the store must know.
type TopicSpec struct {
	Name     string
	Formerly []string
	Routing  ID // fingerprint of all that decides which items are in the topic
	Quota    Quota
}

// A Quota bounds how many stories a topic's head takes of each period: those
// that the most feeds have told. It does not concern entries that stand already,
// nor those that count as published by what the topic adopted.
type Quota struct {
	Stories int            // 0: no bound
	Per     byte           // 'h', 'd' or 'w': an hour, a day, a week from Monday on
	Zone    *time.Location // by whose clock these begin; nil: UTC
	After   time.Duration  // from a story's release to the decision on it
}

// Enrolled is what Enrol found.
type Enrolled struct {
	Route  []string // topics whose stored items are yet to be routed, sorted
	Cursor ID       // the item up to which an interrupted routing of the same set had come
}

// A Claim asks for feeds to poll.
type Claim struct {
	Feeds []string      // names; nil means all enrolled
	Now   time.Time     // feeds with NextPoll not after Now are due
	Lease time.Duration // how long the claim holds without a Save
	Force bool          // also feeds that are not due
	Limit int           // at most so many; 0 means no limit
}

// A Poll is the outcome of one poll of one feed.
type Poll struct {
	State FeedState // as it is to be; Name and Token as claimed. Saving it ends the lease
	Items []Item    // the document's items in its order; none after a 304 or a failure

	// Unchanged are the beginnings (Key.Short) of the identity keys of further
	// items of the document, which the last poll that had a document saved as
	// they stand. They count as Same, and no item of Items takes their place.
	Unchanged []uint64

	Routing ID // fingerprint of the set of topics that classified Items

	// Retracted are the ByGUID keys of items that the document says were
	// withdrawn (RFC 6721). Those of them that the feed brought itself, and that
	// are in neither Items nor Unchanged, are shown no more from the next Release
	// on, until the feed brings them again; then they are what they were. Keys of
	// other feeds' items, and unknown ones, are passed over.
	Retracted []Key

	Memory *Memory   // of this document; nil leaves what is in mind
	Host   HostState // saved where Name is set and Until is later than what is known
	Now    time.Time
}

// A Delta is what a change did.
type Delta struct {
	New, Changed, Same int       // items
	Released           int       // stories
	Withdrawn          int       // entries
	Topics             []string  // topics with entries that changed, sorted; their documents must be rendered anew
	Pending            bool      // something now awaits Release
	Next               time.Time // after Release: when the first of the stories that it held is ready; zero where it held none
}

// Listing is what reading lists need.
type Listing interface {
	// Lists returns the states of all lists that were saved, by address.
	Lists(ctx context.Context) ([]ListState, error)

	// SaveList stores what is known of one list, in place of what was.
	SaveList(ctx context.Context, l ListState) error
}

// Curation is what decides on publication.
type Curation interface {
	// Route stores how the queries of topics that changed judge stored items,
	// one bounded batch at a time: see Routed. It changes nothing published:
	// Release does. Route with Done ends the routing of the topics.
	Route(ctx context.Context, r Routed) error

	// Release publishes what is ready. Unreleased items are first grouped
	// into stories anew, in the order of their dates and ids, so that the
	// order in which feeds answered decides nothing. Then each new story gets
	// its id, published date, places and numbers, for ever; entries that no
	// longer belong in a topic are withdrawn; entries of stories with new or
	// changed tellings get their pick. Thirty items or more without a date, by
	// which a known document doubles at once, are backlog that stands a week
	// before it was first seen. A new story is held until Settle has
	// passed since its first item was seen, unless a feed tells it that none is
	// preferred to, while others are less. What an unfinished re-route touched
	// waits for its end, and a story with an item that awaits its page for that
	// page's first answer or failure. Then it is decided on entries in topics
	// with a Quota, whose time has come, for ever: those that wait in a period
	// are ranked by how many feeds told them, then by place, the earlier first,
	// and of those that are due the ones are chosen for which the period has
	// room at their rank. Large releases are committed in batches, in an order
	// that a crash does not change; an error then comes with the Delta of the
	// batches that stand.
	Release(ctx context.Context, now time.Time) (Delta, error)

	// Edit carries out a correction by a person, for ever: no save, release,
	// re-route or restart undoes it. What is published changes at once, but
	// for a story that comes into being, which awaits Release. Items that await
	// it are brought together first, if the correction is of one of them.
	//
	// Split takes Item out of its story, which keeps its id, its standing and
	// its first telling; those that came with Item by a merge leave with it, and
	// where Item is the first telling all others leave. What leaves gets back
	// the story that a merge took from it, under the same id, numbers and
	// places, else a new one; it is hidden where the story that it leaves is.
	// Merge puts all tellings of the one story into the other: the one that was
	// released first stays, or would be. The entries of the other are withdrawn.
	// So each undoes the other.
	//
	// Hide withdraws Item's story, whatever tellings are yet to join it, and
	// Unhide brings its entries back with their numbers and places.
	//
	// Erase hides Item's story for ever and drops what its items say, titles,
	// texts, links and earlier texts, from all that the store keeps in its file;
	// as after Prune they are known by their keys and not stored again. Their
	// prints stay, so that another telling that comes later is known and not
	// stored either.
	//
	// Errors: ErrNotFound for an item that is not stored or a topic that is not
	// enrolled, *EditError.
	Edit(ctx context.Context, e Edit) (Edited, error)

	// Confirm says that a feed that is held goes on, whoever owns it: it is due
	// at once, and what it brings then comes as from a first poll. Another
	// address in an Enrolment says so too. ErrNotFound, *EditError where the
	// feed is not held.
	Confirm(ctx context.Context, feed string) error
}

// Routed is one batch of a re-route.
type Routed struct {
	Topics []string // the topics concerned; the others' verdicts stay
	Items  []RoutedItem
	Cursor ID   // all items up to this one have been judged
	Done   bool // all have
	Set    ID   // fingerprint of the whole set that judged; ErrStale if another is enrolled
}

// RoutedItem is the verdict on one item, in which Routing.Learned counts as it
// is. It is passed over if the item's
// revision has moved on, since Save has then judged it by the new set.
type RoutedItem struct {
	ID       ID
	Revision uint32
	Routing  Routing
}

// Adopting continues what another program published.
type Adopting interface {
	// Adopt notes what an earlier publisher had published as a topic, which
	// need not be enrolled yet: see Adoption. ErrPublished, with nothing noted,
	// if the topic has had an entry and Merge is not set.
	//
	// At its release, a story with an item that is one of the entries takes the
	// entry's id and dates, and the entry's published date as its place; so if
	// the item comes much later. A topic that had no entry before takes the
	// documents' id too, and what else of the past enters it (an entry under an
	// id that it has already, backlog that the earlier publisher left out) gets
	// a place below TopicState.Floor: it counts as already published.
	Adopt(ctx context.Context, a Adoption, now time.Time) (Adopted, error)
}

// Reading is what is asked of a store.
type Reading interface {
	// Feeds returns the states of all feeds, enrolled or not, by name.
	Feeds(ctx context.Context) ([]FeedState, error)

	// Topics returns the states of all enrolled topics, by name.
	Topics(ctx context.Context) ([]TopicState, error)

	// Rules returns what Enrol was last given as Rules and Held; nil before
	// that.
	Rules(ctx context.Context) ([]byte, Hold, error)

	// Entries returns up to limit entries of a topic in order of place,
	// starting behind after. ErrNotFound for an unknown topic.
	Entries(ctx context.Context, topic string, after Place, limit int) ([]Entry, error)

	// Shown is Entries without those that the topic's Quota, if it has one,
	// leaves out of the head or has not decided on.
	Shown(ctx context.Context, topic string, after Place, limit int) ([]Entry, error)

	// Numbered returns the entries of a topic that stand and have the numbers
	// from first to last, in ascending order. ErrNotFound for an unknown
	// topic.
	Numbered(ctx context.Context, topic string, first, last uint64) ([]Entry, error)

	// Corrected returns up to limit entries of a topic that stand, are not left
	// out or undecided by its Quota, and whose Updated moved within CorrectionWindow before the topic's Changed, the
	// latest correction first. It knows of MaxCorrected at most. ErrNotFound
	// for an unknown topic.
	Corrected(ctx context.Context, topic string, limit int) ([]Entry, error)

	// Withdrawn returns up to limit entries that were withdrawn from a topic
	// and that Bury has not ended yet, the latest first. ErrNotFound for an
	// unknown topic.
	Withdrawn(ctx context.Context, topic string, limit int) ([]Tombstone, error)

	// Find returns the item that a person means. ErrNotFound, ErrAmbiguous.
	Find(ctx context.Context, ref Ref) (Item, error)

	// Story returns a story with its tellings.
	Story(ctx context.Context, id ID) (Story, error)

	// Revisions returns the texts that an item had before each real change of
	// its title or text, the oldest first: MaxRevisions at most, and no more
	// than MaxRevisionBytes. ErrNotFound for an unknown item.
	Revisions(ctx context.Context, item ID) ([]Revision, error)

	// List returns up to q.Limit items, newest first seen first, and the
	// cursor to go on with: empty at the end.
	List(ctx context.Context, q ListQuery) ([]Item, string, error)

	// Scan returns up to limit items with ids greater than after, in order of
	// id: the whole store in bounded steps.
	Scan(ctx context.Context, after ID, limit int) ([]Item, error)

	// NextPoll returns the earliest time at which an enrolled feed or a page is
	// due, a time long past for a feed that was never polled, zero if there is
	// neither.
	NextPoll(ctx context.Context) (time.Time, error)
}

// CorrectionWindow is for how long before a topic's newest change Corrected
// looks back.
const CorrectionWindow = 48 * time.Hour

// MaxCorrected bounds the corrections that a store keeps in mind of each topic.
const MaxCorrected = 500

// Ref is how a person names an item: Text is an id or a unique prefix of at
// least 6 digits of one, a published id, a link, or a guid of the feed Feed.
// Link is the hash of Text's comparison key where Text is a link.
type Ref struct {
	Text string
	Feed string // only with a guid; empty else
	Link Key
	GUID Key // the ByGUID key of Text
}

// ListQuery selects items. Zero fields select all.
type ListQuery struct {
	Topic string    // items of stories with a standing entry there
	Feed  string    // name
	Since time.Time // first seen not before
	After string    // cursor
	Limit int       // 1 to 1000
}

// Upkeep is what keeps a store in order.
type Upkeep interface {
	// Prune forgets items that left every head (or were released without
	// ever standing in one) before the cutoff: their texts and entries go,
	// their identity stays, so that they never come back as new. It forgets
	// at most limit items and reports whether more are waiting. Items of
	// stories that are not released are never forgotten.
	Prune(ctx context.Context, cutoff time.Time, heads map[string]Head, limit int) (forgotten int, more bool, err error)

	// Bury ends the tombstones of entries that were withdrawn before the
	// cutoff, in all topics, and names the topics that had some: documents
	// that named these entries change with it.
	Bury(ctx context.Context, cutoff, now time.Time) (Delta, error)

	// Verify reads the whole store and returns what is not as the contract
	// and the schema say, one sentence each; none when all is well. It
	// reports at most 100.
	Verify(ctx context.Context) ([]string, error)
}

// Head tells Prune what a topic shows.
type Head struct {
	Limit  int
	Oldest Place // place of the last entry shown; zero where there is none
}

// A Store is the whole contract. Consumers take only the part they need.
type Store interface {
	Intake
	Listing
	Curation
	Adopting
	Reading
	Learning
	Upkeep

	// Close ends the store's work after all accepted writes; later calls
	// return ErrClosed.
	Close() error
}
