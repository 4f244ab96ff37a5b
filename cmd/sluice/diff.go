package main

import (
	"fmt"
	"slices"
	"strings"

	"sluice/storage"
)

// maxDiff bounds the work of comparing two texts, as words of one times words
// of the other: what is larger is shown as replaced whole.
const maxDiff = 4 << 20

// around is how many words that stay are shown on each side of a change.
const around = 6

// A chunk is words that stay, go or come.
type chunk struct {
	words []string
	kind  byte // ' ', '-' or '+'
}

// diffWords compares two texts word by word.
func diffWords(old, now []string) []chunk {
	head := 0
	for head < len(old) && head < len(now) && old[head] == now[head] {
		head++
	}
	tail := 0
	for tail < len(old)-head && tail < len(now)-head && old[len(old)-1-tail] == now[len(now)-1-tail] {
		tail++
	}
	var d differ
	d.add(' ', old[:head]...)
	d.middle(old[head:len(old)-tail], now[head:len(now)-tail])
	d.add(' ', old[len(old)-tail:]...)
	return d.chunks
}

type differ struct{ chunks []chunk }

func (d *differ) add(kind byte, words ...string) {
	if len(words) == 0 {
		return
	}
	if n := len(d.chunks); n > 0 && d.chunks[n-1].kind == kind {
		d.chunks[n-1].words = append(d.chunks[n-1].words, words...)
		return
	}
	d.chunks = append(d.chunks, chunk{slices.Clone(words), kind})
}

// middle adds a longest common subsequence and what is not in it.
func (d *differ) middle(old, now []string) {
	if len(old)*len(now) > maxDiff {
		d.add('-', old...)
		d.add('+', now...)
		return
	}
	width := len(now) + 1
	longest := make([]int32, (len(old)+1)*width) // of old[i:] and now[j:]
	for i := len(old) - 1; i >= 0; i-- {
		for j := len(now) - 1; j >= 0; j-- {
			if old[i] == now[j] {
				longest[i*width+j] = longest[(i+1)*width+j+1] + 1
			} else {
				longest[i*width+j] = max(longest[(i+1)*width+j], longest[i*width+j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(old) && j < len(now) {
		switch {
		case old[i] == now[j]:
			d.add(' ', old[i])
			i, j = i+1, j+1
		case longest[(i+1)*width+j] >= longest[i*width+j+1]:
			d.add('-', old[i])
			i++
		default:
			d.add('+', now[j])
			j++
		}
	}
	d.add('-', old[i:]...)
	d.add('+', now[j:]...)
}

// diffLine shows what changed from old to now: [-gone-] and {+come+} among a
// few words that stay. It is empty where no word changed.
func diffLine(old, now string) string {
	chunks := diffWords(strings.Fields(old), strings.Fields(now))
	if len(chunks) == 0 || len(chunks) == 1 && chunks[0].kind == ' ' {
		return ""
	}
	var parts []string
	for i, c := range chunks {
		text := strings.Join(c.words, " ")
		switch c.kind {
		case '-':
			parts = append(parts, "[-"+text+"-]")
		case '+':
			parts = append(parts, "{+"+text+"+}")
		default:
			parts = append(parts, staying(c.words, i == 0, i == len(chunks)-1))
		}
	}
	return strings.Join(parts, " ")
}

// staying shortens a run of words that stay to those near to a change.
func staying(words []string, first, last bool) string {
	left, right := around, around // beside the changes before and after it
	if first {
		left = 0
	}
	if last {
		right = 0
	}
	if len(words) <= left+right+1 {
		return strings.Join(words, " ")
	}
	parts := slices.Concat(words[:left], []string{"..."}, words[len(words)-right:])
	return strings.Join(parts, " ")
}

// A text is a state of an item that can be compared.
type text struct{ title, body string }

func textOf(title, summary, content storage.Text) text {
	if content.Value == "" {
		content = summary
	}
	return text{oneLine(plain(title)), printable(plain(content))}
}

// printDiff prints what each real change of an item changed, the first first.
func (a *app) printDiff(item *storage.Item, revisions []storage.Revision) {
	if len(revisions) == 0 {
		fmt.Fprintln(a.stdout, "\nno earlier text of it is kept")
		return
	}
	if first := revisions[0].Number; first > 1 {
		fmt.Fprintf(a.stdout, "\nearlier texts than revision %d are not kept\n", first)
	}
	for i, r := range revisions {
		next := textOf(item.Title, item.Summary, item.Content)
		if i+1 < len(revisions) {
			v := revisions[i+1]
			next = textOf(v.Title, v.Summary, v.Content)
		}
		was := textOf(r.Title, r.Summary, r.Content)
		fmt.Fprintf(a.stdout, "\nchanged %s:\n", moment(r.Until))
		if line := diffLine(was.title, next.title); line != "" {
			fmt.Fprintf(a.stdout, "  title: %s\n", line)
		}
		if line := diffLine(was.body, next.body); line != "" {
			fmt.Fprintf(a.stdout, "  text: %s\n", line)
		}
	}
}

// A revisionRow is an earlier text as show --json --diff prints it.
type revisionRow struct {
	Number  uint32  `json:"number"`
	From    *string `json:"from"`
	Until   *string `json:"until"`
	Title   string  `json:"title"`
	Summary string  `json:"summary"`
	Content string  `json:"content"`
}

func revisionRows(revisions []storage.Revision) []revisionRow {
	out := []revisionRow{}
	for _, r := range revisions {
		out = append(out, revisionRow{r.Number, stamp(r.From), stamp(r.Until), oneLine(plain(r.Title)), r.Summary.Value, r.Content.Value})
	}
	return out
}
