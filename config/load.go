package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
)

// Limits of what Load reads, in bytes and files.
const (
	maxFile  = 16 << 20
	maxTotal = 64 << 20
	maxFiles = 1000
)

// Load reads the config file name, what it includes and the reading lists that
// it names. fsys is rooted at /, and name is an absolute path; both its form
// and that of the paths in the config are slash-separated. getenv looks up
// what ${NAME} stands for; nil means that nothing is set.
//
// The error is always a *Mistakes that holds all of them. Files of more than
// 16 MiB, more than 64 MiB together and more than 1000 included files are
// mistakes too.
func Load(fsys fs.FS, name string, getenv func(string) (string, bool)) (*Config, error) {
	l := &loader{fsys: fsys, getenv: getenv, report: &report{}, left: maxTotal}
	c := l.load(name)
	if list := l.report.mistakes(); len(list) > 0 {
		return nil, &Mistakes{List: list, Read: c}
	}
	return c, nil
}

type loader struct {
	fsys    fs.FS
	getenv  func(string) (string, bool)
	report  *report
	left    int64 // bytes that may yet be read
	sources []*source
}

func (l *loader) load(name string) *Config {
	top := &rawFile{}
	src := l.decode(name, reflect.ValueOf(top).Elem(), nil, "")
	feeds := elements(top.Feeds.Items, path.Dir(name))
	topics := elements(top.Topics.Items, path.Dir(name))
	for _, file := range l.included(name, top.Include.Items) {
		inc := &rawInclude{}
		l.decode(file.name, reflect.ValueOf(inc).Elem(), file.at, "")
		feeds = append(feeds, elements(inc.Feeds.Items, path.Dir(file.name))...)
		topics = append(topics, elements(inc.Topics.Items, path.Dir(file.name))...)
	}
	b := &builder{loader: l, top: top, src: src, dir: path.Dir(name), config: &Config{File: name, origin: map[string]*place{}}}
	b.build(feeds, topics)
	b.config.sources = l.sources
	return b.config
}

// An element is a feed or topic with the folder that its paths count from.
type element[T any] struct {
	raw *T
	dir string
}

func elements[T any](items []T, dir string) []element[T] {
	list := make([]element[T], len(items))
	for i := range items {
		list[i] = element[T]{&items[i], dir}
	}
	return list
}

// decode reads a file into a part of the raw tree. at is where the file is
// named, nil for the top file.
func (l *loader) decode(name string, v reflect.Value, at *place, path string) *source {
	data, f := l.read(name)
	src := newSource(name, len(l.sources), "")
	l.sources = append(l.sources, src)
	if f != nil {
		if at == nil {
			at = src.top()
			if strings.HasPrefix(f.what, "there is no file") {
				f.remedy = "look at the path; sluice init writes a starter file"
			}
		}
		l.report.list = append(l.report.list, finding{at: at, path: at.path, fault: hideName(at, *f, name)})
		return src
	}
	text, f, line, col := readable(data)
	src.lines = splitLines(text)
	if f != nil {
		if line > 1 || col > 1 {
			src.lines = splitLines(strings.ToValidUTF8(string(data), "\ufffd"))
		}
		l.report.list = append(l.report.list, finding{at: src.top(), line: line, col: col, fault: *f})
		return src
	}
	if root := parse(src, text, l.report); root != nil {
		d := newDecoder(src, root, l.getenv, l.report)
		d.decode(root, v, &field{need: true}, src.top(), path)
	}
	return src
}

// read returns the content of a file.
func (l *loader) read(name string) ([]byte, *fault) {
	f, err := l.fsys.Open(inFS(name))
	if err != nil {
		return nil, unreadable(name, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, unreadable(name, err)
	}
	if info.IsDir() {
		return nil, &fault{what: name + " is a folder", remedy: "name a file in it"}
	}
	limit := min(int64(maxFile), l.left)
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, unreadable(name, err)
	}
	if int64(len(data)) > limit {
		if limit < maxFile {
			return nil, &fault{what: "all files together are over 64 MiB with " + name, remedy: "part them into several configs"}
		}
		return nil, &fault{what: name + " is over 16 MiB", remedy: "part it into several files and include them"}
	}
	l.left -= int64(len(data))
	return data, nil
}

func unreadable(name string, err error) *fault {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid):
		return &fault{what: "there is no file " + name, remedy: "look at the path, which counts from the folder of the config file"}
	case errors.Is(err, fs.ErrPermission):
		return &fault{what: name + " may not be read by this user", remedy: "change its owner or mode"}
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return &fault{what: fmt.Sprintf("%s can't be read (%v)", name, err), remedy: "look at the path and the disk"}
}

// inFS turns an absolute path into one of an fs.FS rooted at /.
func inFS(name string) string {
	if name = strings.TrimPrefix(path.Clean("/"+name), "/"); name == "" {
		return "."
	}
	return name
}

// absolute resolves a path of the config against the folder of its file.
func absolute(dir, name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join("/", dir, name)
}

type includedFile struct {
	name string
	at   *place
}

// included returns the files that the patterns match, sorted within each
// pattern and each once.
func (l *loader) included(top string, patterns []leaf[string]) []includedFile {
	var files []includedFile
	seen := map[string]bool{}
	for _, p := range patterns {
		if p.at == nil || p.at.bad {
			continue
		}
		matches, err := fs.Glob(l.fsys, l.pattern(path.Dir(top), p.v))
		if err != nil || len(matches) == 0 {
			l.report.value(p.at, fault{what: "matches no file", remedy: "look at the path, which counts from this file's folder, or remove it"})
			continue
		}
		slices.Sort(matches)
		for _, m := range matches {
			name := "/" + m
			if name == absolute("/", top) {
				l.report.value(p.at, fault{what: "matches this file itself", remedy: "keep included files in a folder of their own, such as feeds.d/*.yaml"})
				continue
			}
			if !seen[name] {
				seen[name] = true
				files = append(files, includedFile{name, p.at})
			}
		}
	}
	if len(files) > maxFiles {
		l.report.add(files[maxFiles].at, fmt.Sprintf("includes more than %d files", maxFiles), "join some of them")
		files = files[:maxFiles]
	}
	return files
}

// pattern resolves a pattern against a folder whose own name is no pattern.
func (l *loader) pattern(dir, pattern string) string {
	if !path.IsAbs(pattern) {
		dir = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
		pattern = path.Join("/", dir, pattern)
	}
	return inFS(pattern)
}
