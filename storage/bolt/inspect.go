package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"

	"sluice/storage"
)

// The two meta pages of a bbolt file: a 16-byte page header, then magic,
// version, page size, flags, root bucket (16 bytes), freelist page, page count,
// transaction and checksum (go.etcd.io/bbolt, internal/common/meta.go).
const (
	boltMagic   = 0xED0CDAED
	boltVersion = 2
	metaOffset  = 16
	metaSize    = 64
)

// inspect looks at the file without opening it as a database, since bbolt
// would fill an empty file and fault on a cut one. It returns the file's size.
func inspect(path string) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, fmt.Errorf("%w: it is not a regular file; name another path as `store`", storage.ErrForeign)
	}
	if info.Size() == 0 {
		return 0, fmt.Errorf("%w: the file is empty", storage.ErrDamaged)
	}
	need, err := neededSize(f)
	if err != nil {
		return 0, err
	}
	if info.Size() < need {
		return 0, fmt.Errorf("%w: the file ends after %d bytes and should have %d", storage.ErrDamaged, info.Size(), need)
	}
	return info.Size(), nil
}

// neededSize returns how many bytes the newest valid meta page says that the
// file must have.
func neededSize(f io.ReaderAt) (int64, error) {
	first, ok, err := readMeta(f, 0)
	if err != nil {
		return 0, err
	}
	if first.magic != boltMagic {
		return 0, fmt.Errorf("%w: it is another kind of file; name another path as `store`", storage.ErrForeign)
	}
	size := int64(first.pageSize)
	if size < 512 || size > 1<<20 || size&(size-1) != 0 {
		size = pageSize
	}
	second, ok2, err := readMeta(f, size)
	if err != nil {
		return 0, err
	}
	switch {
	case ok && (!ok2 || first.txid > second.txid):
		return int64(first.pages) * size, nil
	case ok2:
		return int64(second.pages) * size, nil
	}
	return 0, fmt.Errorf("%w: both of its head pages are broken", storage.ErrDamaged)
}

type boltMeta struct {
	magic, pageSize uint32
	pages, txid     uint64
}

// readMeta reads the meta page at offset and reports whether its checksum is
// right. A file that ends before it has no valid meta there.
func readMeta(f io.ReaderAt, offset int64) (m boltMeta, ok bool, err error) {
	b := make([]byte, metaSize)
	if _, err := f.ReadAt(b, offset+metaOffset); errors.Is(err, io.EOF) {
		return m, false, nil
	} else if err != nil {
		return m, false, err
	}
	le := binary.LittleEndian
	m = boltMeta{magic: le.Uint32(b), pageSize: le.Uint32(b[8:]), pages: le.Uint64(b[40:]), txid: le.Uint64(b[48:])}
	sum := fnv.New64a()
	sum.Write(b[:56])
	ok = m.magic == boltMagic && le.Uint32(b[4:]) == boltVersion && le.Uint64(b[56:]) == sum.Sum64()
	return m, ok, nil
}
