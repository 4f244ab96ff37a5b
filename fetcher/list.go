package fetcher

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"sluice/config"
	"sluice/fetcher/guard"
	"sluice/fetcher/opml"
	"sluice/fetcher/schedule"
	"sluice/storage"
)

const acceptList = "text/x-opml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"

// List asks for a reading list that has an address, politely and on condition,
// and returns what is known of it then: its new content, or, where that is not
// good, the content of before with the reason. accept takes a list as good that
// has lost most of its feeds. The error wraps ctx.Err().
func (f *Fetcher) List(ctx context.Context, l config.List, state storage.ListState, accept bool, now time.Time) (storage.ListState, error) {
	feed := l.Feed
	feed.Name, feed.URL, feed.Private = l.Name(), l.URL, l.Private
	state.Address, state.Read = l.Key(), now
	leave, resting := f.pace.enter(ctx, hostOf(l.URL), f.polls)
	if leave == nil {
		if ctx.Err() != nil {
			return state, fmt.Errorf("reading list %s: %w", l.Name(), ctx.Err())
		}
		state.Next = now.Add(resting)
		return state, nil
	}
	defer leave()
	retryAfter, failure := f.list(ctx, feed, &state, accept, now)
	if ctx.Err() != nil {
		return state, fmt.Errorf("reading list %s: %w", l.Name(), ctx.Err())
	}
	if failure != nil {
		state.Error = listSentence(failure, feed)
		state.Failures++
	} else {
		state.Error, state.Failures = "", 0
	}
	state.Next = schedule.After(0, f.cfg, storage.FeedState{Name: l.Key(), Failures: state.Failures}, schedule.Outcome{
		Failed: failure != nil, Status: state.Status, RetryAfter: retryAfter,
	}, now)
	return state, nil
}

// list asks for the list and takes a good answer over.
func (f *Fetcher) list(ctx context.Context, feed config.Feed, state *storage.ListState, accept bool, now time.Time) (retryAfter time.Time, err error) {
	share := &share{budget: f.budget}
	defer share.release()
	resp, err := f.get(ctx, guard.Request{
		URL: feed.URL, Accept: acceptList, UserAgent: feed.UserAgent, Headers: feed.Headers, BasicAuth: feed.BasicAuth,
		Timeout: feed.Timeout, MaxBody: feed.MaxBody, Proxy: feed.Proxy,
		ETag: state.ETag, LastModified: state.LastModified, Grow: share.grow,
	})
	if err != nil {
		state.Status = 0
		var g *guard.Error
		if errors.As(err, &g) {
			state.Status = g.Status
		}
		return time.Time{}, err
	}
	state.Status = resp.Status
	switch {
	case resp.Status == http.StatusNotModified && state.ETag+state.LastModified != "":
		state.Good = now
		return time.Time{}, nil
	case resp.Status != http.StatusOK && resp.Status != http.StatusNonAuthoritativeInfo:
		until := schedule.RetryAfter(resp.RetryAfter, now)
		return until, &statusError{status: resp.Status, until: until}
	case resp.Incomplete != nil:
		return time.Time{}, resp.Incomplete
	case len(resp.Body) == 0:
		return time.Time{}, errEmpty
	}
	if err := f.contain(feed.Name, func() error { return TakeList(state, resp.Body, accept, now) }); err != nil {
		return time.Time{}, err
	}
	state.ETag, state.LastModified = resp.ETag, resp.LastModified
	return time.Time{}, nil
}

// A listError says why a document does not take the place of the last good one.
type listError struct{ text string }

func (e *listError) Error() string { return e.text }

// TakeList puts a document into the state of a list, unless it is none, or has
// lost over half of the feeds that the last good one had: then it says so, and
// the state stays. accept takes a list that has lost most of its feeds.
func TakeList(state *storage.ListState, data []byte, accept bool, now time.Time) error {
	if bytes.Equal(data, state.Data) && data != nil {
		state.Good = now
		return nil
	}
	list, err := opml.Parse(data)
	if err != nil {
		return &listError{"it is no reading list: " + err.Error()}
	}
	if lost, had := lost(state.Data, list); 2*lost > had && !accept {
		return &listError{fmt.Sprintf("it has lost %d of its %d feeds at once; if that is meant, 'sluice fetch --accept', or beside a daemon 'sluice reload --yes', takes it", lost, had)}
	}
	state.Data, state.Good = bytes.Clone(data), now
	state.ETag, state.LastModified = "", ""
	return nil
}

// lost counts the feeds of a list, and those of them that are not in the new
// one.
func lost(data []byte, next opml.List) (lost, had int) {
	if data == nil {
		return 0, 0
	}
	list, err := opml.Parse(data)
	if err != nil {
		return 0, 0
	}
	there := make(map[string]bool, len(next.Outlines))
	for _, o := range next.Outlines {
		there[o.URL] = true
	}
	for _, o := range list.Outlines {
		if !there[o.URL] {
			lost++
		}
	}
	return lost, len(list.Outlines)
}

func listSentence(err error, feed config.Feed) string {
	var l *listError
	if errors.As(err, &l) {
		return oneLine(conceal(l.text, feed))
	}
	return sentence(err, feed)
}
