package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"sluice/cmd/internal/control"
	"sluice/config"
	"sluice/storage"
	"sluice/storage/bolt"
)

// How long a command waits for the store's owner: a one-shot ends soon, a
// daemon answers. One that asked for --if-free waits only as long as another's
// look at the store (list, status) takes.
const (
	patience     = 30 * time.Second
	patienceFree = 2 * time.Second
	retryOwner   = 100 * time.Millisecond
)

// A holder is how a command reaches the store: it owns the store itself, or it
// asks the daemon that does. One of the two is nil.
type holder struct {
	store  storage.Store
	daemon *control.Client
	since  time.Time // when the first one-shot that was waited for began; zero where there was none
}

// hold takes the store, or finds the daemon that has it. It waits for an owner
// that does not answer; then the error is a *storage.OwnedError.
func (a *app) hold(ctx context.Context, cfg *config.Config, wait time.Duration) (*holder, error) {
	h := &holder{}
	deadline := time.Now().Add(wait)
	for {
		store, err := bolt.Open(cfg.Store, bolt.Options{Now: time.Now()})
		if err == nil {
			h.store = store
			return h, nil
		}
		var owned *storage.OwnedError
		if !errors.As(err, &owned) {
			return nil, openError(err)
		}
		if owned.Control != "" {
			h.daemon, err = control.Dial(ctx, owned.Control)
			if !errors.Is(err, control.ErrNoDaemon) {
				return h, err
			}
		}
		if time.Now().After(deadline) {
			return nil, coded(exitOwned, fmt.Errorf("%w; it does not answer: stop it, or wait until it ends", owned))
		}
		began, err := time.Parse(time.RFC3339, owned.Since)
		if err == nil && owned.Control == "" && (h.since.IsZero() || began.Before(h.since)) {
			h.since = began
		}
		select {
		case <-time.After(retryOwner):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// look is hold for commands that only read: where there is no store yet they
// see an empty one, and make none.
func (a *app) look(ctx context.Context, cfg *config.Config) (control.Reading, func() error, error) {
	if _, err := os.Stat(cfg.Store); errors.Is(err, fs.ErrNotExist) {
		return emptyStore{}, func() error { return nil }, nil
	}
	h, err := a.hold(ctx, cfg, patience)
	if err != nil {
		return nil, nil, err
	}
	return h.reading(), h.close, nil
}

func (h *holder) reading() control.Reading {
	if h.daemon != nil {
		return h.daemon
	}
	return ownStore{h.store}
}

func (h *holder) close() error {
	if h.daemon != nil {
		return h.daemon.Close()
	}
	return h.store.Close()
}

// openError adds to what keeps a store from being opened what became of its
// file, or what to do.
func openError(err error) error {
	switch {
	case errors.Is(err, storage.ErrForeign), errors.Is(err, storage.ErrDamaged):
		return fmt.Errorf("%w (the file was left as it is)", err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w; run sluice as the user who owns the store, or let this one write in its folder", err)
	}
	return err
}

// ownStore is a store that this process owns, as commands read it.
type ownStore struct{ storage.Store }

func (s ownStore) Stories(ctx context.Context, ids []storage.ID) ([]storage.Story, error) {
	return control.Stories(ctx, s.Store, ids)
}

// emptyStore stands for a store that does not exist yet.
type emptyStore struct{}

func (emptyStore) Feeds(context.Context) ([]storage.FeedState, error)   { return nil, nil }
func (emptyStore) Topics(context.Context) ([]storage.TopicState, error) { return nil, nil }
func (emptyStore) Lists(context.Context) ([]storage.ListState, error)   { return nil, nil }
func (emptyStore) Labels(context.Context, string) ([]storage.Label, error) {
	return nil, storage.ErrNotFound
}
func (emptyStore) Models(context.Context) ([]storage.Model, error) { return nil, nil }
func (emptyStore) Verify(context.Context) ([]string, error)        { return nil, nil }
func (emptyStore) Find(context.Context, storage.Ref) (storage.Item, error) {
	return storage.Item{}, storage.ErrNotFound
}
func (emptyStore) Revisions(context.Context, storage.ID) ([]storage.Revision, error) {
	return nil, storage.ErrNotFound
}
func (emptyStore) Stories(context.Context, []storage.ID) ([]storage.Story, error) { return nil, nil }
func (emptyStore) List(context.Context, storage.ListQuery) ([]storage.Item, string, error) {
	return nil, "", nil
}
