package storagetest

import (
	"errors"
	"math"
	"slices"
	"time"

	"sluice/storage"
)

func numberTests() []test {
	return []test{
		{"any range of numbers gives what stands in it, in order", func(w *world) {
			w.manyEntries(20)
			byNumber := w.entries("x")
			slices.SortFunc(byNumber, func(a, b storage.Entry) int { return int(a.Number) - int(b.Number) })
			same(w, "all numbers", w.inRange("x", 1, math.MaxUint64), byNumber)
			same(w, "from 0", w.inRange("x", 0, 20), byNumber)
			same(w, "8 to 11", w.inRange("x", 8, 11), byNumber[7:11])
			same(w, "one", w.inRange("x", 20, 20), byNumber[19:])
			if none := append(w.inRange("x", 21, 40), w.inRange("x", 11, 8)...); len(none) != 0 {
				w.Errorf("ranges without entries give %d", len(none))
			}
		}},
		{"a withdrawn entry leaves its number empty and finds it again", func(w *world) {
			w.manyEntries(5)
			gone := w.entry("x", "article 3")
			w.wait(time.Hour)
			w.poll("a", article("a", 3))
			w.release()
			if left := numbersOf(w.inRange("x", 1, 10)); len(left) != 4 || slices.Contains(left, gone.Number) {
				w.Errorf("after a withdrawal of %d stand %d", gone.Number, left)
			}
			w.poll("a", tagged(article("a", 3), "x"), tagged(article("a", 6), "x"))
			w.release()
			if back := w.inRange("x", gone.Number, gone.Number); len(back) != 1 || back[0].ID != gone.ID {
				w.Errorf("number %d holds %s, want %s", gone.Number, show(back), gone.ID)
			}
			if all := numbersOf(w.inRange("x", 1, 10)); !slices.Equal(all, []uint64{1, 2, 3, 4, 5, 6}) {
				w.Errorf("the numbers are %d", all)
			}
		}},
		{"topics count for themselves, an unknown one is ErrNotFound", func(w *world) {
			w.manyEntries(3)
			w.poll("b", tagged(article("b", 9), "y"))
			w.release()
			if y := w.inRange("y", 1, 10); len(y) != 1 || y[0].Number != 1 {
				w.Errorf("y has %s", show(y))
			}
			if _, err := w.store.Numbered(w.ctx, "nothing", 1, 10); !errors.Is(err, storage.ErrNotFound) {
				w.Errorf("Numbered: %v, want ErrNotFound", err)
			}
		}},
	}
}

func (w *world) inRange(topic string, first, last uint64) []storage.Entry {
	w.Helper()
	list, err := w.store.Numbered(w.ctx, topic, first, last)
	if err != nil {
		w.Fatalf("Numbered: %v", err)
	}
	return list
}

func correctedTests() []test {
	correct := func(w *world, version int, numbers ...int) {
		var items []storage.Item
		for _, n := range numbers {
			items = append(items, tagged(write(article("a", n), article("a", n).Title.Value, version), "x"))
		}
		w.poll("a", items...)
		w.release()
	}
	return []test{
		{"only a real update is a correction", func(w *world) {
			w.manyEntries(3)
			w.wait(time.Hour)
			item := tagged(article("a", 1), "x", "another category")
			w.poll("a", item)
			w.release()
			if list := w.corrected("x", 10); len(list) != 0 {
				w.Errorf("corrected: %q", list)
			}
			correct(w, 2, 2)
			same(w, "corrected", w.corrected("x", 10), []string{"article 2"})
			same(w, "corrected of y", w.corrected("y", 10), []string(nil))
		}},
		{"the latest comes first, each once, up to the limit", func(w *world) {
			w.manyEntries(4)
			for version, n := range []int{1, 2, 3, 1} {
				w.wait(time.Hour)
				correct(w, version+2, n)
			}
			same(w, "corrected", w.corrected("x", 10), []string{"article 1", "article 3", "article 2"})
			same(w, "two", w.corrected("x", 2), []string{"article 1", "article 3"})
		}},
		{"a correction is forgotten with the topic's later changes, not with time", func(w *world) {
			w.manyEntries(3)
			w.wait(time.Hour)
			correct(w, 2, 1)
			w.wait(1000 * time.Hour)
			w.poll("b")
			w.release()
			same(w, "while nothing changes", w.corrected("x", 10), []string{"article 1"})
			correct(w, 2, 2)
			same(w, "after another change", w.corrected("x", 10), []string{"article 2"})
			w.wait(storage.CorrectionWindow)
			correct(w, 2, 3)
			same(w, "at the window's end", w.corrected("x", 10), []string{"article 3", "article 2"})
		}},
		{"a withdrawn entry is not among them", func(w *world) {
			w.manyEntries(3)
			w.wait(time.Hour)
			correct(w, 2, 1, 2)
			w.poll("a", write(article("a", 1), "article 1", 2))
			w.release()
			same(w, "corrected", w.corrected("x", 10), []string{"article 2"})
		}},
		{"of an unknown topic it is ErrNotFound", func(w *world) {
			if _, err := w.store.Corrected(w.ctx, "nothing", 10); !errors.Is(err, storage.ErrNotFound) {
				w.Errorf("Corrected: %v, want ErrNotFound", err)
			}
		}},
	}
}

// corrected gives the titles of a topic's corrections.
func (w *world) corrected(topic string, limit int) []string {
	w.Helper()
	list, err := w.store.Corrected(w.ctx, topic, limit)
	if err != nil {
		w.Fatalf("Corrected: %v", err)
	}
	var titles []string
	for _, e := range list {
		titles = append(titles, e.Item.Title.Value)
	}
	return titles
}
