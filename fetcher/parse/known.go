package parse

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"strings"
)

// recognise passes over the item that t starts, if it is known: the same bytes
// in the same place were read before. What it takes for the item's end is
// where the item ended then, or the hash would be another.
func (r *rewriter) recognise(t token) bool {
	if r.want.known == nil || t.empty || len(r.stack) == 0 || r.vain > len(r.sc.s) {
		return false
	}
	before := *r.sc
	end, ok := r.skim(t)
	if !ok {
		r.vain += r.sc.pos - t.start
	} else {
		if h := r.sumOf(t.start, end); r.want.known(h) {
			r.items = append(r.items, itemNote{hash: h, known: true})
			return true
		}
	}
	*r.sc = before
	return false
}

// skim finds the end of the item that t starts: the end tag of its name, if
// nothing of that name starts before. It goes by the tokens that a reading
// would see, so that neither comments nor CDATA nor quoted values deceive it.
// An item that holds a declaration is not skimmed, since a scanner may take
// such a thing otherwise the next time.
func (r *rewriter) skim(t token) (end int, ok bool) {
	declarations := r.sc.declarations
	for {
		switch u := r.sc.next(); u.kind {
		case endOfInput:
			return 0, false
		case startToken:
			if strings.EqualFold(u.name, t.name) {
				return 0, false
			}
		case endToken:
			if strings.EqualFold(u.name, t.name) {
				return u.end, r.sc.declarations == declarations && strings.HasSuffix(u.text, ">")
			}
		}
	}
}

// sum notes the hash of the item that has just been closed by its own end tag,
// if reading it found nothing to tell people of.
func (r *rewriter) sum(f frame, end int) {
	n := &r.items[len(r.items)-1]
	if f.start < 0 || n.warned || r.sc.declarations != f.declarations || r.sc.s[end-1] != '>' || len(r.stack) == 0 {
		return
	}
	n.hash = r.sumOf(f.start, end)
}

// sumOf returns a hash of a part of the text and of what is around it: two
// checksums of 32 bits that have nothing in common, which are as fast as the
// memory; never 0. That is enough: two of a feed's items agree by chance in one
// of 10^15 feeds of 100 items, and who wants theirs to agree deceives nobody
// but the readers of their own feed.
func (r *rewriter) sumOf(start, end int) uint64 {
	if r.castagnoli == nil {
		r.castagnoli = crc32.MakeTable(crc32.Castagnoli)
	}
	around := r.around()
	a, b := crc32.Update(0, r.castagnoli, around), crc32.Update(0, crc32.IEEETable, around)
	var piece [2048]byte
	for s := r.sc.s[start:end]; s != ""; {
		n := copy(piece[:], s)
		a, b = crc32.Update(a, r.castagnoli, piece[:n]), crc32.Update(b, crc32.IEEETable, piece[:n])
		s = s[n:]
	}
	return max(uint64(a)<<32|uint64(b), 1)
}

// around returns a hash of all that bears on the reading of an item from
// outside: the elements that it stands in, with their namespaces, base and
// language. The innermost element keeps it.
func (r *rewriter) around() []byte {
	f := &r.stack[len(r.stack)-1]
	if f.around != nil {
		return f.around
	}
	h := sha256.New()
	write := func(parts ...string) {
		for _, p := range parts {
			_, _ = h.Write(binary.AppendUvarint(nil, uint64(len(p))))
			_, _ = h.Write([]byte(p))
		}
	}
	write(r.format, r.native, r.docBase)
	for _, e := range r.stack {
		write(e.raw, string(rune(e.form)), string(rune(e.in)), e.base, e.lang)
	}
	for b := f.scope; b != nil; b = b.outer {
		write(b.prefix, b.to)
	}
	f.around = h.Sum(nil)
	return f.around
}
