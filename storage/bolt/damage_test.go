package bolt

import (
	"errors"
	"testing"

	"sluice/storage"
)

// TestDamageIsASentence makes what broken pages make bbolt do: panic with the
// runtime's words, or with its own.
func TestDamageIsASentence(t *testing.T) {
	for _, tt := range []struct {
		does func(page []byte)
		want string
	}{
		{func(page []byte) { _ = page[:1<<20] }, "the store is damaged: one of its pages can't be read"},
		{func([]byte) { panic("page 7 already freed") }, "the store is damaged: one of its pages can't be read: page 7 already freed"},
	} {
		err := func() (err error) {
			defer recoverDamage(&err)
			tt.does(nil)
			return nil
		}()
		if !errors.Is(err, storage.ErrDamaged) || err.Error() != tt.want {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}
