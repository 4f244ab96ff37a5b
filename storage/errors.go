package storage

import (
	"errors"
	"fmt"
)

// Errors that a caller acts on. Implementations wrap them with what they were
// doing; test with errors.Is.
var (
	// ErrNotFound says that the store holds nothing under that name or id.
	ErrNotFound = errors.New("not found")

	// ErrAmbiguous says that a reference fits more than one item.
	ErrAmbiguous = errors.New("ambiguous")

	// ErrLease says that a poll came too late: the feed's lease was taken by
	// another claim, which has a greater token. Nothing was saved.
	ErrLease = errors.New("the feed's lease was taken over")

	// ErrStale says that the items were classified by another set of topics
	// than the one now enrolled. Nothing was saved: classify again and retry.
	ErrStale = errors.New("classified by an earlier set of topics")

	// ErrPublished says that a topic has been published already.
	ErrPublished = errors.New("published already")

	// ErrClosed says that the store was closed.
	ErrClosed = errors.New("the store is closed")

	// ErrDamaged says that the store's file can't be trusted as it stands.
	ErrDamaged = errors.New("the store is damaged")

	// ErrForeign says that the file is not a store of this program, or one of
	// a version it does not read.
	ErrForeign = errors.New("not a store that this version reads")
)

// An OwnedError says that another process owns the store.
type OwnedError struct {
	Path    string // of the store
	PID     int    // 0 where it is not known
	Since   string // RFC 3339, empty where it is not known
	Control string // the owner's control socket, empty where it has none
}

func (e *OwnedError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("store %s is owned by another process", e.Path)
	}
	return fmt.Sprintf("store %s is owned by process %d since %s", e.Path, e.PID, e.Since)
}
