package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	maxCaption = 1000 // characters; what is longer is text
	captionUp  = 3    // elements around a caption in which its picture stands
	maxFigure  = 100  // nodes of a picture with its caption
)

// markCaptions makes figures of pictures whose caption only a class name tells:
// <div class="wp-caption"><img><p class="wp-caption-text">. Else it would be
// a paragraph of the article. In a figure all text is caption.
func markCaptions(doc *html.Node) {
	var found []*html.Node
	each(doc, func(n *html.Node) bool {
		if n.DataAtom == atom.Figure {
			captionFigure(n)
			return false
		}
		if isCaption(n) {
			found = append(found, n)
			return false
		}
		return true
	})
	for _, n := range found {
		if figure := pictured(n); figure != nil {
			figure.Data, figure.DataAtom = "figure", atom.Figure
			n.Data, n.DataAtom = "figcaption", atom.Figcaption
			lift(n, figure)
		}
	}
}

// captionFigure makes a caption of what a figure without one says.
func captionFigure(figure *html.Node) {
	if !within(figure, maxFigure) || picture(figure) == nil || len(textOf(figure)) > maxCaption {
		return
	}
	var texts []*html.Node
	each(figure, func(n *html.Node) bool {
		if n.DataAtom == atom.Figcaption {
			texts = nil
			return false
		}
		if picture(n) == nil && textOf(n) != "" && !isRaw(n) {
			texts = append(texts, n)
			return false
		}
		return true
	})
	for _, n := range texts {
		if hasCaption(figure) {
			return
		}
		if n.DataAtom != atom.A && n.DataAtom != atom.Button {
			n.Data, n.DataAtom = "figcaption", atom.Figcaption
			lift(n, figure)
		}
	}
}

func hasCaption(figure *html.Node) (found bool) {
	each(figure, func(n *html.Node) bool {
		found = found || n.DataAtom == atom.Figcaption
		return !found
	})
	return found
}

// lift puts a caption where HTML wants it: at the end of its figure.
func lift(caption, figure *html.Node) {
	if caption.Parent != figure {
		remove(caption)
		figure.AppendChild(caption)
	}
}

var captionNames = regexp.MustCompile(`(?:^|[ -])i?captions?(?:$|[ -])|(?:image|photo|picture|img|media)-?(?:credits?|copyright|source|legend|description)|bildunterschrift|bildtext|legende`)

// isCaption goes by the element's names.
func isCaption(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Span, atom.Small, atom.Dd, atom.Em, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Figcaption:
	default:
		return false
	}
	own := words(n)
	return own != "" && captionNames.MatchString(own) && len(textOf(n)) <= maxCaption && picture(n) == nil
}

// pictured returns the element around a caption that holds one picture and
// nothing of the text.
func pictured(caption *html.Node) *html.Node {
	n := caption.Parent
	for range captionUp {
		if n == nil || n.Type != html.ElementNode || n.DataAtom != atom.Div && n.DataAtom != atom.Dl && n.DataAtom != atom.Span && n.DataAtom != atom.Section {
			return nil
		}
		if !within(n, maxFigure) {
			return nil
		}
		if picture(n) != nil {
			rest := len(textOf(n)) - len(textOf(caption))
			if rest > maxCaption {
				return nil
			}
			return n
		}
		n = n.Parent
	}
	return nil
}

func picture(n *html.Node) (found *html.Node) {
	each(n, func(c *html.Node) bool {
		if found == nil && (c.DataAtom == atom.Img || c.DataAtom == atom.Picture || c.DataAtom == atom.Video || c.DataAtom == atom.Noscript && strings.Contains(textNode(c), "<img")) {
			found = c
		}
		return found == nil
	})
	return found
}

func textNode(n *html.Node) string {
	if n.FirstChild != nil && n.FirstChild.Type == html.TextNode {
		return n.FirstChild.Data
	}
	return ""
}
