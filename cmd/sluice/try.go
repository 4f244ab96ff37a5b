package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/daemon"
	"sluice/config"
	"sluice/publisher/topic"
	"sluice/storage"
	"sluice/storage/story"
)

// tryShown is how many items try shows of each kind to people.
const tryShown = 10

func newTry(a *app) *cobra.Command {
	var since, against string
	var asJSON bool
	c := &cobra.Command{
		Use:   "try QUERY",
		Short: "Try a query on stored items",
		Long: `try judges the stored items of the last 14 days by a query and changes nothing:
how many it takes and how many a day by their dates, the newest of them, and the
close calls: items taken for one word in one place of the text, and items that
one clause keeps out. With --topic it tells what the query, in place of that of
the topic, would add to the topic as the config has it, and what it would drop;
what its feeds and examples bring stays, and what is barred stays out. --json
prints every such item. 'sluice help queries' shows how queries are written.`,
		Args: exactlyOne("a QUERY, in quotes"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.try(cmd.Context(), args[0], since, against, asJSON)
		},
	}
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		if strings.Contains(err.Error(), "shorthand") {
			return fmt.Errorf("%s; a query that begins with - stands behind --", firstLine(err.Error()))
		}
		return err
	})
	c.Flags().StringVar(&since, "since", "14d", "items first seen since `WHEN`: a time, a date, or how long ago (36h, 7d)")
	c.Flags().StringVar(&against, "topic", "", "compare with topic `NAME`")
	c.Flags().BoolVar(&asJSON, "json", false, "print one object a line")
	return c
}

func (a *app) try(ctx context.Context, text, since, against string, asJSON bool) error {
	query, err := topic.ParseQuery(text)
	if err != nil {
		return coded(exitUsage, err)
	}
	now := time.Now()
	from, err := parseSince(since, now)
	if err != nil {
		return err
	}
	g, store, done, err := a.lookWith(ctx, against)
	if err != nil {
		return err
	}
	if err := a.tellDoubts(g, text); err != nil {
		return errors.Join(err, done())
	}
	t := &trial{app: a, g: g, query: query, pace: pace{from: from}, against: against, json: asJSON}
	cursor := storage.ListQuery{Since: from, Limit: listPage}
	for more := true; more && err == nil; more = cursor.After != "" {
		var items []storage.Item
		items, cursor.After, err = store.List(ctx, cursor)
		for i := range items {
			err = errors.Join(err, t.judge(&items[i]))
		}
	}
	if err := errors.Join(err, done()); err != nil || asJSON {
		return err
	}
	t.tell(from, now)
	return nil
}

// onlyPath is where a query of its own stands beside the config's topics.
const onlyPath = "the query"

// composed compiles a query beside the topics of the config, and refuses one
// that composes topics which are not there. That error is a *topic.Error.
func composed(g *daemon.Generation, query string) (*topic.Set, error) {
	set, err := topic.Compile(append(slices.Clone(g.Config.Topics), config.Topic{Path: onlyPath, Match: []string{query}}), "", g.Ruled())
	var wrong *topic.Errors
	if errors.As(err, &wrong) {
		for i := range wrong.List {
			if e := &wrong.List[i]; strings.HasPrefix(e.Path, onlyPath) {
				e.Path = ""
				return nil, e
			}
		}
	}
	return set, err
}

// tellDoubts warns of what a query most likely does not mean, and refuses one
// that composes topics which are not there.
func (a *app) tellDoubts(g *daemon.Generation, query string) error {
	set, err := composed(g, query)
	if err != nil {
		return coded(exitUsage, err)
	}
	for _, w := range set.Warnings() {
		if strings.HasPrefix(w.Path, onlyPath) && w.Query != "" {
			w.Path = ""
			fmt.Fprintf(a.stderr, "warning: %s\n", w.Error())
		}
	}
	return nil
}

// knownTopic refuses a name that no topic of the config has; "" is none.
func knownTopic(g *daemon.Generation, name string) error {
	var names []string
	for _, t := range g.Config.Topics {
		names = append(names, t.Name)
	}
	if name != "" && !contains(names, name) {
		return usagef("no topic is named %q%s", name, nearHint(name, names))
	}
	return nil
}

// A trial counts what a query does with items, which come newest first.
type trial struct {
	*app
	g       *daemon.Generation
	query   *topic.Query
	against string
	json    bool

	judged, taken int
	pace          pace
	newest        []string
	close         [2][]string // barely in, barely out
	closeCount    [2]int
	change        [2][]string // added, dropped
	changeCount   [2]int
}

func (t *trial) judge(item *storage.Item) error {
	r := t.g.Topics.Classify(item)
	judged := *item
	judged.Routing = r // topic: asks for the topics as the config has them
	verdict := t.query.Judge(&judged, t.g.Tags(item.Feed))
	taken := verdict >= topic.BarelyIn
	was := slices.Contains(r.Topics, t.against) && !slices.Contains(r.Barred, t.against)
	t.judged++
	t.pace.add(item.Feed, story.Published(item), taken)
	row := ""
	if !t.json {
		row = "  " + itemLine(item, t.narrow())
	}
	note := func(list *[]string, n *int) {
		if *n++; *n <= tryShown {
			*list = append(*list, row)
		}
	}
	if taken {
		note(&t.newest, &t.taken)
	}
	switch verdict {
	case topic.BarelyIn:
		note(&t.close[0], &t.closeCount[0])
	case topic.BarelyOut:
		note(&t.close[1], &t.closeCount[1])
	}
	would := t.against != "" && t.g.Topics.Would(item, r, t.against, taken)
	change := ""
	switch {
	case t.against == "":
	case would && !was:
		change = "adds"
		note(&t.change[0], &t.changeCount[0])
	case was && !would:
		change = "drops"
		note(&t.change[1], &t.changeCount[1])
	}
	if !t.json || verdict == topic.Out && change == "" {
		return nil
	}
	return t.printJSON(struct {
		Verdict string     `json:"verdict"`
		Change  string     `json:"change"`
		ID      storage.ID `json:"id"`
		Feed    string     `json:"feed"`
		URL     string     `json:"url"`
		Title   string     `json:"title"`
		Seen    *string    `json:"first_seen"`
	}{verdict.String(), change, item.ID, item.Feed, item.URL, titleOf(item), stamp(item.FirstSeen)})
}

// tell prints the outcome for people.
func (t *trial) tell(from, now time.Time) {
	fmt.Fprintf(t.stdout, "%s\ntakes %d of %s", t.query, t.taken, count(t.judged, "item"))
	if !from.IsZero() {
		fmt.Fprintf(t.stdout, " first seen since %s", moment(from))
	}
	if t.judged > 0 {
		rate, of := t.pace.perDay(now)
		fmt.Fprintf(t.stdout, ": %.1f a day", rate)
		if n := t.taken - of; n > 0 {
			fmt.Fprintf(t.stdout, ", and %d with dates before that", n)
		}
	}
	fmt.Fprintln(t.stdout)
	t.section("the newest", t.newest, t.taken)
	t.section("taken for one word in one place", t.close[0], t.closeCount[0])
	t.section("kept out by one clause", t.close[1], t.closeCount[1])
	if t.against != "" {
		fmt.Fprintf(t.stdout, "against topic %s: adds %d, drops %d\n", t.against, t.changeCount[0], t.changeCount[1])
		t.section("it adds", t.change[0], t.changeCount[0])
		t.section("it drops", t.change[1], t.changeCount[1])
	}
}

func (t *trial) section(title string, rows []string, n int) {
	if n == 0 {
		return
	}
	fmt.Fprintf(t.stdout, "%s:\n", title)
	for _, row := range rows {
		fmt.Fprintln(t.stdout, row)
	}
	if n > len(rows) {
		fmt.Fprintf(t.stdout, "  and %d more\n", n-len(rows))
	}
}
