package publisher

import (
	"context"
	"crypto/sha256"
	"io"
	"net/http"
	"strings"

	"sluice/config"
	"sluice/publisher/render"
)

// A bearer is who holds a token, and what it opens.
type bearer struct {
	token  string
	topics map[string]bool
	former map[string]string // earlier names of these topics to those of today
	gone   map[string]bool   // topics that were given up, by all their names
}

// private reports whether a topic is published to its partners alone.
func private(t config.Topic) bool { return len(t.Private) > 0 }

// admit notes who may read the private topics. Tokens are looked up by their
// sums, so that how long a wrong one takes says nothing of the right ones.
func (g *generation) admit(topics []config.Topic) {
	g.bearers = map[[sha256.Size]byte]*bearer{}
	for _, t := range topics {
		for _, p := range t.Private {
			sum := sha256.Sum256([]byte(p.Token))
			b := g.bearers[sum]
			if b == nil {
				b = &bearer{token: string(p.Token), topics: map[string]bool{}, former: map[string]string{}, gone: map[string]bool{}}
				g.bearers[sum] = b
			}
			for _, name := range g.names(t) {
				switch {
				case t.Gone:
					b.gone[name] = true
				case name == t.Name:
					b.topics[name] = true
				default:
					b.former[name] = t.Name
				}
			}
		}
	}
}

// public returns the topics that everyone may read.
func (g *generation) public() []config.Topic {
	var list []config.Topic
	for _, t := range g.topics {
		if !private(t) {
			list = append(list, t)
		}
	}
	return list
}

// servePrivate answers for the documents of private topics, and reports false
// where the path leads to none that its token opens: all such paths are
// answered alike.
//
// Each partner's documents hold its own addresses, so they are rendered when
// they are asked for and kept beside the archive pages.
func (s *Site) servePrivate(w http.ResponseWriter, r *http.Request, shown *shelf) bool {
	if shown.gen == nil {
		return false
	}
	rest, ok := strings.CutPrefix(r.URL.Path, render.PathPrivate)
	if !ok {
		rest, ok = strings.CutPrefix(strings.TrimPrefix(r.URL.Path, shown.gen.prefix), render.PathPrivate)
	}
	token, rest, found := strings.Cut(rest, "/")
	if !ok || !found {
		return false
	}
	sum := sha256.Sum256([]byte(token))
	b := shown.gen.bearers[sum]
	k, ok := parseDocument(rest)
	if b == nil || !ok {
		return false
	}
	// Who was let in by the config that is served may be out by the one that
	// waits for the next publication.
	if now := s.wanted.Load().bearers[sum]; now == nil || b.topics[k.topic] && !now.topics[k.topic] {
		return false
	}
	k.bearer = b
	if b.gone[k.topic] {
		answer(w, r, http.StatusGone, "This topic was given up.\n")
		return true
	}
	if name := b.former[k.topic]; name != "" {
		shut(w.Header())
		w.Header().Set("Location", shown.gen.site.URL+render.PrivatePath(b.token, name)+rest[len(k.topic):])
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusMovedPermanently)
		return true
	}
	h := shown.heads[k.topic]
	if !b.topics[k.topic] || h == nil || k.number > h.pages() {
		return false
	}
	d := s.demand(w, r, k, h, func(ctx context.Context) (*document, error) {
		return (&build{site: s, gen: shown.gen, feeds: shown.feeds, now: h.rendered}).confide(ctx, h, k)
	})
	if d != nil && (r.Header["A-Im"] == nil || !s.serveDelta(w, r, shown, d, k)) {
		d.serve(w, r)
	}
	return true
}

// parseDocument reads the path of a topic's page or document, from the topic's
// name on.
func parseDocument(rest string) (archiveKey, bool) {
	path := render.TopicPath(rest)
	if k, ok := parseArchive(path); ok {
		return k, true
	}
	name := topicOf(path)
	k := archiveKey{topic: name, ext: strings.TrimSuffix(rest[len(name):], "/")}
	return k, name != "" && (k.ext == "" || k.format() != nil)
}

// confide renders one of the documents of a private topic for a partner.
func (b *build) confide(ctx context.Context, h *head, k archiveKey) (*document, error) {
	var (
		d    *document
		err  error
		page = h.page
	)
	if k.number > 0 {
		if page, err = b.archive(ctx, h, k.number); err != nil {
			return nil, err
		}
	}
	own := *page
	own.Token = k.bearer.token
	if k.number > 0 {
		d, err = b.archived(h, k, &own)
	} else {
		kind, write, since := render.TypeHTML, render.HTML, ""
		if f := k.format(); f != nil {
			kind, write, since = f.kind, f.render, b.base(h).String()
		}
		d, err = b.document(nil, kind, edition{h.state.Changed, h.age, since}, func(w io.Writer) error { return write(w, &own) })
	}
	if err != nil {
		return nil, err
	}
	d.confine()
	return d, nil
}

// confine turns the headers of a document that is nobody else's yet into those
// of a private one: no cache that others share keeps it, no search engine names
// it, and no page of another site reads it.
func (d *document) confine() {
	kept := []header{{"Cache-Control", nil}, {"X-Robots-Tag", []string{"noindex"}}, {"Referrer-Policy", []string{"no-referrer"}}}
	for _, h := range d.common {
		switch h.name {
		case "Access-Control-Allow-Origin":
		case "Cache-Control":
			kept[0].value = []string{"private, " + h.value[0]}
		default:
			kept = append(kept, h)
		}
	}
	d.common = kept
}

// shut sets the headers of an answer that is no document.
func shut(h http.Header) {
	h.Set("Cache-Control", "private, max-age=300")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Referrer-Policy", "no-referrer")
}
