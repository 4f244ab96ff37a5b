package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/daemon"
	"sluice/storage"
)

// exitChanges says that a plan has something to tell.
const exitChanges = 4

// planShown is how many entries and feeds plan names of each kind to people.
const planShown = 5

func newPlan(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "plan",
		Short: "Tell what the edited config would change",
		Long: `plan compares the config as it is written with the one in force: it judges the
stored items by the topics whose rules differ and tells, of each topic, which
entries it would gain and lose, and which feeds with them. It changes nothing.
Stories that await their release are left out.

The exit code is 0 where nothing changes and 4 where something does. --json
prints every entry that comes or goes as an object of its own, and so each feed
that a topic gains or loses.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.plan(cmd.Context(), asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one object a line")
	return c
}

func (a *app) plan(ctx context.Context, asJSON bool) error {
	g, store, done, err := a.lookWith(ctx, "")
	if err != nil {
		return err
	}
	plan, err := daemon.MakePlan(ctx, g, store)
	if err = errors.Join(err, done()); err != nil {
		return err
	}
	if asJSON {
		err = a.printPlanRows(plan)
	} else {
		a.printPlan(plan)
	}
	if err == nil && !plan.Empty() {
		err = coded(exitChanges, nil)
	}
	return err
}

func (a *app) printPlan(p *daemon.Plan) {
	if p.Empty() {
		fmt.Fprintln(a.stdout, "nothing changes")
	}
	for _, name := range p.NewFeeds {
		fmt.Fprintf(a.stdout, "feed %s: new, will be polled\n", name)
	}
	for _, name := range p.OldFeeds {
		fmt.Fprintf(a.stdout, "feed %s: taken out, will be polled no more; its items stay\n", name)
	}
	for _, t := range p.Topics {
		fmt.Fprintln(a.stdout, t.Summary())
		if t.Gone {
			continue
		}
		a.printPlanned("+", t.Added)
		a.printPlanned("-", t.Removed)
		for _, f := range []struct {
			what  string
			names []string
		}{{"gains", t.Gained}, {"loses", t.Lost}} {
			if n := len(f.names); n > 0 {
				fmt.Fprintf(a.stdout, "  %s %s: %s", f.what, count(n, "feed"), strings.Join(f.names[:min(n, planShown)], ", "))
				if n > planShown {
					fmt.Fprintf(a.stdout, " and %d more", n-planShown)
				}
				fmt.Fprintln(a.stdout)
			}
		}
	}
}

func (a *app) printPlanned(sign string, entries []daemon.PlannedEntry) {
	for _, e := range entries[:min(len(entries), planShown)] {
		feed := pad(clip(e.Feed, 24), 24) + "  "
		if a.narrow() {
			feed = ""
		}
		fmt.Fprintf(a.stdout, "  %s %s  %s%s\n", sign, e.Item.String()[:10], feed, titleOf(&storage.Item{Title: e.Title}))
	}
	if n := len(entries) - planShown; n > 0 {
		fmt.Fprintf(a.stdout, "  %s and %d more\n", sign, n)
	}
}

// A planRow is one thing that changes, as --json prints it.
type planRow struct {
	Change string `json:"change"` // adds, removes, gains feed, loses feed; new topic, topic gone, topic renamed; new feed, feed gone
	Topic  string `json:"topic"`
	Was    string `json:"was"` // the name of a renamed topic now
	Story  string `json:"story"`
	Item   string `json:"item"`
	Feed   string `json:"feed"`
	Title  string `json:"title"`
}

func planRows(p *daemon.Plan) (rows []planRow) {
	for _, name := range p.NewFeeds {
		rows = append(rows, planRow{Change: "new feed", Feed: name})
	}
	for _, name := range p.OldFeeds {
		rows = append(rows, planRow{Change: "feed gone", Feed: name})
	}
	for _, t := range p.Topics {
		switch {
		case t.New:
			rows = append(rows, planRow{Change: "new topic", Topic: t.Name})
		case t.Gone:
			rows = append(rows, planRow{Change: "topic gone", Topic: t.Name})
		case t.Was != t.Name:
			rows = append(rows, planRow{Change: "topic renamed", Topic: t.Name, Was: t.Was})
		}
		add := func(change string, entries []daemon.PlannedEntry) {
			for _, e := range entries {
				rows = append(rows, planRow{change, t.Name, "", e.Story.String(), e.Item.String(), e.Feed, titleOf(&storage.Item{Title: e.Title})})
			}
		}
		add("adds", t.Added)
		add("removes", t.Removed)
		for _, name := range t.Gained {
			rows = append(rows, planRow{Change: "gains feed", Topic: t.Name, Feed: name})
		}
		for _, name := range t.Lost {
			rows = append(rows, planRow{Change: "loses feed", Topic: t.Name, Feed: name})
		}
	}
	return rows
}

func (a *app) printPlanRows(p *daemon.Plan) error {
	for _, row := range planRows(p) {
		if err := a.printJSON(row); err != nil {
			return err
		}
	}
	return nil
}
