// Package storage holds the words that the rest of sluice speaks (Item, Story,
// Feed, Topic, Entry), the contract that every store keeps (contract.go) and
// its few errors (errors.go). It has no logic beyond the types and imports the
// standard library only, so that fetcher and publisher meet here without
// knowing each other or any implementation.
//
// Values are plain data. A value that crosses the contract is the receiver's
// own: neither side keeps or changes what it has handed over.
//
// Times are UTC and kept to the microsecond. The store never reads a clock: every method that depends on
// the time takes it as an argument. The zero time means "not known".
package storage
