package bolt

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"sluice/storage"
)

// owner is what STORE.lock tells of the process that holds it.
type owner struct {
	PID     int    `json:"pid"`
	Since   string `json:"since"`
	Control string `json:"control,omitempty"`
}

// lockStore takes the ownership of the store at path: an flock on path.lock,
// a file that is never renamed or removed, so that whoever opens it locks the
// same inode. It does not wait; a lock that is held gives *storage.OwnedError.
func lockStore(path, control string, now time.Time) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("store %s: opening its lock file: %w", path, err)
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		owned := ownerOf(f, path)
		f.Close()
		return nil, owned
	}
	if err == nil {
		err = writeOwner(f, owner{PID: os.Getpid(), Since: now.UTC().Format(time.RFC3339), Control: control})
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("store %s: locking it: %w", path, err)
	}
	return f, nil
}

func writeOwner(f *os.File, o owner) error {
	data, err := json.Marshal(o)
	if err != nil {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt(append(data, '\n'), 0)
	return err
}

// ownerOf reads who holds the lock. The holder may be writing it just now, so
// whatever can't be read stays unknown.
func ownerOf(f *os.File, path string) *storage.OwnedError {
	var o owner
	data, err := io.ReadAll(io.LimitReader(io.NewSectionReader(f, 0, 1<<16), 1<<16))
	if err == nil {
		_ = json.Unmarshal(data, &o) // an unreadable owner is an unknown one
	}
	return &storage.OwnedError{Path: path, PID: o.PID, Since: o.Since, Control: o.Control}
}
