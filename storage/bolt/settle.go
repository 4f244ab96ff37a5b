package bolt

import (
	"time"

	"sluice/storage"
)

// settling says until when new stories are held for a preferred telling.
type settling struct {
	*tx
	length time.Duration
	most   map[storage.ID]bool // the feeds that none is preferred to, if others are less
}

func (t *tx) newSettling(length time.Duration) (*settling, error) {
	s := &settling{tx: t, length: length}
	if length <= 0 {
		return s, nil
	}
	best, differ, first := 0, false, true
	err := t.scan(bFeeds, nil, nil, func(k, _ []byte) (bool, error) {
		f, err := t.feed(storage.ID(k))
		if err != nil || !f.Enrolled {
			return true, err
		}
		differ = differ || !first && f.Prefer != best
		if first || f.Prefer > best {
			s.most = make(map[storage.ID]bool)
			best, first = f.Prefer, false
		}
		if f.Prefer == best {
			s.most[storage.ID(k)] = true
		}
		return true, nil
	})
	if !differ {
		s.most = nil
	}
	return s, err
}

// until returns the time until which a story is held; zero if it is not.
func (s *settling) until(st *storyRecord) (time.Time, error) {
	if s.length <= 0 || st.Released != 0 {
		return time.Time{}, nil
	}
	var first time.Time
	for i, telling := range st.Tellings {
		r, err := s.item(telling.Item)
		if err != nil {
			return time.Time{}, err
		}
		if s.most[r.Feed] {
			return time.Time{}, nil
		}
		if seen := r.FirstSeen.time(); i == 0 || seen.Before(first) {
			first = seen
		}
	}
	return first.Add(s.length), nil
}
