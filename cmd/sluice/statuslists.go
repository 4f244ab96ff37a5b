package main

import (
	"fmt"
	"slices"
	"time"

	"sluice/config"
	"sluice/fetcher/opml"
	"sluice/storage"
)

// printLists tells how the config's reading lists are. Of files that are good
// there is nothing to tell.
func (a *app) printLists(lists []config.List, states []storage.ListState, now time.Time) {
	for _, l := range lists {
		i := slices.IndexFunc(states, func(s storage.ListState) bool { return s.Address == l.Key() })
		switch {
		case i < 0 && l.URL != "":
			fmt.Fprintf(a.stdout, "list %s: not read yet\n", l.Name())
		case i >= 0 && (l.URL != "" || states[i].Error != ""):
			fmt.Fprintf(a.stdout, "list %s: %s\n", l.Name(), listNote(&states[i], now))
		}
	}
}

// listNote says how a list is.
func listNote(s *storage.ListState, now time.Time) string {
	feeds := 0
	if list, err := opml.Parse(s.Data); err == nil {
		feeds = len(list.Outlines)
	}
	next := ""
	if !s.Next.IsZero() {
		next = ", next " + ago(s.Next, now)
	}
	switch {
	case s.Error == "":
		return fmt.Sprintf("%s, read %s%s", count(feeds, "feed"), ago(s.Read, now), next)
	case s.Data == nil:
		return fmt.Sprintf("failing: %s; its feeds are not known yet%s", oneLine(s.Error), next)
	}
	return fmt.Sprintf("failing: %s; its %s of %s are kept%s",
		oneLine(s.Error), count(feeds, "feed"), moment(s.Good), next)
}
