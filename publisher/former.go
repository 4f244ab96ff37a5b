package publisher

import (
	"net/http"
	"path"
	"slices"
	"strings"

	"sluice/config"
	"sluice/publisher/render"
)

// names returns the names under which a topic's documents stand as static
// files: its own, and the earlier ones.
func (g *generation) names(t config.Topic) []string {
	names := []string{t.Name}
	for _, f := range t.Formerly {
		if !strings.HasPrefix(f, "/") {
			names = append(names, f)
		}
	}
	return names
}

// documents returns a topic's head documents by what follows its path.
func (h *head) documents() map[string]*document {
	return map[string]*document{"": h.html, render.ExtAtom: h.atom, render.ExtRSS: h.rss, render.ExtJSON: h.json}
}

// continueFormer lays out the earlier addresses of topics: they lead to those
// of today, and their static files hold the same bytes, since a web server of
// files knows no redirects. What is published today goes before.
func (s *shelf) continueFormer() {
	s.moved = map[string]string{}
	for _, h := range s.heads {
		if h.page != nil {
			continue // private
		}
		for _, former := range h.topic.Formerly {
			if !strings.HasPrefix(former, "/") {
				for ext, d := range h.documents() {
					s.move(render.TopicPath(former)+ext, h.topic.Name, ext, d)
				}
				s.moved[render.TopicPath(former)+"/"] = render.TopicPath(h.topic.Name)
				continue
			}
			ext := formerExt(former)
			former = strings.TrimSuffix(former, "/")
			s.move(former, h.topic.Name, ext, h.documents()[ext])
			s.moved[former+"/"] = s.moved[former]
		}
	}
}

// formerExt tells by the end of an earlier address what stood there. Of what
// tells nothing but that it is a feed, Atom is the fullest.
func formerExt(former string) string {
	name := strings.ToLower(path.Base(former))
	switch ext := path.Ext(name); ext {
	case render.ExtRSS, render.ExtJSON:
		return ext
	case ".htm", ".html":
		return ""
	case "":
		switch name { // as blogs and planets have them
		case "rss", "rss2":
			return render.ExtRSS
		case "json":
			return render.ExtJSON
		case "feed", "atom", "rdf", "xml":
			return render.ExtAtom
		}
		return ""
	}
	return render.ExtAtom
}

func (s *shelf) move(former, name, ext string, d *document) {
	s.moved[former] = render.TopicPath(name) + ext
	file := strings.TrimPrefix(former, "/")
	if path.Ext(former) == "" {
		file = path.Join(file, "index.html")
	}
	if s.files[file] == nil && checkName(file) == nil {
		s.files[file] = d
	}
}

// serveFormer answers for the addresses of topics that were renamed or given
// up, and reports false for others.
func (s *shelf) serveFormer(w http.ResponseWriter, r *http.Request) bool {
	if s.gen == nil {
		return false
	}
	at := r.URL.Path
	target, known := s.target(at)
	if !known && s.gen.prefix != "" && strings.HasPrefix(at, s.gen.prefix) {
		target, known = s.target(strings.TrimPrefix(at, s.gen.prefix))
	}
	switch {
	case !known:
		return false
	case target == "":
		answer(w, r, http.StatusGone, "This topic was given up. The others are listed at "+s.gen.site.URL+"/\n")
	default:
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cache-Control", "max-age=86400")
		h.Set("Location", s.gen.site.URL+target)
		h.Set("Content-Length", "0")
		w.WriteHeader(http.StatusMovedPermanently)
	}
	return true
}

// target returns the path of today for an earlier one, or "" for that of a
// topic that is gone.
func (s *shelf) target(at string) (target string, known bool) {
	if target, known = s.moved[at]; known {
		return target, true
	}
	if k, ok := parseArchive(at); ok {
		name := s.gen.former[k.topic]
		if h := s.heads[name]; s.heads[k.topic] == nil && h != nil && h.page == nil && k.number <= h.pages() {
			k.topic = name
			return k.String(), true
		}
	}
	name := topicOf(at)
	return "", slices.ContainsFunc(s.gen.gone, func(t config.Topic) bool {
		return !private(t) && (name != "" && slices.Contains(s.gen.names(t), name) || slices.Contains(t.Formerly, at) || slices.Contains(t.Formerly, strings.TrimSuffix(at, "/")))
	})
}

// topicOf returns the topic whose document or page would stand at path.
func topicOf(path string) string {
	rest, ok := strings.CutPrefix(path, render.TopicPath(""))
	if !ok {
		return ""
	}
	if k, ok := parseArchive(path); ok {
		return k.topic
	}
	rest = strings.TrimSuffix(rest, "/")
	for _, f := range formats {
		if name, ok := strings.CutSuffix(rest, f.ext); ok {
			return name
		}
	}
	return rest
}
