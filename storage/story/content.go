package story

import (
	"slices"
	"time"

	"sluice/storage"
)

// What is asked of texts that are copies of one another. Each rule of alike
// has its own demand on what the titles share: the less the texts prove, the
// more the titles must.
const (
	wholeText    = 0.95           // shared part from which a text stands whole in the other one
	cutText      = 0.85           // of the shorter text in the beginning of the longer one
	anyTitle     = 0.9            // the same, where the titles say nothing
	partOfText   = 0.75           // of the shorter text anywhere in the longer one
	halfOfText   = 0.55           // the same, where nothing else differs
	editedText   = 0.5            // of both texts
	rewritten    = 0.6            // of both texts, where the titles say nothing
	loosely      = 0.3            // of both texts, beside halfOfText
	likeTitle    = 0.6            // of both titles' words
	nearTitle    = 0.8            // of both titles' words
	feedTitle    = 0.5            // of both titles' words, in one feed
	short        = 60             // words: below it, a text is a notice
	daily        = 20 * time.Hour // notices that come daily are at least so far apart
	someNumbers  = 0.12           // of the shorter list of numbers
	wordsANumber = 150            // of a text that is a copy else, in which one number may be mended
)

// sameContent joins texts that are copies of one another: whole, shortened, or
// lightly edited, layer "content". The reason says what they share, or what
// speaks against them.
func sameContent(a, b *storage.Print, between Between) (storage.Joining, string, bool) {
	m := measure(a, b)
	why := storage.Joining{Layer: "content", Title: overlap(a.Title, b.Title), Containment: m.contained}
	if m.seen == 0 {
		return why, "there is no text to compare", false
	}
	m.near = between.Apart < daily
	rule := m.alike(a, b, between)
	if between.SameFeed || a.Site != 0 && a.Site == b.Site {
		rule = m.alikeInFeed(a, b)
	}
	if rule == "" {
		return why, "the texts are not copies", false
	}
	if against := m.veto(a, b); against != "" {
		return why, against, false
	}
	return why, rule, true
}

// measured says how much two texts and their titles share.
type measured struct {
	contained float64 // of the shorter text's shingles in the longer one
	jaccard   float64 // of both texts' shingles
	lead      float64 // of the beginning of the shorter text in that of the longer one
	title     float64 // of both titles' words
	agree     bool    // the titles may stand over the same article
	near      bool    // in time
	seen      int     // shingles compared
	words     int     // of the shorter text
}

func measure(a, b *storage.Print) measured {
	m := measured{words: int(min(a.Words, b.Words)), agree: titlesAgree(a.Title, b.Title)}
	if n := common(a.Title, b.Title); n > 0 {
		m.title = float64(n) / float64(len(a.Title)+len(b.Title)-n)
	}
	m.contained, m.jaccard, m.seen = compare(a, b)
	m.lead = inLead(a, b)
	if a.Words == b.Words {
		m.lead = max(m.lead, inLead(b, a))
	} else if a.Words > b.Words {
		m.lead = inLead(b, a)
	}
	return m
}

// inLead returns the part of the beginning of the shorter text that stands in
// the beginning of the longer one, which may have a few words more there.
func inLead(short, long *storage.Print) float64 {
	const slack = 20
	n := len(short.Lead)
	if n == 0 {
		return 0
	}
	head := slices.Clone(long.Lead[:min(len(long.Lead), n+n/4+slack)])
	slices.Sort(head)
	found := 0
	for _, h := range short.Lead {
		if in(head, h) {
			found++
		}
	}
	return float64(found) / float64(n)
}

// alike says in which way one text is a copy of the other, "" if in none.
func (m *measured) alike(a, b *storage.Print, between Between) string {
	switch {
	case m.agree && m.words >= 18 && m.jaccard >= editedText:
		return "the texts are copies under like titles"
	case m.words >= short && m.jaccard >= rewritten:
		return "the texts are copies under another headline"
	case m.agree && m.words >= 15 && m.lead >= cutText:
		return "one text is the beginning of the other under a like title"
	case m.words >= 40 && m.lead >= anyTitle && (m.jaccard >= rewritten || headlined(a, b)):
		return "one text is the beginning of the other under another headline"
	case m.agree && m.words >= short && m.contained >= partOfText:
		return "one text is part of the other under a like title"
	case m.title >= likeTitle && min(len(a.Title), len(b.Title)) >= closeWords && m.words >= shortText && m.contained >= wholeText:
		return "a short text stands whole in the other under a like title"
	case between.Apart <= 24*time.Hour && m.words >= 24 && m.jaccard >= cutText && supported(a, b, 3):
		return "short texts are copies, and both headlines are from their words"
	case m.near && m.title >= nearTitle && len(a.Title) >= 4 && m.words >= 50 && m.contained >= halfOfText && m.jaccard >= loosely &&
		common(a.Numbers, b.Numbers) == min(len(a.Numbers), len(b.Numbers)):
		return "the texts are edited copies under the same title, and no number differs"
	}
	return ""
}

// alikeInFeed is alike for items of one feed or one site, which does not tell
// a story again under another link unless it moved or updated it: columns,
// releases and notices are alike and not the same.
func (m *measured) alikeInFeed(a, b *storage.Print) string {
	switch {
	case m.title >= feedTitle && m.words >= 30 && (m.jaccard >= rewritten || m.lead >= cutText):
		return "its feed or site tells the same text again under a like title"
	case m.near && oneTitle(a.Title, b.Title) && m.words >= shortText && m.lead >= wholeText && m.contained >= wholeText:
		return "its feed or site tells the same short text again under the same title"
	case m.near && m.agree && m.words >= 30 && m.jaccard >= wholeText && supported(a, b, 2):
		return "its feed or site tells the same text again under another headline"
	}
	return ""
}

// supported reports whether both titles speak of what both texts say: a
// summary that a site puts under every item does not.
func supported(a, b *storage.Print, enough int) bool {
	if a.Vocab == nil || b.Vocab == nil {
		return true
	}
	n, m := backed(a.Terms, a, b), backed(b.Terms, a, b)
	return n >= 1 && m >= 1 && n+m >= enough
}

// headlined reports whether the title over the longer text speaks of what the
// shorter text says, so that it is no digest that begins with it.
func headlined(a, b *storage.Print) bool {
	if a.Words < b.Words {
		a, b = b, a
	}
	return b.Vocab == nil || len(a.Terms) == 0 || slices.ContainsFunc(a.Terms, func(h uint32) bool { return in(b.Vocab, h) })
}

func backed(terms []uint32, a, b *storage.Print) int {
	n := 0
	for _, h := range terms {
		if in(a.Vocab, h) && in(b.Vocab, h) {
			n++
		}
	}
	return n
}

func in(set []uint32, h uint32) bool {
	_, ok := slices.BinarySearch(set, h)
	return ok
}
