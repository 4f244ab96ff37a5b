package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/control"
	"sluice/cmd/internal/daemon"
	"sluice/config"
	"sluice/storage"
)

func newFetch(a *app) *cobra.Command {
	var r control.FetchRequest
	var asJSON, accept bool
	c := &cobra.Command{
		Use:   "fetch [FEED...] [flags]",
		Short: "Poll what is due, publish, and end: for cron",
		Long: `fetch polls the feeds that are due (named ones in any case), releases the new
stories together after the last poll, writes static files where 'static.dir' is
set, and ends. Beside a daemon it asks the daemon, and ends after publication.

Nothing is printed when all is well; on a terminal it shows how far it is. Each
feed that failed is named on standard error with its reason, and the exit code
is 3; the others are published all the same.

Where the edited config would withdraw more than 20 entries of a topic, and more
than a third of its head, the topics stay as they were, in this and later
fetches: fetch says so on standard error and goes on by the rules of before.
'sluice plan' shows what would go, and --accept goes on with the change: beside a
daemon as 'sluice reload --yes' does, before the polls.

If another command has the store, fetch waits for it, 30 seconds at most.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if r.All && len(args) > 0 {
				return usagef("fetch takes either --all or the names of feeds")
			}
			r.Feeds = args
			return a.fetch(cmd.Context(), r, accept, asJSON)
		},
	}
	c.Flags().BoolVar(&r.All, "all", false, "poll every feed, due or not")
	c.Flags().BoolVar(&r.IfFree, "if-free", false, "end quietly if another fetch is at work")
	c.Flags().BoolVar(&accept, "accept", false, "go on though much of what is published is withdrawn")
	c.Flags().BoolVar(&asJSON, "json", false, "print what was done as one object")
	return c
}

func (a *app) fetch(ctx context.Context, r control.FetchRequest, accept, asJSON bool) error {
	g, err := a.generation()
	cfg, err := daemon.Settings(g, err)
	if err != nil {
		return err
	}
	for _, name := range r.Feeds {
		if _, ok := g.Feed(name); !ok && len(cfg.Lists) == 0 {
			return &control.UnknownFeedError{Name: name, Near: daemon.Near(name, g.FeedNames())}
		}
	}
	wait := patience
	if r.IfFree {
		wait = patienceFree
	}
	h, err := a.hold(ctx, cfg, wait)
	var owned *storage.OwnedError
	switch {
	case r.IfFree && errors.As(err, &owned):
		return a.fetched(control.Fetched{Busy: true}, r, asJSON)
	case err != nil:
		return err
	}
	p := a.progress(g, r)
	var out control.Fetched
	if h.daemon != nil {
		out, err = fetchBeside(ctx, h.daemon, r, accept, p.report)
	} else {
		out, err = a.fetchAlone(ctx, cfg, h, r, accept, p.report)
	}
	p.end()
	if err := errors.Join(err, h.close()); err != nil {
		a.tellReasons("", out.Failed)
		return err
	}
	return a.fetched(out, r, asJSON)
}

// fetchBeside is a fetch by the daemon. What it is to accept stands in its
// config, which it reads first.
func fetchBeside(ctx context.Context, d *control.Client, r control.FetchRequest, accept bool, report func(control.Polled)) (control.Fetched, error) {
	if accept {
		if _, err := d.Reload(ctx, control.ReloadRequest{Accept: true}); err != nil {
			return control.Fetched{}, err
		}
	}
	return d.Fetch(ctx, r, report)
}

// fetchAlone is a fetch by the owner of the store: this process.
func (a *app) fetchAlone(ctx context.Context, cfg *config.Config, h *holder, r control.FetchRequest, accept bool, report func(control.Polled)) (control.Fetched, error) {
	system := daemon.NewSystem(h.store, a.quietLogger(cfg.Log), version())
	if _, err := system.ReadLists(ctx, cfg, r.All || accept, accept, time.Now()); err != nil {
		return control.Fetched{}, err
	}
	g, err := daemon.PrepareWith(ctx, cfg, h.store, accept)
	if err != nil {
		return control.Fetched{}, err
	}
	if err := a.prepare(ctx, system, g, h.store, accept); err != nil {
		return control.Fetched{}, err
	}
	out, err := system.Fetch(ctx, r, h.since, report)
	if err != nil {
		return out, err
	}
	return out, system.Prune(ctx, time.Now())
}

// prepare puts a generation in force and routes what is stored by it. A change of
// the topics that would withdraw much of what is published has to be accepted.
func (a *app) prepare(ctx context.Context, system *daemon.System, g *daemon.Generation, store storage.Store, accept bool) error {
	g, err := daemon.Admit(ctx, g, store, accept)
	if err != nil {
		return err
	}
	if _, err := system.Apply(ctx, g, time.Now()); err != nil {
		return err
	}
	return system.Route(ctx, time.Now)
}

// fetched tells how a fetch went and gives its exit code.
func (a *app) fetched(out control.Fetched, r control.FetchRequest, asJSON bool) error {
	if asJSON {
		if err := a.printJSON(fetchedRow(out)); err != nil {
			return err
		}
	}
	for _, w := range out.Warnings {
		fmt.Fprintf(a.stderr, "sluice: %s\n", w)
	}
	a.tellReasons("", out.Failed)
	passed := out.Passed
	if len(r.Feeds) == 0 {
		passed = nil // a host's wish is no failure of the whole
	}
	a.tellReasons("not polled: ", passed)
	if len(out.Failed)+len(passed) > 0 {
		return coded(exitPartly, nil)
	}
	return nil
}

func (a *app) tellReasons(what string, reasons []control.Reason) {
	for _, r := range reasons {
		fmt.Fprintf(a.stderr, "sluice: feed %s: %s%s\n", r.Feed, what, oneLine(r.Reason))
	}
}

type reasonRow struct {
	Feed   string `json:"feed"`
	Reason string `json:"reason"`
}

func reasonRows(list []control.Reason) []reasonRow {
	rows := make([]reasonRow, len(list))
	for i, r := range list {
		rows[i] = reasonRow(r)
	}
	return rows
}

// fetchedRow is a fetch as --json prints it.
func fetchedRow(f control.Fetched) any {
	return struct {
		Busy      bool        `json:"busy"`
		Polled    int         `json:"polled"`
		Unchanged int         `json:"unchanged"`
		New       int         `json:"new"`
		Changed   int         `json:"changed"`
		Released  int         `json:"released"`
		Withdrawn int         `json:"withdrawn"`
		Topics    []string    `json:"topics"`
		Failed    []reasonRow `json:"failed"`
		Passed    []reasonRow `json:"not_polled"`
		Warnings  []string    `json:"warnings"`
	}{
		f.Busy, f.Polled, f.Unchanged, f.New, f.Changed, f.Released, f.Withdrawn,
		orEmpty(f.Topics), reasonRows(f.Failed), reasonRows(f.Passed), orEmpty(f.Warnings),
	}
}
