package story

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"golang.org/x/net/publicsuffix"

	"sluice/storage"
)

// A Candidate is what is known of a telling when the one to show is picked.
type Candidate struct {
	ID        storage.ID
	Prefer    int       // of its feed
	Original  bool      // its feed does not seem to have it from another one
	Words     uint32    // in its text
	Published time.Time // see Published
}

// NewCandidate returns the candidate for an item of a feed that is polled at
// feedURL and has the given preference.
func NewCandidate(item *storage.Item, prefer int, feedURL string) Candidate {
	return Candidate{
		ID:        item.ID,
		Prefer:    prefer,
		Original:  original(item, feedURL),
		Words:     item.Print.Words,
		Published: Published(item),
	}
}

// Pick returns the index of the telling that is shown: the one of the most
// preferred feed; among those an original before a repost; then the one with
// most words; then the one published first; then the one with the smallest
// id. The order of the candidates decides nothing. It returns -1 for none.
func Pick(cs []Candidate) int {
	if len(cs) == 0 {
		return -1
	}
	best := 0
	for i := range cs {
		if better(&cs[i], &cs[best]) < 0 {
			best = i
		}
	}
	return best
}

// better returns a negative number if a is shown rather than b.
func better(a, b *Candidate) int {
	return cmp.Or(
		cmp.Compare(b.Prefer, a.Prefer),
		compareBool(b.Original, a.Original),
		cmp.Compare(b.Words, a.Words),
		a.Published.Compare(b.Published),
		bytes.Compare(a.ID[:], b.ID[:]),
	)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// original reports whether an item seems to be its feed's own: its feed names
// no other one as its source, and its link leads to the feed's domain.
func original(item *storage.Item, feedURL string) bool {
	home := [...]string{domain(feedURL), domain(item.Origin.Self), domain(item.Origin.Home)}
	isOwn := func(address string) bool {
		d := domain(address)
		return d != "" && slices.Contains(home[:], d)
	}
	if s := item.Source; s != nil && !isOwn(s.URL) && !isOwn(s.ID) {
		return false
	}
	return item.URL == "" || isOwn(item.URL)
}

// domain returns the name under which the host of an address was registered,
// "" where there is none.
func domain(address string) string {
	host := hostOf(address)
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return d
	}
	return host
}
