package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/daemon"
	"sluice/config"
	"sluice/publisher/topic"
	"sluice/storage"
)

func newScore(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "score TOPIC",
		Short: "Say how well a topic does on its examples and tests",
		Long: `score judges the examples that 'sluice label' gave TOPIC, and the tests of the
config, by the topic as the config has it. Precision is how much of what it
takes is right, recall how much of what is right it takes; behind each stands
between which values the true one lies in 95 of 100 cases: of few examples that
is a wide span. What a topic learned is judged on examples that were kept from
it. Examples that it gets wrong are listed; --json prints an object for the
examples, one for the tests and one for both.`,
		Args: exactlyOne("a TOPIC"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.score(cmd.Context(), args[0], asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one object a line")
	return c
}

func (a *app) score(ctx context.Context, name string, asJSON bool) error {
	g, store, done, err := a.lookWith(ctx, name)
	if err != nil {
		return err
	}
	labels, err := store.Labels(ctx, name)
	if errors.Is(err, storage.ErrNotFound) {
		err = nil // not in force yet, so that it has none
	}
	if err = errors.Join(err, done()); err != nil {
		return err
	}
	t := g.Config.Topics[slices.IndexFunc(g.Config.Topics, func(t config.Topic) bool { return t.Name == name })]
	s := &scorer{app: a, g: g, topic: t}
	s.judgeLabels(labels)
	for _, test := range t.Tests {
		s.tests.count(g.Topics.Test(test, name) == test.Want, test.Want)
	}
	return s.tell(asJSON)
}

// A scorer holds a topic against what people said.
type scorer struct {
	*app
	g             *daemon.Generation
	topic         config.Topic
	labels, tests tallyOf
	wrong         []string
}

// A tallyOf counts what was taken, what should have been, and both.
type tallyOf struct{ right, taken, wanted, all int }

func (t *tallyOf) count(taken, wanted bool) {
	t.all++
	if taken {
		t.taken++
	}
	if wanted {
		t.wanted++
	}
	if taken && wanted {
		t.right++
	}
}

func (t tallyOf) plus(o tallyOf) tallyOf {
	return tallyOf{t.right + o.right, t.taken + o.taken, t.wanted + o.wanted, t.all + o.all}
}

// judgeLabels judges the examples. A model has seen them all, so that others
// that have not seen them stand in for it.
func (s *scorer) judgeLabels(labels []storage.Label) {
	rules := s.g.Topics.Taught(nil)
	scores := make([]float64, len(labels))
	threshold := 2.0
	if lesson := s.g.Topics.Lessons()[s.topic.Name]; lesson.Model != nil {
		study := daemon.NewStudy(labels)
		labels, scores, threshold = study.Labels, study.Scores, lesson.Model.Threshold()
	}
	for i := range labels {
		l := &labels[i]
		r := rules.Classify(&l.Item)
		learned := scores[i] >= threshold
		taken := (learned || slices.Contains(r.Topics, s.topic.Name)) && !slices.Contains(r.Barred, s.topic.Name)
		s.labels.count(taken, l.Yes)
		switch {
		case taken && !l.Yes:
			s.note("taken, but should not be", &l.Item)
		case !taken && l.Yes:
			s.note("not taken, but should be", &l.Item)
		}
	}
}

func (s *scorer) note(what string, item *storage.Item) {
	s.wrong = append(s.wrong, fmt.Sprintf("  %s  %s  %s", item.ID.String()[:10], pad(what, 24), titleOf(item)))
}

func (s *scorer) tell(asJSON bool) error {
	for _, row := range []struct {
		name string
		tallyOf
	}{{"examples", s.labels}, {"tests", s.tests}, {"both", s.labels.plus(s.tests)}} {
		if asJSON {
			if err := s.printJSON(scoreRow(s.topic.Name, row.name, row.tallyOf)); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(s.stdout, "%s %d, %d to be taken: precision %s, recall %s\n", pad(row.name+":", 9), row.all, row.wanted,
			share(row.right, row.taken), share(row.right, row.wanted))
	}
	if asJSON {
		return nil
	}
	if s.labels.all+s.tests.all == 0 {
		fmt.Fprintln(s.stdout, "  there is nothing to judge by: give examples by 'sluice label', or write 'tests' under the topic")
	}
	for _, line := range s.wrong[:min(len(s.wrong), tryShown)] {
		fmt.Fprintln(s.stdout, line)
	}
	if n := len(s.wrong) - tryShown; n > 0 {
		fmt.Fprintf(s.stdout, "  and %d more\n", n)
	}
	return nil
}

// share says how many of n are right, with what is known of the true share.
func share(right, n int) string {
	if n == 0 {
		return "unknown"
	}
	low, high := topic.Interval(right, n)
	return fmt.Sprintf("%.3f (%.3f to %.3f)", float64(right)/float64(n), low, high)
}

func scoreRow(name, set string, t tallyOf) any {
	row := struct {
		Topic     string     `json:"topic"`
		Set       string     `json:"set"` // examples, tests or both
		All       int        `json:"all"`
		Wanted    int        `json:"wanted"`
		Taken     int        `json:"taken"`
		Right     int        `json:"right"`
		Precision *float64   `json:"precision"` // null where nothing is taken
		Between   [2]float64 `json:"precision_interval"`
		Recall    *float64   `json:"recall"` // null where nothing is to be taken
		Within    [2]float64 `json:"recall_interval"`
	}{Topic: name, Set: set, All: t.all, Wanted: t.wanted, Taken: t.taken, Right: t.right}
	row.Precision, row.Between = shareRow(t.right, t.taken)
	row.Recall, row.Within = shareRow(t.right, t.wanted)
	return row
}

func shareRow(right, n int) (*float64, [2]float64) {
	low, high := topic.Interval(right, n)
	if n == 0 {
		return nil, [2]float64{low, high}
	}
	s := float64(right) / float64(n)
	return &s, [2]float64{low, high}
}
