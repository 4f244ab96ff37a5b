package story

import (
	"encoding/xml"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"sluice/storage"
	"sluice/storage/link"
)

// corpus opens a file that stands beside the repository.
func corpus(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("../../../shared/corpus", name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not here", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// seed reads the items of one of the seed article's feeds.
func seed(t *testing.T, name string) []storage.Item {
	t.Helper()
	var doc struct {
		Items []struct {
			Title       string `xml:"title"`
			Link        string `xml:"link"`
			GUID        string `xml:"guid"`
			Description string `xml:"description"`
		} `xml:"channel>item"`
	}
	if err := xml.NewDecoder(corpus(t, name)).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	items := make([]storage.Item, len(doc.Items))
	for i, in := range doc.Items {
		items[i] = storage.Item{GUID: in.GUID, URL: link.Clean(in.Link), Title: storage.Text{Value: in.Title}, Summary: storage.Text{Value: in.Description, HTML: true}}
	}
	for i := range items {
		items[i].Print = Print(&items[i])
	}
	Identify(items, nil, 0)
	return items
}

// The category feed tells two of the outlet's stories again; the later
// versions are changes of the same items, the follow-up is another story.
func TestSeedArticle(t *testing.T) {
	first, category := seed(t, "seed-article/a-feed-1.rss.xml"), seed(t, "seed-article/a-feed-category.rss.xml")
	joined := 0
	for i := range first {
		for j := range category {
			why, ok := Agree(first[i].Print, category[j].Print, Between{})
			if same := first[i].GUID == category[j].GUID; ok != same {
				t.Errorf("%q and %q: %v (%+v)", first[i].Title.Value, category[j].Title.Value, ok, why)
			}
			if ok {
				joined++
			}
		}
	}
	if joined != 2 {
		t.Errorf("%d items of the category feed joined, want 2", joined)
	}

	known := make(map[storage.Key]*storage.Item)
	for i := range first {
		known[first[i].Identity.Key] = &first[i]
	}
	changed := 0
	for _, item := range seed(t, "seed-article/a-feed-2-updated.rss.xml") {
		old := known[item.Identity.Key]
		if old == nil {
			t.Fatalf("%q is not known any more", item.Title.Value)
		}
		if old.Print.Text != item.Print.Text {
			changed++
		}
	}
	if changed != 1 {
		t.Errorf("%d items changed, want 1", changed)
	}
	fresh := 0
	for _, item := range seed(t, "seed-article/a-feed-3-followup.rss.xml") {
		if known[item.Identity.Key] != nil {
			continue
		}
		fresh++
		for i := range first {
			if why, ok := Agree(first[i].Print, item.Print, Between{}); ok {
				t.Errorf("the follow-up joins %q: %+v", first[i].Title.Value, why)
			}
		}
	}
	if fresh != 1 {
		t.Errorf("%d items are new, want the follow-up alone", fresh)
	}
}
