package storage

import "time"

// A Revision is the text that an item had before a real change of it.
type Revision struct {
	Number      uint32    // Item.Revision as it was
	From, Until time.Time // of the saves that brought it and replaced it
	Title       Text
	Summary     Text
	Content     Text
}

// Bounds of the revisions that a store keeps of an item; the oldest go first.
const (
	MaxRevisions     = 10
	MaxRevisionBytes = 256 << 10 // of all texts, as they are stored
)
