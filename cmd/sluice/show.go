package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/storage"
	"sluice/storage/link"
	"sluice/storage/story"
)

func newShow(a *app) *cobra.Command {
	var feed string
	var diff, asJSON bool
	c := &cobra.Command{
		Use:   "show ITEM",
		Short: "Show one item and its story",
		Long: `show prints one item with the story it tells and the topics it stands in. ITEM
is the id that list prints or a unique part of its beginning, of 6 digits at
least, the published id, any of its links, or with --feed its guid.

With --diff it prints instead of the text what each real change of title or text
changed: [-words that went-] and {+words that came+}. The last 10 texts are kept.`,
		Args: exactlyOne("an ITEM: an id, a published id or a link"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.show(cmd.Context(), args[0], feed, diff, asJSON)
		},
	}
	c.Flags().StringVar(&feed, "feed", "", "ITEM is a guid of feed `NAME`")
	c.Flags().BoolVar(&diff, "diff", false, "show how title and text changed")
	c.Flags().BoolVar(&asJSON, "json", false, "print one object")
	return c
}

// refTo says what a person who writes text may mean.
func refTo(text, feed string) storage.Ref {
	text = strings.TrimSpace(text)
	ref := storage.Ref{Text: text, Feed: feed}
	if key, specific := link.Key(text); specific {
		ref.Link = link.Hash(key)
	}
	if feed != "" {
		ref.GUID = story.GUIDKey(text)
	}
	return ref
}

func (a *app) show(ctx context.Context, text, feed string, diff, asJSON bool) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	store, done, err := a.look(ctx, cfg)
	if err != nil {
		return err
	}
	names := make([]string, len(cfg.Feeds))
	for i := range cfg.Feeds {
		names[i] = cfg.Feeds[i].Name
	}
	if err := knownFeed(ctx, store, names, feed); err != nil {
		return errors.Join(err, done())
	}
	item, err := store.Find(ctx, refTo(text, feed))
	var stories map[storage.ID]storage.Story
	if err == nil {
		stories, err = storiesOf(ctx, store, []storage.Item{item})
	}
	var revisions []storage.Revision
	if err == nil && diff {
		revisions, err = store.Revisions(ctx, item.ID)
	}
	err = errors.Join(err, done())
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return fmt.Errorf("no item is known as %q; 'sluice list' lists them", text)
	case errors.Is(err, storage.ErrAmbiguous):
		return fmt.Errorf("%q fits more than one item; write more of the id", text)
	case err != nil:
		return err
	}
	s := stories[item.Story]
	if asJSON {
		var rows *[]revisionRow
		if diff {
			rows = new(revisionRows(revisions))
		}
		return a.printJSON(struct {
			row
			Summary  string     `json:"summary"`
			Content  string     `json:"content"`
			Language string     `json:"language"`
			Page     *page      `json:"page"`
			Tellings []telling  `json:"tellings"`
			Entries  []standing `json:"entries"`
			Hidden   bool       `json:"hidden"`
			HiddenIn []string   `json:"hidden_in"`
			Edits    []editRow  `json:"edits"` // corrections by people

			Revisions *[]revisionRow `json:"revisions,omitempty"` // only with --diff
		}{itemRow(&item, s), item.Summary.Value, item.Content.Value, item.Language, pageOf(&item), tellings(s), standings(s), s.Hidden, orEmpty(s.HiddenIn), edits(s), rows})
	}
	a.printItem(&item, s)
	if diff {
		a.printDiff(&item, revisions)
	} else {
		a.printText(&item)
	}
	return nil
}

// A row is an item as list --json prints it.
type row struct {
	ID        storage.ID `json:"id"`
	Story     storage.ID `json:"story"`
	Feed      string     `json:"feed"`
	GUID      string     `json:"guid"`
	URL       string     `json:"url"`
	Title     string     `json:"title"`
	Published *string    `json:"published"`
	Updated   *string    `json:"updated"`
	FirstSeen *string    `json:"first_seen"`
	EntryID   string     `json:"entry_id"` // the published id; empty before the release
	Topics    []string   `json:"topics"`
}

func itemRow(item *storage.Item, s storage.Story) row {
	published := story.Published(item)
	return row{
		ID: item.ID, Story: item.Story, Feed: item.Feed, GUID: item.GUID, URL: item.URL,
		Title: oneLine(plain(item.Title)), Published: stamp(published), Updated: stamp(updatedOf(item, published)),
		FirstSeen: stamp(item.FirstSeen), EntryID: s.EntryID, Topics: orEmpty(topicsOf(s)),
	}
}

// updatedOf is when the item's title or text last changed.
func updatedOf(item *storage.Item, published time.Time) time.Time {
	if item.Changed.After(item.FirstSeen) {
		return story.Updated(published, item, item.Changed)
	}
	if item.Updated.After(published) && !item.Updated.After(item.FirstSeen) {
		return item.Updated
	}
	return published
}

// topicsOf returns the topics in which a story stands.
func topicsOf(s storage.Story) (names []string) {
	for _, e := range s.Entries {
		if e.Withdrawn.IsZero() {
			names = append(names, e.Topic)
		}
	}
	return names
}

type telling struct {
	Item  storage.ID `json:"item"`
	Feed  string     `json:"feed"`
	URL   string     `json:"url"`
	Title string     `json:"title"`
	Why   string     `json:"why"`
}

func tellings(s storage.Story) []telling {
	out := []telling{}
	for _, t := range s.Tellings {
		out = append(out, telling{t.Item, t.Feed, t.URL, oneLine(t.Title), t.Why.Layer})
	}
	return out
}

type standing struct {
	Topic     string  `json:"topic"`
	Number    uint64  `json:"number"`
	Place     *string `json:"place"`
	Withdrawn *string `json:"withdrawn"`
}

func standings(s storage.Story) []standing {
	out := []standing{}
	for _, e := range s.Entries {
		out = append(out, standing{e.Topic, e.Number, stamp(e.Place.Time), stamp(e.Withdrawn)})
	}
	return out
}

func (a *app) printItem(item *storage.Item, s storage.Story) {
	r := itemRow(item, s)
	line := func(name, value string) {
		if value != "" && value != "-" {
			fmt.Fprintf(a.stdout, "%s%s\n", pad(name+":", 12), value)
		}
	}
	line("title", titleOf(item))
	line("id", r.ID.String())
	line("feed", item.Feed)
	line("guid", oneLine(item.GUID))
	line("link", oneLine(item.URL))
	line("published", moment(story.Published(item)))
	line("updated", moment(updatedOf(item, story.Published(item))))
	line("first seen", moment(item.FirstSeen))
	line("language", item.Language)
	line("topics", strings.Join(r.Topics, ", "))
	line("page", pageLine(item))
	line("story", s.ID.String())
	line("entry", s.EntryID)
	if s.Released.IsZero() {
		line("entry", "not released yet")
	}
	for _, e := range s.Edits {
		line("by hand", correctionLine(e))
	}
	for _, t := range s.Tellings {
		if t.Item != item.ID {
			line("also told", fmt.Sprintf("%s: %s", t.Feed, oneLine(t.URL)))
		}
	}
}

func (a *app) printText(item *storage.Item) {
	text := item.Content
	if text.Value == "" {
		text = item.Summary
	}
	if body := strings.TrimSpace(plain(text)); body != "" {
		fmt.Fprintf(a.stdout, "\n%s\n", printable(body))
	}
}
