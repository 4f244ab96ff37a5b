package bolt

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"sort"
	"strings"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// Claim implements storage.Intake.
func (s *Store) Claim(ctx context.Context, c storage.Claim) ([]storage.FeedState, error) {
	var out []storage.FeedState
	err := s.update(ctx, "claiming feeds", func(t *tx) (err error) {
		out, err = t.claim(c)
		return err
	})
	return out, err
}

func (t *tx) claim(c storage.Claim) ([]storage.FeedState, error) {
	ids, err := t.claimable(c)
	if err != nil {
		return nil, err
	}
	now := toMicros(c.Now)
	var out []storage.FeedState
	for _, id := range ids {
		if c.Limit > 0 && len(out) == c.Limit {
			break
		}
		r, err := t.feed(id)
		if err != nil {
			return nil, err
		}
		until, err := t.hostUntil(r.URL)
		if err != nil {
			return nil, err
		}
		if until > now {
			if err := t.saveFeedDue(id, r, until); err != nil {
				return nil, err
			}
			continue
		}
		r.Token++
		r.Lease = toMicros(c.Now.Add(c.Lease))
		if err := t.saveFeed(id, r); err != nil {
			return nil, err
		}
		out = append(out, stateOf(r))
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if !a.NextPoll.Equal(b.NextPoll) {
			return a.NextPoll.Before(b.NextPoll)
		}
		return a.Name < b.Name
	})
	return out, nil
}

// freeLeases ends the leases that an earlier owner of the file left behind: it
// is gone, whether it stopped or was killed.
func (s *Store) freeLeases() error {
	var held []storage.ID
	err := s.view(context.Background(), "looking for leases left behind", func(t *tx) error {
		held = held[:0]
		return t.scan(bFeeds, nil, nil, func(k, _ []byte) (bool, error) {
			r, err := t.feed(storage.ID(k))
			if err == nil && r.Lease != 0 {
				held = append(held, storage.ID(k))
			}
			return true, err
		})
	})
	if err != nil || len(held) == 0 {
		return errors.Join(err, s.freePages())
	}
	err = s.update(context.Background(), "freeing leases left behind", func(t *tx) error {
		for _, id := range held {
			r, err := t.feed(id)
			if err != nil {
				return err
			}
			r.Lease = 0
			if err := t.saveFeed(id, r); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, s.freePages())
}

// claimable returns the feeds that may be leased, but for their hosts' wishes.
func (t *tx) claimable(c storage.Claim) ([]storage.ID, error) {
	now := toMicros(c.Now)
	if c.Feeds == nil && !c.Force {
		return t.dueFeeds(now)
	}
	var ids []storage.ID
	take := func(id storage.ID, r *feedRecord) {
		free := r.Lease.sortable() <= now.sortable()
		due := c.Force || r.NextPoll.sortable() <= now.sortable()
		if r.Enrolled && free && due {
			ids = append(ids, id)
		}
	}
	if c.Feeds == nil {
		err := t.scan(bFeeds, nil, nil, func(k, _ []byte) (bool, error) {
			r, err := t.feed(storage.ID(k))
			if err == nil {
				take(storage.ID(k), r)
			}
			return true, err
		})
		if err != nil {
			return nil, err
		}
	}
	for _, name := range c.Feeds {
		id, err := t.feedID(name)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		r, err := t.feed(id)
		if err != nil {
			return nil, err
		}
		take(id, r)
	}
	sort.SliceStable(ids, func(i, j int) bool {
		a, b := t.feeds[ids[i]], t.feeds[ids[j]]
		if a.NextPoll != b.NextPoll {
			return a.NextPoll.sortable() < b.NextPoll.sortable()
		}
		return a.Name < b.Name
	})
	return slices.Compact(ids), nil
}

func (t *tx) dueFeeds(now micros) (ids []storage.ID, err error) {
	err = t.scan(bDue, nil, nil, func(k, _ []byte) (bool, error) {
		if timeOf(k).sortable() > now.sortable() {
			return false, nil
		}
		ids = append(ids, storage.ID(k[len(k)-len(storage.ID{}):]))
		return true, nil
	})
	return ids, err
}

// hostUntil returns the time before which the address's host is to be left
// alone.
func (t *tx) hostUntil(address string) (micros, error) {
	var r hostRecord
	_, err := t.load(bHosts, hostKey(hostPort(address)), &r)
	return r.Until, err
}

func (t *tx) saveHost(h storage.HostState) error {
	if h.Name == "" {
		return nil
	}
	k := hostKey(strings.ToLower(h.Name))
	var r hostRecord
	if _, err := t.load(bHosts, k, &r); err != nil {
		return err
	}
	until := toMicros(h.Until)
	if until.sortable() <= r.Until.sortable() {
		return nil
	}
	return t.save(bHosts, k, &hostRecord{Name: strings.ToLower(h.Name), Until: until})
}

func hostKey(host string) []byte {
	h := story.Hash("host", host)
	return h[:]
}

// hostPort returns the host and port as the address has them, lower case.
func hostPort(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// NextPoll implements storage.Reading.
func (s *Store) NextPoll(ctx context.Context) (next time.Time, err error) {
	err = s.view(ctx, "looking for the next poll", func(t *tx) error {
		next = time.Time{}
		for _, due := range []bucketID{bDue, bPagesDue} {
			k, _ := t.bucket(due).Cursor().First()
			if k == nil {
				continue
			}
			// A feed that was never polled is due since ever, which the zero
			// time can't say.
			at := timeOf(k).time()
			if at.IsZero() {
				at = time.UnixMicro(0).UTC()
			}
			if next.IsZero() || at.Before(next) {
				next = at
			}
		}
		return nil
	})
	return next, err
}

// Feeds implements storage.Reading.
func (s *Store) Feeds(ctx context.Context) (out []storage.FeedState, err error) {
	err = s.view(ctx, "reading feeds", func(t *tx) error {
		return t.scan(bFeeds, nil, nil, func(k, _ []byte) (bool, error) {
			r, err := t.feed(storage.ID(k))
			if err != nil {
				return false, err
			}
			state := stateOf(r)
			until, err := t.hostUntil(r.URL)
			state.HostUntil = until.time()
			out = append(out, state)
			return true, err
		})
	})
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out, err
}

func stateOf(r *feedRecord) storage.FeedState {
	f := storage.FeedState{
		Name: r.Name, URL: r.URL, Enrolled: r.Enrolled, Private: r.Private, Prefer: r.Prefer, Content: r.Content,
		Routing: storage.FeedRouting{Tags: r.Tags, Topics: r.Topics, Only: r.Only},
		Title:   r.Title, Home: r.Home, Language: r.Language,
		Hints: r.Hints.hints(), Hubs: slices.Clone(r.Hubs),
		Token: r.Token, Lease: r.Lease.time(),
		FirstPoll: r.FirstPoll.time(), LastPoll: r.LastPoll.time(),
		Flood: r.Flood.time(), Flooded: r.Flooded, Held: r.Held.time(), Claimant: r.Claimant,
		LastSuccess: r.LastSuccess.time(), NextPoll: r.NextPoll.time(),
		Status: r.Status, Error: r.Error, Warning: r.Warning,
		Failures: r.Failures, Entries: r.Entries, Items: r.Items, Advice: r.advice(),
		ETag: string(r.ETag), LastModified: string(r.LastModified),
		ValidatedURL: r.ValidatedURL, Body: r.Body, Moved: r.Moved,
	}
	if len(r.Refined) > 0 {
		f.Refined = make(map[storage.Key]storage.IdentityKind, len(r.Refined))
		for _, g := range r.Refined {
			f.Refined[g.GUID] = g.Kind
		}
	}
	return f
}

// takeState puts a poll's outcome into the record. What the config says of
// the feed stays as it was enrolled.
func (r *feedRecord) takeState(f storage.FeedState) {
	r.Title, r.Home, r.Language = f.Title, f.Home, f.Language
	r.Hints, r.Hubs = hintsRecordOf(f.Hints), slices.Clone(f.Hubs)
	r.FirstPoll, r.LastPoll = toMicros(f.FirstPoll), toMicros(f.LastPoll)
	r.LastSuccess, r.NextPoll = toMicros(f.LastSuccess), toMicros(f.NextPoll)
	r.Status, r.Error, r.Warning = f.Status, f.Error, f.Warning
	r.Failures, r.Entries = f.Failures, f.Entries
	r.Advice = adviceRecords(f.Advice)
	r.ETag, r.LastModified = []byte(f.ETag), []byte(f.LastModified)
	r.ValidatedURL, r.Body, r.Moved = f.ValidatedURL, f.Body, f.Moved
	r.Refined = r.Refined[:0]
	for guid, kind := range f.Refined {
		r.Refined = append(r.Refined, refinedRecord{GUID: guid, Kind: kind})
	}
	sort.Slice(r.Refined, func(i, j int) bool {
		return string(r.Refined[i].GUID[:]) < string(r.Refined[j].GUID[:])
	})
	r.Refined = r.Refined[:min(len(r.Refined), storage.MaxRefined)]
	r.Lease = 0
}

func adviceRecords(advice []storage.Advice) (out []adviceRecord) {
	for _, a := range advice {
		out = append(out, adviceRecord(a))
	}
	return out
}

func (r *feedRecord) advice() (out []storage.Advice) {
	for _, a := range r.Advice {
		out = append(out, storage.Advice(a))
	}
	return out
}
