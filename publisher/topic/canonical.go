package topic

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"sluice/storage/words"
)

// canonical brings the words of a term into the one form in which the tree
// holds and prints them: folded, and with one sign between them, which tells
// words from the parts of a word. It returns "" where there is no word.
// Texts of the same form have the same tokens.
func canonical(text string) string {
	return joined(text, func(t words.Token) string { return t.Text })
}

// exact is canonical for words that are found as written.
func exact(text string) string {
	return joined(text, written)
}

// written returns a token in the form in which tokens as written are compared:
// typography decides nothing.
func written(t words.Token) string {
	return norm.NFC.String(apostrophes.Replace(t.Exact))
}

var apostrophes = strings.NewReplacer("’", "'", "ʼ", "'", "＇", "'", "\u00ad", "")

// joined joins the tokens of text, each in the given form.
func joined(text string, form func(words.Token) string) string {
	var b strings.Builder
	tokens := words.Scan(text)
	for i, t := range tokens {
		if i > 0 {
			before := tokens[i-1]
			b.WriteString(joint(text[before.End:max(before.End, t.Start)], before.CJK || t.CJK))
		}
		b.WriteString(form(t))
	}
	return b.String()
}

// joint returns what stands for the text between two tokens.
func joint(between string, cjk bool) string {
	switch {
	case strings.ContainsFunc(between, unicode.IsSpace):
		return " "
	case between == ".":
		return "."
	case between == "" && cjk:
		return ""
	}
	return "-"
}
