package publisher

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"
)

// Written counts the files of one Write.
type Written struct {
	Written   int // new, or with new content
	Unchanged int
	Removed   int // of documents that are published no more
}

// A ForeignError names a file that stands where one of ours belongs and holds
// what we did not write.
type ForeignError struct {
	File string
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s was not written by sluice, or was changed since; move it away or delete it, then publish again", e.File)
}

// Write brings the static files below dir in line with what is served: the
// same bytes under names like the addresses, each with its packed forms beside
// it. Files whose content is right are not touched. Each file is replaced at
// once by a rename; a Write that was cut off is completed by the next one.
//
// Only files that sluice wrote are replaced or removed, going by the manifest
// that it keeps in dir: for each other file in the way the error holds a
// *ForeignError, and all else is written. The site must be ready.
//
// Archive pages are written of the topics whose entries, or whose part of the
// config, are others than at the last Write into dir.
func (s *Site) Write(ctx context.Context, dir string) (Written, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	shown := s.shown.Load()
	if !shown.ready() {
		return Written{}, errors.New(shown.progress())
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Written{}, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Written{}, err
	}
	defer root.Close()
	w := &writer{
		build: &build{site: s, gen: shown.gen, feeds: shown.feeds},
		shown: shown, dir: dir, root: root, files: shown.static(),
	}
	err = w.run(ctx)
	return w.done, err
}

// A content is what a file is to hold. That of an archive document is rendered
// once for its sum and again to be written, since all of them together may be
// larger than the memory.
type content struct {
	sum  [sha256.Size]byte
	body []byte      // nil for an archive document
	from *archiveKey // nil for others
}

// static returns the files as which the documents of the shelf are written.
func (s *shelf) static() map[string]content {
	files := map[string]content{}
	for name, d := range s.files {
		for suffix, r := range d.files() {
			files[name+suffix] = content{sum: r.sum(), body: r.body}
		}
	}
	return files
}

// files returns the document's representations by the end of their files'
// names.
func (d *document) files() map[string]*representation {
	files := map[string]*representation{"": &d.plain}
	for i := range d.packed {
		files[d.packed[i].coding.suffix] = &d.packed[i]
	}
	return files
}

// A writer is one run of Write.
type writer struct {
	build *build
	shown *shelf
	dir   string
	root  *os.Root
	files map[string]content
	old   manifest // as found
	next  manifest // as it will be
	done  Written
}

func (w *writer) run(ctx context.Context) error {
	var err error
	if w.old, err = readManifest(w.root); err != nil {
		return fmt.Errorf("%s: %w", w.dir, err)
	}
	w.next = manifest{Version: manifestVersion, Files: maps.Clone(w.old.Files)}
	if w.next.Archives, err = w.archives(ctx); err != nil {
		return err
	}
	dirs, err := w.folders()
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		if err := removeTemporary(w.root, dir); err != nil {
			return err
		}
	}
	todo, foreign, err := w.compare()
	if err != nil {
		return err
	}
	if err := w.replace(ctx, todo); err != nil {
		return err
	}
	if err := w.removeStale(); err != nil {
		return err
	}
	if !w.next.equal(w.old) {
		for _, dir := range dirs {
			if err := syncDir(w.root, dir); err != nil {
				return err
			}
		}
		if err := w.writeManifest(w.next); err != nil {
			return err
		}
	}
	return errors.Join(foreign...)
}

// folders returns the folders of all files, ours of now and of earlier, the
// deepest first.
func (w *writer) folders() ([]string, error) {
	seen := map[string]bool{}
	for _, names := range []([]string){slices.Collect(maps.Keys(w.files)), slices.Collect(maps.Keys(w.old.Files))} {
		for _, name := range names {
			if err := checkName(name); err != nil {
				return nil, err
			}
			for dir := path.Dir(name); !seen[dir]; dir = path.Dir(dir) {
				seen[dir] = true
			}
		}
	}
	seen["."] = true
	dirs := slices.Sorted(maps.Keys(seen))
	slices.SortStableFunc(dirs, func(a, b string) int { return len(b) - len(a) })
	return dirs, nil
}

// compare returns the files to write and an error for each that is not ours.
// Beside one that is not, no packed forms of ours stay: web servers would send
// them in its place.
func (w *writer) compare() (todo []string, foreign []error, err error) {
	refuse := func(name string) {
		foreign = append(foreign, &ForeignError{filepath.Join(w.dir, name)})
		if k := w.files[name].from; k != nil {
			delete(w.next.Archives, k.topic) // it is not whole
		}
		for i := range codings {
			delete(w.files, name+codings[i].suffix)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.files)) {
		if _, wanted := w.files[name]; !wanted {
			continue
		}
		sum := hexSum(w.files[name].sum)
		was := w.old.Files[name]
		info, err := w.root.Lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			todo = append(todo, name)
			continue
		case err != nil:
			return nil, nil, err
		case !info.Mode().IsRegular():
			refuse(name)
			continue
		case was.untouched(info, sum):
			w.done.Unchanged++
			continue
		}
		switch found, err := fileSum(w.root, name); {
		case err != nil:
			return nil, nil, err
		case found == sum:
			// Whoever wrote it, it holds what it should.
			w.next.Files[name] = newRecord(sum, info)
			w.done.Unchanged++
		case was.holds(found):
			todo = append(todo, name)
		default:
			refuse(name)
		}
	}
	return todo, foreign, nil
}

func newRecord(sum string, info fs.FileInfo) record {
	return record{Sums: []string{sum}, Size: info.Size(), Time: info.ModTime().UnixNano()}
}

// writers is how many files are brought to the disk at a time: waiting for it
// is most of the work.
const writers = 8

// replace writes files, whose manifest says beforehand that they are ours.
func (w *writer) replace(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	// Without stamps: an archive is whole only at the end.
	pending := manifest{Version: manifestVersion, Files: maps.Clone(w.next.Files)}
	for _, name := range names {
		pending.Files[name] = w.old.Files[name].replacedBy(hexSum(w.files[name].sum))
	}
	if err := w.writeManifest(pending); err != nil {
		return err
	}
	infos := make([]fs.FileInfo, len(names))
	var work errgroup.Group
	work.SetLimit(writers)
	for i, name := range names {
		work.Go(func() (err error) {
			if err = w.root.MkdirAll(path.Dir(name), 0o755); err != nil {
				return err
			}
			body := w.files[name].body
			if body == nil {
				if body, err = w.archived(ctx, name); err != nil || body == nil {
					return err
				}
			}
			infos[i], err = writeFile(w.root, name, body)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	for i, name := range names {
		if infos[i] == nil {
			delete(w.next.Archives, w.files[name].from.topic)
			continue
		}
		w.next.Files[name] = newRecord(hexSum(w.files[name].sum), infos[i])
		w.done.Written++
	}
	return nil
}

func (w *writer) writeManifest(m manifest) error {
	if err := m.write(w.root); err != nil {
		return err
	}
	return syncDir(w.root, ".")
}

// removeStale removes what is published no more and still as we wrote it, and
// the folders that this leaves empty. A file that someone has changed is
// theirs from then on.
func (w *writer) removeStale() error {
	for _, name := range slices.Sorted(maps.Keys(w.old.Files)) {
		if _, ours := w.files[name]; ours {
			continue
		}
		delete(w.next.Files, name)
		info, err := w.root.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			continue
		}
		found, err := fileSum(w.root, name)
		if err != nil {
			return err
		}
		if !w.old.Files[name].holds(found) {
			continue
		}
		if err := w.root.Remove(name); err != nil {
			return err
		}
		w.done.Removed++
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if w.root.Remove(dir) != nil {
				break // not empty
			}
		}
	}
	return nil
}
