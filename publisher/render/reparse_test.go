package render

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"sluice/storage"
)

// parsedAtom is what another program reads in an Atom document.
type parsedAtom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string   `xml:"http://www.w3.org/2005/Atom id"`
	Lang    string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	Entries []struct {
		ID    string `xml:"http://www.w3.org/2005/Atom id"`
		Lang  string `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
		Title struct {
			Type  string `xml:"type,attr"`
			Value string `xml:",chardata"`
		} `xml:"http://www.w3.org/2005/Atom title"`
		Content   string   `xml:"http://www.w3.org/2005/Atom content"`
		Summary   string   `xml:"http://www.w3.org/2005/Atom summary"`
		Authors   []string `xml:"http://www.w3.org/2005/Atom author>name"`
		Thumbnail struct {
			URL string `xml:"url,attr"`
		} `xml:"http://search.yahoo.com/mrss/ thumbnail"`
		Source *struct {
			Title string `xml:"http://www.w3.org/2005/Atom title"`
		} `xml:"http://www.w3.org/2005/Atom source"`
	} `xml:"http://www.w3.org/2005/Atom entry"`
}

type parsedRSS struct {
	Items []struct {
		Title       string   `xml:"title"`
		Link        string   `xml:"link"`
		GUID        string   `xml:"guid"`
		Description string   `xml:"description"`
		Encoded     string   `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
		Creators    []string `xml:"http://purl.org/dc/elements/1.1/ creator"`
	} `xml:"channel>item"`
}

// What is read back from the three formats is what the page held, the same
// ids and texts in each.
func TestReparse(t *testing.T) {
	p := testPage(t)
	docs := documents(t, p)
	var atom parsedAtom
	var rss parsedRSS
	var feed jsonFeed
	for _, err := range []error{
		xml.Unmarshal(docs["page.atom"], &atom),
		xml.Unmarshal(docs["page.rss"], &rss),
		json.Unmarshal(docs["page.json"], &feed),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(atom.Entries) != len(p.Entries) || len(rss.Items) != len(p.Entries) || len(feed.Items) != len(p.Entries) {
		t.Fatalf("%d Atom entries, %d RSS items, %d JSON items; want %d each", len(atom.Entries), len(rss.Items), len(feed.Items), len(p.Entries))
	}
	for i, e := range p.Entries {
		if a, r, j := atom.Entries[i].ID, rss.Items[i].GUID, feed.Items[i].ID; a != e.ID || r != e.ID || j != e.ID {
			t.Errorf("entry %d: ids %q, %q, %q; want %q", i, a, r, j, e.ID)
		}
	}
	full := p.Entries[0].Item
	if got := atom.Entries[0]; got.Content != full.Content.Value || got.Summary != full.Summary.Value ||
		got.Title.Type != "html" || got.Title.Value != full.Title.Value || got.Lang != "en" || got.Thumbnail.URL != full.Image {
		t.Errorf("Atom reads back as %+v", got)
	}
	if got := rss.Items[0]; got.Encoded != full.Content.Value || got.Description != full.Summary.Value || len(got.Creators) != 2 {
		t.Errorf("RSS reads back as %+v", got)
	}
	if got := feed.Items[0]; got.ContentHTML != full.Content.Value || got.Summary != "A crane of 1880 moves again." {
		t.Errorf("JSON reads back as %+v", got)
	}
	if got := rss.Items[4].Encoded; !strings.Contains(got, "]]> </title>") {
		t.Errorf("the end of a CDATA section inside a text reads back as %q", got)
	}
	if got := atom.Entries[2].Authors; len(got) != 1 || got[0] != p.Entries[2].Feed.Title {
		t.Errorf("an item without author is attributed to %q", got)
	}
	if got := atom.Entries[3]; got.Source != nil || len(got.Authors) != 0 {
		t.Errorf("an item of a private feed is attributed: %+v", got)
	}
}

// In every entry atom:source is the last element: some readers take the first
// title that they meet.
func TestSourceLast(t *testing.T) {
	dec := xml.NewDecoder(bytes.NewReader(documents(t, testPage(t))["page.atom"]))
	var path []string
	seen, found := false, 0
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			path = append(path, tok.Name.Local)
			if len(path) == 3 && path[1] == "entry" {
				if seen {
					t.Errorf("%s stands behind source", tok.Name.Local)
				}
				if tok.Name.Local == "source" {
					seen = true
					found++
				}
			}
		case xml.EndElement:
			if path = path[:len(path)-1]; len(path) == 1 {
				seen = false
			}
		}
	}
	if found != 5 {
		t.Errorf("%d entries have a source, want 5", found)
	}
}

// Every document is valid UTF-8 and every character one that XML 1.0 allows,
// whatever stood in the feeds.
func TestCharacters(t *testing.T) {
	for name, doc := range documents(t, testPage(t)) {
		if !utf8.Valid(doc) {
			t.Errorf("%s is not UTF-8", name)
		}
		for _, r := range string(doc) {
			if !allowed(r) {
				t.Errorf("%s holds %U", name, r)
			}
		}
		for _, bad := range []string{"javascript:", "file:///", "vbscript:", "data:text"} {
			if bytes.Contains(doc, []byte(bad)) {
				t.Errorf("%s holds %q", name, bad)
			}
		}
	}
}

func TestPrivateFeedIsNamedNowhere(t *testing.T) {
	for name, doc := range documents(t, testPage(t)) {
		for _, secret := range []string{"token=k", "Secret Desk", "urn:secret:feed", `"https://secret.example/"`} {
			if bytes.Contains(doc, []byte(secret)) {
				t.Errorf("%s holds %q", name, secret)
			}
		}
	}
	page := documents(t, testPage(t))["page.atom"]
	if !bytes.Contains(page, []byte("https://secret.example/feed/article-1")) {
		t.Error("the link of a private feed's article is lost")
	}
}

// schema returns the path of a published schema, which lies outside the
// repository.
func schema(t *testing.T, name string) string {
	t.Helper()
	file, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "corpus", "schemas", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Skipf("no schema to check against: %v", err)
	}
	return file
}

// checked returns the documents that are held to a format's schema: of a page as
// it should be, and of those with hostile text in every field.
func checked(t *testing.T, ext string, write func(io.Writer, *Page) error) map[string][]byte {
	t.Helper()
	docs, all := map[string][]byte{}, documents(t, testPage(t))
	for _, name := range []string{"page", "archive", "empty"} {
		docs[name+ext] = all[name+ext]
	}
	for name, s := range hostiles {
		for _, isHTML := range []bool{false, true} {
			p := filled(s, isHTML)
			p.State.AtomID = "urn:x:1"
			p.Site.Author, p.Topic.Description, p.Topic.Rights = s, s, s
			p.Withdrawn = []storage.Tombstone{{ID: s, Withdrawn: time.Unix(1e9, 0)}}
			var b bytes.Buffer
			if err := write(&b, p); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			docs[fmt.Sprintf("%s %v%s", name, isHTML, ext)] = b.Bytes()
		}
	}
	return docs
}

func TestAtomSchema(t *testing.T) {
	rng := schema(t, "atom.rng")
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed")
	}
	dir := t.TempDir()
	args := []string{"--noout", "--huge", "--relaxng", rng}
	for name, doc := range checked(t, ".atom", Atom) {
		file := filepath.Join(dir, strings.ReplaceAll(name, " ", "-"))
		if err := os.WriteFile(file, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	if out, err := exec.Command(xmllint, args...).CombinedOutput(); err != nil {
		for line := range strings.Lines(string(out)) {
			if !strings.HasSuffix(line, " validates\n") {
				t.Error(strings.TrimSpace(line))
			}
		}
	}
}

func TestJSONSchema(t *testing.T) {
	c := jsonschema.NewCompiler()
	for url, name := range map[string]string{
		"https://json.schemastore.org/feed.json": "jsonfeed-1.1.json",
		"https://json.schemastore.org/feed-1":    "jsonfeed-1.json",
	} {
		data, err := os.ReadFile(schema(t, name))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(url, doc); err != nil {
			t.Fatal(err)
		}
	}
	compiled, err := c.Compile("https://json.schemastore.org/feed.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range checked(t, ".json", JSON) {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
