package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sluice/cmd/internal/daemon"
	"sluice/config"
)

// appendToConfig adds to the config's file what is to be added, unless the
// config would have mistakes then: then nothing is written and they are
// returned.
func (a *app) appendToConfig(file string, add config.Addition) error {
	// A link stays one: what it leads to is written anew.
	target, err := filepath.EvalSymlinks(file)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(target)
	if err != nil {
		return err
	}
	edited, err := config.Append(data, add)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if _, err := daemon.Load(overlay{a.root(), filepath.ToSlash(file), edited}, file, a.getenv); err != nil {
		return err
	}
	return replaceFile(target, edited)
}

// replaceFile puts data in a file's place at once, with the same mode.
func replaceFile(name string, data []byte) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(info.Mode().Perm())
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
