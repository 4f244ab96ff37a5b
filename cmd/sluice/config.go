package main

import (
	"github.com/spf13/cobra"
)

func newConfig(a *app) *cobra.Command {
	parent := &cobra.Command{
		Use:   "config",
		Short: "Show the config as it is understood",
		Args:  unknownCommand,
		RunE: func(*cobra.Command, []string) error {
			return usagef("config needs a command: config dump")
		},
	}
	parent.AddCommand(&cobra.Command{
		Use:   "dump",
		Short: "Print the values in force",
		Long: `dump prints the config as sluice understands it: includes merged, variables
expanded, defaults filled in, secrets masked.`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			out, err := cfg.Dump()
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(out)
			return err
		},
	})
	return parent
}
