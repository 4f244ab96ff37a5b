package topic

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// wrong holds queries with one mistake each.
var wrong = []string{
	"",
	"   ",
	"korea AND",
	"korea OR",
	"korea NOT",
	"korea -",
	"korea - sport",
	"korea --sport",
	"AND korea",
	"OR korea",
	"AND",
	"NOT",
	"-",
	"a AND AND b",
	"a AND OR b",
	"a OR OR b",
	"a OR (OR b)",
	"(a OR) b",
	"(a AND NOT) b",
	"NOT AND a",
	"-sport",
	"NOT sport",
	"-(a OR b) -title:c",
	"-sport OR -music",
	"(korea OR japan",
	"korea OR japan)",
	"((korea)",
	"korea (",
	"feed:(",
	"()",
	"korea ( )",
	`"north korea`,
	`korea "`,
	`""`,
	`korea "  "`,
	`"..." korea`,
	"korea !!!",
	"korea …",
	"korea && japan",
	"korea&&japan",
	"korea & japan",
	"korea || japan",
	"korea|japan",
	"korea !japan",
	"korea ! japan",
	"+korea +japan",
	"korea –sport",
	"korea, japan",
	"korea , japan",
	"(korea, japan)",
	"[korea OR japan]",
	"“north korea”",
	"«corée du nord»",
	"„Nordkorea“",
	"「朝鲜」",
	"'north korea'",
	`\"north korea\"`,
	`"north kor*"`,
	"titel:korea",
	"Title:korea",
	"feeds:guardian",
	"tags:uk",
	"url:example",
	"https://example.org/page",
	"title: korea",
	"title:",
	"title:()",
	"title:(korea",
	"title:-korea",
	"title:(feed:bbc)",
	"title:feed:bbc",
	"title:*",
	"title:...",
	"feed:",
	"feed:bbc*",
	`feed:""`,
	"tag:(uk OR)",
	"tag:-uk",
	"朝鲜 AND 俄罗斯 OR",
	"a\xff",
	"title:(a OR -b))",
	strings.Repeat("korea ", 30) + "(japan OR " + strings.Repeat("china ", 30),
	"korea\n  OR japan\n  OR",
	strings.Repeat("(", 101) + "a" + strings.Repeat(")", 101),
	strings.Repeat("NOT ", 101) + "a",
	strings.Repeat("a ", 2001),
	strings.Repeat("é", 6000),
	`"` + strings.Repeat("word ", 101) + `"`,

	// Words that go on.
	"*wahl",
	"w*hl",
	"*wah*",
	"a*",
	"-*",
	"**",
	"wor-*",
	"*covid-19*",

	// Proximity.
	"a NEAR b",
	"a NEAR/x b",
	"a NEAR/101 b",
	"a NEAR/5",
	"NEAR/5 a",
	"a NEAR/5 (b c)",
	"a NEAR/5 b NEAR/5 c",
	"a NEAR/5 feed:bbc",
	"title:a NEAR/5 b",
	`"a b"~`,
	`"a b"~x`,
	`"a"~5`,
	"korea~5",
	"~korea",

	// Lists.
	"2 of (a OR b OR c)",
	"0 of (a, b)",
	"4 of (a, b, c)",
	"2 of (a, b, )",
	"2 of (a, , b)",
	"2 of (, a)",
	"2 of (a, (b, c))",
	"2 of (a, b",
	"2 of ()",
	"99999999999999999999 of (a, b)",

	// Words as written.
	"=",
	"= Word",
	"=wor*",
	`=""`,
	"=...",

	// Regular expressions.
	"/colou?r",
	"/a(b/",
	"/a*/",
	"/colou?r/i",
	"/(?=a)b/",
	"/" + strings.Repeat("a", 1001) + "/",
	"/" + strings.Repeat("(", 900) + "/",
	`korea /\pL{900}é{700}x{600}/`,

	// Names and comparisons.
	"has:pictures",
	"has:vidio",
	"lang:english!",
	"site:https://example.org/",
	"site:*.example.org",
	"site:.",
	"words>",
	"words>many",
	"words > 300",
	"words<>3",
	"title:(words>3)",
	"age<2",
	"title:age>1h korea",
}

func TestWrongQueries(t *testing.T) {
	var b strings.Builder
	for _, query := range wrong {
		_, err := ParseQuery(query)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%.60q: no error, want an *Error", query)
			continue
		}
		if e.Query != query || e.Offset < 0 || e.Offset > len(query) || e.What == "" || e.Remedy == "" {
			t.Errorf("%.60q: %+v", query, e)
		}
		if e.Offset < len(query) && !utf8.RuneStart(query[e.Offset]) {
			t.Errorf("%.60q: offset %d is inside a character", query, e.Offset)
		}
		fmt.Fprintf(&b, "%.60q\n%s\n\n", query, e)
	}
	const golden = "testdata/wrong.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("messages differ from %s; -update rewrites it:\n%s", golden, b.String())
	}
}
