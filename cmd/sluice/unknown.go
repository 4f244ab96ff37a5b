package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"sluice/storage"
	"sluice/storage/words"
)

// How far nearest looks, and how much is told to people.
const (
	nearestPeriod = 30 * 24 * time.Hour
	nearestItems  = 5000
	nearestShown  = 5
	hostFeeds     = 10
)

// unknown tells what may be the reason that something was never stored: of an
// address the feeds of its host, of anything the nearest titles.
func (e *explainer) unknown(ctx context.Context, text string) error {
	host := hostOf(text)
	near, err := e.nearest(ctx, text)
	if err != nil {
		return err
	}
	var feeds []hostFeed
	if host != "" {
		if feeds, err = e.feedsOn(ctx, host); err != nil {
			return err
		}
	}
	switch {
	case e.json:
		err = e.printUnknown(text, feeds, near)
	case host != "":
		fmt.Fprintf(e.stdout, "%s was never stored\n", oneLine(text))
		e.tellFeeds(host, feeds)
		e.tellNearest(near)
	default:
		e.tellNearest(near)
	}
	if err == nil && host == "" {
		return unknownItem(text)
	}
	return err
}

// A hostFeed is a feed of the config that is on a host, and what the store has
// of it.
type hostFeed struct {
	name  string
	state storage.FeedState
}

// feedsOn returns the feeds whose address or site is on a host.
func (e *explainer) feedsOn(ctx context.Context, host string) (list []hostFeed, err error) {
	states, err := e.store.Feeds(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range e.g.Feeds {
		found := hostFeed{name: f.Name}
		if i := slices.IndexFunc(states, func(s storage.FeedState) bool { return s.Name == f.Name }); i >= 0 {
			found.state = states[i]
		}
		if home := hostOf(found.state.Home); sameSite(hostOf(f.URL), host) || home != "" && sameSite(home, host) {
			list = append(list, found)
		}
	}
	return list, nil
}

func (e *explainer) tellFeeds(host string, feeds []hostFeed) {
	if len(feeds) == 0 {
		fmt.Fprintf(e.stdout, "no feed of the config is on %s; 'sluice add' finds the feed behind a page\n", host)
	}
	for _, f := range feeds[:min(len(feeds), hostFeeds)] {
		if f.state.LastPoll.IsZero() {
			fmt.Fprintf(e.stdout, "feed %s of that host was never polled yet\n", f.name)
			continue
		}
		fmt.Fprintf(e.stdout, "feed %s of that host was polled last %s, next %s; %s\n", f.name, moment(f.state.LastPoll), moment(f.state.NextPoll), pollNote(f.state))
	}
	if n := len(feeds) - hostFeeds; n > 0 {
		fmt.Fprintf(e.stdout, "and %s more of that host\n", count(n, "feed"))
	}
}

// pollNote says what the last poll gave.
func pollNote(f storage.FeedState) string {
	if f.Error != "" {
		return "it failed: " + oneLine(f.Error)
	}
	return fmt.Sprintf("its document had %s, this was not among them", count(f.Entries, "item"))
}

// A nearItem is a stored item with a title like what was asked for.
type nearItem struct {
	item        storage.Item
	shared, all int // words of the title
}

// nearest returns the stored items of late whose titles share the most words
// with a text or the path of an address, the best first.
func (e *explainer) nearest(ctx context.Context, text string) (best []nearItem, err error) {
	wanted := tellingWords(text)
	q := storage.ListQuery{Since: time.Now().Add(-nearestPeriod), Limit: listPage}
	for seen := 0; seen < nearestItems && len(wanted) > 0; seen += listPage {
		items, next, err := e.store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range items {
			n := nearItem{item: items[i]}
			for word := range tellingWords(titleOf(&items[i])) {
				n.all++
				if wanted[word] {
					n.shared++
				}
			}
			if n.shared > 0 {
				best = append(best, n)
			}
		}
		slices.SortStableFunc(best, func(a, b nearItem) int { return cmp.Or(b.shared-a.shared, a.all-b.all) })
		best = best[:min(len(best), nearestShown)]
		if q.After = next; next == "" {
			break
		}
	}
	return best, nil
}

// tellingWords returns the words of a title, or of the path of an address, that
// tell it from others: not the short ones, nor the numbers of a date.
func tellingWords(text string) map[string]bool {
	if u, err := url.Parse(strings.TrimSpace(text)); err == nil && u.Host != "" {
		text = u.Path
	}
	list := make(map[string]bool)
	for _, t := range words.Scan(text) {
		if t.CJK || len(t.Text) > 3 && strings.Trim(t.Text, "0123456789") != "" {
			list[t.Text] = true
		}
	}
	return list
}

func (e *explainer) tellNearest(near []nearItem) {
	if len(near) > 0 {
		fmt.Fprintln(e.stdout, "the nearest titles:")
	}
	for i := range near {
		fmt.Fprintf(e.stdout, "  %s\n", itemLine(&near[i].item, e.narrow()))
	}
}

type hostFeedRow struct {
	Feed     string  `json:"feed"`
	LastPoll *string `json:"last_poll"`
	NextPoll *string `json:"next_poll"`
	Status   int     `json:"last_status"`
	Items    int     `json:"items"` // of its last document
	Error    string  `json:"error"`
}

type nearRow struct {
	ID    storage.ID `json:"id"`
	Feed  string     `json:"feed"`
	URL   string     `json:"url"`
	Title string     `json:"title"`
	Seen  *string    `json:"first_seen"`
}

// printUnknown prints the same as one object.
func (e *explainer) printUnknown(text string, feeds []hostFeed, near []nearItem) error {
	row := struct {
		Asked   string        `json:"asked"`
		Stored  bool          `json:"stored"`
		Feeds   []hostFeedRow `json:"feeds"`
		Nearest []nearRow     `json:"nearest"`
	}{Asked: text, Feeds: []hostFeedRow{}, Nearest: []nearRow{}}
	for _, f := range feeds {
		row.Feeds = append(row.Feeds, hostFeedRow{f.name, stamp(f.state.LastPoll), stamp(f.state.NextPoll), f.state.Status, f.state.Entries, f.state.Error})
	}
	for i := range near {
		item := &near[i].item
		row.Nearest = append(row.Nearest, nearRow{item.ID, item.Feed, item.URL, titleOf(item), stamp(item.FirstSeen)})
	}
	return e.printJSON(row)
}
