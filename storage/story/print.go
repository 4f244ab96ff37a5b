package story

import (
	"crypto/sha256"
	"encoding/binary"
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"sluice/storage"
	"sluice/storage/link"
	"sluice/storage/words"
)

// printVersion is the way in which Print makes prints. Version 1 had fewer
// shingles and neither Lead, Numbers nor Vocab.
const printVersion = 2

// Bounds of a print: no text is so long that its print is large.
const (
	maxTitleWords = 256 // no headline comes near it
	maxShingles   = 1024
	maxLead       = 192
	maxNumbers    = 256
	maxParams     = 16
	maxVocab      = 120 // words from which a text is not short any more

	shortestTerm = 4 // characters
)

// maxTitles is how many titles a feed may give one link before the link says
// nothing about the article any more.
const maxTitles = 2

// Print makes what dedupe compares of an item.
//
// The text is what was extracted from the item's page, else its content, or its
// summary where it has neither. Lines of nothing but counters (12 comments,
// 1,024 views) are left out of it, and the dateline and byline with which it
// begins out of all but Text.
//
// Shingles holds the distinct hashes of its runs of three words; of more than
// 1,024 the smallest, a sample that is fair to the whole text (see contained).
// Text changes with each word and number of title or text, and not with case,
// diacritics, white space, quotes, dashes, or markup.
//
// The prints of one document's items are better made by PrintAll.
func Print(item *storage.Item) storage.Print {
	p := storage.Print{Version: printVersion}
	if key, specific := link.Key(item.URL); specific {
		p.URL = link.Hash(key)
		p.Page, p.Query = page(key)
		host, _, _ := strings.Cut(key, "/")
		p.Site = words.Hash(host)
	}
	headline := plain(item.Title)
	title := words.AppendHashes(nil, headline)
	text, lead := textHashes(plain(bodyOf(item)))
	p.Text = textKey(title, text)
	headline = bareTitle(headline)
	p.Title = set(words.AppendHashes(title[:0], headline), maxTitleWords)
	p.Terms = terms(headline)
	p.Day = dayOf(text[:lead])
	text = text[lead:]
	if own, ok := unquoted(bodyOf(item)); ok {
		text = own
	}
	p.Words = uint32(len(text))
	p.Numbers, p.Figures, p.Digits = numbers(text)
	if len(text) < maxVocab {
		p.Vocab = set(slices.Clone(text), maxVocab)
	}
	shingles := words.ShingleHashes(text)
	p.Lead = slices.Clone(shingles[:min(len(shingles), maxLead)])
	p.Sketch, p.Pages = sketch(shingles), pageKeys(p.Page, p.Title)
	p.Shingles = smallest(shingles)
	return p
}

// page returns the hash of a link's key without its query, and the hashes of
// the query's parameters.
func page(key string) (storage.Key, []uint32) {
	address, query, ok := strings.Cut(key, "?")
	if !ok {
		return link.Hash(address), nil
	}
	var params []uint32
	for param := range strings.SplitSeq(query, "&") {
		params = append(params, words.Hash(param))
	}
	return link.Hash(address), set(params, maxParams)
}

// terms returns the hashes of the words of a title that have four letters or
// more, numbers and characters that are words by themselves left out.
func terms(title string) []uint32 {
	var long []uint32
	for _, token := range words.Tokens(title) {
		if h := words.Hash(token); utf8.RuneCountInString(token) >= shortestTerm && !words.IsNumber(h) {
			long = append(long, h)
		}
	}
	return set(long, maxTitleWords)
}

// unquoted returns the words of a text without what it quotes, if it quotes
// something and enough is left to compare.
func unquoted(t storage.Text) ([]uint32, bool) {
	if !t.HTML {
		return nil, false
	}
	own := ownMarkup(t.Value)
	if own == t.Value {
		return nil, false
	}
	text, lead := textHashes(plain(storage.Text{Value: own, HTML: true}))
	return text[lead:], len(text)-lead >= shortText
}

// set sorts hashes in place and returns a copy of at most n of them, each
// once.
func set(hashes []uint32, n int) []uint32 {
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	return slices.Clone(hashes[:min(len(hashes), n)])
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
// markup: it is taken out too, and so are characters that were.
func plain(t storage.Text) string {
	s := t.Value
	if t.HTML {
		s = words.Strip(s)
	}
	if strings.Contains(s, "</") {
		s = words.Strip(s)
	}
	if strings.Contains(s, "&") {
		s = html.UnescapeString(s)
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
