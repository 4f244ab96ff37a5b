package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/control"
	"sluice/cmd/internal/daemon"
	"sluice/config"
	"sluice/fetcher/discover"
	"sluice/fetcher/guard"
)

func newAdd(a *app) *cobra.Command {
	var topic string
	var reload bool
	c := &cobra.Command{
		Use:   "add URL",
		Short: "Find the feed behind a page and add it to the config",
		Long: `add finds the feed behind an address, shows it, and appends it to the config,
whose comments and order stay. The address may be that of a feed or of a page:
then the feed is sought in what the page says, by the patterns of well-known
sites, and at the usual paths. Where a page has several feeds, they are listed
and nothing is added.

With --topic all items of the feed go to that topic; it is made where there is
none. A config with mistakes is left as it is (exit code 78).`,
		Args: exactlyOne("the address of a page or a feed"),
		RunE: func(cmd *cobra.Command, args []string) error {
			address := args[0]
			if !strings.Contains(address, "://") {
				address = "https://" + address
			}
			if !isAddress(address) {
				return usagef("%q is no http or https address", args[0])
			}
			return a.add(cmd.Context(), address, topic, reload)
		},
	}
	c.Flags().StringVar(&topic, "topic", "", "all its items go to topic `NAME`")
	c.Flags().BoolVar(&reload, "reload", false, "then have the running daemon read the config anew")
	return c
}

func (a *app) add(ctx context.Context, address, topic string, reload bool) error {
	g, err := a.fullGeneration(ctx)
	if err != nil {
		return err
	}
	found, err := a.discover(ctx, g.Config, address)
	if err != nil {
		return err
	}
	feed, err := config.List{}.Outline(found.URL, "", nil)
	if err != nil {
		return fmt.Errorf("%s: %w", found.URL, err)
	}
	if have, ok := knownFeeds(g)[feed.URL]; ok {
		return fmt.Errorf("%s is the feed %s already; nothing was added", feed.URL, have)
	}
	add := config.Addition{Feeds: []config.NewFeed{{URL: feed.URL}}}
	if topic != "" {
		add.Feeds[0].Topics = []string{topic}
		if !hasTopic(g.Config, topic) {
			add.Topics = []config.NewTopic{{Name: topic}}
		}
	}
	if err := a.appendToConfig(g.Config.File, add); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "added %s: %s, %s\n", feed.Name, oneLine(found.Title), count(found.Items, "item"))
	fmt.Fprintf(a.stdout, "  %s\n", feed.URL)
	if topic != "" {
		fmt.Fprintf(a.stdout, "topic %s: %s/topics/%s\n", topic, g.Config.Site.URL, topic)
	}
	if reload {
		return a.reload(ctx, control.ReloadRequest{})
	}
	return nil
}

// discover returns the one feed behind an address; the error lists them where
// there are several.
func (a *app) discover(ctx context.Context, cfg *config.Config, address string) (discover.Feed, error) {
	client := guard.New(cfg.Fetch, daemon.UserAgent(version(), cfg.Site))
	defer client.Close()
	get := func(ctx context.Context, address string) (*discover.Page, error) {
		d, err := ask(ctx, client, address)
		if err != nil {
			return nil, err
		}
		return &discover.Page{URL: d.url, ContentType: d.contentType, Body: d.body}, nil
	}
	feeds, err := discover.Find(ctx, get, address)
	if err != nil {
		return discover.Feed{}, err
	}
	if feed, ok := discover.One(feeds); ok {
		return feed, nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s has several feeds; add one of them by its own address:", address)
	for _, f := range feeds {
		fmt.Fprintf(&b, "\n  sluice add %s    # %s, %s", f.URL, oneLine(f.Title), count(f.Items, "item"))
	}
	return discover.Feed{}, fmt.Errorf("%s", b.String())
}

// knownFeeds gives the name of the feed that is polled at an address.
func knownFeeds(g *daemon.Generation) map[string]string {
	known := make(map[string]string, len(g.Feeds))
	for _, f := range g.Feeds {
		known[f.URL] = f.Name
	}
	return known
}

func hasTopic(cfg *config.Config, name string) bool {
	for _, t := range cfg.Topics {
		if t.Name == name {
			return true
		}
	}
	return false
}
