package config

import (
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func load(t *testing.T, name string) *Config {
	t.Helper()
	c, err := Load(os.DirFS("testdata"), name, environment)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestDump compares the dumps of good configs with golden files.
func TestDump(t *testing.T) {
	files, _ := filepath.Glob("testdata/good/*.yaml")
	if len(files) == 0 {
		t.Fatal("no good configs")
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			dump, err := load(t, "/good/"+name+".yaml").Dump()
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(dump), "hunter") {
				t.Errorf("a secret is shown")
			}
			golden(t, strings.TrimSuffix(file, ".yaml")+".golden", string(dump))
		})
	}
}

// TestDumpLoads reads a dump and wants the same Config, secrets aside.
func TestDumpLoads(t *testing.T) {
	for _, name := range []string{"/good/full.yaml", "/good/minimal.yaml"} {
		c := load(t, name)
		dump, err := c.Dump()
		if err != nil {
			t.Fatal(err)
		}
		fsys := fstest.MapFS{strings.TrimPrefix(name, "/"): {Data: dump}}
		for _, l := range c.Lists {
			fsys[strings.TrimPrefix(l.File, "/")] = &fstest.MapFile{Data: l.Data}
		}
		again, err := Load(fsys, name, environment)
		if err != nil {
			t.Fatalf("%v\n%s", err, dump)
		}
		if !reflect.DeepEqual(stripped(c), stripped(again)) {
			t.Errorf("%s: got %+v\nwant %+v\n%s", name, stripped(again), stripped(c), dump)
		}
	}
}

// stripped takes out of a Config what a dump can't keep.
func stripped(c *Config) Config {
	s := *c
	s.sources, s.origin = nil, nil
	s.Fetch.Proxy = ""
	s.Feeds = append([]Feed(nil), c.Feeds...)
	for i := range s.Feeds {
		s.Feeds[i] = secretless(s.Feeds[i])
	}
	s.Lists = append([]List(nil), c.Lists...)
	for i := range s.Lists {
		s.Lists[i].open = false
		s.Lists[i].Feed = secretless(s.Lists[i].Feed)
	}
	return s
}

func secretless(f Feed) Feed {
	if f.Private {
		f.URL, _, _ = strings.Cut(f.URL, "?")
	}
	if f.BasicAuth != nil {
		f.BasicAuth = &BasicAuth{Username: f.BasicAuth.Username}
	}
	if strings.Contains(f.Proxy, "@") {
		f.Proxy = ""
	}
	if f.Headers != nil {
		f.Headers = maps.Clone(f.Headers)
		for name := range f.Headers {
			f.Headers[name] = ""
		}
	}
	return f
}

func TestLoad(t *testing.T) {
	c := load(t, "/good/full.yaml")
	berlin, _ := time.LoadLocation("Europe/Berlin")
	f := c.Fetch
	for _, test := range []struct {
		what      string
		got, want any
	}{
		{"site", c.Site, Site{Title: "Example Wire", URL: "https://feeds.example.org/base", Author: "Jane Doe", Contact: "https://example.org/bot", Language: "pt-BR", Timezone: berlin}},
		{"listen", c.Listen, "env.example.org:8080"},
		{"store", c.Store, "/good/data/wire.db"},
		{"control", c.Control, "/good/run/wire.sock"},
		{"static", c.Static.Dir, "/public"},
		{"ports", f.AllowPorts == nil, true},
		{"private", f.AllowPrivate, []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("192.168.1.1/32")}},
		{"body", f.MaxBody, int64(3 << 19)},
		{"tags", c.Feeds[0].Tags, []string{"world", "no", "1.10", "007", "2024-01-01", "null"}},
		{"inherited", []any{c.Feeds[0].Timeout, c.Feeds[0].MaxBody, c.Feeds[0].Proxy == f.Proxy}, []any{20 * time.Second, int64(3 << 19), true}},
		{"fragment", c.Feeds[1].URL, "https://example.org/a?b=c"},
		{"name with query", c.Feeds[1].Name, "example.org-a-" + digest("https://example.org/a?b=c")},
		{"merge", []any{c.Feeds[2].URL, c.Feeds[2].Prefer, c.Feeds[2].Formerly, c.Feeds[2].Every}, []any{"https://example.org/merged", -1, []string(nil), 30 * time.Minute}},
		{"userinfo", []any{c.Feeds[3].URL, *c.Feeds[3].BasicAuth, c.Feeds[3].Private}, []any{"https://example.org/private?x=hunter2", BasicAuth{"me", "hunter2"}, true}},
		{"private name", c.Feeds[3].Name, "example.org-" + digest("https://example.org/private?x=hunter2")},
		{"dollars", c.Feeds[3].Title, "$ 5 $ off"},
		{"headers", c.Feeds[4].Headers, map[string]string{"Authorization": "Bearer hunter2", "X-Client": "a"}},
		{"written private", c.Feeds[4].Private, false},
		{"no proxy", c.Feeds[4].Proxy, ""},
		{"expanded", c.Feeds[5].URL, "https://example.org/hunter2/feed"},
		{"included", []string{c.Feeds[6].URL, c.Feeds[6].Path}, []string{"https://example.org/included", "feeds[7]"}},
		{"lists", []string{c.Lists[0].File, c.Lists[0].Path, c.Lists[1].File, c.Lists[1].Path}, []string{"/good/lists/africa.opml", "feeds[6]", "/good/lists/asia.opml", "feeds[8]"}},
		{"match", c.Topics[0].Match, []string{"(\"north korea\" OR dprk OR pyongyang)\n-sport"}},
		{"queries are not expanded", c.Topics[1].Match, []string{"tag:world ${NOT} $$", `café OR "a b"`}},
		{"topic's language", []string{c.Topics[0].Language, c.Topics[1].Language}, []string{"pt-BR", "de"}},
		{"topic's title", c.Topics[1].Title, "world"},
		{"number as name", c.Topics[2].Name, "2024"},
		{"tests", c.Topics[0].Tests[1], Test{Path: "topics[0].tests[1]", Text: "Seoul wins", Author: "J", Feed: "auth", Link: "https://example.org/1"}},
		{"want", c.Topics[0].Tests[0].Want, true},
		{"id", c.Topics[2].ID, "tag:example.org,2020:korea"},
		{"content", []string{c.Site.Content, c.Topics[1].Content, c.Topics[2].Content}, []string{"", "", "excerpt"}},
		{"texts", []string{c.Topics[2].Byline, c.Topics[2].Prefix, c.Topics[2].Rights}, []string{"{author} at {feed}", "{feed}:", "ours"}},
		{"gone", []bool{c.Topics[1].Gone, c.Topics[2].Gone}, []bool{false, true}},
		{"formerly", c.Topics[0].Formerly, []string{"dprk", "/old/korea.xml"}},
		{"keep", c.Keep, Keep{30 * 24 * time.Hour, "drop"}},
		{"window", c.Stories.Window, time.Duration(0)},
	} {
		if !reflect.DeepEqual(test.got, test.want) {
			t.Errorf("%s: got %#v, want %#v", test.what, test.got, test.want)
		}
	}
}

func TestDefaults(t *testing.T) {
	c := load(t, "/good/minimal.yaml")
	c.sources, c.origin = nil, nil
	want := &Config{File: "/good/minimal.yaml",
		Site:   Site{Title: "Minimal", URL: "http://127.0.0.1:8080", Author: "Minimal", Language: "en", Timezone: time.UTC},
		Listen: "127.0.0.1:8080", Store: "/good/sluice.db", Control: "/good/sluice.sock",
		Fetch: Fetch{Min: 15 * time.Minute, Max: 24 * time.Hour, Timeout: 30 * time.Second, MaxBody: 10 << 20, Concurrency: 64,
			PerHost: PerHost{1, time.Second}, AllowPorts: []uint16{80, 443}},
		Stories: Stories{Window: 96 * time.Hour}, Keep: Keep{90 * 24 * time.Hour, "keep"}, Log: Log{"text", "info"}}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v\nwant %+v", c, want)
	}
}

// TestFiles loads what can't stand in a folder of files.
func TestFiles(t *testing.T) {
	big := make([]byte, maxFile+1)
	for _, test := range []struct {
		name, want string
		fsys       fstest.MapFS
	}{
		{"/etc/none.yaml", "/etc/none.yaml:1:1: there is no file /etc/none.yaml; look at the path; sluice init writes a starter file", nil},
		{"/etc", "/etc:1:1: /etc is a folder; name a file in it", fstest.MapFS{"etc/a": {}}},
		{"/big.yaml", "/big.yaml:1:1: /big.yaml is over 16 MiB; part it into several files and include them", fstest.MapFS{"big.yaml": {Data: big}}},
		{"/a[1]/c.yaml", "", fstest.MapFS{"a[1]/c.yaml": {Data: []byte("site: {title: T}\ninclude: [d/*.yaml]")}, "a[1]/d/x.yaml": {Data: []byte("feeds: []")}}},
		{"/bom.yaml", "", fstest.MapFS{"bom.yaml": {Data: []byte("\xef\xbb\xbfsite: {title: T}")}}},
		{"/control.yaml", "", fstest.MapFS{"control.yaml": {Data: []byte("site: {title: T}\ncontrol: ''")}}},
	} {
		c, err := Load(test.fsys, test.name, nil)
		if test.want == "" {
			if err != nil {
				t.Errorf("%s: %v", test.name, err)
			}
			continue
		}
		if c != nil || err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, want %s", test.name, err, test.want)
		}
	}
}

// TestDumpHides dumps feeds whose secrets come from everywhere.
func TestDumpHides(t *testing.T) {
	text := `site: {title: T}
fetch: {proxy: "http://proxy.example.org/${SECRET}"}
feeds:
  - url: ${URL}
    name: whole
  - url: https://me:hunter2@${HOST}/a?token=hunter2
    name: parts
    formerly: ["https://example.org/${SECRET}", "https://me:hunter2@example.org/b?x=hunter2"]
  - url: https://example.org/c
    proxy: socks5://me:hunter2@${HOST}:1080
    basic_auth: {username: "${SECRET}", password: "${SECRET}"}
    user_agent: agent ${SECRET}
`
	getenv := func(name string) (string, bool) {
		if name == "URL" {
			return "https://me:hunter2@example.org/x?key=hunter2", true
		}
		return environment(name)
	}
	fsys := fstest.MapFS{"c.yaml": {Data: []byte(text)}}
	c, err := Load(fsys, "/c.yaml", getenv)
	if err != nil {
		t.Fatal(err)
	}
	dump, err := c.Dump()
	if err != nil || strings.Contains(string(dump), "hunter") {
		t.Fatalf("%v\n%s", err, dump)
	}
	fsys["c.yaml"].Data = dump
	again, err := Load(fsys, "/c.yaml", getenv)
	if err != nil {
		t.Fatalf("%v\n%s", err, dump)
	}
	if f := again.Feeds[0]; f.URL != c.Feeds[0].URL || *f.BasicAuth != *c.Feeds[0].BasicAuth || !f.Private {
		t.Errorf("%+v", f)
	}
}

// TestUnreadInclude wants no further mistakes where the topics of a broken
// file are not known.
func TestUnreadInclude(t *testing.T) {
	_, err := Load(fstest.MapFS{
		"c.yaml":   {Data: []byte("site: {title: T}\ninclude: [d/*.yaml]\nfeeds: [{url: 'https://example.org', topics: [korea]}]")},
		"d/a.yaml": {Data: []byte("topics: [{name: korea}")},
		"d/b.yaml": {Data: []byte("topics: [{name: 'a b'}]")},
	}, "/c.yaml", nil)
	m, ok := err.(*Mistakes)
	if !ok || len(m.List) != 2 || m.List[0].File != "/d/a.yaml" || m.List[1].File != "/d/b.yaml" {
		t.Errorf("%v", err)
	}
}
