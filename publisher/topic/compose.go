package topic

import (
	"fmt"
	"slices"
	"strings"
)

// A reference is a topic: in a query.
type reference struct {
	from   int // topic whose query it stands in; everyTopic for the never of all
	name   string
	path   string
	query  string
	offset int
}

func (r reference) mistake(what, remedy string) Error {
	return Error{Path: r.path, Query: r.query, Offset: r.offset, What: what, Remedy: remedy}
}

// refer notes the references in a query.
func (c *compiler) refer(n node, path, query string, from int) {
	walk(n, func(n node) {
		if n, ok := n.(*name); ok && n.field == ofTopic {
			c.references = append(c.references, reference{from, n.value, path, query, n.pos})
		}
	})
}

// compose checks the references, and adds a query for each topic that is
// referred to. It returns the numbers of these queries.
func (c *compiler) compose() map[string]int {
	for _, r := range c.references {
		if _, ok := c.set.byName[r.name]; !ok {
			c.errors.List = append(c.errors.List, c.unknown(r))
		}
	}
	c.circles()
	queries := map[string]int{}
	for _, r := range c.references {
		if _, ok := queries[r.name]; !ok && c.errors.List == nil {
			queries[r.name] = len(c.queries)
			c.add(c.set.topics[c.set.byName[r.name]].members(), rule{topic: noTopic})
		}
	}
	return queries
}

func (c *compiler) unknown(r reference) Error {
	var names []string
	for _, t := range c.set.topics {
		names = append(names, t.name)
	}
	remedy := "name one of the config's topics"
	if near := nearest(r.name, names); near != "" {
		remedy = "did you mean topic:" + near + "?"
	}
	e := r.mistake(fmt.Sprintf("there is no topic %q", r.name), remedy)
	e.Unknown = r.name
	return e
}

// members returns the query for what topic: means: what a topic's query or
// feeds take and its never does not bar.
func (t *compiled) members() node {
	var takes []node
	if t.match != nil {
		takes = append(takes, t.match)
	}
	for _, feed := range t.feeds {
		takes = append(takes, &name{field: ofFeed, value: strings.ToLower(feed)})
	}
	if takes == nil {
		return &not{kid: &everything{}}
	}
	if t.never == nil {
		return disjoin(takes)
	}
	return conjoin([]node{disjoin(takes), &not{kid: t.never}})
}

// circles finds topics that are made of themselves. Each circle is told once,
// where it closes.
func (c *compiler) circles() {
	const under, done = 1, 2
	state := make([]int, len(c.set.topics))
	var trail []string
	var visit func(topic int)
	visit = func(topic int) {
		state[topic] = under
		trail = append(trail, c.set.topics[topic].name)
		for _, r := range c.references {
			to, ok := c.set.byName[r.name]
			if r.from != topic || !ok || state[to] == done {
				continue
			}
			if state[to] != under {
				visit(to)
				continue
			}
			circle := append(slices.Clone(trail[slices.Index(trail, r.name):]), r.name)
			c.errors.List = append(c.errors.List, r.mistake(
				"topics are made of each other in a circle: "+strings.Join(circle, " > "),
				"take out topic:"+r.name+" here, or write its words instead"))
		}
		trail = trail[:len(trail)-1]
		state[topic] = done
	}
	for i := range c.set.topics {
		if state[i] == 0 {
			visit(i)
		}
	}
}
