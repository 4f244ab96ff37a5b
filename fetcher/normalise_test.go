package fetcher

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/config"
	"sluice/fetcher/parse"
	"sluice/storage"
	"sluice/storage/story"
)

var madeFeed = config.Feed{Name: "made", URL: "https://feeds.example/world/rss.xml"}

// one normalises a document of one item, of a feed that was polled before.
func one(t *testing.T, doc parse.Document, item parse.Item) storage.Item {
	t.Helper()
	doc.Items = []parse.Item{item}
	items, _ := Normalise(madeFeed, &doc, storage.FeedState{FirstPoll: noon.AddDate(-1, 0, 0)}, noon)
	if len(items) != 1 {
		t.Fatalf("%d items, want 1", len(items))
	}
	return items[0]
}

func TestLinks(t *testing.T) {
	tests := []struct {
		name           string
		docBase, base  string
		link, guid     string
		permalink      bool
		want           string
		enclosure, img string
		wantEnclosure  string
	}{
		{name: "absolute", link: "https://a.example/1", want: "https://a.example/1"},
		{name: "tracking", link: "https://a.example/1?utm_source=x&v=7&fbclid=z", want: "https://a.example/1?v=7"},
		{name: "fragment", link: "https://a.example/1#comments", want: "https://a.example/1"},
		{name: "route", link: "https://a.example/#!/1", want: "https://a.example/#!/1"},
		{name: "against the feed", link: "../1", want: "https://feeds.example/1"},
		{name: "against the host", link: "/1", enclosure: "/a.mp3", want: "https://feeds.example/1", wantEnclosure: "https://feeds.example/a.mp3"},
		{name: "against the document", docBase: "https://b.example/x/", link: "1", want: "https://b.example/x/1"},
		{name: "against the document's relative base", docBase: "sub/", link: "1", want: "https://feeds.example/world/sub/1"},
		{name: "against the item", docBase: "https://b.example/x/", base: "y/", link: "1", want: "https://b.example/x/y/1"},
		{name: "without a scheme", link: "//b.example/1", want: "https://b.example/1"},
		{name: "blanks around", link: " \n https://a.example/1 ", want: "https://a.example/1"},
		{name: "script", link: "javascript:alert(1)", want: ""},
		{name: "data", link: "data:text/html,hi", want: ""},
		{name: "credentials", link: "https://u:p@a.example/1", want: "https://a.example/1"},
		{name: "endless", link: "https://a.example/" + strings.Repeat("x", maxURL), want: ""},
		{name: "none", link: "", want: ""},
		{name: "guid is the link", guid: "https://a.example/1?utm_source=x", permalink: true, want: "https://a.example/1"},
		{name: "guid is no link", guid: "https://a.example/1", want: ""},
		{name: "guid is no address", guid: "1", permalink: true, want: ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := parse.Item{Base: test.base, Link: test.link, GUID: test.guid, Permalink: test.permalink, Title: parse.Text{Value: "t"}}
			if test.enclosure != "" {
				in.Enclosures = []parse.Enclosure{{URL: test.enclosure, Type: " Audio/MPEG ", Length: -4}, {URL: "javascript:x"}}
			}
			item := one(t, parse.Document{Base: test.docBase}, in)
			if item.URL != test.want || item.GUID != test.guid {
				t.Errorf("URL %q, GUID %q; want %q, %q", item.URL, item.GUID, test.want, test.guid)
			}
			if test.wantEnclosure != "" && !reflect.DeepEqual(item.Enclosures, []storage.Enclosure{{URL: test.wantEnclosure, Type: "audio/mpeg"}}) {
				t.Errorf("enclosures %+v", item.Enclosures)
			}
		})
	}
}

func TestFragmentsThatTellItemsApart(t *testing.T) {
	page := func(links ...string) []parse.Item {
		var items []parse.Item
		for _, l := range links {
			items = append(items, parse.Item{Link: l, Title: parse.Text{Value: "Entry " + l}})
		}
		return items
	}
	doc := &parse.Document{Items: page("https://a.example/log#1", "https://a.example/log#2", "https://a.example/other#top")}
	items, _ := Normalise(madeFeed, doc, storage.FeedState{}, noon)
	var urls []string
	for _, item := range items {
		urls = append(urls, item.URL)
	}
	if want := []string{"https://a.example/log#1", "https://a.example/log#2", "https://a.example/other"}; !reflect.DeepEqual(urls, want) {
		t.Errorf("URLs %q, want %q", urls, want)
	}
	// The identity must not change when the other entry leaves the document.
	doc = &parse.Document{Items: page("https://a.example/log#2")}
	later, _ := Normalise(madeFeed, doc, storage.FeedState{}, noon)
	if later[0].Identity.Key != items[1].Identity.Key {
		t.Errorf("identity %+v became %+v", items[1].Identity, later[0].Identity)
	}
}

func TestTitles(t *testing.T) {
	tests := []struct{ kind, in, want string }{
		{"text", "Plain", "Plain"},
		{"text", "  two\n lines\t\u00a0here ", "two lines here"},
		{"text", "AT&amp;T &#8211; Q&A", "AT&T – Q&A"},
		{"text", "1 < 2 & 3", "1 < 2 & 3"},
		{"text", "R&D; &unknown; &copy", "R&D; &unknown; &copy"},
		{"html", "<b>Bold</b> &amp; more", "Bold & more"},
		{"html", "AT&amp;amp;T", "AT&T"},
		{"html", `<script>alert(1)</script>Safe`, "Safe"},
		{"xhtml", "<div>In <em>short</em></div>", "In short"},
		{"text", "a\x00b\ufeffc\x1bd", "abcd"},
		{"html", "", ""},
	}
	for _, test := range tests {
		item := one(t, parse.Document{}, parse.Item{Link: "https://a.example/1", Title: parse.Text{Type: test.kind, Value: test.in}})
		if item.Title != (storage.Text{Value: test.want}) {
			t.Errorf("%s %q: %+v, want %q", test.kind, test.in, item.Title, test.want)
		}
	}
	item := one(t, parse.Document{}, parse.Item{Title: parse.Text{Value: strings.Repeat("ü", 1<<20)}})
	if n := len(item.Title.Value); n > maxTitle || !strings.HasSuffix(item.Title.Value, "ü…") {
		t.Errorf("a title of 1 MiB became %d bytes, ending %q", n, item.Title.Value[n-8:])
	}
}

func TestTexts(t *testing.T) {
	item := one(t, parse.Document{}, parse.Item{
		Summary: parse.Text{Type: "text", Value: " 1 < 2\nand <b>so</b> on "},
		Content: parse.Text{Type: "html", Value: `<p onclick="x()">See <a href="more?utm_source=x">more</a><script>y()</script>`, Base: "/deep/"},
	})
	if item.Summary != (storage.Text{Value: "1 < 2\nand <b>so</b> on"}) {
		t.Errorf("summary %+v", item.Summary)
	}
	c := item.Content
	if !c.HTML || strings.Contains(c.Value, "script") || strings.Contains(c.Value, "onclick") || !strings.Contains(c.Value, `href="https://feeds.example/deep/more"`) {
		t.Errorf("content %+v", c)
	}
	same := parse.Text{Type: "html", Value: "<p>The same.</p>"}
	if item = one(t, parse.Document{}, parse.Item{Summary: same, Content: same}); item.Summary != (storage.Text{}) || item.Content.Value == "" {
		t.Errorf("the same text twice: %+v and %+v", item.Summary, item.Content)
	}
	if item = one(t, parse.Document{}, parse.Item{Link: "/x", Content: parse.Text{Type: "html", Value: "<script>x</script>"}}); item.Content != (storage.Text{}) {
		t.Errorf("content of nothing: %+v", item.Content)
	}
}

func TestDates(t *testing.T) {
	east := time.FixedZone("", 9*3600)
	tests := []struct {
		name     string
		in, want time.Time
	}{
		{"given", noon.Add(-time.Hour), noon.Add(-time.Hour)},
		{"in its zone", time.Date(2026, 3, 1, 5, 0, 0, 999, east), time.Date(2026, 2, 28, 20, 0, 0, 0, time.UTC)},
		{"none", time.Time{}, time.Time{}},
		{"a clock that is fast", noon.Add(50 * time.Minute), noon.Add(50 * time.Minute)},
		{"the future", noon.Add(2 * time.Hour), time.Time{}},
		{"the far future", time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}},
		{"the epoch", time.Unix(0, 0), time.Time{}},
		{"year 1", time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), time.Time{}},
		{"long ago", time.Date(1994, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(1994, 1, 2, 0, 0, 0, 0, time.UTC)},
	}
	for _, test := range tests {
		item := one(t, parse.Document{Updated: test.in}, parse.Item{Title: parse.Text{Value: "t"}, Published: test.in, Updated: test.in})
		if item.Published != test.want || item.Updated != test.want || item.Origin.Updated != test.want {
			t.Errorf("%s: %s, %s, %s; want %s", test.name, item.Published, item.Updated, item.Origin.Updated, test.want)
		}
	}
}

func TestDatesWithoutZone(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	feed := madeFeed
	feed.Timezone = zone
	for in, want := range map[string]string{
		"2026-01-05 10:00:00":             "2026-01-05T09:00:00Z", // winter
		"Mon, 04 Aug 2025 10:00:00":       "2025-08-04T08:00:00Z", // summer
		"Mon, 04 Aug 2025 10:00:00 GMT":   "2025-08-04T10:00:00Z",
		"Mon, 04 Aug 2025 10:00:00 +0900": "2025-08-04T01:00:00Z",
	} {
		at := parse.Date(in)
		items, _ := Normalise(feed, &parse.Document{Updated: at, Items: []parse.Item{{Title: parse.Text{Value: "t"}, Published: at}}}, storage.FeedState{}, noon)
		got := items[0].Published
		if got.Format(time.RFC3339) != want || got.Location() != time.UTC || !items[0].Origin.Updated.Equal(got) {
			t.Errorf("%s is %s, want %s", in, got, want)
		}
		if items, _ = Normalise(madeFeed, &parse.Document{Items: []parse.Item{{Title: parse.Text{Value: "t"}, Published: at}}}, storage.FeedState{}, noon); items[0].Published != at.UTC() {
			t.Errorf("%s is %s where no zone is given", in, items[0].Published)
		}
	}
}

func TestIdentityOfTheConfig(t *testing.T) {
	item := parse.Item{GUID: "g", Permalink: true, Link: "https://a.example/1", Title: parse.Text{Value: "One item"}}
	other := item
	other.Link, other.Title.Value = "https://a.example/2", "Quite another item of that guid"
	doc := func() *parse.Document { return &parse.Document{Items: []parse.Item{item, other}} }

	byGUID := madeFeed
	byGUID.Identity = "guid"
	items, refined := Normalise(byGUID, doc(), storage.FeedState{}, noon)
	if len(items) != 1 || items[0].Identity.Kind != storage.ByGUID || len(refined) != 0 {
		t.Errorf("by guid: refined %v, %+v", refined, items)
	}

	byLink := madeFeed
	byLink.Identity = "link"
	items, _ = Normalise(byLink, doc(), storage.FeedState{}, noon)
	if len(items) != 2 || items[0].Identity.Kind != storage.ByLink || items[0].GUID != "" || items[0].Permalink {
		t.Errorf("by link: %+v", items)
	}
	before := items[0].Identity.Key
	item.GUID, other.GUID = "h", "i"
	items, _ = Normalise(byLink, doc(), storage.FeedState{}, noon)
	if items[0].Identity.Key != before {
		t.Error("by link: another guid makes another item")
	}
	if !slices.Contains(items[0].Identity.Weaker, story.GUIDKey("h")) {
		t.Error("by link: the item is not found by the guid that it had")
	}
}

func TestBacklog(t *testing.T) {
	old, fresh := noon.AddDate(0, 0, -8), noon.AddDate(0, 0, -6)
	tests := []struct {
		published, updated time.Time
		want               bool
	}{
		{old, time.Time{}, true}, {fresh, time.Time{}, false}, {time.Time{}, time.Time{}, false}, {time.Time{}, old, true}, {old, fresh, true},
	}
	for _, test := range tests {
		item := one(t, parse.Document{}, parse.Item{Title: parse.Text{Value: "t"}, Published: test.published, Updated: test.updated})
		if item.Backlog != test.want {
			t.Errorf("published %s, updated %s: backlog %v", test.published, test.updated, item.Backlog)
		}
	}
	doc := &parse.Document{Items: []parse.Item{{Title: parse.Text{Value: "t"}}}}
	if items, _ := Normalise(madeFeed, doc, storage.FeedState{}, noon); !items[0].Backlog {
		t.Error("an item of the first poll is not backlog")
	}
}

func TestLanguages(t *testing.T) {
	for in, want := range map[string]string{
		"en": "en", " EN_us ": "en-US", "ZH-hant-tw": "zh-Hant-TW", "de-de-1996": "de-DE-1996", "es-419": "es-419", "x-klingon": "",
		"en-US-x-AB": "en-US-x-ab", "english": "", "": "", "e": "", "en-": "", "en us": "", "d€": "", "12": "",
		"a-very-long-tag-that-goes-on-and-on-for-ever": "",
	} {
		if got := languageTag(in); got != want {
			t.Errorf("languageTag(%q) = %q, want %q", in, got, want)
		}
	}
	text := parse.Text{Value: "t", Language: "FR"}
	if item := one(t, parse.Document{Language: "en"}, parse.Item{Title: text}); item.Language != "fr" || item.Origin.Language != "en" {
		t.Errorf("language %q, of its feed %q", item.Language, item.Origin.Language)
	}
	if item := one(t, parse.Document{Language: "en"}, parse.Item{Title: text, Language: "no language"}); item.Language != "fr" {
		t.Errorf("language %q", item.Language)
	}
	if item := one(t, parse.Document{Language: "en"}, parse.Item{Title: parse.Text{Value: "t"}}); item.Language != "en" {
		t.Errorf("language %q", item.Language)
	}
}

func TestPeopleAndThings(t *testing.T) {
	many := make([]parse.Person, 1000)
	for i := range many {
		many[i].Name = "A"
	}
	item := one(t, parse.Document{}, parse.Item{
		Authors:      []parse.Person{{Name: " Ann\n O&#39;Hara ", Mail: "ann@a.example", URI: "/ann"}, {Name: " "}, {URI: "javascript:x"}},
		Contributors: many,
		Categories:   []parse.Category{{Term: " News ", Scheme: "urn:x"}, {Label: "Only a label"}, {Term: ""}},
		Links:        []parse.Link{{URL: "/via", Rel: "via", Language: "EN"}, {URL: "mailto:x@y.example", Rel: "via"}},
		Image:        "/i.png", Comments: "/1#comments", Rights: " (c)\nUs ",
		Source: &parse.Source{Title: "Other <em>feed", URL: "ftp://x/"},
	})
	want := storage.Item{
		Authors:    []storage.Person{{Name: "Ann O'Hara", Mail: "ann@a.example", URI: "https://feeds.example/ann"}},
		Categories: []storage.Category{{Term: "News", Scheme: "urn:x"}, {Term: "Only a label"}},
		Links:      []storage.Link{{URL: "https://feeds.example/via", Rel: "via", Language: "en"}},
		Image:      "https://feeds.example/i.png", Comments: "https://feeds.example/1#comments", Rights: "(c) Us",
		Source: &storage.Source{Title: "Other <em>feed"},
	}
	if !reflect.DeepEqual(item.Authors, want.Authors) || !reflect.DeepEqual(item.Categories, want.Categories) || !reflect.DeepEqual(item.Links, want.Links) ||
		item.Image != want.Image || item.Comments != want.Comments || item.Rights != want.Rights || !reflect.DeepEqual(item.Source, want.Source) {
		t.Errorf("item %+v, want %+v", item, want)
	}
	if len(item.Contributors) != maxPeople {
		t.Errorf("%d contributors", len(item.Contributors))
	}
}

func TestOrigin(t *testing.T) {
	doc := parse.Document{ID: " urn:x ", Title: parse.Text{Type: "html", Value: "A &amp; B"}, Home: "/", Self: "self.xml?key=1", Rights: "r", Language: "DE"}
	in := parse.Item{Title: parse.Text{Value: "t"}}
	want := storage.Origin{ID: "urn:x", Title: "A & B", Self: "https://feeds.example/world/self.xml?key=1", Home: "https://feeds.example/", Rights: "r", Language: "de"}
	if item := one(t, doc, in); item.Origin != want || item.Feed != "made" {
		t.Errorf("origin %+v, want %+v", item.Origin, want)
	}
	doc.Self = ""
	if item := one(t, doc, in); item.Origin.Self != madeFeed.URL {
		t.Errorf("self %q", item.Origin.Self)
	}
}

func TestPrivateFeedsAddressIsInNoItem(t *testing.T) {
	feed := config.Feed{Name: "made", URL: "https://intranet.example/t0ken/feed.xml?key=s3cret", Private: true}
	doc := &parse.Document{
		ID: feed.URL, Self: feed.URL, Home: feed.URL,
		Items: []parse.Item{{
			Link: "article?x=1", Title: parse.Text{Value: "t"}, Links: []parse.Link{{URL: feed.URL, Rel: "self"}, {URL: "", Rel: "via"}},
			Content: parse.Text{Type: "html", Value: `<a href="#note">note</a> <a href="?page=2">next</a> <img src="i.png">`},
		}},
	}
	items, _ := Normalise(feed, doc, storage.FeedState{}, noon)
	if items[0].URL != "https://intranet.example/article?x=1" {
		t.Errorf("URL %q", items[0].URL)
	}
	item := items[0]
	for _, text := range []string{item.URL, item.Content.Value, item.Origin.ID, item.Origin.Self, item.Origin.Home} {
		if strings.Contains(text, "t0ken") || strings.Contains(text, "s3cret") {
			t.Errorf("%q holds the feed's address", text)
		}
	}
	if len(item.Links) != 0 {
		t.Errorf("links %+v", item.Links)
	}
}

func TestRepeatsAreKeptOnce(t *testing.T) {
	item := parse.Item{GUID: "g", Link: "https://a.example/1", Title: parse.Text{Value: "The same item, twice"}}
	other := item
	other.Link, other.Title.Value = "https://a.example/2", "Quite another item of that guid"
	doc := &parse.Document{Items: []parse.Item{item, other, item}}
	items, refined := Normalise(madeFeed, doc, storage.FeedState{}, noon)
	if len(items) != 2 || items[0].Title.Value != item.Title.Value || items[0].Identity.Kind != storage.ByGUIDLink || len(refined) == 0 {
		t.Errorf("%d items, refined %v: %+v", len(items), refined, items)
	}
	if items[0].Print.Text.IsZero() {
		t.Error("an item has no print")
	}
	// What was refined once stays so, also where the document does not need it.
	doc.Items = []parse.Item{item}
	again, _ := Normalise(madeFeed, doc, storage.FeedState{Refined: refined}, noon)
	if !reflect.DeepEqual(again[0].Identity, items[0].Identity) {
		t.Errorf("identity %+v became %+v", items[0].Identity, again[0].Identity)
	}
}

// seed parses and normalises one of the seed article's feeds.
func seed(t *testing.T, name string) []storage.Item {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "..", "shared", "corpus", "seed-article", name))
	if os.IsNotExist(err) {
		t.Skip("the corpus is not here: ../shared/corpus/seed-article")
	}
	if err != nil {
		t.Fatal(err)
	}
	doc, err := parse.Parse(body, "", madeFeed.URL)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	items, _ := Normalise(madeFeed, doc, storage.FeedState{}, noon)
	return items
}

func TestSeedArticle(t *testing.T) {
	for name, n := range map[string]int{
		"a-feed-1.rss.xml": 3, "a-feed-category.rss.xml": 2, "a-feed-2-updated.rss.xml": 3, "a-feed-3-followup.rss.xml": 3, "b-feed.atom.xml": 2, "c-feed.json": 2,
	} {
		items := seed(t, name)
		if len(items) != n {
			t.Errorf("%s: %d items, want %d", name, len(items), n)
		}
		for _, item := range items {
			if strings.Contains(item.URL, "utm_") || strings.Contains(item.URL, "fbclid") || strings.Contains(item.URL, "#") {
				t.Errorf("%s: link %s", name, item.URL)
			}
			if item.URL == "" || item.Title.Value == "" || item.Published.IsZero() || item.Language == "" || item.Summary.Value+item.Content.Value == "" {
				t.Errorf("%s: %+v", name, item)
			}
		}
	}
	find := func(name, words string) storage.Item {
		for _, item := range seed(t, name) {
			if strings.Contains(item.Title.Value, words) {
				return item
			}
		}
		t.Fatalf("%s: no item about %s", name, words)
		return storage.Item{}
	}
	const words = "North Korea Sends Mass Munitions Shipments to Russian Military"
	first, category, updated := find("a-feed-1.rss.xml", words), find("a-feed-category.rss.xml", words), find("a-feed-2-updated.rss.xml", words)
	if first.URL != category.URL || first.Print.URL != category.Print.URL || first.GUID != category.GUID {
		t.Errorf("the category's copy differs: %+v and %+v", first, category)
	}
	if first.Identity.Key != updated.Identity.Key || first.Print.Text == updated.Print.Text {
		t.Errorf("the update: identities %v and %v, texts equal: %v", first.Identity, updated.Identity, first.Print.Text == updated.Print.Text)
	}
	published, corrected := time.Date(2023, 11, 4, 14, 5, 0, 0, time.UTC), time.Date(2023, 11, 6, 9, 30, 0, 0, time.UTC)
	if !first.Published.Equal(published) || !updated.Published.Equal(published) || !updated.Updated.Equal(corrected) {
		t.Errorf("dates: %s, then %s and %s", first.Published, updated.Published, updated.Updated)
	}
	if title := find("b-feed.atom.xml", "North Korea").Title.Value; title != "North Korea sends mass munitions shipments to Russia’s military, Seoul says" {
		t.Errorf("B's title %q", title)
	}
}
