package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"sluice/config"
	"sluice/fetcher/opml"
)

func newImport(a *app) *cobra.Command {
	var perFolder bool
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Add the feeds of an OPML or Planet file to the config",
		Long: `import appends the feeds of FILE to the config, whose comments and order stay:
those of an OPML list, or of the ini file of Planet Venus or Pluto. Feeds that
the config or its reading lists have already are skipped. Folders and
categories become tags. An outline whose address can't be polled is named and
left out.

With --topic-per-folder each folder becomes a topic, too, that takes all items
of its feeds: the folder World/Africa the topic world-africa.`,
		Args: exactlyOne("the FILE to read"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.importFile(cmd.Context(), args[0], perFolder) },
	}
	c.Flags().BoolVar(&perFolder, "topic-per-folder", false, "make each folder a topic as well")
	return c
}

func (a *app) importFile(ctx context.Context, name string, perFolder bool) error {
	g, err := a.fullGeneration(ctx)
	if err != nil {
		return err
	}
	data, err := a.readFile(name)
	if err != nil {
		return err
	}
	list, err := readList(data)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, w := range list.Warnings {
		fmt.Fprintf(a.stderr, "sluice: %s:%d: left out: %s\n", name, w.Line, w.What)
	}
	known := knownFeeds(g)
	skipped := list.Again
	var add config.Addition
	topics := map[string]bool{}
	for _, o := range list.Outlines {
		feed, err := config.List{}.Outline(o.URL, o.Title, o.Tags)
		if err != nil {
			fmt.Fprintf(a.stderr, "sluice: %s:%d: left out: %s\n", name, o.Line, err)
			continue
		}
		if _, ok := known[feed.URL]; ok {
			skipped++
			continue
		}
		known[feed.URL] = feed.Name
		entry := config.NewFeed{URL: o.URL, Title: feed.Title, Tags: feed.Tags}
		if topic := topicName(o.Folders); perFolder && topic != "" {
			entry.Topics = []string{topic}
			if !topics[topic] && !hasTopic(g.Config, topic) {
				add.Topics = append(add.Topics, config.NewTopic{Name: topic, Title: strings.Join(o.Folders, " / ")})
			}
			topics[topic] = true
		}
		add.Feeds = append(add.Feeds, entry)
	}
	if len(add.Feeds) > 0 {
		if err := a.appendToConfig(g.Config.File, add); err != nil {
			return err
		}
	}
	fmt.Fprintf(a.stdout, "added %s and %s to %s; %d known already\n",
		count(len(add.Feeds), "feed"), count(len(add.Topics), "topic"), g.Config.File, skipped)
	return nil
}

// readList reads OPML, or the ini file of a planet.
func readList(data []byte) (opml.List, error) {
	trimmed := bytes.TrimLeft(data, " \t\r\n\xef\xbb\xbf")
	if len(trimmed) > 0 && trimmed[0] != '<' && bytes.Contains(data, []byte("[")) && !bytes.ContainsRune(data[:min(len(data), 4)], 0) {
		return opml.Planet(data)
	}
	return opml.Parse(data)
}

// topicName makes the name of a topic of the folders that a feed stands in;
// empty where they hold nothing to make one of.
func topicName(folders []string) string {
	const longest = 64
	name := strings.ToLower(strings.Join(folders, "-"))
	name = strings.Trim(notInTopic.ReplaceAllString(name, "-"), "-")
	name = strings.Trim(name[:min(len(name), longest)], "-")
	if name == "archive" || name == "index" {
		name += "-feeds"
	}
	return name
}

// notInTopic are runs of characters that no topic's name may have.
var notInTopic = regexp.MustCompile(`[^a-z0-9_]+`)

func newExport(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "export",
		Short: "Print all feeds as OPML",
		Long: `export prints all feeds of the config and its reading lists as OPML 2.0, tags as
categories. A feed that the config gives no title has its own, where it was
polled. Private feeds are left out, and named on standard error.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.export(cmd.Context()) },
	}
}

func (a *app) export(ctx context.Context) error {
	g, store, done, err := a.lookWith(ctx, "")
	if err != nil {
		return err
	}
	states, err := store.Feeds(ctx)
	if err := errors.Join(err, done()); err != nil {
		return err
	}
	titles := make(map[string]string)
	for _, s := range states {
		titles[s.Name] = s.Title
	}
	var outlines []opml.Outline
	for _, f := range g.Feeds {
		if f.Private {
			fmt.Fprintf(a.stderr, "sluice: left out: %s is private\n", f.Name)
			continue
		}
		outlines = append(outlines, opml.Outline{URL: f.URL, Title: cmp.Or(f.Title, titles[f.Name]), Tags: f.Tags})
	}
	return opml.Write(a.stdout, g.Config.Site.Title, outlines)
}
