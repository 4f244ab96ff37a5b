package bolt

import (
	"fmt"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"

	"sluice/storage"
)

// CopyHolds reports whether the file at path is a copy of a store that holds the
// text of an item, or of another telling of its story. The file is only read.
// One that is no store, or can't be read, gives an error.
func CopyHolds(path string, item, story storage.ID) (holds bool, err error) {
	defer recoverDamage(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	if _, err := inspect(path); err != nil {
		return false, err
	}
	codec, err := newCodec()
	if err != nil {
		return false, err
	}
	defer codec.close()
	db, err := bbolt.Open(path, 0, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return false, err
	}
	defer db.Close()
	err = db.View(func(b *bbolt.Tx) error {
		for _, id := range [...]bucketID{bItems, bStories} {
			if b.Bucket([]byte(bucketNames[id])) == nil {
				return fmt.Errorf("%w: it is another kind of file", storage.ErrForeign)
			}
		}
		t := &tx{codec: codec, bolt: b}
		items := []storage.ID{item}
		var st storyRecord
		if _, err := t.load(bStories, story[:], &st); err != nil {
			return err
		}
		for _, telling := range st.Tellings {
			items = append(items, telling.Item)
		}
		for _, id := range items {
			var r itemRecord
			ok, err := t.load(bItems, id[:], &r)
			if err != nil {
				return err
			}
			holds = holds || ok && !r.Forgotten
		}
		return nil
	})
	return holds, err
}
