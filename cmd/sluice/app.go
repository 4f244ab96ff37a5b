package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"golang.org/x/term"

	"sluice/config"
)

// An app is one run of the program: its streams, its environment and the flags
// that all commands share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) (string, bool)

	configFlag string // --config
	started    bool   // the command line was well formed and the command began
}

// root is the file system that the config reads through.
func (a *app) root() fs.FS { return os.DirFS("/") }

// load reads the config where it stands: see configFile.
func (a *app) load() (*config.Config, error) {
	file, err := a.configFile()
	if err != nil {
		return nil, err
	}
	return config.Load(a.root(), file, a.getenv)
}

// configFile is the absolute path of the config: --config, SLUICE_CONFIG, or
// the first that exists of sluice.yaml here and in /etc/sluice.
func (a *app) configFile() (string, error) {
	if a.configFlag != "" {
		return filepath.Abs(a.configFlag)
	}
	if name, ok := a.getenv("SLUICE_CONFIG"); ok && name != "" {
		return filepath.Abs(name)
	}
	for _, name := range []string{"sluice.yaml", "/etc/sluice/sluice.yaml"} {
		if _, err := os.Stat(name); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return filepath.Abs(name)
		}
	}
	return "", coded(exitConfig, errors.New("sluice: there is neither ./sluice.yaml nor /etc/sluice/sluice.yaml; "+
		"'sluice init' writes a starter config, --config FILE or SLUICE_CONFIG names another place"))
}

// logger logs to stderr as the config says.
func (a *app) logger(log config.Log) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(log.Level)); err != nil {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if log.Format == "json" {
		return slog.New(slog.NewJSONHandler(a.stderr, options))
	}
	return slog.New(slog.NewTextHandler(a.stderr, options))
}

// quietLogger is the logger of a one-shot command, which names each failed
// feed itself: it logs only faults, or everything where the level is debug.
func (a *app) quietLogger(log config.Log) *slog.Logger {
	if log.Level != "debug" {
		log.Level = "error"
	}
	return a.logger(log)
}

// terminal reports whether a person is looking at w.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// wideEnough is how many columns a list with dates and feeds takes.
const wideEnough = 80

// narrow reports whether standard output is a terminal of few columns, as that
// of a phone.
func (a *app) narrow() bool {
	f, ok := a.stdout.(*os.File)
	if !ok {
		return false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	return err == nil && width < wideEnough
}

// printJSON prints v as one line.
func (a *app) printJSON(v any) error {
	encoder := json.NewEncoder(a.stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}
