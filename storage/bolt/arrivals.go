package bolt

import (
	"encoding/binary"
	"fmt"
	"slices"

	"sluice/storage"
)

// An arrival is an item whose text is new: the next Release groups it, then
// puts it into the index of content if it is the first of its story. What that
// takes is kept here, so that hardly any text is read again.
type arrival struct {
	id            storage.ID
	published     int64 // microseconds since 1970
	url           storage.Key
	sketch, pages []uint32
	flags         arrivalFlags
}

type arrivalFlags uint8

const (
	arrivalKnown   arrivalFlags = 1 << iota // its story is settled: it is to be found by its new text too
	arrivalGrouped                          // it was grouped by a release that did not release its story
)

// arrivalsVersion is the first byte of a block of arrivals.
const arrivalsVersion = 1

// newArrival is the arrival of an item with this print.
func newArrival(id storage.ID, r *itemRecord, print *storage.Print, flags arrivalFlags) arrival {
	a := arrival{id: id, published: published(r).time().UnixMicro(), url: r.PrintURL, sketch: print.Sketch, flags: flags}
	if !a.url.IsZero() {
		a.pages = print.Pages
	}
	return a
}

// settled returns the flag of an arrival whose item is stored: it is grouped
// again only if no release has seen it in its story.
func (t *tx) settled(id storage.ID, r *itemRecord) (arrivalFlags, error) {
	st, err := t.story(r.Story)
	if err != nil {
		return 0, err
	}
	for _, telling := range st.Tellings {
		if telling.Item == id && telling.Fresh {
			return 0, nil
		}
	}
	return arrivalKnown, nil
}

// saveArrivals writes arrivals in one block, which costs less than a key for
// each.
func (t *tx) saveArrivals(list []arrival) error {
	if len(list) == 0 {
		return nil
	}
	b := make([]byte, 1, 1+len(list)*112)
	b[0] = arrivalsVersion
	for i := range list {
		a := &list[i]
		b = append(b, a.id[:]...)
		b = binary.BigEndian.AppendUint64(b, uint64(a.published))
		b = append(b, a.url[:]...)
		b = append(b, byte(a.flags), byte(len(a.sketch)), byte(len(a.pages)))
		for _, keys := range [...][]uint32{a.sketch, a.pages} {
			for _, k := range keys {
				b = binary.BigEndian.AppendUint32(b, k)
			}
		}
	}
	n, err := t.bucket(bArrivals).NextSequence()
	if err != nil {
		return err
	}
	return t.put(bArrivals, numberKey(n), b)
}

// takeArrivals returns all arrivals and deletes their blocks. Of an item that
// came twice the later one counts.
func (t *tx) takeArrivals() ([]arrival, error) {
	var blocks [][]byte
	n := 0
	err := t.scan(bArrivals, nil, nil, func(k, v []byte) (bool, error) {
		blocks = append(blocks, slices.Clone(k))
		in, err := countArrivals(v)
		n += in
		return true, err
	})
	list, at := make([]arrival, 0, n), make(map[storage.ID]int32, n)
	for _, k := range blocks {
		if err != nil {
			return nil, err
		}
		err = readArrivals(t.get(bArrivals, k), func(a arrival) {
			if i, known := at[a.id]; known {
				a.flags |= list[i].flags & arrivalGrouped
				list[i] = a
				return
			}
			at[a.id] = int32(len(list))
			list = append(list, a)
		})
		if err == nil {
			err = t.delete(bArrivals, k)
		}
	}
	return list, err
}

// fixedArrival is the size of an arrival in a block but for its hashes, whose
// numbers stand in its last two bytes.
const fixedArrival = 16 + 8 + 16 + 3

// countArrivals returns how many arrivals a block holds.
func countArrivals(b []byte) (n int, err error) {
	if len(b) == 0 || b[0] != arrivalsVersion {
		return 0, fmt.Errorf("%w: a block of arrivals can't be read", storage.ErrDamaged)
	}
	for b = b[1:]; len(b) > 0; n++ {
		if len(b) < fixedArrival || len(b) < fixedArrival+4*hashesIn(b) {
			return 0, fmt.Errorf("%w: a block of arrivals ends too early", storage.ErrDamaged)
		}
		b = b[fixedArrival+4*hashesIn(b):]
	}
	return n, nil
}

// hashesIn returns how many hashes the arrival has with which b begins.
func hashesIn(b []byte) int { return int(b[fixedArrival-2]) + int(b[fixedArrival-1]) }

// readArrivals calls f with the arrivals of a block. Their hashes lie in one
// piece of memory: there may be very many arrivals.
func readArrivals(b []byte, f func(arrival)) error {
	n, err := countArrivals(b)
	if err != nil {
		return err
	}
	b = b[1:]
	hashes := make([]uint32, 0, (len(b)-n*fixedArrival)/4)
	take := func(n int) []uint32 {
		if n == 0 {
			return nil
		}
		from := len(hashes)
		for i := range n {
			hashes = append(hashes, binary.BigEndian.Uint32(b[4*i:]))
		}
		b = b[4*n:]
		return hashes[from:len(hashes):len(hashes)]
	}
	for len(b) > 0 {
		a := arrival{
			id: storage.ID(b[:16]), published: int64(binary.BigEndian.Uint64(b[16:])),
			url: storage.Key(b[24:40]), flags: arrivalFlags(b[40]),
		}
		sketch, pages := int(b[41]), int(b[42])
		b = b[fixedArrival:]
		a.sketch, a.pages = take(sketch), take(pages)
		f(a)
	}
	return nil
}
