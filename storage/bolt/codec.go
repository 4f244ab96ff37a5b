package bolt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/zstd"

	"sluice/storage"
)

// maxBody bounds what a stored body may decompress to.
const maxBody = 1 << 30

// maxRoom bounds the buffers that are kept for the next body.
const maxRoom = 1 << 20

// A codec turns records into bytes and back. It is safe for concurrent use.
type codec struct {
	enc  cbor.UserBufferEncMode
	dec  cbor.DecMode
	zenc *zstd.Encoder
	zdec *zstd.Decoder
	room sync.Pool // of *bytes.Buffer: bodies before they are compressed
}

func newCodec() (*codec, error) {
	enc, err := cbor.EncOptions{}.UserBufferEncMode()
	if err != nil {
		return nil, err
	}
	// Limits are the format's largest: the records are ours, and what feeds
	// put in them was bounded on the way in.
	dec, err := cbor.DecOptions{
		UTF8:             cbor.UTF8DecodeInvalid,
		MaxArrayElements: math.MaxInt32,
		MaxMapPairs:      math.MaxInt32,
	}.DecMode()
	if err != nil {
		return nil, err
	}
	zenc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(1<<17))
	if err != nil {
		return nil, err
	}
	zdec, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxBody), zstd.WithDecoderConcurrency(0))
	if err != nil {
		return nil, err
	}
	return &codec{enc: enc, dec: dec, zenc: zenc, zdec: zdec}, nil
}

func (c *codec) encode(v any) ([]byte, error) { return c.enc.Marshal(v) }

func (c *codec) decode(data []byte, v any) error {
	if err := c.dec.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%w: a record can't be read: %w", storage.ErrDamaged, err)
	}
	return nil
}

func (c *codec) encodeBody(b any) ([]byte, error) {
	room, ok := c.room.Get().(*bytes.Buffer)
	if !ok {
		room = new(bytes.Buffer)
	}
	defer func() {
		if room.Cap() <= maxRoom {
			room.Reset()
			c.room.Put(room)
		}
	}()
	if err := c.enc.MarshalToBuffer(b, room); err != nil {
		return nil, err
	}
	return c.zenc.EncodeAll(room.Bytes(), make([]byte, 0, room.Len()/2+64)), nil
}

func (c *codec) decodeBody(data []byte, b any) error {
	plain, err := c.zdec.DecodeAll(data, nil)
	if err != nil {
		return fmt.Errorf("%w: an item's text can't be read: %w", storage.ErrDamaged, err)
	}
	return c.decode(plain, b)
}

func (c *codec) close() {
	c.zenc.Close()
	c.zdec.Close()
}

func toMicros(t time.Time) micros {
	if t.IsZero() {
		return 0
	}
	if m := micros(t.UnixMicro()); m != 0 {
		return m
	}
	return math.MinInt64
}

func (m micros) time() time.Time {
	switch m {
	case 0:
		return time.Time{}
	case math.MinInt64:
		return time.UnixMicro(0).UTC()
	}
	return time.UnixMicro(int64(m)).UTC()
}

// sortable returns the time as a key that sorts as times do, the zero time
// before all others.
func (m micros) sortable() uint64 {
	switch m {
	case 0:
		return 0
	case math.MinInt64:
		m = 0
	}
	return uint64(m) ^ 1<<63
}

func unsortable(k uint64) micros {
	switch k {
	case 0:
		return 0
	case 1 << 63:
		return math.MinInt64
	}
	return micros(k ^ 1<<63)
}

// key joins parts of fixed width.
func key(parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	k := make([]byte, 0, n)
	for _, p := range parts {
		k = append(k, p...)
	}
	return k
}

func timeKey(m micros) []byte   { return binary.BigEndian.AppendUint64(nil, m.sortable()) }
func newestKey(m micros) []byte { return binary.BigEndian.AppendUint64(nil, ^m.sortable()) }
func numberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func timeOf(k []byte) micros   { return unsortable(binary.BigEndian.Uint64(k)) }
func newestOf(k []byte) micros { return unsortable(^binary.BigEndian.Uint64(k)) }

// seenKey is the key of an item in seen; with the feed's id before it, in
// feeditems.
func seenKey(first micros, id storage.ID) []byte { return key(timeKey(first), id[:]) }

func entryKey(topic storage.ID, place micros, story storage.ID) []byte {
	return key(topic[:], newestKey(place), story[:])
}
