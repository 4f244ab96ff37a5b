package bolt

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// news is item n of feed: 400 words, or, where copied is
// set, that item's text under another link.
func news(feed string, n, copied int, at time.Time) storage.Item {
	text := n
	if copied >= 0 {
		text = copied
	}
	r := rand.New(rand.NewPCG(1, uint64(text)))
	list := make([]string, 400)
	for i := range list {
		list[i] = fmt.Sprintf("word%d", r.IntN(100_000))
	}
	item := storage.Item{
		Feed: feed, GUID: fmt.Sprint(n), URL: fmt.Sprintf("https://%s.example/%d", feed, n), Published: at,
		Title: storage.Text{Value: strings.Join(list[:8], " ")}, Content: storage.Text{Value: strings.Join(list[8:], " ")},
	}
	item.Identity = storage.Identity{Kind: storage.ByGUID, Key: story.Hash(feed, item.GUID)}
	item.Print = story.Brief(&item)
	return item
}

// A newsroom is a store whose feeds tell news, on and on.
type newsroom struct {
	testing.TB
	*Store
	feeds []storage.FeedSpec
	now   time.Time
	n     int
}

func newNewsroom(tb testing.TB, window time.Duration) *newsroom {
	tb.Helper()
	s, err := Open(filepath.Join(tb.TempDir(), "store.db"), Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	w := &newsroom{TB: tb, Store: s, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	for _, name := range []string{"a", "b"} {
		w.feeds = append(w.feeds, storage.FeedSpec{Name: name, URL: "https://" + name + ".example/feed"})
	}
	if _, err := s.Enrol(tb.Context(), storage.Enrolment{Feeds: w.feeds, Window: window}, w.now); err != nil {
		tb.Fatal(err)
	}
	return w
}

// cpu returns the processor time that this process has spent: what others do
// on the machine is not in it.
func (w *newsroom) cpu() time.Duration {
	w.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		w.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// save saves items of a feed, releases them, and returns what each cost.
func (w *newsroom) save(feed string, items []storage.Item) (saved, released time.Duration) {
	w.Helper()
	states, err := w.Claim(w.Context(), storage.Claim{Feeds: []string{feed}, Now: w.now, Lease: time.Minute, Force: true})
	if err != nil {
		w.Fatal(err)
	}
	start := w.cpu()
	states[0].FirstPoll = w.now
	if _, err := w.Save(w.Context(), storage.Poll{State: states[0], Items: items, Now: w.now}); err != nil {
		w.Fatal(err)
	}
	saved = w.cpu() - start
	start = w.cpu()
	if _, err := w.Release(w.Context(), w.now); err != nil {
		w.Fatal(err)
	}
	return saved, w.cpu() - start
}

// round lets a feed tell count items, every third of which was told by the
// other one in the round before, step apart.
func (w *newsroom) round(count int, step time.Duration) (saved, released time.Duration) {
	w.Helper()
	feed := w.feeds[w.n/count%2].Name
	items := make([]storage.Item, count)
	for i := range items {
		copied := -1
		if w.n%3 == 2 && w.n >= count {
			copied = w.n - count - 2
		}
		items[i] = news(feed, w.n, copied, w.now)
		w.n++
		w.now = w.now.Add(step)
	}
	return w.save(feed, items)
}

// fill puts n stories of the days before now into the index of content alone,
// each with as many hashes as news have. All are said to be told by one stored
// item, which the few are compared with that are found by chance.
func (w *newsroom) fill(n int, step, window time.Duration) {
	w.Helper()
	const batch = 5000
	w.round(1, step)
	var told storage.ID
	err := w.view(w.Context(), "looking for an item", func(t *tx) error {
		k, _ := t.bucket(bItems).Cursor().First()
		told = storage.ID(k)
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	like := news("c", 1_000_000_000, -1, w.now).Print
	random := rand.New(rand.NewPCG(2, uint64(n)))
	hashes := func(n int) []uint32 {
		list := make([]uint32, n)
		for i := range list {
			list[i] = random.Uint32()
		}
		slices.Sort(list)
		return list
	}
	for from := 0; from < n; from += batch {
		err := w.update(w.Context(), "filling the index", func(t *tx) error {
			var list []*arrival
			for i := from; i < min(from+batch, n); i++ {
				at := w.now.Add(-step * time.Duration(n-i))
				list = append(list, &arrival{id: told, published: at.UnixMicro(), sketch: hashes(len(like.Sketch)), pages: hashes(len(like.Pages))})
			}
			return t.contentIndex().write(list, w.now, window)
		})
		if err != nil {
			w.Fatal(err)
		}
	}
}

// indexed returns the size of the index and how many stories it holds.
func (w *newsroom) indexed() (bytes, stories int) {
	w.Helper()
	err := w.view(w.Context(), "measuring the index", func(t *tx) error {
		return t.scan(bShingles, nil, nil, func(k, _ []byte) (bool, error) {
			s, err := openSegment(t.bucket(bShingles).Bucket(k).Get([]byte(segmentData)))
			bytes, stories = bytes+len(s.data), stories+s.entries
			return true, err
		})
	})
	if err != nil {
		w.Fatal(err)
	}
	return bytes, stories
}

// 300 new items, a third of them copies of what the other feed told, are saved
// and released beside the stories of eight days: the cost must not grow with
// their number. With -short there is no million of them.
func BenchmarkStories(b *testing.B) {
	const count, window = 300, 96 * time.Hour
	for _, stored := range []int{10_000, 100_000, 1_000_000} {
		if testing.Short() && stored > 100_000 {
			continue
		}
		b.Run(fmt.Sprint(stored), func(b *testing.B) {
			w := newNewsroom(b, window)
			step := 2 * window / time.Duration(stored)
			w.fill(stored, step, window)
			for range 10 {
				w.round(count, step)
			}
			var saved, released time.Duration
			for b.Loop() {
				x, y := w.round(count, step)
				saved, released = saved+x, released+y
			}
			bytes, stories := w.indexed()
			b.ReportMetric(float64(saved.Microseconds())/float64(count*b.N), "save-us/item")
			b.ReportMetric(float64(released.Microseconds())/float64(count*b.N), "release-us/item")
			b.ReportMetric(float64(bytes)/float64(stories), "index-B/item")
		})
	}
}

// Floods whose items are alike in one way or another: the cost of an item must
// not grow with their number.
func BenchmarkFloods(b *testing.B) {
	for name, say := range map[string]func(i int) (title, text string){
		"one-title": func(i int) (string, string) { return "Photo of the day", fmt.Sprint("Picture ", i) },
		"one-phrase": func(i int) (string, string) {
			return fmt.Sprint("Vessel ", i), strings.Repeat("sails today ", 30) + fmt.Sprint(i)
		},
		"identical": func(i int) (string, string) { return "Office closed", strings.Repeat("the office is closed ", 10) },
		"empty":     func(i int) (string, string) { return "", "" },
	} {
		for _, n := range []int{1000, 10_000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					w := newNewsroom(b, 96*time.Hour)
					items := make([]storage.Item, n)
					for i := range items {
						items[i] = news("a", i, -1, w.now)
						title, text := say(i)
						items[i].Title.Value, items[i].Content.Value = title, text
						items[i].Print = story.Brief(&items[i])
					}
					saved, released := w.save("a", items)
					b.ReportMetric(float64((saved+released).Microseconds())/float64(n), "us/item")
				}
			})
		}
	}
}
