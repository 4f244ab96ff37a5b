package fetcher

import (
	"os"
	"reflect"
	"testing"
	"time"

	"sluice/config"
	"sluice/fetcher/parse"
	"sluice/storage"
)

// TestCarry makes items of a document that holds every vocabulary, and looks
// at what has to change on the way: addresses, texts, dates.
func TestCarry(t *testing.T) {
	body, err := os.ReadFile("parse/testdata/podcast.xml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := parse.Parse(body, "", "https://pier.example/feed.xml")
	if err != nil {
		t.Fatal(err)
	}
	feed := config.Feed{Name: "pier", URL: "https://pier.example/feed.xml"}
	now := time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	items, _ := Normalise(feed, doc, storage.FeedState{}, now)
	if len(items) != 2 {
		t.Fatalf("%d items", len(items))
	}
	fog, film := items[0], items[1]
	if got, want := fog.ITunes.Image, "https://pier.example/fog.jpg"; got != want {
		t.Errorf("image %q, want %q", got, want)
	}
	if got, want := fog.Podcast.Chapters[1].Image, "https://pier.example/o.png"; got != want {
		t.Errorf("chapter's image %q, want %q", got, want)
	}
	if got, want := *fog.Geo, (storage.Geo{Shape: "point", Coordinates: []float64{53.87, 8.7}, Name: "Alte Liebe"}); !reflect.DeepEqual(got, want) {
		t.Errorf("place %+v, want %+v", got, want)
	}
	if fog.Thread.Feed == "" || len(fog.Thread.InReplyTo) != 1 || len(fog.Podcast.Transcripts) != 1 {
		t.Errorf("thread %+v, podcast %+v", fog.Thread, fog.Podcast)
	}
	if len(film.Media) != 2 || film.Media[0].Title != (storage.Text{Value: "The <b>film</b>", HTML: true}) || len(film.Media[1].Thumbnails) != 2 {
		t.Errorf("media %+v", film.Media)
	}
	want := storage.Hints{TTL: 90 * time.Minute, Period: 12 * time.Hour, Base: time.Date(2024, 1, 1, 6, 0, 0, 0, time.UTC), SkipHours: 1<<0 | 1<<1, SkipDays: 1<<0 | 1<<6}
	if got := hintsOf(doc.Hints, now); got != want {
		t.Errorf("hints %+v, want %+v", got, want)
	}
	if got := hubsOf(feed, doc, feed.URL); len(got) != 2 {
		t.Errorf("hubs %q", got)
	}
	feed.Private = true
	if got := hubsOf(feed, doc, feed.URL); got != nil {
		t.Errorf("hubs of a private feed: %q", got)
	}
}
