package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// FuzzLoad wants a Config or mistakes with all their parts, and a dump that
// loads.
func FuzzLoad(f *testing.F) {
	f.Add(Starter())
	for _, pattern := range []string{"testdata/bad/*.yaml", "testdata/good/*.yaml"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			if data, err := os.ReadFile(file); err == nil && len(data) < 10_000 {
				f.Add(data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fsys := fstest.MapFS{"c.yaml": {Data: data}, "d/feeds.yaml": {Data: data}, "inc/list.opml": {Data: []byte("x")}}
		c, err := Load(fsys, "/c.yaml", environment)
		if err != nil {
			var m *Mistakes
			if c != nil || !errors.As(err, &m) || len(m.List) == 0 || len(m.List) > maxMistakes+1 {
				t.Fatalf("Load = %v, %v", c, err)
			}
			for _, m := range m.List {
				if m.Line < 1 || m.Column < 1 || m.What == "" || m.Remedy == "" || strings.ContainsAny(m.String(), "\r\x1b\x00") || strings.Count(m.String(), "\n") > 2 {
					t.Errorf("%+q", m)
				}
			}
			return
		}
		for _, topic := range c.Topics {
			for i, query := range topic.Match {
				c.At(topic.Path+".match["+string(rune('0'+i%10))+"]", len(query)/2, "what", "remedy")
			}
		}
		dump, err := c.Dump()
		if err != nil {
			t.Fatal(err)
		}
		fsys["c.yaml"] = &fstest.MapFile{Data: dump}
		for _, l := range c.Lists {
			fsys[strings.TrimPrefix(l.File, "/")] = &fstest.MapFile{Data: l.Data}
		}
		if _, err := Load(fsys, "/c.yaml", environment); err != nil {
			t.Errorf("%v\n%s", err, dump)
		}
	})
}

// TestNoSecret puts a secret from the environment, and one that is written, in
// every value of a config, spoils every second one, and looks for them in what
// is said.
func TestNoSecret(t *testing.T) {
	for _, file := range []string{"testdata/good/full.yaml", "testdata/good/minimal.yaml"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(append(data, Starter()...)), "\n")
		for i, line := range lines {
			key, _, ok := strings.Cut(line, ": ")
			if !ok {
				continue
			}
			for _, value := range []string{"x ${TOP} y", "https://${TOP}:x/", "['${TOP}']", "{a: '${TOP}'}"} {
				changed := append(append(append([]string(nil), lines[:i]...), key+": "+value), lines[i+1:]...)
				_, err := Load(fstest.MapFS{"c.yaml": {Data: []byte(strings.Join(changed, "\n"))}}, "/c.yaml", func(string) (string, bool) { return "hunter3@/x", true })
				if err != nil && strings.Contains(err.Error(), "hunter") {
					t.Fatalf("line %d as %s: %s", i+1, value, grep(err.Error(), "hunter"))
				}
			}
		}
	}
}

func grep(text, word string) string {
	var found []string
	for _, line := range strings.Split(text, "\n") {
		if strings.Contains(line, word) {
			found = append(found, line)
		}
	}
	return strings.Join(found, "\n")
}
