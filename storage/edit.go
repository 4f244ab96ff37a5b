package storage

import "time"

// An EditKind is what a person corrects.
type EditKind string

// The kinds of corrections.
const (
	Split  EditKind = "split"  // the item tells another story than those beside it
	Merge  EditKind = "merge"  // two stories are one
	Hide   EditKind = "hide"   // the item's story is not to be published
	Unhide EditKind = "unhide" // it is again
	Erase  EditKind = "erase"  // what the item's story says is not to be known any more
)

// An Edit is a correction by a person: see Curation.Edit.
type Edit struct {
	Kind   EditKind
	Item   ID
	Other  ID     // Merge: an item of the other story
	Topic  string // Hide, Unhide: in this topic only; empty for all
	Reason string // for people, may be empty
	Time   time.Time
}

// Edited is what a correction did.
type Edited struct {
	Delta
	Unchanged bool // things were as it asks already; nothing else is filled
	Story     ID   // Item's story now
	Other     ID   // Split: the story of those that it parted from. Merge: the story that is given up
}

// An EditError says why a correction can't be made, for people.
type EditError struct{ Text string }

func (e *EditError) Error() string { return e.Text }
