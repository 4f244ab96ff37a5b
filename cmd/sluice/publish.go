package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/control"
	"sluice/cmd/internal/daemon"
	"sluice/config"
	"sluice/storage"
)

func newPublish(a *app) *cobra.Command {
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use:   "publish --out DIR",
		Short: "Write all documents as static files",
		Long: `publish releases what is ready and writes all documents into DIR: only what
changed, each file renamed into place, a .gz beside it. Files that sluice did
not write are left alone. Beside a daemon it asks the daemon.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dir == "" {
				return usagef("publish needs --out DIR, the folder to write into")
			}
			return a.publish(cmd.Context(), dir, asJSON)
		},
	}
	c.Flags().StringVar(&dir, "out", "", "write into `DIR`")
	c.Flags().BoolVar(&asJSON, "json", false, "print what was done as one object")
	return c
}

func (a *app) publish(ctx context.Context, dir string, asJSON bool) error {
	dir, err := filepath.Abs(dir) // the daemon's folder is another
	if err != nil {
		return err
	}
	cfg, err := daemon.Settings(a.generation())
	if err != nil {
		return err
	}
	h, err := a.hold(ctx, cfg, patience)
	if err != nil {
		return err
	}
	var out control.Published
	if h.daemon != nil {
		out, err = h.daemon.Publish(ctx, dir)
	} else {
		out, err = a.publishAlone(ctx, cfg, h.store, dir)
	}
	if err := errors.Join(err, h.close()); err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(struct {
			Dir       string `json:"dir"`
			Written   int    `json:"written"`
			Unchanged int    `json:"unchanged"`
			Removed   int    `json:"removed"`
		}{out.Dir, out.Written, out.Kept, out.Removed})
	}
	if terminal(a.stderr) {
		fmt.Fprintf(a.stderr, "%s: %d files written, %d unchanged, %d removed\n", out.Dir, out.Written, out.Kept, out.Removed)
	}
	return nil
}

// publishAlone is a publish by the owner of the store: this process.
func (a *app) publishAlone(ctx context.Context, cfg *config.Config, store storage.Store, dir string) (control.Published, error) {
	g, err := daemon.PrepareWith(ctx, cfg, store, false)
	if err != nil {
		return control.Published{}, err
	}
	system := daemon.NewSystem(store, a.quietLogger(cfg.Log), version())
	if err := a.prepare(ctx, system, g, store, false); err != nil {
		return control.Published{}, err
	}
	for _, w := range system.Generation().Warnings {
		fmt.Fprintf(a.stderr, "sluice: %s\n", w)
	}
	return system.WriteTo(ctx, dir, time.Now())
}
