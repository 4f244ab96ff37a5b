package schedule

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter bounds what a server may ask for, since some ask for years.
const maxRetryAfter = day

// RetryAfter reads the header of that name (RFC 9110 section 10.2.3): seconds
// or an HTTP date. It returns the zero time for what can't be read and for what
// is not in the future, and never more than a day from now.
func RetryAfter(header string, now time.Time) time.Time {
	header = strings.TrimSpace(header)
	latest := now.Add(maxRetryAfter)
	if seconds, ok := digits(header); ok {
		switch {
		case seconds == 0:
			return time.Time{}
		case seconds > int64(maxRetryAfter/time.Second):
			return latest
		}
		return now.Add(time.Duration(seconds) * time.Second)
	}
	at, err := http.ParseTime(header)
	switch {
	case err != nil || !at.After(now):
		return time.Time{}
	case at.After(latest):
		return latest
	}
	return at.UTC()
}

// digits reads a number of nothing but digits; one that is too large counts as
// the largest.
func digits(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 1<<63 - 1, true
	}
	return n, true
}
