package fetcher

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sluice/config"
	"sluice/fetcher/guard"
	"sluice/fetcher/parse"
	"sluice/storage"
)

// tb is the part of testing.T that rapid.T has too.
type tb interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// A pair reads each document of a feed twice: whole, and but for what it knows
// from the last one.
type pair struct {
	tb
	feed         config.Feed
	now          time.Time
	topics       storage.ID
	whole, quick *kept
	before       map[uint64]storage.Item // what the last document said
}

func newPair(t tb) *pair {
	return &pair{tb: t, feed: madeFeed, now: noon, whole: new(kept), quick: new(kept)}
}

// poll reads a document both ways, and returns how many of its items were not
// read. Both must come to the same.
func (p *pair) poll(body string) int {
	p.Helper()
	p.now = p.now.Add(time.Hour)
	whole, wholeErr := p.read(body, p.whole)
	quick, quickErr := p.read(body, p.quick)
	if fmt.Sprint(wholeErr) != fmt.Sprint(quickErr) {
		p.Fatalf("whole: %v, quick: %v", wholeErr, quickErr)
	}
	if len(whole.Unchanged) > 0 {
		p.Fatalf("items of an unknown document are unchanged")
	}
	partly := len(quick.Unchanged) > 0
	if got, want := told(quick.State, partly), told(whole.State, partly); !reflect.DeepEqual(got, want) {
		p.Errorf("state\n%+v\nwant\n%+v", got, want)
	}
	if wholeErr != nil {
		return 0
	}
	unread := make(map[uint64]bool)
	for _, identity := range quick.Unchanged {
		unread[identity] = true
	}
	if len(quick.Items)+len(unread) != len(whole.Items) || len(unread) != len(quick.Unchanged) {
		p.Fatalf("%d items and %d unread (%d), want %d", len(quick.Items), len(quick.Unchanged), len(unread), len(whole.Items))
	}
	known, items := make(map[uint64]storage.Item), quick.Items
	for _, want := range whole.Items {
		identity := want.Identity.Key.Short()
		got := p.before[identity]
		if !unread[identity] {
			got, items = items[0], items[1:]
		}
		// What a known item was when it came stays as it is.
		got.Origin, got.Backlog = want.Origin, want.Backlog
		if !reflect.DeepEqual(got, want) {
			p.Fatalf("item\n%+v\nwant\n%+v", got, want)
		}
		known[identity] = want
	}
	if len(whole.Items) > 0 || whole.State.Body != p.whole.state.Body { // else it was the very same document
		p.before = known
	}
	p.whole.state, p.quick.state = whole.State, quick.State
	p.whole.memory = storage.Memory{}
	if quick.Memory != nil {
		p.quick.memory = *quick.Memory
	}
	return len(unread)
}

// told is a state without the advice that stands as it was where a document is
// read in part: of dates, and of the words, which are asked at the first poll.
func told(s storage.FeedState, partly bool) storage.FeedState {
	var advice []storage.Advice
	for _, a := range s.Advice {
		if a.Key != "language" && (!partly || a.Key != "dates" && a.Key != "timezone") {
			advice = append(advice, a)
		}
	}
	s.Advice = advice
	return s
}

func (p *pair) read(body string, store *kept) (*poll, error) {
	f := &Fetcher{store: store, program: "test", parses: make(chan struct{}, 1)}
	q := &poll{Fetcher: f, feed: p.feed, old: store.state, now: p.now, classifier: func() Classifier { return all{p.topics} }}
	q.State = store.state
	err := q.read(context.Background(), &guard.Response{Body: []byte(body), URL: p.feed.URL}, &share{budget: newBudget(1 << 30)})
	return q, err
}

func article(guid, link, title, text string) string {
	return "<item><guid isPermaLink='false'>" + guid + "</guid><link>" + link + "</link><title>" + title + "</title><pubDate>Sun, 01 Mar 2026 08:00:00 GMT</pubDate><description>" +
		text + "</description></item>"
}

func channel(items ...string) string {
	return "<rss version='2.0'><channel><title>T</title>" + strings.Join(items, "\n") + "</channel></rss>"
}

// a returns n articles that have nothing in common.
func articles(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = article(fmt.Sprint("g", i), fmt.Sprint("/a/", i), fmt.Sprint("Title ", i), fmt.Sprint("Text ", i))
	}
	return out
}

func TestUnchangedItemsAreNotRead(t *testing.T) {
	as := articles(6)
	first := channel(as[1:]...)
	more := channel(as...)
	with := func(item string) string { return channel(append([]string{item}, as[1:]...)...) }
	entry := func(n int) string {
		return fmt.Sprintf("<entry><id>urn:%d</id><title>Title %[1]d</title><link href='/%[1]d'/><content type='xhtml'><div>Text <entry-like/> %[1]d</div></content></entry>", n)
	}
	const open = "<feed xmlns='http://www.w3.org/2005/Atom'%s><title>T</title>%s"
	for _, test := range []struct {
		name          string
		first, second string
		unread        int
	}{
		{"a new item", first, more, 5},
		{"an item gone", more, first, 5},
		{"another order", more, channel(as[3], as[1], as[0], as[2]), 4},
		{"a changed item", more, strings.Replace(more, "Text 3", "Text, 3", 1), 5},
		{"the feed's own dates and title", more, strings.Replace(more, "<title>T", "<lastBuildDate>Mon, 02 Mar 2026 08:00:00 GMT</lastBuildDate><title>U", 1), 6},
		{"nothing but blanks between items", more, strings.ReplaceAll(more, "\n", " \n"), 6},
		{"the feed's language", more, strings.Replace(more, "<title>T", "<language>ko</language><title>T", 1), 0},
		{"its base", more, strings.Replace(more, "<channel", "<channel xml:base='/b/'", 1), 0},
		{"its namespaces", more, strings.Replace(more, "<rss", "<rss xmlns:x='urn:x'", 1), 0},
		{"a guid comes up again", more, channel(append(as, article("g1", "/b", "Other", "Other"))...), 0},
		{"a link comes up again", more, channel(append(as, article("h", "/a/1", "Other", "Other"))...), 0},
		{"a title of the same date comes up again", more, channel(append(as, article("h", "/b", "Title 1", "Other"))...), 0},
		{"a page comes up again", more, channel(append(as, article("h", "/a/1#b", "Other", "Other"))...), 0},
		{"an item comes twice", more, channel(append(as, as[2])...), 0},
		{"an item that came twice", channel(append(as, as[2])...), channel(append(articles(7), as[2])...), 5},
		{"guids that came twice", channel(as[0], as[1], strings.Replace(as[1], "/a/1", "/b/1", 1)), channel(as[0], as[1], as[2]), 1},
		{"one that is dropped", with("<item><guid>x</guid></item>"), channel(append(as, "<item><guid>x</guid></item>")...), 5},
		{"one that is warned of", with("<item><title>x<description>y</description></item>"), channel(append(as, "<item><title>x<description>y</description></item>")...), 5},
		{"one dated ahead", with(strings.Replace(as[0], "2026 08", "2026 15", 1)), with(strings.Replace(as[0], "2026 08", "2026 15", 1) + " "), 5},
		{"one with an entity declared", with("<item><!DOCTYPE x [<!ENTITY a 'b'>]><title>x</title></item>"), with("<item><!DOCTYPE x [<!ENTITY a 'b'>]><title>x</title></item> "), 5},
		{"tags in a comment", with(as[0] + "<!-- </item> -->"), with("<!-- <item> -->" + as[0]), 6},
		{"tags in CDATA", with(strings.Replace(as[0], "Text 0", "<![CDATA[</item><item>]]>", 1)), with(strings.Replace(as[0], "Text 0", "<![CDATA[</item><item>]]>", 1) + " "), 6},
		{"tags in quotes", with(strings.Replace(as[0], "<title", "<title a='</item>'", 1)), with(strings.Replace(as[0], "<title", "<title a='</item>'", 1) + " "), 6},
		{"a namesake", with("<item><title>x</title><item><title>y</title></item></item>"), with("<item><title>x</title><item><title>y</title></item></item> "), 6},
		{"an end in quotes that close later", with(`<item><title>x</title><link a="x</link></item>`), with(`<item><title>x</title><link a="x</link></item>`) + `">`, 0},
		{"not closed", first, strings.TrimSuffix(more, "</item></channel></rss>"), 4},
		{"Atom", fmt.Sprintf(open, "", entry(1)+entry(2)+"</feed>"), fmt.Sprintf(open, "", entry(3)+entry(2)+"</feed>"), 1},
		{"the authors of an Atom feed", fmt.Sprintf(open, "", entry(1)+entry(2)+"</feed>"), fmt.Sprintf(open, "", "<author><name>N</name></author>"+entry(1)+entry(2)+"</feed>"), 0},
		{"the language of an Atom feed", fmt.Sprintf(open, "", entry(1)+entry(2)+"</feed>"), fmt.Sprintf(open, " xml:lang='de'", entry(1)+entry(2)+"</feed>"), 0},
		{"another format", fmt.Sprintf(open, "", entry(1)+entry(2)+"</feed>"), "<rss><channel>" + entry(1) + entry(2) + "</channel></rss>", 0},
		{"JSON", `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"a"}]}`, `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"a"},{"id":"2","title":"b"}]}`, 0},
		{"no feed any more", first, "<html><body>gone</body></html>", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPair(t)
			p.poll(test.first)
			if unread := p.poll(test.second); unread != test.unread {
				t.Errorf("%d items were not read, want %d", unread, test.unread)
			}
			p.poll(test.first)
			p.poll(test.second)
		})
	}
}

func TestChangedSettingsHaveAllItemsRead(t *testing.T) {
	for name, change := range map[string]func(p *pair){
		"topics":   func(p *pair) { p.topics[0]++ },
		"language": func(p *pair) { p.feed.Language = "ko" },
		"dates":    func(p *pair) { p.feed.IgnoreDates = true },
		"tags":     func(p *pair) { p.feed.Tags = []string{"x"} },
		"pages":    func(p *pair) { p.feed.FullText = true },
		"private":  func(p *pair) { p.feed.Private = true },
		"address":  func(p *pair) { p.feed.URL = "https://feeds.example/other/rss.xml" },
		"program":  func(p *pair) { p.quick.memory.Frame[0]++ },
		"document": func(p *pair) { p.quick.memory.Body[0]++ },
	} {
		t.Run(name, func(t *testing.T) {
			as := articles(4)
			p := newPair(t)
			p.poll(channel(as[1:]...))
			p.feed.Path, p.feed.Prefer, p.feed.BasicAuth = "feeds[7]", 3, &config.BasicAuth{Username: "u"} // no matter
			if unread := p.poll(channel(as...)); unread != 3 {
				t.Errorf("%d items were not read", unread)
			}
			change(p)
			if unread := p.poll(channel(as[:3]...)); unread != 0 {
				t.Errorf("%d items were not read", unread)
			}
		})
	}
}

// Each setting of a feed has a say in what becomes of its items, but for these.
func TestEverySettingIsInTheFrame(t *testing.T) {
	without := strings.Fields("Path Every Prefer Headers BasicAuth UserAgent Timeout MaxBody Proxy")
	frame := func(feed config.Feed) storage.Key {
		return (&poll{Fetcher: new(Fetcher), feed: feed}).frame(new(parse.Document))
	}
	for i := range reflect.TypeFor[config.Feed]().NumField() {
		var feed config.Feed
		field := reflect.ValueOf(&feed).Elem().Field(i)
		name := reflect.TypeFor[config.Feed]().Field(i).Name
		switch v := field.Addr().Interface().(type) {
		case *string:
			*v = "x"
		case *bool:
			*v = true
		case *[]string:
			*v = []string{"x"}
		case *int:
			*v = 1
		case *int64:
			*v = 1
		case *time.Duration:
			*v = 1
		case *map[string]string:
			*v = map[string]string{"x": "y"}
		case **config.BasicAuth:
			*v = &config.BasicAuth{Username: "x"}
		case **time.Location:
			*v = time.FixedZone("x", 1)
		default:
			t.Fatalf("set %s to something", name)
		}
		if changed := frame(feed) != frame(config.Feed{}); changed == slices.Contains(without, name) {
			t.Errorf("the frame changes with %s: %v", name, changed)
		}
	}
}

func TestTopicsThatChangeWhileItemsAreReadHaveAllReadTheNextTime(t *testing.T) {
	f := New(new(kept), guard.New(loopback, ""), loopback)
	as := articles(4)
	body, set := channel(as[1:]...), storage.ID{}
	f.get = func(context.Context, guard.Request) (*guard.Response, error) {
		return &guard.Response{Status: 200, URL: madeFeed.URL, Body: []byte(body)}, nil
	}
	store := f.store.(*kept)
	poll := func(classifier func() Classifier) storage.FeedState {
		t.Helper()
		if _, err := f.Poll(t.Context(), madeFeed, store.state, classifier, noon); err != nil {
			t.Fatal(err)
		}
		return store.state
	}
	poll(always)
	body = channel(as...)
	if s := poll(func() Classifier { defer func() { set[0]++ }(); return all{set} }); !s.Body.IsZero() || s.Entries != 4 {
		t.Errorf("body %v, %d entries", s.Body, s.Entries)
	}
	if s := poll(always); s.Body.IsZero() || s.Entries != 4 || store.memory.Body != s.Body || len(store.memory.Items) != 4 {
		t.Errorf("body %v, %d entries, memory %+v", s.Body, s.Entries, store.memory)
	}
}

// Documents of any items, with all that items of a feed may have in common.
func TestUnchangedItemsAny(t *testing.T) {
	pick := func(t *rapid.T, what string, from ...string) string { return rapid.SampledFrom(from).Draw(t, what) }
	rapid.Check(t, func(t *rapid.T) {
		item := rapid.Custom(func(t *rapid.T) string {
			var b strings.Builder
			b.WriteString("<item>")
			for range rapid.IntRange(0, 5).Draw(t, "elements") {
				b.WriteString(pick(t, "element",
					"<guid>1</guid>", "<guid>2</guid>", "<guid>3</guid>", "<link>/1</link>", "<link>/1#a</link>", "<link>/2</link>", "<link>/</link>",
					"<title>One</title>", "<title>Two</title>", "<title>Three", "<pubDate>Sun, 01 Mar 2026 08:00:00 GMT</pubDate>",
					"<pubDate>Sun, 01 Mar 2026 16:00:00 GMT</pubDate>", "<description>A text</description>", "<description>Another</description>",
					"<enclosure url='/f'/>", "<!-- </item> -->", "<x a='</item>'/>", "<![CDATA[<item>]]>", "<item>", "&#x"))
			}
			return b.String() + pick(t, "end", "</item>", "</item>", "</item>", "</item >", "</ITEM>", "")
		})
		pool := rapid.SliceOfN(item, 1, 8).Draw(t, "pool")
		p := newPair(t)
		for range rapid.IntRange(2, 5).Draw(t, "documents") {
			items := rapid.SliceOfN(rapid.SampledFrom(pool), 0, 8).Draw(t, "items")
			head := pick(t, "head", "", "", "", "<language>de</language>", "<lastBuildDate>Sun, 01 Mar 2026 08:00:00 GMT</lastBuildDate>", "<!DOCTYPE a '>")
			p.poll(channel(slices.Insert(items, 0, head)...))
		}
	})
}

// FuzzUnchanged splits documents in every way: what is not read of the second
// must be as it was in the first.
func FuzzUnchanged(f *testing.F) {
	as := articles(4)
	f.Add(channel(as[1:]...), channel(as...))
	f.Add(channel(as...), channel(as[0], as[2], strings.Replace(as[2], "/a/2", "/a/2#x", 1)))
	f.Add(channel(as[0]+"<!-- <item> -->", as[1], "<item><title a='>x</title></item>"), channel(as[0], as[1], "<item><title a='>x</title></item>", "'"))
	f.Add("<feed><author><name>x</name></author><entry><id>1</id><title>a</title></entry><entry><id>2</id><title>b</title></entry></feed>",
		"<feed><entry><id>1</id><title>a</title></entry><entry><id>2</id><title>c</title></entry></feed>")
	f.Add("<rdf:RDF><channel/><item rdf:about='/1'><title>a</title></item><item><title>b</title></item></rdf:RDF>", "<rdf:RDF><channel/><item rdf:about='/1'><title>a</title></item></rdf:RDF>")
	f.Fuzz(func(t *testing.T, first, second string) {
		p := newPair(t)
		p.poll(first)
		p.poll(second)
		p.poll(first)
	})
}
