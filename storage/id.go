package storage

import (
	"encoding/hex"
	"fmt"
)

// An ID is a 128-bit hash of a content identity. It is never a counter, so two
// stores that see the same content give it the same ID.
//
// A store may let the first bytes of ids that are used together agree, so that
// it finds them near to each other. In the text of an ID these come last: its
// beginning is what tells it apart, and what people copy.
type ID [16]byte

// idShared is how many bytes come last in an ID's text.
const idShared = 2

// A Key is a 128-bit hash of one way to know a thing, such as an item's guid
// within its feed or the comparison form of a link.
type Key [16]byte

// String returns the ID as 32 lower-case hexadecimal digits.
func (id ID) String() string {
	return hex.EncodeToString(id[idShared:]) + hex.EncodeToString(id[:idShared])
}

// IsZero reports whether the ID stands for nothing.
func (id ID) IsZero() bool { return id == ID{} }

// MarshalText makes the ID readable in JSON.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(text []byte) error {
	if len(text) != 2*len(id) {
		return fmt.Errorf("id %q: want %d hexadecimal digits", text, 2*len(id))
	}
	var turned ID
	if _, err := hex.Decode(turned[:], text); err != nil {
		return fmt.Errorf("id %q: %w", text, err)
	}
	n := copy(id[idShared:], turned[:])
	copy(id[:idShared], turned[n:])
	return nil
}

// String returns the Key as 32 lower-case hexadecimal digits.
func (k Key) String() string { return hex.EncodeToString(k[:]) }

// IsZero reports whether the Key stands for nothing.
func (k Key) IsZero() bool { return k == Key{} }
