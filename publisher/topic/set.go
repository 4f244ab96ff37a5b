package topic

import (
	"fmt"
	"slices"
	"strings"

	"sluice/config"
	"sluice/storage"
)

// A Set is all topics' queries compiled into one matcher. It is immutable and
// safe for concurrent use.
type Set struct {
	matcher  *matcher
	never    node // of all topics; nil where there is none
	topics   []compiled
	byName   map[string]int
	feeds    map[string]feedRules
	rules    []rule // by number of the matcher's query
	onlys    map[onlyKey]only
	wordings []wording
	learns   bool // some topic does
}

// compiled is one topic.
type compiled struct {
	name, path   string
	gone         bool     // given up: it shows nothing, whatever it takes
	aside        bool     // only others are composed of it
	match, never node     // nil where there is none
	feeds        []string // that name it, sorted
	learns       bool
	lesson       Lesson
	fingerprint  storage.ID
}

// An onlyKey tells queries apart that admit items: the feeds of a reading list
// share one.
type onlyKey struct{ path, query string }

// feedRules is what a feed says of its items' topics.
type feedRules struct {
	only         onlyKey
	tags, topics []string
}

// An only is a query that admits items of a feed.
type only struct {
	node  node
	query int // its number
}

// A rule says what it means that a query holds.
type rule struct {
	topic int // its index, everyTopic or noTopic
	bars  bool
}

// What stands in a rule for all topics, and for a query that only others use.
const (
	everyTopic = -1
	noTopic    = -2
)

// Compile compiles the queries of topics and the query never, which bars all
// of them. feeds gives the tags that tag: asks for, and the topics that take
// all items of a feed, and the queries that admit a feed's items. The error is
// an *Errors with the first mistake of each query.
func Compile(topics []config.Topic, never string, feeds []config.Feed) (*Set, error) {
	return CompileBeside(topics, nil, never, feeds)
}

// CompileBeside is Compile where queries may also be composed of the topics
// aside, which take and bar nothing by themselves and learn nothing.
func CompileBeside(topics, aside []config.Topic, never string, feeds []config.Feed) (*Set, error) {
	s := &Set{byName: map[string]int{}, feeds: map[string]feedRules{}, onlys: map[onlyKey]only{}}
	for _, f := range feeds {
		s.feeds[f.Name] = feedRules{onlyKey{f.Path, f.Only}, f.Tags, f.Topics}
	}
	c := compiler{set: s}
	for i, t := range slices.Concat(topics, aside) {
		s.byName[t.Name] = i
		s.topics = append(s.topics, compiled{name: t.Name, path: t.Path, gone: t.Gone, aside: i >= len(topics), feeds: naming(feeds, t.Name)})
		s.topics[i].learns = t.Learn != nil && !s.topics[i].aside
		s.learns = s.learns || s.topics[i].learns
		s.topics[i].match = c.match(t, i)
		s.topics[i].never = c.query(t.Path+".never", t.Never, rule{i, true})
	}
	s.never = c.query("never", never, rule{everyTopic, true})
	for _, f := range feeds {
		c.only(f)
	}
	composed := c.compose()
	if c.errors.List != nil {
		return nil, &c.errors
	}
	s.matcher = newMatcher(c.queries, composed)
	s.fingerprint()
	return s, nil
}

// naming returns the names of the feeds whose items all go to a topic, sorted.
func naming(feeds []config.Feed, topic string) []string {
	var names []string
	for _, f := range feeds {
		if slices.Contains(f.Topics, topic) {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// A compiler gathers what Compile finds.
type compiler struct {
	set        *Set
	queries    []node
	references []reference
	errors     Errors
}

// match reads a topic's queries, which are joined by OR.
func (c *compiler) match(t config.Topic, topic int) node {
	var nodes []node
	for i, query := range t.Match {
		path := t.Path + ".match"
		if len(t.Match) > 1 {
			path = fmt.Sprintf("%s[%d]", path, i)
		} else if strings.TrimSpace(query) == "" {
			return nil
		}
		if n := c.read(path, query, topic); n != nil {
			nodes = append(nodes, n)
			c.set.wordings[len(c.set.wordings)-1].list = len(t.Match) > 1
		}
	}
	if nodes == nil {
		return nil
	}
	n := disjoin(nodes)
	c.add(n, rule{topic, false})
	return n
}

// query reads a query that may be empty.
func (c *compiler) query(path, query string, r rule) node {
	if strings.TrimSpace(query) == "" {
		return nil
	}
	n := c.read(path, query, r.topic)
	if n != nil {
		c.add(n, r)
	}
	return n
}

// only reads the query that admits a feed's items. The feeds of a reading list
// have one together.
func (c *compiler) only(f config.Feed) {
	key := onlyKey{f.Path, f.Only}
	if _, ok := c.set.onlys[key]; ok {
		return
	}
	if n := c.query(f.Path+".only", f.Only, rule{topic: noTopic}); n != nil {
		c.set.onlys[key] = only{n, len(c.queries) - 1}
	}
}

// read parses a query of a topic, or notes its mistake and returns nil.
func (c *compiler) read(path, query string, topic int) node {
	n, err := parse(query)
	if err != nil {
		err.Path = path
		c.errors.List = append(c.errors.List, *err)
		return nil
	}
	c.refer(n, path, query, topic)
	c.set.wordings = append(c.set.wordings, wording{path: path, text: query, root: n, topic: topic})
	return n
}

func (c *compiler) add(n node, r rule) {
	c.queries = append(c.queries, n)
	c.set.rules = append(c.set.rules, r)
}

// Classify says which topics want an item, by item.Feed, item.Language, its
// title and texts: those whose query holds and those that its feed names. In
// Barred are the topics whose never holds, or all if that of all topics does. An
// item that its feed's only does not admit is nothing to any topic. In Learned is
// what models decide, also of an item that another rule takes or bars.
func (s *Set) Classify(item *storage.Item) storage.Routing {
	feed := s.feeds[item.Feed]
	return s.classify(item, feed, feed.tags)
}

func (s *Set) classify(item *storage.Item, feed feedRules, tags []string) storage.Routing {
	held := s.matcher.match(item, tags)
	if !s.admits(feed, held) {
		var r storage.Routing
		s.decide(item, false, &r)
		return r
	}
	takes, bars := make([]bool, len(s.topics)), make([]bool, len(s.topics))
	for _, name := range feed.topics {
		if i, ok := s.byName[name]; ok {
			takes[i] = true
		}
	}
	for q, holds := range held {
		r := s.rules[q]
		switch {
		case !holds || r.topic == noTopic:
		case r.topic == everyTopic:
			for i := range bars {
				bars[i] = true
			}
		case r.bars:
			bars[r.topic] = true
		default:
			takes[r.topic] = true
		}
	}
	r := storage.Routing{Topics: s.names(takes), Barred: s.names(bars)}
	s.decide(item, true, &r)
	return r
}

// admits reports whether the only of a feed lets an item in of which those
// queries hold.
func (s *Set) admits(feed feedRules, held []bool) bool {
	if feed.only.query == "" {
		return true
	}
	only, ok := s.onlys[feed.only]
	return !ok || held[only.query]
}

// Would reports whether a topic of the set would hold an item, which the set
// routes by r, if another query stood in place of the topic's and held or not:
// its feed, what it learned and what bars or admits the item stay as they are.
func (s *Set) Would(item *storage.Item, r storage.Routing, topic string, holds bool) bool {
	feed := s.feeds[item.Feed]
	switch {
	case slices.Contains(r.Barred, topic):
		return false
	case feed.only.query != "" && !s.admits(feed, s.matcher.match(item, feed.tags)):
		return false
	}
	return holds || slices.Contains(feed.topics, topic) ||
		slices.ContainsFunc(r.Learned, func(d storage.Decision) bool { return d.Topic == topic && d.Taken })
}

// names returns the names of the topics that are set, sorted, but those aside.
func (s *Set) names(set []bool) []string {
	var names []string
	for i, yes := range set {
		if yes && !s.topics[i].aside {
			names = append(names, s.topics[i].name)
		}
	}
	slices.Sort(names)
	return names
}

// Test reports whether a test of the topic passes: whether the topic takes the
// item that the test describes, and never does not bar it, just if t.Want. The
// feed that it names lends its tags, topics and only. A test of a topic that is not
// in the set fails.
func (s *Set) Test(t config.Test, topic string) bool {
	if _, ok := s.byName[topic]; !ok {
		return false
	}
	item := &storage.Item{
		Feed:     t.Feed,
		URL:      t.Link,
		Title:    storage.Text{Value: t.Title},
		Content:  storage.Text{Value: t.Text},
		Language: t.Language,
	}
	if t.Author != "" {
		item.Authors = []storage.Person{{Name: t.Author}}
	}
	feed := s.feeds[t.Feed]
	r := s.classify(item, feed, slices.Concat(feed.tags, t.Tags))
	taken := slices.Contains(r.Topics, topic) && !slices.Contains(r.Barred, topic)
	return taken == t.Want
}
