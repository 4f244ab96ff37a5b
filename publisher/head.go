package publisher

import (
	"context"
	"time"

	"sluice/config"
	"sluice/storage"
)

// spare is how many entries a head with a limit per feed may pass over, so
// that one feed's flood can't make it read the whole topic.
const spare = 10_000

// batch is how many entries are read at a time.
const batch = 100

// A Shower reads the entries that a topic's quota leaves in its head: see
// storage.Reading.
type Shower interface {
	Shown(ctx context.Context, topic string, after storage.Place, limit int) ([]storage.Entry, error)
}

// Head returns the entries that stand in a topic's head, by its limit and its
// limit per feed, newest first: none below the floor.
func Head(ctx context.Context, store Shower, topic config.Topic, floor time.Time) ([]storage.Entry, error) {
	var (
		shown  []storage.Entry
		after  storage.Place
		ofFeed = map[string]int{}
	)
	for passed := 0; len(shown) < topic.Limit && passed <= spare; {
		want := min(batch, topic.Limit-len(shown))
		if topic.PerFeed > 0 {
			want = batch
		}
		got, err := store.Shown(ctx, topic.Name, after, want)
		if err != nil {
			return nil, err
		}
		for _, e := range got {
			after = e.Place
			switch feed := e.Item.Feed; {
			case len(shown) == topic.Limit, e.Place.Time.Before(floor):
				return shown, nil
			case topic.PerFeed > 0 && ofFeed[feed] == topic.PerFeed:
				passed++
			default:
				ofFeed[feed]++
				shown = append(shown, e)
			}
		}
		if len(got) < want {
			break
		}
	}
	return shown, nil
}
