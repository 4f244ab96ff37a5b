package publisher

import (
	"sluice/publisher/render"
	"sluice/storage"
)

// A shelf is all documents of one publication. It is immutable once it is
// served, so a request needs no lock, and sees a topic's documents and the
// index as of one moment.
type shelf struct {
	gen    *generation
	feeds  map[string]storage.FeedState // as the store had them, by name
	heads  map[string]*head             // by topic
	failed map[string]bool              // topics to be rendered again

	index, topics, sources *document

	served map[string]*document // by path of the request
	files  map[string]*document // by name of the static file, slash-separated
	moved  map[string]string    // path of an earlier address to the path of today
}

func (s *shelf) ready() bool {
	return s.gen != nil && len(s.heads) == len(s.gen.topics)
}

// arrange lays the documents out under their addresses. Those with the path
// of the site's public address in front are known too, for reverse proxies
// that don't take it off; where the two mean different documents, the plain
// path wins.
func (s *shelf) arrange() {
	s.served = map[string]*document{}
	s.files = map[string]*document{}
	s.put("/", "index.html", s.index)
	s.put(render.PathTopics, "topics.opml", s.topics)
	s.put(render.PathSources, "sources.opml", s.sources)
	for name, h := range s.heads {
		if h.page != nil {
			continue // private
		}
		path := render.TopicPath(name)
		file := path[1:]
		s.put(path, file+"/index.html", h.html)
		s.served[path+"/"] = h.html
		s.put(path+render.ExtAtom, file+render.ExtAtom, h.atom)
		s.put(path+render.ExtRSS, file+render.ExtRSS, h.rss)
		s.put(path+render.ExtJSON, file+render.ExtJSON, h.json)
	}
	s.continueFormer()
	if s.gen.prefix == "" {
		return
	}
	prefixed := map[string]*document{s.gen.prefix: s.index}
	for path, d := range s.served {
		prefixed[s.gen.prefix+path] = d
	}
	for path, d := range prefixed {
		if s.served[path] == nil {
			s.served[path] = d
		}
	}
}

func (s *shelf) put(path, file string, d *document) {
	s.served[path] = d
	s.files[file] = d
}
