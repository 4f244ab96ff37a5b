package control

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"sluice/storage"
)

// ErrNoDaemon says that nobody answers at a socket.
var ErrNoDaemon = errors.New("no daemon answers")

// A RefusedError holds the mistakes of a config that was refused, as check
// prints them.
type RefusedError struct{ Text string }

func (e *RefusedError) Error() string { return e.Text }

// An UnknownFeedError says that no feed of the config has a name.
type UnknownFeedError struct {
	Name string
	Near []string // names that may have been meant, best first
}

func (e *UnknownFeedError) Error() string {
	if len(e.Near) == 0 {
		return fmt.Sprintf("no feed is named %q; 'sluice status' lists them", e.Name)
	}
	return fmt.Sprintf("no feed is named %q; did you mean %s?", e.Name, strings.Join(e.Near, " or "))
}

// A ProtocolError says that the daemon is another version of the program.
type ProtocolError struct {
	Program  string // the daemon's version
	PID      int
	Protocol int
}

func (e *ProtocolError) Error() string {
	return fmt.Sprintf("the running daemon (sluice %s, process %d) speaks control protocol %d and this command %d: restart the daemon with this version, or use the daemon's",
		e.Program, e.PID, e.Protocol, Protocol)
}

// A failure is an error on its way through the socket: enough of it to be
// told apart on the other side.
type failure struct {
	Kind string
	Text string
	Near []string `json:",omitempty"`
}

// kinds are the errors that a command acts on, by their name on the wire.
var kinds = map[string]error{
	"not found":   storage.ErrNotFound,
	"ambiguous":   storage.ErrAmbiguous,
	"published":   storage.ErrPublished,
	"closed":      storage.ErrClosed,
	"interrupted": context.Canceled,
}

func pack(err error) *failure {
	var refused *RefusedError
	var unknown *UnknownFeedError
	var edit *storage.EditError
	switch {
	case errors.As(err, &refused):
		return &failure{Kind: "refused", Text: refused.Text}
	case errors.As(err, &edit):
		return &failure{Kind: "edit", Text: edit.Text}
	case errors.As(err, &unknown):
		return &failure{Kind: "unknown feed", Text: unknown.Name, Near: unknown.Near}
	}
	for kind, target := range kinds {
		if errors.Is(err, target) {
			return &failure{Kind: kind, Text: err.Error()}
		}
	}
	return &failure{Text: err.Error()}
}

func (f *failure) unpack() error {
	switch f.Kind {
	case "refused":
		return &RefusedError{Text: f.Text}
	case "edit":
		return &storage.EditError{Text: f.Text}
	case "unknown feed":
		return &UnknownFeedError{Name: f.Text, Near: f.Near}
	}
	if target, ok := kinds[f.Kind]; ok {
		return &remoteError{text: f.Text, is: target}
	}
	return errors.New(f.Text)
}

// A remoteError reads as it did where it arose and is still what it was.
type remoteError struct {
	text string
	is   error
}

func (e *remoteError) Error() string { return e.text }
func (e *remoteError) Unwrap() error { return e.is }
