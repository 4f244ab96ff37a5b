package topic

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"sluice/storage/words"
)

// Stemming costs more than all else that is done to an item's words, and most
// words of an item stood in earlier ones.
const (
	maxForms = 1 << 15 // that are kept for each language
	longForm = 32      // bytes from which a word is too rare to be kept
)

// forms keeps the keys of words that were seen, up to its bound. It is safe for
// concurrent use, and changes no answer.
//
// The words of many items are looked up in known, which is never written:
// nothing is locked or allocated for one. New words gather in fresh until they
// are worth a new known.
type forms struct {
	known atomic.Pointer[map[string][]uint32]

	mu    sync.Mutex
	fresh map[string][]uint32
}

// form returns what decides the keys of a token. Where some are words as
// written, both of what is written and what it means count: ½ is two tokens.
func (p *plan) form(t words.Token) string {
	if p.exact && t.Exact != t.Text {
		return t.Exact + " " + t.Text
	}
	return t.Text
}

// keys returns the keys of a token: p.keysOf, remembered.
func (f *forms) keys(p *plan, t words.Token) []uint32 {
	form := p.form(t)
	if known := f.known.Load(); known != nil {
		if keys, ok := (*known)[form]; ok {
			return keys
		}
	}
	if len(form) >= longForm {
		return p.keysOf(t)
	}
	return f.learn(p, form, t)
}

// learn is keys for a word that is not in known.
func (f *forms) learn(p *plan, form string, t words.Token) []uint32 {
	f.mu.Lock()
	keys, ok := f.fresh[form]
	f.mu.Unlock()
	if ok {
		return keys
	}
	keys = p.keysOf(t)
	f.mu.Lock()
	defer f.mu.Unlock()
	var known map[string][]uint32
	if k := f.known.Load(); k != nil {
		known = *k
	}
	if len(known)+len(f.fresh) >= maxForms {
		return keys
	}
	if f.fresh == nil {
		f.fresh = make(map[string][]uint32)
	}
	f.fresh[strings.Clone(form)] = keys
	if n := len(known) + len(f.fresh); len(f.fresh) > 64+len(known)/4 || n == maxForms {
		next := make(map[string][]uint32, n)
		maps.Copy(next, known)
		maps.Copy(next, f.fresh)
		f.known.Store(&next)
		f.fresh = nil
	}
	return keys
}
