package daemon

import (
	"strings"
	"testing"
	"testing/fstest"
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
