package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"sluice/storage"
)

// groupLimit bounds how many waiting writes share one commit.
const groupLimit = 512

// fills is how full a split leaves the pages of buckets whose records of one
// poll lie together (see near) and fill a page or more at once: little comes
// between them later. Those of other buckets are left half full.
var fills = map[bucketID]float64{bBodies: 1, bItems: 0.9}

// A write is one atomic change on its way to the writer goroutine. do may run
// more than once: when a later one of the same group fails half way, the group
// is rolled back and the others run again. So it sets what it returns anew.
type write struct {
	do   func(*tx) error
	done chan error
}

// tx is a bbolt transaction with the buckets at hand and small conveniences.
// Of the bytes that get returns nothing may be kept.
type tx struct {
	*codec
	bolt    *bbolt.Tx
	buckets [bucketCount]*bbolt.Bucket
	dirty   bool // something was written

	feeds   map[storage.ID]*feedRecord  // read in this transaction
	topics  map[storage.ID]*topicRecord // likewise
	origins map[string]originRecord     // likewise, by key
	books   map[storage.ID]*adoption    // likewise
}

func (s *Store) newTx(b *bbolt.Tx) *tx {
	return &tx{codec: s.codec, bolt: b}
}

func (t *tx) bucket(id bucketID) *bbolt.Bucket {
	if t.buckets[id] == nil {
		t.buckets[id] = t.bolt.Bucket([]byte(bucketNames[id]))
		if fill, ok := fills[id]; ok {
			t.buckets[id].FillPercent = fill
		}
	}
	return t.buckets[id]
}

func (t *tx) get(id bucketID, k []byte) []byte { return t.bucket(id).Get(k) }

func (t *tx) put(id bucketID, k, v []byte) error {
	t.dirty = true
	return t.bucket(id).Put(k, v)
}

func (t *tx) delete(id bucketID, k []byte) error {
	t.dirty = true
	return t.bucket(id).Delete(k)
}

// load decodes the record under k and reports whether there is one.
func (t *tx) load(id bucketID, k []byte, v any) (bool, error) {
	data := t.get(id, k)
	if data == nil {
		return false, nil
	}
	return true, t.decode(data, v)
}

func (t *tx) save(id bucketID, k []byte, v any) error {
	data, err := t.encode(v)
	if err != nil {
		return err
	}
	return t.put(id, k, data)
}

// scan calls f for the keys from first on that begin with prefix, until f
// returns false or an error. f must not write to the bucket.
func (t *tx) scan(id bucketID, prefix, first []byte, f func(k, v []byte) (bool, error)) error {
	c := t.bucket(id).Cursor()
	for k, v := c.Seek(first); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		if more, err := f(k, v); err != nil || !more {
			return err
		}
	}
	return nil
}

// view runs f on a snapshot.
func (s *Store) view(ctx context.Context, doing string, f func(*tx) error) (err error) {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	s.mu.RLock()
	closed := s.closed
	s.mu.RUnlock()
	if closed {
		return fmt.Errorf("%s: %w", doing, storage.ErrClosed)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", doing, err)
		}
	}()
	defer recoverDamage(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	s.reads.RLock()
	defer s.reads.RUnlock()
	err = s.db.View(func(b *bbolt.Tx) error { return f(s.newTx(b)) })
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return storage.ErrClosed
	}
	return err
}

// update hands f to the writer and waits until it is on disk.
func (s *Store) update(ctx context.Context, doing string, f func(*tx) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	w := &write{do: f, done: make(chan error, 1)}
	if err := s.hand(ctx, w); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if err := <-w.done; err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

func (s *Store) hand(ctx context.Context, w *write) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return storage.ErrClosed
	}
	select {
	case s.writes <- w:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// writer commits what is waiting, group by group, until writes is closed.
func (s *Store) writer() {
	defer close(s.stopped)
	for w := range s.writes {
		s.commit(s.gather(w))
	}
}

// gather takes what is waiting beside first. It lets others run a few times
// before it holds that nobody is: who is about to write then shares the
// commit, and who waits alone loses nothing.
func (s *Store) gather(first *write) []*write {
	group := []*write{first}
	for idle := 0; len(group) < groupLimit && idle < 16; {
		select {
		case w, ok := <-s.writes:
			if !ok {
				return group
			}
			group, idle = append(group, w), 0
		default:
			idle++
			runtime.Gosched()
		}
	}
	return group
}

// commit runs the group in one transaction. A write that fails is answered
// and leaves the group; if it had changed something, the others run again.
func (s *Store) commit(group []*write) {
	for len(group) > 0 {
		failed, at, err := s.try(group)
		if failed == nil {
			for _, w := range group {
				w.done <- err
			}
			return
		}
		failed.done <- err
		group = append(group[:at:at], group[at+1:]...)
	}
}

// try commits the group, answering and skipping the writes that fail without
// having changed anything. If one fails after a change, nothing is committed
// and it is returned with its error and index.
func (s *Store) try(group []*write) (failed *write, at int, err error) {
	refused := make(map[*write]error)
	err = s.updateDB(func(t *tx) error {
		for i, w := range group {
			t.dirty = false
			if err := runWrite(w, t); err != nil {
				if t.dirty {
					failed, at = w, i
					return err
				}
				refused[w] = err
			}
		}
		return nil
	})
	if failed != nil || err != nil {
		return failed, at, err
	}
	for i, w := range group {
		if err, ok := refused[w]; ok {
			w.done <- err
			group[i] = &write{done: make(chan error, 1)} // answered
		}
	}
	return nil, 0, nil
}

func (s *Store) updateDB(f func(*tx) error) (err error) {
	defer recoverDamage(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return s.db.Update(func(b *bbolt.Tx) error { return f(s.newTx(b)) })
}

// runWrite runs one write; damage that it meets fails that write alone.
func runWrite(w *write, t *tx) (err error) {
	defer recoverDamage(&err)
	return w.do(t)
}
