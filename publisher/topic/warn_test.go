package topic

import (
	"fmt"
	"slices"
	"testing"

	"sluice/config"
)

func TestWarnings(t *testing.T) {
	feeds := []config.Feed{{Name: "Agency", Tags: []string{"World"}, Topics: []string{"fed"}}}
	for query, want := range map[string][]string{
		"korea -sport":                 nil,
		"korea OR dprk OR 朝鲜":          nil,
		"*":                            nil,
		"feed:agency tag:world":        nil,
		"korea OR *":                   {"match 0: topic t takes every item", "match 9: * decides alone: it has one answer for all items, and what stands beside it never matters"},
		"korea *":                      {"match 6: * never decides: it has one answer for all items"},
		"tag:wrold":                    {"match 0: topic t takes nothing: its query can't hold for any item", "match 4: no feed has the tag wrold"},
		"korea OR tag:uk":              {"match 13: no feed has the tag uk"},
		"feed:agenci korea":            {"match 5: no feed is named agenci"},
		"korea OR korea":               {"match 9: korea never decides beside korea"},
		`korea OR "north korea"`:       {`match 9: "north korea" never decides beside korea`},
		`"north korea" korea`:          {`match 14: korea never decides beside "north korea"`},
		`title:korea OR korea`:         {"match 6: title:korea never decides beside korea"},
		`title:korea korea`:            {"match 12: korea never decides beside title:korea"},
		`title:korea OR text:korea`:    nil,
		`=Korea OR korea`:              nil,
		"korea -korea":                 {"match 0: topic t takes nothing: its query can't hold for any item", "match 0: korea is excluded beside it, so that this can't hold"},
		`"north korea" -korea`:         {"match 0: topic t takes nothing: its query can't hold for any item", `match 0: "north korea" is excluded beside it, so that this can't hold`},
		"korea OR korea japan":         {"match 9: korea japan never decides beside korea"},
		"(korea OR dprk) korea":        {"match 1: korea OR dprk never decides beside korea"},
		"(korea OR a b) (a OR korea)":  nil,
		"2 of korea":                   {"match 2: of is a word here and must occur, since no list in parentheses follows"},
		`2 "of" korea`:                 nil,
		"north of korea":               nil,
		"* -sport":                     nil,
		"* NOT sport -music":           nil,
		"a OR * -sport":                nil,
		"* -tag:uk":                    {"match 0: topic t takes every item", "match 2: -tag:uk never decides: it has one answer for all items", "match 7: no feed has the tag uk"},
		"2 of (a, a, b)":               {"match 9: a stands in this list twice, and counts twice"},
		"2 of (a, *, b)":               {"match 9: * always counts, since it holds for all items"},
		"1 of (a, *)":                  {"match 0: topic t takes every item", "match 9: * decides alone: it has one answer for all items, and what stands beside it never matters"},
		"2 of (a, b, age<0s)":          {"match 12: age<0s never decides: it has one answer for all items"},
		"age<0s":                       {"match 0: topic t takes nothing: its query can't hold for any item"},
		"topic:empty OR korea":         {"match 6: topic:empty never decides: it has one answer for all items"},
		"linux and kernel":             {"match 6: and is a word here and must occur, since operators are upper case"},
		"(linux or bsd) kernel":        {"match 7: or is a word here and must occur, since operators are upper case"},
		"Linux Not windows":            {"match 6: Not is a word here and must occur, since operators are upper case"},
		"linux near/5 kernel":          {"match 6: near/5 is a word here and must occur, since operators are upper case"},
		"linux NEER/5 kernel":          {"match 6: NEER/5 is a word here and must occur, since operators are upper case"},
		`linux "and" kernel "not" bsd`: nil,
		"or argent OR =or mine":        nil,
		"linux year/5 title:and x":     {"match 6: year/5 is a word here and must occur, since operators are upper case"},
		"title:(rain and snow) x":      {"match 12: and is a word here and must occur, since operators are upper case"},
		"linux post/5 kernel":          nil,
		"(seoul OR (korea a korea)) b": {"match 19: korea never decides beside korea"},
	} {
		s := mustCompile(t, []config.Topic{
			{Name: "t", Path: "p", Match: []string{query}}, {Name: "fed", Path: "fed"},
			{Name: "empty", Path: "empty", Match: []string{"age<0"}},
		}, "", feeds)
		var got []string
		for _, w := range s.Warnings() {
			if w.Path[0] == 'p' {
				got = append(got, fmt.Sprintf("%s %d: %s", w.Path[2:], w.Offset, w.What))
			}
		}
		if want == nil && got == nil {
			continue
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", query, got, want)
		}
	}
	s := mustCompile(t, []config.Topic{
		{Name: "t", Path: "p", Match: []string{"korea", "dprk", "north Korea", "dprk OR korea", "dprk"}},
		{Name: "u", Path: "q", Match: []string{"korea"}},
		{Name: "v", Path: "r", Match: []string{"japan", "japanese -food"}, Never: "japan food"},
	}, "", feeds)
	var got []string
	for _, w := range s.Warnings() {
		got = append(got, w.Path+": "+w.What)
	}
	want := []string{
		"p.match[0]: this query of the list never decides beside dprk OR korea",
		"p.match[1]: this query of the list never decides beside dprk OR korea",
		"p.match[2]: this query of the list never decides beside korea",
		"p.match[4]: this query of the list never decides beside dprk",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	s = mustCompile(t, []config.Topic{{Name: "void", Path: "topics[0]"}, {Name: "over", Path: "topics[2]", Gone: true}, {Name: "barred", Path: "topics[1]", Match: []string{"a"}, Never: "b OR *"},
		{Name: "both", Path: "topics[3]", Match: []string{"north korea"}, Never: "korea OR japan"}}, "*", nil)
	got = nil
	for _, w := range s.Warnings() {
		got = append(got, w.Path+": "+w.What)
	}
	want = []string{
		"never: it bars every item from every topic",
		"topics[0]: topic void takes nothing: it has no query, and no feed names it",
		"topics[1].never: it bars every item, so that the topic stays empty",
		"topics[3].never: it bars all that the query of topic both takes",
		"topics[1].never: * decides alone: it has one answer for all items, and what stands beside it never matters",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestByWords(t *testing.T) {
	s := mustCompile(t, topics(
		config.Topic{Name: "words", Match: []string{`korea OR title:(dprk -"a b") OR 2 of (a, b) OR words>3`}},
		config.Topic{Name: "all", Match: []string{"* -sport"}},
		config.Topic{Name: "tag", Match: []string{"korea", "x -tag:y"}},
		config.Topic{Name: "none"},
	), "", nil)
	for name, want := range map[string]bool{"words": true, "all": false, "tag": false, "none": false, "other": false} {
		if got := s.ByWords(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
