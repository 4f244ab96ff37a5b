package schedule

import (
	"fmt"
	"testing"
	"time"

	"sluice/config"
	"sluice/storage"
)

var (
	now   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	fetch = config.Fetch{Min: 15 * time.Minute, Max: 24 * time.Hour}
)

func TestAfter(t *testing.T) {
	const h = time.Hour
	tests := []struct {
		name     string
		every    time.Duration
		fetch    config.Fetch
		failures int
		outcome  Outcome
		period   time.Duration // the gap lies 2 to 5 % below
		exact    time.Duration // or is exactly this
	}{
		{name: "auto", period: h},
		{name: "auto under min", fetch: config.Fetch{Min: 3 * h, Max: 24 * h}, period: 3 * h},
		{name: "auto over max", fetch: config.Fetch{Min: time.Minute, Max: 20 * time.Minute}, period: 20 * time.Minute},
		{name: "explicit below min", every: time.Minute, period: time.Minute},
		{name: "explicit above max", every: 48 * h, period: 48 * h},
		{name: "first failure", every: h, failures: 1, outcome: Outcome{Failed: true}, period: h},
		{name: "second failure", every: h, failures: 2, outcome: Outcome{Failed: true, Status: 404}, period: 2 * h},
		{name: "fourth failure", every: h, failures: 4, outcome: Outcome{Failed: true, Status: 403}, period: 8 * h},
		{name: "sixth failure, max", every: h, failures: 6, outcome: Outcome{Failed: true}, period: 24 * h},
		{name: "countless failures", every: h, failures: 1 << 30, outcome: Outcome{Failed: true}, period: 24 * h},
		{name: "failure above max", every: 48 * h, failures: 9, outcome: Outcome{Failed: true}, period: 48 * h},
		{name: "gone once", every: h, failures: 1, outcome: Outcome{Failed: true, Status: 410}, period: 24 * h},
		{name: "gone twice", every: h, failures: 2, outcome: Outcome{Failed: true, Status: 410}, period: 7 * 24 * h},
		{name: "429 alone", every: time.Minute, failures: 1, outcome: Outcome{Failed: true, Status: 429}, exact: h},
		{name: "429 alone, long period", every: 5 * h, failures: 1, outcome: Outcome{Failed: true, Status: 429}, period: 5 * h},
		{name: "429 with a time", every: time.Minute, failures: 1, outcome: Outcome{Failed: true, Status: 429, RetryAfter: now.Add(7 * h)}, exact: 7 * h},
		{name: "429 with a short time", every: h, failures: 1, outcome: Outcome{Failed: true, Status: 429, RetryAfter: now.Add(time.Second)}, period: h},
		{name: "503 with a time", every: h, failures: 1, outcome: Outcome{Failed: true, Status: 503, RetryAfter: now.Add(2 * h)}, exact: 2 * h},
		{name: "503 alone", every: time.Minute, failures: 1, outcome: Outcome{Failed: true, Status: 503}, period: time.Minute},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := test.fetch
			if f.Max == 0 {
				f = fetch
			}
			for i := range 200 {
				state := storage.FeedState{Name: fmt.Sprint("feed", i), Failures: test.failures}
				gap := After(test.every, f, state, test.outcome, now).Sub(now)
				if test.exact != 0 {
					if gap != test.exact {
						t.Fatalf("gap %s, want %s", gap, test.exact)
					}
				} else if gap < test.period*95/100 || gap > test.period*98/100 {
					t.Fatalf("gap %s is not 2 to 5 %% below %s", gap, test.period)
				}
			}
		})
	}
}

func TestHints(t *testing.T) {
	const h = time.Hour
	night := uint32(1<<13 | 1<<14 | 1<<15) // the hours after now
	for _, test := range []struct {
		name     string
		every    time.Duration
		hints    storage.Hints
		failed   bool
		min, max time.Duration
	}{
		{"ttl", 0, storage.Hints{TTL: 3 * h}, false, 3 * h * 95 / 100, 3 * h * 98 / 100},
		{"a short ttl", 0, storage.Hints{TTL: time.Minute}, false, h * 95 / 100, h * 98 / 100},
		{"ttl over max", 0, storage.Hints{TTL: 1000 * h}, false, day * 95 / 100, day * 98 / 100},
		{"sy:updatePeriod", 0, storage.Hints{Period: 12 * h, TTL: h}, false, 12 * h * 95 / 100, 12 * h * 98 / 100},
		{"the config's own period", 10 * time.Minute, storage.Hints{TTL: 3 * h, SkipHours: 1<<24 - 1 - 1}, false, 0, 10 * time.Minute},
		{"skipHours", 0, storage.Hints{SkipHours: night | 1<<12}, false, 4 * h, 5 * h},
		{"all hours", 0, storage.Hints{SkipHours: 1<<24 - 1}, false, h * 95 / 100, h * 98 / 100},
		{"skipDays", 0, storage.Hints{SkipDays: 1 << now.Weekday()}, false, 12 * h, 13 * h},
		{"all days", 0, storage.Hints{SkipDays: 1<<7 - 1}, false, h * 95 / 100, h * 98 / 100},
		{"a failure", 0, storage.Hints{SkipHours: night | 1<<12}, true, h * 95 / 100, h * 98 / 100},
	} {
		state := storage.FeedState{Name: "feed", Hints: test.hints}
		gap := After(test.every, fetch, state, Outcome{Failed: test.failed, Status: 503}, now).Sub(now)
		if gap < test.min || gap > test.max {
			t.Errorf("%s: gap %s, want %s to %s", test.name, gap, test.min, test.max)
		}
	}
}

func TestAfterSpreads(t *testing.T) {
	seen := make(map[time.Time]bool)
	for i := range 1000 {
		seen[After(0, fetch, storage.FeedState{Name: fmt.Sprint("feed", i)}, Outcome{}, now)] = true
	}
	if len(seen) < 950 {
		t.Errorf("1000 feeds are polled at only %d times", len(seen))
	}
	a := After(0, fetch, storage.FeedState{Name: "a"}, Outcome{}, now)
	if b := After(0, fetch, storage.FeedState{Name: "a"}, Outcome{}, now); !a.Equal(b) {
		t.Errorf("the same feed is polled at %s and at %s", a, b)
	}
}

func TestRetryAfter(t *testing.T) {
	tests := []struct {
		header string
		want   time.Duration // from now; 0: the zero time
	}{
		{"", 0},
		{"120", 2 * time.Minute},
		{" 120 ", 2 * time.Minute},
		{"0", 0},
		{"-5", 0},
		{"1.5", 0},
		{"soon", 0},
		{"86400", day},
		{"86401", day},
		{"99999999999999999999999999", day},
		{"Sun, 01 Mar 2026 13:00:00 GMT", time.Hour},
		{"Sunday, 01-Mar-26 13:00:00 GMT", time.Hour},
		{"Sun Mar  1 13:00:00 2026", time.Hour},
		{"Sun, 01 Mar 2026 11:00:00 GMT", 0},
		{"Fri, 01 Mar 2199 13:00:00 GMT", day},
	}
	for _, test := range tests {
		got := RetryAfter(test.header, now)
		if test.want == 0 {
			if !got.IsZero() {
				t.Errorf("RetryAfter(%q) = %s, want none", test.header, got)
			}
			continue
		}
		if want := now.Add(test.want); !got.Equal(want) {
			t.Errorf("RetryAfter(%q) = %s, want %s", test.header, got, want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"120", "Sun, 01 Mar 2026 13:00:00 GMT", "99999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got := RetryAfter(header, now)
		if !got.IsZero() && (!got.After(now) || got.After(now.Add(day))) {
			t.Errorf("RetryAfter(%q) = %s, which is not within a day", header, got)
		}
	})
}
