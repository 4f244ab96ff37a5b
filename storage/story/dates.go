package story

import (
	"time"

	"sluice/storage"
)

// oldWhenSeen is the age from which an item that is seen for the first time
// is backlog.
const oldWhenSeen = 7 * 24 * time.Hour

// Published returns the date under which an item is published: the earliest
// of when it was first seen, its own published and its updated date, as far
// as they are known.
func Published(item *storage.Item) time.Time {
	at := item.FirstSeen
	for _, t := range [...]time.Time{item.Published, item.Updated} {
		if !t.IsZero() && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	return at
}

// Updated returns the date of the last change of an entry whose item has
// really changed with the save at saved: the item's own updated date where
// that lies between last and saved, else saved. It is never before last, the
// date that the entry has had until now.
func Updated(last time.Time, item *storage.Item, saved time.Time) time.Time {
	switch {
	case item.Updated.After(last) && !item.Updated.After(saved):
		return item.Updated
	case saved.After(last):
		return saved
	}
	return last
}

// Backlog reports whether an item takes its place by its date rather than by
// its release: it came with its feed's first poll, or was published more than
// 7 days before it was seen.
func Backlog(firstPoll bool, published, seen time.Time) bool {
	return firstPoll || !published.IsZero() && seen.Sub(published) > oldWhenSeen
}
