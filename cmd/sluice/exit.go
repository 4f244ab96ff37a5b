package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/control"
	"sluice/config"
	"sluice/storage"
)

// Exit codes, a promise to scripts.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitPartly      = 3 // any feed failed
	exitOwned       = 11
	exitConfig      = 78 // EX_CONFIG of sysexits.h
	exitInterrupted = 130
)

// A codedError ends the program with a code. A nil err prints nothing: what
// there was to say has been said.
type codedError struct {
	code int
	err  error
}

func (e *codedError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *codedError) Unwrap() error { return e.err }

// coded gives err an exit code; err may be nil.
func coded(code int, err error) error { return &codedError{code: code, err: err} }

// usagef is a mistake on the command line.
func usagef(format string, args ...any) error {
	return coded(exitUsage, &usageError{fmt.Sprintf(format, args...)})
}

type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// finish prints how a command ended, where there is something to say, and
// returns its exit code.
func (a *app) finish(ctx context.Context, command *cobra.Command, err error) int {
	if err == nil {
		return exitOK
	}
	if !a.started { // cobra found it before the command began
		err = usagef("%s", firstLine(err.Error()))
	}
	code := codeOf(ctx, err)
	var quiet *codedError
	var usage *usageError
	switch {
	case code == exitInterrupted:
	case errors.As(err, &quiet) && quiet.err == nil:
	case errors.As(err, &usage):
		fmt.Fprintf(a.stderr, "sluice: %s; see '%s --help'\n", usage.text, command.CommandPath())
	case code == exitConfig:
		printMistakes(a.stderr, err)
	case errors.Is(err, storage.ErrDamaged):
		fmt.Fprintf(a.stderr, "sluice: %s; restore the store from a copy, or move it away to begin anew\n", err)
	default:
		fmt.Fprintf(a.stderr, "sluice: %s\n", err)
	}
	return code
}

func codeOf(ctx context.Context, err error) int {
	var (
		set      *codedError
		mistakes *config.Mistakes
		refused  *control.RefusedError
		owned    *storage.OwnedError
		unknown  *control.UnknownFeedError
	)
	switch {
	case errors.As(err, &set):
		return set.code
	case errors.As(err, &mistakes), errors.As(err, &refused):
		return exitConfig
	case errors.As(err, &unknown):
		return exitUsage
	case ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx))):
		return exitInterrupted
	case errors.As(err, &owned):
		return exitOwned
	}
	return exitFailure
}

// printMistakes prints a config's mistakes as they are: each begins with its
// file and place, where editors look for them.
func printMistakes(w io.Writer, err error) {
	fmt.Fprintln(w, strings.TrimRight(err.Error(), "\n"))
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
