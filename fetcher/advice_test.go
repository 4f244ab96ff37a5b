package fetcher

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"sluice/config"
	"sluice/fetcher/parse"
	"sluice/storage"
)

// rssOf makes a feed of five items; item gives what stands in each.
func rssOf(head string, item func(i int) string) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>T</title>` + head)
	for i := range 5 {
		fmt.Fprintf(&b, "<item><title>Item %d</title><link>https://a.example/%d</link>%s</item>", i, i, item(i))
	}
	return b.String() + "</channel></rss>"
}

func TestAdvice(t *testing.T) {
	date := func(at time.Time, layout string) func(int) string {
		return func(i int) string { return "<pubDate>" + at.Format(layout) + "</pubDate>" }
	}
	german := strings.Repeat("der Rat und das Amt sind nicht auf dem Weg, eine Frage ist mit der Zeit ", 3)
	for _, tt := range []struct {
		name, doc string
		feed      config.Feed
		want      []storage.Advice
	}{
		{"sound", rssOf("<language>en</language>", date(noon.Add(-time.Hour), time.RFC1123Z)), config.Feed{}, nil},
		{"ahead", rssOf("", date(noon.Add(100*time.Hour), time.RFC1123Z)), config.Feed{}, []storage.Advice{{Key: "dates", Value: "ignore"}}},
		{"of the poll", rssOf("", date(noon.Add(-2*time.Second), time.RFC1123Z)), config.Feed{}, []storage.Advice{{Key: "dates", Value: "ignore"}}},
		{"of the poll, ignored", rssOf("", date(noon, time.RFC1123Z)), config.Feed{IgnoreDates: true}, nil},
		{"no zone", rssOf("", date(noon.Add(-time.Hour), "Mon, 02 Jan 2006 15:04:05")), config.Feed{}, []storage.Advice{{Key: "timezone", Value: "UTC"}}},
		{"no zone, but known", rssOf("", date(noon.Add(-time.Hour), "Mon, 02 Jan 2006 15:04:05")), config.Feed{Timezone: time.UTC}, nil},
		{"days alone", rssOf("", date(noon.Add(-time.Hour), "2006-01-02")), config.Feed{}, nil},
		{"German called English", rssOf("<language>en-us</language>", func(int) string { return "<description>" + german + "</description>" }), config.Feed{}, []storage.Advice{{Key: "language", Value: "de"}}},
		{"German", rssOf("<language>de</language>", func(int) string { return "<description>" + german + "</description>" }), config.Feed{}, nil},
		{"German called English, and mended", rssOf("<language>en-us</language>", func(int) string { return "<description>" + german + "</description>" }), config.Feed{Language: "de"}, nil},
		{"another charset", "<?xml version='1.0' encoding='utf-8'?>" + rssOf("", func(int) string {
			return "<description>\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0! \xdd\xf2\xee \xed\xee\xe2\xee\xf1\xf2\xe8 \xe4\xed\xff.</description>"
		}), config.Feed{}, []storage.Advice{{Key: "charset", Value: "windows-1251"}}},
	} {
		doc, err := parse.Parse([]byte(tt.doc), "", "https://a.example/")
		if err != nil {
			t.Fatal(err)
		}
		p := &poll{feed: tt.feed, now: noon}
		if got := p.advise(doc); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %v, want %v (%q)", tt.name, got, tt.want, doc.Warnings)
		}
	}
}

func TestAdviceOnIdentity(t *testing.T) {
	known := &recollection{items: map[uint64]*recalled{}}
	var swapped, same []storage.Remembered
	for i := range uint32(4) {
		old := storage.Remembered{Bytes: uint64(i), Link: i + 1, GUID: i + 100}
		known.items[old.Bytes] = &recalled{Remembered: old}
		swapped, same = append(swapped, storage.Remembered{Link: i + 1, GUID: i + 200}), append(same, old)
	}
	link := []storage.Advice{{Key: "identity", Value: "link"}}
	p := &poll{}
	if got := p.adviseIdentity(nil, known, swapped); !reflect.DeepEqual(got, link) {
		t.Errorf("guids that change: %v", got)
	}
	if got := p.adviseIdentity(nil, known, same); got != nil {
		t.Errorf("guids that stay: %v", got)
	}
	p.old.Advice = link
	if got := p.adviseIdentity(nil, nil, swapped); !reflect.DeepEqual(got, link) {
		t.Errorf("nothing to compare with: %v", got)
	}
	if got := p.adviseIdentity(nil, known, same[:1]); got != nil {
		t.Errorf("guids that stay again: %v", got)
	}
	p.feed.Identity = "link"
	if got := p.adviseIdentity(nil, known, swapped); got != nil {
		t.Errorf("already mended: %v", got)
	}
}
