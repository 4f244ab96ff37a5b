package topic

import (
	"slices"
	"strings"
	"unicode/utf8"

	"sluice/storage"
	"sluice/storage/words"
)

// An Account says why an item is in a topic or out of it.
type Account struct {
	Taken  bool     // the query holds, the feed names the topic, or a model decided so; and the item is admitted
	Barred bool     // a never holds
	Feed   bool     // the item's feed names the topic
	Match  *Finding // the topic's query; nil where it has none
	Never  *Finding // what bars from the topic
	All    *Finding // what bars from all topics
	Only   *Finding // what admits items of the feed; nil where all are

	Learned *Opinion // what was learned; nil where the topic does not learn
}

// An Opinion is what models say of an item.
type Opinion struct {
	Decided storage.Decision // what counts; of model 0 where none judged the item

	// What the model in force, if there is one, says now, and why.
	Model            uint64
	Score, Threshold float64
	Terms            []Term
}

// Admitted reports whether topics may take the item at all.
func (a *Account) Admitted() bool { return a.Only == nil || a.Only.Holds }

// A Finding is a part of a query and whether it holds for an item.
type Finding struct {
	Query  string // in canonical form
	Holds  bool
	Places []Place   // where its words stand, in order; at most maxPlaces
	More   int       // places beyond those
	Parts  []Finding // what it is made of
}

// A Place is where words of a query stand in an item.
type Place struct {
	Where  string // title, summary, text, author or category
	Word   int    // position of the first word there, from 1
	Before string // the text around it, a few words
	Text   string // as written
	After  string
}

// maxPlaces bounds the places that one Finding tells.
const maxPlaces = 5

// around is how many bytes of text are told on each side of a place.
const around = 30

// Explain says why an item is in a topic of the set. It reports false for a
// topic that is not in the set.
func (s *Set) Explain(item *storage.Item, topic string) (Account, bool) {
	i, ok := s.byName[topic]
	if !ok {
		return Account{}, false
	}
	t := &s.topics[i]
	feed := s.feeds[item.Feed]
	admits := s.onlys[feed.only].node
	x := s.explainer(t.match, t.never, s.never, admits)
	x.scene = newScene(x.matcher, item, feed.tags)
	a := Account{Match: x.find(t.match), Never: x.find(t.never), All: x.find(s.never), Only: x.find(admits), Feed: slices.Contains(feed.topics, topic)}
	if t.learns {
		a.Learned = s.opinion(item, t)
	}
	if !a.Admitted() {
		return a, true
	}
	a.Taken = a.Feed || a.Match != nil && a.Match.Holds || a.Learned != nil && a.Learned.Decided.Taken
	a.Barred = a.Never != nil && a.Never.Holds || a.All != nil && a.All.Holds
	return a, true
}

// opinionTerms bounds the terms that an Opinion tells on each side.
const opinionTerms = 8

// opinion says what models say of an item and a topic.
func (s *Set) opinion(item *storage.Item, t *compiled) *Opinion {
	var r storage.Routing
	s.decide(item, true, &r)
	o := &Opinion{}
	for _, d := range r.Learned {
		if d.Topic == t.name {
			o.Decided = d
		}
	}
	if m := t.lesson.Model; m != nil {
		o.Model, o.Threshold = t.lesson.Number, m.Threshold()
		o.Score, o.Terms = m.Score(TextOf(item)), m.Terms(item, opinionTerms)
	}
	return o
}

// An explainer judges each part of some queries as a query of its own.
type explainer struct {
	matcher *matcher
	number  map[node]int
	scene   *scene
	scanned map[int][]words.Token // by passage
}

// explainer makes one of queries, some of which may be nil.
func (s *Set) explainer(roots ...node) *explainer {
	x := &explainer{number: map[node]int{}, scanned: map[int][]words.Token{}}
	var queries []node
	topics := map[string]int{}
	add := func(root node) {
		walk(root, func(n node) {
			x.number[n] = len(queries)
			queries = append(queries, n)
		})
	}
	for _, root := range roots {
		if root != nil {
			add(root)
		}
	}
	for i := 0; i < len(queries); i++ { // which grows while it is read
		for _, name := range namesIn(queries[i], ofTopic) {
			if _, ok := topics[name]; !ok {
				members := s.topics[s.byName[name]].members()
				topics[name] = len(queries)
				queries = append(queries, members)
			}
		}
	}
	x.matcher = newMatcher(queries, topics)
	return x
}

// find returns what is to say of a query, nil where there is none.
func (x *explainer) find(n node) *Finding {
	if n == nil {
		return nil
	}
	f := &Finding{Query: printed(n)}
	clause := &x.matcher.queries[x.number[n]]
	f.Holds = x.scene.holds(clause)
	if f.Holds {
		x.places(f, clause)
	}
	for _, kid := range kids(n) {
		f.Parts = append(f.Parts, *x.find(kid))
	}
	return f
}

// places tells where the words of a clause that holds stand.
func (x *explainer) places(f *Finding, c *clause) {
	s := x.scene
	switch {
	case c.op == opRegexp:
		expr := s.m.regexps[c.n]
		for i, p := range s.parts {
			if !slices.Contains(c.field.segments(), p.segment) {
				continue
			}
			tokens := x.tokens(i)
			for _, at := range expr.FindAllStringIndex(expr.in(p.text), -1) {
				word, _ := slices.BinarySearchFunc(tokens, at[0], func(t words.Token, at int) int { return t.End - at - 1 })
				f.add(p, p.at+word, at[0], at[1])
			}
		}
	case c.op == opLeaf && s.m.words[c.n] != nil:
		for _, span := range s.plan.spans(s.hits, c.n) {
			for i, p := range s.parts {
				if p.segment != span.start.segment() {
					continue
				}
				tokens := x.tokens(i)
				first := span.start.position() - p.at
				last := first + int(span.end-span.start) - 1
				if first >= 0 && last < len(tokens) {
					f.add(p, p.at+first, tokens[first].Start, tokens[last].End)
				}
			}
		}
	}
}

// tokens returns those of a passage.
func (x *explainer) tokens(passage int) []words.Token {
	tokens, ok := x.scanned[passage]
	if !ok {
		tokens = words.Scan(x.scene.parts[passage].text)
		x.scanned[passage] = tokens
	}
	return tokens
}

// add notes that the text from start to end of a passage, which begins with a
// word at a position, is what was found.
func (f *Finding) add(p passage, position, start, end int) {
	if len(f.Places) == maxPlaces {
		f.More++
		return
	}
	f.Places = append(f.Places, Place{
		Where: p.segment.String(), Word: position + 1,
		Before: wordsBefore(p.text[:start]), Text: p.text[start:end], After: wordsAfter(p.text[end:]),
	})
}

// wordsBefore returns the end of a text, with no word torn where it has blanks.
func wordsBefore(text string) string {
	if len(text) <= around {
		return text
	}
	from := len(text) - around
	if i := strings.IndexByte(text[from:], ' '); i >= 0 {
		return text[from+i:]
	}
	for from < len(text) && !utf8.RuneStart(text[from]) {
		from++
	}
	return text[from:]
}

// wordsAfter returns the beginning of a text, with no word torn where it has
// blanks.
func wordsAfter(text string) string {
	text, rest := cut(text, around), len(text) > around
	if i := strings.LastIndexByte(text, ' '); rest && i >= 0 {
		return text[:i]
	}
	return text
}

// String returns what a query's field or a person calls the segment.
func (s segment) String() string {
	return [...]string{title: "title", summary: "summary", content: "text", author: "author", category: "category"}[s]
}
