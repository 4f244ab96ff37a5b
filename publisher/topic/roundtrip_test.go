package topic

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// bare returns a copy of n without positions.
func bare(n node) node {
	var below []node
	for _, kid := range kids(n) {
		below = append(below, bare(kid))
	}
	switch n := n.(type) {
	case *everything:
		return &everything{}
	case *not:
		return &not{kid: below[0]}
	case *and:
		return &and{below}
	case *or:
		return &or{below}
	case *atLeast:
		return &atLeast{n: n.n, kids: below}
	case *near:
		return &near{n.n, below}
	case *sequence:
		return &sequence{field: n.field, form: n.form, text: n.text}
	case *pattern:
		return &pattern{field: n.field, source: n.source}
	case *length:
		return &length{more: n.more, n: n.n}
	case *age:
		return &age{more: n.more, d: n.d}
	case *name:
		return &name{field: n.field, value: n.value}
	}
	panic("a node of another kind")
}

// checkRoundTrip parses what n prints.
func checkRoundTrip(t interface{ Fatalf(string, ...any) }, n node) {
	text := printed(n)
	again, err := parse(text)
	if err != nil {
		t.Fatalf("%q was printed and is refused:\n%v", text, err)
	}
	if !reflect.DeepEqual(bare(n), bare(again)) {
		t.Fatalf("%q parses to another tree, which prints as %q", text, printed(again))
	}
}

func drawText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		pieces := rapid.SliceOfN(rapid.SampledFrom([]string{
			"north", "Korea", "of", "AND", "2", "covid-19", "Jong-Un", "U.S.", "O’Brien", "l'eau", "é", "ß", "朝鲜", "iPhone发布",
			"½", "เลือก", "выборы", "كتاب", "ΟΔΟΣ", "-", ",", "/", "NEAR/5", "...", "(", "~", "=", ":", "title:", "한국", "\u0301", "1,000",
		}), 1, 4).Draw(t, "pieces")
		return strings.Join(pieces, rapid.SampledFrom([]string{" ", "", "-"}).Draw(t, "joint"))
	})
}

// drawLeaf draws a sequence.
func drawLeaf(t *rapid.T, f field) node {
	text := canonical(drawText().Draw(t, "text"))
	if text == "" {
		text = "a"
	}
	leaf := &sequence{field: f, text: text}
	switch rapid.IntRange(0, 3).Draw(t, "form") {
	case 1:
		leaf.form, leaf.text = exactly, exact("X "+text)
	case 2:
		leaf.form, leaf.text = prefix, "kor"
	case 3:
		leaf.form, leaf.text = infix, "wahl"
	}
	return leaf
}

// drawNode draws a tree as the parser might make it.
func drawNode(t *rapid.T, depth int) node {
	kinds := 5
	if depth > 0 {
		kinds = 10
	}
	wordField := rapid.SampledFrom([]field{anywhere, inTitle, inText, inAuthor, inCategory})
	draw := func(least int) []node {
		var nodes []node
		for range rapid.IntRange(least, 4).Draw(t, "parts") {
			nodes = append(nodes, drawNode(t, depth-1))
		}
		return nodes
	}
	switch rapid.IntRange(0, kinds).Draw(t, "kind") {
	case 0, 1:
		return drawLeaf(t, wordField.Draw(t, "field"))
	case 2:
		return &everything{}
	case 3:
		return rapid.SampledFrom([]node{
			&name{field: ofFeed, value: "guardian-world"}, &name{field: ofTag, value: "news, world"}, &name{field: ofTag, value: "and"},
			&name{field: inLink, value: "https://example.org/?a=b"}, &name{field: ofTopic, value: "Korea"}, &name{field: ofLanguage, value: "en-us"},
			&name{field: ofSite, value: "example.org"}, &name{field: has, value: "image"},
		}).Draw(t, "name")
	case 4:
		return &pattern{field: wordField.Draw(t, "field"), source: `a "b" (c, d)\/ OR`}
	case 5:
		if rapid.Bool().Draw(t, "age") {
			return &age{more: rapid.Bool().Draw(t, "more"), d: time.Duration(rapid.Int64Range(0, 1e16).Draw(t, "d"))}
		}
		return &length{more: rapid.Bool().Draw(t, "more"), n: rapid.IntRange(0, 1000).Draw(t, "n")}
	case 6:
		return conjoin(draw(1))
	case 7:
		return disjoin(draw(1))
	case 8:
		kid := drawNode(t, depth-1)
		if _, ok := kid.(*everything); ok {
			kid = drawLeaf(t, anywhere)
		}
		if twice, ok := kid.(*not); ok {
			return twice.kid
		}
		return &not{kid: kid}
	case 9:
		nodes := draw(1)
		return &atLeast{n: rapid.IntRange(1, len(nodes)).Draw(t, "n"), kids: nodes}
	}
	f := wordField.Draw(t, "field")
	return &near{rapid.IntRange(0, 100).Draw(t, "n"), []node{
		drawLeaf(t, f), disjoin([]node{drawLeaf(t, f), drawLeaf(t, f)}),
	}}
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkRoundTrip(t, conjoin([]node{drawLeaf(t, anywhere), drawNode(t, 3)}))
	})
}

func FuzzParse(f *testing.F) {
	for _, query := range wrong {
		f.Add(query)
	}
	for _, tt := range canonicalForms {
		f.Add(tt[0])
	}
	f.Fuzz(func(t *testing.T, query string) {
		n, err := parse(query)
		if err != nil {
			if err.Offset < 0 || err.Offset > len(query) || err.What == "" || err.Remedy == "" || err.Error() == "" {
				t.Fatalf("%q: %+v", query, err)
			}
			return
		}
		if len(printed(n)) > maxQuery {
			return
		}
		checkRoundTrip(t, n)
		q := &Query{n, newMatcher([]node{n}, nil)}
		q.Match(item("", query, query), nil)
	})
}

// canonicalForms holds queries and how they are printed.
var canonicalForms = [][2]string{
	{"korea", "korea"},
	{"  Korea\n\tJAPAN ", "korea japan"},
	{"a AND b", "a b"},
	{"(a) AND ((b c))", "a b c"},
	{"a OR (b OR (c d))", "a OR b OR c d"},
	{"(a OR b) c", "(a OR b) c"},
	{"a NOT b", "a -b"},
	{"a NOT (b c)", "a -(b c)"},
	{"a NOT NOT b", "a b"},
	{"a -(-(b c))", "a b c"},
	{`"North  Korea"`, `"north korea"`},
	{`"korea"`, "korea"},
	{"Covid-19", "covid-19"},
	{"Covid/19", "covid-19"},
	{"U.S.", "u.s"},
	{"O'Brien’s", "obrien"},
	{"«", ""},
	{"朝鲜", "朝鲜"},
	{"Élysée", "élysée"},
	{"title:(a OR b c)", "title:a OR title:b title:c"},
	{"title:(a NEAR/5 b)", `title:"a b"~5`},
	{`title:"a b"`, `title:"a b"`},
	{"feed:Guardian", "feed:guardian"},
	{`tag:"Two Words"`, `tag:"two words"`},
	{"link:https://example.org/?q=1", `link:"https://example.org/?q=1"`},
	{"topic:Korea", "topic:Korea"},
	{"site:Bücher.example", "site:xn--bcher-kva.example"},
	{"lang:en_US", "lang:en-us"},
	{`"2" "of" (a OR b)`, `2 "of" (a OR b)`},
	{"2 of (a, b c, d OR e)", "2 of (a, b c, d OR e)"},
	{"title:(2 of (a,b))", "2 of (title:a, title:b)"},
	{"a NEAR/5 b", `"a b"~5`},
	{`"a b" NEAR/5 (c OR d)`, `"a b" NEAR/5 (c OR d)`},
	{"-a NEAR/5 b c", `-("a b"~5) c`},
	{"Wor*", "wor*"},
	{"*Wahl*", "*wahl*"},
	{"朝鲜*", "朝鲜"},
	{"=Word", "=Word"},
	{`="North Korea"`, `="North Korea"`},
	{`/a\/b c/ d`, `/a\/b c/ d`},
	{"words>300 *", "words>300 *"},
}

func TestCanonicalForm(t *testing.T) {
	for _, tt := range canonicalForms {
		q, err := ParseQuery(tt[0])
		if tt[1] == "" {
			if err == nil {
				t.Errorf("%s: no error", tt[0])
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt[0], err)
			continue
		}
		if q.String() != tt[1] {
			t.Errorf("%s: printed as %s, want %s", tt[0], q, tt[1])
		}
		checkRoundTrip(t, q.root)
	}
}
