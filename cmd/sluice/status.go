package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/control"
	"sluice/cmd/internal/daemon"
	"sluice/storage"
)

func newStatus(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "status [FEED]",
		Short: "Show how the daemon and the feeds are",
		Long: `status shows whether a daemon runs, whether its last reload failed, and of each
feed its state: new (never polled), ok, failing, deferred (its host asked to be
left alone), held (it seems to have another owner: see 'confirm'), gone (no longer in the config; its items stay). Where a feed's last
document showed that a key of the config may help, it names the line to write. Above them stand the
reading lists that have an address, and those whose file is not good: such a list
is used as it was when it was good last. There also stands a change of the topics
that is held back. Below stands of each topic that learns
what it learned, or what it lacks.`,
		Args: atMost(1, "one FEED"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.status(cmd.Context(), args, asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one object a line, one for each feed")
	return c
}

func (a *app) status(ctx context.Context, args []string, asJSON bool) error {
	cfg, g, err := a.loadForStatus()
	if err != nil {
		return err
	}
	store, done, err := a.look(ctx, cfg)
	if err != nil {
		return err
	}
	feeds, err := store.Feeds(ctx)
	var lists []storage.ListState
	if err == nil {
		lists, err = store.Lists(ctx)
	}
	if err == nil {
		g, err = a.generationWith(ctx, g, store)
	}
	var learning []string
	if err == nil && g.Topics != nil && g.Topics.Learns() {
		learning, err = learningOf(ctx, g, store)
	}
	var held storage.Hold
	if own, ok := store.(ownStore); ok && err == nil {
		_, held, err = own.Rules(ctx)
	}
	var about *control.Status
	if client, ok := store.(*control.Client); ok && err == nil {
		var s control.Status
		s, err = client.Status(ctx)
		about = &s
	}
	if err := errors.Join(err, done()); err != nil {
		return err
	}
	now := time.Now()
	rows := healthOf(g, feeds, about != nil, now)
	if len(args) > 0 {
		if rows, err = oneFeed(rows, args[0]); err != nil {
			return err
		}
	}
	if asJSON {
		for _, r := range rows {
			if err := a.printJSON(r.json()); err != nil {
				return err
			}
		}
		return nil
	}
	a.printDaemon(about, cfg.Store, now)
	a.printHeld(held)
	a.printLists(g.Config.Lists, lists, now)
	if len(args) > 0 {
		a.printFeed(rows[0], now)
		return nil
	}
	a.printFeeds(rows, now)
	for _, line := range learning {
		fmt.Fprintln(a.stdout, line)
	}
	return nil
}

// learningOf says how the topics that learn stand.
func learningOf(ctx context.Context, g *daemon.Generation, store control.Reading) ([]string, error) {
	states, err := store.Topics(ctx)
	if err != nil {
		return nil, err
	}
	return g.Learning(states), nil
}

// health is one feed's row.
type health struct {
	storage.FeedState
	State string
	URL   string // as it may be shown
}

// healthOf joins what the config names with what the store knows. Beside a
// daemon the store alone tells, since the daemon's config may not be the one
// that stands in the file now.
func healthOf(g *daemon.Generation, states []storage.FeedState, daemon bool, now time.Time) []health {
	var rows []health
	known := make(map[string]bool)
	for _, s := range states {
		known[s.Name] = true
		if feed, ok := g.Feed(s.Name); !daemon {
			s.Enrolled = ok
			s.Private = s.Private || feed.Private
		}
		if feed, ok := g.Feed(s.Name); ok {
			s.Advice = advised(s.Advice, feed)
		}
		rows = append(rows, healthRow(s, now))
	}
	if !daemon {
		for _, f := range g.Feeds {
			if !known[f.Name] {
				rows = append(rows, healthRow(storage.FeedState{Name: f.Name, URL: f.URL, Private: f.Private, Enrolled: true}, now))
			}
		}
	}
	slices.SortFunc(rows, func(a, b health) int { return strings.Compare(a.Name, b.Name) })
	return rows
}

func healthRow(s storage.FeedState, now time.Time) health {
	h := health{FeedState: s, URL: s.URL}
	if s.Private {
		h.URL = "(private)"
	}
	switch {
	case !s.Enrolled:
		h.State = "gone"
	case s.HostUntil.After(now):
		h.State = "deferred"
	case s.Error != "":
		h.State = "failing"
	case !s.Held.IsZero():
		h.State = "held"
	case s.LastPoll.IsZero():
		h.State = "new"
	default:
		h.State = "ok"
	}
	return h
}

func oneFeed(rows []health, name string) ([]health, error) {
	names := make([]string, len(rows))
	for i, r := range rows {
		if r.Name == name {
			return rows[i : i+1], nil
		}
		names[i] = r.Name
	}
	return nil, &control.UnknownFeedError{Name: name, Near: daemon.Near(name, names)}
}

func (h health) json() any {
	return struct {
		Feed        string   `json:"feed"`
		URL         string   `json:"url"`
		State       string   `json:"state"`
		LastStatus  int      `json:"last_status"`
		LastPoll    *string  `json:"last_poll"`
		LastSuccess *string  `json:"last_success"`
		NextPoll    *string  `json:"next_poll"`
		Error       string   `json:"error"`
		Warning     string   `json:"warning"`
		Failures    int      `json:"failures"`
		Items       int      `json:"items"`
		Title       string   `json:"title"`
		Moved       string   `json:"moved"`
		Flood       *string  `json:"flood"`       // when old items came under other names last
		FloodItems  int      `json:"flood_items"` // and how many
		Held        *string  `json:"held"`        // since when it waits for confirm
		Claimant    string   `json:"claimant"`    // who seems to own it now
		Advice      []string `json:"advice"`
	}{
		h.Name, h.URL, h.State, h.Status, stamp(h.LastPoll), stamp(h.LastSuccess), stamp(h.NextPoll),
		h.Error, h.Warning, h.Failures, h.Items, h.Title, h.movedTo(), stamp(h.Flood), h.Flooded, stamp(h.Held), h.Claimant, orEmpty(h.lines()),
	}
}

// lines are what is advised, as lines for the config.
func (h health) lines() (lines []string) {
	for _, a := range h.Advice {
		lines = append(lines, a.Key+": "+a.Value)
	}
	return lines
}

func (h health) movedTo() string {
	if h.Private {
		return ""
	}
	return h.Moved
}

// floodShown is how long status tells of old items that came as new.
const floodShown = 7 * 24 * time.Hour

// note is what a person should know of the feed.
func (h health) note(now time.Time) string {
	switch {
	case h.Error != "":
		return oneLine(h.Error)
	case !h.Held.IsZero():
		return fmt.Sprintf("held since %s, since it seems to have another owner: it is %s now, and all its items are new; 'sluice confirm %s' goes on with it",
			moment(h.Held), oneLine(h.Claimant), h.Name)
	case h.HostUntil.After(now):
		return "its host asked to be left alone until " + moment(h.HostUntil)
	case h.movedTo() != "":
		return "moved for good to " + oneLine(h.Moved)
	case now.Sub(h.Flood) < floodShown:
		return fmt.Sprintf("%s came under other names on %s and were recognised: nothing is published again", count(h.Flooded, "old item"), moment(h.Flood))
	}
	return oneLine(h.Warning)
}

func (a *app) printDaemon(s *control.Status, store string, now time.Time) {
	if s == nil {
		fmt.Fprintf(a.stdout, "no daemon runs on %s\n", store)
		return
	}
	scheme := "http"
	if s.Secure {
		scheme = "https"
	}
	fmt.Fprintf(a.stdout, "daemon: process %d, up %s, serving %s://%s/, config %s as of %s\n",
		s.PID, rough(now.Sub(s.Started)), scheme, s.Address, s.Config, moment(s.Loaded))
	if !s.Ready {
		fmt.Fprintln(a.stdout, "it is still rendering its documents")
	}
	if s.ReloadError != "" {
		fmt.Fprintf(a.stdout, "reload failed at %s; the config of before is in force:\n", moment(s.ReloadFailed))
		for line := range strings.SplitSeq(s.ReloadError, "\n") {
			fmt.Fprintf(a.stdout, "  %s\n", line)
		}
	}
	for _, r := range s.Restart {
		fmt.Fprintf(a.stdout, "waits for a restart: %s\n", r)
	}
	for _, w := range s.Warnings {
		fmt.Fprintf(a.stdout, "warning: %s\n", w)
	}
}

// printHeld tells of a change that the last fetch did not put in force. A daemon
// tells of its own among its warnings.
func (a *app) printHeld(held storage.Hold) {
	if held.Topics == nil {
		return
	}
	fmt.Fprintln(a.stdout, "the topics stay by the rules of before, since the edited config would withdraw much of what is published:")
	for _, line := range held.Topics {
		fmt.Fprintf(a.stdout, "  %s\n", line)
	}
	fmt.Fprintln(a.stdout, "'sluice plan' shows all of it, and 'sluice fetch --accept' goes on with it")
}

func (a *app) printFeeds(rows []health, now time.Time) {
	width := len("FEED")
	for _, r := range rows {
		width = max(width, len([]rune(r.Name)))
	}
	line := func(name, state, status, last, next, items, note string) {
		text := pad(name, width) + "  " + pad(state, 8) + "  " + pad(status, 6) + "  " + pad(last, 9) + "  " +
			pad(next, 9) + "  " + pad(items, 6) + "  " + note
		fmt.Fprintln(a.stdout, strings.TrimRight(text, " "))
	}
	line("FEED", "STATE", "STATUS", "LAST POLL", "NEXT POLL", "ITEMS", "NOTE")
	for _, r := range rows {
		next := ago(r.NextPoll, now)
		if r.State == "gone" {
			next = "-"
		}
		note := r.note(now)
		if note == "" && len(r.Advice) > 0 {
			note = adviceText(r.Advice[0])
		}
		line(r.Name, r.State, statusText(r.Status), ago(r.LastPoll, now), next, fmt.Sprint(r.Items), note)
	}
}

func (a *app) printFeed(h health, now time.Time) {
	for _, f := range [][2]string{
		{"feed", h.Name}, {"address", h.URL}, {"title", oneLine(h.Title)}, {"state", h.State},
		{"last status", statusText(h.Status)},
		{"last poll", moment(h.LastPoll)}, {"last success", moment(h.LastSuccess)}, {"next poll", moment(h.NextPoll)},
		{"items", fmt.Sprint(h.Items)}, {"note", h.note(now)},
	} {
		if f[1] != "" {
			fmt.Fprintf(a.stdout, "%s%s\n", pad(f[0]+":", 14), f[1])
		}
	}
	for _, advice := range h.Advice {
		fmt.Fprintf(a.stdout, "%s%s\n", pad("advice:", 14), adviceText(advice))
	}
}

func statusText(status int) string {
	if status == 0 {
		return "-"
	}
	return fmt.Sprint(status)
}
