package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/daemon"
	"sluice/config"
	"sluice/storage"
)

func newAdopt(a *app) *cobra.Command {
	var o adoptOptions
	c := &cobra.Command{
		Use:   "adopt FILE|ADDRESS --topic T",
		Short: "Go on under the ids of an earlier publisher",
		Long: `adopt takes over what another program (a planet, a reader that republishes,
anything that gave Atom, RSS or JSON) had published as topic T, so that
subscribers who move on to sluice see no article twice: the feed's id, where it
is Atom, and the id and dates of each entry. Links to older pages (RFC 5005,
next_url) are followed.

Items that match an entry by id, by link, or by title and text appear under the
entry's id and dates: those that are stored, and those that come later. What
else is as old counts as already published: it goes to the archive, and into
no head. So adopt before the first fetch of T, and beside a daemon before the
reload that brings T. --dry-run shows what would be taken over.

Once T has been published its subscribers hold other ids, and adopt is refused.
With --merge it is done for items that are yet to come; T keeps its own id.

Give T the old addresses as 'formerly', so that they lead to the new ones.`,
		Args: exactlyOne("a FILE or an address"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.adopt(cmd.Context(), args[0], o) },
	}
	f := c.Flags()
	f.StringVar(&o.topic, "topic", "", "topic `T` goes on with it")
	f.BoolVar(&o.dry, "dry-run", false, "tell what would be taken over, and change nothing")
	f.BoolVar(&o.merge, "merge", false, "also if the topic has been published")
	f.BoolVar(&o.json, "json", false, "print what was done as one object")
	return c
}

type adoptOptions struct {
	topic            string
	dry, merge, json bool
}

func (a *app) adopt(ctx context.Context, source string, o adoptOptions) error {
	if o.topic == "" {
		return usagef("adopt needs --topic T, the topic that goes on with it")
	}
	g, err := a.generation()
	if err != nil {
		return err
	}
	if err := knownTopic(g, o.topic); err != nil {
		return err
	}
	past, err := a.readPast(ctx, g.Config, source)
	if err != nil {
		return err
	}
	spec := topicOf(g.Config, o.topic)
	done, err := a.adoptInto(ctx, g, storage.Adoption{
		Topic: storage.TopicSpec{Name: spec.Name, Formerly: spec.Formerly}, Site: g.Config.Site.URL,
		AtomID: past.id, Entries: past.entries, Merge: o.merge, DryRun: o.dry,
	})
	if errors.Is(err, storage.ErrPublished) {
		return fmt.Errorf("topic %s has been published: its subscribers hold other ids; --merge adopts for items that are yet to come", o.topic)
	}
	if err != nil {
		return err
	}
	if spec.ID != "" && past.id != "" && spec.ID != past.id {
		fmt.Fprintf(a.stderr, "sluice: the config gives topic %s the id %s, which stays; take it out to go on with %s\n", o.topic, spec.ID, past.id)
	}
	return a.adopted(past, done, o)
}

// adoptInto lets the owner of the store adopt.
func (a *app) adoptInto(ctx context.Context, g *daemon.Generation, adoption storage.Adoption) (storage.Adopted, error) {
	h, err := a.hold(ctx, g.Config, patience)
	if err != nil {
		return storage.Adopted{}, err
	}
	var done storage.Adopted
	if h.daemon != nil {
		done, err = h.daemon.Adopt(ctx, adoption)
	} else {
		done, err = h.store.Adopt(ctx, adoption, time.Now())
	}
	return done, errors.Join(err, h.close())
}

func topicOf(cfg *config.Config, name string) config.Topic {
	for _, t := range cfg.Topics {
		if t.Name == name {
			return t
		}
	}
	return config.Topic{}
}

func (a *app) adopted(past *past, done storage.Adopted, o adoptOptions) error {
	if o.json {
		return a.printJSON(struct {
			Topic   string `json:"topic"`
			ID      string `json:"id"`
			Pages   int    `json:"pages"`
			Entries int    `json:"entries"`
			New     int    `json:"new"`
			Known   int    `json:"known"`
			Stored  int    `json:"stored"`
			DryRun  bool   `json:"dry_run"`
		}{o.topic, done.AtomID, past.pages, len(past.entries), done.New, done.Known, done.Stored, o.dry})
	}
	would := ""
	if o.dry {
		would = "would go on: "
	}
	fmt.Fprintf(a.stdout, "%stopic %s as %s: %d of %d entries on %s are taken over, %d known already\n",
		would, o.topic, done.AtomID, done.New, len(past.entries), count(past.pages, "page"), done.Known)
	if done.New > 0 {
		fmt.Fprintf(a.stdout, "%d of them have their item stored; the others await theirs\n", done.Stored)
	}
	return nil
}
