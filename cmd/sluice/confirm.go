package main

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/control"
	"sluice/cmd/internal/daemon"
)

func newConfirm(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "confirm FEED",
		Short: "Go on with a feed that has another owner",
		Long: `confirm has a feed go on that is held since it seems to have another owner: its
title, the host of its site and all its items were others at once. Until then
nothing of it is stored; 'sluice status' names it. confirm polls the feed, and
what it brings enters by its dates, as from a first poll. A feed that becomes
what it was goes on by itself; one that gets another url in the config too.
Beside a daemon it asks the daemon, and returns after publication.`,
		Args: exactlyOne("a FEED, by its name"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.confirm(cmd.Context(), args[0], asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print what was done as one object")
	return c
}

func (a *app) confirm(ctx context.Context, feed string, asJSON bool) error {
	g, err := a.generation()
	if err != nil {
		return err
	}
	if names := g.FeedNames(); !slices.Contains(names, feed) {
		return &control.UnknownFeedError{Name: feed, Near: daemon.Near(feed, names)}
	}
	h, err := a.hold(ctx, g.Config, patience)
	if err != nil {
		return err
	}
	var out control.Fetched
	if h.daemon != nil {
		out, err = h.daemon.Confirm(ctx, feed)
	} else {
		system := daemon.NewSystem(h.store, a.quietLogger(g.Config.Log), version())
		if err = a.prepare(ctx, system, g, h.store, false); err == nil {
			out, err = system.Confirm(ctx, feed)
		}
	}
	if err := errors.Join(err, h.close()); err != nil {
		return err
	}
	return a.fetched(out, control.FetchRequest{Feeds: []string{feed}}, asJSON)
}
