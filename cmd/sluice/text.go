package main

import (
	"strings"
	"time"
	"unicode"

	"sluice/config"
	"sluice/fetcher/clean"
	"sluice/storage"
)

// oneLine makes foreign text fit for one line of a terminal: no control
// characters, no runs of blanks.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// clip cuts s to n characters.
func clip(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return string(runes[:n-1]) + "…"
}

// pad fills s with blanks to n columns. Wide characters take two.
func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-len([]rune(s))))
}

// plain returns a piece of prose without markup.
func plain(t storage.Text) string {
	if t.HTML {
		return clean.Text(t.Value)
	}
	return t.Value
}

// titleOf returns an item's title on one line.
func titleOf(item *storage.Item) string {
	if title := oneLine(plain(item.Title)); title != "" {
		return title
	}
	return "(untitled)"
}

// itemLine is an item in a list for people: its id, when it was first seen, its
// feed and title; where the terminal is narrow, what must be there.
func itemLine(item *storage.Item, narrow bool) string {
	id := item.ID.String()[:10]
	if narrow {
		return id + "  " + titleOf(item)
	}
	return id + "  " + moment(item.FirstSeen) + "  " + pad(clip(item.Feed, 24), 24) + "  " + titleOf(item)
}

// moment is a time for people: their own zone, to the minute.
func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format("2006-01-02 15:04")
}

// ago is a time as seen from now: "3m ago", "in 2h".
func ago(t, now time.Time) string {
	if t.IsZero() {
		return "-"
	}
	d := now.Sub(t)
	switch {
	case d >= 0 && d < time.Second, d < 0 && d > -time.Second:
		return "now"
	case d < 0:
		return "in " + rough(-d)
	}
	return rough(d) + " ago"
}

// rough is a duration in its largest unit.
func rough(d time.Duration) string {
	unit := time.Second
	switch {
	case d >= 48*time.Hour:
		unit = 24 * time.Hour
	case d >= 2*time.Hour:
		unit = time.Hour
	case d >= 2*time.Minute:
		unit = time.Minute
	}
	return config.FormatDuration(d.Truncate(unit))
}

// stamp is a time in JSON: RFC 3339 in UTC, null where it is not known.
func stamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format(time.RFC3339)
	return &s
}

// orEmpty makes JSON's null an empty list.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// printable makes foreign text of several lines fit for a terminal.
func printable(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = oneLine(lines[i])
	}
	return strings.Join(lines, "\n")
}

// joinOr lists what may have been meant.
func joinOr(names []string) string { return strings.Join(names, " or ") }
