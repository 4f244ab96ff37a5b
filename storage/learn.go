package storage

import (
	"context"
	"time"
)

// Learning is what keeps people's examples and what topics learned of them.
type Learning interface {
	// Label notes that an item is, or is not, an example of a topic, in place of
	// what was said of it before. It keeps the item as it is now, so that the
	// example outlives it. ErrNotFound for an unknown topic or item, and for one
	// whose text was forgotten.
	Label(ctx context.Context, l Labelling) error

	// Labels returns the examples of a topic, in order of the items' ids.
	// ErrNotFound for an unknown topic.
	Labels(ctx context.Context, topic string) ([]Label, error)

	// SaveModel keeps a model as the topic's newest, in place of the one before,
	// and returns its number, which is one more than that one's. ErrNotFound for
	// an unknown topic.
	SaveModel(ctx context.Context, m Model) (uint64, error)

	// Models returns the newest model of each enrolled topic that has one, by
	// name.
	Models(ctx context.Context) ([]Model, error)

	// Relearn lets the topic's newest model judge what came before it, with the
	// next routing: see TopicState.Since. ErrNotFound for an unknown topic.
	Relearn(ctx context.Context, topic string) error
}

// A Labelling is what a person says of an item.
type Labelling struct {
	Topic   string
	Item    ID
	Verdict Verdict
	By      string // who says it
	Now     time.Time
}

// A Verdict is what a person says of an item and a topic.
type Verdict uint8

// The verdicts. None takes back what was said.
const (
	None Verdict = iota
	Yes
	No
)

// A Label is an example of a topic: an item as it was when a person judged it.
type Label struct {
	Item Item
	Yes  bool
	By   string
	At   time.Time
}

// Labels tells of the examples of a topic.
type Labels struct {
	Yes, No  int
	Revision uint64 // one more at each change
}

// A Model is what a topic learned.
type Model struct {
	Topic  string
	Number uint64 // from 1
	Basis  ID     // hash of all that it was made of
	Data   []byte // in the learner's own form
}

// A Decision is what a topic's model said of an item. It is made once, and
// Model is the number of the one that made it; where that is 0 the topic learns
// and no model has judged the item.
type Decision struct {
	Topic string
	Model uint64
	Score float32
	Taken bool
	Alone bool // Routing.Topics has the topic for this decision only; not stored
}
