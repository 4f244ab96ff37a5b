package bolt

import (
	"context"
	"strings"

	"sluice/storage"
)

// changesOwner reports whether a document seems to come from other people than
// those whose feed this was: the feed's title, the host of its site and all of
// its items are others at once. An address whose domain was sold does that, and
// so does a service that gives an old address to someone new.
func (in *intake) changesOwner(p storage.Poll, found []finding) bool {
	if in.first || in.rec.Items == 0 || len(found) == 0 || len(in.unread) > 0 {
		return false
	}
	for _, f := range found {
		if f.record != nil {
			return false
		}
	}
	was, is := siteHost(in.rec.Home), siteHost(p.State.Home)
	return was != "" && is != "" && !strings.HasSuffix("."+was, "."+is) && !strings.HasSuffix("."+is, "."+was) &&
		in.rec.Title != "" && p.State.Title != "" && !strings.EqualFold(in.rec.Title, p.State.Title)
}

func siteHost(address string) string { return strings.TrimPrefix(hostOf(address), "www.") }

// hold saves how the poll went and nothing of what it brought. The validators go,
// so that the document is read again when the admin has confirmed it.
func (in *intake) hold(p storage.Poll) (storage.Delta, error) {
	title, home, language := in.rec.Title, in.rec.Home, in.rec.Language
	in.rec.takeState(p.State)
	in.rec.Title, in.rec.Home, in.rec.Language = title, home, language
	in.rec.ETag, in.rec.LastModified, in.rec.ValidatedURL, in.rec.Body = nil, nil, "", storage.Key{}
	if in.rec.Held == 0 {
		in.rec.Held = toMicros(in.now)
	}
	in.rec.Claimant = p.State.Title + " at " + siteHost(p.State.Home)
	if err := in.saveFeed(in.feed, in.rec); err != nil {
		return storage.Delta{}, err
	}
	return storage.Delta{}, in.saveHost(p.Host)
}

// Confirm implements storage.Curation.
func (s *Store) Confirm(ctx context.Context, feed string) error {
	return s.update(ctx, "confirming feed "+feed, func(t *tx) error {
		id, err := t.feedID(feed)
		if err != nil {
			return err
		}
		r, err := t.feed(id)
		if err != nil {
			return err
		}
		if r.Held == 0 {
			return refuse("feed %s is not held, so that there is nothing to confirm", feed)
		}
		r.Held, r.Claimant = 0, ""
		r.Title, r.Home = "", ""
		r.FirstPoll, r.NextPoll = 0, 0 // what it brings was there before it is ours
		r.Token++                      // a poll under way goes by what was
		r.Lease = 0
		return t.saveFeed(id, r)
	})
}
