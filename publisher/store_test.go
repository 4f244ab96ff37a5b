package publisher

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/config"
	"sluice/storage"
)

var start = time.Date(2024, 5, 4, 12, 0, 0, 0, time.UTC)

// memory is a store of entries that tests write directly.
type memory struct {
	mu     sync.Mutex
	feeds  []storage.FeedState
	topics map[string]*storage.TopicState
	held   map[string][]storage.Entry
	fail   map[string]error // by topic
	reads  map[string]int   // calls of Shown and Numbered, by topic
	buried map[string][]storage.Tombstone
}

func newMemory(topics ...string) *memory {
	m := &memory{
		topics: map[string]*storage.TopicState{}, held: map[string][]storage.Entry{},
		fail: map[string]error{}, reads: map[string]int{},
	}
	for _, name := range topics {
		m.topics[name] = &storage.TopicState{Name: name, AtomID: "tag:x.example,2024:" + name}
	}
	for _, name := range []string{"gazette", "herald", "secret"} {
		m.feeds = append(m.feeds, storage.FeedState{
			Name: name, URL: "https://" + name + ".example/feed", Enrolled: true, Private: name == "secret",
			Title: "The " + name, Home: "https://" + name + ".example/",
		})
	}
	return m
}

// add puts an entry into a topic, n hours after start.
func (m *memory) add(topic, feed string, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	when := start.Add(time.Duration(n) * time.Hour)
	e := storage.Entry{
		Story: storage.ID{byte(n >> 8), byte(n), 1}, ID: fmt.Sprintf("https://%s.example/%d", feed, n),
		Published: when, Updated: when, Number: m.topics[topic].Last + 1,
		Item: storage.Item{
			Feed: feed, URL: fmt.Sprintf("https://%s.example/%d", feed, n),
			Title:   storage.Text{Value: fmt.Sprintf("Story %d of %s", n, feed)},
			Content: storage.Text{Value: "<p>" + strings.Repeat("Its text. ", 50) + "</p>", HTML: true},
			Origin:  storage.Origin{Title: "The " + feed, Self: "https://" + feed + ".example/feed"},
		},
	}
	e.Place = storage.Place{Time: when, Story: e.Story}
	m.topics[topic].Revision++
	e.Revision = m.topics[topic].Revision
	m.held[topic] = append(m.held[topic], e)
	slices.SortFunc(m.held[topic], func(a, b storage.Entry) int { return order(a.Place, b.Place) })
	m.topics[topic].Changed = when
	m.topics[topic].Live++
	m.topics[topic].Last++
}

func order(a, b storage.Place) int {
	return cmp.Or(b.Time.Compare(a.Time), slices.Compare(a.Story[:], b.Story[:]))
}

func (m *memory) Feeds(context.Context) ([]storage.FeedState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.feeds), nil
}

func (m *memory) Topics(context.Context) ([]storage.TopicState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var states []storage.TopicState
	for _, t := range m.topics {
		states = append(states, *t)
	}
	slices.SortFunc(states, func(a, b storage.TopicState) int { return strings.Compare(a.Name, b.Name) })
	return states, nil
}

func (m *memory) Shown(ctx context.Context, topic string, after storage.Place, limit int) ([]storage.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads[topic]++
	if err := cmp.Or(m.fail[topic], ctx.Err()); err != nil {
		return nil, err
	}
	var page []storage.Entry
	for _, e := range m.held[topic] {
		if len(page) < limit && (after.IsZero() || order(after, e.Place) < 0) {
			page = append(page, e)
		}
	}
	return page, nil
}

func (m *memory) Numbered(ctx context.Context, topic string, first, last uint64) ([]storage.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads[topic]++
	if err := cmp.Or(m.fail[topic], ctx.Err()); err != nil {
		return nil, err
	}
	var list []storage.Entry
	for _, e := range m.held[topic] {
		if first <= e.Number && e.Number <= last {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b storage.Entry) int { return cmp.Compare(a.Number, b.Number) })
	return list, nil
}

func (m *memory) Corrected(ctx context.Context, topic string, limit int) ([]storage.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []storage.Entry
	for _, e := range m.held[topic] {
		if e.Updated.After(e.Published) && !e.Updated.Before(m.topics[topic].Changed.Add(-storage.CorrectionWindow)) {
			list = append(list, e)
		}
	}
	return list[:min(len(list), limit)], ctx.Err()
}

func (m *memory) Withdrawn(ctx context.Context, topic string, limit int) ([]storage.Tombstone, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.buried[topic][:min(len(m.buried[topic]), limit)], ctx.Err()
}

func testConfig(topics ...string) (*config.Config, []config.Feed) {
	cfg := &config.Config{Site: config.Site{
		Title: "Wire", URL: "https://feeds.example.org", Language: "en", Timezone: time.UTC,
	}}
	for _, name := range topics {
		cfg.Topics = append(cfg.Topics, config.Topic{Name: name, Title: strings.ToUpper(name), Language: "en", Limit: 50})
	}
	return cfg, []config.Feed{
		{Name: "gazette", URL: "https://gazette.example/feed", Title: "Gazette, as the admin says", Tags: []string{"sea"}},
		{Name: "herald", URL: "https://herald.example/feed"},
		{Name: "secret", URL: "https://secret.example/feed?token=1", Private: true},
	}
}

// published returns a site over m that serves the topics.
func published(t testing.TB, m *memory, topics ...string) *Site {
	t.Helper()
	s := New(m)
	s.Configure(testConfig(topics...))
	publish(t, s, nil)
	return s
}

func publish(t testing.TB, s *Site, topics []string) {
	t.Helper()
	if err := s.Publish(t.Context(), topics, start.AddDate(1, 0, 0)); err != nil {
		t.Fatal(err)
	}
}
