package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"sluice/storage"
)

func newStories(a *app) *cobra.Command {
	var s selection
	c := &cobra.Command{
		Use:   "stories",
		Short: "List stories with all their tellings",
		Long: `stories prints stories, those with the item seen last first: id, the time of
the first telling's joining and its title, then a line for each telling: the
feed, why it joined (url: the same link, and titles or texts agree; content: one
text is a copy of the other), how much titles and texts share, and its link. --since and --topic choose by items.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.stories(cmd.Context(), s) },
	}
	c.Flags().StringVar(&s.topic, "topic", "", "only stories in topic `NAME`")
	c.Flags().StringVar(&s.since, "since", "", "only stories with an item first seen since `WHEN`: a time, a date, or how long ago (36h, 7d)")
	c.Flags().BoolVar(&s.json, "json", false, "print one object a line")
	return c
}

func (a *app) stories(ctx context.Context, s selection) error {
	q := storage.ListQuery{Topic: s.topic, Limit: listPage}
	var err error
	if q.Since, err = parseSince(s.since, time.Now()); err != nil {
		return err
	}
	g, store, done, err := a.lookWith(ctx, "")
	if err != nil {
		return err
	}
	l := &lister{app: a, store: store, g: g, selection: s}
	if err = l.known(ctx); err == nil {
		err = l.stories(ctx, q)
	}
	return errors.Join(err, done())
}

// stories prints the story of each item once.
func (l *lister) stories(ctx context.Context, q storage.ListQuery) error {
	printed := make(map[storage.ID]bool)
	for {
		items, next, err := l.store.List(ctx, q)
		if errors.Is(err, storage.ErrNotFound) {
			return nil // configured, and not stored yet
		}
		if err != nil {
			return err
		}
		stories, err := storiesOf(ctx, l.store, items)
		if err != nil {
			return err
		}
		for i := range items {
			s := stories[items[i].Story]
			if printed[s.ID] || s.ID.IsZero() {
				continue
			}
			printed[s.ID] = true
			if err := l.printStory(s); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		q.After = next
	}
}

// A storyRow is a story as stories --json prints it.
type storyRow struct {
	ID        storage.ID `json:"id"`
	EntryID   string     `json:"entry_id"` // empty before the release
	Published *string    `json:"published"`
	Updated   *string    `json:"updated"`
	Topics    []string   `json:"topics"`
	Tellings  []scored   `json:"tellings"`
}

// scored is a telling with what it shared, 0 to 1, with the one that it was
// compared with: the earliest that says something.
type scored struct {
	telling
	Joined      *string `json:"joined"`
	TitleScore  float64 `json:"title_score"`
	Containment float64 `json:"containment"`
}

func (l *lister) printStory(s storage.Story) error {
	if l.json {
		row := storyRow{ID: s.ID, EntryID: s.EntryID, Published: stamp(s.Published), Updated: stamp(s.Updated), Topics: orEmpty(topicsOf(s))}
		for i, t := range tellings(s) {
			why := s.Tellings[i].Why
			row.Tellings = append(row.Tellings, scored{t, stamp(s.Tellings[i].Joined), why.Title, why.Containment})
		}
		return l.printJSON(row)
	}
	first := s.Tellings[0]
	fmt.Fprintf(l.stdout, "%s  %s  %s\n", s.ID.String()[:10], moment(first.Joined), oneLine(first.Title))
	for _, t := range s.Tellings {
		why := t.Why.Layer
		if why != "first" {
			why = fmt.Sprintf("%s, title %.0f %%, text %.0f %%", why, 100*t.Why.Title, 100*t.Why.Containment)
		}
		fmt.Fprintf(l.stdout, "  %s  %s  %s\n", pad(clip(t.Feed, 24), 24), pad(why, 32), oneLine(t.URL))
	}
	return nil
}
