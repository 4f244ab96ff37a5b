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
func canonical(text string) string { return settled(text, folded) }

// settled applies a form until it changes nothing more. Once is enough but for
// letters under several marks, whose order folding may change.
func settled(text string, form func(string) string) string {
	const enough = 8
	for range enough {
		was := text
		if text = form(was); text == was {
			break
		}
	}
	return text
}

func folded(text string) string {
	var b strings.Builder
	tokens := words.Scan(text)
	for i, t := range tokens {
		if i > 0 {
			before := tokens[i-1]
			b.WriteString(joint(text[before.End:max(before.End, t.Start)], before.CJK || t.CJK))
		}
		b.WriteString(t.Text)
	}
	return b.String()
}

// exact is canonical for words that are found as written. Tokens that share a
// character, as the two of ⅗ do, are one word.
func exact(text string) string { return settled(text, asWritten) }

func asWritten(text string) string {
	var b strings.Builder
	tokens := words.Scan(text)
	for i, t := range tokens {
		switch {
		case i == 0:
			b.WriteString(written(t))
		case t.Start < tokens[i-1].End:
			b.WriteString(untypographic(text[tokens[i-1].End:max(tokens[i-1].End, t.End)]))
		default:
			before := tokens[i-1]
			b.WriteString(joint(text[before.End:t.Start], before.CJK || t.CJK))
			b.WriteString(written(t))
		}
	}
	return b.String()
}

// written returns a token in the form in which tokens as written are compared:
// typography decides nothing.
func written(t words.Token) string { return untypographic(t.Exact) }

func untypographic(s string) string { return norm.NFC.String(apostrophes.Replace(s)) }

var apostrophes = strings.NewReplacer("’", "'", "ʼ", "'", "＇", "'", "\u00ad", "")

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
