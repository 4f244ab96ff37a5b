package daemon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sluice/config"
	"sluice/fetcher"
	"sluice/fetcher/guard"
	"sluice/fetcher/opml"
	"sluice/storage"
)

// A reading list that can't be read, or that has lost most of its feeds at
// once, is used as it was when it was good last: the store keeps that.

// Known is what a store knows beside the config that a generation is made of.
type Known interface {
	Feeds(ctx context.Context) ([]storage.FeedState, error)
	Lists(ctx context.Context) ([]storage.ListState, error)
}

// listsOnly returns the config of an error of Load that tells only of reading
// lists that can't be read: what the store knows of them may do. Else it
// returns nil.
func listsOnly(err error) *config.Config {
	var wrong *config.Mistakes
	if !errors.As(err, &wrong) || wrong.Read == nil {
		return nil
	}
	for _, m := range wrong.List {
		if m.List == "" {
			return nil
		}
	}
	return wrong.Read
}

// Settings returns the config of what Load gave, also where only reading lists
// are wrong: what the store knows of these may do. Then PrepareWith makes
// it ready, or says again what is wrong.
func Settings(g *Generation, err error) (*config.Config, error) {
	if cfg := listsOnly(err); cfg != nil {
		return cfg, nil
	}
	if err != nil {
		return nil, err
	}
	return g.Config, nil
}

// PrepareWith is Prepare with what the store knows: of feeds that the config
// names no more, of reading lists with an address, and of those whose file is not
// good. accept takes a file as it is that has lost most of its feeds.
func PrepareWith(ctx context.Context, cfg *config.Config, store Known, accept bool) (*Generation, error) {
	feeds, err := store.Feeds(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading what is known of the feeds: %w", err)
	}
	from := prepareFrom{feeds: feeds, accept: accept}
	if len(cfg.Lists) > 0 {
		if from.lists, err = listStates(ctx, store); err != nil {
			return nil, err
		}
	}
	return ready(cfg, from)
}

func listStates(ctx context.Context, store Known) (map[string]storage.ListState, error) {
	states, err := store.Lists(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading what is known of the reading lists: %w", err)
	}
	known := make(map[string]storage.ListState, len(states))
	for _, s := range states {
		known[s.Address] = s
	}
	return known, nil
}

// outlines returns what a list lists, with a warning where that is not what it
// is now. The error says that there is nothing to go by.
func (p prepareFrom) outlines(l config.List) (list opml.List, warning string, err error) {
	state := p.lists[l.Key()]
	problem := state.Error
	if l.URL == "" {
		now := state
		problem = l.Problem
		if problem == "" {
			if err := fetcher.TakeList(&now, l.Data, p.accept, time.Time{}); err != nil {
				problem = err.Error()
			}
		}
		if problem == "" || state.Data == nil {
			list, err = opml.Parse(l.Data)
			return list, "", err
		}
	}
	switch {
	case state.Data == nil && problem == "":
		return list, "it was not read yet, so that its feeds are not known", nil
	case state.Data == nil:
		return list, problem + "; its feeds are not known yet", nil
	case problem != "":
		warning = fmt.Sprintf("%s; it is used as it was on %s", problem, state.Good.Format("2006-01-02 15:04"))
	}
	list, err = opml.Parse(state.Data)
	return list, warning, err
}

// ReadLists asks for the lists of a config that have an address and are due,
// all of them in any case, and keeps what is good of these and of the files.
// It reports whether something that is known of a list is other than before.
func (s *System) ReadLists(ctx context.Context, cfg *config.Config, all, accept bool, now time.Time) (changed bool, err error) {
	if len(cfg.Lists) == 0 {
		return false, nil
	}
	states, err := listStates(ctx, s.store)
	if err != nil {
		return false, err
	}
	asker := s.asker(cfg)
	defer asker.close()
	for _, l := range cfg.Lists {
		was := states[l.Key()]
		is := was
		switch {
		case l.URL == "":
			is.Address, is.Error = l.Key(), l.Problem
			if l.Problem == "" {
				if err := fetcher.TakeList(&is, l.Data, accept, now); err != nil {
					is.Error = err.Error()
				}
			}
			if is.Error == was.Error && bytes.Equal(is.Data, was.Data) {
				continue
			}
			is.Read = now
		case !all && was.Next.After(now):
			continue
		default:
			if is, err = asker.List(ctx, l, was, accept, now); err != nil {
				return changed, err
			}
		}
		if err := s.store.SaveList(ctx, is); err != nil {
			return changed, fmt.Errorf("keeping reading list %s: %w", l.Name(), err)
		}
		changed = changed || is.Error != was.Error || !bytes.Equal(is.Data, was.Data)
	}
	return changed, nil
}

// An asker asks for lists, by the poller in force where there is one.
type asker struct {
	*fetcher.Fetcher
	close func()
}

func (s *System) asker(cfg *config.Config) asker {
	if l := s.current.Load(); l != nil {
		return asker{l.fetcher, func() {}}
	}
	g := guard.New(cfg.Fetch, UserAgent(s.program, cfg.Site))
	return asker{fetcher.New(intake{s}, g, cfg.Fetch), func() { g.Close() }}
}

// noList is the mistake that a file is no list.
func (g *Generation) noList(l config.List, err error) config.Mistake {
	m := g.Config.At(l.Path+".opml", 0,
		fmt.Sprintf("%s is no reading list: %s", filepath.Base(l.File), strings.TrimSuffix(err.Error(), ".")),
		"export it again as OPML, or take it out")
	m.List = l.File
	return m
}

// listLoop reads reading lists that are due or have changed, and puts what they
// list in force, until ctx ends.
func (d *Daemon) listLoop(ctx context.Context) error {
	for {
		if err := d.renewLists(ctx, false); err != nil && ctx.Err() == nil {
			d.log.Error("reading lists were not read; it is tried again", "error", err)
		}
		if !sleep(ctx, listEvery, d.relist) {
			return nil
		}
	}
}

// renewLists reads the reading lists that are due or have changed, or all of
// them, and puts a generation in force with what they list.
func (d *Daemon) renewLists(ctx context.Context, all bool) error {
	if len(d.Generation().written.Lists) == 0 {
		return nil
	}
	d.listing.Lock()
	defer d.listing.Unlock()
	changed, err := d.ReadLists(ctx, reread(d.Generation().written, readList), all, false, time.Now())
	d.unused = d.unused || changed
	if err != nil || !d.unused {
		return err
	}
	if err := d.relisted(ctx); err != nil {
		return err
	}
	d.unused = false
	return nil
}

// relisted puts a generation in force with what the lists list now.
func (d *Daemon) relisted(ctx context.Context) error {
	d.reloading.Lock()
	defer d.reloading.Unlock()
	g, reroute, err := d.prepared(ctx, reread(d.Generation().written, readList))
	if err != nil {
		return err
	}
	d.loaded(g)
	if reroute {
		token(d.reroute)
	}
	token(d.renewed)
	d.log.Info("reading lists have changed", "feeds", len(g.Feeds))
	return nil
}

// maxList is the largest file of a reading list, in bytes.
const maxList = 16 << 20

func readList(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxList+1))
	if err == nil && len(data) > maxList {
		err = errors.New("it is over 16 MiB")
	}
	return data, err
}

// reread returns the config with the files of its lists as they are now.
func reread(cfg *config.Config, read func(name string) ([]byte, error)) *config.Config {
	next := *cfg
	next.Lists = append([]config.List(nil), cfg.Lists...)
	for i := range next.Lists {
		l := &next.Lists[i]
		if l.URL != "" {
			continue
		}
		data, err := read(l.File)
		if err == nil {
			l.Data, l.Problem = data, ""
			continue
		}
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		l.Data, l.Problem = nil, fmt.Sprintf("it can't be read (%v)", err)
	}
	return &next
}
