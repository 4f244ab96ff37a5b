package story

import (
	"slices"
	"time"

	"sluice/storage"
	"sluice/storage/words"
)

// Between is what is known of two items beside their prints.
type Between struct {
	SameFeed bool
	Apart    time.Duration // of their published dates
}

// Agree reports whether two items are tellings of the same story, and why. It
// is symmetric. The layers are asked in their order, the surest first: the
// same link, then the same content; never a title alone. That the items are
// close enough in time is for the caller to see to.
func Agree(a, b storage.Print, between Between) (storage.Joining, bool) {
	why, _, ok := Judge(a, b, between)
	return why, ok
}

// Judge is Agree that gives its reason too, in words for people: what the
// items share, or what speaks against a join.
func Judge(a, b storage.Print, between Between) (why storage.Joining, reason string, ok bool) {
	if a.Version != printVersion || b.Version != printVersion {
		return storage.Joining{}, "one of them was made by another version of the program", false
	}
	if why, ok := sameLink(a, b); ok {
		return why, "they have the same link, and titles or texts agree", true
	}
	return sameContent(&a, &b, between)
}

// Leads reports whether a telling that joins a story is the one with which
// later ones are to be compared, rather than the one that was it until now.
// That is the earliest by its date, since the later ones are copies that were
// cut or edited; but one that hardly says anything can't be compared at all,
// such as what a link blog puts under the link of another's article.
func Leads(joining storage.Print, at time.Time, base storage.Print, baseAt time.Time) bool {
	return joining.Words >= shortText && (base.Words < shortText || at.Before(baseAt))
}

// What texts and titles with the same link must share.
const (
	sameText     = 0.6 // of the shorter text's shingles: the one is a copy or a cut of the other
	relatedText  = 0.2 // enough beside titles that overlap only by loose
	otherText    = 0.1 // below it, two long texts have nothing to do with each other
	looseTitle   = 0.3 // of the shorter title's words
	closeTitle   = 0.6 // of the shorter title's words, if it has closeWords
	closeWords   = 3
	titleJaccard = 0.3 // of both titles' words
	oneHeadline  = 0.9 // of the shorter text's shingles: only the headline was edited
	longText     = 60  // words: not just a teaser in other words than the article's own
	evidence     = 8   // shingles that must be compared before their differing counts
)

// sameLink joins items that lead to the same page, layer "url".
//
// That alone is not enough, since some pages hold one article after another
// (live logs, "today in history") and some feeds link everything to one page.
// Titles or texts must agree too. Against a join speak titles with different
// numbers, unless nothing else differs, and two long texts without anything in
// common. A text of under 12 words proves nothing, so the titles decide then;
// an item with neither title nor text joins, there is nothing in it to hide.
func sameLink(a, b storage.Print) (storage.Joining, bool) {
	if a.URL.IsZero() || a.URL != b.URL && !extended(&a, &b) {
		return storage.Joining{}, false
	}
	shared, seen := contained(&a, &b)
	why := storage.Joining{Layer: "url", Title: overlap(a.Title, b.Title), Containment: shared}
	if a.Text == b.Text || isEmpty(&a) || isEmpty(&b) {
		return why, true
	}
	telling := seen > 0 && min(a.Words, b.Words) >= shortText
	switch {
	case otherNumbers(a.Title, b.Title):
		return why, telling && shared >= oneHeadline
	case telling && shared >= sameText:
		return why, true
	case seen >= evidence && shared < otherText && min(a.Words, b.Words) >= longText:
		return why, false
	case telling && shared >= relatedText && why.Title >= looseTitle:
		return why, true
	}
	return why, titlesAgree(a.Title, b.Title)
}

// extended reports whether one link is the other with parameters added and
// the titles are all but the same: nobody can list all parameters that only
// tell where a reader came from.
func extended(a, b *storage.Print) bool {
	return a.Page == b.Page && common(a.Query, b.Query) == min(len(a.Query), len(b.Query)) && oneTitle(a.Title, b.Title)
}

// oneTitle reports whether two titles are the same but for a word such as
// update before or behind one of them.
func oneTitle(a, b []uint32) bool {
	n := common(a, b)
	return n >= closeWords && n == min(len(a), len(b)) && max(len(a), len(b)) <= n+2 || n > 0 && n == max(len(a), len(b))
}

func isEmpty(p *storage.Print) bool { return p.Words == 0 && len(p.Title) == 0 }

// titlesAgree reports whether two titles may stand over the same article.
func titlesAgree(a, b []uint32) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	n := common(a, b)
	if float64(n) >= titleJaccard*float64(len(a)+len(b)-n) {
		return true
	}
	return min(len(a), len(b)) >= closeWords && overlap(a, b) >= closeTitle
}

// otherNumbers reports whether each title has a number that the other lacks.
func otherNumbers(a, b []uint32) bool { return lacks(a, b) && lacks(b, a) }

// lacks reports whether b has a number that a lacks.
func lacks(a, b []uint32) bool {
	return slices.ContainsFunc(b, func(h uint32) bool {
		if !words.IsNumber(h) {
			return false
		}
		_, found := slices.BinarySearch(a, h)
		return !found
	})
}

// overlap returns the part of the shorter list that the other one has too; 0
// where one is empty.
func overlap(a, b []uint32) float64 {
	shorter := min(len(a), len(b))
	if shorter == 0 {
		return 0
	}
	return float64(common(a, b)) / float64(shorter)
}

// contained estimates the part of the shorter text's shingles that the longer
// one has too.
func contained(a, b *storage.Print) (part float64, seen int) {
	part, _, seen = compare(a, b)
	return part, seen
}

// compare estimates the part of the shorter text's shingles that the longer
// one has too, and the part of both texts' that both have, from the seen
// shingles of the shorter one: those up to the largest hash that both samples
// would hold. Where neither text has more than 1,024 different shingles it is
// exact.
func compare(a, b *storage.Print) (contained, jaccard float64, seen int) {
	limit := ^uint32(0)
	for _, p := range [...]*storage.Print{a, b} {
		if len(p.Shingles) == maxShingles {
			limit = min(limit, p.Shingles[maxShingles-1])
		}
	}
	x, y := upTo(a.Shingles, limit), upTo(b.Shingles, limit)
	seen = min(len(x), len(y))
	if seen == 0 {
		return 0, 0, 0
	}
	n := common(x, y)
	return float64(n) / float64(seen), float64(n) / float64(len(x)+len(y)-n), seen
}

// upTo returns the hashes that are not above limit.
func upTo(sorted []uint32, limit uint32) []uint32 {
	n := len(sorted)
	for n > 0 && sorted[n-1] > limit {
		n--
	}
	return sorted[:n]
}

// common counts what two sorted lists without repeats share.
func common(a, b []uint32) int {
	n := 0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			n++
			a, b = a[1:], b[1:]
		}
	}
	return n
}
