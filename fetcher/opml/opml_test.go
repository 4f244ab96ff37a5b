package opml

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	const doc = `<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE opml [<!ENTITY boom "boom">]>
<opml version="2.0">
  <head><title> My  feeds </title><ownerName>x</ownerName></head>
  <body>
    <outline text="World News">
      <outline title="Africa/East Africa" text="x">
        <outline type="rss" text="One" xmlUrl="https://one.example/feed?a=1&b=2" htmlUrl="https://one.example/" category="/Press/Daily News, press,news"/>
      </outline>
      <outline text="Two &amp; a half &nbsp;&boom;" title="" XMLURL=" feed://two.example/rss "
        htmlUrl="javascript:x"/>
    </outline>
    <outline text="again" xmlUrl="https://one.example/feed?a=1&amp;b=2"/>
    <outline text="include" type="include" url="https://elsewhere.example/list.opml"><outline xmlUrl="http://in.example/"/></outline>
    <outline text="file" xmlUrl="file:///etc/passwd"/>
    <outline text="no host" xmlUrl="http:///feed"/>
    <outline text="comment" isComment="true" xmlUrl="https://comment.example/"/>
    <outline text="caf` + "\xe9" + `" xmlUrl="https://cafe.example/"/>
    <outline text="a note"/>
  </body>
</opml>`
	list, err := Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	want := List{
		Title: "My feeds",
		Outlines: []Outline{
			{URL: "https://one.example/feed?a=1&b=2", Title: "One", Home: "https://one.example/", Line: 8, Folders: []string{"World News", "Africa/East Africa"},
				Tags: []string{"world-news", "africa", "east-africa", "press", "daily-news", "news"}},
			{URL: "http://two.example/rss", Title: "Two & a half \u00a0&boom;", Line: 10, Tags: []string{"world-news"}, Folders: []string{"World News"}},
			{URL: "http://in.example/", Line: 14},
			{URL: "https://cafe.example/", Title: "café", Line: 18},
		},
		Warnings: []Warning{
			{15, "the address is not http or https"},
			{16, "the address names no host"},
		},
		Again: 1,
	}
	if !reflect.DeepEqual(list, want) {
		t.Errorf("got  %+v\nwant %+v", list, want)
	}
}

func TestWarningsShowNoAddress(t *testing.T) {
	for _, address := range []string{"ftp://reader:hunter2@a.example/", "https://reader:hunter2@[/", "https:///hunter2", "hunter2", "https://a.example/" + strings.Repeat("hunter2", 2000)} {
		list, err := Parse([]byte(`<opml><body><outline xmlUrl="` + address + `"/></body></opml>`))
		if err != nil || len(list.Outlines) != 0 || len(list.Warnings) != 1 {
			t.Fatalf("%.40s gives %+v, %v", address, list, err)
		}
		if what := list.Warnings[0].What; what == "" || strings.Contains(what, "hunter2") {
			t.Errorf("the warning of %.40s is %q", address, what)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", "the document is empty, not an OPML list"},
		{"just text", "the document is empty, not an OPML list"},
		{"\n<rss/>", "line 2: not an OPML list: its root is <rss>"},
		{"<opml>\n<body>\n<outline text='x'>", "line 3: the document ends too early"},
		{"<opml>\n<body>\n<outline text='x' <", "line 3: XML that is not well-formed: "},
		{"<opml>" + strings.Repeat("<outline xmlUrl='http://x.example/'/>", 10) + strings.Repeat("</x>", 5), "line 1: XML that is not well-formed: "},
	} {
		_, err := Parse([]byte(tt.in))
		var e *Error
		if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("Parse(%.40q): %v, want %s", tt.in, err, tt.want)
		}
	}
}

func TestBounds(t *testing.T) {
	const n = 100000
	list, err := Parse([]byte("<opml><body>" + strings.Repeat("<outline text='a b'>", n) + "<outline xmlUrl='http://x.example/'/>" + strings.Repeat("</outline>", n) + "</body></opml>"))
	if err != nil || len(list.Outlines) != 1 || !reflect.DeepEqual(list.Outlines[0].Tags, []string{"a-b"}) {
		t.Errorf("deep list: %+v, %v", list, err)
	}
	list, err = Parse([]byte("<opml><body>" + strings.Repeat("<outline xmlUrl='file:x'/>", n) + "</body></opml>"))
	if err != nil || len(list.Warnings) != maxWarnings {
		t.Errorf("%d warnings, %v", len(list.Warnings), err)
	}
}

func TestWrite(t *testing.T) {
	outlines := []Outline{
		{URL: "https://one.example/feed?a=1&b=2", Title: `O "one" <1>`, Home: "https://one.example/", Tags: []string{"world", "east-africa"}},
		{URL: "https://two.example/"},
	}
	const want = `<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head>
    <title>Us &amp; them</title>
  </head>
  <body>
    <outline type="rss" text="O &#34;one&#34; &lt;1&gt;" title="O &#34;one&#34; &lt;1&gt;" xmlUrl="https://one.example/feed?a=1&amp;b=2" htmlUrl="https://one.example/" category="world,east-africa"/>
    <outline type="rss" text="https://two.example/" xmlUrl="https://two.example/"/>
  </body>
</opml>
`
	var b bytes.Buffer
	if err := Write(&b, "Us & them", outlines); err != nil {
		t.Fatal(err)
	}
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	list, err := Parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	outlines[1].Title = outlines[1].URL // OPML wants a text
	for i := range outlines {
		outlines[i].Line = 7 + i
	}
	if !reflect.DeepEqual(list.Outlines, outlines) || list.Title != "Us & them" {
		t.Errorf("read again: %+v", list)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestWriteFails(t *testing.T) {
	if err := Write(failing{}, "x", nil); !errors.Is(err, os.ErrClosed) {
		t.Errorf("error %v", err)
	}
}

// TestMend reads outlines whose values hold what they may not.
func TestMend(t *testing.T) {
	const doc = `<opml version="2.0"><body>
<outline text="The "A & B" show" title='it's' description="<p>By <a href="https://x.example" rel="n">X</a>. Since.<br>
 now" xmlUrl="https://one.example/?a&b" type="rss" />
<outline text="folder"><outline text=""'q' said" xmlUrl="https://two.example/"/></outline>
</body></opml>`
	list, err := Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	want := []Outline{
		{URL: "https://one.example/?a&b", Title: "it's", Line: 2},
		{URL: "https://two.example/", Title: `"'q' said`, Tags: []string{"folder"}, Folders: []string{"folder"}, Line: 4},
	}
	if !reflect.DeepEqual(list.Outlines, want) {
		t.Errorf("got  %+v\nwant %+v", list.Outlines, want)
	}
}

func TestPlanet(t *testing.T) {
	for name, tt := range map[string]struct {
		in   string
		want List
	}{
		"venus": {`# a planet
[Planet]
name = Planet X
link: http://planet.example/

[DEFAULT]
name_type = ascii
[https://one.example/feed?a=b]
name = One:
  and more
[http://two.example/]
; nothing
[https://one.example/feed?a=b]
[http://list.example/x.opml]
content_type = opml
[ftp://three.example/]
name = Three
`, List{
			Outlines: []Outline{{URL: "https://one.example/feed?a=b", Title: "One: and more", Line: 8}, {URL: "http://two.example/", Line: 11}},
			Warnings: []Warning{{14, "it is a list of its own; write it as opml: under feeds"}, {16, "the address is not http or https"}},
			Again:    1,
		}},
		"pluto": {"title = Planet\nurl: http://x.example/\n\n[one]\n  title = One\n  link  = https://one.example/\n  feed  = https://one.example/feed\n[two]\ntitle=no feed\n", List{
			Outlines: []Outline{{URL: "https://one.example/feed", Title: "One", Home: "https://one.example/", Line: 4}},
		}},
	} {
		got, err := Planet([]byte(tt.in))
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %v\ngot  %+v\nwant %+v", name, err, got, tt.want)
		}
	}
	if _, err := Planet([]byte("a = b\n")); err == nil {
		t.Error("a file without sections is taken")
	}
}

// TestRealLists reads the lists that people publish, half of which are not
// well-formed, and counts each address as the manifest does: those listed twice
// and those that are no web addresses too.
func TestRealLists(t *testing.T) {
	const dir = "../../../shared/corpus/opml/"
	manifest, err := os.ReadFile(dir + "MANIFEST.tsv")
	if os.IsNotExist(err) {
		t.Skip("no corpus beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	lists, addresses := 0, 0
	for line := range strings.Lines(string(manifest)) {
		f := strings.Split(line, "\t")
		if len(f) < 8 || !strings.HasPrefix(f[0], "real/") {
			continue
		}
		want, err := strconv.Atoi(f[7])
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(dir + f[0])
		if err != nil {
			t.Fatal(err)
		}
		list, err := Parse(data)
		if err != nil {
			t.Errorf("%s: %v", f[0], err)
			continue
		}
		if got := len(list.Outlines) + list.Again + len(list.Warnings); got != want {
			t.Errorf("%s: %d addresses, want %d", f[0], got, want)
		}
		lists++
		addresses += len(list.Outlines) + list.Again + len(list.Warnings)
	}
	t.Logf("%d lists with %d addresses", lists, addresses)
}

// TestMadeLists reads what authors of parsers wrote.
func TestMadeLists(t *testing.T) {
	names, err := filepath.Glob("../../../shared/corpus/opml/made/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Skip("no corpus beside the repository")
	}
	read := 0
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(data); err != nil {
			t.Logf("%s: %v", filepath.Base(name), err)
			continue
		}
		read++
	}
	if read < madeLists {
		t.Errorf("%d of %d lists can be read, want at least %d", read, len(names), madeLists)
	}
}

// madeLists is what was measured when the test was written.
const madeLists = 74

func FuzzParse(f *testing.F) {
	f.Add([]byte(`<opml version="2.0"><head><title>x</title></head><body><outline text="a/b"><outline text="c" xmlUrl="http://x.example/?a&b" category="/d/e,f"/></outline></body></opml>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := Parse(data)
		if err != nil {
			if _, ok := err.(*Error); !ok {
				t.Errorf("error %#v", err)
			}
			return
		}
		var b bytes.Buffer
		if err := Write(&b, list.Title, list.Outlines); err != nil {
			t.Fatal(err)
		}
		again, err := Parse(b.Bytes())
		if err != nil {
			t.Fatalf("%v in\n%s", err, b.Bytes())
		}
		if len(again.Outlines) != len(list.Outlines) {
			t.Fatalf("%d outlines, then %d", len(list.Outlines), len(again.Outlines))
		}
		for i, o := range again.Outlines {
			was := list.Outlines[i]
			if o.URL != was.URL || o.Home != was.Home || !reflect.DeepEqual(o.Tags, was.Tags) {
				t.Errorf("%+v, then %+v", was, o)
			}
		}
	})
}
