package config

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// A kind is a way to read a scalar.
type kind struct {
	parse  func(text string, f *field) (any, *fault)
	format func(v any) string
	schema func(f *field) map[string]any

	query  bool // its text is not expanded, and traps of YAML are named
	secret bool // no message shows it
	empty  bool // null stands for the text null, not for nothing
}

// mustKind returns the kind that a tag names.
func mustKind(name string) kind {
	k, ok := kinds[name]
	if !ok {
		panic("config: no kind " + name)
	}
	if k.format == nil {
		k.format = func(v any) string { return literal(fmt.Sprint(v)) }
	}
	if k.schema == nil {
		k.schema, k.empty = schemaText, true
	}
	return k
}

var kinds = map[string]kind{
	"text":        {parse: parseText},
	"line":        {parse: parseLine},
	"word":        {parse: parseWord},
	"ref":         {parse: parseWord},
	"contact":     {parse: parseContact},
	"language":    {parse: parseLanguage},
	"feedlang":    {parse: parseFeedLanguage},
	"charset":     {parse: parseCharset},
	"site":        {parse: parseSite},
	"listen":      {parse: parseListen},
	"store":       {parse: parseStore},
	"path":        {parse: parsePath},
	"pattern":     {parse: parsePattern},
	"host":        {parse: parseHost},
	"mail":        {parse: parseMail},
	"directory":   {parse: parseDirectory},
	"opml":        {parse: parseOPML},
	"proxy":       {parse: parseProxy},
	"picture":     {parse: parsePicture},
	"name":        {parse: parseName},
	"topic":       {parse: parseTopic, schema: schemaTopic},
	"iri":         {parse: parseIRI},
	"byline":      {parse: parsePlaceholders},
	"former":      {parse: parseFormer},
	"formertopic": {parse: parseFormerTopic},
	"agent":       {parse: parseAgent},
	"user":        {parse: parseUser, secret: true},
	"secret":      {parse: parseSecret, secret: true},
	"header":      {parse: parseHeader, secret: true},
	"query": {parse: parseQuery, query: true,
		format: func(v any) string { return v.(string) }},
	"feed": {parse: func(text string, _ *field) (any, *fault) { a, f := parseAddress(text); return a, f },
		format: func(v any) string { return literal(v.(address).url) }},
	"timezone": {parse: parseTimezone,
		format: func(v any) string { return v.(*time.Location).String() }},
	"enum":     {parse: parseEnum, schema: schemaEnum},
	"bool":     {parse: parseBool, schema: schemaBool},
	"int":      {parse: parseInt, schema: schemaInt},
	"share":    {parse: parseShare, schema: schemaShare},
	"port":     {parse: parsePort, schema: schemaPort},
	"prefix":   {parse: parsePrefix},
	"size":     {parse: parseSize, schema: schemaSize, format: func(v any) string { return FormatSize(v.(int64)) }},
	"duration": {parse: parseDuration, schema: schemaDuration, format: func(v any) string { return FormatDuration(v.(time.Duration)) }},
	"rate":     {parse: parseRate, schema: schemaRate, format: formatRate},
	"period":   {parse: parsePeriod, schema: schemaPeriod, format: formatPeriod},
}

func parseDuration(text string, f *field) (any, *fault) {
	d, err := ParseDuration(text)
	if err != nil {
		fl := &fault{what: "is not a duration", remedy: "write a number and a unit, such as 30s, 15m, 1h30m, 2d or 1w"}
		if n, err := strconv.ParseUint(text, 10, 32); err == nil {
			fl.what = "has no unit"
			fl.hint = fmt.Sprintf("write %ds, %dm, %dh or %dd", n, n, n, n)
		} else if strings.HasPrefix(text, "-") {
			fl.what = "is a negative duration"
		}
		return d, fl
	}
	return d, bounds(d, f, ParseDuration)
}

func parsePeriod(text string, f *field) (any, *fault) {
	if text == "auto" {
		return time.Duration(0), nil
	}
	v, fl := parseDuration(text, f)
	if fl != nil {
		fl.remedy = strings.Replace(fl.remedy, "write ", "write auto, or ", 1)
	}
	return v, fl
}

func formatPeriod(v any) string {
	if d := v.(time.Duration); d != 0 {
		return FormatDuration(d)
	}
	return "auto"
}

func parseSize(text string, f *field) (any, *fault) {
	n, err := ParseSize(text)
	if err != nil {
		fl := &fault{what: "is not a size", remedy: "write a number of bytes, or one with KiB, MiB or GiB, such as 10MiB"}
		number := strings.TrimRight(text, "BKMGbkmgi ")
		if unit := strings.ToUpper(strings.TrimSpace(text[len(number):])); number != "" && strings.Trim(number, "0123456789") == "" && unit != "" && strings.ContainsAny(unit[:1], "KMG") {
			fl.hint = "write " + number + unit[:1] + "iB"
		}
		return n, fl
	}
	return n, bounds(n, f, ParseSize)
}

func parseInt(text string, f *field) (any, *fault) {
	n, err := strconv.Atoi(text)
	if err != nil || strings.HasPrefix(text, "+") {
		return 0, &fault{what: "is not a whole number", remedy: "write one from " + f.min + " to " + f.max}
	}
	return n, bounds(n, f, strconv.Atoi)
}

func parseShare(text string, f *field) (any, *fault) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		fl := &fault{what: "is not a number", remedy: "write one from " + f.min + " to " + f.max + ", such as 0.95"}
		if n, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64); err == nil {
			fl.hint = fmt.Sprintf("write %v", n/100)
		}
		return v, fl
	}
	return v, bounds(v, f, func(s string) (float64, error) { return strconv.ParseFloat(s, 64) })
}

// bounds checks v against the field's min and max.
func bounds[T int | int64 | float64 | time.Duration](v T, f *field, parse func(string) (T, error)) *fault {
	span := "from " + f.min + " to " + f.max
	if low, err := parse(f.min); err == nil && v < low {
		return &fault{what: "is below " + f.min, remedy: "write a value " + span}
	}
	if high, err := parse(f.max); err == nil && v > high {
		return &fault{what: "is above " + f.max, remedy: "write a value " + span}
	}
	return nil
}

func parseBool(text string, _ *field) (any, *fault) {
	switch strings.ToLower(text) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "yes", "on", "1":
		return false, &fault{what: "is neither true nor false", remedy: "write true or false", hint: "write true"}
	case "no", "off", "0":
		return false, &fault{what: "is neither true nor false", remedy: "write true or false", hint: "write false"}
	}
	return false, &fault{what: "is neither true nor false", remedy: "write true or false"}
}

func parseEnum(text string, f *field) (any, *fault) {
	for _, word := range f.enum {
		if text == word {
			return text, nil
		}
	}
	words := strings.Join(f.enum[:len(f.enum)-1], ", ") + " or " + f.enum[len(f.enum)-1]
	fl := &fault{what: "is not one of the words that stand here", remedy: "write " + words}
	if s := didYouMean(text, f.enum); s != "" {
		fl.hint = s + " write " + words
	}
	return "", fl
}

func parsePort(text string, f *field) (any, *fault) {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 {
		return uint16(0), &fault{what: "is not a port", remedy: "write numbers from 1 to 65535, or allow_ports: any"}
	}
	return uint16(n), nil
}

func parsePrefix(text string, _ *field) (any, *fault) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, &fault{what: "is not a network", remedy: "write a prefix such as 10.1.0.0/16 or fd00::/8, or one IP address"}
	}
	if p != p.Masked() {
		return p, &fault{what: "has bits set behind its prefix", remedy: "clear them, or give the longer prefix", hint: "write " + p.Masked().String()}
	}
	return p, nil
}
