package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/control"
	"sluice/cmd/internal/daemon"
	"sluice/config"
	"sluice/storage"
	"sluice/storage/bolt"
)

func newServe(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the daemon: poll, store, publish, serve",
		Long: `serve polls the feeds as they fall due, publishes the topics at the address
that 'listen' names, and writes static files too where 'static.dir' is set.

SIGHUP, or 'sluice reload', reads the config anew; one with mistakes changes
nothing, and 'sluice status' shows it. SIGTERM begins no more polls, finishes
those under way (in 20 seconds, or they are due at the next start), publishes
what they brought, and ends.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context()) },
	}
}

func (a *app) serve(ctx context.Context) error {
	cfg, err := daemon.Settings(a.generation())
	if err != nil {
		return err
	}
	// The log's form is set once; what else the config says can be reloaded.
	d, err := daemon.New(ctx, daemon.Options{
		Load:    a.generation,
		Open:    func(cfg *config.Config) (storage.Store, error) { return a.openForDaemon(ctx, cfg) },
		Log:     a.logger(cfg.Log),
		Program: version(),
	})
	if err != nil {
		return err
	}
	stop := onHangup(func() { _, _ = d.Reload(ctx, false) }) // logged and kept by the daemon
	err = d.Run(ctx)
	stop()
	if err == nil && context.Cause(ctx) == errInterrupted {
		return coded(exitInterrupted, nil)
	}
	return err
}

// generation reads the config and makes it ready.
func (a *app) generation() (*daemon.Generation, error) {
	file, err := a.configFile()
	if err != nil {
		return nil, err
	}
	return daemon.Load(a.root(), file, a.getenv)
}

// generationWith is generation with what a store knows of reading lists and of
// what topics learned.
func (a *app) generationWith(ctx context.Context, g *daemon.Generation, store control.Reading) (*daemon.Generation, error) {
	g, err := daemon.PrepareWith(ctx, g.Config, store, false)
	if err != nil {
		return nil, err
	}
	return daemon.Taught(ctx, g, store)
}

// lookWith returns the config, completed by what the store knows, and the store
// to look into. Call done when the looking is over. A topic that is named must
// be one of the config's.
func (a *app) lookWith(ctx context.Context, topic string) (g *daemon.Generation, store control.Reading, done func() error, err error) {
	if g, err = a.generation(); err != nil {
		return nil, nil, nil, err
	}
	if err := knownTopic(g, topic); err != nil {
		return nil, nil, nil, err
	}
	if store, done, err = a.look(ctx, g.Config); err != nil {
		return nil, nil, nil, err
	}
	if g, err = a.generationWith(ctx, g, store); err != nil {
		return nil, nil, nil, errors.Join(err, done())
	}
	return g, store, done, nil
}

// fullGeneration is generation with what the store knows of reading lists, for
// commands that need nothing else of the store.
func (a *app) fullGeneration(ctx context.Context) (*daemon.Generation, error) {
	g, err := a.generation()
	if err != nil || len(g.Config.Lists) == 0 {
		return g, err
	}
	store, done, err := a.look(ctx, g.Config)
	if err != nil {
		return nil, err
	}
	g, err = a.generationWith(ctx, g, store)
	return g, errors.Join(err, done())
}

// openForDaemon takes the store, waiting for a one-shot to end, but not for
// another daemon.
func (a *app) openForDaemon(ctx context.Context, cfg *config.Config) (storage.Store, error) {
	deadline := time.Now().Add(patience)
	for {
		store, err := bolt.Open(cfg.Store, bolt.Options{Now: time.Now(), Control: cfg.Control})
		if err == nil {
			return store, nil
		}
		var owned *storage.OwnedError
		if !errors.As(err, &owned) {
			return nil, openError(err)
		}
		if owned.Control != "" {
			client, err := control.Dial(ctx, owned.Control)
			var other *control.ProtocolError
			if err == nil {
				client.Close()
			}
			if err == nil || errors.As(err, &other) {
				return nil, coded(exitOwned, fmt.Errorf("%w; it is a daemon at work: 'sluice reload' gives it another config", owned))
			}
		}
		if time.Now().After(deadline) {
			return nil, coded(exitOwned, fmt.Errorf("%w; it does not answer: stop it, or wait until it ends", owned))
		}
		select {
		case <-time.After(retryOwner):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// onHangup calls f for each SIGHUP, one after the other, until stop.
func onHangup(f func()) (stop func()) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	done := make(chan struct{})
	var owner sync.WaitGroup
	owner.Go(func() {
		for {
			select {
			case <-hangups:
				f()
			case <-done:
				return
			}
		}
	})
	return func() {
		signal.Stop(hangups)
		close(done)
		owner.Wait()
	}
}
