package main

import "time"

// A pace tells how many items a day a query takes, feed by feed: a document
// holds what its feed published within some hours or within years, and says
// nothing of what came before.
type pace struct {
	from  time.Time // no item that is older counts
	feeds map[string]*feedPace
}

type feedPace struct {
	taken  int       // of the items since from
	oldest time.Time // of these, taken or not
	beyond bool      // older ones are known, so that all since from are
}

// add counts an item by the date under which it is published.
func (p *pace) add(feed string, published time.Time, taken bool) {
	if p.feeds == nil {
		p.feeds = make(map[string]*feedPace)
	}
	f := p.feeds[feed]
	if f == nil {
		f = new(feedPace)
		p.feeds[feed] = f
	}
	if published.Before(p.from) {
		f.beyond = true
		return
	}
	if taken {
		f.taken++
	}
	if f.oldest.IsZero() || published.Before(f.oldest) {
		f.oldest = published
	}
}

// perDay returns how many a day were taken, and how many items that is told by.
func (p *pace) perDay(now time.Time) (rate float64, of int) {
	for _, f := range p.feeds {
		since := p.from
		if !f.beyond && !f.oldest.IsZero() {
			since = f.oldest
		}
		rate += float64(f.taken) / max(now.Sub(since).Hours()/24, 1)
		of += f.taken
	}
	return rate, of
}
