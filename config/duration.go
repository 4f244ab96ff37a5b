package config

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

var errDuration = errors.New("not a duration")

// ParseDuration reads a duration that is not negative: Go's form with the
// further units d (24 hours) and w (7 days), such as 90d, 1d12h or 1.5h.
// Units may come in any order; 0 needs none.
func ParseDuration(s string) (time.Duration, error) {
	if s == "0" {
		return 0, nil
	}
	if s == "" {
		return 0, errDuration
	}
	var total time.Duration
	for s != "" {
		n := strings.IndexFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if n <= 0 {
			return 0, errDuration
		}
		number, rest := s[:n], s[n:]
		u := strings.IndexAny(rest, ".0123456789")
		if u < 0 {
			u = len(rest)
		}
		d, err := part(number, rest[:u])
		if err != nil || total > math.MaxInt64-d {
			return 0, errDuration
		}
		total, s = total+d, rest[u:]
	}
	return total, nil
}

// part reads one number with its unit.
func part(number, unit string) (time.Duration, error) {
	times := time.Duration(1)
	switch unit {
	case "d":
		unit, times = "h", 24
	case "w":
		unit, times = "h", 7*24
	}
	d, err := time.ParseDuration(number + unit)
	if err != nil || d > math.MaxInt64/times {
		return 0, errDuration
	}
	return d * times, nil
}

// FormatDuration writes a duration that is not negative as ParseDuration
// reads it, in the largest units and without empty ones: 90d, 1d12h, 15m.
func FormatDuration(d time.Duration) string {
	if d == 0 {
		return "0s"
	}
	var b strings.Builder
	for _, u := range []struct {
		size time.Duration
		name string
	}{
		{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"},
		{time.Millisecond, "ms"}, {time.Microsecond, "us"}, {time.Nanosecond, "ns"},
	} {
		if n := d / u.size; n > 0 {
			b.WriteString(strconv.FormatInt(int64(n), 10) + u.name)
			d %= u.size
		}
	}
	return b.String()
}

var errSize = errors.New("not a size")

// ParseSize reads a number of bytes: 1048576, 512KiB, 10MiB, 1.5GiB.
func ParseSize(s string) (int64, error) {
	number, unit := s, int64(1)
	for i, suffix := range []string{"KiB", "MiB", "GiB"} {
		if rest, ok := strings.CutSuffix(s, suffix); ok {
			number, unit = rest, 1<<(10*(i+1))
		}
	}
	if number == "" || strings.Trim(number, "0123456789.") != "" {
		return 0, errSize
	}
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		if n > math.MaxInt64/unit {
			return 0, errSize
		}
		return n * unit, nil
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || unit == 1 || f*float64(unit) >= math.MaxInt64 {
		return 0, errSize
	}
	return int64(f * float64(unit)), nil
}

// FormatSize writes a number of bytes as ParseSize reads it, in the largest
// unit that leaves a whole number.
func FormatSize(n int64) string {
	for _, u := range []struct {
		shift int
		name  string
	}{{30, "GiB"}, {20, "MiB"}, {10, "KiB"}} {
		if n > 0 && n%(1<<u.shift) == 0 {
			return strconv.FormatInt(n>>u.shift, 10) + u.name
		}
	}
	return strconv.FormatInt(n, 10)
}
