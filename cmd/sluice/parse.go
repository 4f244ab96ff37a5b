package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/daemon"
	"sluice/config"
	"sluice/fetcher"
	"sluice/fetcher/guard"
	"sluice/fetcher/parse"
	"sluice/storage"
)

func newParse(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "parse FILE|URL",
		Short: "Show what is made of a document, step by step",
		Long: `parse reads a feed from a FILE, from an address, or from standard input (-), and
prints what is made of it: how its charset was decided, what had to be
repaired, what it says of itself, and its items with all their fields, clean
and with absolute links, as they would be stored. Nothing is stored.

An address is asked for within the limits of the config, or of the defaults
where there is none.`,
		Args: exactlyOne("a FILE or an address"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.parse(cmd.Context(), args[0], asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one object")
	return c
}

// A document is the bytes of a feed and where they are from.
type document struct {
	url         string // empty where they are from a file
	status      int
	contentType string
	body        []byte
	incomplete  error
}

// isAddress reports whether what a person wrote is an address rather than the
// name of a file.
func isAddress(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

func (a *app) parse(ctx context.Context, source string, asJSON bool) error {
	in, err := a.document(ctx, source)
	if err != nil {
		return err
	}
	doc, err := parse.Parse(in.body, in.contentType, in.url)
	if err != nil {
		return fmt.Errorf("%s: %w", source, err)
	}
	feed := config.Feed{Name: "parse", URL: cmp.Or(in.url, doc.Self, doc.Home)}
	items, _ := fetcher.Normalise(feed, doc, storage.FeedState{}, time.Now())
	said := saidOf(in, doc)
	list := make([]any, len(items))
	for i := range items {
		list[i] = itemFields(&items[i])
	}
	if asJSON {
		return a.printJSON(jsonValue(append(said, field{"items", list})))
	}
	printFields(a.stdout, said, "")
	fmt.Fprintf(a.stdout, "items: %d\n", len(items))
	for i := range list {
		fmt.Fprintf(a.stdout, "\nitem %d\n", i+1)
		printFields(a.stdout, list[i].([]field), "  ")
	}
	return nil
}

// saidOf is what is known of the document as a whole.
func saidOf(in *document, doc *parse.Document) []field {
	var out []field
	if in.url != "" {
		out = append(out, field{"address", in.url}, field{"status", in.status})
	}
	if in.contentType != "" {
		out = append(out, field{"content_type", in.contentType})
	}
	out = append(out, field{"bytes", len(in.body)})
	if in.incomplete != nil {
		out = append(out, field{"incomplete", in.incomplete.Error()})
	}
	for _, f := range fieldsOf(reflect.ValueOf(*doc)) {
		if f.name != "items" {
			out = append(out, f)
		}
	}
	var repairs []any
	for _, r := range parse.Repairs(in.body, in.contentType) {
		repairs = append(repairs, r)
	}
	if repairs != nil {
		out = append(out, field{"repairs", repairs})
	}
	return out
}

// itemFields leaves out what is not the feed's: how the item is told from
// others, and whose it is.
func itemFields(item *storage.Item) []field {
	shown := *item
	shown.Feed, shown.Origin, shown.Backlog = "", storage.Origin{}, false
	shown.Identity, shown.Print, shown.Routing = storage.Identity{}, storage.Print{}, storage.Routing{}
	return fieldsOf(reflect.ValueOf(shown))
}

// document reads what a person named: a file, standard input or an address.
func (a *app) document(ctx context.Context, source string) (*document, error) {
	if !isAddress(source) {
		body, err := a.readFile(source)
		return &document{body: body}, err
	}
	cfg, err := a.loadOrDefaults()
	if err != nil {
		return nil, err
	}
	client := guard.New(cfg.Fetch, daemon.UserAgent(version(), cfg.Site))
	defer client.Close()
	return ask(ctx, client, source)
}

// ask makes one guarded request for a document.
func ask(ctx context.Context, client *guard.Guard, address string) (*document, error) {
	resp, err := client.Do(ctx, guard.Request{URL: address})
	if err != nil {
		return nil, err
	}
	if resp.Status < 200 || resp.Status > 299 {
		return nil, fmt.Errorf("%s answers %d %s", resp.URL, resp.Status, http.StatusText(resp.Status))
	}
	return &document{url: resp.URL, status: resp.Status, contentType: resp.ContentType, body: resp.Body, incomplete: resp.Incomplete}, nil
}

// maxFile bounds a file that is read whole.
const maxFile = 1 << 30

// readFile reads a file whole, or standard input for "-".
func (a *app) readFile(name string) ([]byte, error) {
	in := a.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	body, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case len(body) > maxFile:
		return nil, fmt.Errorf("%s is larger than 1 GiB", name)
	}
	return body, nil
}

// loadOrDefaults reads the config; the defaults where there is none and none
// was named.
func (a *app) loadOrDefaults() (*config.Config, error) {
	file, err := a.configFile()
	if err == nil {
		return config.Load(a.root(), file, a.getenv)
	}
	var missing *codedError
	if !errors.As(err, &missing) {
		return nil, err
	}
	const name = "/sluice.yaml"
	return config.Load(overlay{nothing{}, name, config.Starter()}, name, a.getenv)
}
