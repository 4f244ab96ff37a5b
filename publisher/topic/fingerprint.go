package topic

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"strconv"
	"strings"

	"sluice/storage"
)

// Fingerprint returns a hash of all that Classify's answers depend on besides
// the item. It is stable across runs and versions of the program: it says
// nothing of how queries are matched, so that a new version never routes stored
// items anew by itself. The order of topics and the formatting of queries don't
// change it.
func (s *Set) Fingerprint() storage.ID {
	names := make([]string, 0, len(s.topics))
	for _, t := range s.topics {
		if !t.aside {
			names = append(names, t.name)
		}
	}
	slices.Sort(names)
	parts := []string{"set"}
	for _, name := range names {
		id := s.TopicFingerprint(name)
		parts = append(parts, name, string(id[:]))
		if t := &s.topics[s.byName[name]]; t.learns {
			parts = append(parts, "model", strconv.FormatUint(t.lesson.Number, 10))
		}
	}
	return hash(parts)
}

// TopicFingerprint returns a hash of all that decides which items are in the
// topic: its query, the query that bars from it and the one that bars from all
// topics, the feeds that name it, the feeds that have the tags which these
// queries ask for, whether there are the feeds that they name, the topics that
// they are composed of, and the feeds whose items an only admits; for a topic
// that learns also from which model on decisions count. The model itself is not
// among it, since a new one decides nothing about what is stored. It is zero for
// a topic that is not in the set.
func (s *Set) TopicFingerprint(name string) storage.ID {
	i, ok := s.byName[name]
	if !ok {
		return storage.ID{}
	}
	return s.topics[i].fingerprint
}

// fingerprint fills the fingerprints of all topics.
func (s *Set) fingerprint() {
	f := fingerprinter{s, map[int]string{}, map[string]bool{}}
	for name := range s.feeds {
		f.feeds[strings.ToLower(name)] = true
	}
	rest := append([]string{f.query(s.never)}, f.onlys()...)
	for i := range s.topics {
		parts := append([]string{"topic", f.members(i)}, rest...)
		if t := &s.topics[i]; t.learns {
			parts = append(parts, "learn", strconv.FormatUint(t.lesson.Since, 10))
		}
		s.topics[i].fingerprint = hash(parts)
	}
}

// onlys returns the feeds that have a query which admits their items, sorted,
// each with its hash behind it.
func (f *fingerprinter) onlys() []string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(f.set.feeds)) {
		if feed := f.set.feeds[name]; strings.TrimSpace(feed.only.query) != "" {
			parts = append(parts, "only:"+name, f.query(f.set.onlys[feed.only].node))
		}
	}
	return parts
}

// A fingerprinter hashes queries; it keeps the hashes of topics, since one may
// be a part of many.
type fingerprinter struct {
	set   *Set
	known map[int]string
	feeds map[string]bool // by name in lower case
}

// members hashes what decides which items topic: means for a topic.
func (f *fingerprinter) members(topic int) string {
	known, ok := f.known[topic]
	if !ok {
		t := &f.set.topics[topic]
		id := hash(append([]string{f.query(t.match), f.query(t.never)}, t.feeds...))
		known = string(id[:])
		f.known[topic] = known
	}
	return known
}

// query hashes a query, nil where there is none, with the tags and topics that
// it asks for, and with the feeds that it names in vain: stored items go with a
// feed that takes another name, so that the name it had takes them no more, and
// the one that it gets does.
func (f *fingerprinter) query(n node) string {
	if n == nil {
		return ""
	}
	parts := []string{printed(n)}
	for _, tag := range namesIn(n, ofTag) {
		for _, feed := range f.tagged(tag) {
			parts = append(parts, "tag:"+tag, feed)
		}
	}
	for _, feed := range namesIn(n, ofFeed) {
		if !f.feeds[feed] {
			parts = append(parts, "feed:"+feed, "none")
		}
	}
	for _, topic := range namesIn(n, ofTopic) {
		parts = append(parts, "topic:"+topic, f.members(f.set.byName[topic]))
	}
	id := hash(parts)
	return string(id[:])
}

// tagged returns the names of the feeds with a tag, sorted.
func (f *fingerprinter) tagged(tag string) []string {
	var names []string
	for name, feed := range f.set.feeds {
		if slices.ContainsFunc(feed.tags, func(t string) bool { return strings.ToLower(t) == tag }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// namesIn returns the names that a query asks for in a field, sorted.
func namesIn(n node, f field) []string {
	var values []string
	walk(n, func(n node) {
		if n, ok := n.(*name); ok && n.field == f {
			values = append(values, n.value)
		}
	})
	slices.Sort(values)
	return slices.Compact(values)
}

// hash returns the first half of the SHA-256 of parts, each with its length
// before it.
func hash(parts []string) storage.ID {
	h := sha256.New()
	var length [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write([]byte(part))
	}
	return storage.ID(h.Sum(nil)[:16])
}
