package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sluice/cmd/internal/control"
	"sluice/cmd/internal/daemon"
	"sluice/publisher/topic"
	"sluice/storage"
	"sluice/storage/story"
)

func newExplain(a *app) *cobra.Command {
	var feed, name string
	var asJSON bool
	c := &cobra.Command{
		Use:   "explain ITEM|URL",
		Short: "Tell why an item is in a topic, or is not",
		Long: `explain follows one item from its fetch to its publication, tells with which
other items it was compared and why they tell the same story or another one,
and says of each topic whether the item is in it and why. With --topic every clause of that
topic's query is shown, true (+) or false (-), with the words that it found and
where they stand; so is the only of the item's feed, which keeps items from all
topics. The queries are those of the config as it stands now.

Of an address that was never stored it tells which feeds of that host were
polled when, and the stored items with the nearest titles; so of a title, which
it is not known by.`,
		Args: exactlyOne("an ITEM (an id, a published id or a link) or an address"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.explain(cmd.Context(), args[0], feed, name, asJSON)
		},
	}
	c.Flags().StringVar(&feed, "feed", "", "ITEM is a guid of feed `NAME`")
	c.Flags().StringVar(&name, "topic", "", "show every clause of topic `NAME`")
	c.Flags().BoolVar(&asJSON, "json", false, "print one object a topic; one of what was never stored")
	return c
}

func (a *app) explain(ctx context.Context, text, feed, name string, asJSON bool) error {
	g, store, done, err := a.lookWith(ctx, name)
	if err != nil {
		return err
	}
	e := &explainer{app: a, g: g, store: store, topic: name, json: asJSON}
	if err := knownFeed(ctx, store, g.FeedNames(), feed); err != nil {
		return errors.Join(err, done())
	}
	item, err := store.Find(ctx, refTo(text, feed))
	switch {
	case err == nil:
		err = e.item(ctx, &item)
	case errors.Is(err, storage.ErrNotFound):
		err = e.unknown(ctx, text)
	case errors.Is(err, storage.ErrAmbiguous):
		err = fmt.Errorf("%q fits more than one item; write more of the id", text)
	}
	return errors.Join(err, done())
}

// An explainer tells about one item.
type explainer struct {
	*app
	g     *daemon.Generation
	store control.Reading
	topic string // asked for; empty for all
	json  bool
}

func (e *explainer) item(ctx context.Context, item *storage.Item) error {
	feeds, err := e.store.Feeds(ctx)
	if err != nil {
		return err
	}
	stories, err := storiesOf(ctx, e.store, []storage.Item{*item})
	if err != nil {
		return err
	}
	s := stories[item.Story]
	if !e.json {
		e.path(item, s, feeds)
	}
	if !e.json || e.topic == "" {
		if err := e.compared(ctx, item, s); err != nil {
			return err
		}
	}
	for _, t := range e.g.Config.Topics {
		account, _ := e.g.Topics.Explain(item, t.Name)
		switch {
		case e.topic != "" && e.topic != t.Name:
		case e.json:
			if err := e.printJSON(accountRow(item, s, t.Name, account)); err != nil {
				return err
			}
		default:
			e.account(t.Name, s, account)
		}
	}
	return nil
}

// path tells what became of an item up to its publication.
func (e *explainer) path(item *storage.Item, s storage.Story, feeds []storage.FeedState) {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(e.stdout, "%s%s\n", pad(name+":", 12), fmt.Sprintf(format, args...))
	}
	line("item", "%s  %s", item.ID.String()[:10], titleOf(item))
	if i := slices.IndexFunc(feeds, func(f storage.FeedState) bool { return f.Name == item.Feed }); i >= 0 {
		line("feed", "%s, last polled %s%s", item.Feed, moment(feeds[i].LastPoll), notEnrolled(feeds[i]))
	}
	line("first seen", "%s, published %s%s", moment(item.FirstSeen), moment(story.Published(item)), backlogNote(item))
	if item.Revision > 1 {
		line("changed", "%s, revision %d", moment(item.Changed), item.Revision)
	}
	if item.Retracted {
		line("withdrawn", "its feed says that it was deleted; it comes back when the feed brings it again")
	}
	if n := len(s.Tellings); n > 1 {
		line("story", "%s: %s", s.ID.String()[:10], count(n, "telling"))
		for _, t := range s.Tellings {
			fmt.Fprintf(e.stdout, "  %s  %s  %s (%s)\n", t.Item.String()[:10], pad(clip(t.Feed, 24), 24), clip(oneLine(t.Title), 80), t.Why.Layer)
		}
	}
	if s.Released.IsZero() {
		line("release", "%s", e.unreleased(item))
	} else {
		line("release", "%s as %s", moment(s.Released), s.EntryID)
	}
}

// unreleased tells what an item's story waits for.
func (e *explainer) unreleased(item *storage.Item) string {
	if settle := e.g.Config.Stories.Settle; settle > 0 {
		return fmt.Sprintf("not yet: held for the telling of a more preferred feed, until %s at the latest", moment(item.FirstSeen.Add(settle)))
	}
	return "not yet: it comes with the next publication"
}

func notEnrolled(f storage.FeedState) string {
	if f.Enrolled {
		return ""
	}
	return "; it is in the config no more"
}

func backlogNote(item *storage.Item) string {
	if item.Backlog {
		return "; it was old then, so that it stands by its date"
	}
	return ""
}

// account tells why the item is in a topic or out: in a line, and where the
// topic was asked for clause by clause.
func (e *explainer) account(name string, s storage.Story, a topic.Account) {
	fmt.Fprintf(e.stdout, "topic %s: %s\n", name, verdict(a, name, s))
	if e.topic == "" {
		return
	}
	for _, part := range []struct {
		name    string
		finding *topic.Finding
	}{{"only of its feed", a.Only}, {"match", a.Match}, {"never", a.Never}, {"never of all topics", a.All}} {
		if part.finding != nil {
			fmt.Fprintf(e.stdout, "  %s:\n", part.name)
			e.finding(part.finding, 2)
		}
	}
	if a.Learned != nil {
		e.opinion(a.Learned)
	}
}

// opinion tells what models say of an item.
func (e *explainer) opinion(o *topic.Opinion) {
	fmt.Fprintln(e.stdout, "  learned:")
	switch d := o.Decided; {
	case d.Model == 0:
		fmt.Fprintln(e.stdout, "    not judged: "+unjudged(o))
	case d.Taken:
		fmt.Fprintf(e.stdout, "    + model %d scored it %.3f and took it\n", d.Model, d.Score)
	default:
		fmt.Fprintf(e.stdout, "    - model %d scored it %.3f and left it\n", d.Model, d.Score)
	}
	if o.Model == 0 || len(o.Terms) == 0 {
		return
	}
	fmt.Fprintf(e.stdout, "    model %d scores it %.3f, and takes what has %s\n", o.Model, o.Score, threshold(o.Threshold))
	for _, t := range o.Terms {
		fmt.Fprintf(e.stdout, "      %+.3f %s\n", t.Weight, oneLine(t.Text))
	}
}

// unjudged says why no model judged an item.
func unjudged(o *topic.Opinion) string {
	if o.Model == 0 {
		return "the topic has no model yet; 'sluice check' says what it lacks"
	}
	return "no model was there when the item came; 'sluice relearn' lets the newest judge it"
}

// threshold says from which score on a model takes items.
func threshold(t float64) string {
	if t > 1 {
		return "more than any has"
	}
	return fmt.Sprintf("%.3f or more", t)
}

// verdict says in a line how an item stands to a topic.
func verdict(a topic.Account, name string, s storage.Story) string {
	var why string
	switch {
	case !a.Admitted():
		why = "not admitted: the only of its feed does not hold"
	case a.Barred && a.All != nil && a.All.Holds:
		why = "barred by the never of all topics"
	case a.Barred:
		why = "barred by its never"
	case a.Feed:
		why = "taken, since its feed names the topic"
	case a.Match != nil && a.Match.Holds:
		why = "taken by its query"
	case a.Taken:
		d := a.Learned.Decided
		why = fmt.Sprintf("taken for what it learned: model %d scored it %.3f", d.Model, d.Score)
	default:
		why = "not taken: its query does not hold"
		if a.Match == nil {
			why = "not taken: it has no query, and the item's feed does not name it"
		}
	}
	if s.Hidden || contains(s.HiddenIn, name) {
		why += "; hidden by hand"
	}
	for _, m := range s.Entries {
		switch {
		case m.Topic != name:
		case m.Withdrawn.IsZero():
			return fmt.Sprintf("%s; the story is entry %d%s", why, m.Number, choiceNote(m.Choice))
		default:
			why = fmt.Sprintf("%s; the story was entry %d until %s", why, m.Number, moment(m.Withdrawn))
			if a.Taken && !a.Barred && len(s.Tellings) > 1 && !s.Hidden && !contains(s.HiddenIn, name) {
				why += ": another telling bars it, or the topic awaits a re-route"
			}
			return why
		}
	}
	switch {
	case a.Taken && !a.Barred && s.Released.IsZero():
		return why + "; it awaits its release"
	case s.Hidden || contains(s.HiddenIn, name):
		return why
	case a.Taken && !a.Barred && len(s.Tellings) > 1:
		return why + "; the story is no entry: another telling bars it, or the topic awaits a re-route"
	case a.Taken && !a.Barred:
		return why + "; it is no entry: the topic awaits a re-route"
	}
	return why
}

// choiceNote says what at_most made of an entry.
func choiceNote(c storage.Choice) string {
	switch c {
	case storage.Undecided:
		return ", in the archive alone until at_most decides"
	case storage.LeftOut:
		return ", in the archive alone: at_most chose others"
	case storage.Chosen:
		return ", which at_most chose"
	}
	return ""
}

func (e *explainer) finding(f *topic.Finding, depth int) {
	sign := "-"
	if f.Holds {
		sign = "+"
	}
	indent := strings.Repeat("  ", depth)
	fmt.Fprintf(e.stdout, "%s%s %s\n", indent, sign, f.Query)
	for _, p := range f.Places {
		fmt.Fprintf(e.stdout, "%s    %s, word %d: %s\n", indent, p.Where, p.Word, oneLine(p.Before+" ["+p.Text+"] "+p.After))
	}
	if f.More > 0 {
		fmt.Fprintf(e.stdout, "%s    and %s more\n", indent, count(f.More, "place"))
	}
	for i := range f.Parts {
		e.finding(&f.Parts[i], depth+1)
	}
}

// A findingRow is a finding as --json prints it.
type findingRow struct {
	Query  string       `json:"query"`
	Holds  bool         `json:"holds"`
	Places []placeRow   `json:"places,omitempty"`
	More   int          `json:"more_places,omitempty"` // beyond those
	Parts  []findingRow `json:"parts,omitempty"`
}

type placeRow struct {
	Where string `json:"where"`
	Word  int    `json:"word"`
	Text  string `json:"text"`
}

func findingOf(f *topic.Finding) *findingRow {
	if f == nil {
		return nil
	}
	row := &findingRow{Query: f.Query, Holds: f.Holds, More: f.More}
	for _, p := range f.Places {
		row.Places = append(row.Places, placeRow{p.Where, p.Word, p.Text})
	}
	for i := range f.Parts {
		row.Parts = append(row.Parts, *findingOf(&f.Parts[i]))
	}
	return row
}

// An opinionRow is what models say as --json prints it.
type opinionRow struct {
	Model uint64    `json:"model"` // that judged the item; 0: none did
	Score float32   `json:"score"`
	Taken bool      `json:"taken"`
	Now   uint64    `json:"model_now"`
	Would float64   `json:"score_now"`
	Terms []termRow `json:"terms,omitempty"`
}

type termRow struct {
	Text   string  `json:"text"`
	Weight float64 `json:"weight"`
}

func opinionOf(o *topic.Opinion) *opinionRow {
	if o == nil {
		return nil
	}
	row := &opinionRow{Model: o.Decided.Model, Score: o.Decided.Score, Taken: o.Decided.Taken, Now: o.Model, Would: o.Score}
	for _, t := range o.Terms {
		row.Terms = append(row.Terms, termRow(t))
	}
	return row
}

func accountRow(item *storage.Item, s storage.Story, name string, a topic.Account) any {
	return struct {
		Item    storage.ID  `json:"item"`
		Story   storage.ID  `json:"story"`
		Topic   string      `json:"topic"`
		Taken   bool        `json:"taken"`
		Barred  bool        `json:"barred"`
		Feed    bool        `json:"by_feed"`
		Entry   bool        `json:"entry"`
		Match   *findingRow `json:"match"`
		Never   *findingRow `json:"never"`
		All     *findingRow `json:"never_all"`
		Only    *findingRow `json:"only"`
		Learned *opinionRow `json:"learned,omitempty"`
	}{item.ID, s.ID, name, a.Taken, a.Barred, a.Feed, contains(topicsOf(s), name), findingOf(a.Match), findingOf(a.Never), findingOf(a.All), findingOf(a.Only), opinionOf(a.Learned)}
}
