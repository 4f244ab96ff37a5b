package bolt

import (
	"crypto/sha256"
	"fmt"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// digests hashes what the feed said of an item: its title and text, and all
// the rest that is published, a summary beside the text included. Dates are left out, since a date that moves alone
// is no change; so is the feed's own description, which is kept as it stood at
// the item's last real change.
func digests(c *codec, item *storage.Item) (text, meta storage.Key, err error) {
	b := bodyOf(item)
	prose := item.Content
	b.Content, b.ContentHTML = "", false
	if prose.Value == "" {
		prose = item.Summary
		b.Summary, b.SummaryHTML = "", false
	}
	text = storage.Key(story.Hash(item.Title.Value, flag(item.Title.HTML), prose.Value, flag(prose.HTML)))
	rest, err := c.encode(b)
	if err != nil {
		return text, meta, err
	}
	sum := sha256.Sum256(rest)
	meta = storage.Key(story.Hash(item.GUID, flag(item.Permalink), item.URL, item.Language, string(sum[:])))
	return text, meta, nil
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return ""
}

func (r *itemRecord) takeText(p *prepared) {
	r.Title, r.TitleHTML = p.Title.Value, p.Title.HTML
	r.TextDigest = p.text
}

func (r *itemRecord) takeMeta(p *prepared) {
	r.GUID, r.Permalink, r.URL, r.Language = p.GUID, p.Permalink, p.URL, p.Language
	r.MetaDigest = p.meta
}

func (r *itemRecord) takeDates(p *prepared) {
	r.Published, r.Updated = toMicros(p.Published), toMicros(p.Updated)
}

// takePrint keeps what the choice of a pick and the search for candidates need
// without the body.
func (in *intake) takePrint(r *itemRecord, p *prepared) {
	c := story.NewCandidate(p.Item, in.rec.Prefer, in.rec.URL)
	r.PrintURL, r.PrintText = p.Print.URL, p.Print.Text
	r.Words, r.Original = c.Words, c.Original
}

// candidate is the item as a choice for the pick of its story.
func (t *tx) candidate(id storage.ID, r *itemRecord) (story.Candidate, error) {
	f, err := t.feed(r.Feed)
	if err != nil {
		return story.Candidate{}, err
	}
	return story.Candidate{ID: id, Prefer: f.Prefer, Original: r.Original, Words: r.Words, Published: published(r).time()}, nil
}

// published is the date under which the item would be published.
func published(r *itemRecord) micros {
	return toMicros(story.Published(&storage.Item{
		FirstSeen: r.FirstSeen.time(), Published: r.Published.time(), Updated: r.Updated.time()}))
}

// age is how old the item was when it was first seen.
func (r *itemRecord) age() time.Duration { return time.Duration(r.Age) * time.Microsecond }

// ageOf is how old an item is that is first seen now.
func ageOf(item *storage.Item, now time.Time) micros {
	dated := story.Published(&storage.Item{FirstSeen: now, Published: item.Published, Updated: item.Updated})
	return micros(now.Sub(dated).Microseconds())
}

// body reads the large part of an item of that feed.
func (t *tx) body(feed, id storage.ID, b *bodyRecord) error {
	data := t.get(bBodies, id[:])
	if data == nil {
		return fmt.Errorf("%w: the text of item %s is missing", storage.ErrDamaged, id)
	}
	if err := t.decodeBody(data, b); err != nil {
		return err
	}
	return t.fillOrigin(feed, b)
}

// print makes the fingerprint of a stored item anew: it is needed seldom, and
// keeping it would cost half as much room as the text. A link that proved to be
// a general one stays out of it.
func (t *tx) print(id storage.ID, r *itemRecord) (storage.Print, error) {
	item, err := t.fullItem(id, r)
	if err != nil {
		return storage.Print{}, err
	}
	if r.PrintURL.IsZero() {
		item.URL = ""
	}
	return story.Print(&item), nil
}

// fullItem puts an item together from its record and body.
func (t *tx) fullItem(id storage.ID, r *itemRecord) (storage.Item, error) {
	var b bodyRecord
	if !r.Forgotten {
		if err := t.body(r.Feed, id, &b); err != nil {
			return storage.Item{}, err
		}
	}
	f, err := t.feed(r.Feed)
	if err != nil {
		return storage.Item{}, err
	}
	item := r.item(id, f.Name)
	b.fill(&item)
	if err := t.fillPage(id, r, &item); err != nil {
		return storage.Item{}, err
	}
	if item.Routing.Topics, err = t.topicNames(r.Topics); err != nil {
		return storage.Item{}, err
	}
	if item.Routing.Learned, err = t.decisions(r.Learned); err != nil {
		return storage.Item{}, err
	}
	item.Routing.Barred, err = t.topicNames(r.Barred)
	return item, err
}

// item returns what the record says of the item.
func (r *itemRecord) item(id storage.ID, feed string) storage.Item {
	item := storage.Item{
		ID: id, Story: r.Story, Feed: feed,
		GUID: r.GUID, Permalink: r.Permalink, URL: r.URL,
		Title:    storage.Text{Value: r.Title, HTML: r.TitleHTML},
		Language: r.Language, Published: r.Published.time(), Updated: r.Updated.time(),
		FirstSeen: r.FirstSeen.time(), Age: r.age(), Changed: r.Changed.time(),
		Backlog: r.Backlog, Retracted: r.Retracted, Revision: r.Revision,
		Identity: storage.Identity{Kind: r.Kind, Key: r.Key},
	}
	item.Print.URL, item.Print.Text = r.PrintURL, r.PrintText
	return item
}

func bodyOf(item *storage.Item) *bodyRecord {
	b := &bodyRecord{
		Summary: item.Summary.Value, SummaryHTML: item.Summary.HTML,
		Content: item.Content.Value, ContentHTML: item.Content.HTML,
		Image: item.Image, Comments: item.Comments, Rights: item.Rights,
		Authors: personRecords(item.Authors), Contributors: personRecords(item.Contributors),
	}
	for _, c := range item.Categories {
		b.Categories = append(b.Categories, categoryRecord(c))
	}
	for _, e := range item.Enclosures {
		b.Enclosures = append(b.Enclosures, enclosureRecord(e))
	}
	for _, l := range item.Links {
		b.Links = append(b.Links, linkRecord(l))
	}
	if item.Source != nil {
		r := sourceRecord(*item.Source)
		b.Source = &r
	}
	b.takeMedia(item)
	return b
}

func originRecordOf(o *storage.Origin) originRecord {
	return originRecord{
		ID: o.ID, Title: o.Title, Self: o.Self, Home: o.Home,
		Rights: o.Rights, Language: o.Language, Updated: toMicros(o.Updated),
		Icon: o.Icon, Logo: o.Logo,
	}
}

func personRecords(people []storage.Person) (out []personRecord) {
	for _, p := range people {
		out = append(out, personRecord(p))
	}
	return out
}

func persons(records []personRecord) (out []storage.Person) {
	for _, r := range records {
		out = append(out, storage.Person(r))
	}
	return out
}

// fill puts what the body holds into the item.
func (b *bodyRecord) fill(item *storage.Item) {
	item.Summary = storage.Text{Value: b.Summary, HTML: b.SummaryHTML}
	item.Content = storage.Text{Value: b.Content, HTML: b.ContentHTML}
	item.Image, item.Comments, item.Rights = b.Image, b.Comments, b.Rights
	item.Authors, item.Contributors = persons(b.Authors), persons(b.Contributors)
	for _, c := range b.Categories {
		item.Categories = append(item.Categories, storage.Category(c))
	}
	for _, e := range b.Enclosures {
		item.Enclosures = append(item.Enclosures, storage.Enclosure(e))
	}
	for _, l := range b.Links {
		item.Links = append(item.Links, storage.Link(l))
	}
	if b.Source != nil {
		source := storage.Source(*b.Source)
		item.Source = &source
	}
	item.Origin = storage.Origin{
		ID: b.Origin.ID, Title: b.Origin.Title, Self: b.Origin.Self, Home: b.Origin.Home,
		Rights: b.Origin.Rights, Language: b.Origin.Language, Updated: b.Origin.Updated.time(),
		Icon: b.Origin.Icon, Logo: b.Origin.Logo,
	}
	b.fillMedia(item)
}
