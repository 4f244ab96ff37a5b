// Package control is HTTP over a unix socket between one-shot commands and a
// running daemon: what a command would do with the store, it asks of the
// process that owns the store.
//
// The socket is for the daemon's own user and group (mode 0660): whoever may
// connect may do what the daemon may do. Both ends are the same program, so
// the protocol knows one version and refuses any other in plain words.
package control

import (
	"context"
	"errors"
	"time"

	"sluice/storage"
)

// Protocol is the version of what goes over the socket. It grows with every
// change of a method or a type.
const Protocol = 3

// Reading is what commands ask of a store, whether it is their own or a
// daemon's.
type Reading interface {
	Feeds(ctx context.Context) ([]storage.FeedState, error)
	Topics(ctx context.Context) ([]storage.TopicState, error)
	Lists(ctx context.Context) ([]storage.ListState, error)
	Find(ctx context.Context, ref storage.Ref) (storage.Item, error)
	Stories(ctx context.Context, ids []storage.ID) ([]storage.Story, error)
	List(ctx context.Context, q storage.ListQuery) ([]storage.Item, string, error)
	Labels(ctx context.Context, topic string) ([]storage.Label, error)
	Models(ctx context.Context) ([]storage.Model, error)
	Revisions(ctx context.Context, item storage.ID) ([]storage.Revision, error)
	Verify(ctx context.Context) ([]string, error)
}

// Stories reads several stories. Those that are not there are left out: a
// story that is not released may be grouped anew at any moment.
func Stories(ctx context.Context, store storage.Reading, ids []storage.ID) ([]storage.Story, error) {
	var out []storage.Story
	for _, id := range ids {
		s, err := store.Story(ctx, id)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// A Handler is the daemon's side. Its methods are called concurrently; the
// context ends when the command that asked goes away or the daemon drains.
type Handler interface {
	Reading

	// Fetch polls what the request names, publishes, and then returns. It
	// calls report after each poll, never twice at once.
	Fetch(ctx context.Context, r FetchRequest, report func(Polled)) (Fetched, error)

	// Publish writes all documents into dir, an absolute path.
	Publish(ctx context.Context, dir string) (Published, error)

	// Adopt is storage.Adopting's; a change is published soon.
	Adopt(ctx context.Context, a storage.Adoption) (storage.Adopted, error)

	// Reload reads the config anew. A config with mistakes changes nothing
	// and gives a *RefusedError; so does one that would withdraw much of what
	// is published, unless the request accepts that, with another error.
	Reload(ctx context.Context, r ReloadRequest) (Reloaded, error)

	// Label notes an example; its topic learns of it soon.
	Label(ctx context.Context, l storage.Labelling) error

	// Relearn lets a topic's newest model judge what came before it, unless that
	// withdraws much of what is published and the request does not accept it.
	Relearn(ctx context.Context, r RelearnRequest) error

	// Edit carries out a correction by a person, publishes, and then returns.
	Edit(ctx context.Context, c Correction) (Corrected, error)

	// Confirm has a feed that is held go on, polls it, publishes, and then
	// returns.
	Confirm(ctx context.Context, feed string) (Fetched, error)

	// Status tells how the daemon is.
	Status(ctx context.Context) (Status, error)
}

// A FetchRequest says what to poll.
type FetchRequest struct {
	Feeds  []string // names, polled due or not; none: all that is due
	All    bool     // all feeds, due or not
	IfFree bool     // do nothing if another fetch is at work
}

// Polled is the outcome of one poll.
type Polled struct {
	Feed    string
	Status  int // HTTP status, 0 where there was no answer
	New     int
	Changed int
	Error   string // empty when all is well
}

// Fetched is the outcome of a fetch.
type Fetched struct {
	Busy      bool // another fetch was at work and IfFree was asked for; the rest is zero
	Polled    int  // feeds
	Unchanged int  // polls answered with 304
	New       int  // items
	Changed   int  // items
	Released  int  // stories
	Withdrawn int  // entries
	Topics    []string
	Failed    []Reason // feeds that failed, by name
	Passed    []Reason // feeds asked for by name and not polled, by name
	Warnings  []string // about reading lists, and of a change that is held back
}

// Reason says why something did not happen to a feed.
type Reason struct {
	Feed   string
	Reason string
}

// Published is what a writing of static files did.
type Published struct {
	Dir     string
	Written int // files
	Kept    int
	Removed int
}

// A ReloadRequest says how to reload.
type ReloadRequest struct {
	Accept bool // also a config that withdraws much of what is published
}

// A RelearnRequest says what to learn anew.
type RelearnRequest struct {
	Topic  string
	Accept bool // also where much of what is published is withdrawn
}

// Reloaded is what a reload found.
type Reloaded struct {
	Feeds    int
	Topics   int
	Restart  []string // settings whose change takes effect after a restart
	Warnings []string // about reading lists, and of a change that is held back
	Learning []string // how each topic that learns stands
}

// A Correction is a storage.Edit whose items are yet to be found. The time is
// the daemon's.
type Correction struct {
	Kind        storage.EditKind
	Item, Other storage.Ref // Other only for a merge
	Topic       string
	Reason      string
}

// Corrected is what a correction did, once it is published.
type Corrected struct {
	storage.Edited
	Item, Other storage.Item
	Documents   []string // paths below the site's address that have changed, sorted
}

// Status tells how a daemon is.
type Status struct {
	Program      string // its version
	PID          int
	Started      time.Time
	Config       string // file
	Address      string // where it serves
	Secure       bool   // with TLS
	Ready        bool
	Loaded       time.Time // when the config in force was loaded
	ReloadFailed time.Time // zero where the last reload went well
	ReloadError  string
	Restart      []string // settings whose change awaits a restart
	Warnings     []string
}
