package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// comparedShown is how many comparisons explain shows.
const comparedShown = 8

// A comparison is an item that was, or would be, compared with the one that is
// explained.
type comparison struct {
	item   storage.Item
	why    storage.Joining
	reason string
	agreed bool
}

// compared tells with which stored items of about its time an item was compared,
// how much they share, and what spoke for and against one story.
func (e *explainer) compared(ctx context.Context, item *storage.Item, s storage.Story) error {
	nothing := e.uncompared(item)
	window := e.g.Config.Stories.Window
	var list []comparison
	if nothing == "" {
		var err error
		if list, err = e.comparisons(ctx, item, window); err != nil {
			return err
		}
		if len(list) == 0 {
			nothing = fmt.Sprintf("no item of the %s around it has its link, or enough of its words", days(window))
		}
	}
	if e.json {
		return e.printJSON(comparedRow(item, s, nothing, list))
	}
	if nothing != "" {
		fmt.Fprintf(e.stdout, "%swith nothing: %s\n", pad("compared:", 12), nothing)
		return nil
	}
	fmt.Fprintf(e.stdout, "%swith %s of the %s around it, which share its link, words of its text, or most of its title\n", pad("compared:", 12), count(len(list), "item"), days(window))
	for _, c := range list[:min(len(list), comparedShown)] {
		verdict := "not the same: "
		if c.agreed {
			verdict = "the same: "
		}
		fmt.Fprintf(e.stdout, "  %s  %s  %s\n    %s%s (titles share %.0f %%, texts %.0f %%)%s\n", c.item.ID.String()[:10], pad(clip(c.item.Feed, 24), 24),
			clip(oneLine(c.item.Title.Value), 80), verdict, c.reason, 100*c.why.Title, 100*c.why.Containment, c.yet(s))
	}
	return nil
}

// yet says where the comparison alone did not decide.
func (c *comparison) yet(s storage.Story) string {
	switch together := c.item.Story == s.ID; {
	case c.agreed && !together:
		return "; yet in another story: it was split by hand, both were out before they could be compared, or the story's first telling is not the same"
	case !c.agreed && together:
		return "; yet in one story: through another telling, or by hand"
	}
	return ""
}

// uncompared says why an item is compared with nothing at all, "" if it is.
func (e *explainer) uncompared(item *storage.Item) string {
	if f, ok := e.g.Feed(item.Feed); ok && f.Apart {
		return item.Feed + " has stories: off"
	}
	if e.g.Config.Stories.Window <= 0 {
		return "stories.window is 0s"
	}
	return ""
}

// A comparisonRow is a comparison as explain --json prints it.
type comparisonRow struct {
	Item        storage.ID `json:"item"`
	Feed        string     `json:"feed"`
	URL         string     `json:"url"`
	Title       string     `json:"title"`
	Same        bool       `json:"same"`
	Layer       string     `json:"layer"` // that was asked last
	Reason      string     `json:"reason"`
	TitleScore  float64    `json:"title_score"`
	Containment float64    `json:"containment"`
}

func comparedRow(item *storage.Item, s storage.Story, nothing string, list []comparison) any {
	rows := []comparisonRow{}
	for i := range list {
		c := &list[i]
		rows = append(rows, comparisonRow{c.item.ID, c.item.Feed, c.item.URL, c.item.Title.Value, c.agreed, c.why.Layer, c.reason, c.why.Title, c.why.Containment})
	}
	return struct {
		Item     storage.ID      `json:"item"`
		Story    storage.ID      `json:"story"`
		Nothing  string          `json:"compared_with_nothing,omitempty"` // why
		Compared []comparisonRow `json:"compared"`
	}{item.ID, s.ID, nothing, rows}
}

func days(d time.Duration) string {
	if d >= 48*time.Hour {
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
	return d.String()
}

// comparisons returns the items that the index of content or a shared link
// makes candidates, and those whose titles are much alike, the nearest first.
func (e *explainer) comparisons(ctx context.Context, item *storage.Item, window time.Duration) (list []comparison, err error) {
	own, at := wholePrint(item), story.Published(item)
	q := storage.ListQuery{Since: item.FirstSeen.Add(-window - nearestPeriod), Limit: listPage}
	for seen := 0; seen < nearestItems; seen += listPage {
		items, next, err := e.store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range items {
			other := &items[i]
			apart := story.Published(other).Sub(at).Abs()
			if other.ID == item.ID || apart > window {
				continue
			}
			if f, ok := e.g.Feed(other.Feed); ok && f.Apart {
				continue
			}
			print := wholePrint(other)
			if !story.Comparable(&own, &print) {
				continue
			}
			c := comparison{item: *other}
			c.why, c.reason, c.agreed = story.Judge(own, print, story.Between{SameFeed: item.Feed == other.Feed, Apart: apart})
			list = append(list, c)
		}
		if q.After = next; next == "" {
			break
		}
	}
	slices.SortStableFunc(list, func(a, b comparison) int {
		if a.agreed != b.agreed {
			if a.agreed {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.why.Containment+b.why.Title, a.why.Containment+a.why.Title)
	})
	return list, nil
}

// wholePrint is the print by which a store compares the item. A link that proved
// to be a general one stays out of it.
func wholePrint(item *storage.Item) storage.Print {
	one := *item
	if one.Print.URL.IsZero() {
		one.URL = ""
	}
	return story.Print(&one)
}
