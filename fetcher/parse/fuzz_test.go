package parse

import (
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"
)

// FuzzParse checks that no body makes Parse panic, that its result stays within
// its bounds, and that all of it is text.
func FuzzParse(f *testing.F) {
	names, err := filepath.Glob("testdata/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		if body, err := os.ReadFile(name); err == nil {
			f.Add(body, "text/xml; charset=iso-8859-1")
		}
	}
	f.Add([]byte("<feed><entry><title type='xhtml'><div>x</div><"), "")
	f.Add([]byte("<entry<entry"), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		doc, err := Parse(body, contentType, "https://feed.example/dir/")
		if err != nil {
			if _, ok := err.(*Error); !ok || err.Error() == "" {
				t.Errorf("error %#v", err)
			}
			return
		}
		if len(doc.Items)+doc.Dropped > maxItems || len(doc.Warnings) > maxWarnings+2 {
			t.Errorf("%d items, %d warnings", len(doc.Items), len(doc.Warnings))
		}
		for _, it := range doc.Items {
			for _, text := range []Text{it.Title, it.Summary, it.Content} {
				if !utf8.ValidString(text.Value) || len(text.Value) > maxProse || (text.Value == "") != (text.Type == "") {
					t.Errorf("text %q of type %q", text.Value, text.Type)
				}
			}
			if len(it.Link) > 3*maxPlain+100 || !utf8.ValidString(it.Link) || !utf8.ValidString(it.GUID) {
				t.Errorf("link %q, guid %q", it.Link, it.GUID)
			}
		}
	})
}
