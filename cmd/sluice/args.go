package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// noArguments refuses arguments in words.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments, but there is %q", cmd.Name(), args[0])
	}
	return nil
}

// atMost allows up to n arguments, called what in the message.
func atMost(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			return fmt.Errorf("%s takes %s at most, but there is %q too", cmd.Name(), what, args[n])
		}
		return nil
	}
}

// exactlyTwo demands two arguments, called what in the message.
func exactlyTwo(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < 2 {
			return fmt.Errorf("%s needs %s", cmd.Name(), what)
		}
		return atMost(2, what)(cmd, args)
	}
}

// exactlyOne demands one argument, called what in the message.
func exactlyOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fmt.Errorf("%s needs %s", cmd.Name(), what)
		}
		return atMost(1, what)(cmd, args)
	}
}
