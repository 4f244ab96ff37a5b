package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/daemon"
	"sluice/config"
)

func newCheck(a *app) *cobra.Command {
	var online bool
	c := &cobra.Command{
		Use:   "check",
		Short: "Check the config and run its tests",
		Long: `check reads the config, compiles the queries and runs the tests of the topics.
All mistakes are printed, each with its place (exit code 78); a test that fails
is named with its topic and title (exit code 1). What is allowed and most likely
not meant is a warning: topics that can take nothing, or everything without
saying so, parts of queries that never decide, names that no feed has; and a
topic that should learn and does not yet. Where a store is there, topics are
told that take none of its newest items, or nearly all. With --online each feed
is asked for as well, and nothing is stored; one that fails gives exit code 3.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.check(cmd.Context(), online) },
	}
	c.Flags().BoolVar(&online, "online", false, "try each feed too, storing nothing")
	return c
}

func (a *app) check(ctx context.Context, online bool) error {
	g, err := a.generation()
	if err != nil {
		return err
	}
	for _, w := range g.Warnings {
		fmt.Fprintf(a.stderr, "sluice: %s\n", w)
	}
	for _, w := range g.Topics.Warnings() {
		fmt.Fprintf(a.stderr, "warning: %s\n", g.Config.At(w.Path, w.Offset, w.What, w.Remedy).String())
	}
	if err := a.checkStored(ctx, g); err != nil {
		return err
	}
	if g, err = a.checkLearning(ctx, g); err != nil {
		return err
	}
	tests, failed := 0, 0
	for _, t := range g.Config.Topics {
		for _, test := range t.Tests {
			tests++
			if !g.Topics.Test(test, t.Name) {
				failed++
				fmt.Fprintln(a.stderr, failedTest(g.Config, t, test))
			}
		}
	}
	if failed > 0 {
		return coded(exitFailure, fmt.Errorf("%d of %d tests failed", failed, tests))
	}
	if online {
		if err := a.tryFeeds(ctx, g); err != nil {
			return err
		}
	}
	fmt.Fprintf(a.stdout, "%s is sound: %s, %s, %s\n", g.Config.File,
		count(len(g.Feeds), "feed"), count(len(g.Config.Topics), "topic"), count(tests, "test"))
	return nil
}

// checkLearning says how topics that learn stand, and returns the generation with
// what they learned.
func (a *app) checkLearning(ctx context.Context, g *daemon.Generation) (*daemon.Generation, error) {
	if !g.Topics.Learns() {
		return g, nil
	}
	store, done, err := a.look(ctx, g.Config)
	if err != nil {
		return nil, err
	}
	states, err := store.Topics(ctx)
	if err == nil {
		g, err = daemon.Taught(ctx, g, store)
	}
	if err = errors.Join(err, done()); err != nil {
		return nil, err
	}
	for _, line := range g.Learning(states) {
		fmt.Fprintf(a.stderr, "learning: %s\n", line)
	}
	return g, nil
}

// failedTest says which test failed and shows its place.
func failedTest(cfg *config.Config, t config.Topic, test config.Test) string {
	verdict := "is not taken, but should be"
	if !test.Want {
		verdict = "is taken, but should not be"
	}
	what := test.Title
	if what == "" {
		what = clip(oneLine(cmp.Or(test.Text, test.Author, test.Link, test.Feed, strings.Join(test.Tags, " "))), 80)
	}
	return cfg.At(test.Path, 0, fmt.Sprintf("topic %s: %q %s", t.Name, what, verdict), "mend the query, or the test").String()
}

// tryFeeds asks for each feed and tells what it gave.
func (a *app) tryFeeds(ctx context.Context, g *daemon.Generation) error {
	failed := 0
	err := daemon.Try(ctx, g, version(), time.Now(), func(t daemon.Trial) {
		if t.Err != nil {
			failed++
			fmt.Fprintf(a.stderr, "sluice: %s\n", oneLine(t.Err.Error())) // it names the feed
			return
		}
		fmt.Fprintf(a.stdout, "feed %s: %s, %s\n", t.Feed, count(t.Items, "item"), oneLine(t.Title))
	})
	if err != nil {
		return err
	}
	if failed > 0 {
		return coded(exitPartly, nil)
	}
	return nil
}

// count says how many things there are.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	if stem, ok := strings.CutSuffix(thing, "y"); ok {
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
