package main

import (
	"testing"
	"time"

	"sluice/publisher/topic"
	"sluice/storage"
)

// An item that its topic takes all the same tells why its story is out.
func TestAVerdictTellsWhatKeepsAStoryOut(t *testing.T) {
	taken := topic.Account{Match: &topic.Finding{Holds: true}, Taken: true}
	released, gone := time.Unix(1, 0).UTC(), time.Unix(60, 0).UTC()
	out := []storage.Membership{{Topic: "rain", Number: 3, Withdrawn: gone}}
	two := []storage.Telling{{}, {}}
	for _, c := range []struct {
		name  string
		story storage.Story
		want  string
	}{
		{"one of two tellings", storage.Story{Released: released, Tellings: two, Entries: out}, "taken by its query; the story was entry 3 until 1970-01-01 00:01: another telling bars it, or the topic awaits a re-route"},
		{"a single one", storage.Story{Released: released, Tellings: two[:1], Entries: out}, "taken by its query; the story was entry 3 until 1970-01-01 00:01"},
		{"hidden", storage.Story{Released: released, Tellings: two, Entries: out, HiddenIn: []string{"rain"}}, "taken by its query; hidden by hand; the story was entry 3 until 1970-01-01 00:01"},
		{"never an entry", storage.Story{Released: released, Tellings: two}, "taken by its query; the story is no entry: another telling bars it, or the topic awaits a re-route"},
	} {
		if got := verdict(taken, "rain", c.story); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
