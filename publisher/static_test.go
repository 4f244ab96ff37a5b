package publisher

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// tree returns the files below dir by slash-separated name, without the
// manifest.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == manifestName {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// age sets all files' times back, so that a touched one shows, and makes the
// manifest agree.
func age(t *testing.T, dir string) time.Time {
	t.Helper()
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	m := readTestManifest(t, dir)
	for name, r := range m.Files {
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
		r.Time = old.UnixNano()
		m.Files[name] = r
	}
	writeTestManifest(t, dir, m)
	return old
}

func readTestManifest(t *testing.T, dir string) (m manifest) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func writeTestManifest(t *testing.T, dir string, m manifest) {
	t.Helper()
	data, err := json.Marshal(m)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, manifestName), data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, s *Site, dir string) Written {
	t.Helper()
	done, err := s.Write(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func staticSite(t *testing.T) (*memory, *Site) {
	m := newMemory("a", "b")
	m.add("a", "gazette", 1)
	m.add("b", "herald", 1)
	return m, published(t, m, "a", "b")
}

func TestWrite(t *testing.T) {
	m, s := staticSite(t)
	dir := filepath.Join(t.TempDir(), "new", "folder")
	done := write(t, s, dir)
	files := tree(t, dir)
	for _, name := range []string{
		"index.html", "topics.opml", "sources.opml", "topics/a/index.html", "topics/a.atom", "topics/a.rss", "topics/a.json",
		"topics/b/index.html", "topics/b.atom", "index.html.gz", "topics/a/index.html.gz", "topics/a.atom.gz",
	} {
		if _, ok := files[name]; !ok {
			t.Errorf("%s is missing", name)
		}
	}
	if done != (Written{Written: len(files)}) {
		t.Errorf("the first run did %+v, want %d written", done, len(files))
	}
	for file, address := range map[string]string{
		"index.html": "/", "topics/a/index.html": "/topics/a", "topics/a.atom": "/topics/a.atom", "sources.opml": "/sources.opml",
	} {
		if got := get(t, s, address).Body.String(); got != files[file] {
			t.Errorf("%s is not what is served at %s", file, address)
		}
		if got := get(t, s, address, "Accept-Encoding", "gzip").Body.String(); got != files[file+".gz"] {
			t.Errorf("%s.gz is not what is served at %s", file, address)
		}
		if got := get(t, s, address, "Accept-Encoding", "zstd").Body.String(); got != files[file+".zst"] {
			t.Errorf("%s.zst is not what is served at %s", file, address)
		}
	}

	old := age(t, dir)
	if done := write(t, s, dir); done != (Written{Unchanged: len(files)}) {
		t.Errorf("a second run did %+v", done)
	}
	// Whoever has opened a file goes on reading what was in it.
	open := filepath.Join(t.TempDir(), "open")
	if err := os.Link(filepath.Join(dir, "topics", "a.atom"), open); err != nil {
		t.Fatal(err)
	}
	m.add("a", "gazette", 2)
	publish(t, s, []string{"a"})
	write(t, s, dir)
	if got, err := os.ReadFile(open); err != nil || string(got) != files["topics/a.atom"] {
		t.Errorf("a file was changed in its place: %v", err)
	}
	for name := range files {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		changes := strings.HasPrefix(name, "topics/a") || strings.HasPrefix(name, "index.html")
		if touched := !info.ModTime().Equal(old); touched != changes {
			t.Errorf("%s: touched %v, want %v", name, touched, changes)
		}
	}
}

func TestWriteRemovesStale(t *testing.T) {
	_, s := staticSite(t)
	dir := t.TempDir()
	put(t, dir, "robots.txt", "the admin's")
	put(t, dir, "topics/notes.txt", "the admin's")
	write(t, s, dir)
	put(t, dir, "topics/b.rss", "changed by hand")
	s.Configure(testConfig("a"))
	publish(t, s, nil)
	done := write(t, s, dir)
	files := tree(t, dir)
	for name, content := range map[string]string{
		"robots.txt": "the admin's", "topics/notes.txt": "the admin's", "topics/b.rss": "changed by hand",
	} {
		if files[name] != content {
			t.Errorf("%s was touched", name)
		}
	}
	for name := range files {
		if strings.HasPrefix(name, "topics/b") && name != "topics/b.rss" {
			t.Errorf("%s was left", name)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "topics", "b")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the empty folder of a removed topic: %v", err)
	}
	if done.Removed == 0 {
		t.Errorf("did %+v", done)
	}
	if _, ours := readTestManifest(t, dir).Files["topics/b.rss"]; ours {
		t.Error("a file that was changed by hand is still taken for ours")
	}
}

func TestWriteLeavesForeignFiles(t *testing.T) {
	m, s := staticSite(t)
	dir := t.TempDir()
	put(t, dir, "index.html", "the admin's own page")
	put(t, dir, "topics/a.rss", get(t, s, "/topics/a.rss").Body.String())
	put(t, dir, "topics/b/archive/1.json", "the admin's")
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "topics", "b.atom")); err != nil {
		t.Fatal(err)
	}
	_, err := s.Write(t.Context(), dir)
	for _, name := range []string{"index.html", "topics/b.atom", "topics/b/archive/1.json"} {
		if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, name)+" was not written by sluice") {
			t.Errorf("the error does not name %s: %v", name, err)
		}
	}
	var foreign *ForeignError
	if !errors.As(err, &foreign) || strings.Contains(err.Error(), "a.rss") {
		t.Errorf("a file that holds what it should is refused: %v", err)
	}
	files := tree(t, dir)
	if files["index.html"] != "the admin's own page" || files["topics/a.atom"] == "" {
		t.Error("the foreign file was replaced, or the others were not written")
	}
	for _, name := range []string{"index.html.gz", "index.html.zst", "topics/b.atom.gz"} {
		if _, there := files[name]; there {
			t.Errorf("%s stands beside what it does not hold", name)
		}
	}

	// What was ours and was edited is not ours any more, until it is moved away.
	put(t, dir, "topics/a.atom", "edited")
	m.add("a", "gazette", 2)
	publish(t, s, nil)
	if _, err := s.Write(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "a.atom") || tree(t, dir)["topics/a.atom"] != "edited" {
		t.Errorf("an edited file: %v", err)
	}
	if _, there := tree(t, dir)["topics/a.atom.gz"]; there {
		t.Error("the packed form of what was edited is still there")
	}
	put(t, dir, "topics/b.json.gz", "the admin's")
	if _, err := s.Write(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "b.json.gz was not written by sluice") || tree(t, dir)["topics/b.json.gz"] != "the admin's" {
		t.Errorf("a packed file that is not ours: %v", err)
	}
	for _, name := range []string{"index.html", "topics/a.atom", "topics/b.atom", "topics/b.json.gz", "topics/b/archive/1.json"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, s, dir)
	if got := tree(t, dir)["topics/a.atom"]; got != get(t, s, "/topics/a.atom").Body.String() {
		t.Error("the file did not come back once the edited one was gone")
	}
	for _, name := range []string{"index.html.gz", "topics/a.atom.zst", "topics/b/archive/1.json", "topics/b/archive/1.json.gz"} {
		if tree(t, dir)[name] == "" {
			t.Errorf("%s did not come back", name)
		}
	}
}

// A run that was cut off at any moment is completed by the next one.
func TestWriteAfterCrash(t *testing.T) {
	m, s := staticSite(t)
	dir := t.TempDir()
	write(t, s, dir)
	before := tree(t, dir)
	m.add("a", "gazette", 2)
	publish(t, s, nil)
	whole := t.TempDir()
	write(t, s, whole)
	want := tree(t, whole)
	pending := readTestManifest(t, dir)
	changed := []string{}
	for name, body := range want {
		if before[name] != body {
			pending.Files[name] = pending.Files[name].replacedBy(hexSum(sha256.Sum256([]byte(body))))
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	for cut := range len(changed) + 1 {
		for name, content := range before {
			put(t, dir, name, content)
		}
		writeTestManifest(t, dir, pending)
		for _, name := range changed[:cut] {
			put(t, dir, name, want[name])
		}
		put(t, dir, temporary+"index.html", "half")
		put(t, dir, "topics/"+temporary+"a.atom", "half")
		put(t, dir, "topics/a/"+temporary+"index.html", "")
		write(t, s, dir)
		if got := tree(t, dir); !sameFiles(got, want) {
			t.Errorf("cut after %d files: %d files, want %d with the new content", cut, len(got), len(want))
		}
		for name, r := range readTestManifest(t, dir).Files {
			if len(r.Sums) != 1 {
				t.Errorf("cut after %d files: %s is still being replaced", cut, name)
			}
		}
	}
}

func sameFiles(a, b map[string]string) bool {
	for name := range b {
		if a[name] != b[name] {
			return false
		}
	}
	return len(a) == len(b)
}

func TestWriteRefuses(t *testing.T) {
	m, s := staticSite(t)
	if _, err := New(m).Write(t.Context(), t.TempDir()); err == nil {
		t.Error("a site that is not ready is written, and would remove what is not rendered yet")
	}
	for content, want := range map[string]string{
		"{":               "damaged",
		`{"version": 99}`: "version 99",
		`{"version": 1, "files": {"../../etc/passwd": {"sha256": [""]}}}`:       "no name",
		`{"version": 1, "files": {"/etc/passwd": {"sha256": [""]}}}`:            "no name",
		`{"version": 1, "files": {"topics/.htaccess": {"sha256": ["x", "y"]}}}`: "no name",
	} {
		dir := t.TempDir()
		put(t, dir, manifestName, content)
		if _, err := s.Write(t.Context(), dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("manifest %s: %v, want %q", content, err, want)
		}
		if got := tree(t, dir); len(got) > 0 {
			t.Errorf("manifest %s: %d files were written", content, len(got))
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	put(t, filepath.Dir(file), "file", "")
	if _, err := s.Write(t.Context(), file); err == nil {
		t.Error("a file is taken for a folder")
	}
}

// Names and links that lead out of the folder reach nothing there.
func TestWriteStaysInside(t *testing.T) {
	m := newMemory("a", "../../up", ".hidden")
	dir, outside := t.TempDir(), t.TempDir()
	for _, name := range []string{"../../up", ".hidden"} {
		s := published(t, m, "a", name)
		if _, err := s.Write(t.Context(), filepath.Join(dir, "x", "y")); err == nil {
			t.Errorf("a topic named %q is written", name)
		}
	}
	if got := tree(t, dir); len(got) > 0 {
		t.Errorf("%d files were written", len(got))
	}
	if err := os.Symlink(outside, filepath.Join(dir, "topics")); err != nil {
		t.Fatal(err)
	}
	if _, err := published(t, m, "a").Write(t.Context(), dir); err == nil {
		t.Error("a folder that is a link to the outside is written through")
	}
	if got := tree(t, outside); len(got) > 0 {
		t.Errorf("%d files were written outside", len(got))
	}
}

func TestWriteBringsBackLostFile(t *testing.T) {
	_, s := staticSite(t)
	dir := t.TempDir()
	write(t, s, dir)
	if err := os.Remove(filepath.Join(dir, "topics", "a.atom")); err != nil {
		t.Fatal(err)
	}
	done := write(t, s, dir)
	if done.Written != 1 {
		t.Errorf("after a loss did %+v", done)
	}
	want := get(t, s, "/topics/a.atom").Body.Bytes()
	if got, err := os.ReadFile(filepath.Join(dir, "topics", "a.atom")); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the lost file came back as %d bytes, %v", len(got), err)
	}
}
