package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/control"
	"sluice/cmd/internal/daemon"
)

func newRelearn(a *app) *cobra.Command {
	var onlyPlan, asJSON bool
	var r control.RelearnRequest
	c := &cobra.Command{
		Use:   "relearn TOPIC",
		Short: "Let what a topic learned judge stored items anew",
		Long: `relearn lets the newest model of TOPIC judge what came before that model: items
are judged by a model once, when they come, and a new model does not touch them
otherwise. It tells what that adds to the topic and takes from it, and does it;
documents show it with the next publication. With --plan it only tells, and the
exit code is 4 where something would change and 0 where nothing would.

What would withdraw more than 20 entries, and more than a third of the topic's
head, is not done unless --yes says so.`,
		Args: exactlyOne("a TOPIC"),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.Topic = args[0]
			if onlyPlan && r.Accept {
				return usagef("--plan changes nothing, so there is nothing for --yes to accept")
			}
			return a.relearn(cmd.Context(), r, onlyPlan, asJSON)
		},
	}
	c.Flags().BoolVar(&onlyPlan, "plan", false, "only tell what it would change")
	c.Flags().BoolVar(&asJSON, "json", false, "print one object for each entry that comes or goes")
	c.Flags().BoolVar(&r.Accept, "yes", false, "go on though much of what is published is withdrawn")
	return c
}

func (a *app) relearn(ctx context.Context, r control.RelearnRequest, onlyPlan, asJSON bool) error {
	g, err := a.generation()
	if err != nil {
		return err
	}
	if err := knownTopic(g, r.Topic); err != nil {
		return err
	}
	var plan *daemon.Plan
	if onlyPlan {
		store, done, err := a.look(ctx, g.Config)
		if err != nil {
			return err
		}
		plan, err = relearnPlan(ctx, g, store, r.Topic)
		if err = errors.Join(err, done()); err != nil {
			return err
		}
	} else {
		h, err := a.hold(ctx, g.Config, patience)
		if err != nil {
			return err
		}
		plan, err = a.relearnWith(ctx, g, h, r)
		if err = errors.Join(err, h.close()); err != nil {
			return err
		}
	}
	if asJSON {
		err = a.printPlanRows(plan)
	} else {
		a.printPlan(plan)
	}
	if err == nil && onlyPlan && !plan.Empty() {
		return coded(exitChanges, nil)
	}
	return err
}

// relearnWith lets the topic relearn, and returns what that changes.
func (a *app) relearnWith(ctx context.Context, g *daemon.Generation, h *holder, r control.RelearnRequest) (*daemon.Plan, error) {
	if h.daemon != nil {
		plan, err := relearnPlan(ctx, g, h.daemon, r.Topic)
		if err != nil {
			return nil, err
		}
		return plan, h.daemon.Relearn(ctx, r)
	}
	system := daemon.NewSystem(h.store, a.quietLogger(g.Config.Log), version())
	if err := a.prepare(ctx, system, g, h.store, false); err != nil {
		return nil, err
	}
	plan, err := relearnPlan(ctx, system.Generation(), h.reading(), r.Topic)
	if err != nil {
		return nil, err
	}
	if _, err := system.Relearn(ctx, r.Topic, r.Accept, time.Now()); err != nil {
		return nil, err
	}
	return plan, system.Route(ctx, time.Now)
}

// relearnPlan tells what relearning changes in the topic.
func relearnPlan(ctx context.Context, g *daemon.Generation, store control.Reading, name string) (*daemon.Plan, error) {
	g, err := daemon.Taught(ctx, g, store)
	if err != nil {
		return nil, err
	}
	next, err := g.Relearned(name)
	if err != nil {
		return nil, fmt.Errorf("relearn: %w", err)
	}
	plan, err := daemon.MakePlan(ctx, next, store)
	if err != nil {
		return nil, err
	}
	others := func(t daemon.TopicPlan) bool { return t.Name != name }
	return &daemon.Plan{Topics: slices.DeleteFunc(plan.Topics, others)}, nil
}
