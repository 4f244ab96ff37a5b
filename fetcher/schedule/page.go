package schedule

import (
	"time"

	"sluice/storage"
)

const (
	pageFirst = 15 * time.Minute // until a page that failed is tried again; four times longer after each failure
	pageMost  = 3 * day
	pageTries = 6
	finalTry  = 2 // as pageTries, where the failure is one that seldom passes
)

// Page returns when an item's page is to be tried again that has failed so
// often, this time counted: 15 minutes after the first failure, then 1 hour, 4,
// 16, 64, up to a quarter less by the hash of the item; not before retryAfter.
// The zero time says never: after 6 failures, or after 2 where they are final
// (the page is not there, or holds no article).
func Page(failures int, final bool, retryAfter time.Time, item storage.ID, now time.Time) time.Time {
	if failures >= pageTries || final && failures >= finalTry {
		return time.Time{}
	}
	wait := pageFirst
	for ; failures > 1 && wait < pageMost; failures-- {
		wait *= 4
	}
	wait -= wait / 1024 * time.Duration(item[0])
	return later(now.Add(min(wait, pageMost)), retryAfter)
}
