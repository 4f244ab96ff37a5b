package main

import (
	"fmt"
	"io"

	"sluice/cmd/internal/control"
	"sluice/cmd/internal/daemon"
)

// A progress tells a person at a terminal how far a fetch is, in one line that
// is written over. Elsewhere it is silent.
type progress struct {
	w     io.Writer // nil: silent
	total int       // 0: not known
	done  int
	fresh int
}

func (a *app) progress(g *daemon.Generation, r control.FetchRequest) *progress {
	p := &progress{}
	if terminal(a.stderr) {
		p.w = a.stderr
	}
	if p.total = len(r.Feeds); r.All && g != nil && len(g.Config.Lists) == 0 {
		p.total = len(g.Feeds)
	}
	return p
}

// report shows one more poll.
func (p *progress) report(polled control.Polled) {
	p.done++
	p.fresh += polled.New
	if p.w == nil {
		return
	}
	of := ""
	if p.total > 0 {
		of = fmt.Sprintf(" of %d", p.total)
	}
	fmt.Fprintf(p.w, "\r\x1b[K%d%s feeds polled, %d new items: %s", p.done, of, p.fresh, clip(oneLine(polled.Feed), 40))
}

// end clears the line.
func (p *progress) end() {
	if p.w != nil && p.done > 0 {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
