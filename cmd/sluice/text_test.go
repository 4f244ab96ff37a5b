package main

import (
	"strings"
	"testing"
	"time"

	"sluice/cmd/internal/daemon"
	"sluice/storage"
)

func TestItemLine(t *testing.T) {
	item := &storage.Item{ID: storage.ID{0xab, 0xcd}, Feed: "a-feed-with-quite-a-long-name", Title: storage.Text{Value: "Rain\n<b>in</b> Orr", HTML: true}, FirstSeen: time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local)}
	id := item.ID.String()[:10]
	if got, want := itemLine(item, false), id+"  2026-03-01 12:00  a-feed-with-quite-a-lon…  Rain in Orr"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := itemLine(item, true), id+"  Rain in Orr"; got != want {
		t.Errorf("narrow: %q, want %q", got, want)
	}
}

// A plan's rows tell all that it tells people.
func TestPlanRows(t *testing.T) {
	entry := daemon.PlannedEntry{Feed: "a", Title: storage.Text{Value: "Rain"}}
	rows := planRows(&daemon.Plan{
		NewFeeds: []string{"new"}, OldFeeds: []string{"old"},
		Topics: []daemon.TopicPlan{
			{Name: "x", Was: "y", Added: []daemon.PlannedEntry{entry}, Removed: []daemon.PlannedEntry{entry}, Gained: []string{"a"}, Lost: []string{"b"}},
			{Name: "n", Was: "n", New: true}, {Name: "g", Was: "g", Gone: true},
		},
	})
	var got []string
	for _, r := range rows {
		got = append(got, strings.Join(strings.Fields(r.Change+" "+r.Topic+" "+r.Was+" "+r.Feed+" "+r.Title), " "))
	}
	want := "new feed new, feed gone old, topic renamed x y, adds x a Rain, removes x a Rain, gains feed x a, loses feed x b, new topic n, topic gone g"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s\nwant %s", strings.Join(got, ", "), want)
	}
}
