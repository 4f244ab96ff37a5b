package storage

import (
	"encoding/hex"
	"fmt"
)

// An ID is a 128-bit hash of a content identity. It is never a counter, so two
// stores that see the same content give it the same ID.
type ID [16]byte

// A Key is a 128-bit hash of one way to know a thing, such as an item's guid
// within its feed or the comparison form of a link.
type Key [16]byte

// String returns the ID as 32 lower-case hexadecimal digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// IsZero reports whether the ID stands for nothing.
func (id ID) IsZero() bool { return id == ID{} }

// MarshalText makes the ID readable in JSON.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(text []byte) error {
	if len(text) != 2*len(id) {
		return fmt.Errorf("id %q: want %d hexadecimal digits", text, 2*len(id))
	}
	_, err := hex.Decode(id[:], text)
	return err
}

// String returns the Key as 32 lower-case hexadecimal digits.
func (k Key) String() string { return hex.EncodeToString(k[:]) }

// IsZero reports whether the Key stands for nothing.
func (k Key) IsZero() bool { return k == Key{} }
