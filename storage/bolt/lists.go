package bolt

import (
	"context"
	"slices"
	"strings"

	"sluice/storage"
	"sluice/storage/story"
)

// Lists implements storage.Listing.
func (s *Store) Lists(ctx context.Context) (out []storage.ListState, err error) {
	err = s.view(ctx, "reading the states of reading lists", func(t *tx) error {
		return t.scan(bLists, nil, nil, func(_, v []byte) (bool, error) {
			var r listRecord
			if err := t.decodeBody(v, &r); err != nil {
				return false, err
			}
			out = append(out, storage.ListState{
				Address: r.Address, Data: r.Data, Good: r.Good.time(), ETag: string(r.ETag), LastModified: string(r.LastModified),
				Read: r.Read.time(), Next: r.Next.time(), Status: r.Status, Error: r.Error, Failures: r.Failures,
			})
			return true, nil
		})
	})
	slices.SortFunc(out, func(a, b storage.ListState) int { return strings.Compare(a.Address, b.Address) })
	return out, err
}

// SaveList implements storage.Listing.
func (s *Store) SaveList(ctx context.Context, l storage.ListState) error {
	data, err := s.codec.encodeBody(&listRecord{
		Address: l.Address, Data: l.Data, Good: toMicros(l.Good), ETag: []byte(l.ETag), LastModified: []byte(l.LastModified),
		Read: toMicros(l.Read), Next: toMicros(l.Next), Status: l.Status, Error: l.Error, Failures: l.Failures,
	})
	if err != nil {
		return err
	}
	k := story.Hash("list", l.Address)
	return s.update(ctx, "saving the state of a reading list", func(t *tx) error { return t.put(bLists, k[:], data) })
}
