package parse

import (
	"fmt"
	"strings"
	"testing"
)

// FuzzRepair damages a document of six items: something stands before it,
// something is put into it, and it ends too early. The items before the damage
// are read as they were, and those behind it where it is confined to one item.
func FuzzRepair(f *testing.F) {
	f.Add("\n<br />\n<b>Warning</b>: Cannot modify", "", 3, 1000, false)
	f.Add("", "&nbsp;&x;& <b", 2, 700, true)
	f.Add("\uFEFF\x00 \x1b", "</title><x:y z='", 1, 5000, false)
	f.Add("<!DOCTYPE rss [<!ENTITY a '&b;&b;'>]>", "<!-- -- > -->", 4, 5000, true)
	f.Add("<?xml version='1.1'?>", "]]>", 0, 5000, false)
	f.Fuzz(func(t *testing.T, before, within string, at, end int, atom bool) {
		const items = 6
		open, item, content, closing := "<rss version='2.0'><channel><title>T</title>", "item", "description", "</channel></rss>"
		if atom {
			open, item, content, closing = "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>", "entry", "summary", "</feed>"
		}
		if strings.ContainsAny(before, "<>\"'{[") {
			before = "" // junk that may be markup is FuzzParse's
		}
		if strings.ContainsAny(within, "<>\"'") {
			within = strings.Map(func(r rune) rune {
				if strings.ContainsRune("<>\"'", r) {
					return '.'
				}
				return r
			}, within)
		}
		at = max(0, min(at, items-1))
		var doc strings.Builder
		doc.WriteString(before + open)
		ends := make([]int, items) // where each item ends
		for i := range items {
			put := ""
			if i == at {
				put = within
			}
			fmt.Fprintf(&doc, "<%s><title>Title %d</title><%s>%s of %d</%s></%s>", item, i, content, put, i, content, item)
			ends[i] = doc.Len()
		}
		text := doc.String() + closing
		end = max(len(before)+len(open), min(end, len(text)))
		got, err := parseText(scrub(strings.ToValidUTF8(text[:end], "\uFFFD")), "", reader{})
		if err != nil {
			t.Fatalf("%v: %q", err, text[:end])
		}
		complete := 0
		for complete < items && ends[complete] <= end+1 { // nor need an item's
			complete++
		}
		whole := end >= len(text)-1 // the end tag of the root need not be whole
		if len(got.Items) != complete || got.Truncated && whole || !got.Truncated && !whole {
			t.Fatalf("%d items, truncated %v; want %d of %q", len(got.Items), got.Truncated, complete, text[:end])
		}
		for i, it := range got.Items {
			if it.Title.Value != fmt.Sprint("Title ", i) || i != at && it.Summary.Value != fmt.Sprint("of ", i) || !strings.HasSuffix(it.Summary.Value, fmt.Sprint("of ", i)) {
				t.Errorf("item %d: %q, %q", i, it.Title.Value, it.Summary.Value)
			}
		}
	})
}
