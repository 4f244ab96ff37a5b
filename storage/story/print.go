package story

import (
	"crypto/sha256"
	"encoding/binary"
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
func Print(item *storage.Item) storage.Print {
	var r reading
	p := r.brief(item)
	p.Version = printVersion
	if key, specific := link.Key(item.URL); specific {
		p.Page, p.Query = page(key)
		host, _, _ := strings.Cut(key, "/")
		p.Site = words.Hash(host)
	}
	headline := bareTitle(r.headline)
	p.Title = set(words.AppendHashes(nil, headline), maxTitleWords)
	p.Terms = terms(headline)
	p.Day = dayOf(r.text[:r.lead])
	p.Numbers, p.Figures, p.Digits = numbers(r.own)
	if len(r.own) < maxVocab {
		p.Vocab = set(slices.Clone(r.own), maxVocab)
	}
	p.Lead = slices.Clone(r.shingles[:min(len(r.shingles), maxLead)])
	p.Shingles = smallest(r.shingles)
	return p
}

// Brief makes the part of Print that is kept of every item, URL, Text, Words,
// Sketch and Pages, at a third of the cost. Its Version is 0.
func Brief(item *storage.Item) storage.Print { return new(reading).brief(item) }

// A reading is the words of one item. Its room serves the next one's.
type reading struct {
	headline    string
	plain       string // text without markup
	title, text []uint32
	lead        int      // how many words of text are dateline and byline
	own         []uint32 // of text, without these and without what it quotes
	shingles    []uint32 // of own
	bytes       []byte
}

func (r *reading) brief(item *storage.Item) (p storage.Print) {
	key, specific := link.Key(item.URL)
	if specific {
		p.URL = link.Hash(key)
	}
	body := bodyOf(item)
	r.headline = plain(item.Title)
	r.title = words.AppendHashes(r.title[:0], r.headline)
	r.plain = plain(body)
	r.text, r.lead = appendHashes(r.text[:0], r.plain)
	p.Text = r.key(r.title, r.text)
	r.own = r.text[r.lead:]
	if own, ok := unquoted(body); ok {
		r.own = own
	}
	p.Words = uint32(len(r.own))
	r.shingles = words.AppendShingles(r.shingles[:0], r.own)
	p.Sketch = sketch(r.shingles)
	if p.URL.IsZero() {
		return p
	}
	r.title = words.AppendHashes(r.title[:0], bareTitle(r.headline))
	address, _, _ := strings.Cut(key, "?")
	p.Pages = pageKeys(link.Hash(address), least(r.title, pageWords))
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
	text, lead := appendHashes(nil, plain(storage.Text{Value: own, HTML: true}))
	return text[lead:], len(text)-lead >= shortText
}

// set sorts hashes in place and returns a copy of at most n of them, each
// once.
func set(hashes []uint32, n int) []uint32 {
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	return slices.Clone(hashes[:min(len(hashes), n)])
}

// BriefAll fills the Print of all items of one document with Brief, and Plain. A link that
// the document gives to more than two titles says nothing about the article and
// is left out of their prints: it is that of a page where many stand.
func BriefAll(items []storage.Item) {
	var r reading
	sharing := make(map[storage.Key]int, len(items))
	for i := range items {
		items[i].Print = r.brief(&items[i])
		items[i].Print.Plain = r.plain
		sharing[items[i].Print.URL]++
	}
	titles := make(map[storage.Key]map[storage.Key]bool)
	for i := range items {
		url := items[i].Print.URL
		if sharing[url] <= maxTitles {
			continue
		}
		if titles[url] == nil {
			titles[url] = make(map[storage.Key]bool)
		}
		title := words.AppendHashes(nil, bareTitle(plain(items[i].Title)))
		titles[url][r.key(set(title, maxTitleWords), nil)] = true
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

func plain(t storage.Text) string { return words.Plain(t.Value, t.HTML) }

// key hashes the tokens of title and text in their order.
func (r *reading) key(title, text []uint32) storage.Key {
	b := binary.BigEndian.AppendUint32(r.bytes[:0], uint32(len(title)))
	for _, h := range title {
		b = binary.BigEndian.AppendUint32(b, h)
	}
	for _, h := range text {
		b = binary.BigEndian.AppendUint32(b, h)
	}
	r.bytes = b
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
