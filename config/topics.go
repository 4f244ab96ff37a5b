package config

import (
	"fmt"
	"strings"
)

// topics turns the elements of topics into topics.
func (b *builder) topics(elems []element[rawTopic]) {
	names, holders := map[string]*place{}, map[Token]holder{}
	for i, e := range elems {
		r := e.raw
		if r.At == nil {
			continue
		}
		path := fmt.Sprintf("topics[%d]", i)
		b.config.origin[path] = r.At
		b.topicName(r.Name.v, r.Name.at, names)
		t := Topic{Path: path, Name: r.Name.v, Formerly: texts(r.Formerly.Items), Title: r.Title.or(r.Name.v),
			Description: r.Description.v, Language: r.Language.v, ID: r.ID.v, Gone: r.Gone.v, Content: r.Content.v,
			Byline: r.Byline.or(b.config.Site.Byline), Prefix: r.Prefix.or(b.config.Site.Prefix), Rights: r.Rights.or(b.config.Site.Rights), Match: texts(r.Match.Items),
			Never: r.Never.v, Limit: r.Limit.v, PerFeed: r.PerFeed.v,
			AtMost: r.AtMost.v, DigestAfter: r.DigestAfter.v, Tests: b.tests(path, r.Tests.Items)}
		t.Private = b.private(e, holders)
		if r.Learn.At != nil {
			t.Learn = &Learn{Precision: r.Learn.Precision.v}
		}
		if t.Title == "" {
			t.Title = t.Name
		}
		if t.Language == "" {
			t.Language = b.config.Site.Language
		}
		b.matchPlaces(path+".match", r.Match.Items)
		b.config.Topics = append(b.config.Topics, t)
	}
	b.formerTopics(elems, names)
}

// matchPlaces keeps where the queries of a topic stand: of a list, the elements
// that are wrong or said before are not among them.
func (b *builder) matchPlaces(path string, items []leaf[string]) {
	list := kept(items)
	if len(list) == 1 {
		b.config.origin[path] = list[0].at
		return
	}
	for i, item := range list {
		b.config.origin[fmt.Sprintf("%s[%d]", path, i)] = item.at
	}
}

// topicName notes a topic's name, and reports one that another topic has. The
// rest of a topic with a wrong name is read too: it may hold other mistakes.
func (b *builder) topicName(name string, at *place, names map[string]*place) {
	if at == nil || at.bad {
		return
	}
	// Files and addresses are not told apart by case everywhere.
	folded := strings.ToLower(name)
	if first, ok := names[folded]; ok {
		b.report.value(at, fault{what: "is the name of the topic " + first.where(at) + " too", remedy: "give one of them another name; upper and lower case are the same here"})
		return
	}
	names[folded] = at
}

// formerTopics reports earlier names that topics of today have, or that two
// topics claim.
func (b *builder) formerTopics(elems []element[rawTopic], names map[string]*place) {
	claimed := map[string]*place{}
	for _, e := range elems {
		for _, f := range e.raw.Formerly.Items {
			if f.at == nil || f.at.bad {
				continue
			}
			today, first := names[strings.ToLower(f.v)], claimed[f.v]
			switch {
			case today != nil && today == e.raw.Name.at:
				b.report.value(f.at, fault{what: "is the topic's name now", remedy: "remove it: formerly is for earlier names"})
			case today != nil:
				b.report.value(f.at, fault{what: "is the name of the topic " + today.where(f.at), remedy: "a topic can't continue one that is still published: remove one of them"})
			case first != nil:
				b.report.value(f.at, fault{what: "is claimed by the topic " + first.where(f.at) + " too", remedy: "only one topic can continue it"})
			default:
				claimed[f.v] = f.at
			}
		}
	}
}

func (b *builder) tests(path string, items []rawTest) []Test {
	var list []Test
	for i, r := range items {
		if r.At == nil {
			continue
		}
		t := Test{Path: fmt.Sprintf("%s.tests[%d]", path, i), Title: r.Title.v, Text: r.Text.v, Author: r.Author.v,
			Feed: r.Feed.v, Tags: texts(r.Tags.Items), Language: r.Lang.v, Link: r.Link.v, Want: r.Want.v}
		if t.Title == "" && t.Text == "" && t.Author == "" && t.Feed == "" && t.Link == "" && r.Tags.At == nil {
			b.lacks(r.At, "title", "an example needs at least one of title, text, author, feed, tags and link")
		}
		list = append(list, t)
	}
	return list
}
