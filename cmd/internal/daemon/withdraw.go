package daemon

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"sluice/cmd/internal/control"
	"sluice/config"
	"sluice/publisher"
	"sluice/storage"
)

// A change of the rules that withdraws more entries of a topic than this, and
// more than a third of its head, is most likely a slip.
const manyWithdrawn = 20

// A WithdrawalError says that a generation was not put in force, since it
// would withdraw much of what is published.
type WithdrawalError struct {
	Topics []string // a line for each topic
}

func (e *WithdrawalError) Error() string {
	return "the edited config would withdraw much of what is published, so that the rules in force stay:\n  " +
		strings.Join(e.Topics, "\n  ") + "\n'sluice plan' shows all of it"
}

// CheckWithdrawals returns a *WithdrawalError if putting a generation in force
// would withdraw more of a topic than an edit mostly means to. Topics that are
// taken out withdraw nothing; those whose rules are enrolled already are past it,
// also where the re-route by them is under way still.
func CheckWithdrawals(ctx context.Context, g *Generation, store storage.Store) error {
	plan, err := makePlan(ctx, g, ownReading{store}, func(t TopicPlan, state storage.TopicState) bool {
		return !t.New && !t.Gone && state.Want != g.Topics.TopicFingerprint(t.Name) && t.Stand > manyWithdrawn
	})
	if err != nil {
		return fmt.Errorf("looking at what the config withdraws: %w", err)
	}
	var refused WithdrawalError
	for _, t := range plan.Topics {
		if len(t.Removed) <= manyWithdrawn {
			continue
		}
		head, err := publisher.Head(ctx, store, g.headOf(t), time.Time{})
		if err != nil {
			return fmt.Errorf("looking at what the config withdraws: %w", err)
		}
		if lost := shared(head, t.Removed); 3*lost > len(head) {
			refused.Topics = append(refused.Topics, fmt.Sprintf("%s, %d of the %d in its head", t.Summary(), lost, len(head)))
		}
	}
	if refused.Topics == nil {
		return nil
	}
	return &refused
}

// headOf returns a topic as its head is made, under the name that it has now.
func (g *Generation) headOf(t TopicPlan) config.Topic {
	for _, topic := range g.Config.Topics {
		if topic.Name == t.Name {
			topic.Name = t.Was
			return topic
		}
	}
	return config.Topic{Name: t.Was}
}

// shared counts the entries of a head that are removed.
func shared(head []storage.Entry, removed []PlannedEntry) int {
	gone := make(map[storage.ID]bool)
	for _, e := range removed {
		gone[e.Story] = true
	}
	n := 0
	for _, e := range head {
		if gone[e.Story] {
			n++
		}
	}
	return n
}

// withRemedy adds what to do to a refused withdrawal, and leaves other errors
// as they are.
func withRemedy(err error) error {
	var w *WithdrawalError
	if errors.As(err, &w) {
		return fmt.Errorf("%w; 'sluice fetch --accept', or beside a daemon 'sluice reload --yes', goes on with it", err)
	}
	return err
}

// ownReading is a store as commands read it.
type ownReading struct{ storage.Store }

// Stories implements control.Reading.
func (r ownReading) Stories(ctx context.Context, ids []storage.ID) ([]storage.Story, error) {
	return control.Stories(ctx, r.Store, ids)
}
