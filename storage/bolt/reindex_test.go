package bolt

import (
	"path/filepath"
	"testing"
	"time"

	"sluice/storage"
)

// An index that is built anew goes on after a crash where it was, and holds
// each story once.
func TestReindex(t *testing.T) {
	const window, count = 96 * time.Hour, 2*reindexBatch + 10
	w := newNewsroom(t, 0)
	items := make([]storage.Item, count)
	for i := range items {
		items[i] = news("a", i, -1, w.now)
	}
	w.save("a", items)
	if _, stories := w.indexed(); stories != 0 {
		t.Fatalf("%d stories are in the index while none is joined", stories)
	}
	enrol := func(window time.Duration) {
		t.Helper()
		if _, err := w.Enrol(t.Context(), storage.Enrolment{Feeds: w.feeds, Window: window}, w.now); err != nil {
			t.Fatal(err)
		}
	}
	batch := func() (more bool) {
		t.Helper()
		err := w.update(t.Context(), "building", func(t *tx) (err error) {
			more, err = t.reindex(w.now)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return more
	}
	reopen := func() {
		t.Helper()
		path := w.Store.path
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		var err error
		if w.Store, err = Open(filepath.Clean(path), Options{}); err != nil {
			t.Fatal(err)
		}
	}
	enrol(window)
	for n, want := range []int{reindexBatch, 2 * reindexBatch, count, count} {
		if more := batch(); more != (want < count) {
			t.Errorf("batch %d: more is %v", n, more)
		}
		if _, stories := w.indexed(); stories != want {
			t.Errorf("%d stories after batch %d, want %d", stories, n, want)
		}
		reopen()
		enrol(window)
	}
	enrol(2 * window)
	if err := w.reindex(t.Context(), w.now); err != nil {
		t.Fatal(err)
	}
	if _, stories := w.indexed(); stories != count {
		t.Errorf("%d stories after another one, want %d", stories, count)
	}
	w.now = w.now.Add(3 * window)
	enrol(3 * window)
	enrol(2 * window)
	if batch() {
		t.Error("there is more, of what is too old")
	}
	if _, stories := w.indexed(); stories != 0 {
		t.Errorf("%d stories that are too old", stories)
	}
	reopen()
	t.Cleanup(func() { _ = w.Close() })
}

// So does one whose index fills many pages, each of which is emptied first.
func TestReindexOfManyPages(t *testing.T) {
	const count = 600
	window := 2 * count * indexPeriod
	w := newNewsroom(t, window)
	w.round(count, indexPeriod)
	if _, stories := w.indexed(); stories != count {
		t.Fatalf("%d stories are in the index, want %d", stories, count)
	}
	if _, err := w.Enrol(t.Context(), storage.Enrolment{Feeds: w.feeds, Window: window + time.Hour}, w.now); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.reindex(t.Context(), w.now); err != nil {
			t.Fatal(err)
		}
		if _, stories := w.indexed(); stories != count {
			t.Errorf("%d stories after it was built anew, want %d", stories, count)
		}
	}
}
