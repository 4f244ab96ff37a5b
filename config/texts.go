package config

import (
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // so that a machine without zone files knows the same zones
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/language"
)

func isLine(text string) bool {
	return utf8.ValidString(text) && strings.IndexFunc(text, unicode.IsControl) < 0
}

func parseText(text string, _ *field) (any, *fault) {
	bad := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	if !utf8.ValidString(text) || strings.IndexFunc(text, bad) >= 0 {
		return "", &fault{what: "has a control character", remedy: "remove it"}
	}
	return text, nil
}

func parseLine(text string, _ *field) (any, *fault) {
	if !isLine(text) {
		return "", &fault{what: "has a line end or a control character", remedy: "write it in one line"}
	}
	return strings.TrimSpace(text), nil
}

func parseWord(text string, f *field) (any, *fault) {
	v, fl := parseLine(text, f)
	if fl == nil && v == "" {
		fl = &fault{what: "is empty", remedy: "write a word, or remove it"}
	}
	return v, fl
}

func parseQuery(text string, _ *field) (any, *fault) { return text, nil }

func parseContact(text string, f *field) (any, *fault) {
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`()\`, r) }) {
		return "", &fault{what: "can't stand in a User-Agent", remedy: "write an address or a mail address in plain ASCII, without brackets"}
	}
	return parseLine(text, f)
}

func parseLanguage(text string, _ *field) (any, *fault) {
	if text == "" {
		return text, nil
	}
	f := &fault{what: "is not a language tag", remedy: "write one such as en, de or pt-BR (BCP 47)"}
	if strings.Contains(text, "_") {
		if _, err := language.Parse(strings.ReplaceAll(text, "_", "-")); err == nil {
			f.hint = "write " + strings.ReplaceAll(text, "_", "-")
		}
		return "", f
	}
	if _, err := language.Parse(text); err != nil || len(text) > 35 {
		return "", f
	}
	return text, nil
}

// parseFeedLanguage reads trust, or a tag.
func parseFeedLanguage(text string, f *field) (any, *fault) {
	if text == trustFeed {
		return text, nil
	}
	v, fl := parseLanguage(text, f)
	if fl == nil && text == "" {
		fl = &fault{what: "is empty"}
	}
	if fl != nil {
		fl.remedy = "write trust, or a tag such as en, de or pt-BR (BCP 47)"
	}
	return v, fl
}

// trustFeed is the word for taking a feed at its own.
const trustFeed = "trust"

// parseCharset reads a label of the Encoding Standard (section 4.2).
func parseCharset(text string, _ *field) (any, *fault) {
	if _, err := htmlindex.Get(text); err != nil {
		return "", &fault{what: "is no charset", remedy: "write one such as windows-1251, iso-8859-1, shift_jis or gbk"}
	}
	return text, nil
}

func parseTimezone(text string, _ *field) (any, *fault) {
	zone, err := time.LoadLocation(text)
	if err != nil || text == "" || text == "Local" {
		return time.UTC, &fault{what: "is not a time zone", remedy: "write UTC or a name of the tz database, such as Europe/Berlin"}
	}
	return zone, nil
}

func parseSite(text string, _ *field) (any, *fault) {
	u, f := parseURL(text, "https", "http")
	if f != nil {
		return "", f
	}
	if u.User != nil {
		return "", &fault{what: "carries credentials", remedy: "this address is published: write it without them"}
	}
	if u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#") {
		return "", &fault{what: "has a query or a fragment", remedy: "write the address without what follows ? or #"}
	}
	return strings.TrimRight(text, "/"), nil
}

func parseListen(text string, _ *field) (any, *fault) {
	f := &fault{what: "is not an address to listen on", remedy: "write HOST:PORT such as 127.0.0.1:8080, or :8080 for all interfaces"}
	host, port, ok := splitHostPort(text)
	if !ok {
		if _, err := strconv.ParseUint(text, 10, 16); err == nil {
			f.hint = "write 127.0.0.1:" + text + ", or :" + text + " for all interfaces"
		}
		return "", f
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", &fault{what: "has a bad port", remedy: "write one from 1 to 65535, or 0 for any free one"}
	}
	if host != "" && !isHost(host) {
		return "", f
	}
	return text, nil
}

func parseStore(text string, f *field) (any, *fault) {
	if scheme, _, ok := strings.Cut(text, "://"); ok {
		if scheme == "postgres" || scheme == "postgresql" {
			return "", &fault{what: "is a PostgreSQL address, which is not supported by this version", remedy: "write the path of a file, such as sluice.db"}
		}
		return "", &fault{what: "is an address, not a path", remedy: "write the path of a file, such as sluice.db"}
	}
	v, fl := parsePath(text, f)
	if fl == nil && (text == "" || strings.HasSuffix(text, "/") || path.Base(text) == ".." || text == ".") {
		fl = &fault{what: "does not name a file", remedy: "write the path of a file, such as sluice.db"}
	}
	return v, fl
}

func parsePath(text string, f *field) (any, *fault) {
	if strings.HasPrefix(text, "~") {
		return "", &fault{what: "begins with ~, which only a shell expands", remedy: "write the whole path, or ${HOME}/..."}
	}
	return parseLine(text, f)
}

func parsePattern(text string, f *field) (any, *fault) {
	if _, err := path.Match(text, ""); err != nil {
		return "", &fault{what: "is not a pattern of files", remedy: "write one such as feeds.d/*.yaml; close each [ with ]"}
	}
	if text == "" {
		return parseWord(text, f)
	}
	return parsePath(text, f)
}

func parseOPML(text string, f *field) (any, *fault) {
	if isWeb(text) {
		_, f := parseAddress(text)
		return text, f
	}
	if text == "" {
		return parseWord(text, f)
	}
	return parsePath(text, f)
}

func parseProxy(text string, _ *field) (any, *fault) {
	if text == "" {
		return "", nil
	}
	_, f := parseURL(text, "http", "https", "socks5", "socks5h")
	return text, f
}

func parsePicture(text string, _ *field) (any, *fault) {
	if text == "" {
		return "", nil
	}
	u, f := parseURL(text, "https", "http")
	if f == nil && u.User != nil {
		f = &fault{what: "carries credentials", remedy: "this address is published: write it without them"}
	}
	return text, f
}

func parseName(text string, _ *field) (any, *fault) {
	bad := func(r rune) bool {
		return !unicode.IsGraphic(r) || unicode.IsSpace(r) || strings.ContainsRune("\"'(),\\", r)
	}
	switch {
	case text == "" || strings.ContainsFunc(text, bad) || !utf8.ValidString(text):
		return "", &fault{what: "can't name a feed", remedy: "use letters, digits and such signs as . _ - without blanks, quotes, brackets or commas"}
	case len(text) > maxName:
		return "", &fault{what: "is longer than 128 bytes", remedy: "shorten it"}
	case strings.HasPrefix(text, "-") || strings.Contains(text, "*"):
		return "", &fault{what: "can't name a feed", remedy: "let it not begin with - nor hold *, which mean other things in queries"}
	}
	return text, nil
}

var topicName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func parseTopic(text string, _ *field) (any, *fault) {
	if !topicName.MatchString(text) {
		f := &fault{what: "can't name a topic", remedy: "use letters, digits, - and _, at most 64 of them"}
		if better := strings.Trim(notTopic.ReplaceAllString(text, "-"), "-"); topicName.MatchString(better) {
			f.hint = f.remedy + ", such as " + better
		}
		return "", f
	}
	if s := strings.ToLower(text); s == "archive" || s == "index" {
		return "", &fault{what: "is a reserved name", remedy: "choose another one than archive and index"}
	}
	return text, nil
}

var notTopic = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

func parseFormer(text string, f *field) (any, *fault) {
	if strings.Contains(text, "://") {
		a, fl := parseAddress(text)
		return a.url, fl
	}
	return parseName(text, f)
}

func parseFormerTopic(text string, _ *field) (any, *fault) {
	if strings.HasPrefix(text, "/") && isLine(text) && !strings.ContainsAny(text, " ?#") && len(text) <= 2000 {
		return text, nil
	}
	if !topicName.MatchString(text) {
		return "", &fault{what: "is neither an earlier name nor a path", remedy: "write a name, or a path that begins with /"}
	}
	return text, nil
}

// parsePlaceholders reads a line in which {author} and {feed} stand for names.
func parsePlaceholders(text string, f *field) (any, *fault) {
	bare := strings.NewReplacer("{author}", "", "{feed}", "").Replace(text)
	if strings.ContainsAny(bare, "{}") {
		return "", &fault{what: "holds a placeholder that there is not", remedy: "write {author} and {feed}, and no other braces"}
	}
	return parseLine(text, f)
}

// parseIRI reads an absolute IRI, RFC 3987 section 2.2, of any scheme.
func parseIRI(text string, _ *field) (any, *fault) {
	scheme, rest, ok := strings.Cut(text, ":")
	if !ok || rest == "" || !isScheme(scheme) || !isLine(text) || strings.ContainsAny(text, " \"<>\\^`{|}") || len(text) > 2000 {
		return "", &fault{what: "is no absolute IRI", remedy: "write one such as tag:example.org,2020:korea or https://example.org/korea"}
	}
	return text, nil
}

func isScheme(s string) bool {
	for i, c := range s {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", c)) {
			return false
		}
	}
	return s != ""
}

func parseAgent(text string, f *field) (any, *fault) {
	if text == "" || !httpguts.ValidHeaderFieldValue(text) || strings.TrimSpace(text) != text {
		return "", &fault{what: "can't be sent as a User-Agent", remedy: "write one line without control characters, such as ExampleReader/1.0"}
	}
	return text, nil
}

func parseUser(text string, _ *field) (any, *fault) {
	if text == "" || strings.Contains(text, ":") || !isLine(text) {
		return "", &fault{what: "can't be the name of a user", remedy: "write one without a colon (RFC 7617, section 2)"}
	}
	return text, nil
}

func parseSecret(text string, _ *field) (any, *fault) {
	if !isLine(text) {
		return "", &fault{what: "has a line end or a control character", remedy: "write it in one line"}
	}
	return text, nil
}
