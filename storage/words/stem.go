package words

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/tamil"
	"github.com/blevesearch/snowballstem/turkish"
)

// longestStem is the length in bytes from which a token is no word of any
// language any more. The stemmers copy the word at each change.
const longestStem = 64

// Stem returns the stem of a folded token by the Snowball algorithm of a
// language, given as BCP 47 (its first subtag counts). A token of a language
// without a stemmer, with a digit, or longer than 64 bytes is its own stem.
func Stem(language, token string) string {
	stem := stemmer(language)
	if stem == nil || len(token) > longestStem || strings.ContainsAny(token, "0123456789") {
		return token
	}
	env := snowballstem.NewEnv(token)
	stem(env)
	if env.Current() == "" {
		return token
	}
	return env.Current()
}

// stemmer returns the stemmer of a language, nil where there is none.
func stemmer(language string) func(*snowballstem.Env) bool {
	primary, _, _ := strings.Cut(strings.ReplaceAll(language, "_", "-"), "-")
	switch strings.ToLower(primary) {
	case "en":
		return english.Stem
	case "de":
		return german.Stem
	case "fr":
		return french.Stem
	case "es":
		return spanish.Stem
	case "it":
		return italian.Stem
	case "pt":
		return portuguese.Stem
	case "nl":
		return dutch.Stem
	case "sv":
		return swedish.Stem
	case "no", "nb", "nn":
		return norwegian.Stem
	case "da":
		return danish.Stem
	case "fi":
		return finnish.Stem
	case "hu":
		return hungarian.Stem
	case "ro":
		return romanian.Stem
	case "ru":
		return russian.Stem
	case "tr":
		return turkish.Stem
	case "ar":
		return arabic.Stem
	case "ga":
		return irish.Stem
	case "ta":
		return tamil.Stem
	}
	return nil
}
