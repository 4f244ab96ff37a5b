package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/control"
)

func newReload(a *app) *cobra.Command {
	var r control.ReloadRequest
	c := &cobra.Command{
		Use:   "reload",
		Short: "Have the running daemon read its config anew",
		Long: `reload has the running daemon read its config anew and put it in force as a
whole. A config with mistakes changes nothing: they are printed here, and the
exit code is 78. Changes of listen, tls, store and control wait for a restart.

A config that would withdraw more than 20 entries of a topic, and more than a
third of its head, is not put in force either: 'sluice plan' shows what would
go, and --yes goes on.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.reload(cmd.Context(), r) },
	}
	c.Flags().BoolVar(&r.Accept, "yes", false, "go on though much of what is published is withdrawn")
	return c
}

func (a *app) reload(ctx context.Context, r control.ReloadRequest) error {
	cfg, _, err := a.loadForStatus()
	if err != nil {
		return err
	}
	client, err := control.Dial(ctx, cfg.Control)
	if errors.Is(err, control.ErrNoDaemon) {
		return fmt.Errorf("no daemon runs on %s, so there is nothing to reload; 'sluice serve' starts one", cfg.Store)
	}
	if err != nil {
		return err
	}
	defer client.Close()
	out, err := client.Reload(ctx, r)
	if err != nil {
		return err
	}
	for _, line := range slices.Concat(out.Warnings, out.Restart) {
		fmt.Fprintf(a.stderr, "sluice: %s\n", line)
	}
	fmt.Fprintf(a.stdout, "reloaded: %s, %s\n", count(out.Feeds, "feed"), count(out.Topics, "topic"))
	for _, line := range out.Learning {
		fmt.Fprintln(a.stdout, line)
	}
	return nil
}
