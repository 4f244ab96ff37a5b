package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"sluice/cmd/internal/control"
	"sluice/cmd/internal/daemon"
	"sluice/config"
	"sluice/storage"
	"sluice/storage/bolt"
)

const demoListen = "127.0.0.1:8080"

func newDemo(a *app) *cobra.Command {
	var listen string
	var once bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "Show the whole program at work, with no network and no config",
		Long: `demo starts a dozen made-up feeds on this machine, polls them, and publishes
four topics that a browser or a feed reader can open. One feed is broken, one
gains or corrects an item every twenty seconds, and two tell one story under one
link. Everything lives in a temporary folder and is gone at the end.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), listen, once) },
	}
	c.Flags().StringVar(&listen, "listen", "", "serve at `ADDR` (default "+demoListen+", or a free port where that is taken)")
	c.Flags().BoolVar(&once, "once", false, "end after the first publication")
	return c
}

func (a *app) demo(ctx context.Context, listen string, once bool) (err error) {
	dir, err := os.MkdirTemp("", "sluice-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if listen, err = demoAddress(listen); err != nil {
		return err
	}
	feeds, err := newUpstream(time.Now())
	if err != nil {
		return err
	}
	var parts errgroup.Group
	parts.Go(feeds.serve)
	defer func() { err = errors.Join(err, feeds.close(), parts.Wait()) }()

	text, err := feeds.config(listen)
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "sluice.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	return a.runDemo(ctx, file, once)
}

// runDemo is serve with a config of the demo's own, after a first fetch that
// it tells of.
func (a *app) runDemo(ctx context.Context, file string, once bool) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var store storage.Store
	var told bool // the first publication has been told of at length
	d, err := daemon.New(ctx, daemon.Options{
		Load: func() (*daemon.Generation, error) { return daemon.Load(a.root(), file, a.getenv) },
		Open: func(cfg *config.Config) (_ storage.Store, err error) {
			store, err = bolt.Open(cfg.Store, bolt.Options{Now: time.Now(), Control: cfg.Control})
			return store, err
		},
		Log:     a.quietLogger(config.Log{}),
		Program: version(),
		Published: func(p daemon.Publication) {
			if told {
				a.tellPublication(p)
			}
		},
	})
	if err != nil {
		return err
	}
	fetched, err := d.Fetch(ctx, control.FetchRequest{All: true}, time.Time{}, nil)
	if err == nil {
		err = a.tellDemo(ctx, d, store, fetched)
	}
	told = true
	switch {
	case err != nil:
		stop()
	case once:
		fmt.Fprintln(a.stdout, "\nThe demo has ended, and these addresses with it; without --once it goes on.")
		stop()
	default:
		fmt.Fprintln(a.stdout, "\nOpen the address in a browser, or give a topic's .atom address to a feed reader.\nA feed changes every 20 seconds; Ctrl-C ends the demo.")
	}
	return errors.Join(err, d.Run(ctx))
}

// demoAddress returns the address to serve at, its port resolved: what was
// asked for, or demoListen, or a free port where that is taken.
func demoAddress(asked string) (string, error) {
	try := []string{demoListen, "127.0.0.1:0"}
	if asked != "" {
		try = []string{asked}
	}
	var failed error
	for _, address := range try {
		l, err := net.Listen("tcp", address)
		if err == nil {
			free := l.Addr().String()
			return free, l.Close()
		}
		failed = err
	}
	return "", fmt.Errorf("%w; name another address with --listen", failed)
}

// tellDemo says what the first fetch made of the feeds.
func (a *app) tellDemo(ctx context.Context, d *daemon.Daemon, store storage.Store, fetched control.Fetched) error {
	w := a.stdout
	fmt.Fprintf(w, "%d feeds on this machine were polled: %d items, %d stories.\n", fetched.Polled, fetched.New, fetched.Released)
	for _, f := range fetched.Failed {
		fmt.Fprintf(w, "One feed is broken on purpose. %s: %s\n", f.Feed, oneLine(f.Reason))
	}
	if err := a.tellTwice(ctx, store); err != nil {
		return err
	}
	topics, err := store.Topics(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\nPublished at http://%s/\n", d.Addr())
	for _, t := range topics {
		fmt.Fprintf(w, "  %s  %s  http://%s/topics/%s\n", pad(t.Name, 10), pad(count(t.Live, "entry"), 10), d.Addr(), t.Name)
	}
	return nil
}

// tellTwice names the stories that more than one feed tells.
func (a *app) tellTwice(ctx context.Context, store storage.Store) error {
	items, _, err := store.List(ctx, storage.ListQuery{Limit: 1000})
	if err != nil {
		return err
	}
	stories, err := storiesOf(ctx, ownStore{store}, items)
	if err != nil {
		return err
	}
	for i := range items {
		s := stories[items[i].Story]
		if len(s.Tellings) < 2 || s.Tellings[0].Item != items[i].ID {
			continue
		}
		var feeds []string
		for _, t := range s.Tellings {
			feeds = append(feeds, t.Feed)
		}
		fmt.Fprintf(a.stdout, "Told by %s, published once: %s\n", strings.Join(feeds, " and "), titleOf(&items[i]))
	}
	return nil
}

func (a *app) tellPublication(p daemon.Publication) {
	if p.Released > 0 {
		fmt.Fprintf(a.stdout, "%s  %s published in %s\n", time.Now().Format(time.TimeOnly), count(p.Released, "new story"), strings.Join(p.Topics, ", "))
		return
	}
	fmt.Fprintf(a.stdout, "%s  a story was corrected in %s\n", time.Now().Format(time.TimeOnly), strings.Join(p.Topics, ", "))
}
