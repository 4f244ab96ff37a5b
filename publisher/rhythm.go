package publisher

import (
	"time"

	"sluice/storage"
)

// How long a reader may keep a document without asking again. Most poll less
// often; the figures spare the server those that ask at every page view,
// through their own cache or a CDN's.
const (
	listAge    = 5 * time.Minute // of lists, and of topics whose rhythm is not known yet
	archiveAge = 24 * time.Hour  // of archive pages that gain no entry any more
	leastAge   = time.Minute     // of heads
	mostAge    = time.Hour
)

// rhythmOf is how many of a topic's newest arrivals tell its rhythm.
const rhythmOf = 20

// headAge returns how long the head of a topic with these entries, the newest
// first, may be kept: half the mean time between its newest arrivals. It looks
// at stored dates alone, so that equal data gives equal headers.
func headAge(entries []storage.Entry) time.Duration {
	var newest, oldest time.Time
	gaps := -1
	for _, e := range entries {
		if at := e.Place.Time; gaps < 0 || at.Before(oldest) {
			if gaps++; gaps == 0 {
				newest = at
			}
			oldest = at
		}
		if gaps == rhythmOf {
			break
		}
	}
	if gaps < 1 {
		return listAge
	}
	mean := newest.Sub(oldest) / time.Duration(gaps)
	return min(max(mean/2, leastAge), mostAge).Truncate(time.Second)
}
