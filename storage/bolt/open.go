// Package bolt keeps the contract of package storage in one bbolt file.
//
// One process owns a store at a time (STORE.lock). Within it any number of
// goroutines may call any method: reads run beside each other on snapshots,
// writes are handed to one writer goroutine that commits what is waiting as one
// transaction, so that an fsync is shared by all of them. Records are CBOR
// with integer keys, bodies compressed by zstd; schema.go has all of it.
package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"sluice/storage"
)

// Options of Open.
type Options struct {
	Now     time.Time // noted in STORE.lock as the start of ownership
	Control string    // path of the owner's control socket, noted there too
}

// A Store is a storage.Store in one file.
type Store struct {
	path string
	lock *os.File
	db   *bbolt.DB
	*codec

	writes  chan *write
	stopped chan struct{} // closed when the writer goroutine has ended
	mu      sync.RWMutex  // held for reading while a write is handed over
	closed  bool

	reads sync.RWMutex // held for reading by each view: see scrub
}

var _ storage.Store = (*Store)(nil)

const (
	// pageSize holds several compressed bodies: measured overhead 1.3x,
	// against 1.95x with pages of 4 KiB.
	pageSize = 16 << 10

	// mapAhead is how far beyond its size a file is mapped at once. A file
	// that outgrows its map must be mapped anew, which waits for all readers.
	mapAhead = 4 << 30

	// lockTimeout bounds the wait for bbolt's own lock, which only a foreign
	// program can hold while STORE.lock is ours.
	lockTimeout = time.Second
)

// Open opens the store at path and takes its ownership, or makes a new store
// where there is none. A new file is built aside and renamed into place, so
// that a crash leaves a whole store or none.
//
// It does not wait for another owner: *storage.OwnedError. A file that is no
// store of this version gives storage.ErrForeign, one that is cut or broken
// storage.ErrDamaged; neither is changed.
func Open(path string, o Options) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	lock, err := lockStore(path, o.Control, o.Now)
	if err != nil {
		return nil, err
	}
	s, err := open(path)
	if err != nil {
		lock.Close()
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	s.lock = lock
	return s, nil
}

func open(path string) (*Store, error) {
	codec, err := newCodec()
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
		if err := create(path); err != nil {
			return nil, fmt.Errorf("making a new store: %w", err)
		}
	}
	size, err := inspect(path)
	if err != nil {
		return nil, err
	}
	db, err := openDB(path, size)
	if err != nil {
		return nil, err
	}
	if err := checkSchema(db); err != nil {
		db.Close()
		return nil, err
	}
	if err := addBuckets(db); err != nil {
		db.Close()
		return nil, err
	}
	s := &Store{path: path, db: db, codec: codec, writes: make(chan *write), stopped: make(chan struct{})}
	go s.writer()
	if err := s.freeLeases(); err != nil {
		s.stop()
		return nil, errors.Join(err, s.shut())
	}
	return s, nil
}

// openDB opens the file through bbolt. The freelist is a map that is not
// written at each commit (a commit after deletions would write all of it) but
// once at Close, so that the next Open need not scan the file.
func openDB(path string, size int64) (db *bbolt.DB, err error) {
	defer recoverDamage(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	db, err = bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:         lockTimeout,
		PageSize:        pageSize,
		NoFreelistSync:  true,
		FreelistType:    bbolt.FreelistMapType,
		InitialMmapSize: int(size + mapAhead),
	})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, errors.New("another program has locked the file; stop it and try again")
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return nil, fmt.Errorf("%w: %w", storage.ErrDamaged, err)
	}
	return db, err
}

// create makes an empty store aside and renames it to path. The caller owns
// the lock, so a file left aside by a crash is nobody's.
func create(path string) error {
	aside := path + ".new"
	if err := os.Remove(aside); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	db, err := openDB(aside, 0)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range bucketNames {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		version := binary.BigEndian.AppendUint32(nil, schemaVersion)
		return tx.Bucket([]byte(bucketNames[bMeta])).Put([]byte(metaSchema), version)
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := os.Rename(aside, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func checkSchema(db *bbolt.DB) (err error) {
	defer recoverDamage(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return db.View(func(tx *bbolt.Tx) error {
		meta := tx.Bucket([]byte(bucketNames[bMeta]))
		if meta == nil {
			return fmt.Errorf("%w: it was made by another program; name another path as `store`", storage.ErrForeign)
		}
		v := meta.Get([]byte(metaSchema))
		if len(v) != 4 {
			return fmt.Errorf("%w: it was made by another program; name another path as `store`", storage.ErrForeign)
		}
		if n := binary.BigEndian.Uint32(v); n != schemaVersion {
			return fmt.Errorf("%w: it has schema %d and this version reads schema %d; use the version that wrote it, or a newer one", storage.ErrForeign, n, schemaVersion)
		}
		for _, name := range bucketNames[:firstBuckets] {
			if tx.Bucket([]byte(name)) == nil {
				return fmt.Errorf("%w: bucket %q is missing", storage.ErrDamaged, name)
			}
		}
		return nil
	})
}

// addBuckets makes the buckets that an earlier version did not use yet.
func addBuckets(db *bbolt.DB) (err error) {
	defer recoverDamage(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	var missing [][]byte
	err = db.View(func(tx *bbolt.Tx) error {
		for _, name := range bucketNames[firstBuckets:] {
			if tx.Bucket([]byte(name)) == nil {
				missing = append(missing, []byte(name))
			}
		}
		return nil
	})
	if err != nil || len(missing) == 0 {
		return err
	}
	return db.Update(func(tx *bbolt.Tx) error {
		for _, name := range missing {
			if _, err := tx.CreateBucket(name); err != nil {
				return fmt.Errorf("adding bucket %q: %w", name, err)
			}
		}
		return nil
	})
}

// recoverDamage turns a panic in bbolt, which is how it and the kernel answer
// to a page that makes no sense or lies beyond the file's end, into an error.
// What bbolt says itself is kept; the runtime's words would only tell of its
// code.
func recoverDamage(err *error) {
	switch r := recover().(type) {
	case nil:
	case runtime.Error:
		*err = fmt.Errorf("%w: one of its pages can't be read", storage.ErrDamaged)
	default:
		*err = fmt.Errorf("%w: one of its pages can't be read: %v", storage.ErrDamaged, r)
	}
}

// Close commits what was accepted, writes the freelist for a quick next Open,
// and gives the ownership up. That there is no room for the freelist is no
// error: all that was accepted is in the file, and the next Open scans it.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return storage.ErrClosed
	}
	s.closed = true
	s.mu.Unlock()

	s.stop()
	// The lock goes last: whoever gets it next finds the file at rest.
	if err := errors.Join(s.syncFreelist(), s.shut(), s.lock.Close()); err != nil {
		return fmt.Errorf("store %s: closing: %w", s.path, err)
	}
	return nil
}

// stop ends the writer after what it was handed.
func (s *Store) stop() {
	close(s.writes)
	<-s.stopped
}

// syncFreelist writes the freelist by one commit more.
func (s *Store) syncFreelist() error {
	s.db.NoFreelistSync = false
	err := s.db.Update(func(*bbolt.Tx) error { return nil })
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return nil
	}
	return err
}

// shut closes the file.
func (s *Store) shut() error {
	defer s.codec.close()
	return s.db.Close()
}
