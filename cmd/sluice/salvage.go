package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"time"

	"sluice/cmd/internal/daemon"
	"sluice/config"
)

// whereabouts are the lines of a config that say where the store and the
// daemon's socket are.
var whereabouts = regexp.MustCompile(`(?m)^(store|control)[ \t]*:.*$`)

// loadForStatus reads the config. One with mistakes must not keep a person
// from asking the daemon, who may know of them already: then only what says
// where the daemon is counts, and there are no feeds.
func (a *app) loadForStatus() (*config.Config, *daemon.Generation, error) {
	g, err := a.generation()
	if err == nil {
		return g.Config, g, nil
	}
	var mistakes *config.Mistakes
	file, findErr := a.configFile()
	if findErr != nil || !errors.As(err, &mistakes) {
		return nil, nil, err
	}
	text, readErr := os.ReadFile(file)
	if readErr != nil {
		return nil, nil, err
	}
	const needed = "site: {title: unknown, url: 'https://unknown.invalid'}\n"
	kept := needed + strings.Join(whereabouts.FindAllString(string(text), -1), "\n") + "\n"
	cfg, salvageErr := config.Load(oneFile{name: file, text: kept}, file, a.getenv)
	if salvageErr != nil {
		return nil, nil, err
	}
	if _, statErr := os.Stat(cfg.Control); statErr != nil {
		return nil, nil, err // no daemon to ask: the mistakes are all there is to say
	}
	g, salvageErr = daemon.Prepare(cfg)
	if salvageErr != nil {
		return nil, nil, err
	}
	return cfg, g, nil
}

// oneFile is a file system that holds one file, by its absolute path.
type oneFile struct{ name, text string }

// Open implements fs.FS.
func (f oneFile) Open(name string) (fs.File, error) {
	if "/"+name != f.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return openFile{f, bytes.NewReader([]byte(f.text))}, nil
}

type openFile struct {
	oneFile
	*bytes.Reader
}

func (f openFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f openFile) Close() error               { return nil }
func (f openFile) Name() string               { return f.name }
func (f openFile) Mode() fs.FileMode          { return 0o400 }
func (f openFile) ModTime() time.Time         { return time.Time{} }
func (f openFile) IsDir() bool                { return false }
func (f openFile) Sys() any                   { return nil }
