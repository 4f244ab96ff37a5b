package storage

import "time"

// A ListState is what the store knows of a reading list between reads.
type ListState struct {
	Address string // file or address, by which it is known

	Data               []byte    // the last document that was good; nil where there was none
	Good               time.Time // when that was read
	ETag, LastModified string    // that came with it, byte for byte

	Read     time.Time // of the last attempt
	Next     time.Time // of the next one, where the list has an address
	Status   int       // HTTP status of the last answer, 0 where there was none
	Error    string    // why the last attempt was not good, for people; empty when it was
	Failures int       // attempts in a row that were not good
}
