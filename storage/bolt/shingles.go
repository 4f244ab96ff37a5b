package bolt

import (
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"sluice/storage/story"
)

// The index of content holds the first tellings of stories, since all others
// must agree with them, by the date of publication: a search looks at a few
// periods and costs the same however much is stored, and what is too old to be
// joined is dropped whole. Within a period it consists of segments. A release
// writes one and merges those before it that are not much larger, so that
// there are few and each entry is written a few times in all. Nothing is ever
// taken out of a segment: whether an entry still is the first of a story is
// asked of the story.

const (
	indexPeriod  = 8 * 24 * time.Hour
	mergeFactor  = 4       // segments up to so many times as large are merged with a new one
	largeSegment = 1 << 17 // entries of a segment that is merged no more
)

// segmentData is the only key in the bucket of a segment, which is a bucket of
// its own since bbolt writes neighbours anew together.
const segmentData = "data"

func period(at int64) uint32 {
	p := at / indexPeriod.Microseconds()
	if at < 0 {
		p--
	}
	return uint32(p + 1<<31)
}

// index is the index of content as it is when a release begins.
type index struct {
	*tx
	segments map[uint32][]segment // by period, read when they are asked for
}

func (t *tx) contentIndex() *index { return &index{tx: t, segments: make(map[uint32][]segment)} }

func (x *index) period(p uint32) ([]segment, error) {
	if list, known := x.segments[p]; known {
		return list, nil
	}
	var list []segment
	prefix := binary.BigEndian.AppendUint32(nil, p)
	err := x.scan(bShingles, prefix, prefix, func(k, _ []byte) (bool, error) {
		s, err := openSegment(x.bucket(bShingles).Bucket(k).Get([]byte(segmentData)))
		list = append(list, s)
		return true, err
	})
	x.segments[p] = list
	return list, err
}

// alike calls f with the entries that may be tellings of what an arrival tells:
// those of which its sketch shares enough, within the window.
func (x *index) alike(a *arrival, window time.Duration, f func(segmentEntry) error) error {
	width := window.Microseconds()
	var shared []int
	for p := period(a.published - width); p <= period(a.published+width); p++ {
		segments, err := x.period(p)
		if err != nil {
			return err
		}
		for i := range segments {
			s := &segments[i]
			shared = shared[:0]
			for page, keys := range [...][]uint32{a.sketch, a.pages} {
				counts := 1
				if page == 1 {
					counts = story.PageShares
				}
				for _, k := range keys {
					s.near(k, a.published, width, story.MaxCandidates, func(entry int) {
						for range counts {
							shared = append(shared, entry)
						}
					})
				}
			}
			err := counted(shared, func(entry, n int) error {
				if e := s.entry(entry); story.Alike(n, len(a.sketch), int(e.sketch)) {
					return f(e)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// counted calls f with each number of the list and how often it stands there.
// It sorts the list.
func counted(list []int, f func(value, n int) error) error {
	slices.Sort(list)
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n] == list[0] {
			n++
		}
		if err := f(list[0], n); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// write adds first tellings to the index and drops what is too old.
func (x *index) write(list []*arrival, now time.Time, window time.Duration) error {
	clear(x.segments) // writing moves what they were read from
	byPeriod := make(map[uint32][]*arrival)
	for _, a := range list {
		byPeriod[period(a.published)] = append(byPeriod[period(a.published)], a)
	}
	oldest := now.Add(-window).UnixMicro()
	for _, p := range slices.Sorted(maps.Keys(byPeriod)) {
		if err := x.add(p, newRun(byPeriod[p], now.UnixMicro()), oldest); err != nil {
			return err
		}
	}
	return x.prune(oldest)
}

// add writes a segment, merged with those before it.
func (x *index) add(p uint32, r *run, oldest int64) error {
	bucket := x.bucket(bShingles)
	prefix := binary.BigEndian.AppendUint32(nil, p)
	c := bucket.Cursor()
	for {
		k, _ := c.Seek(key(prefix, numberKey(^uint64(0))))
		if k == nil {
			k, _ = c.Last()
		} else {
			k, _ = c.Prev()
		}
		if k == nil || string(k[:4]) != string(prefix) {
			break
		}
		s, err := openSegment(bucket.Bucket(k).Get([]byte(segmentData)))
		if err != nil {
			return err
		}
		if s.entries > mergeFactor*len(r.entries) || s.entries+len(r.entries) > largeSegment {
			break
		}
		since := int64(-1 << 63)
		if p < period(oldest) {
			since = oldest
		}
		r = mergeRuns(s.run(since), r)
		if err := bucket.DeleteBucket(slices.Clone(k)); err != nil {
			return err
		}
		c = bucket.Cursor()
	}
	n, err := bucket.NextSequence()
	if err != nil {
		return err
	}
	x.dirty = true
	b, err := bucket.CreateBucket(key(prefix, numberKey(n)))
	if err != nil {
		return err
	}
	return b.Put([]byte(segmentData), r.encode())
}

// prune drops the segments of periods before oldest to which nothing was added
// since.
func (x *index) prune(oldest int64) error {
	var old [][]byte
	err := x.scan(bShingles, nil, nil, func(k, _ []byte) (bool, error) {
		if binary.BigEndian.Uint32(k) >= period(oldest) {
			return false, nil
		}
		s, err := openSegment(x.bucket(bShingles).Bucket(k).Get([]byte(segmentData)))
		if err != nil {
			return false, err
		}
		for i := range s.entries {
			if s.entry(i).added >= oldest {
				return true, nil
			}
		}
		old = append(old, slices.Clone(k))
		return true, nil
	})
	for _, k := range old {
		if err == nil {
			x.dirty = true
			err = x.bucket(bShingles).DeleteBucket(k)
		}
	}
	return err
}
