package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"sluice/publisher/topic"
	"sluice/storage"
)

// An evalPlan is what eval topics is asked for.
type evalPlan struct {
	file, from, labels string
	precision          float64
	queries            bool
}

func newEvalTopics(a *app) *cobra.Command {
	var p evalPlan
	c := &cobra.Command{
		Use:   "topics FILE",
		Short: "Say which topics the items of a file belong to",
		Long: `topics reads items from FILE (one JSON object a line, also gzipped; - is
standard input) and prints an object for each: its id, and the topics that it is
found to belong to. It judges by what it learns from labelled items, as topics
with 'learn' do, or with --queries by the topics of the config.

The labels are the topics that an item's line lists, or those of --labels: a
file of objects with id and topics, and perhaps split. With --from all labelled
items of that file are learned from, and those of FILE are judged. Without it
both are of FILE: where labels say split, those of train are learned from and
those of test judged; else each fifth of the labelled items is judged by what
the others teach.

Where every label is exactly one topic, each item gets the one with the highest
score. Else an item gets the topics with a score of at least one half, or with
--precision P those above a threshold that holds P on the labelled items.

An item has id, title, html and lang, and with --queries perhaps feed, url and
published. Only --queries needs a config, and a store is never needed.`,
		Args: exactlyOne("a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p.file = args[0]
			if err := p.sound(cmd.Flags().Changed("precision")); err != nil {
				return err
			}
			return a.evalTopics(p)
		},
	}
	c.Flags().StringVar(&p.from, "from", "", "learn from the labelled items of `FILE`")
	c.Flags().StringVar(&p.labels, "labels", "", "take the labels from `FILE`")
	c.Flags().Float64Var(&p.precision, "precision", 0, "how much of what is taken shall be right, `P` from 0.5 to 0.999")
	c.Flags().BoolVar(&p.queries, "queries", false, "judge by the queries of the config")
	return c
}

func (p evalPlan) sound(precise bool) error {
	switch {
	case p.queries && (p.from != "" || p.labels != "" || precise):
		return usagef("--queries judges by the config alone; leave out --from, --labels and --precision")
	case precise && !(p.precision >= 0.5 && p.precision <= 0.999):
		return usagef("--precision is a number from 0.5 to 0.999")
	case p.file == "-" && p.from == "-" || p.labels == "-" && (p.file == "-" || p.from == "-"):
		return usagef("only one file can be standard input")
	}
	return nil
}

func (a *app) evalTopics(p evalPlan) error {
	rows, err := a.readTopicRows(p.file)
	if err != nil {
		return coded(exitFailure, err)
	}
	out := bufio.NewWriter(a.stdout)
	if p.queries {
		err = a.evalQueries(rows, out)
	} else {
		err = a.evalLearned(p, rows, out)
	}
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}

// evalQueries judges by the topics of the config.
func (a *app) evalQueries(rows []topicRow, out io.Writer) error {
	g, err := a.generation()
	if err != nil {
		return err
	}
	for i := range rows {
		r := g.Topics.Classify(&rows[i].item)
		taken := slices.DeleteFunc(r.Topics, func(name string) bool { return slices.Contains(r.Barred, name) })
		if err := printTopics(out, rows[i].id, taken); err != nil {
			return err
		}
	}
	return nil
}

// evalLearned judges by what labelled items teach.
func (a *app) evalLearned(p evalPlan, rows []topicRow, out io.Writer) error {
	examples := rows
	if p.from != "" {
		var err error
		if examples, err = a.readTopicRows(p.from); err != nil {
			return coded(exitFailure, err)
		}
	}
	if p.labels != "" {
		if err := a.readTopicLabels(p.labels, examples); err != nil {
			return coded(exitFailure, err)
		}
	}
	e := newTopicEval(examples, p.precision)
	if len(e.names) == 0 {
		return coded(exitFailure, errors.New("no topic is that of two labelled items and not of two others, so there is nothing to learn; see --labels"))
	}
	if p.from == "" && !e.split {
		return e.crossed(out)
	}
	if p.from == "" {
		rows = slices.DeleteFunc(slices.Clone(rows), func(r topicRow) bool { return r.split != "test" })
	}
	return e.judge(rows, out)
}

// A topicRow is an item of the file, with its labels.
type topicRow struct {
	id       string
	item     storage.Item
	labelled bool
	topics   []string
	split    string
}

// readTopicRows reads a file of items.
func (a *app) readTopicRows(name string) (rows []topicRow, err error) {
	err = a.eachLine(name, func(data []byte) error {
		var row struct {
			evalItem
			topicLabel
		}
		if err := readObject(data, &row); err != nil {
			return err
		}
		if row.evalItem.ID == "" {
			return errors.New("an item without id")
		}
		r := topicRow{id: row.evalItem.ID, item: row.item()}
		r.label(row.topicLabel)
		rows = append(rows, r)
		return nil
	})
	return rows, err
}

// A topicLabel is what a line says of an item's topics.
type topicLabel struct {
	Topics *[]string `json:"topics"`
	Split  string    `json:"split"`
}

func (r *topicRow) label(l topicLabel) {
	if l.Topics != nil {
		r.labelled, r.topics, r.split = true, *l.Topics, l.Split
	}
}

// readTopicLabels gives items the labels of a file; those of other items are
// passed over.
func (a *app) readTopicLabels(name string, rows []topicRow) error {
	byID := make(map[string]*topicRow)
	for i := range rows {
		rows[i].labelled = false
		byID[rows[i].id] = &rows[i]
	}
	return a.eachLine(name, func(data []byte) error {
		var row struct {
			ID string `json:"id"`
			topicLabel
		}
		if err := readObject(data, &row); err != nil {
			return err
		}
		switch r := byID[row.ID]; {
		case row.ID == "":
			return errors.New("a label without id")
		case row.Topics == nil:
			return errors.New("a label without topics")
		case r != nil:
			r.label(row.topicLabel)
		}
		return nil
	})
}

// A topicEval learns the topics of labelled items.
type topicEval struct {
	rows      []topicRow // learned from
	course    *topic.Course
	names     []string // sorted
	yes       [][]bool // by topic, which of rows are in it
	single    bool     // every item is of exactly one topic
	split     bool     // labels say what is to be judged
	precision float64  // wanted; 0: a score of one half decides
}

func newTopicEval(rows []topicRow, precision float64) *topicEval {
	e := &topicEval{single: true, precision: precision}
	counts := make(map[string]int)
	var items []*storage.Item
	for i := range rows {
		r := &rows[i]
		e.split = e.split || r.labelled && r.split == "test"
		if !r.labelled || r.split != "" && r.split != "train" {
			continue
		}
		e.rows = append(e.rows, *r)
		items = append(items, &r.item)
		e.single = e.single && len(r.topics) == 1
		for _, name := range r.topics {
			counts[name]++
		}
	}
	for name, n := range counts {
		if n >= 2 && len(e.rows)-n >= 2 {
			e.names = append(e.names, name)
		}
	}
	slices.Sort(e.names)
	for _, name := range e.names {
		yes := make([]bool, len(e.rows))
		for i, r := range e.rows {
			yes[i] = slices.Contains(r.topics, name)
		}
		e.yes = append(e.yes, yes)
	}
	e.course = topic.NewCourse(items)
	return e
}

// threshold returns the least score of the items of a topic that are taken.
func (e *topicEval) threshold(topicNumber int, scores []float64) float64 {
	if e.precision > 0 {
		return topic.ForPrecision(scores, e.yes[topicNumber], e.precision)
	}
	return 0.5
}

// judge prints the topics of items that nothing was learned from.
func (e *topicEval) judge(rows []topicRow, out io.Writer) error {
	best := e.single && e.precision == 0
	if e.precision > 0 {
		e.course.Fold()
	}
	var models []*topic.Model
	for n := range e.names {
		m := e.course.Learn(e.yes[n])
		if e.precision > 0 {
			m = m.At(e.threshold(n, e.course.Score(e.yes[n])))
		}
		models = append(models, m)
	}
	for i := range rows {
		text := topic.TextOf(&rows[i].item)
		scores := make([]float64, len(models))
		var taken []string
		for n, m := range models {
			scores[n] = m.Score(text)
			if !best && scores[n] >= m.Threshold() {
				taken = append(taken, e.names[n])
			}
		}
		if best {
			taken = e.best(scores)
		}
		if err := printTopics(out, rows[i].id, taken); err != nil {
			return err
		}
	}
	return nil
}

// crossed prints the topics of the labelled items, each judged by what others
// teach.
func (e *topicEval) crossed(out io.Writer) error {
	best := e.single && e.precision == 0
	e.course.Fold()
	scores := make([][]float64, len(e.rows)) // by item and topic
	thresholds := make([]float64, len(e.names))
	for n := range e.names {
		byItem := e.course.Score(e.yes[n])
		thresholds[n] = e.threshold(n, byItem)
		for i, score := range byItem {
			scores[i] = append(scores[i], score)
		}
	}
	for i, r := range e.rows {
		var taken []string
		if best {
			taken = e.best(scores[i])
		}
		for n, score := range scores[i] {
			if !best && score >= thresholds[n] {
				taken = append(taken, e.names[n])
			}
		}
		if err := printTopics(out, r.id, taken); err != nil {
			return err
		}
	}
	return nil
}

// best returns the topic with the highest score; none for an item that scores
// in no topic.
func (e *topicEval) best(scores []float64) []string {
	best := 0
	for i, s := range scores {
		if s > scores[best] {
			best = i
		}
	}
	if scores[best] == 0 {
		return nil
	}
	return []string{e.names[best]}
}

func printTopics(out io.Writer, id string, topics []string) error {
	if topics == nil {
		topics = []string{}
	}
	err := json.NewEncoder(out).Encode(struct {
		ID     string   `json:"id"`
		Topics []string `json:"topics"`
	}{id, topics})
	if err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}
