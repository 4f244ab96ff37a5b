package story

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"sluice/storage"
	"sluice/storage/link"
	"sluice/storage/words"
)

// printVersion is the way in which Print makes prints.
const printVersion = 1

// maxShingles bounds Print.Shingles.
const maxShingles = 128

// maxTitleWords bounds Print.Title. No headline comes near it.
const maxTitleWords = 256

// maxTitles is how many titles a feed may give one link before the link says
// nothing about the article any more.
const maxTitles = 2

// Print makes what dedupe compares of an item.
//
// The text is what was extracted from the item's page, else its content, or its
// summary where it has neither. Lines of
// nothing but counters (12 comments, 1,024 views) are left out of it. Shingles
// holds the 128 smallest of the distinct hashes of its runs of three words: a
// sample that is fair to the whole text, and the whole where there are fewer
// (see contained). Text changes with each word and number of title or text,
// and not with case, diacritics, white space, quotes, dashes, or markup.
//
// The prints of one document's items are better made by PrintAll.
func Print(item *storage.Item) storage.Print {
	p := storage.Print{Version: printVersion}
	if key, specific := link.Key(item.URL); specific {
		p.URL = link.Hash(key)
	}
	title := words.AppendHashes(nil, plain(item.Title))
	text := textHashes(item)
	p.Text = textKey(title, text)
	slices.Sort(title)
	title = slices.Compact(title)
	p.Title = slices.Clone(title[:min(len(title), maxTitleWords)])
	p.Words = uint32(len(text))
	p.Shingles = smallest(words.ShingleHashes(text))
	return p
}

// PrintAll fills the Print of all items of one document. A link that the
// document gives to more than two titles says nothing about the article and
// is left out of their prints: it is that of a page where many stand.
func PrintAll(items []storage.Item) {
	titles := make(map[storage.Key][]storage.Key, len(items))
	for i := range items {
		p := Print(&items[i])
		items[i].Print = p
		if p.URL.IsZero() || len(titles[p.URL]) > maxTitles {
			continue
		}
		if t := textKey(p.Title, nil); !slices.Contains(titles[p.URL], t) {
			titles[p.URL] = append(titles[p.URL], t)
		}
	}
	for i := range items {
		if p := &items[i].Print; len(titles[p.URL]) > maxTitles {
			p.URL = storage.Key{}
		}
	}
}

// bodyOf returns the text of an item.
func bodyOf(item *storage.Item) storage.Text {
	if x := item.Extract; x != nil && x.Content != "" {
		return storage.Text{Value: x.Content, HTML: true}
	}
	if strings.TrimSpace(item.Content.Value) != "" {
		return item.Content
	}
	return item.Summary
}

// plain returns the plain text of t. Markup that was escaped twice is still
// markup: it is taken out too.
func plain(t storage.Text) string {
	s := t.Value
	if t.HTML {
		s = words.Strip(s)
	}
	if strings.Contains(s, "</") {
		return words.Strip(s)
	}
	return s
}

// textKey hashes the tokens of title and text in their order.
func textKey(title, text []uint32) storage.Key {
	b := make([]byte, 0, 4*(len(title)+len(text)+1))
	b = binary.BigEndian.AppendUint32(b, uint32(len(title)))
	for _, h := range title {
		b = binary.BigEndian.AppendUint32(b, h)
	}
	for _, h := range text {
		b = binary.BigEndian.AppendUint32(b, h)
	}
	sum := sha256.Sum256(b)
	return storage.Key(sum[:16])
}

// smallest returns the maxShingles smallest distinct hashes, sorted. It
// reorders its argument.
func smallest(hashes []uint32) []uint32 {
	if len(hashes) > 3*maxShingles {
		// Hashes are spread evenly: twice as many as are needed lie below limit.
		limit := uint32(2 * maxShingles * (1 << 32) / uint64(len(hashes)))
		low := make([]uint32, 0, 3*maxShingles)
		for _, h := range hashes {
			if h < limit {
				low = append(low, h)
			}
		}
		slices.Sort(low)
		if low = slices.Compact(low); len(low) >= maxShingles {
			return slices.Clone(low[:maxShingles])
		}
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	return slices.Clone(hashes[:min(len(hashes), maxShingles)])
}
