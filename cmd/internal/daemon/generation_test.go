package daemon

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"sluice/config"
)

// TestLoadTellsAll looks for the mistakes of the YAML and those of the queries
// in one run.
func TestLoadTellsAll(t *testing.T) {
	const text = `site: {title: T, urll: x}
never: 'a OR'
topics:
  - {name: one, match: 'a (b'}
  - {name: two, match: [good, 'title:'], never: '"open', limitt: 3}
`
	_, err := Load(fstest.MapFS{"c.yaml": {Data: []byte(text)}}, "/c.yaml", nil)
	if err == nil {
		t.Fatal("no mistake was found")
	}
	for _, place := range []string{
		"/c.yaml:1:18: site.urll:", "/c.yaml:2:", "/c.yaml:4:",
		"topics[1].match[1]:", "topics[1].never:", "topics[1].limitt:",
	} {
		if !strings.Contains(err.Error(), place) {
			t.Errorf("%s is missing in:\n%v", place, err)
		}
	}
}

// TestLoadTellsAllInOrder has a circle, a broken list and a query beside a
// mistake of the YAML, a reference to a topic that has one, and wrong queries of
// topics whose names are wrong.
func TestLoadTellsAllInOrder(t *testing.T) {
	const text = `site: {title: T}
feeds:
  - opml: broken.opml
topics:
  - {name: a, match: 'topic:b'}
  - {name: b, match: 'topic:a'}
  - {name: c, match: 'x ('}
  - {name: d, match: 'topic:e'}
  - {name: 'e!', match: 'x )'}
  - {name: A, match: '"y'}
urll: x
`
	_, err := Load(fstest.MapFS{"c.yaml": {Data: []byte(text)}, "broken.opml": {Data: []byte("<html>")}}, "/c.yaml", nil)
	var mistakes *config.Mistakes
	if !errors.As(err, &mistakes) {
		t.Fatalf("Load gives %v", err)
	}
	var got []string
	for _, m := range mistakes.List {
		got = append(got, fmt.Sprintf("%d %s", m.Line, m.Path))
	}
	want := []string{"3 feeds[0].opml", "6 topics[1].match", "7 topics[2].match", "9 topics[4].name", "9 topics[4].match", "10 topics[5].name", "10 topics[5].match", "11 urll"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q\n%v", got, want, err)
	}
}
