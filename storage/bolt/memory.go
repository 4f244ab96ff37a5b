package bolt

import (
	"context"
	"encoding/binary"
	"fmt"

	"sluice/storage"
)

// rememberedSize is how long an item is in memoryRecord.Items.
const rememberedSize = 32

// Memory implements storage.Intake.
func (s *Store) Memory(ctx context.Context, feed string) (m storage.Memory, err error) {
	err = s.view(ctx, "reading the memory of feed "+feed, func(t *tx) error {
		id, err := t.feedID(feed)
		if err != nil {
			return err
		}
		m, err = t.memory(id)
		return err
	})
	return m, err
}

func (t *tx) memory(feed storage.ID) (storage.Memory, error) {
	var r memoryRecord
	if ok, err := t.load(bMemories, feed[:], &r); err != nil || !ok {
		return storage.Memory{}, err
	}
	if len(r.Items)%rememberedSize != 0 {
		return storage.Memory{}, fmt.Errorf("%w: the memory of feed %s can't be read", storage.ErrDamaged, feed)
	}
	m := storage.Memory{Body: r.Body, Frame: r.Frame, Items: make([]storage.Remembered, len(r.Items)/rememberedSize)}
	for i := range m.Items {
		b := r.Items[i*rememberedSize:]
		m.Items[i] = storage.Remembered{
			Bytes: binary.BigEndian.Uint64(b), Identity: binary.BigEndian.Uint64(b[8:]),
			GUID: binary.BigEndian.Uint32(b[16:]), Link: binary.BigEndian.Uint32(b[20:]),
			Dated: binary.BigEndian.Uint32(b[24:]), Page: binary.BigEndian.Uint32(b[28:]),
		}
	}
	return m, nil
}

func (t *tx) saveMemory(feed storage.ID, m *storage.Memory) error {
	if m == nil {
		return nil
	}
	r := memoryRecord{Body: m.Body, Frame: m.Frame, Items: make([]byte, 0, rememberedSize*len(m.Items))}
	for _, i := range m.Items {
		r.Items = binary.BigEndian.AppendUint64(r.Items, i.Bytes)
		r.Items = binary.BigEndian.AppendUint64(r.Items, i.Identity)
		for _, v := range [...]uint32{i.GUID, i.Link, i.Dated, i.Page} {
			r.Items = binary.BigEndian.AppendUint32(r.Items, v)
		}
	}
	return t.save(bMemories, feed[:], &r)
}
