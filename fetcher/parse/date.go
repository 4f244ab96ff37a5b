package parse

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Date reads a date as feeds write it: RFC 3339, ISO 8601 and RFC 822 with
// their common mistakes, in English and the languages that feeds are written
// in. A date without zone is taken to be in UTC, which Zoned tells of the
// result, one without time to be midnight. A date that can't be read, or lies
// outside the years 1 to 9999, is zero. The result is in UTC.
func Date(s string) time.Time {
	s = strings.TrimSpace(s)
	if len(s) < 4 || len(s) > maxDate {
		return time.Time{}
	}
	if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		s = westernDigits.Replace(eastern(s))
	}
	if digits(s) == len(s) && (len(s) == 10 || len(s) == 13) {
		return epoch(s)
	}
	d := moment{month: -1, day: -1, year: -1}
	ok := false
	if n := digits(s); n == 4 || (n == 7 || n == 8) && s[0] != '0' {
		if ok = d.iso(s); !ok { // 2006. január 2.
			d = moment{month: -1, day: -1, year: -1}
			ok = d.loose(s)
		}
	} else {
		ok = d.loose(s)
	}
	if !ok {
		return time.Time{}
	}
	t := d.time()
	if !d.zoned && !t.IsZero() {
		return t.In(unzoned)
	}
	return t
}

// unzoned is UTC where a date named no zone.
var unzoned = makeUnzoned()

func makeUnzoned() *time.Location { return time.FixedZone("", 0) }

// Zoned reports whether a date that Date has read named its zone.
func Zoned(t time.Time) bool { return t.Location() != unzoned }

// written returns a date as Date reads it again.
func written(t time.Time) string {
	if Zoned(t) {
		return t.Format(time.RFC3339Nano)
	}
	return t.Format("2006-01-02T15:04:05.999999999")
}

// maxDate bounds a date, in bytes.
const maxDate = 150

func epoch(s string) time.Time {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}
	}
	if len(s) == 13 {
		return time.UnixMilli(n).UTC()
	}
	return time.Unix(n, 0).UTC()
}

// A moment is a date while it is read. Fields are -1 where not known.
type moment struct {
	year, month, day, hour, minute, second, offset int
	nano                                           int
	pm, am                                         bool
	weekday                                        bool // the month may be a weekday
	zoned                                          bool // a zone is named
}

func (d *moment) time() time.Time {
	switch {
	case d.pm && d.hour < 12:
		d.hour += 12
	case d.am && d.hour == 12:
		d.hour = 0
	}
	if d.second == 60 {
		d.second = 59 // a leap second
	}
	midnight := d.hour == 24 && d.minute == 0 && d.second == 0
	if d.year < 1 || d.year > 9999 || d.month < 1 || d.month > 12 || d.day < 1 ||
		d.hour > 23 && !midnight || d.minute > 59 || d.second > 59 || d.offset < -14*3600 || d.offset > 14*3600 {
		return time.Time{}
	}
	t := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
	if t.Day() != d.day {
		return time.Time{} // 31 April
	}
	t = t.Add(time.Duration(d.hour)*time.Hour + time.Duration(d.minute)*time.Minute +
		time.Duration(d.second-d.offset)*time.Second + time.Duration(d.nano))
	if t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}

// iso reads a date that starts with the year: RFC 3339 and ISO 8601, with or
// without dashes, a time that may lack seconds, any blank or "T" between.
func (d *moment) iso(s string) bool {
	n := digits(s)
	if n == 8 {
		d.year, d.month, d.day = atoi(s[:4]), atoi(s[4:6]), atoi(s[6:8])
		s = s[8:]
	} else if rest, ok := d.dayOfYear(s); ok {
		s = rest
	} else if n == 7 {
		return false
	} else {
		d.year, s = atoi(s[:4]), s[4:]
		d.month, d.day = 1, 1
		for _, field := range []*int{&d.month, &d.day} {
			if s == "" || !strings.ContainsRune("-/.", rune(s[0])) {
				break
			}
			n := digits(s[1:])
			if n == 0 && field == &d.month { // 2004-julius-13
				name := s[1:]
				if end := strings.IndexAny(name, "-/."); end > 0 {
					name = name[:end]
				}
				if m := month(name); m > 0 {
					*field, s = m, s[1+len(name):]
					continue
				}
			}
			if n < 1 || n > 2 {
				return false
			}
			*field, s = atoi(s[1:1+n]), s[1+n:]
		}
	}
	s = strings.TrimLeft(s, " Tt,")
	if s == "" {
		return true
	}
	if word, rest, ok := strings.Cut(s, " "); ok && d.half(word) {
		s = strings.TrimLeft(rest, " ")
	}
	if n := digits(s); n == 4 || n == 6 { // 20060102T150405Z
		s = s[:2] + ":" + s[2:4] + ":" + (s[4:n] + "00")[:2] + s[n:]
	}
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == ':' || s[end] == '.' || s[end] == ',') {
		end++
	}
	if end == 0 || !d.clock(s[:end]) {
		return false
	}
	for _, word := range strings.Fields(s[end:]) {
		if !d.zone(word) && !d.half(word) {
			return false
		}
	}
	return true
}

// dayOfYear reads what ISO 8601 has besides months: 2006-W01-1, 2006W011 and
// 2006-W01 (sections 4.1.4.2 and 4.1.4.3), 2006-002 and 2006002 (section
// 4.1.3.2). It returns what follows.
func (d *moment) dayOfYear(s string) (rest string, ok bool) {
	year := atoi(s[:4])
	rest = strings.TrimPrefix(s[4:], "-")
	var t time.Time
	switch {
	case digits(rest) == 3:
		n := atoi(rest[:3])
		t, rest = time.Date(year, 1, n, 0, 0, 0, 0, time.UTC), rest[3:]
		ok = n > 0 && t.Year() == year
	case len(rest) >= 3 && (rest[0] == 'W' || rest[0] == 'w') && digits(rest[1:]) >= 2:
		week, day := atoi(rest[1:3]), 1
		rest = rest[3:]
		if after := strings.TrimPrefix(rest, "-"); digits(after) == 1 {
			day, rest = atoi(after[:1]), after[1:]
		}
		// The week of 4 January is the first, and starts on a Monday.
		t = time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
		t = t.AddDate(0, 0, 7*(week-1)+day-1-(int(t.Weekday())+6)%7)
		wantYear, wantWeek := t.ISOWeek()
		ok = day > 0 && day < 8 && wantYear == year && wantWeek == week
	}
	if ok {
		d.year, d.month, d.day = t.Year(), int(t.Month()), t.Day()
	}
	return rest, ok
}

// loose reads the rest: RFC 822 and its relatives, in any order of day, month
// name, year and time.
func (d *moment) loose(s string) bool {
	var numbers []string
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' || r == '(' || r == ')' }) {
		c := word[0]
		switch {
		case c >= '0' && c <= '9' && strings.IndexByte(word, ':') > 0:
			end := strings.IndexFunc(word, func(r rune) bool { return !strings.ContainsRune("0123456789:.", r) })
			if end < 0 {
				end = len(word)
			}
			if !d.clock(word[:end]) {
				return false
			}
			if tail := word[end:]; tail != "" && !d.zone(tail) && !d.half(tail) {
				return false
			}
		case c >= '0' && c <= '9':
			n := digits(word)
			if hour := clockWord(word); hour != "" { // 14h30
				if !d.clock(hour) {
					return false
				}
				continue
			}
			switch tail := strings.ToLower(word[n:]); tail {
			case "", "st", "nd", "rd", "th", ".", "er", "e", "º", "°", "го", "-го":
				numbers = append(numbers, word[:n])
			default:
				if !d.dashed(word) {
					return false
				}
			}
		case c == '+' || c == '-':
			if word != "-" && !d.zone(word) {
				return false
			}
		default:
			d.word(word)
		}
	}
	return d.place(numbers)
}

// word reads a month, a zone or a half of the day; weekdays and what is not
// known say nothing.
func (d *moment) word(word string) {
	if m := month(word); m > 0 && (d.month < 0 || d.weekday) {
		// In Romance languages "mar." is the Tuesday before the day.
		d.weekday = d.month < 0 && d.day < 0 && strings.EqualFold(strings.Trim(word, "."), "mar")
		d.month = m
		return
	}
	if !d.half(word) {
		d.zone(word)
	}
}

// dashed reads dates of one word: 02-Jan-2006, 2006-01-02, 1/2/2006, 2.1.2006.
func (d *moment) dashed(word string) bool {
	f := strings.FieldsFunc(word, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(f) != 3 || d.month >= 0 && d.day >= 0 {
		return false
	}
	if m := month(f[1]); m > 0 {
		d.month = m
		return d.place([]string{f[0], f[2]})
	}
	for _, v := range f {
		if digits(v) != len(v) || len(v) > 4 {
			return false
		}
	}
	if len(f[0]) == 4 {
		d.year, d.month, d.day = atoi(f[0]), atoi(f[1]), atoi(f[2])
		return true
	}
	d.day, d.month, d.year = atoi(f[0]), atoi(f[1]), fullYear(f[2])
	// With slashes the American order is the usual one.
	if strings.IndexByte(word, '/') > 0 && d.day <= 12 || d.month > 12 {
		d.day, d.month = d.month, d.day
	}
	return true
}

// place gives the bare numbers their meaning: day and year, in the order in
// which they stand, unless the first can only be a year.
func (d *moment) place(numbers []string) bool {
	for _, n := range numbers {
		switch {
		case d.day < 0 && len(n) <= 2:
			d.day = atoi(n)
		case d.year < 0 && len(n) <= 4:
			d.year = fullYear(n)
		}
	}
	return d.day > 0 && d.month > 0 && d.year > 0
}

// fullYear reads a year of two, three or four digits, RFC 2822 section 4.3.
func fullYear(s string) int {
	y := atoi(s)
	switch {
	case len(s) == 4 && y > 2400 && y < 2700: // of the Buddhist era, as in Thailand
		return y - 543
	case len(s) == 2 && y < 50:
		return y + 2000
	case len(s) == 2 || len(s) == 3:
		return y + 1900
	}
	return y
}

// clock reads h:m, h:m:s and h:m:s.fraction.
func (d *moment) clock(s string) bool {
	s, frac, _ := strings.Cut(strings.ReplaceAll(s, ",", "."), ".")
	f := strings.Split(s, ":")
	if len(f) > 3 {
		return false
	}
	for i, field := range []*int{&d.hour, &d.minute, &d.second} {
		if i >= len(f) {
			break
		}
		if n := digits(f[i]); n == 0 || n > 2 || n != len(f[i]) {
			return false
		}
		*field = atoi(f[i])
	}
	if frac != "" && digits(frac) == len(frac) {
		d.nano = atoi((frac + "000000000")[:9])
	}
	return true
}

func (d *moment) half(word string) bool {
	switch strings.ToLower(strings.ReplaceAll(word, ".", "")) {
	case "pm":
		d.pm = true
	case "am":
		d.am = true
	default:
		return false
	}
	return true
}

// zone reads an offset or the name of a zone; false if it is neither.
func (d *moment) zone(word string) bool {
	if h, ok := zones[strings.ToUpper(word)]; ok {
		d.offset, d.zoned = h*1800, true
		return true
	}
	// GMT+2, UTC-0500, EST-05:00: what stands behind the name counts.
	i := strings.IndexAny(word, "+-")
	if i < 0 {
		return false
	}
	sign := 1
	if word[i] == '-' {
		sign = -1
	}
	v := strings.ReplaceAll(strings.TrimLeft(word[i:], "+-"), ":", "")
	if digits(v) != len(v) {
		return false
	}
	switch len(v) {
	case 1, 2:
		d.offset = sign * atoi(v) * 3600
	case 3, 4:
		d.offset = sign * (atoi(v[:len(v)-2])*3600 + atoi(v[len(v)-2:])*60)
	default:
		return false
	}
	d.zoned = true
	return true
}

// zones are offsets in half hours: RFC 822 section 5.1 and the names that
// feeds use. Military letters but Z are read as UTC (RFC 2822 section 4.3).
var zones = map[string]int{
	"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0,
	"EST": -10, "EDT": -8, "CST": -12, "CDT": -10, "MST": -14, "MDT": -12, "PST": -16, "PDT": -14,
	"AKST": -18, "AKDT": -16, "HST": -20, "AST": -8, "ADT": -6, "NST": -7, "NDT": -5, "BRT": -6, "ART": -6,
	"BST": 2, "IST": 11, "WEST": 2, "CET": 2, "MET": 2, "CEST": 4, "MEST": 4, "MESZ": 4, "MEZ": 2,
	"EET": 4, "EEST": 6, "MSK": 6, "MSD": 8, "SAST": 4, "SGT": 16, "HKT": 16, "AWST": 16, "JST": 18, "KST": 18,
	"AEST": 20, "AEDT": 22, "ACST": 19, "ACDT": 21, "NZST": 24, "NZDT": 26,
}

var months = [...]string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// month reads the name of a month, in English in full or from three letters.
func month(word string) int {
	if len(word) < 3 {
		return 0
	}
	folded := strings.ToLower(strings.TrimSuffix(word, "."))
	for i, m := range months {
		if strings.HasPrefix(folded, m) && strings.HasPrefix(time.Month(i+1).String()+"t", strings.ToUpper(folded[:1])+folded[1:]) || folded == "sept" && i == 8 {
			return i + 1
		}
	}
	return foreignMonth(folded)
}

// clockWord returns 14h30 and 14h as a clock's time, empty where it is none.
func clockWord(word string) string {
	n := digits(word)
	if n == 0 || n > 2 || len(word) == n || word[n] != 'h' && word[n] != 'H' || digits(word[n+1:]) != len(word)-n-1 {
		return ""
	}
	return word[:n] + ":" + (word[n+1:] + "00")[:2]
}

// digits counts the digits that s starts with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func atoi(s string) int {
	n := 0
	for i := 0; i < len(s) && i < 9; i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
