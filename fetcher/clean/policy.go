package clean

import (
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

// A role says how an element behaves among others.
type role uint8

const (
	inline role = 1 << iota // reopened where a block closed it too early
	block                   // closes an open paragraph
	void                    // has no content
)

// An element is one that articles may use.
type element struct {
	role  role
	attrs []string
	name  string // filled in by name, with the tags that follow from it
	start string // its start tag without attributes
	end   string
}

// everywhere are the attributes that every element may have.
var everywhere = []string{"lang", "dir"}

// elements is what passes. All else loses its tags or, if it is in skipped,
// its content too.
var elements = name(map[string]element{
	"p": {role: block}, "div": {role: block}, "section": {role: block}, "article": {role: block}, "aside": {role: block},
	"h1": {role: block}, "h2": {role: block}, "h3": {role: block}, "h4": {role: block}, "h5": {role: block}, "h6": {role: block},
	"blockquote": {role: block, attrs: []string{"cite"}}, "pre": {role: block}, "hr": {role: block | void}, "address": {role: block},
	"figure": {role: block}, "figcaption": {role: block}, "details": {role: block}, "summary": {role: block},
	"ul": {role: block}, "ol": {role: block, attrs: []string{"start", "reversed"}}, "li": {role: block, attrs: []string{"value"}},
	"dl": {role: block}, "dt": {role: block}, "dd": {role: block},

	"table": {role: block}, "caption": {role: block}, "thead": {role: block}, "tbody": {role: block}, "tfoot": {role: block},
	"tr": {role: block}, "td": {role: block, attrs: []string{"colspan", "rowspan"}}, "th": {role: block, attrs: []string{"colspan", "rowspan", "scope"}},

	"a": {role: inline, attrs: []string{"href", "title", "hreflang"}}, "abbr": {role: inline, attrs: []string{"title"}},
	"b": {role: inline}, "strong": {role: inline}, "i": {role: inline}, "em": {role: inline}, "u": {role: inline},
	"s": {role: inline}, "small": {role: inline}, "mark": {role: inline}, "sub": {role: inline}, "sup": {role: inline},
	"code": {role: inline}, "kbd": {role: inline}, "samp": {role: inline}, "var": {role: inline}, "cite": {role: inline},
	"dfn": {role: inline}, "bdi": {role: inline}, "bdo": {role: inline}, "q": {role: inline, attrs: []string{"cite"}},
	"del": {role: inline, attrs: []string{"cite", "datetime"}}, "ins": {role: inline, attrs: []string{"cite", "datetime"}},
	"time": {role: inline, attrs: []string{"datetime"}},
	"ruby": {}, "rb": {}, "rt": {}, "rp": {}, "br": {role: void}, "wbr": {role: void},

	"img":   {role: void, attrs: []string{"src", "srcset", "sizes", "alt", "title", "width", "height"}},
	"audio": {attrs: []string{"src", "controls"}}, "video": {attrs: []string{"src", "poster", "width", "height", "controls"}},
	"source": {role: void, attrs: []string{"src", "type"}},

	"math": {attrs: []string{"xmlns", "display"}}, "mrow": {}, "mi": {}, "mn": {}, "mo": {}, "ms": {}, "mtext": {}, "mspace": {},
	"msup": {}, "msub": {}, "msubsup": {}, "mfrac": {}, "msqrt": {}, "mroot": {}, "munder": {}, "mover": {}, "munderover": {},
	"mtable": {}, "mtr": {}, "mtd": {}, "mfenced": {}, "mstyle": {}, "mpadded": {}, "menclose": {}, "semantics": {},
})

// name gives each element its name and its tags, so that none is made anew for
// each occurrence.
func name(es map[string]element) map[string]element {
	for n, e := range es {
		e.name, e.start, e.end = n, "<"+n+">", "</"+n+">"
		es[n] = e
	}
	return es
}

// harmless are elements and attributes that are left out without a doubt about
// the fragment: they carry looks, not behaviour.
var harmless = map[string]bool{
	"span": true, "font": true, "big": true, "picture": true, "label": true, "form": true, "html": true, "body": true, "col": true,
	"colgroup": true, "nobr": true, "o:p": true,

	"class": true, "style": true, "id": true, "align": true, "valign": true, "border": true, "color": true, "face": true, "size": true,
	"rel": true, "target": true, "loading": true, "decoding": true, "role": true, "name": true, "width": true, "height": true,
	"cellpadding": true, "cellspacing": true, "bgcolor": true, "title": true, "sizes": true, "alt": true, "type": true,
	"itemprop": true, "tabindex": true, "vspace": true, "hspace": true, "clear": true, "preload": true, "fetchpriority": true,
	"xmlns": true, "xml:lang": true, "display": true, "max-width": true, "ismap": true, "imageanchor": true, "stretchy": true, "mathvariant": true,
}

// renamed are elements that pass under another name.
var renamed = map[string]string{
	"main": "div", "header": "div", "footer": "div", "nav": "div", "center": "div", "hgroup": "div", "dir": "ul", "menu": "ul",
	"tt": "code", "strike": "s", "acronym": "abbr", "image": "img", "listing": "pre",
}

// skipped are elements that lose their content with their tags. The tokenizer
// reads the content of some as one text, that of the others is read through.
var skipped = map[string]bool{
	"script": true, "style": true, "iframe": true, "noembed": true, "noframes": true, "noscript": true, "textarea": true,
	"title": true, "xmp": true, "plaintext": true,
	"template": true, "svg": true, "canvas": true, "button": true, "select": true,
	"datalist": true, "dialog": true, "head": true, "annotation": true, "annotation-xml": true, "maction": true,
}

// policy is never written after it is made, so any number of goroutines may
// use it.
var policy = newPolicy()

func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowAttrs(everywhere...).Globally()
	for name, e := range elements {
		p.AllowElements(name)
		for _, attr := range e.attrs {
			if form, ok := forms[attr]; ok {
				p.AllowAttrs(attr).Matching(form).OnElements(name)
			} else {
				p.AllowAttrs(attr).OnElements(name)
			}
		}
		p.AllowNoAttrs().OnElements(name)
	}
	return p
}

// forms are what the values of attributes that hold addresses must look like.
// The policy's own checks would write the addresses anew.
var forms = map[string]*regexp.Regexp{
	"href":   regexp.MustCompile(`^(?i:https?://|mailto:)[^\s<>"]+$`),
	"src":    regexp.MustCompile(`^(?i:https?://)[^\s<>"]+$`),
	"poster": regexp.MustCompile(`^(?i:https?://)[^\s<>"]+$`),
	"cite":   regexp.MustCompile(`^(?i:https?://)[^\s<>"]+$`),
	"srcset": regexp.MustCompile(`^(?i:https?://)[^\s<>",]+( [0-9.wxh ]+)?(, (?i:https?://)[^\s<>",]+( [0-9.wxh ]+)?)*$`),
}

// gate lets pass what the policy allows. Its input is well-formed, and so is
// its output. It changes nothing that structure wrote (tests hold it to that):
// it is there for the mistakes that tests do not find.
func gate(s string) string { return unquote(policy.Sanitize(s)) }

// unquote writes quotes as themselves where they end nothing: the gate escapes
// them everywhere, which doubles the size of dialogues.
func unquote(s string) string {
	if !strings.Contains(s, "&#3") {
		return s
	}
	s = strings.ReplaceAll(s, "&#39;", "'") // values stand in double quotes
	var b strings.Builder
	b.Grow(len(s))
	for s != "" {
		tag := strings.IndexByte(s, '<')
		if tag < 0 {
			tag = len(s)
		}
		b.WriteString(strings.ReplaceAll(s[:tag], "&#34;", `"`))
		s = s[tag:]
		end := strings.IndexByte(s, '>') + 1 // values hold it escaped
		b.WriteString(s[:end])
		s = s[end:]
	}
	return b.String()
}
