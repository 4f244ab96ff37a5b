package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newMan(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "man",
		Short: "Print the manual page",
		Long:  "man prints the manual page, for 'sluice man > sluice.1' or 'sluice man | man -l -'.",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var page strings.Builder
			writeMan(&page, cmd.Root())
			_, err := io.WriteString(a.stdout, page.String())
			return err
		},
	}
}

// writeMan writes the tree of commands as one page in roff's man macros
// (groff_man(7)).
func writeMan(w *strings.Builder, root *cobra.Command) {
	fmt.Fprintf(w, ".TH SLUICE 1 \"\" \"sluice %s\"\n", roff(version()))
	fmt.Fprintf(w, ".SH NAME\nsluice \\- %s\n", roff(strings.ToLower(root.Short[:1])+root.Short[1:]))
	w.WriteString(".SH SYNOPSIS\n.B sluice\n.I COMMAND\n[\\fIflags\\fR]\n")
	w.WriteString(".SH DESCRIPTION\n")
	paragraphs(w, root.Long)
	w.WriteString(".SH OPTIONS\nAll commands take:\n")
	options(w, root.PersistentFlags())
	w.WriteString(".SH COMMANDS\n")
	commands(w, root)
	for _, c := range root.Commands() {
		if c.IsAdditionalHelpTopicCommand() {
			fmt.Fprintf(w, ".SH %s\n.nf\n%s\n.fi\n", roff(strings.ToUpper(c.Name())), roff(strings.TrimSpace(c.Long)))
		}
	}
	w.WriteString(".SH EXIT STATUS\n")
	for _, s := range [][2]string{
		{"0", "All is well."},
		{"1", "Failure."},
		{"2", "A mistake on the command line, or an unknown feed."},
		{"3", "Partly done: feeds failed; each is named on standard error."},
		{"4", "plan and relearn: something changes."},
		{"11", "Another process owns the store and does not answer."},
		{"78", "The config has mistakes."},
		{"130", "Interrupted; what was saved is kept."},
	} {
		fmt.Fprintf(w, ".TP\n.B %s\n%s\n", s[0], s[1])
	}
	w.WriteString(".SH ENVIRONMENT\n.TP\n.B SLUICE_CONFIG\nThe config file, where \\-\\-config names none.\n")
	w.WriteString(".SH FILES\n.I sluice.yaml\n.br\n.I /etc/sluice/sluice.yaml\n")
}

func commands(w *strings.Builder, parent *cobra.Command) {
	for _, c := range parent.Commands() {
		if !c.IsAvailableCommand() {
			continue
		}
		if c.HasSubCommands() && c.Name() != "completion" {
			commands(w, c)
			continue
		}
		fmt.Fprintf(w, ".SS \"%s\"\n", roff(c.UseLine()))
		text := c.Long
		if text == "" || c.Name() == "completion" {
			text = c.Short + "."
		}
		paragraphs(w, text)
		options(w, c.LocalFlags())
	}
}

func options(w *strings.Builder, flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		fmt.Fprintf(w, ".TP\n\\fB%s\\fR", roff(name))
		if value != "" {
			fmt.Fprintf(w, " \\fI%s\\fR", roff(value))
		}
		fmt.Fprintf(w, "\n%s\n", roff(usage))
	})
}

func paragraphs(w *strings.Builder, text string) {
	for p := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		fmt.Fprintf(w, ".PP\n%s\n", roff(p))
	}
}

// roff makes text literal: no control lines, no escapes, hyphens that can be
// copied.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
