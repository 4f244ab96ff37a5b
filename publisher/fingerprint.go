package publisher

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"reflect"
	"time"

	"sluice/publisher/render"
	"sluice/storage"
)

// A mark tells one saying of an entry from the next: what is rendered of it
// depends on nothing else, as long as the config stays.
type mark struct {
	story storage.ID
	sum   uint64
}

// marks returns the marks of entries. They say nothing outside this process.
func (s *Site) marks(entries []render.Entry) []mark {
	list := make([]mark, len(entries))
	var h maphash.Hash
	h.SetSeed(s.seed)
	for i := range entries {
		h.Reset()
		hashValue(&h, reflect.ValueOf(&entries[i]).Elem())
		list[i] = mark{entries[i].Story, h.Sum64()}
	}
	return list
}

// kept returns for each entry where among the old ones it stands with the same
// mark, -1 for those that do not.
func kept(old, now []mark) []int {
	at := make(map[mark]int, len(old))
	for i, m := range old {
		at[m] = i
	}
	list := make([]int, len(now))
	for i, m := range now {
		list[i] = -1
		if j, ok := at[m]; ok {
			list[i] = j
		}
	}
	return list
}

// hashValue takes in all that an addressable value holds, so that no field that
// is added to an entry can be forgotten. Values that it can't look into count
// as never the same.
func hashValue(h *maphash.Hash, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		hashInt(h, uint64(v.Len()))
		h.WriteString(v.String())
	case reflect.Bool:
		if v.Bool() {
			h.WriteByte(1)
		} else {
			h.WriteByte(0)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		hashInt(h, uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		hashInt(h, v.Uint())
	case reflect.Float32, reflect.Float64:
		hashInt(h, math.Float64bits(v.Float()))
	case reflect.Pointer:
		h.WriteByte(1)
		if v.IsNil() {
			h.WriteByte(0)
		} else {
			hashValue(h, v.Elem())
		}
	case reflect.Slice, reflect.Array:
		hashInt(h, uint64(v.Len()))
		if v.Type().Elem().Kind() == reflect.Uint8 {
			h.Write(v.Bytes())
			return
		}
		for i := range v.Len() {
			hashValue(h, v.Index(i))
		}
	case reflect.Struct:
		if t, ok := v.Addr().Interface().(*time.Time); ok {
			hashInt(h, uint64(t.Unix()))
			hashInt(h, uint64(t.Nanosecond()))
			return
		}
		for i := range v.NumField() {
			hashValue(h, v.Field(i))
		}
	default:
		hashInt(h, maphash.Bytes(maphash.MakeSeed(), nil))
	}
}

func hashInt(h *maphash.Hash, n uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], n)
	h.Write(b[:])
}
