package config

import (
	"fmt"
	"strconv"
	"strings"
)

// A Rate is so many in each period: an hour (h), a day (d) or a week (w).
type Rate struct {
	N   int // 0: no bound
	Per byte
}

const maxRate = 100_000

// parseRate reads N/PERIOD, such as 20/d.
func parseRate(text string, _ *field) (any, *fault) {
	number, per, divided := strings.Cut(text, "/")
	n, err := strconv.Atoi(number)
	fl := &fault{what: "is not so many a period", remedy: "write a number and an hour, a day or a week, such as 5/h, 20/d or 50/w"}
	switch {
	case err != nil || strings.HasPrefix(number, "+"):
	case !divided:
		fl.what = "has no period"
		fl.hint = fmt.Sprintf("write %d/d for so many a day; h is an hour, w a week", n)
	case n < 1 || n > maxRate:
		fl.what = "is below 1 or above " + strconv.Itoa(maxRate)
	case per == "h" || per == "d" || per == "w":
		return Rate{n, per[0]}, nil
	case per != "" && strings.ContainsAny(per[:1], "hHdDwW"):
		fl.hint = fmt.Sprintf("write %d/%s", n, strings.ToLower(per[:1]))
	}
	return Rate{}, fl
}

func formatRate(v any) string {
	r := v.(Rate)
	return fmt.Sprintf("%d/%c", r.N, r.Per)
}

func schemaRate(f *field) map[string]any {
	return orVariable(f, map[string]any{"type": "string", "pattern": "^0*[1-9][0-9]{0,5}/[hdw]$"})
}
