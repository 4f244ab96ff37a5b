package daemon

import (
	"bytes"
	"io"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"sluice/fetcher/clean"
	"sluice/fetcher/parse"
	"sluice/publisher/render"
	"sluice/storage"
	"sluice/storage/link"
	"sluice/storage/story"
)

// TestFidelity reads each real feed, and our Atom, RSS and JSON Feed of it,
// with a library that is not ours, and counts the fields of items that say the
// same. It takes only the feeds that the library can read.
func TestFidelity(t *testing.T) {
	const dir = "../../../../shared/corpus/feeds/real/"
	files, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		t.Skip("no corpus beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, write := range map[string]func(io.Writer, *render.Page) error{"atom": render.Atom, "rss": render.RSS, "json": render.JSON} {
		said, kept := map[string]int{}, map[string]int{}
		for _, f := range fewer(files) {
			body, err := os.ReadFile(dir + f.Name())
			if err != nil {
				t.Fatal(err)
			}
			source, err := gofeed.NewParser().Parse(bytes.NewReader(body))
			if _, warning := parse.Decode(body, ""); err != nil || strings.Contains(warning, "encoded as UTF-8 again") {
				continue // the library reads it as it is
			}
			page, err := pageOf(body, "", "https://feed.example/"+f.Name())
			if err != nil {
				t.Errorf("%s: %v", f.Name(), err)
				continue
			}
			release(page, feedOf(f.Name()))
			var out bytes.Buffer
			if err := write(&out, page); err != nil {
				t.Fatal(err)
			}
			again, err := gofeed.NewParser().Parse(&out)
			if err != nil {
				t.Errorf("%s: our own: %v", f.Name(), err)
				continue
			}
			compare(f.Name(), source.Items, again.Items, said, kept)
		}
		for _, field := range []string{"id", "link", "title", "published", "updated", "author", "enclosure", "category", "text"} {
			share := 100 * float64(kept[field]) / float64(max(1, said[field]))
			t.Logf("%s: %s: %d of %d, %.2f %%", name, field, kept[field], said[field], share)
			if floor := fidelity[field]; share < floor {
				t.Errorf("%s: %s: %.2f %%, want %.0f", name, field, share, floor)
			}
		}
	}
}

// fidelity is the share of each field that has to be kept, in percent.
var fidelity = map[string]float64{"id": 99, "updated": 99, "link": 99, "title": 99, "published": 99, "author": 99, "enclosure": 99, "category": 99, "text": 98}

// release gives entries the ids and dates that a release gives them.
func release(page *render.Page, feed string) {
	for i := range page.Entries {
		e := &page.Entries[i]
		if e.ID = story.OwnID(&e.Item, feed); e.ID == "" {
			e.ID = story.MintID(storage.ID(e.Item.Identity.Key))
		}
		if e.Updated.Before(e.Published) {
			e.Updated = e.Published
		}
	}
}

// feedOf is an address on the host that a file's name begins with.
func feedOf(file string) string { return "https://" + format.ReplaceAllString(file, "") + "/" }

var format = regexp.MustCompile(`\.(?:atom|rss|json).*`)

// isOwn reports whether an id names the host of its feed or of its link: other
// ids may be anybody's, and are not published as they are.
func isOwn(id, feed, address string) bool {
	if !strings.HasPrefix(id, "http:") && !strings.HasPrefix(id, "https:") && !strings.HasPrefix(id, "tag:") || strings.ContainsAny(id, " <>") {
		return false
	}
	for _, of := range []string{feed, address} {
		if u, err := url.Parse(strings.TrimSpace(of)); err == nil && u.Hostname() != "" {
			if host := strings.TrimPrefix(u.Hostname(), "www."); authority.FindStringSubmatch(id) != nil && strings.TrimPrefix(authority.FindStringSubmatch(id)[1], "www.") == host {
				return true
			}
		}
	}
	return false
}

// authority finds the host that an id names.
var authority = regexp.MustCompile(`^(?:tag:|https?://)([^/,:?#]+)`)

// sameUpdate compares dates of change. That of RSS is an element of Atom's.
func sameUpdate(a, b *gofeed.Item) bool {
	at := b.UpdatedParsed
	if said := b.Extensions["atom"]["updated"]; at == nil && len(said) > 0 {
		t, err := time.Parse(time.RFC3339, said[0].Value)
		if err != nil {
			return false
		}
		at = &t
	}
	if at == nil {
		at = b.PublishedParsed // where nothing else is said, there was no change
	}
	return at != nil && a.UpdatedParsed != nil && a.UpdatedParsed.Unix() == at.Unix()
}

// bracketed undoes the escapes of brackets, which feeds write as they are and
// addresses may not hold outside of a host (RFC 3986 section 3.2.2).
var bracketed = strings.NewReplacer("%5B", "[", "%5D", "]")

func compare(name string, source, again []*gofeed.Item, said, kept map[string]int) {
	byTitle, byLink := map[string]*gofeed.Item{}, map[string]*gofeed.Item{}
	for _, it := range again {
		it.Link = bracketed.Replace(it.Link)
		for _, e := range it.Enclosures {
			e.URL = bracketed.Replace(e.URL)
		}
		byTitle[words(it.Title)] = it
		if it.Link != "" {
			byLink[it.Link] = it
		}
	}
	for i, a := range source {
		address := clean.Link(a.Link, "https://feed.example/"+name)
		if original := a.Extensions["feedburner"]["origLink"]; len(original) > 0 {
			address = clean.Link(original[0].Value, "https://feed.example/"+name)
		}
		b := byLink[address]
		if b == nil {
			b = byLink[link.DropFragment(address)]
		}
		if b == nil {
			b = byTitle[words(a.Title)]
		}
		if len(source) == len(again) { // else some were the same, or said nothing
			b = again[i]
		}
		if b == nil {
			b = &gofeed.Item{}
		}
		count := func(field string, given, same bool) {
			if !given {
				return
			}
			said[field]++
			if same {
				kept[field]++
			}
		}
		count("link", address != "", b.Link == address || b.Link == link.DropFragment(address))
		count("id", isOwn(a.GUID, feedOf(name), a.Link), a.GUID == b.GUID)
		count("updated", a.UpdatedParsed != nil && a.UpdatedParsed.Year() > 1990, sameUpdate(a, b))
		count("title", words(a.Title) != "", words(a.Title) == words(b.Title))
		count("published", a.PublishedParsed != nil && a.PublishedParsed.Year() > 1990, b.PublishedParsed != nil && a.PublishedParsed != nil &&
			(a.PublishedParsed.Unix() == b.PublishedParsed.Unix() || a.UpdatedParsed != nil && a.UpdatedParsed.Unix() == b.PublishedParsed.Unix()))
		for _, p := range a.Authors {
			count("author", p != nil && p.Name != "", hasAuthor(b, p.Name))
		}
		for _, e := range a.Enclosures {
			count("enclosure", e.URL != "", hasEnclosure(b, clean.Link(e.URL, address)))
		}
		for _, c := range a.Categories {
			count("category", words(c) != "", hasCategory(b, c))
		}
		text := a.Content
		if text == "" {
			text = a.Description
		}
		count("text", words(text) != "", words(text) == words(b.Content) || words(text) == words(b.Description))
	}
}

// words is the text of HTML, blanks aside.
func words(s string) string { return strings.Join(strings.Fields(clean.Text(clean.HTML(s, ""))), "") }

func hasAuthor(it *gofeed.Item, name string) bool {
	for _, p := range it.Authors {
		if p != nil && p.Name != "" && (strings.Contains(words(name), words(p.Name)) || strings.Contains(words(p.Name), words(name))) {
			return true
		}
	}
	return false
}

// hasEnclosure reports whether a file is an item's. An item of RSS has one
// enclosure; its other files are media:content.
func hasEnclosure(it *gofeed.Item, address string) bool {
	for _, e := range it.Enclosures {
		if e.URL == address {
			return true
		}
	}
	for _, m := range it.Extensions["media"]["content"] {
		if bracketed.Replace(m.Attrs["url"]) == address {
			return true
		}
	}
	return address == ""
}

func hasCategory(it *gofeed.Item, name string) bool {
	for _, c := range it.Categories {
		if words(c) == words(name) {
			return true
		}
	}
	return false
}
