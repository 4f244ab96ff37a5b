package daemon

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluice/fetcher/clean"
	"sluice/publisher/render"
)

// TestReaders lets programs of others, each with a parser of its own, read what
// is republished of real feeds and of one with titles that are hard to read:
// they see all entries, by the same titles.
func TestReaders(t *testing.T) {
	files, titles := toRead(t)
	for _, reader := range []struct {
		name, by, script string
		there            []string // succeeds where the program is installed
	}{
		{"Universal Feed Parser", "/usr/bin/python3", "universal.py", []string{"/usr/bin/python3", "-c", "import feedparser"}},
		{"newsboat", "/usr/bin/python3", "newsboat.py", []string{"newsboat", "-v"}},
		{"sfeed", "/usr/bin/python3", "sfeed.py", []string{"sh", "-c", "command -v sfeed"}},
		{"rsstail", "/usr/bin/python3", "rsstail.py", []string{"sh", "-c", "command -v rsstail"}},
		{"Ruby's rss", "/usr/bin/ruby", "rss.rb", []string{"/usr/bin/ruby", "-r", "rss", "-e", ""}},
		{"ruby-feedparser", "/usr/bin/ruby", "feedparser.rb", []string{"/usr/bin/ruby", "-r", "feedparser", "-e", ""}},
		{"XML::Feed", "/usr/bin/perl", "feed.pl", []string{"/usr/bin/perl", "-MXML::Feed", "-e1"}},
		{"XML::FeedPP", "/usr/bin/perl", "feedpp.pl", []string{"/usr/bin/perl", "-MXML::FeedPP", "-e1"}},
	} {
		t.Run(reader.name, func(t *testing.T) {
			t.Parallel()
			if err := exec.Command(reader.there[0], reader.there[1:]...).Run(); err != nil {
				t.Skipf("it is not installed: %v", err)
			}
			seen := readBy(t, append([]string{reader.by, filepath.Join("testdata", "readers", reader.script)}, files...))
			for _, file := range files {
				compareTitles(t, filepath.Base(file), seen[file], titles[file])
			}
		})
	}
}

// readBy returns the titles that a program sees in each of the files.
func readBy(t *testing.T, command []string) map[string][]string {
	t.Helper()
	var wrong bytes.Buffer
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stderr = &wrong
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, wrong.String())
	}
	seen := map[string][]string{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, len(out)+1)
	for lines.Scan() {
		var name string
		var titles []string
		if err := json.Unmarshal(lines.Bytes(), &[]any{&name, &titles}); err != nil {
			t.Fatalf("%v in %s", err, lines.Text())
		}
		seen[name] = titles
	}
	return seen
}

// compareTitles wants the same titles, whatever a reader makes of markup and
// white space in them and in which order it keeps them. Entries without a title,
// which RSS may have, each reader names in its own way.
func compareTitles(t *testing.T, file string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d entries, want %d", file, len(got), len(want))
	}
	got, want = folded(got), folded(want)
	for i, title := range want {
		if title != "" && !slices.Contains(got, title) {
			t.Errorf("%s: no entry %q (%d) among %q", file, title, i, got)
		}
	}
}

func folded(titles []string) []string {
	var list []string
	for _, s := range titles {
		list = append(list, strings.Join(strings.Fields(clean.Text(s)), " "))
	}
	return list
}

// toRead writes the documents, and returns what titles stand in them.
func toRead(t *testing.T) (files []string, titles map[string][]string) {
	t.Helper()
	docs := realFeeds(t)
	names := slices.Sorted(maps.Keys(docs))
	some := []string{}
	for i := 0; i < len(names); i += max(1, len(names)/9) {
		some = append(some, names[i])
	}
	docs["hard"], some = hardTitles(), append(some, "hard")
	dir, titles := t.TempDir(), map[string][]string{}
	for _, name := range some {
		p := republished(t, name, docs[name])
		p.Entries = p.Entries[:min(len(p.Entries), 15)]
		var atom, rss bytes.Buffer
		if err := errors.Join(render.Atom(&atom, p), render.RSS(&rss, p)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for ext, body := range map[string][]byte{".atom": atom.Bytes(), ".rss": rss.Bytes()} {
			file := filepath.Join(dir, name+ext)
			if err := os.WriteFile(file, body, 0o600); err != nil {
				t.Fatal(err)
			}
			files, titles[file] = append(files, file), titlesIn(t, body)
			if len(titles[file]) != len(p.Entries) {
				t.Fatalf("%s has %d entries, want %d", file, len(titles[file]), len(p.Entries))
			}
		}
	}
	slices.Sort(files)
	return files, titles
}

// titlesIn returns the titles of a document's entries, as XML has them.
func titlesIn(t *testing.T, body []byte) (titles []string) {
	t.Helper()
	type entry struct {
		Titles []struct {
			XMLName xml.Name
			Value   string `xml:",chardata"`
		} `xml:"title"`
	}
	var doc struct {
		Entries []entry `xml:"entry"`
		Items   []entry `xml:"channel>item"`
	}
	if err := xml.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	for _, e := range append(doc.Entries, doc.Items...) {
		title := ""
		for _, v := range e.Titles {
			if space := v.XMLName.Space; space == "" || strings.HasSuffix(space, "/Atom") {
				title = v.Value
			}
		}
		titles = append(titles, title)
	}
	return titles
}

// hardTitles is a feed with titles that readers stumble over.
func hardTitles() []byte {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Hard</title><link>https://feed.example/</link>`)
	for i, title := range []string{
		"Plain", "Tom &amp;amp; Jerry", "<![CDATA[AT&amp;T buys <b>more</b>]]>", "a &amp;lt; b", "Ends ]]&gt; early", `"Quoted" 'twice'`,
		"Ünïcödé, 平壌, عربي, 🚀", "<![CDATA[<p>In a paragraph</p>]]>", "Two\n  lines", strings.Repeat("long ", 150), "100 %s %d $1 \\n", "&#x2028;separated",
	} {
		fmt.Fprintf(&b, "<item><guid>https://feed.example/%d</guid><title>%s</title><description>Text %d, of which nothing is a title.</description></item>", i, title, i)
	}
	return []byte(b.String() + "</channel></rss>")
}
