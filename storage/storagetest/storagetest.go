// Package storagetest is the contract of package storage as a test suite that
// each implementation runs. It tests sentences of the contract, not ways to
// keep them: what it does not find in contract.go it leaves open.
//
// An implementation's own test calls Run, and its benchmarks Bench.
package storagetest

import (
	"testing"

	"sluice/storage"
)

// Open opens the store at path, and makes it where there is none. The suite
// closes what it opened before it opens the same path again.
type Open func(t *testing.T, path string) storage.Store

// Run tests whether the stores that open gives keep the contract. It needs no
// network and no clock; it writes below t.TempDir only.
func Run(t *testing.T, open Open) {
	for _, group := range []struct {
		name  string
		tests []test
	}{
		{"Enrol", enrolTests()},
		{"EnrolTopics", enrolTopicTests()},
		{"Claim", claimTests()},
		{"Save", saveTests()},
		{"Change", changeTests()},
		{"Identity", identityTests()},
		{"Stories", storyTests()},
		{"Bases", baseTests()},
		{"Settle", settleTests()},
		{"Release", releaseTests()},
		{"PublishedID", publishedIDTests()},
		{"Updates", updateTests()},
		{"Topics", topicTests()},
		{"Adopt", adoptTests()},
		{"Route", routeTests()},
		{"Entries", entriesTests()},
		{"Numbers", numberTests()},
		{"Corrected", correctedTests()},
		{"Withdrawn", withdrawnTests()},
		{"Retracted", retractedTests()},
		{"Quota", quotaTests()},
		{"Edit", editTests()},
		{"Flood", floodTests()},
		{"Owner", ownerTests()},
		{"Erase", eraseTests()},
		{"Revisions", revisionTests()},
		{"Reading", readingTests()},
		{"Pages", pageTests()},
		{"Learn", learnTests()},
		{"Memory", memoryTests()},
		{"ReadingLists", readingListTests()},
		{"Prune", pruneTests()},
		{"Life", lifeTests()},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.tests {
				t.Run(c.name, func(t *testing.T) { runOne(t, open, c) })
			}
		})
	}
	t.Run("AnyOrder", func(t *testing.T) { anyOrder(t, open) })
	t.Run("AnySequence", func(t *testing.T) { anySequence(t, open) })
	t.Run("Concurrent", func(t *testing.T) { concurrent(t, open) })
}

// A test is one sentence of the contract, tried on a store of its own.
type test struct {
	name string
	run  func(w *world)
}

// runOne runs c, and holds every store to Verify when its test is over.
func runOne(t *testing.T, open Open, c test) {
	w := newWorld(t, open)
	c.run(w)
	if w.store == nil {
		return
	}
	w.verify()
	w.close()
}
