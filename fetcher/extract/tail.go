package extract

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	maxLabel    = 100 // bytes of a line that may say when, or who, and no more
	maxHeadline = 250 // of the headline of another article
	headLines   = 6   // lines at the beginning that may be such
	stampLines  = 15  // those of them that say in words that they are
)

// tidy takes out of an article what readability let through: what says only
// when and by whom at its beginning, links to other articles within, and the
// junk at its end.
func tidy(n *html.Node, title string) {
	dropOthers(n)
	dropStandIns(n)
	dropPadding(n)
	dropPointers(n)
	dropSections(n)
	dropHead(n, title)
	dropPager(n)
	dropLinks(n)
}

// ownArticle is how much text, in bytes, the first article element holds at
// least where it is the page's own and not its header alone.
const ownArticle = 500

// dropOthers takes out the articles that follow the page's own: each article
// element is a composition of its own (HTML section 4.3.2).
func dropOthers(n *html.Node) {
	var all []*html.Node
	each(n, func(c *html.Node) bool {
		if c.DataAtom == atom.Article {
			all = append(all, c)
		}
		return c.DataAtom != atom.Article
	})
	if len(all) < 2 || len(textOf(all[0])) < ownArticle {
		return
	}
	for _, other := range all[1:] {
		drop(other)
	}
}

// dropStandIns takes out a picture that follows itself with nothing between:
// a page without scripts shows the first, one with scripts the second. It also
// makes no paragraph of a picture in a figure.
func dropStandIns(n *html.Node) {
	var images []*html.Node
	last := ""
	var walk func(*html.Node, bool)
	walk = func(n *html.Node, figure bool) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode && strings.TrimSpace(c.Data) != "":
				last = ""
			case c.DataAtom == atom.Img:
				if own := withoutQuery(attr(c, "src")); own != "" && own == last {
					images = append(images, c)
				} else {
					last = own
				}
			case figure && c.DataAtom == atom.P && textOf(c) == "":
				c.Data, c.DataAtom = "div", atom.Div
			}
			walk(c, figure || c.DataAtom == atom.Figure)
		}
	}
	walk(n, false)
	for _, image := range images {
		drop(image)
	}
}

func withoutQuery(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return address
}

// lines returns the blocks of an article that hold lines of text, but those of
// captions and tables.
func lines(n *html.Node) (found []*html.Node) {
	each(n, func(c *html.Node) bool {
		if inline[c.DataAtom] && c.DataAtom != atom.A || c.DataAtom == atom.Figure || c.DataAtom == atom.Table {
			return false
		}
		if !holdsBlock(c) {
			if textOf(c) != "" {
				found = append(found, c)
			}
			return false
		}
		return true
	})
	return found
}

func holdsBlock(n *html.Node) (found bool) {
	each(n, func(c *html.Node) bool {
		if !inline[c.DataAtom] && c.DataAtom != atom.Img && c.DataAtom != atom.Br {
			found = true
		}
		return !found
	})
	return found
}

// linked returns the share of an element's text that stands in links, in
// hundredths.
func linked(n *html.Node) int {
	all := len(textOf(n))
	if n.DataAtom == atom.A || all == 0 {
		return 100
	}
	in := 0
	each(n, func(c *html.Node) bool {
		if c.DataAtom == atom.A {
			in += len(textOf(c))
		}
		return c.DataAtom != atom.A
	})
	return in * 100 / all
}

// pointer begins a line that leads to another article.
var pointer = regexp.MustCompile(`(?i)^[\s\W]*(?:related|read (?:more|also|next|the full)|see (?:more|also)|also (?:see|read|on)|more|don.t miss|insight|recommended|watch|follow (?:us|ap)|` +
	`leggi anche|lire aussi|à lire|lesen sie (?:auch|hier|mehr)|mehr zum thema|siehe auch|puedes ver|lee también|lea también|leia (?:também|mais)|więcej|czytaj (?:też|także|również)|dowiedz się więcej|читайте также|zurück|back)\b`)

// dropPointers takes out lines within the article that are links to others.
func dropPointers(n *html.Node) {
	for _, line := range lines(n) {
		text := textOf(line)
		if len(text) <= maxHeadline && pointer.MatchString(text) && linked(line) >= 60 {
			drop(line)
		}
	}
}

// padding is a line that stands in an article's place and says nothing of it.
var padding = regexp.MustCompile(`(?i)^\W*(?:advert(?:isement)?s?|advertising|anzeige|werbung|publicidade?|publicité|annonce|реклама|comments?|leave a comment|` +
	`this slideshow requires javascript|(?:tempo de leitura|lesezeit|lesedauer|reading time|temps de lecture|tiempo de lectura|tempo di lettura)\W*\d+ ?min\p{L}*|story continues below)\W*$`)

// dropPadding takes out lines that only fill a place.
func dropPadding(n *html.Node) {
	for _, line := range lines(n) {
		if text := textOf(line); len(text) <= maxLabel && padding.MatchString(text) {
			drop(line)
		}
	}
}

// sectionHead is all that the heading of a list of other articles says.
var sectionHead = regexp.MustCompile(`(?i)^\W*(?:more|more on this|more stories|read more|related(?: (?:articles|stories|content|news|posts))?|see also|don.t miss|also read|recommended|trending|latest|in this story|mehr zum thema|siehe auch|lesen sie auch|à lire aussi|lire aussi|leia (?:também|mais)|lee también|leggi anche|читайте также)\W*$`)

// dropSections takes out lists of links to other articles, with the line over
// them that says so.
func dropSections(n *html.Node) {
	all := lines(n)
	for i := 0; i < len(all); i++ {
		if len(textOf(all[i])) > maxLabel || !sectionHead.MatchString(textOf(all[i])) {
			continue
		}
		end := i + 1
		for end < len(all) && len(textOf(all[end])) <= 2*maxHeadline && linked(all[end]) >= 80 {
			end++
		}
		if end == i+1 {
			continue
		}
		for _, line := range all[i:end] {
			drop(line)
		}
		i = end - 1
	}
}

// drop takes an element out, and those around it that it leaves empty.
func drop(n *html.Node) {
	for {
		parent := n.Parent
		remove(n)
		if parent == nil || parent.Parent == nil || parent.DataAtom == atom.Body || picture(parent) != nil || hasText(parent) {
			return
		}
		n = parent
	}
}

// month begins with the name of one, in the languages of most pages.
const month = `(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|gen|mag|giu|lug|ago|set|ott|dic|ene|abr|fév|avr|juil|aoû|déc|stycz|lut|kwie|maj|czer|lip|sier|wrze|paź|list|grud)[\p{L}.]*`

var (
	// dated is a line that gives a day.
	dated = regexp.MustCompile(`(?i)\b(?:19|20)\d\d\b.*\b` + month + `|\b` + month + `.*\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d\b|\b(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}\b`)
	// stamped is one that says what became of the article on that day.
	stamped = regexp.MustCompile(`(?i)^\W*(?:(?:first |last |originally )?(?:published|updated|posted|modified)|aktualisiert|veröffentlicht|publicado|actualizado|atualizado|publié|mis à jour|pubblicato|aggiornato|опубликовано|обновлено)\b`)
	// timed is one that says how long it takes to read.
	timed = regexp.MustCompile(`(?i)^\d+ ?min(?:ute)?s?\.? (?:read|lesezeit)$`)
)

// dropHead takes out the lines before the text that repeat the title, or give
// no more than the date and the author.
func dropHead(n *html.Node, title string) {
	for i, line := range lines(n) {
		text := textOf(line)
		switch {
		case i >= stampLines:
			return
		case isLabel(text) && stamped.MatchString(text):
			drop(line)
		case i >= headLines:
		case title != "" && strings.EqualFold(text, title), isLabel(text):
			drop(line)
		}
	}
}

// isLabel tells a line that says when from a sentence: it has no end.
func isLabel(text string) bool {
	if len(text) > maxLabel {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(text)
	return (dated.MatchString(text) && !strings.ContainsRune(".!?…:”\"»", last)) || timed.MatchString(text)
}

// pagerWord is all that a label of a pager says.
var pagerWord = regexp.MustCompile(`(?i)^[\s←→‹›«»<>|·•-]*(?:(?:previous|prev|next|older|newer)(?:\s+(?:post|article|story|page|entry|entries|posts))?|vorheriger|nächster|zurück|précédent|suivant|anterior|siguiente|próximo|предыдущая|следующая)[\s←→‹›«»<>|·•:-]*$`)

// dropPager cuts off the end of an article from the pager on: lines of which
// several say nothing but "previous" or "next", with the headlines of the
// articles that these lead to.
func dropPager(n *html.Node) {
	all := lines(n)
	texts := make([]string, len(all))
	for i, line := range all {
		texts[i] = textOf(line)
	}
	for _, line := range all[pagerStart(texts):] {
		drop(line)
	}
}

// pagerStart returns the index of the first line of a pager at the end of a
// text; the number of lines if there is none.
func pagerStart(texts []string) int {
	start, labels := len(texts), 0
	for i := len(texts) - 1; i >= 0; i-- {
		if pagerWord.MatchString(texts[i]) {
			start = i
			labels++
		} else if len(texts[i]) > maxHeadline {
			break
		}
	}
	if labels < 2 {
		return len(texts)
	}
	return start
}

// dropLinks cuts off the end of an article where it is lines of links, two at
// least, and headings over nothing.
func dropLinks(n *html.Node) {
	all := lines(n)
	end, links := len(all), 0
	for end > 0 {
		line := all[end-1]
		switch {
		case isHeading(line):
		case len(textOf(line)) <= maxHeadline && linked(line) >= 80:
			links++
		default:
			if links >= 2 || links == 0 {
				for _, line := range all[end:] {
					drop(line)
				}
			}
			return
		}
		end--
	}
}

func isHeading(n *html.Node) bool {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}
