package storagetest

import (
	"strconv"
	"strings"
	"time"

	"sluice/storage"
)

// shown gives the titles of what may stand in a topic's head, in order.
func (w *world) shown(topic string) string {
	w.Helper()
	list, err := w.store.Shown(w.ctx, topic, storage.Place{}, 100_000)
	if err != nil {
		w.Fatalf("Shown of topic %s: %v", topic, err)
	}
	var titles []string
	for _, e := range list {
		titles = append(titles, strings.TrimPrefix(e.Item.Title.Value, "article "))
	}
	return strings.Join(titles, " ")
}

// choice gives what topic x made of article n of feed a.
func (w *world) choice(n int) storage.Choice {
	w.Helper()
	return w.storyOf("a", n).Entries[0].Choice
}

// quota gives topic x a quota and begins.
func (w *world) quota(q storage.Quota) {
	w.Helper()
	w.topics[0].Quota = q
	w.enrol()
	w.begin()
}

// tell has feeds tell article n of today, which topic x takes.
func (w *world) tell(n int, feeds ...string) {
	w.Helper()
	for _, feed := range feeds {
		w.poll(feed, tagged(dated(article(feed, n), w.now.Add(-time.Minute)), "x"))
	}
}

func quotaTests() []test {
	daily := storage.Quota{Stories: 2, Per: 'd', After: 6 * time.Hour}
	return []test{
		{"the most told are chosen when their time has come", func(w *world) {
			w.quota(daily)
			w.tell(1, "a")
			w.tell(2, "a", "b")
			w.tell(3, "a")
			w.tell(4, "a", "b", "c")
			w.release()
			if got, all := w.shown("x"), len(w.entries("x")); got != "" || all != 4 || w.choice(1) != storage.Undecided {
				w.Errorf("before the decision %q of %d entries are shown", got, all)
			}
			w.wait(6*time.Hour - time.Microsecond)
			if d := w.release(); len(d.Topics) != 0 || w.shown("x") != "" {
				w.Errorf("decided too early: %s", show(d))
			}
			w.wait(time.Microsecond)
			d := w.release()
			if got := w.shown("x"); len(strings.Fields(got)) != 2 || !strings.Contains(got, "2") || !strings.Contains(got, "4") {
				w.Errorf("shown: %q, want 2 and 4", got)
			}
			if len(d.Topics) != 1 || d.Withdrawn != 0 || d.Released != 0 {
				w.Errorf("Release: %s", show(d))
			}
			if w.choice(1) != storage.LeftOut || w.choice(4) != storage.Chosen || len(w.entries("x")) != 4 {
				w.Errorf("the others do not stand beside them")
			}
			w.numbered("x", 4)
			w.verify()
		}},
		{"a decision is final", func(w *world) {
			w.quota(daily)
			w.tell(1, "a")
			w.wait(time.Minute)
			w.tell(2, "a")
			w.wait(time.Minute)
			w.tell(3, "a")
			w.release()
			w.wait(6 * time.Hour)
			w.release()
			w.reopen()
			w.tell(3, "b", "c")
			w.release()
			w.wait(6 * time.Hour)
			w.release()
			if got := w.shown("x"); len(strings.Fields(got)) != 2 || strings.Contains(got, "3") || w.choice(3) != storage.LeftOut {
				w.Errorf("shown: %q, want 1 and 2 still", got)
			}
			w.topics[0].Quota.Stories = 100
			w.enrol()
			w.tell(4, "a")
			w.release()
			w.wait(6 * time.Hour)
			w.release()
			if got := w.shown("x"); strings.Contains(got, "3") || !strings.Contains(got, "4") {
				w.Errorf("with more room shown: %q", got)
			}
		}},
		{"what waits beside it and is told more takes the room", func(w *world) {
			w.quota(storage.Quota{Stories: 1, Per: 'w', After: 6 * time.Hour})
			w.tell(1, "a")
			w.release()
			w.wait(5 * time.Hour)
			w.tell(2, "a", "b")
			w.release()
			w.wait(time.Hour)
			w.release()
			if w.choice(1) != storage.LeftOut || w.choice(2) != storage.Undecided {
				w.Errorf("choices %v and %v", w.choice(1), w.choice(2))
			}
			w.wait(5 * time.Hour)
			w.release()
			if got := w.shown("x"); got != "2" {
				w.Errorf("shown: %q, want 2", got)
			}
		}},
		{"each period has room of its own, by the clock of its zone", func(w *world) {
			zone, err := time.LoadLocation("Asia/Tokyo")
			if err != nil {
				w.Fatalf("%v", err)
			}
			w.quota(storage.Quota{Stories: 1, Per: 'd', Zone: zone})
			w.now = time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC) // 23:00 there
			for n := range 4 {
				w.tell(n+1, "a")
				w.release()
				w.wait(30 * time.Minute)
			}
			if got := w.shown("x"); got != "3 1" {
				w.Errorf("shown: %q, want the first of each day, 3 and 1", got)
			}
		}},
		{"no wait where none is asked for; the earlier of equals", func(w *world) {
			w.quota(storage.Quota{Stories: 1, Per: 'h'})
			w.tell(1, "a")
			w.release()
			w.wait(time.Minute)
			w.tell(2, "a")
			w.release()
			if got := w.shown("x"); got != "1" {
				w.Errorf("shown: %q, want 1", got)
			}
		}},
		{"what stood before the quota stays, and without it all are shown", func(w *world) {
			w.begin()
			w.tell(1, "a")
			w.release()
			w.topics[0].Quota = storage.Quota{Stories: 1, Per: 'd'}
			w.enrol()
			w.wait(time.Minute)
			w.tell(2, "a")
			w.release()
			w.wait(time.Minute)
			w.tell(3, "a")
			w.release()
			if got := w.shown("x"); got != "2 1" || w.choice(1) != storage.Unbounded {
				w.Errorf("shown: %q, want 2 1", got)
			}
			w.topics[0].Quota = storage.Quota{}
			w.enrol()
			if got := w.shown("x"); got != "3 2 1" {
				w.Errorf("without a quota shown: %q", got)
			}
		}},
		{"what waits when the quota is taken away is shown", func(w *world) {
			w.quota(daily)
			w.tell(1, "a")
			w.release()
			w.topics[0].Quota = storage.Quota{}
			w.enrol()
			w.wait(6 * time.Hour)
			w.release()
			w.topics[0].Quota = daily
			w.enrol()
			if got := w.shown("x"); got != "1" || w.choice(1) != storage.Unbounded {
				w.Errorf("shown: %q", got)
			}
			w.verify()
		}},
		{"what is withdrawn and returns waits again, or stays what it was", func(w *world) {
			w.quota(daily)
			w.tell(1, "a")
			w.release()
			for range 2 {
				w.poll("a", article("a", 1))
				w.release()
				w.verify()
				w.tell(1, "a")
				w.release()
				w.verify()
			}
			if w.choice(1) != storage.Undecided {
				w.Errorf("choice %v", w.choice(1))
			}
			w.wait(6 * time.Hour)
			w.release()
			w.poll("a", article("a", 1))
			w.release()
			w.tell(1, "a")
			w.release()
			if got := w.shown("x"); got != "1" || w.choice(1) != storage.Chosen {
				w.Errorf("shown: %q", got)
			}
		}},
		{"what a re-route brings is decided on by its day at once", func(w *world) {
			w.begin()
			for n := range 6 {
				at := w.now.Add(-time.Duration(n/3) * 24 * time.Hour)
				w.poll("a", tagged(dated(article("a", n+1), at.Add(time.Duration(n)*time.Minute)), "later"))
			}
			w.release()
			w.wait(7 * time.Hour)
			w.topics[0] = query{Name: "x", Takes: "later", Bars: "!x", Quota: daily}
			w.enrol()
			w.release()
			if got := len(strings.Fields(w.shown("x"))); got != 4 || len(w.entries("x")) != 6 {
				w.Errorf("%d of %d entries are shown, want 2 of each day", got, len(w.entries("x")))
			}
		}},
		{"what an earlier publisher showed is shown, and takes no room", func(w *world) {
			w.topics[0].Quota = storage.Quota{Stories: 1, Per: 'd'}
			w.enrol()
			at := w.now.Add(-time.Hour)
			var entries []storage.AdoptedEntry
			for n := 1; n <= 3; n++ {
				entries = append(entries, held(article("a", n), "urn:x:"+strconv.Itoa(n), at.Add(time.Duration(n)*time.Second)))
			}
			w.adoptX(entries...)
			// 4 was out before 3 and is not among what it showed; 5 and 6 are new.
			old := dated(article("a", 4), at)
			w.poll("a", tagged(article("a", 1), "x"), tagged(article("a", 2), "x"), tagged(article("a", 3), "x"), tagged(old, "x"))
			w.release()
			floor := w.topic("x").Floor
			if got := w.shown("x"); got != "3 2 1 4" || w.choice(2) != storage.Unbounded || !w.storyOf("a", 4).Entries[0].Place.Time.Before(floor) {
				w.Errorf("shown: %q, the last one below %s", got, floor)
			}
			w.tell(5, "a")
			w.tell(6, "a", "b")
			w.release()
			if got := w.shown("x"); got != "6 3 2 1 4" || w.choice(5) != storage.LeftOut {
				w.Errorf("shown: %q", got)
			}
			w.verify()
		}},
		{"a correction of what is left out is not told in a head", func(w *world) {
			w.quota(storage.Quota{Stories: 1, Per: 'd'})
			w.tell(1, "a")
			w.tell(2, "a", "b")
			w.release()
			w.wait(time.Hour)
			left := w.item("a", article("a", 1).GUID)
			changed := tagged(dated(article("a", 1), left.Published), "x")
			changed.Content.Value += " A correction of much that was said."
			changed.Print.Text = hash("corrected")
			w.poll("a", changed)
			w.release()
			list, err := w.store.Corrected(w.ctx, "x", 10)
			if err != nil || len(list) != 0 {
				w.Errorf("Corrected: %s, %v", show(list), err)
			}
		}},
	}
}
