package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/fetcher/clean"
	"sluice/storage"
	"sluice/storage/link"
	"sluice/storage/story"
)

func newEval(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "eval",
		Short: "Run labelled items through the same code, to measure it",
		Args:  unknownCommand,
		RunE: func(*cobra.Command, []string) error {
			return usagef("eval needs what to measure: eval dedupe FILE or eval topics FILE")
		},
	}
	c.AddCommand(newEvalDedupe(a), newEvalTopics(a))
	return c
}

func newEvalDedupe(a *app) *cobra.Command {
	window := 96 * time.Hour
	c := &cobra.Command{
		Use:   "dedupe FILE",
		Short: "Group the items of a file into stories",
		Long: `dedupe reads items from FILE (one JSON object a line, also gzipped; - is
standard input), groups them into stories in the order of their dates, as a
release does, and prints an object for each: its id, and as cluster the number
of its story. An item has id, feed, guid, url, title, html and published, and
may have orig_link (the address behind a tracking one). Neither a config nor a
store is needed.`,
		Args: exactlyOne("a file"),
		RunE: func(_ *cobra.Command, args []string) error { return a.evalDedupe(args[0], window) },
	}
	c.Flags().DurationVar(&window, "window", window, "how far apart the tellings of a story may be")
	return c
}

// longestLine bounds a line of the file, in bytes.
const longestLine = 64 << 20

func (a *app) evalDedupe(name string, window time.Duration) error {
	rows, err := a.readEvalItems(name)
	if err != nil {
		return coded(exitFailure, err)
	}
	// As a release groups what came since the one before.
	slices.SortStableFunc(rows, func(a, b evalRow) int {
		return cmp.Or(a.item.Published.Compare(b.item.Published), cmp.Compare(a.item.Feed, b.item.Feed),
			bytes.Compare(a.item.Identity.Key[:], b.item.Identity.Key[:]))
	})
	out := bufio.NewWriter(a.stdout)
	encoder := json.NewEncoder(out)
	groups := story.NewGrouper(window)
	for i := range rows {
		if err := encoder.Encode(evalVerdict{rows[i].id, groups.Add(&rows[i].item)}); err != nil {
			return fmt.Errorf("standard output: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}

// An evalRow is an item of the file, under the name that it has there.
type evalRow struct {
	id   string
	item storage.Item
}

func (a *app) readEvalItems(name string) (rows []evalRow, err error) {
	err = a.eachLine(name, func(line []byte) error {
		var row evalItem
		if err := readObject(line, &row); err != nil {
			return err
		}
		if row.ID == "" {
			return errors.New("an item without id")
		}
		rows = append(rows, evalRow{row.ID, row.item()})
		return nil
	})
	return rows, err
}

type evalVerdict struct {
	ID      string `json:"id"`
	Cluster int    `json:"cluster"`
}

// evalItem is a line of the file.
type evalItem struct {
	ID        string    `json:"id"`
	Feed      string    `json:"feed"`
	GUID      string    `json:"guid"`
	URL       string    `json:"url"`
	Original  string    `json:"orig_link"`
	Title     string    `json:"title"`
	HTML      string    `json:"html"`
	Published time.Time `json:"published"`
	Language  string    `json:"lang"`
}

// item is what a poll would make of the line.
func (e *evalItem) item() storage.Item {
	address := e.URL
	if e.Original != "" {
		address = e.Original
	}
	items := []storage.Item{{
		Feed: e.Feed, GUID: e.GUID, URL: clean.Link(address, ""), Language: e.Language,
		Title:   storage.Text{Value: clean.Text(e.Title)},
		Content: storage.Text{Value: clean.HTML(e.HTML, address), HTML: true},

		Published: e.Published, FirstSeen: e.Published,
	}}
	items[0].URL = link.Clean(items[0].URL)
	story.Identify(items, nil, 0)
	return items[0]
}

// eachLine calls f for the lines of a file that are not blank, and says where
// an error of f came from.
func (a *app) eachLine(name string, f func([]byte) error) error {
	in, err := a.openLines(name)
	if err != nil {
		return err
	}
	defer in.Close()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestLine)
	n := 1
	for ; lines.Scan(); n++ {
		line := lines.Bytes()
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if err := f(line); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Errorf("%s:%d: the line is longer than %d MiB; write one object a line", name, n, longestLine>>20)
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// openLines opens a file, unpacking what is gzipped.
func (a *app) openLines(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(a.stdin), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	r := bufio.NewReader(f)
	if magic, _ := r.Peek(2); string(magic) != "\x1f\x8b" {
		return lineFile{r, f}, nil
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), f.Close())
	}
	return lineFile{z, f}, nil
}

// A lineFile reads through what stands before its file.
type lineFile struct {
	io.Reader
	io.Closer
}

// readObject reads one line of a file as a JSON object.
func readObject(line []byte, v any) error {
	err := json.Unmarshal(line, v)
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &kind) && kind.Field == "":
		return fmt.Errorf("the line is a JSON %s; write one object a line", kind.Value)
	case errors.As(err, &kind):
		key := kind.Field[strings.LastIndexByte(kind.Field, '.')+1:] // without the names of our structs
		return fmt.Errorf("%s is a JSON %s, which can't stand there", key, kind.Value)
	}
	return fmt.Errorf("the line is no JSON object (%w); write one object a line", err)
}
