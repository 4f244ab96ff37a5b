package parse

import "fmt"

// Error says, in a sentence for people, why a body is no feed that can be
// read. Page and Alternate are set where the body is an HTML page.
type Error struct {
	Reason    string
	Page      bool   // the body is an HTML page
	Alternate string // the feed that the page links to, absolute where it can be; empty where it links to none
}

func (e *Error) Error() string { return e.Reason }

func failf(format string, args ...any) error {
	return &Error{Reason: fmt.Sprintf(format, args...)}
}
