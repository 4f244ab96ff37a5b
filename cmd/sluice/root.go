package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// newRoot builds the tree of commands.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "sluice",
		Short: "Read many feeds, publish a few",
		Long: `sluice polls RSS, Atom and JSON feeds, keeps their items in one file, tells
stories from their copies, and publishes topics as Atom, RSS, JSON Feed and
plain pages: as a daemon (serve), or from cron as static files (fetch).

The config is sought at --config FILE, SLUICE_CONFIG, ./sluice.yaml and
/etc/sluice/sluice.yaml. 'sluice init' writes a starter; 'sluice demo' shows
everything at work without one.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(a.stderr)
			if err := cmd.Help(); err != nil {
				return err
			}
			return coded(exitUsage, nil)
		},
		PersistentPreRun: func(*cobra.Command, []string) { a.started = true },
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.PersistentFlags().StringVar(&a.configFlag, "config", "", "config `FILE`")
	root.AddCommand(
		newServe(a), newFetch(a), newPublish(a), newReload(a),
		newCheck(a), newPlan(a), newInit(a), newSchema(a), newConfig(a), newStatus(a),
		newList(a), newStories(a), newShow(a), newExplain(a), newTry(a), newVerify(a),
		newLabel(a), newScore(a), newRelearn(a),
		newSplit(a), newMerge(a), newHide(a), newUnhide(a), newConfirm(a),
		newEval(a), newAdd(a), newAdopt(a), newImport(a), newExport(a), newParse(a), newVersion(a),
		newMan(a), newDemo(a), newToken(a), newQueries(),
	)
	root.SetHelpCommand(newHelp(a))
	root.InitDefaultCompletionCmd()
	needShell(root)
	return root
}

// needShell makes cobra's completion command refuse what is no shell.
func needShell(root *cobra.Command) {
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			c.Args = unknownCommand
			c.RunE = func(*cobra.Command, []string) error {
				return usagef("completion needs a shell: bash, fish, powershell or zsh")
			}
		}
	}
}

// unknownCommand refuses what is no command of cmd, naming what may have been
// meant.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	message := fmt.Sprintf("there is no command %q", args[0])
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return usagef("%s%s", message, nearHint(args[0], names))
}

// newHelp is cobra's help command, but an unknown topic is a usage error.
func newHelp(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Tell what a command does",
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(cmd.Root(), args)
			}
			target.InitDefaultHelpFlag()
			return target.Help()
		},
	}
}
