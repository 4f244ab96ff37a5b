package story

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Agencies and outlets put their own place, date and name in front of the text
// that they share: "OSLO, March 3 (NPA) - ", "MOSKAU – ", "By Ann Author". What
// follows is what can be compared.

// longestDateline is how far into a text its dateline may reach, in bytes.
const longestDateline = 100

// longestPlace is how many words one part of a dateline has at most.
const longestPlace = 8

// bare returns text without datelines and bylines at its beginning.
func bare(text string) string {
	for range 3 {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		rest, ok := cutByline(text)
		if !ok {
			rest, ok = cutDateline(text)
		}
		if !ok {
			break
		}
		text = rest
	}
	return text
}

// cutDateline cuts what stands before a dash between blanks (or, as East Asian
// agencies write it, in brackets), if it is short and not a sentence.
func cutDateline(text string) (string, bool) {
	if rest, ok := cutBrackets(text); ok {
		return rest, true
	}
	head := text[:min(len(text), longestDateline)]
	end, size := -1, 0
	for i, r := range head {
		if isDash(r) && followedByBlank(head[i+utf8.RuneLen(r):]) && (r == '–' || r == '—' || precededByBlank(head[:i])) {
			end, size = i, utf8.RuneLen(r)
			break
		}
		if r == '?' || r == '!' || r == '。' || r == '\n' {
			break
		}
	}
	if end < 1 {
		return text, false
	}
	place := strings.TrimRight(head[:end], " -")
	if n := len(strings.Fields(place)); n > longestPlace || !named(place) {
		return text, false
	}
	rest := strings.TrimLeft(text[end+size:], "-–— \t\n\u00a0")
	return rest, rest != ""
}

func isDash(r rune) bool { return r == '-' || r == '–' || r == '—' || r == '―' || r == '=' }

func followedByBlank(s string) bool {
	s = strings.TrimLeft(s, "-–—")
	r, _ := utf8.DecodeRuneInString(s)
	return s == "" || unicode.IsSpace(r)
}

func precededByBlank(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "-"))
	return unicode.IsSpace(r)
}

// named reports whether the words of a dateline look like names, dates and
// what stands between them: no word of over three letters in small letters,
// but those in brackets. Scripts without capitals can't be told so.
func named(place string) bool {
	depth := 0
	for _, word := range strings.Fields(place) {
		depth += strings.Count(word, "(") - strings.Count(word, ")")
		r, _ := utf8.DecodeRuneInString(strings.TrimLeft(word, "(\"'“„«"))
		if depth == 0 && unicode.IsLower(r) && utf8.RuneCountInString(word) > 3 {
			return false
		}
	}
	return true
}

// cutBrackets cuts an agency or place in brackets at the very beginning, and
// a reporter with the equals sign that Korean agencies put behind it.
func cutBrackets(text string) (string, bool) {
	for _, pair := range [...][2]string{{"(", ")"}, {"（", "）"}, {"【", "】"}, {"[", "]"}} {
		rest, ok := strings.CutPrefix(text, pair[0])
		if !ok {
			continue
		}
		inside, _, ok := strings.Cut(rest[:min(len(rest), longestDateline)], pair[1])
		if !ok || len(strings.Fields(inside)) > longestPlace {
			return text, false
		}
		after := rest[len(inside)+len(pair[1]):]
		return after, strings.TrimSpace(after) != ""
	}
	return text, false
}

// bylines are the words with which a line that names the author begins.
var bylines = []string{"by ", "von ", "par ", "por ", "di ", "door ", "av ", "af "}

// cutByline cuts a first line that names the author.
func cutByline(text string) (string, bool) {
	line, rest, ok := strings.Cut(text, "\n")
	if !ok || len(line) > longestDateline || strings.TrimSpace(rest) == "" || strings.ContainsAny(line, ".!?。") {
		return text, false
	}
	for _, by := range bylines {
		if len(line) > len(by) && strings.EqualFold(line[:len(by)], by) {
			return rest, len(strings.Fields(line)) <= longestPlace
		}
	}
	return text, false
}

// bareTitle returns a headline without the marks that say where it is from or
// which version it is: a short bracket or a name behind a bar at its end.
func bareTitle(title string) string {
	title = strings.TrimSpace(title)
	for _, pair := range [...][2]string{{"(", ")"}, {"[", "]"}, {"（", "）"}} {
		head, ok := strings.CutSuffix(title, pair[1])
		if !ok {
			continue
		}
		if i := strings.LastIndex(head, pair[0]); i > 0 && len(strings.Fields(head[i:])) <= 3 && !strings.ContainsAny(head[i:], "0123456789") {
			title = strings.TrimSpace(title[:i])
		}
	}
	if i := strings.LastIndex(title, " | "); i > 0 && len(strings.Fields(title[i:])) <= 1+4 {
		title = title[:i]
	}
	return title
}
