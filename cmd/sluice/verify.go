package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
)

func newVerify(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify",
		Short: "Check that the store is whole",
		Long: `verify reads the whole store and prints what is not as it should be, one
sentence a line; then the exit code is 1. Nothing is changed.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.verify(cmd.Context(), asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one object a line")
	return c
}

func (a *app) verify(ctx context.Context, asJSON bool) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if _, err := os.Stat(cfg.Store); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no store at %s yet; 'sluice fetch' makes one", cfg.Store)
	}
	store, done, err := a.look(ctx, cfg)
	if err != nil {
		return err
	}
	wrong, err := store.Verify(ctx)
	if err := errors.Join(err, done()); err != nil {
		return err
	}
	for _, sentence := range wrong {
		if asJSON {
			err = a.printJSON(map[string]string{"problem": sentence})
		} else {
			_, err = fmt.Fprintln(a.stdout, oneLine(sentence))
		}
		if err != nil {
			return err
		}
	}
	switch {
	case len(wrong) > 0:
		return coded(exitFailure, nil)
	case !asJSON:
		fmt.Fprintf(a.stdout, "%s is whole\n", cfg.Store)
	}
	return nil
}
