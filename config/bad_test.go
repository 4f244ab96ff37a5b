package config

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// environment is what ${NAME} stands for in all tests.
func environment(name string) (string, bool) {
	value, ok := map[string]string{"SECRET": "hunter2", "PORT": "8080", "EMPTY": "", "HOST": "env.example.org"}[name]
	return value, ok
}

// TestBad loads configs with one mistake each (those named many-* have more)
// and compares all that is said with golden files.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d bad configs, %v; want at least 60", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			c, err := Load(os.DirFS("testdata"), "/bad/"+name+".yaml", environment)
			var mistakes *Mistakes
			if c != nil || !errors.As(err, &mistakes) {
				t.Fatalf("Load = %v, %v; want *Mistakes only", c, err)
			}
			if n := len(mistakes.List); n == 0 || n > 1 && !strings.HasPrefix(name, "many-") {
				t.Errorf("%d mistakes, want one", n)
			}
			for _, m := range mistakes.List {
				if m.File == "" || m.Line < 1 || m.Column < 1 || m.What == "" || m.Remedy == "" {
					t.Errorf("%+v: want file, line, column, what and remedy", m)
				}
			}
			got := err.Error() + "\n"
			if strings.Contains(got, "hunter") {
				t.Errorf("a secret is shown:\n%s", got)
			}
			golden(t, strings.TrimSuffix(file, ".yaml")+".golden", got)
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
