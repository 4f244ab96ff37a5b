package main

import (
	"strings"
	"testing"

	"sluice/publisher/topic"
)

// Every example in the help on queries is a query.
func TestQueriesHelp(t *testing.T) {
	examples := 0
	for line := range strings.Lines(queriesHelp) {
		if !strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "   ") {
			continue
		}
		line, _, _ = strings.Cut(strings.TrimSpace(line), "  ")
		examples++
		if _, err := topic.ParseQuery(line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if examples < 25 {
		t.Errorf("only %d examples", examples)
	}
}
