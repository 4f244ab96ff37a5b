package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/control"
	"sluice/cmd/internal/daemon"
	"sluice/config"
	"sluice/storage"
	"sluice/storage/bolt"
)

// whichItem is how the commands on items say what an ITEM is.
const whichItem = `ITEM is the id that list prints or a unique part of its beginning, of 6 digits at
least, the published id, any of its links, or with --feed its guid.`

func newSplit(a *app) *cobra.Command {
	var e correction
	c := &cobra.Command{
		Use:   "split ITEM",
		Short: "Say that an item tells a story of its own",
		Long: `split takes an item out of its story, where it was joined with items that tell
something else. It becomes an entry of its own; the story keeps its id, its
place and its numbers. Of a story's first item the others are taken. What came
with the item by a merge leaves with it, so that split undoes merge.

It is kept: no later poll joins the two again. Beside a daemon it asks the
daemon, and returns after publication.

` + whichItem,
		Args: exactlyOne("an ITEM: an id, a published id or a link"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.correct(cmd.Context(), storage.Split, args, e)
		},
	}
	e.flags(c)
	return c
}

func newMerge(a *app) *cobra.Command {
	var e correction
	c := &cobra.Command{
		Use:   "merge ITEM ITEM",
		Short: "Say that two items tell one story",
		Long: `merge makes one story of the stories of two items. The one that was published
first keeps its id, its place and its numbers; the entry of the other is
withdrawn. split undoes it: the other entry is back under its id and numbers.

It is kept: no later poll parts the two. Beside a daemon it asks the daemon, and
returns after publication.

` + whichItem,
		Args: exactlyTwo("two ITEMs: ids, published ids or links"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.correct(cmd.Context(), storage.Merge, args, e)
		},
	}
	e.flags(c)
	return c
}

func newHide(a *app) *cobra.Command {
	var e correction
	var erase bool
	c := &cobra.Command{
		Use:   "hide ITEM",
		Short: "Withdraw a story",
		Long: `hide withdraws the story of an item from all topics, or with --topic from one,
whichever telling was shown; its documents name the entry as deleted. The story
stays hidden whatever changes in it and whoever tells it too, until unhide.
Beside a daemon it asks the daemon, and returns after publication.

With --erase, what all tellings say goes for good: titles, texts, links and
earlier texts leave the store, documents, archives and static files, and the
free space of the store's file is overwritten. Ids and hashes stay, so that no
telling returns: one that comes later is known and not stored. The addresses
that have changed are printed, for caches that hold them; so are copies of the store,
beside it or in the folder backups, that hold what was erased. There is no way
back.

` + whichItem,
		Args: exactlyOne("an ITEM: an id, a published id or a link"),
		RunE: func(cmd *cobra.Command, args []string) error {
			kind := storage.Hide
			switch {
			case erase && e.topic != "":
				return usagef("--erase takes what the story says out of all topics; leave --topic out")
			case erase && strings.TrimSpace(e.reason) == "":
				return usagef("--erase needs --reason, which is kept with the correction")
			case erase:
				kind = storage.Erase
			}
			return a.correct(cmd.Context(), kind, args, e)
		},
	}
	e.flags(c)
	c.Flags().StringVar(&e.topic, "topic", "", "hide it in topic `NAME` only")
	c.Flags().BoolVar(&erase, "erase", false, "drop what it says, for good")
	return c
}

func newUnhide(a *app) *cobra.Command {
	var e correction
	c := &cobra.Command{
		Use:   "unhide ITEM",
		Short: "Bring a hidden story back",
		Long: `unhide brings a story back that hide withdrew, in all topics that take it, or
with --topic in one, each with the id, the place and the number that it had.
Beside a daemon it asks the daemon, and returns after publication.

` + whichItem,
		Args: exactlyOne("an ITEM: an id, a published id or a link"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.correct(cmd.Context(), storage.Unhide, args, e)
		},
	}
	e.flags(c)
	c.Flags().StringVar(&e.topic, "topic", "", "bring it back in topic `NAME` only")
	return c
}

// A correction is what the flags of its command say.
type correction struct {
	feed, topic, reason string
	json                bool
}

func (e *correction) flags(c *cobra.Command) {
	c.Flags().StringVar(&e.feed, "feed", "", "ITEM is a guid of feed `NAME`")
	c.Flags().StringVar(&e.reason, "reason", "", "why, kept with the correction")
	c.Flags().BoolVar(&e.json, "json", false, "print what was done as one object")
}

func (a *app) correct(ctx context.Context, kind storage.EditKind, items []string, e correction) error {
	g, err := a.generation()
	if err != nil {
		return err
	}
	if err := knownTopic(g, e.topic); err != nil {
		return err
	}
	if _, err := os.Stat(g.Config.Store); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no item is known as %q: there is no store at %s yet", items[0], g.Config.Store)
	}
	r := control.Correction{Kind: kind, Item: refTo(items[0], e.feed), Topic: e.topic, Reason: strings.TrimSpace(e.reason)}
	if len(items) > 1 {
		r.Other = refTo(items[1], e.feed)
	}
	h, err := a.hold(ctx, g.Config, patience)
	if err != nil {
		return err
	}
	if err := knownFeed(ctx, h.reading(), g.FeedNames(), e.feed); err != nil {
		return errors.Join(err, h.close())
	}
	var out control.Corrected
	if h.daemon != nil {
		out, err = h.daemon.Edit(ctx, r)
	} else {
		system := daemon.NewSystem(h.store, a.quietLogger(g.Config.Log), version())
		if err = a.prepare(ctx, system, g, h.store, false); err == nil {
			out, err = system.Edit(ctx, r, time.Now())
		}
	}
	if err := errors.Join(err, h.close()); err != nil {
		return err
	}
	var copies []string
	if kind == storage.Erase {
		copies = copiesWith(g.Config, out)
	}
	if e.json {
		return a.printJSON(correctedRow(kind, out, copies))
	}
	fmt.Fprintln(a.stdout, correctedLine(kind, out, e.topic))
	if kind == storage.Erase {
		a.tellErased(g.Config, out, copies)
	}
	return nil
}

// tellErased prints what others may hold still.
func (a *app) tellErased(cfg *config.Config, out control.Corrected, copies []string) {
	for _, path := range out.Documents {
		fmt.Fprintf(a.stdout, "changed: %s%s\n", strings.TrimRight(cfg.Site.URL, "/"), path)
	}
	for _, path := range copies {
		fmt.Fprintf(a.stdout, "backup: %s holds it still; remove it\n", path)
	}
	fmt.Fprintln(a.stdout, "copies of the store that lie elsewhere hold it still, if they were made before")
}

// copiesWith returns the copies of the store, beside it and in the folder of
// backups, that hold what was erased.
func copiesWith(cfg *config.Config, out control.Corrected) (found []string) {
	folder := filepath.Dir(cfg.Store)
	var paths []string
	for _, pattern := range []string{filepath.Base(cfg.Store) + "*", filepath.Join("backups", "*")} {
		matching, err := fs.Glob(os.DirFS(folder), pattern)
		if err == nil {
			paths = append(paths, matching...)
		}
	}
	for _, name := range paths {
		path := filepath.Join(folder, name)
		if path == cfg.Store {
			continue
		}
		if holds, err := bolt.CopyHolds(path, out.Item.ID, out.Story); err == nil && holds {
			found = append(found, path)
		}
	}
	return found
}

func correctedRow(kind storage.EditKind, out control.Corrected, copies []string) any {
	row := struct {
		Done      storage.EditKind `json:"done"`
		Item      storage.ID       `json:"item"`
		Unchanged bool             `json:"unchanged"`
		Story     *storage.ID      `json:"story"` // of the item now
		Other     *storage.ID      `json:"other"` // that it parted from, or that was given up
		Withdrawn int              `json:"withdrawn"`
		Topics    []string         `json:"topics"`
		Documents []string         `json:"documents"`
		Backups   []string         `json:"backups,omitempty"` // that hold what was erased
	}{Backups: copies, Done: kind, Item: out.Item.ID, Unchanged: out.Unchanged, Withdrawn: out.Withdrawn, Topics: orEmpty(out.Topics), Documents: orEmpty(out.Documents)}
	if !out.Story.IsZero() {
		row.Story = &out.Story
	}
	if !out.Edited.Other.IsZero() {
		row.Other = &out.Edited.Other
	}
	return row
}

// correctedLine tells what a correction did.
func correctedLine(kind storage.EditKind, out control.Corrected, topic string) string {
	in := "all topics"
	if topic != "" {
		in = "topic " + topic
	}
	short := func(id storage.ID) string { return id.String()[:10] }
	title := titleOf(&out.Item)
	switch {
	case kind == storage.Split:
		return fmt.Sprintf("split: %s tells story %s, apart from story %s", title, short(out.Story), short(out.Edited.Other))
	case kind == storage.Merge && out.Unchanged:
		return "nothing to do: the two items tell one story already"
	case kind == storage.Merge:
		return fmt.Sprintf("merged: story %s has the tellings of story %s, %s withdrawn", short(out.Story), short(out.Edited.Other), count(out.Withdrawn, "entry"))
	case kind == storage.Hide && out.Unchanged:
		return fmt.Sprintf("nothing to do: the story is hidden in %s already", in)
	case kind == storage.Hide:
		return fmt.Sprintf("hidden in %s: %s, %s withdrawn", in, title, count(out.Withdrawn, "entry"))
	case kind == storage.Erase:
		return fmt.Sprintf("erased: item %s and all that tells its story, %s withdrawn", short(out.Item.ID), count(out.Withdrawn, "entry"))
	case out.Unchanged:
		return fmt.Sprintf("nothing to do: the story is not hidden in %s", strings.Replace(in, "all topics", "any topic", 1))
	}
	return fmt.Sprintf("no longer hidden in %s: %s", in, title)
}

// An editRow is a correction as show --json prints it.
type editRow struct {
	Time   *string          `json:"time"`
	Done   storage.EditKind `json:"done"`
	Item   storage.ID       `json:"item"`
	Topic  string           `json:"topic"`
	Reason string           `json:"reason"`
}

func edits(s storage.Story) []editRow {
	out := []editRow{}
	for _, e := range s.Edits {
		out = append(out, editRow{stamp(e.Time), e.Kind, e.Item, e.Topic, e.Reason})
	}
	return out
}

// correctionLine tells of a correction that concerns a story.
func correctionLine(e storage.Edit) string {
	text := fmt.Sprintf("%s on %s", e.Kind, moment(e.Time))
	if e.Topic != "" {
		text += ", in topic " + e.Topic
	}
	if e.Reason != "" {
		text += ": " + oneLine(e.Reason)
	}
	return text
}
