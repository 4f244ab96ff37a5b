package storagetest

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"sluice/storage"
)

// drawQuota gives a topic another quota, or takes it away. It asks for no
// re-route.
func (p *play) drawQuota(rt *rapid.T) {
	q := &p.topics[rapid.IntRange(0, 1).Draw(rt, "topic")]
	q.Quota = rapid.SampledFrom([]storage.Quota{
		{}, {Stories: 1, Per: 'h'}, {Stories: 1, Per: 'd', After: time.Hour}, {Stories: 2, Per: 'w', After: 6 * time.Hour},
	}).Draw(rt, "quota")
	waiting := p.unrouted.Route
	p.unrouted = p.tryEnrol()
	if !slices.Equal(p.unrouted.Route, waiting) {
		p.Errorf("a quota routes %v, before it %v", p.unrouted.Route, waiting)
	}
}

// checkChoice holds what a quota made of an entry against what it was: a
// decision is final.
func (p *play) checkChoice(s storage.Story, is, was storage.Membership) {
	final := was.Choice == storage.Chosen || was.Choice == storage.LeftOut
	if final && is.Choice != was.Choice {
		p.Errorf("story %s in topic %s: %v, was %v", s.ID, is.Topic, is.Choice, was.Choice)
	}
}

// checkShown holds what may stand in a topic's head against its entries: all of
// them but those that the quota of now leaves out or has not decided on.
func (p *play) checkShown(topic string, entries []storage.Entry) {
	shown, err := p.store.Shown(p.ctx, topic, storage.Place{}, 100_000)
	if err != nil {
		p.Fatalf("Shown of topic %s: %v", topic, err)
	}
	bounded := slices.ContainsFunc(p.topics, func(q query) bool { return q.Name == topic && q.Quota.Stories > 0 })
	var want []uint64
	for _, e := range entries {
		choice := storage.Unbounded
		for _, m := range p.story(e.Story).Entries {
			if m.Topic == topic {
				choice = m.Choice
			}
		}
		if !bounded || choice == storage.Unbounded || choice == storage.Chosen {
			want = append(want, e.Number)
		}
	}
	if !slices.Equal(numbersOf(shown), want) {
		p.Errorf("topic %s shows %v, want %v", topic, numbersOf(shown), want)
	}
}
