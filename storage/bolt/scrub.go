package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"go.etcd.io/bbolt"
)

// scrub overwrites with zeros what no longer belongs to the store, so that
// nothing deleted can be read from the file: bbolt leaves a page's bytes where
// they are when it frees the page. What a file system or a disk keeps of them
// beyond the file is not in our hands.
//
// It waits until nobody reads an earlier state, and nobody reads or writes
// meanwhile. A free page is in no state that can be read then, so a crash in the
// middle harms nothing.
func (s *Store) scrub(ctx context.Context) (err error) {
	s.reads.Lock()
	defer s.reads.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	f, err := os.OpenFile(s.path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return s.db.Update(func(tx *bbolt.Tx) error { // where all that earlier ones freed is free
		size := int64(s.db.Info().PageSize)
		w := &wiper{file: f}
		id := 0
		for ; ; id++ {
			page, err := tx.Page(id)
			if err != nil {
				return err
			}
			if page == nil {
				break
			}
			if page.Type == "free" {
				if err := w.wipe(int64(id)*size, size); err != nil {
					return err
				}
			}
		}
		info, err := f.Stat()
		if err != nil {
			return err
		}
		// A commit that failed half way may have written beyond the last page.
		if err := w.wipe(int64(id)*size, info.Size()-int64(id)*size); err != nil {
			return err
		}
		return f.Sync()
	})
}

// A wiper puts zeros over parts of a file that hold anything else.
type wiper struct {
	file io.ReadWriteSeeker
	read [64 << 10]byte
	zero [64 << 10]byte
}

func (w *wiper) wipe(from, size int64) error {
	at := func(offset int64) error {
		_, err := w.file.Seek(offset, io.SeekStart)
		return err
	}
	for size > 0 {
		n := min(size, int64(len(w.read)))
		if err := at(from); err != nil {
			return err
		}
		if _, err := io.ReadFull(w.file, w.read[:n]); err != nil {
			return fmt.Errorf("reading free pages: %w", err)
		}
		if w.read != w.zero {
			if err := at(from); err != nil {
				return err
			}
			if _, err := w.file.Write(w.zero[:n]); err != nil {
				return fmt.Errorf("overwriting free pages: %w", err)
			}
		}
		clear(w.read[:n])
		from, size = from+n, size-n
	}
	return nil
}
