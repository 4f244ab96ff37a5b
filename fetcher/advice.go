package fetcher

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"sluice/fetcher/parse"
	"sluice/storage"
)

const (
	nearPoll     = time.Minute // a date so near to the poll is that of the poll
	fewDates     = 3           // below so many dates, chance may have made them alike
	spokenItems  = 5           // items whose words tell the language
	spokenWords  = 50          // words of each of them
	spokenEnough = 12          // of these, known ones that are enough to tell
)

// advise returns what in the config would mend what is odd in a document.
// Where only a part of it was read, what was known of dates and words stands.
func (p *poll) advise(doc *parse.Document) (out []storage.Advice) {
	partly := slices.ContainsFunc(doc.Items, func(i parse.Item) bool { return i.Known })
	add := func(yes bool, key, value string) {
		known := slices.IndexFunc(p.old.Advice, func(a storage.Advice) bool { return a.Key == key })
		switch {
		case partly && known >= 0:
			out = append(out, p.old.Advice[known])
		case yes && !partly:
			out = append(out, storage.Advice{Key: key, Value: value})
		}
	}
	if !p.feed.IgnoreDates {
		add(badDates(doc, p.now), "dates", "ignore")
	}
	if p.feed.Timezone == nil && !p.feed.IgnoreDates {
		add(unzoned(doc), "timezone", "UTC")
	}
	if p.feed.Language == "" {
		// It is asked at the first poll, and while the answer stands.
		language := ""
		if !partly && (p.old.FirstPoll.IsZero() || slices.ContainsFunc(p.old.Advice, func(a storage.Advice) bool { return a.Key == "language" })) {
			language = speaks(doc)
		}
		add(language != "", "language", language)
	}
	guessed := slices.ContainsFunc(doc.Warnings, func(w string) bool { return strings.HasSuffix(w, ", read as "+doc.Charset) })
	if p.feed.Charset == "" && guessed { // which is told of the whole document in any case
		out = append(out, storage.Advice{Key: "charset", Value: doc.Charset})
	}
	return out
}

// badDates reports whether all dates are ahead of us, or those of the poll.
func badDates(doc *parse.Document, now time.Time) bool {
	dates, ahead, near := 0, 0, 0
	for i := range doc.Items {
		t := doc.Items[i].Published
		if t.IsZero() {
			continue
		}
		dates++
		if t.After(now.Add(futureSkew)) {
			ahead++
		}
		if t.Sub(now).Abs() <= nearPoll {
			near++
		}
	}
	return dates >= fewDates && (ahead == dates || near == dates)
}

// unzoned reports whether no date names its zone, and one has a time of day.
func unzoned(doc *parse.Document) bool {
	timed := false
	for i := range doc.Items {
		t := doc.Items[i].Published
		if t.IsZero() {
			continue
		}
		if parse.Zoned(t) {
			return false
		}
		hour, minute, second := t.Clock()
		timed = timed || hour+minute+second > 0
	}
	return timed
}

// speaks returns the language of a document's words, where it is plainly
// another one than the document declares; else "".
func speaks(doc *parse.Document) string {
	declared, _, _ := strings.Cut(languageTag(doc.Language), "-")
	if !slices.Contains(spoken, declared) {
		return ""
	}
	counts := make(map[string]int)
	for i := range doc.Items[:min(len(doc.Items), spokenItems)] {
		it := &doc.Items[i]
		if it.Language != "" || it.Title.Language != "" || it.Content.Language != "" {
			return ""
		}
		text := it.Summary.Value
		if text == "" {
			text = it.Content.Value
		}
		for _, w := range firstWords(text, spokenWords) {
			if language, ok := commonWords[w]; ok {
				counts[language]++
			}
		}
	}
	best, all := declared, 0
	for _, language := range spoken {
		if all += counts[language]; counts[language] > counts[best] {
			best = language
		}
	}
	if counts[best] < spokenEnough || 4*counts[declared] > counts[best] || 2*counts[best] < all {
		return ""
	}
	return best
}

// firstWords returns the first words of a text, in lower case.
func firstWords(s string, limit int) []string {
	s = s[:min(len(s), 8*limit)]
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
	return words[:min(len(words), limit)]
}

// spoken are the languages that commonWords tells apart.
var spoken = []string{"en", "de", "fr", "es", "it", "pt", "nl", "ru"}

// commonWords are short words that are common in one of the languages and
// seldom in the others.
var commonWords = map[string]string{
	"the": "en", "and": "en", "of": "en", "with": "en", "that": "en", "from": "en", "this": "en", "have": "en",
	"der": "de", "und": "de", "das": "de", "mit": "de", "nicht": "de", "auf": "de", "ist": "de", "eine": "de",
	"les": "fr", "des": "fr", "est": "fr", "dans": "fr", "pour": "fr", "une": "fr", "sur": "fr", "avec": "fr",
	"los": "es", "las": "es", "por": "es", "con": "es", "del": "es", "una": "es", "más": "es", "como": "es",
	"gli": "it", "che": "it", "della": "it", "sono": "it", "nel": "it", "alla": "it", "degli": "it", "anche": "it",
	"não": "pt", "uma": "pt", "dos": "pt", "mais": "pt", "são": "pt", "pela": "pt", "também": "pt", "na": "pt",
	"het": "nl", "een": "nl", "van": "nl", "niet": "nl", "voor": "nl", "zijn": "nl", "ook": "nl", "naar": "nl",
	"и": "ru", "в": "ru", "не": "ru", "на": "ru", "что": "ru", "для": "ru", "это": "ru", "как": "ru",
}

// swapsGUIDs tells whether the items of a document that were known by their
// links have other guids now; told is false where that can't be said.
func swapsGUIDs(known *recollection, looks []storage.Remembered) (swaps, told bool) {
	if known == nil {
		return false, false
	}
	guids := make(map[uint32]uint32, len(known.items))
	for _, item := range known.items {
		if item.Link == 0 || item.GUID == 0 {
			continue
		}
		if _, twice := guids[item.Link]; twice {
			return false, false
		}
		guids[item.Link] = item.GUID
	}
	same, other := 0, 0
	for _, item := range looks {
		if guid, ok := guids[item.Link]; ok && item.GUID != 0 {
			if guid == item.GUID {
				same++
			} else {
				other++
			}
		}
	}
	return other >= fewDates && same == 0, same+other > 0
}

// adviseIdentity adds what the guids tell to the advice.
func (p *poll) adviseIdentity(advice []storage.Advice, known *recollection, looks []storage.Remembered) []storage.Advice {
	swaps, told := swapsGUIDs(known, looks)
	link := storage.Advice{Key: "identity", Value: "link"}
	if p.feed.Identity == "" && (swaps || !told && slices.Contains(p.old.Advice, link)) {
		advice = append(advice, link)
	}
	return advice
}
