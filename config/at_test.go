package config

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestAt points at the word "here" in queries of all styles and wants it where
// the file has it.
func TestAt(t *testing.T) {
	for name, value := range map[string]string{
		"plain":           "a OR here OR b",
		"plain lines":     "a OR\n      b OR\n\n      here",
		"single":          "'it''s OR here'",
		"single lines":    "'it''s OR\n      here'",
		"double":          `"\x61 \"b c\" \u00e9\t OR here"`,
		"double lines":    "\"a \\\n      OR\n      here\"",
		"double escaped":  `"é\n\n \  here"`,
		"folded":          ">-\n      a OR\n      é OR here\n",
		"folded indented": ">-\n      a\n\n        b OR\n      here\n",
		"literal":         "|  # comment\n      a OR\n        b\n\n      here\n",
		"literal indent":  "|2+\n        a OR\n      here\n\n",
		"tag":             "!!str a OR here",
		"tag and lines":   "!!str\n      a OR here",
		"quoted tag":      "!!str 'a OR here'",
		"wide":            "'日本 OR here'",
		"list":            "[x, here]",
		"block list":      "\n      - x\n      - >-\n        a\n        here\n",
	} {
		for _, end := range []string{"\n", "\r\n"} {
			text := strings.ReplaceAll("site: {title: T}\ntopics:\n  - name: first\n  - match: "+value+"\n    name: second\n", "\n", end)
			c, err := Load(fstest.MapFS{"c.yaml": {Data: []byte(text)}}, "/c.yaml", nil)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			match, path := c.Topics[1].Match, "topics[1].match"
			if strings.Contains(name, "list") {
				path = "topics[1].match[1]"
			}
			offset := strings.Index(match[len(match)-1], "here")
			m := c.At(path, offset, "is wrong", "mend it")
			before := text[:strings.Index(text, "here")]
			line := strings.Count(before, "\n") + 1
			col := len([]rune(before[strings.LastIndex(before, "\n")+1:])) + 1
			if m.Line != line || m.Column != col || m.Path != path {
				t.Errorf("%s: at %d:%d %s, want %d:%d %s\n%s", name, m.Line, m.Column, m.Path, line, col, path, m)
			}
			if !strings.Contains(m.Source, "here") || strings.Contains(m.Source, "\r") {
				t.Errorf("%s: source %q", name, m.Source)
			}
		}
	}
}

func TestAtAround(t *testing.T) {
	c := load(t, "/good/full.yaml")
	for _, test := range []struct {
		path   string
		offset int
		want   string
	}{
		{"topics[0].match", 0, "/good/full.yaml:69:7: topics[0].match: "},
		{"topics[0].match[0]", 1, "/good/full.yaml:69:8: topics[0].match[0]: "},
		{"topics[0].tests[1]", 0, "/good/full.yaml:80:9: topics[0].tests[1]: "},
		{"topics[0].tests[1].tags", 0, "/good/full.yaml:80:9: topics[0].tests[1].tags: "},
		{"topics[2].match", 0, "/good/full.yaml:86:5: topics[2].match: "},
		{"topics[3].match", 5, "/good/feeds.d/10-first.yaml:7:17: topics[0].match: "},
		{"topics[4].match", 7, "/good/feeds.d/20-crlf.yaml:5:7: topics[0].match: "},
		{"feeds[8].opml", 0, "/good/feeds.d/10-first.yaml:3:11: feeds[1].opml: "},
		{"never", 3, "/good/full.yaml:87:11: never: "},
		{"never", 1000, "/good/full.yaml:87:8: never: "},
		{"topics[99].match", 0, "/good/full.yaml:61:1: topics[99].match: "},
		{"nowhere", -1, "/good/full.yaml:1:1: nowhere: "},
	} {
		got := c.At(test.path, test.offset, "what", "remedy").Head()
		if got != test.want+"what; remedy" {
			t.Errorf("%s+%d: %s, want %s", test.path, test.offset, got, test.want)
		}
	}
	empty := (&Config{File: "f"}).At("topics[0].match", 3, "what", "remedy")
	if got := empty.Head(); got != "f:1:1: topics[0].match: what; remedy" {
		t.Error(got)
	}
}

// The elements of a list that are said twice are no queries of the topic.
func TestAtAfterTwins(t *testing.T) {
	text := "site: {title: T}\ntopics:\n  - name: a\n    match: [x, x, here]\n  - name: b\n    match: [here, here]\n"
	c, err := Load(fstest.MapFS{"c.yaml": {Data: []byte(text)}}, "/c.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"topics[0].match[1]": "/c.yaml:4:19: topics[0].match[2]: what; remedy",
		"topics[1].match":    "/c.yaml:6:13: topics[1].match[0]: what; remedy",
	} {
		if got := c.At(path, 0, "what", "remedy").Head(); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
