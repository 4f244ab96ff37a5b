package main

import (
	"fmt"

	"sluice/storage"
)

// A page is how the fetch of an item's page stands, as show --json prints it.
type page struct {
	State     string  `json:"state"` // awaited, extracted or failed
	Tries     int     `json:"failed_tries"`
	Tried     *string `json:"tried"`
	Next      *string `json:"next"` // null: never again
	Status    int     `json:"status"`
	Error     string  `json:"error"`
	Content   string  `json:"content"`
	Canonical string  `json:"canonical"`
}

// pageOf returns nil where the config asked for no full text when the item
// came.
func pageOf(item *storage.Item) *page {
	p := item.Page
	if !p.Wanted {
		return nil
	}
	out := &page{State: "failed", Tries: p.Tries, Tried: stamp(p.Tried), Next: stamp(p.Next), Status: p.Status, Error: p.Error}
	switch x := item.Extract; {
	case x != nil:
		out.State, out.Content, out.Canonical = "extracted", x.Content, x.Canonical
	case p.Awaited:
		out.State = "awaited"
	}
	return out
}

// pageLine says the same in one line for people.
func pageLine(item *storage.Item) string {
	p := item.Page
	switch {
	case !p.Wanted:
		return ""
	case item.Extract != nil:
		return fmt.Sprintf("extracted at %s", moment(p.Tried))
	case p.Awaited:
		return "awaited; the item is held back until it came or failed"
	case p.Next.IsZero():
		return fmt.Sprintf("given up at %s: %s", moment(p.Tried), oneLine(p.Error))
	}
	return fmt.Sprintf("failed at %s: %s; next try at %s", moment(p.Tried), oneLine(p.Error), moment(p.Next))
}
