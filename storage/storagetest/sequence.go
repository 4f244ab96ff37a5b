package storagetest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sluice/storage"
)

// anySequence plays random sequences of all that changes a store against a
// model of what was said to it, and looks at the whole store after each step.
func anySequence(t *testing.T, open Open) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(rt *rapid.T) {
		runs++
		path := filepath.Join(dir, fmt.Sprintf("%d.db", runs))
		defer os.Remove(path)
		p := newPlay(worldAt(t, rt, open, path))
		defer p.close()
		p.enrol()
		rt.Repeat(map[string]func(*rapid.T){
			"":          func(*rapid.T) { p.check() },
			"poll":      p.drawPoll,
			"fail":      p.drawFailure,
			"release":   func(*rapid.T) { p.releaseAll() },
			"query":     p.drawQuery,
			"quota":     p.drawQuota,
			"route":     func(*rapid.T) { p.routeOn() },
			"rename":    p.drawRename,
			"drop":      p.drawDrop,
			"split":     p.drawSplit,
			"merge":     p.drawMerge,
			"hide":      p.drawHide,
			"unhide":    p.drawUnhide,
			"erase":     p.drawErase,
			"prune":     p.drawPrune,
			"reopen":    func(*rapid.T) { p.reopen() },
			"wait":      func(rt *rapid.T) { p.wait(time.Duration(rapid.IntRange(1, 120).Draw(rt, "minutes")) * time.Minute) },
			"enrolment": func(*rapid.T) { p.tryEnrol() },
		})
		p.verify()
	})
}

// A play is a world with the memory of what was said to it and what it
// published.
type play struct {
	*world
	names    map[string]string  // current name of each feed, by its first one
	told     map[string]*telt   // items saved, by first feed name and article
	stories  map[storage.ID]fix // stories published
	ids      map[string]storage.ID
	numbers  map[string]storage.ID      // by topic and number
	shown    map[string][]storage.Entry // as the last delta left them
	stood    map[string][]storage.Entry // as the last Release or Prune did
	unrouted storage.Enrolled
	erased   map[string]bool // titles of which no telling is to be stored again
	pruned   bool
	divided  bool // by people: tellings of one article are in several stories
	joined   bool // by people: one story has several articles
}

// A telt is an item as its feed told it last.
type telt struct {
	item      storage.Item
	id        storage.ID
	story     storage.ID // once it is released
	forgotten bool
}

// A fix is what never changes of a released story.
type fix struct {
	id        string
	published time.Time
	updated   time.Time // never decreases
	members   map[string]storage.Membership
}

func newPlay(w *world) *play {
	w.window = 1000 * time.Hour // no sequence lasts so long
	return &play{
		world:   w,
		names:   map[string]string{"a": "a", "b": "b", "c": "c"},
		told:    make(map[string]*telt),
		stories: make(map[storage.ID]fix),
		ids:     make(map[string]storage.ID),
		numbers: make(map[string]storage.ID),
		erased:  make(map[string]bool),
		shown:   make(map[string][]storage.Entry),
		stood:   make(map[string][]storage.Entry),
	}
}

func drawFeed(rt *rapid.T) string { return rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "feed") }

// enrolled reports whether a feed can be polled.
func (p *play) enrolled(feed string) bool {
	return slices.ContainsFunc(p.feeds, func(f storage.FeedSpec) bool { return f.Name == p.names[feed] })
}

func (p *play) drawPoll(rt *rapid.T) {
	feed := drawFeed(rt)
	if !p.enrolled(feed) {
		rt.Skip("not enrolled")
	}
	var items []storage.Item
	var added, changed, unchanged int
	for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(1, 7), 1, 4, rapid.ID[int]).Draw(rt, "articles") {
		item := drawTelling(rt, feed, n)
		item = tagged(item, rapid.SampledFrom([][]string{{"x"}, {"y"}, {"x", "y"}, {"x", "!y"}, {"z"}, nil}).Draw(rt, "tags")...)
		item.Feed = p.names[feed]
		items = append(items, item)
		old := p.told[item.GUID]
		switch {
		case old == nil && p.erased[item.Title.Value]:
			unchanged++
			p.told[item.GUID] = &telt{forgotten: true}
		case old == nil:
			added++
			p.told[item.GUID] = &telt{item: item}
		case old.forgotten:
			unchanged++
		case old.item.Print.Text == item.Print.Text && slices.Equal(old.item.Categories, item.Categories):
			unchanged++
		default:
			changed++
			old.item = item
		}
	}
	d := p.poll(p.names[feed], items...)
	p.counts(d, added, changed, unchanged)
	if added+changed > 0 && !d.Pending {
		p.Errorf("Save: %s", show(d))
	}
	p.held("Save", d)
}

// drawTelling draws what a feed says of an article: with its first five under
// links that all feeds share, with the others by what it says alone.
func drawTelling(rt *rapid.T, feed string, n int) storage.Item {
	version := rapid.IntRange(1, 2).Draw(rt, "version")
	if n <= 5 {
		return write(article(feed, n), fmt.Sprintf("article %d", n), version)
	}
	item := link(essay(article(feed, n), fmt.Sprint("subject ", n)), fmt.Sprintf("https://%s.example/%d", feed, n))
	if version == 2 {
		item.Content.Value += " again"
	}
	return printed(item)
}

func (p *play) drawFailure(rt *rapid.T) {
	feed := drawFeed(rt)
	if !p.enrolled(feed) {
		rt.Skip("not enrolled")
	}
	poll := p.polled(p.claim(p.names[feed]))
	poll.State.Error, poll.State.Failures = "it failed", poll.State.Failures+1
	p.counts(p.save(poll), 0, 0, 0)
}

// drawQuery enrols another query for a topic and leaves the routing undone.
func (p *play) drawQuery(rt *rapid.T) {
	q := &p.topics[rapid.IntRange(0, 1).Draw(rt, "topic")]
	q.Takes = rapid.SampledFrom([]string{"x", "y", "z"}).Draw(rt, "takes")
	q.Bars = rapid.SampledFrom([]string{"!x", "!y"}).Draw(rt, "bars")
	p.unrouted = p.tryEnrol()
}

// routeOn judges a few of the items that await it.
func (p *play) routeOn() {
	p.unrouted = p.tryEnrol()
	if len(p.unrouted.Route) == 0 {
		return
	}
	if err := p.store.Route(p.ctx, p.batch(p.unrouted.Route, p.unrouted.Cursor, 4)); err != nil {
		p.Fatalf("Route: %v", err)
	}
	p.unrouted = p.tryEnrol()
}

func (p *play) drawRename(rt *rapid.T) {
	feed := drawFeed(rt)
	if !p.enrolled(feed) {
		rt.Skip("not enrolled")
	}
	old := p.names[feed]
	name := map[bool]string{true: feed + "-renamed", false: feed}[old == feed]
	i := slices.IndexFunc(p.feeds, func(f storage.FeedSpec) bool { return f.Name == old })
	p.feeds[i].Name, p.feeds[i].Formerly = name, []string{old}
	p.names[feed] = name
	p.unrouted = p.tryEnrol()
	p.feeds[i].Formerly = nil
}

// drawDrop takes a feed out of the config, or all back in.
func (p *play) drawDrop(rt *rapid.T) {
	gone := rapid.SampledFrom([]string{"a", "b", "c", "", ""}).Draw(rt, "feed")
	p.feeds = nil
	for _, feed := range []string{"a", "b", "c"} {
		if feed != gone {
			p.feeds = append(p.feeds, storage.FeedSpec{Name: p.names[feed], URL: feedURL(feed)})
		}
	}
	p.unrouted = p.tryEnrol()
}

func (p *play) drawPrune(rt *rapid.T) {
	limit := rapid.IntRange(0, 3).Draw(rt, "limit")
	cutoff := p.now.Add(-time.Duration(rapid.IntRange(0, 180).Draw(rt, "minutes")) * time.Minute)
	heads, before := p.heads(limit), map[string][]storage.Entry{}
	for topic := range heads {
		before[topic] = p.entries(topic)
	}
	n := p.prune(cutoff, heads, 3)
	stored := make(map[storage.ID]bool)
	for _, item := range p.items() {
		stored[item.ID] = true
	}
	for guid, t := range p.told {
		if t.id.IsZero() || t.forgotten || stored[t.id] {
			continue
		}
		n--
		t.forgotten, p.pruned = true, true
		if t.story.IsZero() {
			p.Errorf("Prune forgot %s, which is not released", guid)
		}
	}
	if n != 0 {
		p.Errorf("Prune miscounts by %d", n)
	}
	for topic, old := range before {
		p.standing(topic, old[:min(limit, len(old))])
		p.shown[topic] = p.reduced(topic)
		p.stood[topic] = p.shown[topic]
	}
}

// releaseAll publishes, and holds what changed against what Release says.
func (p *play) releaseAll() {
	d := p.release()
	p.held("Release", d)
	maps.Copy(p.stood, p.shown)
	if len(p.unrouted.Route) > 0 {
		return // what a re-route touched may wait for its end
	}
	articles := make(map[string]storage.ID)
	for _, item := range p.items() {
		s := p.story(item.Story)
		if s.Released.IsZero() {
			p.Errorf("item %s of feed %s is unreleased after Release", item.GUID, item.Feed)
		}
		if first, ok := articles[item.Title.Value]; ok && !p.pruned && !p.divided && !p.joined && first != item.Story {
			p.Errorf("%s is in two stories", item.Title.Value)
		}
		articles[item.Title.Value] = item.Story
	}
	p.checkMembers()
}

// held fails unless the delta names every topic whose entries changed.
func (p *play) held(what string, d storage.Delta) {
	for _, s := range p.topicStates() {
		now := p.reduced(s.Name)
		if !slices.Contains(d.Topics, s.Name) {
			same(p.world, fmt.Sprintf("entries of %s, of whose change %s did not tell", s.Name, what), now, p.shown[s.Name])
		}
		p.shown[s.Name] = now
	}
}

// reduced gives a topic's entries without the names of feeds and the verdicts
// of topics, which Enrol and Route move.
func (p *play) reduced(topic string) []storage.Entry {
	list := p.entries(topic)
	for i := range list {
		list[i].Item.Feed, list[i].Item.Routing = "", storage.Routing{}
		list[i].Others = slices.Clone(list[i].Others)
		for j := range list[i].Others {
			list[i].Others[j].Feed = ""
		}
	}
	return list
}
