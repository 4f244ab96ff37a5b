package storage

import "time"

// An Adoption is what an earlier publisher, of whatever kind, had published as
// a topic.
type Adoption struct {
	Topic   TopicSpec // Name and Formerly count
	Site    string    // as Enrolment.Site
	AtomID  string    // of its documents; empty where they had none
	Entries []AdoptedEntry
	Merge   bool // also if the topic has had entries; it keeps its own id then
	DryRun  bool // tell what would be noted, and note nothing
}

// An AdoptedEntry is what readers hold of one entry. An item is that entry if
// the id is its guid, if the link is its link, or if title and text are the
// same; where it might be another's who took over guid or link, titles must
// agree too.
type AdoptedEntry struct {
	ID                 string
	Published, Updated time.Time // zero where not given
	Link               Key       // as Print.URL
	Text               Key       // as Print.Text; zero where the text is too short to tell items apart
	Title              []uint32  // as Print.Title
}

// Adopted is what Adopt found.
type Adopted struct {
	AtomID string // of the topic's documents from now on
	New    int    // entries noted by this call
	Known  int    // entries noted before, and those whose id a story has already
	Stored int    // of the new ones, those under whose link an item is stored
}
