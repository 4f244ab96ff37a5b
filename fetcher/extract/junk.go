package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// junkNames are words of the class names and ids of what stands beside an
// article, in the form that words gives them.
var junkNames = regexp.MustCompile(`(?:^|[ -])(?:` + strings.Join([]string{
	`shar(?:e|es|ed|ing)`, `sharebar`, `sharedaddy`, `social`, `socials`, `addthis`, `a2a`, `addtoany`, `teilen`,
	`newsletters?`, `subscri(?:be|ption)`, `sign-?up`, `paywall`, `mailchimp`, `mc4wp`, `mc-embed`, `abo-?box`,
	`related`, `relatedposts`, `yarpp`, `recommend(?:ed|ations?|er)?`, `outbrain`, `ob-widget`, `taboola`, `zergnet`, `trending`,
	`most-?(?:read|popular|viewed)`, `read-(?:more|next|also)`, `more-(?:stories|articles|news|from|on)`, `see-also`, `also-like`, `up-next`,
	`interesting-articles`, `teaser-(?:item-)?list`, `teaser-container`, `mehr-zum-thema`, `read-?time`, `reading-time`,
	`pager`, `pagination`, `paginator`, `page-links`, `post-nav(?:igation)?`, `nav-(?:links|below|above|previous|next)`, `prev-next`, `back-link`,
	`breadcrumbs?`, `comments?`, `commentlist`, `kommentare?`, `comentarios`, `commentaires`, `disqus`, `respond`,
	`cookies?`, `gdpr`, `consent`, `adverts?`, `advertis(?:ing|ement)s?`, `ad-(?:box|block|wrapper|container|slot|unit|banner)`, `banner-ad`, `sponsor(?:ed|s)?`, `promo(?:tion|s|box)?`,
	`author-(?:bio|box|info|profile|card|description|about)`, `about-(?:the-)?author`, `bio-box`,
	`tags-links`, `tag-(?:list|cloud)`, `post-tags`, `entry-tags`, `cat-links`, `postmetadata`, `post-meta`, `licen[cs]e-?info`, `site-footer`,
	`print-(?:only|link|button)`, `skip-(?:link|to)`, `visually-?hidden`, `sr-only`, `screen-reader(?:-text)?`, `loading-animation`,
}, "|") + `)(?:$|[ -])`)

// keptNames are those of the article itself.
var keptNames = regexp.MustCompile(`(?:^|[ -])(?:(?:article|entry|post|story)-?(?:body|content|text)|e-content|h-entry|hentry)(?:$|[ -])`)

// words gives class names and ids in one form: articleBody, Article__Body and
// article-body are article-body.
func words(n *html.Node) string {
	own := attr(n, "class") + " " + attr(n, "id")
	if len(own) < 2 || len(own) > 1000 {
		return ""
	}
	b := make([]byte, 0, len(own)+8)
	lower, dash := false, true
	for i := 0; i < len(own); i++ {
		c := own[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n':
			b = append(b, ' ')
			lower, dash = false, true
			continue
		case c >= 'A' && c <= 'Z':
			if lower {
				b = append(b, '-')
			}
			c += 'a' - 'A'
			lower, dash = false, false
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 0x80:
			lower, dash = true, false
		default:
			if !dash {
				b = append(b, '-')
			}
			lower, dash = false, true
			continue
		}
		b = append(b, c)
	}
	return string(b)
}

// textShare is how much of the page's text in paragraphs an element may hold
// and still be junk by its name, in hundredths.
const textShare = 30

// dropJunk takes out of a page what its element, role or names tell to be no
// part of an article. What holds a large part of the page's text stays: pages
// call themselves by odd names.
func dropJunk(doc *html.Node) {
	all := paragraphs(doc)
	each(doc, func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.Head, atom.Noscript:
			return false
		case atom.Html, atom.Body, atom.Main, atom.Article:
			return true
		}
		if hidden(n) || isJunk(n) && paragraphs(n)*100 <= all*textShare {
			remove(n)
			return false
		}
		return true
	})
}

// hidden tells whether an element is not for eyes.
func hidden(n *html.Node) bool {
	if _, found := find(n, "hidden"); found && attr(n, "hidden") != "until-found" {
		return true
	}
	style := strings.ReplaceAll(strings.ToLower(attr(n, "style")), " ", "")
	return strings.Contains(style, "display:none") && picture(n) == nil
}

func find(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func isJunk(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Form, atom.Button, atom.Dialog, atom.Select, atom.Menu:
		return true
	case atom.Footer:
		return n.Parent != nil && n.Parent.DataAtom != atom.Blockquote
	case atom.Figure, atom.Figcaption, atom.Img, atom.Picture, atom.P, atom.Em, atom.Strong, atom.Code, atom.Pre, atom.Td, atom.Tr, atom.Tbody:
		return false
	}
	switch strings.ToLower(attr(n, "role")) {
	case "navigation", "search", "complementary", "banner", "contentinfo", "dialog", "alertdialog", "menu", "menubar", "toolbar", "tablist":
		return true
	}
	own := words(n)
	return own != "" && junkNames.MatchString(own) && !keptNames.MatchString(own)
}

// paragraphs returns how many bytes of text stand in paragraphs below n.
func paragraphs(n *html.Node) (size int) {
	each(n, func(c *html.Node) bool {
		if c.DataAtom == atom.P {
			size += len(textOf(c))
			return false
		}
		return true
	})
	return size
}
