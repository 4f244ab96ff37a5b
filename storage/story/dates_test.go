package story

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"sluice/storage"
)

func TestPublished(t *testing.T) {
	at := func(hours int) time.Time { return day.Add(time.Duration(hours) * time.Hour) }
	var none time.Time
	for _, test := range []struct{ seen, published, updated, want time.Time }{
		{at(5), none, none, at(5)},
		{at(5), at(3), none, at(3)},
		{at(5), at(7), none, at(5)},
		{at(5), none, at(2), at(2)},
		{at(5), at(3), at(4), at(3)},
		{at(5), at(4), at(3), at(3)},
		{none, at(4), at(3), at(3)},
		{none, none, none, none},
	} {
		item := storage.Item{FirstSeen: test.seen, Published: test.published, Updated: test.updated}
		if got := Published(&item); !got.Equal(test.want) {
			t.Errorf("Published of %+v = %v, want %v", test, got, test.want)
		}
	}
}

func TestUpdated(t *testing.T) {
	at := func(hours int) time.Time { return day.Add(time.Duration(hours) * time.Hour) }
	for _, test := range []struct {
		name                       string
		last, updated, saved, want time.Time
	}{
		{"the item says", at(1), at(3), at(5), at(3)},
		{"it says nothing", at(1), time.Time{}, at(5), at(5)},
		{"it says nothing new", at(1), at(1), at(5), at(5)},
		{"it says the future", at(1), at(9), at(5), at(5)},
		{"the clock went back", at(7), at(6), at(5), at(7)},
	} {
		if got := Updated(test.last, &storage.Item{Updated: test.updated}, test.saved); !got.Equal(test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestUpdatedNeverDecreases(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hour := func(name string) time.Time {
			return day.Add(time.Duration(rapid.IntRange(-9, 9).Draw(t, name)) * time.Hour)
		}
		last := hour("first")
		for range 5 {
			next := Updated(last, &storage.Item{Updated: hour("updated")}, hour("saved"))
			if next.Before(last) {
				t.Fatalf("from %v to %v", last, next)
			}
			last = next
		}
	})
}

func TestBacklog(t *testing.T) {
	week := 7 * 24 * time.Hour
	for _, test := range []struct {
		first bool
		age   time.Duration
		want  bool
	}{{true, 0, true}, {false, 0, false}, {false, week, false}, {false, week + 1, true}, {false, -week, false}} {
		if got := Backlog(test.first, day, day.Add(test.age)); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
	if Backlog(false, time.Time{}, day) {
		t.Error("an item without a date is old")
	}
}
