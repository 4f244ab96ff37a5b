package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The architecture: which rooms there are, what each may import of ours, which
// dependency has its door where. A new room is a decision and a new row here.

// module is the path under which the rooms are imported.
const module = "sluice"

// rooms is the exact list of our packages that each package may import.
var rooms = map[string][]string{
	"config":               {},
	"storage":              {},
	"storage/words":        {},
	"storage/link":         {},
	"storage/story":        {"storage", "storage/words", "storage/link"},
	"storage/bolt":         {"storage", "storage/story"},
	"storage/storagetest":  {"storage", "storage/story"}, // prints are of story.Print alone, since a store may make them again
	"fetcher":              {"config", "storage", "storage/story", "storage/link", "fetcher/guard", "fetcher/parse", "fetcher/clean", "fetcher/extract", "fetcher/opml", "fetcher/schedule"},
	"fetcher/guard":        {"config"},
	"fetcher/parse":        {},
	"fetcher/clean":        {"storage/link"},
	"fetcher/extract":      {"fetcher/clean"},
	"fetcher/opml":         {"fetcher/clean", "fetcher/parse"},
	"fetcher/schedule":     {"config", "storage"},
	"fetcher/discover":     {"fetcher/clean", "fetcher/parse"},
	"publisher":            {"config", "storage", "publisher/topic", "publisher/render"},
	"publisher/topic":      {"config", "storage", "storage/words", "storage/link"},
	"publisher/render":     {"config", "storage"},
	"cmd/sluice":           {"*"},
	"cmd/internal/daemon":  {"*"}, // and nobody can import cmd/sluice, a program
	"cmd/internal/control": {"storage"},
}

// tested is what a package's tests may import of ours beyond its row: the suite
// that they run, and the store that they run against.
var tested = map[string][]string{
	"storage/bolt":         {"storage/storagetest"},
	"storage/storagetest":  {"storage/bolt"},
	"fetcher":              {"storage/bolt"},
	"publisher":            {"storage/bolt"},
	"cmd/internal/control": {"storage/bolt"},
}

// doors names the one room of each dependency. Tests may look at a room's work
// through the door of another.
var doors = map[string]string{
	"github.com/mmcdole/gofeed":           "fetcher/parse",
	"github.com/gogs/chardet":             "fetcher/parse",
	"github.com/gorilla/feeds":            "publisher/render",
	"go.etcd.io/bbolt":                    "storage/bolt",
	"go.yaml.in/yaml":                     "config",
	"gopkg.in/yaml":                       "config",
	"github.com/microcosm-cc/bluemonday":  "fetcher/clean",
	"codeberg.org/readeck/go-readability": "fetcher/extract",
	"github.com/blevesearch/snowballstem": "storage/words",
	"github.com/spf13/cobra":              "cmd/sluice",
}

// outside is what config and storage must not reach for: network and disk. Of
// package net they may use what only reads text: see pureNet.
var outside = []string{"net/http", "net/rpc", "net/smtp", "crypto/tls", "os", "os/exec", "os/signal", "os/user", "syscall", "io/ioutil", "log/syslog", "plugin"}

// pureNet are the parts of package net that need no network.
var pureNet = []string{"SplitHostPort", "JoinHostPort", "ParseIP", "ParseCIDR"}

// nameless are names that say nothing of what is in a package.
var nameless = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "types", "misc", "shared", "base", "core", "lib", "pkg"}

// clocks are the functions of package time that read the clock or wait for it.
var clocks = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

// mayWait reports whether a package may use them: for per-host waits, for
// deliveries, and in the programs.
func mayWait(dir string) bool {
	return dir == "fetcher" || dir == "publisher/hub" || strings.HasPrefix(dir, "cmd/")
}

// A source is one Go file of the module: its path from the root, with slashes.
type source struct {
	name string
	text []byte
}

func TestArchitecture(t *testing.T) {
	sources, err := readSources(os.DirFS(filepath.Join("..", "..")))
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) == 0 {
		t.Fatal("no Go files were found")
	}
	wrong := violations(sources)
	for dir := range rooms {
		if !slices.ContainsFunc(sources, func(s source) bool { return path.Dir(s.name) == dir }) {
			wrong = append(wrong, fmt.Sprintf("rule 1: %s has a row and no files", dir))
		}
	}
	for _, sentence := range wrong {
		t.Error(sentence)
	}
}

// readSources reads all Go files but those in testdata and in folders that the
// go command passes over.
func readSources(root fs.FS) ([]source, error) {
	var sources []source
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if base := d.Name(); d.IsDir() && name != "." && (base == "testdata" || base[0] == '.' || base[0] == '_') {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		sources = append(sources, source{name, text})
		return err
	})
	return sources, err
}

// violations holds the sources against the six rules and returns a sentence
// for each breach.
func violations(sources []source) []string {
	c := &checker{files: token.NewFileSet(), packages: make(map[string][]*ast.File)}
	for _, s := range sources {
		file, err := parser.ParseFile(c.files, s.name, s.text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			c.wrong = append(c.wrong, err.Error())
			continue
		}
		dir, test := path.Dir(s.name), strings.HasSuffix(s.name, "_test.go")
		c.checkName(dir, file)
		for _, spec := range file.Imports {
			c.checkImport(dir, test, spec)
		}
		if !test {
			c.packages[dir] = append(c.packages[dir], file)
		}
	}
	for dir, files := range c.packages {
		c.checkCode(dir, files)
	}
	slices.Sort(c.wrong)
	return slices.Compact(c.wrong)
}

type checker struct {
	files    *token.FileSet
	packages map[string][]*ast.File // without tests
	wrong    []string
}

func (c *checker) breach(rule int, node ast.Node, format string, args ...any) {
	at := c.files.Position(node.Pos())
	c.wrong = append(c.wrong, fmt.Sprintf("rule %d: %s:%d: %s", rule, at.Filename, at.Line, fmt.Sprintf(format, args...)))
}

func (c *checker) checkName(dir string, file *ast.File) {
	if _, ok := rooms[dir]; !ok {
		c.breach(1, file.Name, "package %s is not in the table", dir)
	}
	for _, name := range append(strings.Split(dir, "/"), strings.TrimSuffix(file.Name.Name, "_test")) {
		if slices.Contains(nameless, name) {
			c.breach(4, file.Name, "the name %s says nothing", name)
		}
	}
}

func (c *checker) checkImport(dir string, test bool, spec *ast.ImportSpec) {
	name := strings.Trim(spec.Path.Value, "`\"")
	if ours, ok := strings.CutPrefix(name, module+"/"); ok {
		allowed := slices.Contains(rooms[dir], ours) || slices.Contains(rooms[dir], "*") && ours != "cmd/sluice" ||
			test && (ours == dir || slices.Contains(tested[dir], ours))
		if !allowed {
			c.breach(1, spec, "%s imports %s", dir, ours)
		}
	}
	for dependency, door := range doors {
		if !test && dir != door && (name == dependency || strings.HasPrefix(name, dependency+"/")) {
			c.breach(2, spec, "%s is imported in %s; its door is %s", name, dir, door)
		}
	}
	if !test && (dir == "config" || dir == "storage") && slices.Contains(outside, name) {
		c.breach(3, spec, "%s imports %s", dir, name)
	}
	if first, _, _ := strings.Cut(name, "/"); !test && dir == "storage" && strings.Contains(first, ".") {
		c.breach(3, spec, "%s imports %s, which is not of the standard library", dir, name)
	}
}

// noImporter lets a package be checked alone: what it imports is known by its
// path only, which is all that the rules ask for.
type noImporter struct{}

func (noImporter) Import(string) (*types.Package, error) { return nil, fs.ErrNotExist }

// checkCode holds a package against rules 5 and 6.
func (c *checker) checkCode(dir string, files []*ast.File) {
	info := &types.Info{Uses: make(map[*ast.Ident]types.Object), Defs: make(map[*ast.Ident]types.Object)}
	config := types.Config{Importer: noImporter{}, Error: func(error) {}, DisableUnusedImportCheck: true}
	// Errors are the missing imports; the compiler finds all others.
	pkg, _ := config.Check(dir, c.files, files, info)
	for _, file := range files {
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				c.checkFunc(d, info)
			case *ast.GenDecl:
				if d.Tok == token.VAR {
					c.checkVars(d)
				}
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			c.checkSelector(dir, n, info)
			c.checkWrite(n, info, pkg)
			return true
		})
	}
}

// checkSelector finds uses of the clock and of the network.
func (c *checker) checkSelector(dir string, n ast.Node, info *types.Info) {
	if spec, ok := n.(*ast.ImportSpec); ok && spec.Name != nil && spec.Name.Name == "." {
		c.breach(5, n, "%s is imported with a dot, which hides its use", spec.Path.Value)
	}
	selector, ok := n.(*ast.SelectorExpr)
	if !ok {
		return
	}
	base, ok := selector.X.(*ast.Ident)
	if !ok {
		return
	}
	name, ok := info.Uses[base].(*types.PkgName)
	if !ok {
		return
	}
	switch name.Imported().Path() {
	case "time":
		if !mayWait(dir) && slices.Contains(clocks, selector.Sel.Name) {
			c.breach(5, n, "time.%s: take the time as an argument", selector.Sel.Name)
		}
	case "net":
		if (dir == "config" || dir == "storage") && !slices.Contains(pureNet, selector.Sel.Name) {
			c.breach(3, n, "%s uses net.%s", dir, selector.Sel.Name)
		}
	}
}

func (c *checker) checkFunc(f *ast.FuncDecl, info *types.Info) {
	if f.Name.Name == "init" && f.Recv == nil {
		c.breach(6, f, "init")
	}
	if f.Body == nil || strings.HasPrefix(strings.ToLower(f.Name.Name), "must") {
		return
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "panic" {
				if _, builtin := info.Uses[name].(*types.Builtin); builtin {
					c.breach(6, call, "panic in %s, which is no Must helper", f.Name.Name)
				}
			}
		}
		return true
	})
}

func (c *checker) checkVars(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		spec := spec.(*ast.ValueSpec)
		if embedded(d.Doc) || embedded(spec.Doc) {
			continue
		}
		for i, name := range spec.Names {
			if name.Name == "_" {
				continue
			}
			if i >= len(spec.Values) || !mayBeGlobal(spec.Values[i], d.Doc != nil || spec.Doc != nil) {
				c.breach(6, name, "%s is no error, compiled regexp, embedded file or table", name.Name)
			}
		}
	}
}

func embedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(l *ast.Comment) bool { return strings.HasPrefix(l.Text, "//go:embed ") })
}

// mayBeGlobal reports whether a package-level variable may have this value:
// errors.New, fmt.Errorf, regexp.MustCompile, another Must call with a comment,
// a composite literal that is not of package sync, or a table: of a string's
// bytes, or made by strings.NewReplacer, by a function in place, or by one of
// the package's own that is named make... or called under a comment.
func mayBeGlobal(value ast.Expr, commented bool) bool {
	switch v := value.(type) {
	case *ast.CompositeLit:
		selector, ok := v.Type.(*ast.SelectorExpr)
		return !ok || !isIdent(selector.X, "sync") && !isIdent(selector.X, "atomic")
	case *ast.UnaryExpr:
		literal, ok := v.X.(*ast.CompositeLit)
		return ok && v.Op == token.AND && mayBeGlobal(literal, commented)
	case *ast.CallExpr:
		switch f := v.Fun.(type) {
		case *ast.SelectorExpr:
			switch name := f.Sel.Name; {
			case isIdent(f.X, "errors") && name == "New", isIdent(f.X, "fmt") && name == "Errorf", isIdent(f.X, "regexp") && name == "MustCompile":
				return true
			case isIdent(f.X, "strings") && name == "NewReplacer":
				return true
			default:
				return commented && strings.HasPrefix(name, "Must")
			}
		case *ast.Ident:
			return f.Name != "make" && f.Name != "new" && (commented || strings.HasPrefix(f.Name, "make"))
		case *ast.FuncLit, *ast.ArrayType:
			return true
		}
	}
	return false
}

func isIdent(e ast.Expr, name string) bool {
	ident, ok := e.(*ast.Ident)
	return ok && ident.Name == name
}

// checkWrite finds what writes to package-level variables.
func (c *checker) checkWrite(n ast.Node, info *types.Info, pkg *types.Package) {
	var written []ast.Expr
	switch s := n.(type) {
	case *ast.AssignStmt:
		if s.Tok != token.DEFINE {
			written = s.Lhs
		}
	case *ast.IncDecStmt:
		written = []ast.Expr{s.X}
	case *ast.RangeStmt:
		if s.Tok == token.ASSIGN {
			written = []ast.Expr{s.Key, s.Value}
		}
	case *ast.CallExpr:
		if name, ok := s.Fun.(*ast.Ident); ok && (name.Name == "delete" || name.Name == "clear" || name.Name == "copy") {
			written = s.Args[:1]
		}
	}
	for _, e := range written {
		root := rootOf(e)
		if root == nil || root.Name == "_" || pkg == nil {
			continue
		}
		if v, ok := info.Uses[root].(*types.Var); ok && v.Parent() == pkg.Scope() {
			c.breach(6, e, "%s is written after start", root.Name)
		}
	}
}

// rootOf returns the variable of which e is a part.
func rootOf(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// TestArchitectureChecker breaks each rule once, and keeps each once where it
// is near to being broken.
func TestArchitectureChecker(t *testing.T) {
	for _, c := range []struct {
		what, file, text string
		rule             string // empty: nothing is wrong
	}{
		{"an import of the table", "fetcher/a.go", `package fetcher; import "sluice/storage"`, ""},
		{"the other half", "fetcher/a.go", `package fetcher; import "sluice/publisher"`, "rule 1"},
		{"the other half, in a test", "fetcher/a_test.go", `package fetcher; import "sluice/publisher"`, "rule 1"},
		{"the implementation from the contract", "storage/a.go", `package storage; import "sluice/storage/bolt"`, "rule 1"},
		{"a package of no row", "fetcher/new/a.go", `package new`, "rule 1"},
		{"a package at the root", "a.go", `package sluice`, "rule 1"},
		{"the program from its helper", "cmd/internal/daemon/a.go", `package daemon; import "sluice/cmd/sluice"`, "rule 1"},
		{"everything from the program", "cmd/sluice/a.go", `package main; import "sluice/storage/bolt"`, ""},
		{"a test's own package", "config/a_test.go", `package config_test; import "sluice/config"`, ""},
		{"the suite from its store's test", "storage/bolt/a_test.go", `package bolt_test; import "sluice/storage/storagetest"`, ""},
		{"the suite from a store", "storage/bolt/a.go", `package bolt; import "sluice/storage/storagetest"`, "rule 1"},

		{"a dependency at its door", "fetcher/parse/a.go", `package parse; import "github.com/mmcdole/gofeed/atom"`, ""},
		{"a dependency past its door", "fetcher/a.go", `package fetcher; import "github.com/mmcdole/gofeed/atom"`, "rule 2"},
		{"a version past its door", "fetcher/a.go", `package fetcher; import "go.yaml.in/yaml/v4"`, "rule 2"},
		{"a name that only begins alike", "fetcher/a.go", `package fetcher; import "github.com/mmcdole/gofeedx"`, ""},

		{"the disk from config", "config/a.go", `package config; import "os"`, "rule 3"},
		{"the network from storage", "storage/a.go", `package storage; import "net/http"`, "rule 3"},
		{"the network from config", "config/a.go", `package config; import "net"; func f() { net.Dial("tcp", "") }`, "rule 3"},
		{"the text of an address in config", "config/a.go", `package config; import "net"; func f() { net.ParseIP("") }`, ""},
		{"addresses in config", "config/a.go", `package config; import ("io/fs"; "net/netip"; "net/url")`, ""},
		{"the disk from config's test", "config/a_test.go", `package config; import "os"`, ""},
		{"a dependency from storage", "storage/a.go", `package storage; import "golang.org/x/text/language"`, "rule 3"},

		{"a folder of no meaning", "storage/util/a.go", `package bolts`, "rule 4"},
		{"a package of no meaning", "storage/bolt/a.go", `package helpers`, "rule 4"},

		{"the clock", "storage/a.go", `package storage; import "time"; func f() { time.Now() }`, "rule 5"},
		{"the clock by another name", "publisher/a.go", `package publisher; import t "time"; func f() { <-t.After(1) }`, "rule 5"},
		{"the clock as a value", "publisher/a.go", `package publisher; import "time"; func f() any { return time.Now }`, "rule 5"},
		{"the clock with a dot", "publisher/a.go", `package publisher; import . "time"`, "rule 5"},
		{"a variable named time", "storage/a.go", `package storage; type c struct{ Now int }; func f(time c) int { return time.Now }`, ""},
		{"durations", "storage/a.go", `package storage; import "time"; const week = 7 * 24 * time.Hour`, ""},
		{"the clock in a test", "storage/a_test.go", `package storage; import "time"; func f() { time.Now() }`, ""},
		{"the clock in a program", "cmd/sluice/a.go", `package main; import "time"; func f() { time.Now() }`, ""},
		{"the clock in fetcher", "fetcher/a.go", `package fetcher; import "time"; func f() { time.NewTimer(1) }`, ""},
		{"the clock below fetcher", "fetcher/schedule/a.go", `package schedule; import "time"; func f() { time.NewTimer(1) }`, "rule 5"},

		{"init", "storage/a.go", `package storage; func init() {}`, "rule 6"},
		{"a method named init", "storage/a.go", `package storage; type c struct{}; func (c) init() {}`, ""},
		{"panic", "storage/a.go", `package storage; func f() { panic("no") }`, "rule 6"},
		{"panic in a closure", "storage/a.go", `package storage; func f() { func() { panic("no") }() }`, "rule 6"},
		{"panic in a Must helper", "storage/a.go", `package storage; func mustParse() { panic("no") }`, ""},
		{"a counter", "storage/a.go", `package storage; var n int`, "rule 6"},
		{"a constant as variable", "storage/a.go", `package storage; var n = 5`, "rule 6"},
		{"a cache", "storage/a.go", `package storage; import "sync"; var cache = sync.Map{}`, "rule 6"},
		{"a table", "storage/a.go", `package storage; var t = map[string]int{"a": 1}`, ""},
		{"a table that is written", "storage/a.go", `package storage; var t = map[string]int{"a": 1}; func f() { t["b"] = 2 }`, "rule 6"},
		{"a table that is cleared", "storage/a.go", `package storage; var t = map[string]int{"a": 1}; func f() { clear(t) }`, "rule 6"},
		{"a table's field", "storage/a.go", `package storage; var t = struct{ n int }{}; func f() { t.n++ }`, "rule 6"},
		{"a local of a table's name", "storage/a.go", `package storage; var t = []int{1}; func f() { t := []int{2}; t[0] = 3 }`, ""},
		{"errors and regexps", "storage/a.go", `package storage; import ("errors"; "regexp"); var e, r = errors.New("e"), regexp.MustCompile("r")`, ""},
		{"an embedded file", "storage/a.go", "package storage\nimport _ \"embed\"\n//go:embed a.txt\nvar text string", ""},
		{"a conforming type", "storage/a.go", `package storage; var _ error = (*e)(nil); type e struct{ error }`, ""},
		{"a Must call without a comment", "storage/a.go", `package storage; import "template"; var t = template.MustParse("x")`, "rule 6"},
		{"a Must call that says why", "storage/a.go", "package storage\nimport \"template\"\n// t is made of a constant.\nvar t = template.MustParse(\"x\")", ""},
		{"a table made by a function, without a comment", "storage/a.go", `package storage; var t = table(); func table() []int { return nil }`, "rule 6"},
		{"a table made by a function", "storage/a.go", "package storage\n// t holds what.\nvar t = table()\nfunc table() []int { return nil }", ""},
		{"room for a cache", "storage/a.go", "package storage\n// t holds what.\nvar t = make(map[int]int)", "rule 6"},
		{"a global of a test", "storage/a_test.go", `package storage; var n int; func init() { n = 1; panic(n) }`, ""},
	} {
		got := violations([]source{{c.file, []byte(c.text)}})
		switch {
		case c.rule == "" && len(got) > 0:
			t.Errorf("%s: %q", c.what, got)
		case c.rule != "" && !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, c.rule+":") }):
			t.Errorf("%s: %q, want %s", c.what, got, c.rule)
		}
	}
}
