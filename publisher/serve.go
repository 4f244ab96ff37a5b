package publisher

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"sluice/publisher/render"
)

// ServeHTTP answers for all public documents, /healthz and /readyz.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		answer(w, r, http.StatusMethodNotAllowed, "Only GET and HEAD are answered here.\n")
		return
	}
	shown := s.shown.Load()
	if d := shown.served[r.URL.Path]; d != nil {
		if r.Header["A-Im"] == nil || !s.servePublicDelta(w, r, shown, d) {
			d.serve(w, r)
		}
		return
	}
	if s.servePrivate(w, r, shown) || s.serveArchive(w, r, shown) || shown.serveFormer(w, r) {
		return
	}
	switch {
	case r.URL.Path == "/healthz":
		answer(w, r, http.StatusOK, "ok\n")
	case r.URL.Path == "/readyz" && shown.ready():
		answer(w, r, http.StatusOK, "ready\n")
	case r.URL.Path == "/readyz":
		answer(w, r, http.StatusServiceUnavailable, "not ready: "+shown.progress()+"\n")
	case !shown.ready():
		// Not 404: readers give up a feed that is gone.
		w.Header().Set("Retry-After", "5")
		answer(w, r, http.StatusServiceUnavailable, "Starting: "+shown.progress()+"\n")
	default:
		answer(w, r, http.StatusNotFound, shown.missing(r.URL.Path))
	}
}

func (s *shelf) progress() string {
	if s.gen == nil {
		return "nothing is rendered yet"
	}
	return fmt.Sprintf("%d of %d topics are rendered", len(s.heads), len(s.gen.topics))
}

// missing says that nothing is at path, and what topics have nearly its name.
func (s *shelf) missing(path string) string {
	path = strings.TrimPrefix(path, s.gen.prefix)
	name, ok := strings.CutPrefix(path, render.TopicPath(""))
	if !ok {
		return "There is nothing at this address. The topics are listed at " + s.gen.site.URL + "/\n"
	}
	name, _, _ = strings.Cut(name, "/")
	name, _, _ = strings.Cut(name, ".")
	var names []string
	for _, t := range s.gen.public() {
		names = append(names, t.Name)
	}
	var b strings.Builder
	b.WriteString("There is no such topic or document.")
	if similar := near(name, names); len(similar) > 0 {
		b.WriteString(" Did you mean one of these?\n")
		for _, n := range similar {
			b.WriteString(s.gen.site.URL + render.TopicPath(n) + "\n")
		}
		return b.String()
	}
	b.WriteString(" The topics are listed at " + s.gen.site.URL + "/\n")
	return b.String()
}

// answer writes a short text that no cache may keep.
func answer(w http.ResponseWriter, r *http.Request, status int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = io.WriteString(w, text) // the client may be gone
	}
}

// serve answers a GET or HEAD with the document. Header values are put into
// the map as they are, since their names are canonical already.
func (d *document) serve(w http.ResponseWriter, r *http.Request) {
	if d.refused(r.Header) {
		answer(w, r, http.StatusPreconditionFailed, "This document is another by now.\n")
		return
	}
	h := w.Header()
	for i := range d.common {
		h[d.common[i].name] = d.common[i].value
	}
	if etag := d.unchanged(r.Header); etag != nil {
		h["Etag"] = etag
		w.WriteHeader(http.StatusNotModified)
		return
	}
	for i := range d.full {
		h[d.full[i].name] = d.full[i].value
	}
	rep := d.chosen(r.Header["Accept-Encoding"])
	if rep.coding != nil {
		h["Content-Encoding"] = rep.coding.header
	}
	h["Etag"] = rep.etag
	h["Content-Length"] = rep.length
	if r.Method != http.MethodHead {
		_, _ = w.Write(rep.body) // the client may be gone
	}
}
