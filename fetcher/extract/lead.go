package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// leadNames are those of the paragraph that opens an article, which often
// stands outside its body, so that readability does not see it.
var leadNames = regexp.MustCompile(`(?:^|[ -])(?:lead|lede|intro|standfirst|article-teaser|teaser-(?:text|intro)|vorspann|chapeau|entradilla)(?:$|[ -])`)

const (
	minLead = 80 // bytes; what is shorter is a label
	maxLead = 1500
	leadKey = 60 // bytes by which a lead is known to be in a text
)

// A lead is the text of an opening paragraph; empty where there is none.
type lead string

// leadOf returns the first text behind the headline that bears the name of a
// lead. One without a headline before it introduces the page and not the article.
func leadOf(doc *html.Node) (found lead) {
	headline := false
	each(doc, func(n *html.Node) bool {
		switch {
		case found != "" || n.DataAtom == atom.Head:
			return false
		case n.DataAtom == atom.H1:
			headline = true
			return false
		case !headline || !leadNames.MatchString(words(n)) || !within(n, maxFigure):
			return true
		}
		text := textOf(n)
		if len(text) < minLead || len(text) > maxLead || linked(n) > 30 || picture(n) != nil {
			return true
		}
		found = lead(text)
		return false
	})
	return found
}

// restore puts the lead before the article, unless it is there.
func (l lead) restore(article *html.Node) {
	if l == "" || strings.Contains(textOf(article), string(l[:min(len(l), leadKey)])) {
		return
	}
	p := &html.Node{Type: html.ElementNode, Data: "p", DataAtom: atom.P}
	p.AppendChild(&html.Node{Type: html.TextNode, Data: string(l)})
	article.InsertBefore(p, article.FirstChild)
}
