// Package daemon builds, runs, reloads and stops the whole system in one
// process.
//
// A System is a store with a generation of the config in force; the one-shot
// commands use it directly. A Daemon is a System with loops that poll, publish
// and prune, an HTTP server for subscribers and a control socket for commands.
package daemon

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"reflect"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"sluice/cmd/internal/control"
	"sluice/config"
	"sluice/storage"
)

// drainTime bounds each step of a stop: the polls under way, the last
// publication, the answers under way.
const drainTime = 20 * time.Second

// Options of New. Published may be nil.
type Options struct {
	Load      func() (*Generation, error)                     // reads the config as it stands now
	Open      func(cfg *config.Config) (storage.Store, error) // opens the store; the daemon closes it
	Log       *slog.Logger
	Program   string            // version
	Published func(Publication) // called after each publication that changed a topic
}

// A Daemon is the system at work. Its methods are safe for concurrent use.
type Daemon struct {
	*System
	o       Options
	web     net.Listener
	secure  *tls.Config // nil: documents are served without TLS
	socket  net.Listener
	started time.Time
	first   *Generation // whose listen, tls, store and control hold until the end

	reloading sync.Mutex    // one reload at a time
	renewed   chan struct{} // holds a token when another generation came into force
	relist    chan struct{} // holds a token when a reading list may be due
	reroute   chan struct{} // holds a token when stored items must be routed
	labelled  chan struct{} // holds a token when topics have new examples

	listing sync.Mutex // one renewal of reading lists at a time
	unused  bool       // what lists list now is not in force yet; guarded by listing

	mu    sync.Mutex
	state control.Status // but what is asked for at each Status
}

// New loads the config, opens the store, puts the config in force and listens.
// Nothing is polled or served before Run.
func New(ctx context.Context, o Options) (*Daemon, error) {
	cfg, err := Settings(o.Load())
	if err != nil {
		return nil, err
	}
	store, err := o.Open(cfg)
	if err != nil {
		return nil, err
	}
	d := &Daemon{
		System:   NewSystem(store, o.Log, o.Program),
		o:        o,
		started:  time.Now(),
		renewed:  make(chan struct{}, 1),
		relist:   make(chan struct{}, 1),
		reroute:  make(chan struct{}, 1),
		labelled: make(chan struct{}, 1),
	}
	d.published, d.drain = o.Published, drainTime
	if err := d.begin(ctx, cfg); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return d, nil
}

// prepared puts in force what a config says together with what the store knows,
// as far as Guard lets it, and reports whether stored items await a re-route.
func (d *Daemon) prepared(ctx context.Context, cfg *config.Config) (g *Generation, reroute bool, err error) {
	if g, err = PrepareWith(ctx, cfg, d.store, false); err != nil {
		return nil, false, err
	}
	if g, err = Admit(ctx, g, d.store, false); err != nil {
		return nil, false, err
	}
	reroute, err = d.Apply(ctx, g, time.Now())
	return g, reroute, err
}

func (d *Daemon) begin(ctx context.Context, cfg *config.Config) error {
	g, reroute, err := d.prepared(ctx, cfg)
	if err != nil {
		return err
	}
	if reroute {
		token(d.reroute)
	}
	d.first = g
	d.loaded(g)
	if d.secure, err = newTLS(g.Config.TLS, d.log); err != nil {
		return err
	}
	if d.web, err = net.Listen("tcp", g.Config.Listen); err != nil {
		return fmt.Errorf("listen %s: %w; stop what listens there, or set `listen` to another address", g.Config.Listen, unwrapOp(err))
	}
	// The store is ours, so a socket beside it is a dead daemon's.
	if d.socket, err = control.Listen(g.Config.Control); err != nil {
		d.web.Close()
		return err
	}
	return nil
}

// Addr returns the address at which documents are served.
func (d *Daemon) Addr() string { return d.web.Addr().String() }

// Run works until ctx ends, then drains: it begins no more polls, finishes
// those under way (one that has no answer within drainTime is given up, and is
// due at the next start), publishes what they brought, lets the last answers out and
// closes the store. It returns nil after a drain that lost nothing.
func (d *Daemon) Run(ctx context.Context) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	serving, stopServing := context.WithCancel(context.WithoutCancel(ctx))
	defer stopServing()

	var servers errgroup.Group
	servers.Go(func() error { return failing(fail, d.serveWeb(serving)) })
	servers.Go(func() error { return failing(fail, control.Serve(ctx, d.socket, handler{d, ctx}, d.o.Program)) })
	d.log.Info("serving", "address", d.Addr(), "config", d.Generation().Config.File, "feeds", len(d.Generation().Feeds))

	err := failing(fail, d.work(ctx))
	stopServing()
	err = errors.Join(err, servers.Wait())
	err = errors.Join(err, d.store.Close())
	d.log.Info("stopped")
	return err
}

// failing ends the daemon when one of its parts fails.
func failing(fail context.CancelCauseFunc, err error) error {
	if err != nil {
		fail(err)
	}
	return err
}

// work renders every document, then runs the loops until ctx ends, and
// publishes what they left.
func (d *Daemon) work(ctx context.Context) error {
	if _, err := d.Publish(ctx, time.Now()); err != nil && ctx.Err() == nil {
		if !d.site.Ready() {
			return err
		}
		// Only static files are missing, for want of room say: subscribers are
		// served all the same.
		d.log.Error("publication failed; it is tried again", "error", err)
	}
	d.mu.Lock()
	d.state.Ready = true
	d.mu.Unlock()
	d.log.Info("ready", "took", time.Since(d.started).Round(time.Millisecond))

	loops, loopsCtx := errgroup.WithContext(ctx)
	loops.Go(func() error { return d.routeLoop(loopsCtx) })
	loops.Go(func() error { return d.publishLoop(loopsCtx) })
	loops.Go(func() error { return d.pruneLoop(loopsCtx) })
	loops.Go(func() error { return d.listLoop(loopsCtx) })
	loops.Go(func() error { return d.decideLoop(loopsCtx) })
	loops.Go(func() error { return d.learnLoop(loopsCtx) })
	loops.Go(func() error { return d.pollLoop(loopsCtx) })
	err := loops.Wait()

	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	_, lastErr := d.Publish(last, time.Now())
	return errors.Join(err, lastErr)
}

// Reload reads the config anew and puts it in force as a whole. A config with
// mistakes changes nothing; the failure is kept for Status. So is one that
// would withdraw much of what is published, unless accept says that this is
// meant: see CheckWithdrawals.
func (d *Daemon) Reload(ctx context.Context, accept bool) (control.Reloaded, error) {
	d.reloading.Lock()
	defer d.reloading.Unlock()
	g, err := d.load(ctx, accept)
	if err == nil {
		g, err = Taught(ctx, g, ownReading{d.store})
	}
	if err == nil && !accept {
		err = withRemedy(CheckWithdrawals(ctx, g, d.store))
	}
	if err == nil {
		g, err = Teach(ctx, g, d.store)
	}
	var topics []storage.TopicState
	if err == nil && g.Topics.Learns() {
		topics, err = d.store.Topics(ctx)
	}
	var reroute bool
	if err == nil {
		reroute, err = d.Apply(ctx, g, time.Now())
	}
	if err != nil {
		d.refused(err)
		d.log.Error("the new config is refused; the one in force stays", "error", err)
		return control.Reloaded{}, refusal(err)
	}
	restart := d.loaded(g)
	if reroute {
		token(d.reroute)
	}
	token(d.renewed)
	token(d.relist)
	d.log.Info("reloaded", "feeds", len(g.Feeds), "topics", len(g.Config.Topics), "restart", restart)
	return control.Reloaded{Feeds: len(g.Feeds), Topics: len(g.Config.Topics), Restart: restart, Warnings: g.Warnings, Learning: g.Learning(topics)}, nil
}

// load reads the config anew, with what is known of its reading lists. What
// these have lost is accepted by reading all of them now.
func (d *Daemon) load(ctx context.Context, accept bool) (*Generation, error) {
	cfg, err := Settings(d.o.Load())
	if err != nil {
		return nil, err
	}
	if accept {
		if _, err := d.ReadLists(ctx, cfg, true, true, time.Now()); err != nil {
			return nil, err
		}
	}
	return PrepareWith(ctx, cfg, d.store, accept)
}

func refusal(err error) error {
	var mistakes *config.Mistakes
	if errors.As(err, &mistakes) {
		return &control.RefusedError{Text: mistakes.Error()}
	}
	return err
}

// loaded notes that a generation is in force, and returns which of its
// settings wait for a restart.
func (d *Daemon) loaded(g *Generation) []string {
	was, now := d.first.Config, g.Config
	var restart []string
	for _, setting := range [][3]string{
		{"listen", was.Listen, now.Listen},
		{"store", was.Store, now.Store},
		{"control", was.Control, now.Control},
	} {
		if setting[1] != setting[2] {
			restart = append(restart, fmt.Sprintf("%s stays %s; restart the daemon for %s", setting[0], setting[1], setting[2]))
		}
	}
	if !reflect.DeepEqual(was.TLS, now.TLS) {
		restart = append(restart, "tls stays as it was; restart the daemon for the new one")
	}
	for _, w := range g.Warnings {
		d.log.Warn("config", "warning", w)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.state.Config, d.state.Loaded = now.File, time.Now()
	d.state.ReloadFailed, d.state.ReloadError = time.Time{}, ""
	d.state.Warnings, d.state.Restart = g.Warnings, restart
	return restart
}

func (d *Daemon) refused(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.state.ReloadFailed, d.state.ReloadError = time.Now(), err.Error()
}

// token puts a token into a channel that holds one.
func token(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func unwrapOp(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}
