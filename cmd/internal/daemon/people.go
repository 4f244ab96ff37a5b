package daemon

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sluice/cmd/internal/control"
	"sluice/publisher"
	"sluice/publisher/render"
	"sluice/storage"
)

// Edit finds the items of a correction by a person, carries it out and
// publishes what it changes.
func (s *System) Edit(ctx context.Context, c control.Correction, now time.Time) (out control.Corrected, err error) {
	if out.Item, err = s.store.Find(ctx, c.Item); err != nil {
		return out, named(err, c.Item.Text)
	}
	if c.Kind == storage.Merge {
		if out.Other, err = s.store.Find(ctx, c.Other); err != nil {
			return out, named(err, c.Other.Text)
		}
	}
	e := storage.Edit{Kind: c.Kind, Item: out.Item.ID, Other: out.Other.ID, Topic: c.Topic, Reason: c.Reason, Time: now}
	out.Edited, err = s.edit(ctx, e)
	var refused *storage.EditError
	switch {
	case errors.As(err, &refused):
		return out, refused
	case err != nil, out.Unchanged:
		return out, err
	}
	s.log.Info("corrected by hand", "what", c.Kind, "item", out.Item.ID, "topic", c.Topic, "reason", c.Reason)
	p, err := s.Publish(ctx, now)
	if err != nil {
		return out, fmt.Errorf("the correction is kept, but publishing it failed: %w", err)
	}
	out.Topics = p.Topics
	out.Documents, err = s.documents(ctx, p.Topics, out.Story, out.Other.Story, out.Edited.Other)
	return out, err
}

// edit is a correction whose outcome is in the outbox before anyone publishes.
func (s *System) edit(ctx context.Context, e storage.Edit) (storage.Edited, error) {
	s.saving.RLock()
	defer s.saving.RUnlock()
	done, err := s.store.Edit(ctx, e)
	if err == nil {
		s.outbox.add(done.Topics, done.Pending)
	}
	return done, err
}

// named tells which of two items was not found.
func named(err error, text string) error {
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return &notKnown{fmt.Sprintf("no item is known as %q; 'sluice list' lists them", text), err}
	case errors.Is(err, storage.ErrAmbiguous):
		return &notKnown{fmt.Sprintf("%q fits more than one item; write more of the id", text), err}
	}
	return err
}

// notKnown says in its own words what is not known.
type notKnown struct {
	text string
	is   error
}

func (e *notKnown) Error() string { return e.text }
func (e *notKnown) Unwrap() error { return e.is }

// documents returns the paths of the documents of these topics in which the
// stories stand or stood.
func (s *System) documents(ctx context.Context, topics []string, stories ...storage.ID) ([]string, error) {
	list, err := control.Stories(ctx, s.store, stories)
	if err != nil {
		return nil, fmt.Errorf("looking up where the story stood: %w", err)
	}
	var paths []string
	for _, story := range list {
		for _, e := range story.Entries {
			if slices.Contains(topics, e.Topic) {
				paths = append(paths, documentsOf(e.Topic, e.Number)...)
			}
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths), nil
}

func documentsOf(topic string, number uint64) []string {
	paths := []string{render.TopicPath(topic)}
	for _, ext := range []string{render.ExtAtom, render.ExtRSS, render.ExtJSON} {
		paths = append(paths, render.TopicPath(topic)+ext, render.ArchivePath(topic, publisher.PageOf(number), ext))
	}
	return paths
}

// Confirm has a feed that is held go on, polls it and publishes.
func (s *System) Confirm(ctx context.Context, feed string) (control.Fetched, error) {
	if names := s.Generation().FeedNames(); !slices.Contains(names, feed) {
		return control.Fetched{}, &control.UnknownFeedError{Name: feed, Near: Near(feed, names)}
	}
	err := s.store.Confirm(ctx, feed)
	var refused *storage.EditError
	if errors.As(err, &refused) {
		err = refused
	}
	if err != nil {
		return control.Fetched{}, err
	}
	s.log.Info("confirmed by hand", "feed", feed)
	return s.Fetch(ctx, control.FetchRequest{Feeds: []string{feed}}, time.Now(), func(control.Polled) {})
}
