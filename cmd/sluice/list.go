package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/control"
	"sluice/cmd/internal/daemon"
	"sluice/config"
	"sluice/publisher/topic"
	"sluice/storage"
)

// listPage is how many items are asked for at once.
const listPage = 200

// A selection is what list prints.
type selection struct {
	topic, feed, match, since string
	matched                   bool // match was given, if empty
	limit                     int
	json                      bool
}

func newList(a *app) *cobra.Command {
	var s selection
	c := &cobra.Command{
		Use:   "list",
		Short: "List stored items, newest first",
		Long: `list prints stored items, those seen last first: id, time first seen, feed and
title. Every item is printed unless --limit says otherwise.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.matched = cmd.Flags().Changed("match")
			return a.list(cmd.Context(), s)
		},
	}
	c.Flags().StringVar(&s.topic, "topic", "", "only items of stories in topic `NAME`")
	c.Flags().StringVar(&s.feed, "feed", "", "only items of feed `NAME`")
	c.Flags().StringVar(&s.match, "match", "", "only items that `QUERY` takes")
	c.Flags().StringVar(&s.since, "since", "", "only items first seen since `WHEN`: a time, a date, or how long ago (36h, 7d)")
	c.Flags().IntVar(&s.limit, "limit", 0, "at most `N` items; 0 is no limit")
	c.Flags().BoolVar(&s.json, "json", false, "print one object a line")
	return c
}

func (a *app) list(ctx context.Context, s selection) error {
	q := storage.ListQuery{Topic: s.topic, Feed: s.feed, Limit: listPage}
	var err error
	if q.Since, err = parseSince(s.since, time.Now()); err != nil {
		return err
	}
	var query *topic.Query
	if s.matched {
		if query, err = topic.ParseQuery(s.match); err != nil {
			return coded(exitUsage, fmt.Errorf("--match: %w", err))
		}
	}
	if s.limit < 0 {
		return usagef("--limit is 0 (no limit) or more")
	}
	g, store, done, err := a.lookWith(ctx, "")
	if err != nil {
		return err
	}
	l := &lister{app: a, store: store, g: g, query: query, selection: s}
	if err = l.known(ctx); err == nil {
		err = l.run(ctx, q)
	}
	return errors.Join(err, done())
}

// parseSince reads --since.
func parseSince(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if d, err := config.ParseDuration(s); err == nil {
		return now.Add(-d), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, time.Local); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usagef("--since %q is no time; write 36h, 7d, 2026-01-31 or 2026-01-31T12:00:00Z", s)
}

// A lister prints a selection of the items of a store.
type lister struct {
	*app
	selection
	store control.Reading
	g     *daemon.Generation
	query *topic.Query
}

// known refuses names that neither the store nor the config knows.
func (l *lister) known(ctx context.Context) error {
	if err := knownFeed(ctx, l.store, l.g.FeedNames(), l.feed); err != nil {
		return err
	}
	if l.topic == "" && !l.matched {
		return nil
	}
	var names []string
	for _, t := range l.g.Config.Topics {
		names = append(names, t.Name)
	}
	topics, err := l.store.Topics(ctx)
	if err != nil {
		return err
	}
	for _, t := range topics {
		names = append(names, t.Name)
	}
	if l.topic != "" && !contains(names, l.topic) {
		return usagef("no topic is named %q%s", l.topic, nearHint(l.topic, names))
	}
	if !l.matched {
		return nil
	}
	_, err = composed(l.g, l.match)
	if e := (*topic.Error)(nil); errors.As(err, &e) && !contains(names, e.Unknown) {
		return coded(exitUsage, fmt.Errorf("--match: %w", e))
	}
	return nil
}

// knownFeed refuses a name that neither the store nor names, those of the
// config, have; "" is none.
func knownFeed(ctx context.Context, store control.Reading, names []string, name string) error {
	if name == "" {
		return nil
	}
	feeds, err := store.Feeds(ctx)
	if err != nil {
		return err
	}
	for _, f := range feeds {
		names = append(names, f.Name)
	}
	if !contains(names, name) {
		return &control.UnknownFeedError{Name: name, Near: daemon.Near(name, names)}
	}
	return nil
}

func (l *lister) run(ctx context.Context, q storage.ListQuery) error {
	left := l.limit
	for {
		items, next, err := l.store.List(ctx, q)
		if errors.Is(err, storage.ErrNotFound) {
			return nil // configured, and not stored yet
		}
		if err != nil {
			return err
		}
		items = l.matching(items)
		if l.limit > 0 {
			items = items[:min(left, len(items))]
			left -= len(items)
		}
		if err := l.print(ctx, items); err != nil {
			return err
		}
		if next == "" || l.limit > 0 && left == 0 {
			return nil
		}
		q.After = next
	}
}

func (l *lister) matching(items []storage.Item) []storage.Item {
	if l.query == nil {
		return items
	}
	var out []storage.Item
	for i := range items {
		if l.query.Match(&items[i], l.g.Tags(items[i].Feed)) {
			out = append(out, items[i])
		}
	}
	return out
}

func (l *lister) print(ctx context.Context, items []storage.Item) error {
	if !l.json {
		for i := range items {
			fmt.Fprintln(l.stdout, itemLine(&items[i], l.narrow()))
		}
		return nil
	}
	stories, err := storiesOf(ctx, l.store, items)
	if err != nil {
		return err
	}
	for i := range items {
		if err := l.printJSON(itemRow(&items[i], stories[items[i].Story])); err != nil {
			return err
		}
	}
	return nil
}

// storiesOf reads the stories that items are in. A story that was grouped
// anew meanwhile is left out.
func storiesOf(ctx context.Context, store control.Reading, items []storage.Item) (map[storage.ID]storage.Story, error) {
	out := make(map[storage.ID]storage.Story)
	var ids []storage.ID
	for i := range items {
		if _, ok := out[items[i].Story]; !ok {
			out[items[i].Story] = storage.Story{}
			ids = append(ids, items[i].Story)
		}
	}
	stories, err := store.Stories(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, s := range stories {
		out[s.ID] = s
	}
	return out, nil
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// nearHint names what may have been meant.
func nearHint(name string, known []string) string {
	near := daemon.Near(name, known)
	if len(near) == 0 {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", joinOr(near))
}
