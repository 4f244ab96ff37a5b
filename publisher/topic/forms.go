package topic

import (
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
type forms struct {
	known sync.Map // of string to []uint32
	count atomic.Int32
}

// keys returns the keys of a token whose form is given: p.keysOf, remembered.
func (f *forms) keys(p *plan, form string, t words.Token) []uint32 {
	if keys, ok := f.known.Load(form); ok {
		return keys.([]uint32)
	}
	keys := p.keysOf(t)
	if len(form) < longForm && f.count.Load() < maxForms {
		f.count.Add(1)
		f.known.Store(strings.Clone(form), keys)
	}
	return keys
}
