package bolt

import (
	"fmt"

	"sluice/storage"
	"sluice/storage/story"
)

// A feed says the same of itself beside nearly all its items. Each thing that
// it said is kept once, under its hash; the items know the hash, and the date,
// which moves with each document.
type origin struct {
	key  originKey
	data []byte
}

type originKey [8]byte

// newOrigin encodes what a feed says of itself, its date left out.
func newOrigin(c *codec, o *storage.Origin) (*origin, error) {
	r := originRecordOf(o)
	r.Updated = 0
	data, err := c.encode(&r)
	if err != nil {
		return nil, err
	}
	hash := story.Hash("origin", string(data))
	return &origin{key: originKey(hash[:]), data: data}, nil
}

// keepOrigin writes what the feed says of itself, if it says it for the first
// time.
func (in *intake) keepOrigin(o *origin) error {
	if o.key == in.origin {
		return nil
	}
	in.origin = o.key
	k := key(in.feed[:], o.key[:])
	if in.get(bOrigins, k) != nil {
		return nil
	}
	return in.put(bOrigins, k, o.data)
}

// fillOrigin completes what the body of an item of that feed says of the feed.
func (t *tx) fillOrigin(feed storage.ID, b *bodyRecord) error {
	k := key(feed[:], b.OriginKey[:])
	r, known := t.origins[string(k)]
	if !known {
		ok, err := t.load(bOrigins, k, &r)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("%w: what feed %s said of itself is missing", storage.ErrDamaged, feed)
		}
		if t.origins == nil {
			t.origins = make(map[string]originRecord)
		}
		t.origins[string(k)] = r
	}
	b.Origin = r
	b.Origin.Updated = b.OriginUpdated
	return nil
}
