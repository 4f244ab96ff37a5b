package fetcher

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/config"
	"sluice/fetcher/guard"
	"sluice/storage"
)

// memory is a store of feeds' states and items, as far as polls need one.
type memory struct {
	mu     sync.Mutex
	feeds  map[string]*storage.FeedState
	hosts  map[string]time.Time
	items  map[string]map[storage.Key]storage.Item // by feed and identity
	set    storage.ID                              // fingerprint enrolled
	polls  []storage.Poll
	claims int
	fail   error // returned by Save once

	memories map[string]storage.Memory
	pages    map[storage.ID]*memoryPage
	outcomes []storage.PageOutcome
}

// A memoryPage is an item's page.
type memoryPage struct {
	feed    string
	key     storage.Key
	token   uint64
	due     time.Time // zero: never
	extract *storage.Extract
	tries   int
}

func newMemory(feeds map[string]config.Feed) *memory {
	m := &memory{
		feeds: make(map[string]*storage.FeedState), hosts: make(map[string]time.Time),
		items: make(map[string]map[storage.Key]storage.Item),
		pages: make(map[storage.ID]*memoryPage), memories: make(map[string]storage.Memory),
	}
	for name, feed := range feeds {
		m.feeds[name] = &storage.FeedState{Name: name, URL: feed.URL, Enrolled: true}
	}
	return m
}

func (m *memory) Claim(ctx context.Context, c storage.Claim) ([]storage.FeedState, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.claims++
	var out []storage.FeedState
	for _, s := range m.feeds {
		if c.Feeds != nil && !slices.Contains(c.Feeds, s.Name) || s.NextPoll.After(c.Now) && !c.Force ||
			s.Lease.After(c.Now) || m.hosts[hostOf(s.URL)].After(c.Now) {
			continue
		}
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b storage.FeedState) int {
		if d := a.NextPoll.Compare(b.NextPoll); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	if c.Limit > 0 {
		out = out[:min(len(out), c.Limit)]
	}
	for i := range out {
		s := m.feeds[out[i].Name]
		s.Token++
		s.Lease = c.Now.Add(c.Lease)
		out[i] = *s
	}
	return out, nil
}

// Ages gives the age that the item was first saved with.
func (m *memory) Ages(_ context.Context, p storage.Poll) ([]time.Duration, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.feeds[p.State.Name]
	switch {
	case !ok:
		return nil, storage.ErrNotFound
	case s.Token != p.State.Token:
		return nil, storage.ErrLease
	}
	ages := make([]time.Duration, len(p.Items))
	for i, item := range p.Items {
		ages[i] = p.Now.Sub(item.Published)
		if known, ok := m.items[s.Name][item.Identity.Key]; ok {
			ages[i] = known.Age
		}
	}
	return ages, nil
}

func (m *memory) Save(ctx context.Context, p storage.Poll) (storage.Delta, error) {
	if err := ctx.Err(); err != nil {
		return storage.Delta{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fail; err != nil {
		m.fail = nil
		return storage.Delta{}, err
	}
	s, ok := m.feeds[p.State.Name]
	switch {
	case !ok:
		return storage.Delta{}, storage.ErrNotFound
	case s.Token != p.State.Token:
		return storage.Delta{}, storage.ErrLease
	case len(p.Items) > 0 && p.Routing != m.set:
		return storage.Delta{}, storage.ErrStale
	}
	m.polls = append(m.polls, p)
	*s = p.State
	s.Lease = time.Time{}
	if p.Host.Until.After(m.hosts[p.Host.Name]) {
		m.hosts[p.Host.Name] = p.Host.Until
	}
	if p.Memory != nil {
		m.memories[s.Name] = *p.Memory
	}
	d := storage.Delta{Same: len(p.Unchanged)}
	known := m.items[s.Name]
	if known == nil {
		known = make(map[storage.Key]storage.Item)
		m.items[s.Name] = known
	}
	for _, item := range p.Items {
		switch old, ok := known[item.Identity.Key]; {
		case !ok:
			d.New++
			item.ID = storage.ID(item.Identity.Key)
			if item.Page.Wanted {
				m.pages[item.ID] = &memoryPage{feed: s.Name, key: item.Identity.Key, due: p.Now}
			}
		case old.Print.Text != item.Print.Text:
			d.Changed++
		default:
			d.Same++
		}
		known[item.Identity.Key] = item
	}
	return d, nil
}

func (m *memory) Memory(_ context.Context, feed string) (storage.Memory, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.memories[feed], nil
}

func (m *memory) Extracts(_ context.Context, feed string, keys []storage.Key) (map[storage.Key]*storage.Extract, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make(map[storage.Key]*storage.Extract)
	for _, p := range m.pages {
		if p.feed == feed && p.extract != nil && slices.Contains(keys, p.key) {
			out[p.key] = p.extract
		}
	}
	return out, nil
}

func (m *memory) ClaimPages(_ context.Context, c storage.PageClaim) (out []storage.ClaimedPage, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	ids := slices.SortedFunc(maps.Keys(m.pages), func(a, b storage.ID) int { return strings.Compare(a.String(), b.String()) })
	for _, id := range ids {
		p := m.pages[id]
		if len(out) == c.Limit || p.due.IsZero() || p.due.After(c.Now) || c.Feeds != nil && !slices.Contains(c.Feeds, p.feed) {
			continue
		}
		p.token++
		p.due = c.Now.Add(c.Lease)
		item := m.items[p.feed][p.key]
		item.ID, item.Page.Tries = id, p.tries
		out = append(out, storage.ClaimedPage{Item: item, Token: p.token, Lease: p.due, HostUntil: m.hosts[hostOf(item.URL)]})
	}
	return out, nil
}

func (m *memory) SavePage(_ context.Context, o storage.PageOutcome) (storage.Delta, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.pages[o.Item]
	switch {
	case !ok:
		return storage.Delta{}, storage.ErrNotFound
	case p.token != o.Token:
		return storage.Delta{}, storage.ErrLease
	case o.Extract != nil && o.Set != m.set:
		return storage.Delta{}, storage.ErrStale
	}
	if o.Host.Until.After(m.hosts[o.Host.Name]) {
		m.hosts[o.Host.Name] = o.Host.Until
	}
	if p.due, p.extract = o.Next, o.Extract; o.Extract == nil {
		p.tries++
	}
	m.outcomes = append(m.outcomes, o)
	return storage.Delta{Pending: true}, nil
}

// state returns a feed's state as saved.
func (m *memory) state(name string) storage.FeedState {
	m.mu.Lock()
	defer m.mu.Unlock()
	return *m.feeds[name]
}

// all is a Classifier that wants each item in one topic.
type all struct{ set storage.ID }

func (a all) Classify(*storage.Item) storage.Routing { return storage.Routing{Topics: []string{"all"}} }
func (a all) Fingerprint() storage.ID                { return a.set }

func always() Classifier { return all{} }

// byHandler makes a Fetcher ask a handler instead of the network, with no
// goroutine of its own.
func (f *Fetcher) byHandler(h http.HandlerFunc) {
	f.get = func(ctx context.Context, r guard.Request) (*guard.Response, error) {
		req := httptest.NewRequest(http.MethodGet, r.URL, nil).WithContext(ctx)
		if r.ETag != "" {
			req.Header.Set("If-None-Match", r.ETag)
		}
		w := httptest.NewRecorder()
		h(w, req)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return &guard.Response{
			Status: w.Code, URL: r.URL, Body: w.Body.Bytes(), ContentType: w.Header().Get("Content-Type"),
			RetryAfter: w.Header().Get("Retry-After"), ETag: w.Header().Get("ETag"), LastModified: w.Header().Get("Last-Modified"),
		}, nil
	}
}

// claimed returns the state of a feed that is claimed for a poll.
func claimed(t testing.TB, m *memory, name string, now time.Time) storage.FeedState {
	t.Helper()
	states, err := m.Claim(context.Background(), storage.Claim{Feeds: []string{name}, Now: now, Lease: time.Minute, Force: true})
	if err != nil || len(states) != 1 {
		t.Fatalf("claim of %s: %d states, %v", name, len(states), err)
	}
	return states[0]
}
