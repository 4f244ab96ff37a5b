package storage

import "time"

// An Extract is what an item's page says of the article. All may be empty.
type Extract struct {
	Content   string // the main text, clean HTML
	Authors   []Person
	Published time.Time // believable, UTC
	Image     string
	Canonical string // the address that the page calls its own
	Language  string // BCP 47
}

// Says reports whether the page says more of an item than its feed does: then
// its text is published instead, where the feed's full text may be.
func (x *Extract) Says(item *Item) bool {
	return x != nil && len(x.Content) > max(len(item.Content.Value), len(item.Summary.Value))
}

// A PageState says how the fetch of an item's page stands. The fetcher sets
// Wanted, the store the rest.
type PageState struct {
	Wanted  bool      // the page is, or was, to be fetched; heeded at the save that brings the item
	Awaited bool      // neither answer nor failure yet: the item is held back from release
	Tries   int       // attempts that failed
	Tried   time.Time // of the last attempt
	Next    time.Time // of the next one; zero where there will be none
	Status  int       // HTTP status of the last answer, 0 where there was none
	Error   string    // why the last attempt gave no text, for people; empty when it did
}

// A PageClaim asks for pages to fetch.
type PageClaim struct {
	Feeds []string      // names; nil means all, also those that are not enrolled any more
	Now   time.Time     // pages whose next attempt is not after Now are due
	Lease time.Duration // how long the claim holds without a SavePage
	Limit int           // at most so many, 1 or more
}

// A ClaimedPage is an item whose page is to be fetched, with the claim's token.
type ClaimedPage struct {
	Item      Item
	Token     uint64
	Lease     time.Time
	HostUntil time.Time // before which the page's host asked to be left alone
}

// A PageOutcome is what came of one attempt at a page.
type PageOutcome struct {
	Item    ID
	Token   uint64   // as claimed; saving ends the lease
	Extract *Extract // nil for a failure
	Routing Routing  // what the topics say of the item with Extract
	Set     ID       // fingerprint of the set of topics that said so
	Status  int
	Error   string
	Next    time.Time // of the next attempt after a failure; zero for none
	Host    HostState // as in Poll
	Now     time.Time
}
