package topic

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"sluice/config"
	"sluice/storage"
)

func topics(ts ...config.Topic) []config.Topic {
	for i := range ts {
		ts[i].Path = fmt.Sprintf("topics[%d]", i)
	}
	return ts
}

func mustCompile(t testing.TB, ts []config.Topic, never string, feeds []config.Feed) *Set {
	t.Helper()
	s, err := Compile(ts, never, feeds)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var someFeeds = []config.Feed{
	{Name: "bbc", Tags: []string{"UK", "world"}},
	{Name: "wire", Topics: []string{"all", "unheard-of"}},
	{Name: "sports", Tags: []string{"sport"}, Topics: []string{"korea"}},
}

func TestClassify(t *testing.T) {
	s := mustCompile(t, topics(
		config.Topic{Name: "korea", Match: []string{"korea", "pyongyang"}, Never: "kimchi"},
		config.Topic{Name: "all"},
		config.Topic{Name: "british", Match: []string{"tag:uk -korea"}},
		config.Topic{Name: "asia", Match: []string{"topic:korea OR japan"}},
		config.Topic{Name: "calm", Match: []string{"*"}, Never: "topic:asia OR war"},
		config.Topic{Name: "empty", Match: []string{""}},
	), "spam", someFeeds)
	tests := []struct {
		feed, title    string
		topics, barred string
	}{
		{"bbc", "Korea", "asia calm korea", "calm"},
		{"bbc", "Rain", "british calm", ""},
		{"none", "pyongyang", "asia calm korea", "calm"},
		{"none", "korea kimchi", "calm korea", "korea"},
		{"none", "japan", "asia calm", "calm"},
		{"wire", "rain", "all calm", ""},
		{"sports", "goal", "asia calm korea", "calm"},
		{"sports", "kimchi goal", "calm korea", "korea"},
		{"none", "spam", "calm", "all asia british calm empty korea"},
		{"none", "", "calm", ""},
	}
	for _, tt := range tests {
		it := item("en", tt.title, "")
		it.Feed = tt.feed
		r := s.Classify(it)
		if got := strings.Join(r.Topics, " "); got != tt.topics {
			t.Errorf("%s %q: topics %s, want %s", tt.feed, tt.title, got, tt.topics)
		}
		if got := strings.Join(r.Barred, " "); got != tt.barred {
			t.Errorf("%s %q: barred %s, want %s", tt.feed, tt.title, got, tt.barred)
		}
	}
}

func TestClassifyWithoutTopics(t *testing.T) {
	s := mustCompile(t, nil, "", nil)
	if r := s.Classify(item("en", "korea", "")); r.Topics != nil || r.Barred != nil {
		t.Errorf("got %+v", r)
	}
}

func TestCompileErrors(t *testing.T) {
	_, err := Compile(topics(
		config.Topic{Name: "one", Match: []string{"korea AND"}, Never: "(a"},
		config.Topic{Name: "two", Match: []string{"fine", "titel:b", "-c"}},
		config.Topic{Name: "three", Match: []string{"x topic:thre"}},
		config.Topic{Name: "a", Match: []string{"topic:b"}},
		config.Topic{Name: "b", Match: []string{"x"}, Never: "y OR topic:c"},
		config.Topic{Name: "c", Match: []string{"topic:(one OR a)"}},
		config.Topic{Name: "self", Match: []string{"topic:self"}},
	), `"`, nil)
	var errs *Errors
	if !errors.As(err, &errs) {
		t.Fatalf("got %v, want an *Errors", err)
	}
	want := []string{
		"topics[0].match 6", "topics[0].never 0", "topics[1].match[1] 0", "topics[1].match[2] 0", "never 0",
		"topics[2].match 8", "topics[5].match 14", "topics[6].match 6",
	}
	var got []string
	for _, e := range errs.List {
		got = append(got, fmt.Sprintf("%s %d", e.Path, e.Offset))
		if !strings.Contains(err.Error(), e.Path+": "+e.What+"; "+e.Remedy) {
			t.Errorf("Error does not tell %+v", e)
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q\n%v", got, want, err)
	}
	for _, sentence := range []string{"did you mean topic:three?", "circle: a > b > c > a", "circle: self > self"} {
		if !strings.Contains(err.Error(), sentence) {
			t.Errorf("no %q in:\n%v", sentence, err)
		}
	}
}

// The never of all topics may name a topic: its items stay out of all.
func TestNeverOfATopic(t *testing.T) {
	s := mustCompile(t, topics(
		config.Topic{Name: "spam", Match: []string{"casino"}},
		config.Topic{Name: "rest", Match: []string{"*"}},
	), "topic:spam", nil)
	r := s.Classify(item("en", "casino", ""))
	if want := (storage.Routing{Topics: []string{"rest", "spam"}, Barred: []string{"rest", "spam"}}); !reflect.DeepEqual(r, want) {
		t.Errorf("got %+v", r)
	}
}

func TestTests(t *testing.T) {
	s := mustCompile(t, topics(
		config.Topic{Name: "korea", Match: []string{`"north korea" -sport`, "author:kim tag:asia", "link:/korea/"}, Never: "football"},
	), "", []config.Feed{{Name: "seoul", Tags: []string{"asia"}}})
	tests := []struct {
		test config.Test
		want bool
	}{
		{config.Test{Title: "North Korea Sends Mass Munitions Shipments"}, true},
		{config.Test{Title: "Shipments", Text: "of North Korea"}, true},
		{config.Test{Title: "Shipments", Text: "of North Korea, football"}, false},
		{config.Test{Title: "North Korea and sports"}, false},
		{config.Test{Author: "Kim Lee", Tags: []string{"asia"}}, true},
		{config.Test{Author: "Kim Lee", Feed: "seoul"}, true},
		{config.Test{Author: "Kim Lee"}, false},
		{config.Test{Link: "https://example.org/korea/1"}, true},
	}
	for _, tt := range tests {
		for _, want := range []bool{true, false} {
			tt.test.Want = want
			if got := s.Test(tt.test, "korea"); got != (want == tt.want) {
				t.Errorf("%+v: passes %v", tt.test, got)
			}
		}
	}
	if s.Test(config.Test{Title: "x", Want: false}, "japan") {
		t.Error("a test of a topic that does not exist passes")
	}
}

func TestFingerprints(t *testing.T) {
	build := func(match, never, all string, feeds []config.Feed) *Set {
		return mustCompile(t, topics(
			config.Topic{Name: "korea", Match: []string{match}, Never: never},
			config.Topic{Name: "other", Match: []string{"japan"}},
			config.Topic{Name: "both", Match: []string{"topic:korea topic:other"}},
		), all, feeds)
	}
	base := build("korea tag:uk", "kimchi", "spam", someFeeds)
	if !base.TopicFingerprint("absent").IsZero() {
		t.Error("the fingerprint of a topic that does not exist is not zero")
	}
	renamed := append([]config.Feed(nil), someFeeds...)
	renamed[1].Tags = []string{"Uk"}
	named := append([]config.Feed(nil), someFeeds...)
	named[0].Topics = []string{"korea"}
	retitled := append([]config.Feed(nil), someFeeds...)
	retitled[0].Title, retitled[0].Tags = "The BBC", []string{"world", "uk", "new"}
	tests := []struct {
		name               string
		set                *Set
		korea, other, both bool // changed
	}{
		{"the same", build("korea tag:uk", "kimchi", "spam", someFeeds), false, false, false},
		{"formatting", build("(Korea)  AND tag:UK", "(kimchi)", `"spam"`, someFeeds), false, false, false},
		{"what no query asks for", build("korea tag:uk", "kimchi", "spam", retitled), false, false, false},
		{"match", build("korea tag:uk x", "kimchi", "spam", someFeeds), true, false, true},
		{"never", build("korea tag:uk", "kimchis", "spam", someFeeds), true, false, true},
		{"no never", build("korea tag:uk", "", "spam", someFeeds), true, false, true},
		{"never of all", build("korea tag:uk", "kimchi", "", someFeeds), true, true, true},
		{"a tag", build("korea tag:uk", "kimchi", "spam", renamed), true, false, true},
		{"a feed's topics", build("korea tag:uk", "kimchi", "spam", named), true, false, true},
	}
	for _, tt := range tests {
		changed := func(name string) bool { return tt.set.TopicFingerprint(name) != base.TopicFingerprint(name) }
		if changed("korea") != tt.korea || changed("other") != tt.other || changed("both") != tt.both {
			t.Errorf("%s: changed: korea %v, other %v, both %v", tt.name, changed("korea"), changed("other"), changed("both"))
		}
		if whole := tt.set.Fingerprint() != base.Fingerprint(); whole != (tt.korea || tt.other || tt.both) {
			t.Errorf("%s: the whole set changed: %v", tt.name, whole)
		}
	}
}

// Stored items go with a feed that takes another name: a query by the name that
// it had takes them no more.
func TestFingerprintsKnowWhichFeedsThereAre(t *testing.T) {
	of := func(names ...string) *Set {
		var feeds []config.Feed
		for _, name := range names {
			feeds = append(feeds, config.Feed{Name: name})
		}
		return mustCompile(t, topics(config.Topic{Name: "by", Match: []string{"feed:BBC"}}, config.Topic{Name: "words", Match: []string{"bbc"}}), "", feeds)
	}
	base := of("bbc", "cnn")
	for _, tt := range []struct {
		set     *Set
		changed bool
	}{{of("bbc"), false}, {of("BBC", "new"), false}, {of("beeb", "cnn"), true}} {
		if tt.set.TopicFingerprint("words") != base.TopicFingerprint("words") {
			t.Errorf("%v: a query that names no feed has another fingerprint", tt.set.feeds)
		}
		if changed := tt.set.TopicFingerprint("by") != base.TopicFingerprint("by"); changed != tt.changed {
			t.Errorf("%v: changed %v", tt.set.feeds, changed)
		}
	}
}

// Topics aside lend their queries, and are nothing to an item themselves.
func TestTopicsAside(t *testing.T) {
	korea := config.Topic{Name: "korea", Path: "was", Match: []string{"pyongyang"}, Never: "cup", Learn: &config.Learn{Precision: 0.9}}
	asia := config.Topic{Name: "asia", Match: []string{"topic:korea"}}
	feeds := []config.Feed{{Name: "a", Topics: []string{"korea"}}}
	s, err := CompileBeside(topics(asia), topics(korea), "", feeds)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		feed, title string
		want        []string
	}{{"b", "Pyongyang", []string{"asia"}}, {"b", "Pyongyang wins the cup", nil}, {"a", "Seoul", []string{"asia"}}} {
		r := s.Classify(&storage.Item{Feed: tt.feed, Title: storage.Text{Value: tt.title}})
		if !slices.Equal(r.Topics, tt.want) || r.Barred != nil || r.Learned != nil {
			t.Errorf("%s of %s: %+v", tt.title, tt.feed, r)
		}
	}
	beside := mustCompile(t, topics(asia, korea), "", feeds)
	if s.TopicFingerprint("asia") != beside.TopicFingerprint("asia") || s.Fingerprint() == beside.Fingerprint() || s.Learns() {
		t.Error("a topic made of one aside is another, or the one aside counts")
	}
}

// Stores keep fingerprints: one that changes without a change of the config
// routes all stored items anew.
func TestFingerprintsAreFixed(t *testing.T) {
	s := mustCompile(t, topics(
		config.Topic{Name: "korea", Match: []string{`"north korea" OR dprk -sport`, "tag:uk"}, Never: "kimchi"},
		config.Topic{Name: "asia", Match: []string{"topic:korea"}},
	), "spam", someFeeds)
	for name, want := range map[string]string{
		"korea": "d9a398a3e17ab6fc1dd1307386d8997f",
		"asia":  "bb591152be69277958f3ed0638525ab8",
	} {
		if got := s.TopicFingerprint(name).String(); got != want {
			t.Errorf("%s: %s, was %s", name, got, want)
		}
	}
	if got, want := s.Fingerprint().String(), "c1cf511d420f9ab2e61edef49f3ecc87"; got != want {
		t.Errorf("set: %s, was %s", got, want)
	}

	// Of every part of the language, and of what a topic learned.
	s = mustCompile(t, topics(
		config.Topic{Name: "all", Match: []string{
			`Covid-19 OR Jong-Un OR "a phrase" OR U.S. OR AT&T OR élection OR Straße OR 朝鲜 OR GPT新机 OR ミサイル`,
			`(a OR -b) NOT (c AND d) -e`, `wor* OR *wahl* OR covid-1*`, `a NEAR/5 b OR "a b"~5 OR (a OR "b c") NEAR/0 d`,
			`2 of (a, b c, "d e", -f)`, `=Word OR ="White House"`, `/RE\/2/ OR title:/x+/`, `* -x`,
			`title:(a OR b) text:c author:"jane smith" category:d`, `feed:BBC tag:UK lang:en-US site:Example.org link:/Korea/ has:(audio OR fulltext)`,
			`words>300 words<5 age<2d age>36h`, `topic:learned`,
		}},
		config.Topic{Name: "learned", Learn: &config.Learn{Precision: 0.9}},
	), "", []config.Feed{{Name: "bbc", Tags: []string{"uk"}, Topics: []string{"learned"}, Only: "a OR b"}})
	s = s.Taught(map[string]Lesson{"learned": {Number: 4, Since: 2}})
	for name, want := range map[string]string{"all": "973b531ca16d8648f506d5ddec139bf5", "learned": "725162f82d086d1b09e61d385ab74e5b"} {
		if got := s.TopicFingerprint(name).String(); got != want {
			t.Errorf("%s: %s, was %s", name, got, want)
		}
	}
	newer := s.Taught(map[string]Lesson{"learned": {Number: 5, Since: 2}})
	if newer.TopicFingerprint("learned") != s.TopicFingerprint("learned") || newer.Fingerprint() == s.Fingerprint() {
		t.Error("a new model routes what is stored, or is not told from the one before")
	}
	if s.Taught(map[string]Lesson{"learned": {Number: 5, Since: 5}}).TopicFingerprint("learned") == s.TopicFingerprint("learned") {
		t.Error("a relearning routes nothing")
	}
}

// More different words than are kept, and ones too long to keep, are judged as
// others are.
func TestManyForms(t *testing.T) {
	s := mustCompile(t, topics(config.Topic{Name: "korea", Match: []string{"korea", "long" + strings.Repeat("er", 40)}}), "", nil)
	for from := 0; from < maxForms+maxForms/2; from += maxForms / 4 {
		var b strings.Builder
		for i := range maxForms / 4 {
			fmt.Fprintf(&b, "w%d ", from+i)
		}
		s.Classify(item("en", "", b.String()))
	}
	for _, text := range []string{"Koreas", "long" + strings.Repeat("er", 40)} {
		if r := s.Classify(item("en", text, "")); len(r.Topics) != 1 {
			t.Errorf("%s: %v", text, r)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	s := mustCompile(t, topics(config.Topic{Name: "korea", Match: []string{"korea"}}), "", nil)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for _, language := range stemmers() {
				it := item(language, "korea", fmt.Sprint(i))
				if r := s.Classify(it); len(r.Topics) != 1 {
					t.Errorf("%s: %v", language, r)
				}
			}
		})
	}
	wg.Wait()
}
