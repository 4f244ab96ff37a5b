package main

import (
	"github.com/spf13/cobra"

	"sluice/config"
)

func newSchema(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the config",
		Long: `schema prints the JSON Schema of the config, for editors that complete and
check YAML as it is typed.`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := a.stdout.Write(config.Schema())
			return err
		},
	}
}
