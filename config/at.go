package config

import (
	"strings"
)

// At makes a mistake of a later finding, such as an error in a query. path is
// that of a Feed, List, Topic or Test in this Config, with the key behind it,
// such as topics[0].match[1]; offset counts bytes in the text of the scalar
// there. Where the path says more than the file does, the nearest thing around
// it is shown. The mistake's Path is the one within its own file.
func (c *Config) At(path string, offset int, what, remedy string) Mistake {
	f := finding{at: c.find(&path), path: path, fault: fault{what: what, remedy: remedy}}
	if f.at == nil {
		return Mistake{File: c.File, Line: 1, Column: 1, Path: path, What: what, Remedy: remedy}
	}
	if f.at.scalar && !f.at.expanded {
		f.line, f.col, _ = f.at.spot(offset)
	}
	return f.mistake()
}

// find returns the place at a path or, where there is none, around it. It
// turns the path into that within its file.
func (c *Config) find(path *string) *place {
	if len(c.sources) == 0 {
		return nil
	}
	if p := c.origin[*path]; p != nil {
		*path = p.path
		return p
	}
	src := c.sources[0]
	if end := strings.IndexByte(*path, ']') + 1; end > 0 {
		if p := c.origin[(*path)[:end]]; p != nil {
			src = p.src
			*path = p.path + (*path)[end:]
		}
	}
	for p := *path; p != ""; p = p[:max(strings.LastIndexAny(p, ".["), 0)] {
		if at := src.places[p]; at != nil {
			return at
		}
	}
	return src.top()
}
