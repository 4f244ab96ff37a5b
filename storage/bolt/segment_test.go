package bolt

import (
	"encoding/binary"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sluice/storage"
)

func drawArrivals(t *rapid.T, name string) []*arrival {
	n := rapid.IntRange(0, 60).Draw(t, name)
	list := make([]*arrival, n)
	for i := range list {
		a := &arrival{published: rapid.Int64Range(-50, 50).Draw(t, "published")}
		binary.BigEndian.PutUint32(a.id[:], rapid.Uint32().Draw(t, "id"))
		hash := rapid.OneOf(rapid.Uint32(), rapid.Uint32Max(5), rapid.Uint32Min(^uint32(0)-3))
		a.sketch = slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(hash, 0, 8).Draw(t, "sketch"))))
		list[i] = a
	}
	return list
}

// A segment finds the entries nearest in time under a hash, also when it was
// merged from others.
func TestSegment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one, other := drawArrivals(t, "one"), drawArrivals(t, "other")
		all := append(slices.Clone(one), other...)
		r := mergeRuns(newRun(one, 7), newRun(other, 9))
		s, err := openSegment(r.encode())
		if err != nil || s.entries != len(all) {
			t.Fatalf("%d entries, want %d (%v)", s.entries, len(all), err)
		}
		hash, at := rapid.Uint32Max(5).Draw(t, "hash"), rapid.Int64Range(-60, 60).Draw(t, "at")
		if rapid.Bool().Draw(t, "high") {
			hash = ^hash
		}
		const window, limit = 20, 5
		var want []int64
		for _, a := range all {
			if apart := max(at-a.published, a.published-at); apart <= window && slices.Contains(a.sketch, hash) {
				want = append(want, apart)
			}
		}
		slices.Sort(want)
		want = want[:min(len(want), limit)]
		var got []int64
		s.near(hash, at, window, limit, func(entry int) {
			e := s.entry(entry)
			got = append(got, max(at-e.published, e.published-at))
		})
		if !slices.Equal(got, want) {
			t.Fatalf("entries are %d away, want %d", got, want)
		}
		if kept := s.run(8); len(kept.entries) != len(other) {
			t.Fatalf("%d entries were added since, want %d", len(kept.entries), len(other))
		}
	})
}

func TestSegmentDamaged(t *testing.T) {
	data := newRun([]*arrival{{sketch: []uint32{1, 2}}}, 0).encode()
	for n := range data {
		if _, err := openSegment(data[:n]); err == nil {
			t.Errorf("%d bytes of %d are a segment", n, len(data))
		}
	}
}

func TestArrivals(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "store.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.update(t.Context(), "testing", func(t2 *tx) error {
		id := storage.ID{1}
		list := []arrival{
			{id: id, published: -5, url: storage.Key{2}, sketch: []uint32{1, 2}, pages: []uint32{3}, flags: arrivalGrouped},
			{id: storage.ID{9}, published: 7, flags: arrivalKnown},
		}
		if err := t2.saveArrivals(list); err != nil {
			return err
		}
		if err := t2.saveArrivals([]arrival{{id: id, published: 8, sketch: []uint32{4}}}); err != nil {
			return err
		}
		got, err := t2.takeArrivals()
		if err != nil || len(got) != 2 || got[0].published != 8 || got[0].flags != arrivalGrouped || !slices.Equal(got[0].sketch, []uint32{4}) || got[1].flags != arrivalKnown {
			t.Errorf("%+v (%v)", got, err)
		}
		if got, err = t2.takeArrivals(); err != nil || len(got) > 0 {
			t.Errorf("taken twice: %+v (%v)", got, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	block := []byte{arrivalsVersion}
	for _, bad := range [][]byte{nil, {9}, append(block, make([]byte, 10)...), append(block, append(make([]byte, 42), 1)...)} {
		if err := readArrivals(bad, func(arrival) {}); err == nil {
			t.Errorf("%x is a block", bad)
		}
	}
}

// Segments of one time are merged, so that there are few, and what is too old
// to be joined is dropped.
func TestIndexSegments(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "store.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	const window = 96 * time.Hour
	count := func() (segments, entries int) {
		err := s.view(t.Context(), "counting", func(t *tx) error {
			return t.scan(bShingles, nil, nil, func(k, _ []byte) (bool, error) {
				g, err := openSegment(t.bucket(bShingles).Bucket(k).Get([]byte(segmentData)))
				segments, entries = segments+1, entries+g.entries
				return true, err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		return segments, entries
	}
	add := func(n int, published time.Time) {
		err := s.update(t.Context(), "adding", func(t *tx) error {
			list := make([]*arrival, n)
			for i := range list {
				list[i] = &arrival{id: storage.ID{byte(i), byte(i >> 8)}, published: published.UnixMicro(), sketch: []uint32{uint32(i) * 2654435761}}
			}
			return t.contentIndex().write(list, now, window)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 200 {
		add(10, now)
		add(3, now.AddDate(-1, 0, 0))
	}
	if segments, entries := count(); segments > 12 || entries != 2600 {
		t.Errorf("%d segments with %d entries", segments, entries)
	}
	now = now.Add(window - time.Hour)
	add(1, now)
	if _, entries := count(); entries != 2601 {
		t.Errorf("%d entries before any is too old", entries)
	}
	now = now.Add(2 * time.Hour)
	add(1, now)
	if _, entries := count(); entries != 2002 {
		t.Errorf("%d entries after those of old date are too old", entries)
	}
	now = now.AddDate(0, 1, 0)
	add(1, now)
	if _, entries := count(); entries != 1 {
		t.Errorf("%d entries after a month", entries)
	}
}
