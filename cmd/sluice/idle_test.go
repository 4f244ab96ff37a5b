package main

import (
	"os"
	"strings"
	"testing"
)

// check tells of topics that take nothing of what is stored, or nearly all of
// it, once there is enough to tell by; beside a process that has the store it
// says nothing of them.
func TestCheckTellsOfIdleTopics(t *testing.T) {
	p := newPupil(t)
	data, err := os.ReadFile(p.file)
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(string(data), "topics:\n")
	config := before + `topics:
  - {name: idle, match: 'lighthouse OR "no such words"'}
  - {name: barred, match: anchor, never: 'the OR a OR of'}
  - {name: most, match: 'the OR a OR of OR was OR with'}
  - {name: all, match: '*'}
  - {name: none, match: 'lang:xh anchor'}
  - {name: ships, match: 'anchor OR cargo'}
  - {name: over, match: 'lighthouse', gone: true}
`
	if err := os.WriteFile(p.file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := p.run(exitOK, "check"); strings.Contains(got, "warning") {
		t.Errorf("of 70 items: %s", got)
	}
	for n := range 15 {
		p.add("ship", 100+n)
		p.add("garden", 100+n)
	}
	p.run(exitOK, "fetch", "--all")
	got := p.run(exitOK, "check")
	p.says(got, `warning: .*:\d+:\d+: topics\[0\]\.match: topic idle takes none of the 100 items of the last 30 days; mend the query: 'sluice try' tells`,
		`topics\[1\]\.match: topic barred takes none of the 100 items`,
		`topics\[2\]\.match: topic most takes (9\d|100) of the 100 items of the last 30 days; ask for words that fewer items have, or write '\*' if all are meant`)
	if n := strings.Count(got, "warning:"); n != 3 {
		t.Errorf("%d warnings: %s", n, got)
	}
}
