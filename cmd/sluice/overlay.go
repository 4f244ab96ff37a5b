package main

import (
	"bytes"
	"io/fs"
	"path"
	"strings"
	"time"
)

// An overlay is a file system in which one file holds other bytes: a config as
// it would be after an edit.
type overlay struct {
	fs.FS
	name string // absolute
	data []byte
}

// Open implements fs.FS.
func (o overlay) Open(name string) (fs.File, error) {
	if "/"+name == o.name {
		return &overlaid{bytes.NewReader(o.data), o}, nil
	}
	return o.FS.Open(name)
}

// nothing is a file system without files.
type nothing struct{}

func (nothing) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// An overlaid is the open file, and tells of itself.
type overlaid struct {
	*bytes.Reader
	o overlay
}

func (f *overlaid) Stat() (fs.FileInfo, error) { return overlaidInfo{f.o}, nil }
func (f *overlaid) Close() error               { return nil }

type overlaidInfo struct{ o overlay }

func (i overlaidInfo) Name() string       { return path.Base(strings.TrimSuffix(i.o.name, "/")) }
func (i overlaidInfo) Size() int64        { return int64(len(i.o.data)) }
func (i overlaidInfo) Mode() fs.FileMode  { return 0o444 }
func (i overlaidInfo) ModTime() time.Time { return time.Time{} }
func (i overlaidInfo) IsDir() bool        { return false }
func (i overlaidInfo) Sys() any           { return nil }
