package main

import (
	"math"
	"testing"
	"time"
)

// What a day brings is told by the dates of the items, not by when a first poll
// brought all of them at once.
func TestPace(t *testing.T) {
	now := time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)
	ago := func(days float64) time.Time { return now.Add(-time.Duration(days * 24 * float64(time.Hour))) }
	p := pace{from: ago(10)}
	for i := range 20 { // a feed whose document reaches back two days
		p.add("busy", ago(0.1*float64(i+1)), i%2 == 0)
	}
	for i := range 20 { // one that reaches back for years
		p.add("slow", ago(5*float64(i)), true)
	}
	p.add("new", ago(0.01), true) // less than a day tells of a day
	p.add("still", ago(400), true)
	rate, of := p.perDay(now)
	if want := 10.0/2 + 3.0/10 + 1; math.Abs(rate-want) > 1e-9 || of != 14 {
		t.Errorf("%v a day, of %d; want %v of 14", rate, of, want)
	}
	if rate, of := (&pace{}).perDay(now); rate != 0 || of != 0 {
		t.Errorf("of nothing: %v, %d", rate, of)
	}
}
