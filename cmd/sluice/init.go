package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"sluice/config"
)

func newInit(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write a commented starter config",
		Long: `init writes a commented starter config to FILE, or to sluice.yaml, that runs as
it stands. A file that exists is never overwritten.`,
		Args: atMost(1, "one FILE"),
		RunE: func(_ *cobra.Command, args []string) error {
			name := "sluice.yaml"
			if len(args) > 0 {
				name = args[0]
			}
			if err := writeNew(name, config.Starter()); err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "wrote %s; 'sluice check --config %s' checks it, 'sluice serve --config %s' runs it\n", name, name, name)
			return nil
		},
	}
}

// writeNew writes a file that must not exist yet.
func writeNew(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already and is left as it is; name another file", name)
	}
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}
