package fetcher

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"sluice/fetcher/parse"
	"sluice/storage"
)

// FuzzNormalise holds whatever a document says to what the store and the
// publishers rely on.
func FuzzNormalise(f *testing.F) {
	f.Add([]byte(document(1, 2)))
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="//b" xml:lang="X"><title type="xhtml"><div>&amp;amp;lt;</div></title>
<entry><id>1</id><link href="?#a"/><link rel="self" href="http://[::1]/"/><updated>0001-01-01T00:00:00Z</updated></entry>
<entry><id>1</id><link href="?#b"/><content type="html">&lt;a href="%zz">x</content></entry></feed>`))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"\u0000\ud800","url":"http://u:p@x/#y","language":"en_"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		doc, err := parse.Parse(body, "", madeFeed.URL)
		if err != nil {
			return
		}
		items, refined := Normalise(madeFeed, doc, storage.FeedState{}, noon)
		if len(items) > len(doc.Items) || len(refined) > storage.MaxRefined {
			t.Fatalf("%d items of %d, %d refined", len(items), len(doc.Items), len(refined))
		}
		seen := make(map[storage.Key]bool)
		for _, item := range items {
			if item.Identity.Key.IsZero() || seen[item.Identity.Key] {
				t.Errorf("identity %+v", item.Identity)
			}
			seen[item.Identity.Key] = true
			for _, link := range []string{item.URL, item.Image, item.Comments, item.Origin.Self, item.Origin.Home} {
				u, err := url.Parse(link)
				if link != "" && (err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https") {
					t.Errorf("link %q: %v", link, err)
				}
			}
			title := item.Title.Value
			if item.Title.HTML || len(title) > maxTitle || strings.Join(strings.Fields(title), " ") != title || !utf8.ValidString(title) {
				t.Errorf("title %q", title)
			}
			if !item.Published.IsZero() && item.Published.After(noon.Add(futureSkew)) || item.Language != languageTag(item.Language) {
				t.Errorf("published %s, language %q", item.Published, item.Language)
			}
		}
	})
}
