package storage

import "encoding/binary"

// A Memory is what is kept of a feed's last document, so that a poll need not
// read again what has not changed. Only the fetcher knows what the hashes in
// it are made of.
type Memory struct {
	Body  Key // FeedState.Body of that document; the memory says nothing beside another
	Frame Key // hash of all but the document's items that bears on what they become
	Items []Remembered
}

// Remembered is an item of a document. Its hashes are short, since a feed may
// show thousands: Bytes and Identity are all that speaks for an item, and 64
// bits make a mistake by chance as good as impossible among the items of one
// feed; the rest only warns of items that have something in common, and a
// false warning costs no more than a second look.
type Remembered struct {
	Bytes    uint64 // of its bytes
	Identity uint64 // Key.Short of its Identity
	GUID     uint32 // of its names, 0 where it has none
	Link     uint32
	Dated    uint32 // of title and date
	Page     uint32 // of its link without fragment; odd where there was one
}

// Short returns the first 64 bits of the Key.
func (k Key) Short() uint64 { return binary.BigEndian.Uint64(k[:]) }
