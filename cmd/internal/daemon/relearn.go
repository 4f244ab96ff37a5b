package daemon

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Relearned returns the generation as it is once the newest model of a topic
// judges what came before it too. The error says why there is none.
func (g *Generation) Relearned(name string) (*Generation, error) {
	lessons := g.Topics.Lessons()
	lesson, ok := lessons[name]
	switch {
	case !ok:
		return nil, fmt.Errorf("topic %s does not learn; write 'learn: {}' under it", name)
	case lesson.Model == nil:
		return nil, fmt.Errorf("topic %s has no model yet; 'sluice status' says what it lacks", name)
	}
	lesson.Since = lesson.Number
	lessons[name] = lesson
	next := *g
	next.Topics = g.Topics.Taught(lessons)
	return &next, nil
}

// Relearn lets the newest model of a topic judge what came before it. That is
// refused where it would withdraw much of what is published, unless accept says
// that this is meant. It reports whether stored items must be routed: see Route.
func (s *System) Relearn(ctx context.Context, name string, accept bool, now time.Time) (reroute bool, err error) {
	g, err := Teach(ctx, s.Generation(), s.store)
	if err != nil {
		return false, err
	}
	next, err := g.Relearned(name)
	if err != nil {
		return false, err
	}
	if !accept {
		var refused *WithdrawalError
		if err := CheckWithdrawals(ctx, next, s.store); errors.As(err, &refused) {
			return false, fmt.Errorf("that would withdraw much of what is published: %s; 'sluice relearn %s --yes' goes on with it", strings.Join(refused.Topics, "; "), name)
		} else if err != nil {
			return false, err
		}
	}
	if err := s.store.Relearn(ctx, name); err != nil {
		return false, err
	}
	return s.Apply(ctx, next, now)
}

// Relearn is System.Relearn; stored items are routed soon.
func (d *Daemon) Relearn(ctx context.Context, name string, accept bool) error {
	d.reloading.Lock()
	defer d.reloading.Unlock()
	reroute, err := d.System.Relearn(ctx, name, accept, time.Now())
	if reroute {
		token(d.reroute)
	}
	return err
}
