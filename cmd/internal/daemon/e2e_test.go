package daemon

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/cmd/internal/control"
	"sluice/storage"
)

// corpus returns the path of a folder of documents that are not part of the
// repository, and skips the test where it is absent.
func corpus(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "..", "shared", "corpus", filepath.FromSlash(name))
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the corpus is not here: %v", err)
	}
	return dir
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// An entry is what a subscriber reads of a story.
type entry struct {
	ID        string `json:"id"`
	URL       string `json:"url"`
	Title     string `json:"title"`
	Summary   string `json:"summary"`
	HTML      string `json:"content_html"`
	Published string `json:"date_published"`
	Modified  string `json:"date_modified"`
}

// A jsonFeed is what a subscriber reads of a topic.
type jsonFeed struct {
	Items []entry `json:"items"`
}

func (w *world) topic(out, name string) jsonFeed {
	w.Helper()
	var f jsonFeed
	if err := json.Unmarshal([]byte(read(w.T, out, filepath.Join("topics", name+".json"))), &f); err != nil {
		w.Fatal(err)
	}
	return f
}

const munitions = "https://www.worldreporter.example/articles/north-korea-munitions-russia"

// TestSeedArticle follows one story through four outlets' feeds, an update and
// a follow-up with nearly the same headline.
func TestSeedArticle(t *testing.T) {
	dir := corpus(t, "seed-article")
	w := newWorld(t)
	w.config(`feeds:
  - {url: "${UP}/a.xml", name: a, prefer: 10}
  - {url: "${UP}/a-asia.xml", name: a-asia}
  - {url: "${UP}/b.atom", name: b}
  - {url: "${UP}/c.json", name: c}
topics:
  - {name: all, match: '*'}
  - {name: korea, match: ['"North Korea"', 'Pyongyang']}
`)
	w.page("/a.xml", read(t, dir, "a-feed-1.rss.xml"))
	w.page("/a-asia.xml", read(t, dir, "a-feed-category.rss.xml"))
	w.page("/b.atom", read(t, dir, "b-feed.atom.xml"))
	w.page("/c.json", read(t, dir, "c-feed.json"))
	out := filepath.Join(w.dir, "out")
	all := control.FetchRequest{All: true}

	// Outcome 1: nine entries. The syndicated copy of B is told from A's story
	// by its link, so there are seven stories.
	first := w.once(all, out)
	if first.New != 9 || first.Released != 7 || len(first.Failed) > 0 {
		t.Fatalf("first fetch: %+v", first)
	}
	items, stories := w.items()
	if len(items) != 9 || len(stories) != 7 {
		t.Fatalf("%d items in %d stories, want 9 in 7", len(items), len(stories))
	}

	// Outcome 2: under A's link, without tracking.
	korea := w.topic(out, "korea")
	before := find(t, korea, munitions)
	for name, text := range w.files(out) {
		if strings.Contains(text, "utm_") || strings.Contains(text, "fbclid") {
			t.Errorf("%s carries tracking parameters", name)
		}
	}

	// Outcome 7: who is in the topic.
	wantKorea(t, korea, 4)

	// Outcome 4: an update is one changed entry; the same document again is
	// nothing at all.
	w.page("/a.xml", read(t, dir, "a-feed-2-updated.rss.xml"))
	second := w.once(all, out)
	if second.New != 0 || second.Changed != 1 || second.Released != 0 || second.Withdrawn != 0 {
		t.Errorf("after the update: %+v", second)
	}
	after := find(t, w.topic(out, "korea"), munitions)
	if after.ID != before.ID || after.Published != "2023-11-04T14:05:00Z" || after.Modified != "2023-11-06T09:30:00Z" {
		t.Errorf("the updated entry is %+v, was %+v", after, before)
	}
	if text := after.Summary + after.HTML; !strings.Contains(text, "in at least 10 shipments") || strings.Contains(before.Summary+before.HTML, "in at least 10 shipments") {
		t.Errorf("the new sentence: %q", text)
	}
	wantKorea(t, w.topic(out, "korea"), 4)
	files := w.files(out)
	if third := w.once(all, out); third.New != 0 || third.Changed != 0 || len(third.Topics) > 0 {
		t.Errorf("the same documents again: %+v", third)
	}
	if !maps.Equal(files, w.files(out)) {
		t.Error("the same documents again changed what is published")
	}

	// Outcomes 3 and 5: the follow-up is a story of its own, what left the
	// feed stays, nothing is new again.
	w.page("/a.xml", read(t, dir, "a-feed-3-followup.rss.xml"))
	fourth := w.once(all, out)
	if fourth.New != 1 || fourth.Changed != 0 || fourth.Released != 1 {
		t.Errorf("after the follow-up: %+v", fourth)
	}
	items, stories = w.items()
	if len(items) != 10 || len(stories) != 8 {
		t.Errorf("%d items in %d stories, want 10 in 8", len(items), len(stories))
	}
	korea = w.topic(out, "korea")
	wantKorea(t, korea, 5)
	if e := find(t, korea, munitions); e != after {
		t.Errorf("the follow-up changed the first story: %+v, was %+v", e, after)
	}
	if !slices.ContainsFunc(w.topic(out, "all").Items, func(e entry) bool { return strings.Contains(e.Title, "Japan") }) {
		t.Error("the item that left its feed left the topic")
	}
}

// TestSeedArticleTold is outcomes 1 to 5 with the text of outlet A's pages: the
// syndicated copy of B, under a link of its own, joins A's story by what it
// says.
func TestSeedArticleTold(t *testing.T) {
	dir := corpus(t, "seed-article")
	w := newWorld(t)
	w.config(`feeds:
  - {url: "${UP}/a.xml", name: a, prefer: 10, full_text: true}
  - {url: "${UP}/a-asia.xml", name: a-asia}
  - {url: "${UP}/b.atom", name: b}
  - {url: "${UP}/c.json", name: c}
topics:
  - {name: all, match: '*'}
  - {name: korea, match: ['"North Korea"', 'Pyongyang']}
`)
	local := func(name string) string {
		return strings.ReplaceAll(read(t, dir, name), "https://www.worldreporter.example", w.URL)
	}
	const path = "/articles/north-korea-munitions-russia"
	w.page("/a.xml", local("a-feed-1.rss.xml"))
	w.page("/a-asia.xml", local("a-feed-category.rss.xml"))
	w.page("/b.atom", read(t, dir, "b-feed.atom.xml"))
	w.page("/c.json", read(t, dir, "c-feed.json"))
	w.page(path, local("a-article.html"))
	out := filepath.Join(w.dir, "out")
	all := control.FetchRequest{All: true}
	feedsOf := func(s storage.Story) string {
		var names []string
		for _, telling := range s.Tellings {
			names = append(names, telling.Feed)
		}
		slices.Sort(names)
		return strings.Join(names, " ")
	}

	first := w.once(all, out)
	if first.New != 9 || first.Released != 6 || len(first.Failed) > 0 {
		t.Fatalf("first fetch: %+v", first)
	}
	items, stories := w.items()
	told := make(map[string]int)
	for _, s := range stories {
		told[feedsOf(s)]++
	}
	if want := map[string]int{"a": 1, "a a-asia b": 1, "a a-asia": 1, "b": 1, "c": 2}; len(items) != 9 || !maps.Equal(told, want) {
		t.Fatalf("%d items in stories of %v, want %v", len(items), told, want)
	}
	before := find(t, w.topic(out, "korea"), w.URL+path)
	wantKorea(t, w.topic(out, "korea"), 3)

	w.page("/a.xml", local("a-feed-2-updated.rss.xml"))
	second := w.once(all, out)
	if second.New != 0 || second.Changed != 1 || second.Released != 0 || second.Withdrawn != 0 {
		t.Errorf("after the update: %+v", second)
	}
	after := find(t, w.topic(out, "korea"), w.URL+path)
	if after.ID != before.ID || after.Published != "2023-11-04T14:05:00Z" || after.Modified != "2023-11-06T09:30:00Z" {
		t.Errorf("the updated entry is %+v, was %+v", after, before)
	}
	if third := w.once(all, out); third.New != 0 || third.Changed != 0 || len(third.Topics) > 0 {
		t.Errorf("the same documents again: %+v", third)
	}

	w.page("/a.xml", local("a-feed-3-followup.rss.xml"))
	if fourth := w.once(all, out); fourth.New != 1 || fourth.Changed != 0 || fourth.Released != 1 {
		t.Errorf("after the follow-up: %+v", fourth)
	}
	if items, stories = w.items(); len(items) != 10 || len(stories) != 7 {
		t.Errorf("%d items in %d stories, want 10 in 7", len(items), len(stories))
	}
	if e := find(t, w.topic(out, "korea"), w.URL+path); e != after {
		t.Errorf("the follow-up changed the first story: %+v, was %+v", e, after)
	}
}

// TestSeedArticleInFull follows the same story where the text of outlet A is
// taken from its pages.
func TestSeedArticleInFull(t *testing.T) {
	dir := corpus(t, "seed-article")
	var expected struct {
		Paragraphs     []string `json:"paragraphs"`
		Captions       []string `json:"captions"`
		MustNotContain []string `json:"must_not_contain"`
	}
	if err := json.Unmarshal([]byte(read(t, dir, "expected.json")), &expected); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	w.config(`feeds:
  - {url: "${UP}/a.xml", name: a, prefer: 10, full_text: true}
  - {url: "${UP}/b.atom", name: b}
topics:
  - {name: all, match: '*'}
  - {name: korea, match: ['"North Korea"', 'Pyongyang']}
  - {name: pages, match: '"hermit kingdom"'}
  - {name: pager, match: 'Transgender'}
`)
	local := func(name string) string {
		return strings.ReplaceAll(read(t, dir, name), "https://www.worldreporter.example", w.URL)
	}
	const path = "/articles/north-korea-munitions-russia"
	w.page("/a.xml", local("a-feed-1.rss.xml"))
	w.page("/b.atom", read(t, dir, "b-feed.atom.xml"))
	w.page(path, local("a-article.html"))
	out := filepath.Join(w.dir, "out")
	all := control.FetchRequest{All: true}

	first := w.once(all, out)
	if first.New != 5 || len(first.Failed) > 0 {
		t.Fatalf("first fetch: %+v", first)
	}
	items, _ := w.items()
	i := slices.IndexFunc(items, func(item storage.Item) bool { return item.URL == w.URL+path })
	if i < 0 || items[i].Extract == nil {
		t.Fatalf("the page was not extracted: %+v", items[i].Page)
	}

	// Outcome 6: the paragraphs in order, captions as captions, no junk.
	content := items[i].Extract.Content
	at := 0
	for _, p := range expected.Paragraphs {
		found := strings.Index(content[at:], "<p>"+strings.ReplaceAll(strings.TrimSpace(p), "&", "&amp;"))
		if found < 0 {
			t.Errorf("paragraph %.60q is missing or not in its place", p)
			continue
		}
		at += found
	}
	for _, c := range expected.Captions {
		before, _, found := strings.Cut(content, c)
		if !found || strings.Count(before, "<figcaption>") != strings.Count(before, "</figcaption>")+1 {
			t.Errorf("caption %.60q is no caption of a figure", c)
		}
	}
	for _, junk := range expected.MustNotContain {
		if strings.Contains(content, junk) {
			t.Errorf("the text holds %q", junk)
		}
	}

	// The text decides on topics, and is not published.
	before := find(t, w.topic(out, "pages"), w.URL+path)
	if strings.Contains(before.HTML, "hermit kingdom") || before.Summary+before.HTML == "" {
		t.Errorf("published is %+v", before)
	}
	// The pages of the other two are not there: they are released all the same.
	if n := len(w.topic(out, "all").Items); n != first.Released {
		t.Errorf("%d entries of %d stories", n, first.Released)
	}
	for _, e := range w.topic(out, "pager").Items {
		if e.URL == w.URL+path {
			t.Errorf("the pager of the page decided: %+v", e)
		}
	}

	// Outcome 4, with a page that was fetched once.
	w.page("/a.xml", local("a-feed-2-updated.rss.xml"))
	w.page(path, local("a-article-updated.html"))
	second := w.once(all, out)
	if second.New != 0 || second.Changed != 1 || second.Released != 0 || second.Withdrawn != 0 {
		t.Errorf("after the update: %+v", second)
	}
	after := find(t, w.topic(out, "pages"), w.URL+path)
	if after.ID != before.ID || after.Published != "2023-11-04T14:05:00Z" || after.Modified != "2023-11-06T09:30:00Z" {
		t.Errorf("the updated entry is %+v, was %+v", after, before)
	}
	if n := w.hitsOf(path); n != 1 {
		t.Errorf("the page was fetched %d times, want 1", n)
	}
	files := w.files(out)
	if third := w.once(all, out); third.New != 0 || third.Changed != 0 || len(third.Topics) > 0 {
		t.Errorf("the same documents again: %+v", third)
	}
	if !maps.Equal(files, w.files(out)) {
		t.Error("the same documents again changed what is published")
	}

	// Outcome 3: the follow-up, whose page is missing, is a story of its own.
	w.page("/a.xml", local("a-feed-3-followup.rss.xml"))
	if fourth := w.once(all, out); fourth.New != 1 || fourth.Changed != 0 || fourth.Released != 1 {
		t.Errorf("after the follow-up: %+v", fourth)
	}
	if e := find(t, w.topic(out, "korea"), w.URL+path); e != after {
		t.Errorf("the follow-up changed the first story: %+v, was %+v", e, after)
	}
	w.own(func(_ context.Context, s *System) error {
		wrong, err := s.store.Verify(w.Context())
		if len(wrong) > 0 {
			t.Errorf("the store is not whole: %q", wrong)
		}
		return err
	})
}

// find returns the one entry with a link.
func find(t *testing.T, f jsonFeed, url string) (found entry) {
	t.Helper()
	n := 0
	for _, e := range f.Items {
		if e.URL == url {
			n, found = n+1, e
		}
	}
	if n != 1 {
		t.Fatalf("%d entries link to %s, want 1", n, url)
	}
	return found
}

// wantKorea demands n entries in the topic, none of them about something else.
func wantKorea(t *testing.T, f jsonFeed, n int) {
	t.Helper()
	if len(f.Items) != n {
		t.Errorf("%d entries on Korea, want %d: %+v", len(f.Items), n, f.Items)
	}
	for _, e := range f.Items {
		for _, other := range []string{"Japan", "Europe’s New Threat", "Typhoon"} {
			if strings.Contains(e.Title, other) {
				t.Errorf("%q is not about Korea", e.Title)
			}
		}
	}
}

// fewer is all of list, or every tenth with -short.
func fewer[T any](list []T) []T {
	if !testing.Short() {
		return list
	}
	var some []T
	for i := 0; i < len(list); i += 10 {
		some = append(some, list[i])
	}
	return some
}

// TestRealFeeds takes feeds as real sites published them through fetch and
// serve.
func TestRealFeeds(t *testing.T) {
	dir := corpus(t, "feeds/real")
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files = fewer(files)
	w := newWorld(t)
	var config strings.Builder
	config.WriteString("feeds:\n")
	for i, f := range files {
		w.page("/"+f.Name(), read(t, dir, f.Name()))
		fmt.Fprintf(&config, "  - {url: \"${UP}/%s\", name: f%d}\n", f.Name(), i)
	}
	config.WriteString("topics:\n  - {name: all, match: '*', limit: 1000}\n  - {name: news, match: 'news OR world'}\n")
	w.config(config.String())
	out, all := filepath.Join(w.dir, "out"), control.FetchRequest{All: true}

	first := w.once(all, out)
	giving := 0
	w.own(func(_ context.Context, s *System) error {
		states, err := s.store.Feeds(w.Context())
		for _, f := range states {
			if f.Items > 0 {
				giving++
			}
		}
		return err
	})
	t.Logf("%d of %d feeds give items: %d items in %d stories", giving, len(files), first.New, first.Released)
	for _, f := range first.Failed {
		t.Logf("%s: %s", files[number(f.Feed)].Name(), f.Reason)
	}
	if giving*100 < len(files)*98 {
		t.Errorf("%d of %d feeds give items, fewer than 98 in 100", giving, len(files))
	}

	before := w.files(out)
	second := w.once(all, out)
	if second.New != 0 || second.Changed != 0 || len(second.Topics) > 0 {
		t.Errorf("the second fetch: %+v", second)
	}
	if want := len(files) - len(first.Failed); second.Unchanged != want {
		t.Errorf("the second fetch got 304 from %d feeds, want %d", second.Unchanged, want)
	}
	if !maps.Equal(before, w.files(out)) {
		t.Error("the second fetch changed documents")
	}

	etags := make(map[string]string)
	paths := []string{"/", "/topics.opml", "/sources.opml", "/topics/all", "/topics/all.atom", "/topics/all.rss", "/topics/all.json", "/topics/news.atom"}
	d, stop := w.start()
	fetchAll(t, d)
	for _, path := range paths {
		status, body, header := get(t, d, path, "")
		if status != http.StatusOK {
			t.Errorf("%s gets %d", path, status)
		}
		if file, ok := before[strings.TrimPrefix(path, "/")]; ok && file != body {
			t.Errorf("%s is not what the static file holds", path)
		}
		etags[path] = header.Get("ETag")
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	again, stop := w.start()
	fetchAll(t, again)
	for _, path := range paths {
		if status, _, _ := get(t, again, path, etags[path]); status != http.StatusNotModified {
			t.Errorf("after a restart, %s with its ETag gets %d", path, status)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	w.own(func(_ context.Context, s *System) error {
		wrong, err := s.store.Verify(w.Context())
		if len(wrong) > 0 {
			t.Errorf("the store is not whole: %q", wrong)
		}
		return err
	})
}

func number(feed string) (n int) {
	_, _ = fmt.Sscanf(feed, "f%d", &n)
	return n
}

// TestOrderOfAnswersDecidesNothing fetches the same feeds into new stores
// while they answer in random order.
func TestOrderOfAnswersDecidesNothing(t *testing.T) {
	w := newWorld(t)
	var feeds strings.Builder
	shared := "<item><guid isPermaLink=\"false\">s%d</guid><title>A story that everybody tells</title><link>https://wire.example/shared?utm_source=f%d</link><pubDate>Fri, 03 Nov 2023 10:00:00 GMT</pubDate><description>The very same words in each of the feeds, and enough of them to agree.</description></item></channel>"
	for i := range 8 {
		name := fmt.Sprintf("f%d", i)
		w.page("/"+name+".xml", strings.Replace(rss(name, "one", "two", "three"), "</channel>", fmt.Sprintf(shared, i, i), 1))
		fmt.Fprintf(&feeds, "  - {url: \"${UP}/%s.xml\", name: %s}\n", name, name)
	}
	w.before(func(_ string, r *http.Request) {
		select {
		case <-time.After(rand.N(10 * time.Millisecond)):
		case <-r.Context().Done():
		}
	})
	var want map[string]string
	for run := range 20 {
		w.config(fmt.Sprintf("store: run%d.db\nfeeds:\n%stopics:\n  - {name: all, match: '*'}\n", run, feeds.String()))
		out := filepath.Join(w.dir, fmt.Sprint("out", run))
		fetched := w.once(control.FetchRequest{}, out)
		if fetched.New != 32 || fetched.Released != 25 {
			t.Fatalf("run %d: %+v, want 32 items in 25 stories", run, fetched)
		}
		got := w.files(out)
		if want == nil {
			want = got
		}
		for name := range want {
			if !strings.HasPrefix(filepath.Base(name), ".") && got[name] != want[name] {
				t.Fatalf("run %d: %s is another than in the first run", run, name)
			}
		}
	}
}
