package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"sluice/cmd/internal/control"
	"sluice/cmd/internal/daemon"
	"sluice/config"
	"sluice/storage"
)

// What check judges topics by, where there is a store: so many of its newest
// items. Of fewer nobody can tell that a topic takes nothing.
const (
	idlePeriod = 30 * 24 * time.Hour
	idleMost   = 5000
	idleLeast  = 100
	nearlyAll  = 0.9
)

// checkStored warns of topics that take nothing of what is stored, or nearly
// all of it, by the words of their queries. A store that is not there, or at
// work for another, is passed over: it is no part of the config.
func (a *app) checkStored(ctx context.Context, g *daemon.Generation) error {
	if _, err := os.Stat(g.Config.Store); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	h, err := a.hold(ctx, g.Config, patienceFree)
	if err != nil {
		return ctx.Err()
	}
	taken, all, err := a.countTaken(ctx, g, h.reading())
	if err = errors.Join(err, h.close()); err != nil || all < idleLeast {
		return err
	}
	for _, t := range g.Config.Topics {
		n := taken[t.Name]
		switch {
		case t.Gone || !g.Topics.ByWords(t.Name):
		case n == 0:
			a.warnOfTopic(g.Config, t, fmt.Sprintf("topic %s takes none of the %d items of the last 30 days", t.Name, all), "mend the query: 'sluice try' tells what each part of it takes")
		case float64(n) >= nearlyAll*float64(all):
			a.warnOfTopic(g.Config, t, fmt.Sprintf("topic %s takes %d of the %d items of the last 30 days", t.Name, n, all), "ask for words that fewer items have, or write '*' if all are meant")
		}
	}
	return nil
}

func (a *app) warnOfTopic(cfg *config.Config, t config.Topic, what, remedy string) {
	fmt.Fprintf(a.stderr, "warning: %s\n", cfg.At(t.Path+".match", 0, what, remedy).String())
}

// countTaken counts the newest items, and how many of them each topic takes.
func (a *app) countTaken(ctx context.Context, g *daemon.Generation, store control.Reading) (taken map[string]int, all int, err error) {
	if g, err = a.generationWith(ctx, g, store); err != nil {
		return nil, 0, err
	}
	taken = make(map[string]int)
	q := storage.ListQuery{Since: time.Now().Add(-idlePeriod), Limit: listPage}
	for all < idleMost {
		items, next, err := store.List(ctx, q)
		if err != nil {
			return nil, 0, err
		}
		for i := range items {
			r := g.Topics.Classify(&items[i])
			for _, name := range r.Topics {
				if !slices.Contains(r.Barred, name) {
					taken[name]++
				}
			}
		}
		all += len(items)
		if q.After = next; next == "" {
			break
		}
	}
	return taken, all, nil
}
