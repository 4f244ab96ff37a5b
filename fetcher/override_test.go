package fetcher

import (
	"context"
	"testing"
	"time"

	"sluice/config"
	"sluice/fetcher/guard"
)

// TestOverrides reads a document that gets its charset, its dates and its
// language wrong.
func TestOverrides(t *testing.T) {
	const body = "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><rss version=\"2.0\"><channel><language>en</language>" +
		"<item><title>\xcf\xf0\xe8\xe2\xe5\xf2</title><link>https://a.example/1</link><pubDate>Mon, 02 Jan 2006 15:04:05 GMT</pubDate></item></channel></rss>"
	resp := &guard.Response{Body: []byte(body), ContentType: "text/xml; charset=iso-8859-1", URL: "https://a.example/feed"}
	p := &poll{Fetcher: new(Fetcher), classifier: always, feed: config.Feed{Name: "a", URL: resp.URL, Language: "ru", IgnoreDates: true, Charset: "windows-1251"}, now: time.Now()}
	if _, err := p.understand(context.Background(), resp); err != nil {
		t.Fatal(err)
	}
	it := p.Items[0]
	if it.Title.Value != "Привет" || it.Language != "ru" || !it.Published.IsZero() || !it.Updated.IsZero() {
		t.Errorf("title %q, language %q, dates %v, %v", it.Title.Value, it.Language, it.Published, it.Updated)
	}
	p.feed = config.Feed{Name: "a", URL: resp.URL}
	if _, err := p.understand(context.Background(), resp); err != nil {
		t.Fatal(err)
	}
	if it := p.Items[0]; it.Title.Value == "Привет" || it.Language != "en" || it.Published.IsZero() {
		t.Errorf("without overrides: %q, %q, %v", it.Title.Value, it.Language, it.Published)
	}
}
