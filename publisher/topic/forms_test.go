package topic

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"sluice/storage/words"
)

// What is remembered of a word is what would be found out anew, also where
// many learn at once, for words of each length, and beyond the bound.
func TestFormsChangeNothing(t *testing.T) {
	p := &plan{language: "en", leaves: []*sequence{{text: "run"}, {text: "w7", form: prefix}, {text: strings.Repeat("y", 15)}}}
	p.prepare()
	var tokens []words.Token
	for n := range 40 {
		tokens = append(tokens, words.Scan(strings.Repeat("y", n+1)+" "+strings.Repeat("é", n+1))...)
	}
	tokens = append(tokens, words.Scan("run running runs runner w7 w71")...)
	for n := range maxForms + 500 {
		tokens = append(tokens, words.Scan(fmt.Sprintf("w%d", n))...)
	}
	var work sync.WaitGroup
	for range 4 {
		work.Go(func() {
			for range 2 {
				for _, token := range tokens {
					if got, want := p.forms.keys(p, token), p.keysOf(token); !slices.Equal(got, want) {
						t.Errorf("%q has the keys %v, want %v", token.Text, got, want)
						return
					}
				}
			}
		})
	}
	work.Wait()
	known := p.forms.known.Load()
	if known == nil || len(*known) > maxForms || len(*known) < maxForms/2 {
		t.Error("what is known is not within its bounds")
	}
}
