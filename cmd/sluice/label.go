package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/control"
	"sluice/cmd/internal/daemon"
	"sluice/config"
	"sluice/storage"
)

func newLabel(a *app) *cobra.Command {
	var feed, name string
	c := &cobra.Command{
		Use:   "label ITEM yes|no|none",
		Short: "Give a topic an example of what belongs to it, or does not",
		Long: `label notes that an item belongs to the topic named by --topic (yes) or does not
(no), or takes back what was said of it (none). It keeps the item as it is now.

A topic with 'learn' learns of its examples once it has 30 yes and 30 no: a
daemon within seconds, else at the next fetch. What it learned judges items that
come from then on; 'sluice relearn' lets it judge the stored ones too. 'sluice
score' says how well a topic does on its examples. A label itself neither puts
an item into a topic nor takes it out.`,
		Args: func(_ *cobra.Command, args []string) error { return labelArguments(args) },
		RunE: func(cmd *cobra.Command, args []string) error {
			if name == "" {
				return usagef("label needs --topic NAME")
			}
			return a.label(cmd.Context(), args[0], feed, name, verdicts()[args[1]])
		},
	}
	c.Flags().StringVar(&name, "topic", "", "the topic `NAME` that the item is an example of")
	c.Flags().StringVar(&feed, "feed", "", "ITEM is a guid of feed `NAME`")
	return c
}

func verdicts() map[string]storage.Verdict {
	return map[string]storage.Verdict{"yes": storage.Yes, "no": storage.No, "none": storage.None}
}

func labelArguments(args []string) error {
	switch len(args) {
	case 0:
		return errors.New("label needs an ITEM (an id, a published id or a link) and yes, no or none")
	case 1:
		return errors.New("label needs yes, no or none behind the ITEM")
	case 2:
		if _, ok := verdicts()[args[1]]; ok {
			return nil
		}
		return fmt.Errorf("%q is no label; write yes, no or none", args[1])
	}
	return fmt.Errorf("label takes an ITEM and yes, no or none, but there is %q too", args[2])
}

func (a *app) label(ctx context.Context, text, feed, name string, verdict storage.Verdict) error {
	g, err := a.generation()
	if err != nil {
		return err
	}
	if err := knownTopic(g, name); err != nil {
		return err
	}
	if _, err := os.Stat(g.Config.Store); errors.Is(err, fs.ErrNotExist) {
		return unknownItem(text)
	}
	h, err := a.hold(ctx, g.Config, patience)
	if err != nil {
		return err
	}
	if err := knownFeed(ctx, h.reading(), g.FeedNames(), feed); err != nil {
		return errors.Join(err, h.close())
	}
	state, err := a.labelWith(ctx, h, refTo(text, feed), storage.Labelling{
		Topic: name, Verdict: verdict, By: labeller(a.getenv), Now: time.Now().UTC(),
	})
	if err := errors.Join(err, h.close()); err != nil {
		return err
	}
	t := g.Config.Topics[slices.IndexFunc(g.Config.Topics, func(t config.Topic) bool { return t.Name == name })]
	fmt.Fprintf(a.stdout, "topic %s: %d yes, %d no%s\n", name, state.Labels.Yes, state.Labels.No, labelNote(t, state.Labels))
	return nil
}

// labelNote says what comes of a topic's examples.
func labelNote(t config.Topic, l storage.Labels) string {
	switch {
	case t.Learn == nil:
		return "; it does not learn of them, since its config has no 'learn'"
	case !daemon.Enough(l):
		return fmt.Sprintf("; it learns of them from %d of each on", daemon.FewestExamples)
	}
	return ""
}

// labelWith gives a store the label, and returns what it then has of the topic.
func (a *app) labelWith(ctx context.Context, h *holder, ref storage.Ref, l storage.Labelling) (state storage.TopicState, err error) {
	store := h.reading()
	item, err := store.Find(ctx, ref)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return state, unknownItem(ref.Text)
	case errors.Is(err, storage.ErrAmbiguous):
		return state, fmt.Errorf("%q fits more than one item; write more of the id", ref.Text)
	case err != nil:
		return state, err
	}
	if _, err := topicState(ctx, store, l.Topic); err != nil {
		return state, err
	}
	l.Item = item.ID
	if h.daemon != nil {
		err = h.daemon.Label(ctx, l)
	} else {
		err = h.store.Label(ctx, l)
	}
	if errors.Is(err, storage.ErrNotFound) {
		return state, fmt.Errorf("the text of item %s was forgotten, so that it is no example any more", item.ID.String()[:10])
	}
	if err != nil {
		return state, err
	}
	return topicState(ctx, store, l.Topic)
}

// topicState returns what a store has of a topic of the config.
func topicState(ctx context.Context, store control.Reading, name string) (storage.TopicState, error) {
	states, err := store.Topics(ctx)
	if err != nil {
		return storage.TopicState{}, err
	}
	for _, s := range states {
		if s.Name == name {
			return s, nil
		}
	}
	return storage.TopicState{}, fmt.Errorf("topic %s is in the config, but not yet in force; 'sluice fetch', or beside a daemon 'sluice reload', puts it there", name)
}

func unknownItem(text string) error {
	return fmt.Errorf("no item is known as %q; 'sluice list' lists them", text)
}

// labeller returns who says it, as far as the environment tells.
func labeller(getenv func(string) (string, bool)) string {
	for _, name := range []string{"SUDO_USER", "USER", "LOGNAME"} {
		if user, ok := getenv(name); ok && user != "" {
			return user
		}
	}
	return ""
}
