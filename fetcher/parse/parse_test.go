package parse

import (
	"errors"
	"strings"
	"testing"
)

func TestNoFeed(t *testing.T) {
	for _, tt := range []struct {
		name, body, want, alternate string
	}{
		{"empty", "", "the answer is empty", ""},
		{"blank", " \n\t", "the answer is empty", ""},
		{"text", "Not found.", "neither XML nor JSON", ""},
		{"page", "<!DOCTYPE html><html><head><title>x</title></head></html>", "an HTML page, not a feed", ""},
		{"page with feed", `<html><head><link rel="stylesheet" href="a.css"><LINK REL="home alternate" TYPE="application/atom+xml; charset=utf-8" HREF="/feed.atom">`,
			"its feed is https://site.example/feed.atom", "https://site.example/feed.atom"},
		{"page with base", `<head><base href="https://else.example/x/"><link rel=alternate type=application/rss+xml href=rss>`,
			"an HTML page", "https://else.example/x/rss"},
		{"page that mentions one", `<html><body><rss>is a format</rss></body></html>`, "an HTML page", ""},
		{"other XML", `<?xml version="1.0"?><sitemapindex/>`, "XML, but not a feed: its root is <sitemapindex>", ""},
		{"JSON array", `[1, 2]`, "JSON, but not a JSON Feed", ""},
		{"other JSON", `{"a": {"b": 1}}`, "JSON, but not a JSON Feed", ""},
		{"broken JSON", `{"items": [{"a" "b"}]}`, "JSON that is not well-formed", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := Parse([]byte(tt.body), "", "https://site.example/dir/")
			var pe *Error
			if !errors.As(err, &pe) {
				t.Fatalf("document %v, error %v; want an *Error", doc, err)
			}
			if !strings.Contains(pe.Reason, tt.want) || pe.Alternate != tt.alternate {
				t.Errorf("error %q, feed %q; want %q and %q", pe.Reason, pe.Alternate, tt.want, tt.alternate)
			}
			if pe.Page != strings.HasPrefix(tt.name, "page") {
				t.Errorf("page %v", pe.Page)
			}
		})
	}
}

func TestPerson(t *testing.T) {
	for in, want := range map[string]Person{
		"jo@x.example (Jo Keel)": {Name: "Jo Keel", Mail: "jo@x.example"},
		"Jo Keel (jo@x.example)": {Name: "Jo Keel", Mail: "jo@x.example"},
		"Jo Keel <jo@x.example>": {Name: "Jo Keel", Mail: "jo@x.example"},
		"mailto:jo@x.example":    {Mail: "jo@x.example"},
		"jo@x.example":           {Mail: "jo@x.example"},
		" Jo \n Keel ":           {Name: "Jo Keel"},
		"Jo (Editor)":            {Name: "Jo (Editor)"},
		"@jo":                    {Name: "@jo"},
		"jo@x.example ()":        {Mail: "jo@x.example"},
	} {
		if got := person(in); got != want {
			t.Errorf("person(%q) = %+v, want %+v", in, got, want)
		}
	}
}

// TestTolerance reads documents that are broken in one way each.
func TestTolerance(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"text before the prolog", "oops\n<?xml version='1.0'?><rss><channel><item><title>a</title></item></channel></rss>", "a"},
		{"tags before the root", "<br /><b>Warning</b>: x<rss version='2.0'><channel><item><title>a</title></item></channel></rss>", "a"},
		{"root far away", "<!--" + strings.Repeat("x", 10000) + "--><rss><channel><item><title>a</title></item></channel></rss>", "a"},
		{"feed inside a page", "<!DOCTYPE html><html><body><feed xmlns='http://www.w3.org/2005/Atom'><entry><title>a</title></entry></feed></body></html>", "a"},
		{"no root end", "<rss><channel><item><title>a</title></item><item><title>b</title></item>", "a|b"},
		{"cut in an item", "<rss><channel><item><title>a</title></item><item><title>b</title></it", "a"},
		{"cut in CDATA", "<rss><channel><item><title>a</title></item><item><title><![CDATA[b", "a"},
		{"cut in a comment", "<rss><channel><item><title>a</title></item><!-- ", "a"},
		{"channel as root", "<channel><item><title>a</title></item></channel>", "a"},
		{"entry as root", "<entry xmlns='http://www.w3.org/2005/Atom'><title>a</title></entry>", "a"},
		{"no channel", "<rss><title>t</title><item><title>a</title></item></rss>", "a"},
		{"items before the channel", "<rdf:RDF xmlns:rdf='x'><item><title>a</title></item><channel><title>c</title></channel><item><title>b</title></item></rdf:RDF>", "a|b"},
		{"root in a wrong namespace", "<rss xmlns='http://www.w3.org/2005/Atom'><channel><item><title>a</title></item></channel></rss>", "a"},
		{"item without end", "<rss><channel><item><title>a</title><item><title>b</title></channel></rss>", "a|b"},
		{"title without end", "<rss><channel><item><title>a<pubDate>x</pubDate></item><item><title>b</title></item></channel></rss>", "a|b"},
		{"extension without end", "<rss><channel><itunes:category text='x'><item><title>a</title></item></channel></rss>", "a"},
		{"stray end tags", "<rss><channel></b></x:y><item></p><title>a</title></i></item></channel></rss>", "a"},
		{"crossed tags", "<rss><channel><item><title>a</item></title><item><title>b</title></channel></rss>", "a|b"},
		{"bare ampersands", "<rss><channel><item><title>a & b &amp; c &nbsp;&unknown; &copy</title></item></channel></rss>", "a & b & c \u00a0&unknown; &copy"},
		{"bare angle", "<rss><channel><item><title>1 < 2 > 0</title></item></channel></rss>", "1 < 2 > 0"},
		{"CDATA in pieces", "<rss><channel><item><title>a<![CDATA[<b]]>]]&gt;<![CDATA[> c]]></title></item></channel></rss>", "a<b]]>> c"},
		{"entity bomb", "<!DOCTYPE rss [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><rss><channel><item><title>&b;</title></item></channel></rss>", "&b;"},
		{"unquoted attributes", "<rss version=2.0><channel><item><enclosure url=http://x.example/a.mp3 length=5 /><title>a</title></item></channel></rss>", "a"},
		{"quote without end", "<feed><entry><link href=\"http://x.example/>\n<title>a</title></entry></feed>", "a"},
		{"tag without end", "<rss><channel><item><title>a</title><link</item><item><title>b</title></item></channel></rss>", "a|b"},
		{"two documents", "<rss><channel><item><title>a</title></item></channel></rss><rss><channel><item><title>b</title></item></channel></rss>", "a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := Parse([]byte(tt.body), "", "")
			if err != nil {
				t.Fatal(err)
			}
			var titles []string
			for _, it := range doc.Items {
				titles = append(titles, it.Title.Value)
			}
			if got := strings.Join(titles, "|"); got != tt.want {
				t.Errorf("titles %q, want %q; warnings %v", got, tt.want, doc.Warnings)
			}
			if doc.Truncated != (strings.HasPrefix(tt.name, "cut") || tt.name == "no root end") {
				t.Errorf("truncated %v", doc.Truncated)
			}
		})
	}
}

func TestIDsAreAsReceived(t *testing.T) {
	const id = "HTTP://www.Example.org/a b/%7euser?x=[1]"
	for _, body := range []string{
		"<feed xml:base='http://b.example/'><id>" + id + "</id><entry><id>" + id + "</id><id>2</id><title>t</title><author><id>3</id></author><source><id>" + id + "</id></source></entry></feed>",
		"<rss><channel><atom:id>" + id + "</atom:id><item><guid>" + id + "</guid><title>t</title></item></channel></rss>",
		`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"` + id + `","title":"t"}]}`,
	} {
		doc, err := Parse([]byte(body), "", "http://a.example/")
		if err != nil || doc.Items[0].GUID != id || doc.Format != "json" && doc.ID != id {
			t.Errorf("%q, guid %q: %v", doc.ID, doc.Items[0].GUID, err)
		}
		if s := doc.Items[0].Source; doc.Format == "atom" && (s == nil || s.ID != id) {
			t.Errorf("source %+v", s)
		}
	}
}

func TestOlderPagesAreLinked(t *testing.T) {
	for name, body := range map[string]string{
		"atom": `<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><link rel="next" href="https://a.example/2"/></feed>`,
		"rss":  `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>A</title><atom:link rel="next" href="https://a.example/2"/></channel></rss>`,
		"json": `{"version": "https://jsonfeed.org/version/1.1", "title": "A", "next_url": "https://a.example/2", "items": []}`,
	} {
		doc, err := Parse([]byte(body), "", "")
		if err != nil {
			t.Fatal(err)
		}
		if len(doc.Links) != 1 || doc.Links[0].Rel != "next" || doc.Links[0].URL != "https://a.example/2" {
			t.Errorf("%s: %+v", name, doc.Links)
		}
	}
}
