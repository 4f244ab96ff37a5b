// Package schedule says when a feed is polled next: pure arithmetic over what
// the config wants and what the last poll met with.
package schedule

import (
	"hash/fnv"
	"net/http"
	"time"

	"sluice/config"
	"sluice/storage"
)

const (
	auto = time.Hour // how often a feed is polled whose config names no time

	day  = 24 * time.Hour
	week = 7 * day

	// limited is how long a feed rests at least after 429 Too Many Requests
	// without a Retry-After (RFC 6585 section 4).
	limited = time.Hour

	// A gap is shorter than its period by spreadMin to spreadMax thousandths.
	spreadMin, spreadMax = 20, 50
)

// An Outcome is what the poll met with, as far as the next one depends on it.
type Outcome struct {
	Failed     bool
	Status     int       // HTTP status, 0 where there was no answer
	RetryAfter time.Time // when the server asks to be asked again; zero where it does not
}

// After returns when the feed is to be polled next.
//
// every is the feed's own period; 0 means auto: an hour, or as seldom as the
// feed's hints say, kept within fetch.Min and fetch.Max. With auto, a feed that
// answered is also left alone in the hours and days that its hints name. The gap stays 2 to 5 % below the period, by the hash of the
// feed's name: feeds of one period drift apart, and a cron job of the very
// same period finds each feed due each time.
//
// Failures in a row (state.Failures, this poll counted) double the period up
// to fetch.Max, which does not shorten a longer period. 410 Gone makes it a day
// at least, from the second failure on a week. 429 Too Many Requests makes it
// an hour at least. A failed poll is never repeated before RetryAfter.
func After(every time.Duration, fetch config.Fetch, state storage.FeedState, outcome Outcome, now time.Time) time.Time {
	period := every
	if period <= 0 {
		period = max(auto, state.Hints.TTL, state.Hints.Period)
		if fetch.Max > 0 {
			period = min(period, fetch.Max)
		}
		period = max(period, fetch.Min)
	}
	if !outcome.Failed {
		next := now.Add(spread(period, state.Name))
		if every <= 0 {
			next = skip(next, state.Hints)
		}
		return next
	}
	period = backOff(period, fetch.Max, state.Failures)
	switch outcome.Status {
	case http.StatusGone:
		if state.Failures > 1 {
			period = max(period, week)
		} else {
			period = max(period, day)
		}
	case http.StatusTooManyRequests:
		if outcome.RetryAfter.IsZero() {
			return later(now.Add(spread(period, state.Name)), now.Add(limited))
		}
	}
	return later(now.Add(spread(period, state.Name)), outcome.RetryAfter)
}

// skip moves a time out of the hours and days, in UTC, that a feed's skipHours
// and skipDays name (RSS 2.0), unless they name all. The minute stays, so that
// feeds with the same hints stay apart.
func skip(at time.Time, hints storage.Hints) time.Time {
	if hints.SkipHours == 0 && hints.SkipDays == 0 {
		return at
	}
	for next := at.UTC(); next.Sub(at) < week; next = next.Add(time.Hour) {
		if hints.SkipHours&(1<<next.Hour()) == 0 && hints.SkipDays&(1<<next.Weekday()) == 0 {
			return next
		}
	}
	return at
}

// backOff doubles the period for each failure after the first, up to limit.
func backOff(period, limit time.Duration, failures int) time.Duration {
	if limit < period {
		return period
	}
	for ; failures > 1 && period < limit; failures-- {
		period *= 2
	}
	return min(period, limit)
}

// spread shortens a period by the feed's own share.
func spread(period time.Duration, name string) time.Duration {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	// Thousandths of thousandths, so that thousands of feeds differ.
	share := spreadMin*1000 + time.Duration(h.Sum32())%((spreadMax-spreadMin)*1000)
	return period - period/1_000_000*share
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
