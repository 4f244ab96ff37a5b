package topic

import (
	"slices"
	"strings"
	"unicode"

	"sluice/storage"
	"sluice/storage/words"
)

// guessed is how many tokens of each part of an item a guess of its language
// looks at.
const guessed = 200

// languageOf returns by which language an item's words are stemmed: the one it
// declares, unless that is written in another script than its text is, else the
// one that its function words or its script tell, else English. It is "" for a
// language without a stemmer.
func languageOf(item *storage.Item, parts []passage) string {
	declared, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(item.Language), "_", "-"), "-")
	switch declared {
	case "", "und", "mul", "zxx": // the last three say that there is no one language
		return guess(parts)
	}
	if own := scripts[declared]; own != anyScript {
		if found := scriptOfText(parts); found != anyScript && found != own {
			return guess(parts)
		}
	}
	if slices.Contains(stemmers(), declared) {
		return declared
	}
	return ""
}

// A script is one of those in which languages with a stemmer are written.
type script uint8

const (
	anyScript script = iota // another one, or none that can be told
	latin
	cyrillic
	arabic
	tamil
	otherScript // that of a known language
)

// scripts holds the scripts of languages that are written in one alone.
var scripts = makeScripts(map[script]string{
	latin:       "en de fr es it pt nl sv da nb nn no fi hu ro tr ga pl cs sk sl hr et lv lt is ca eu gl cy mt sq id ms vi tl sw af",
	cyrillic:    "ru uk be bg mk",
	arabic:      "ar fa ur ps",
	tamil:       "ta",
	otherScript: "zh ja ko th el he hi bn te kn ml gu my km lo ka hy am",
})

func makeScripts(lists map[script]string) map[string]script {
	table := map[string]script{}
	for s, list := range lists {
		for language := range strings.FieldsSeq(list) {
			table[language] = s
		}
	}
	return table
}

// sampled is how many letters tell the script of a text.
const sampled = 64

// scriptOfText returns the script of most of the first letters of an item, and
// anyScript where none has most or it is one that no stemmer reads.
func scriptOfText(parts []passage) script {
	var counts [otherScript + 1]int
	n := 0
	for _, p := range parts {
		if p.segment > content {
			continue
		}
		for _, r := range p.text {
			if n == sampled {
				break
			}
			if s := scriptOfLetter(r); s != anyScript {
				counts[s]++
				n++
			}
		}
	}
	for s, count := range counts[:otherScript] {
		if 2*count > n {
			return script(s)
		}
	}
	return anyScript
}

func scriptOfLetter(r rune) script {
	switch {
	case r < 0x80:
		if c := r | 0x20; 'a' <= c && c <= 'z' {
			return latin
		}
		return anyScript
	case !unicode.IsLetter(r):
		return anyScript
	case r < 0x250:
		return latin
	case r >= 0x400 && r < 0x530:
		return cyrillic
	case r >= 0x600 && r < 0x700:
		return arabic
	case r >= 0xB80 && r < 0xC00:
		return tamil
	}
	return otherScript
}

// stemmers returns the languages that words.Stem knows, and "" for all others.
func stemmers() []string {
	return []string{"", "ar", "da", "de", "en", "es", "fi", "fr", "ga", "hu", "it", "nb", "nl", "nn", "no", "pt", "ro", "ru", "sv", "ta", "tr"}
}

// guess tells the language of an item that declares none.
func guess(parts []passage) string {
	counts := map[string]int{}
	other := 0 // letters of no known script
	for _, p := range parts {
		if p.segment > content {
			continue
		}
		for w, n := words.NewWalk(p.text), 0; n < guessed && w.Next(); n++ {
			t := w.Token()
			for _, language := range functionWords[t.Text] {
				counts[language]++
			}
			switch language := scriptOf(t.Text); language {
			case "":
				other++
			case "latin":
			default:
				counts[language]++
			}
		}
	}
	best, tie := "en", true
	for language, n := range counts {
		switch m := counts[best]; {
		case n > m:
			best, tie = language, false
		case n == m && language != best:
			tie = true
		}
	}
	switch {
	case other > counts[best]:
		return ""
	case tie:
		return "en"
	}
	return best
}

// scriptOf returns the language that a token's script tells, "latin" where it
// may be one of many, and "" where there is no stemmer.
func scriptOf(token string) string {
	language := "latin"
	for _, r := range token {
		switch {
		case r < 0x250:
		case r >= 0x400 && r < 0x530:
			// These letters are not Russian: Ukrainian, Belarusian, Serbian.
			if strings.ContainsRune("іїєґўђјљњћџѓќѕ", r) {
				return ""
			}
			language = "ru"
		case r >= 0x600 && r < 0x700:
			// Nor are these Arabic: Persian, Urdu.
			if strings.ContainsRune("پچژگکیےٹڈڑ", r) {
				return ""
			}
			language = "ar"
		case r >= 0xB80 && r < 0xC00:
			language = "ta"
		default:
			return ""
		}
	}
	return language
}

// functionWords holds frequent words that tell Latin-script languages apart.
var functionWords = makeFunctionWords(map[string]string{
	"en": "the of and to in is for that with on as was by at from are be this an it has have will not its after over new says how why who what",
	"de": "der die das und in den von zu mit im des ist auf für nicht ein eine als dem auch es an werden aus er hat dass sie nach bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man gegen wird",
	"fr": "le la les de des du et à en un une est dans pour que qui sur au par plus ne pas avec il sont ce aux se son sa ses été cette mais comme ou après leur ont",
	"es": "el la los las de del y en un una que es por con para se su al lo como más sus no fue ha o entre sobre tras está son este desde",
	"it": "il lo la gli le di del della dei delle e in un una che è per con non si da al alla nel nella sono ha più dal come anche ma sul",
	"pt": "o a os as de do da dos das e em um uma que é por com para se não no na ao mais como foi são pela pelo sua seu",
	"nl": "de het een van en in is dat op te voor met zijn niet aan er om door ook als bij naar maar uit nog wordt over heeft werd",
	"sv": "och i att det som en på är av för med den till inte om ett han var så från men har de vid efter kan",
	"da": "og i at det er en til på som af for med den de ikke et der var han har om fra efter ved blev kan",
	"nb": "og i at det er en til på som av for med den de ikke et der var han har om fra etter ved ble kan",
	"fi": "ja on ei se että oli hän mutta ovat myös kun kuin joka niin sen tai mukaan jo vuoden",
	"hu": "a az és hogy nem is egy ez van meg de volt csak már mint el szerint még után",
	"ro": "și de la în a cu pe nu o că din un care este pentru mai ce sunt fost au ai prin după",
	"tr": "ve bir bu da de için ile olarak çok daha ne gibi sonra kadar olan var ise en dedi oldu",
})

func makeFunctionWords(lists map[string]string) map[string][]string {
	table := map[string][]string{}
	for language, list := range lists {
		for word := range strings.FieldsSeq(list) {
			table[word] = append(table[word], language)
		}
	}
	return table
}
