package bolt

import (
	"context"

	"sluice/storage"
)

// prepared is an item on its way in. Its body is encoded before the writer
// has it, so that compression runs beside other polls and not in the one
// goroutine that writes.
type prepared struct {
	*storage.Item
	text, meta storage.Key // digests of what the feed said
	origin     *origin     // nil as body is
	body       []byte      // encoded; nil while it seems that nothing changed
}

func (p *prepared) encoded(c *codec) (_ []byte, err error) {
	if p.body != nil {
		return p.body, nil
	}
	if p.origin == nil {
		if p.origin, err = newOrigin(c, &p.Origin); err != nil {
			return nil, err
		}
	}
	b := bodyOf(p.Item)
	b.OriginKey, b.OriginUpdated = p.origin.key, toMicros(p.Origin.Updated)
	p.body, err = c.encodeBody(b)
	return p.body, err
}

// prepare digests the items and encodes those that a look at the store does
// not show to be unchanged. The writer decides by itself again.
func (s *Store) prepare(ctx context.Context, p storage.Poll) ([]prepared, error) {
	if len(p.Items) == 0 {
		return nil, nil
	}
	out := make([]prepared, len(p.Items))
	for i := range p.Items {
		item := &p.Items[i]
		text, meta, err := digests(s.codec, item)
		if err != nil {
			return nil, err
		}
		out[i] = prepared{Item: item, text: text, meta: meta}
	}
	changed := make([]bool, len(out))
	err := s.view(ctx, "comparing", func(t *tx) error {
		feed, err := t.feedID(p.State.Name)
		if err != nil {
			return err
		}
		for i := range out {
			same, err := t.unchanged(feed, &out[i])
			if err != nil {
				return err
			}
			changed[i] = !same
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var last *prepared
	for i := range out {
		if !changed[i] {
			continue
		}
		if last != nil && last.Origin == out[i].Origin {
			out[i].origin = last.origin
		}
		last = &out[i]
		if _, err := last.encoded(s.codec); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t *tx) unchanged(feed storage.ID, p *prepared) (bool, error) {
	id := t.get(bAliases, key(feed[:], p.Identity.Key[:]))
	if id == nil {
		return false, nil
	}
	r, err := t.item(storage.ID(id))
	if err != nil {
		return false, err
	}
	return r.Forgotten || r.TextDigest == p.text && r.MetaDigest == p.meta, nil
}
