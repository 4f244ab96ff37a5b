package render

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"sluice/storage"
)

// fill puts s into every string below v, one element into every slice and a
// value behind every pointer, so that no field of an item is forgotten, also one
// that comes later.
func fill(v reflect.Value, s string, isHTML bool) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(-1)
	case reflect.Float64:
		v.SetFloat(-1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), s, isHTML)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), s, isHTML)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), s, isHTML)
		}
		if t, ok := v.Addr().Interface().(*storage.Text); ok {
			t.HTML = isHTML
		}
	}
}

func filled(s string, isHTML bool) *Page {
	var item storage.Item
	fill(reflect.ValueOf(&item).Elem(), s, isHTML)
	var others storage.Telling
	fill(reflect.ValueOf(&others).Elem(), s, isHTML)
	p := &Page{State: storage.TopicState{AtomID: "urn:x:1"}}
	p.Site.Title, p.Site.URL, p.Topic.Name, p.Topic.Title = "Site", "https://s.example", "t", "T"
	p.Entries = []Entry{{
		Feed:  Feed{Title: s, URL: s, Image: s, Rights: s},
		Entry: storage.Entry{ID: "urn:x:2", Published: time.Unix(1e9, 0), Item: item, Others: []storage.Telling{others}},
	}}
	return p
}

// hostiles are what feeds put where it does not belong.
var hostiles = map[string]string{
	"control characters":  "a\x00b\x01c\x08d\x0be\x0cf\x1bg\x7fh\u0080i\u0085j\u009fk",
	"ends of sections":    "a ]]> b ]]]]> c <![CDATA[ d --> e <!-- f ?> g <?php h",
	"unpaired surrogates": "a\xed\xa0\x80b\xed\xbf\xbfc\xed\xa0\xbd",
	"noncharacters":       "a\ufffeb\uffffc\U0001ffffd\ufeffe",
	"invalid UTF-8":       "a\xffb\xc0\xafc\xf5\x80\x80\x80d\xe2\x82",
	"markup":              `</title></entry></item></channel></feed></rss></script></style><script>alert(1)</script><img src=x onerror=alert(2)>"'`,
	"entities":            "&amp;amp; &#0; &#x1F; &#xD800; &nosuch; &lt;script&gt; &",
	"scripts":             "javascript:alert(1)",
	"data":                "data:text/html,<script>alert(1)</script>",
	"address":             "https://a.example/\"><script>alert(1)</script>?a=1&b=<x>#'",
	"quotes":              "\" onmouseover=\"alert(1)\" ' onfocus='x",
	"directions":          "a\u202eb\u2066c\u200fd",
	"line ends":           "a\r\nb\rc\u2028d\u2029e\x0b",
	"templates":           "{{.Title}} ${HOME} {author} {feed} %s %!d(MISSING)",
	"empty":               "",
	"blanks":              " \t\n ",
}

// Whatever stands in whatever field: each format is well-formed, holds one
// entry with its id, and no character that it may not hold.
func TestHostileFields(t *testing.T) {
	for name, s := range hostiles {
		for _, isHTML := range []bool{false, true} {
			if isHTML && strings.Contains(s, "<") {
				continue // what is said to be clean HTML holds no such thing
			}
			for _, signed := range []bool{false, true} {
				p := filled(s, isHTML)
				if signed {
					p.Topic.Byline, p.Topic.Prefix = "{author} at {feed}", "[{feed}]"
				}
				checkDocuments(t, name, p)
			}
		}
	}
}

func checkDocuments(t *testing.T, name string, p *Page) map[string][]byte {
	t.Helper()
	docs := map[string][]byte{}
	for format, write := range map[string]func(io.Writer, *Page) error{"atom": Atom, "rss": RSS, "json": JSON, "html": HTML} {
		var b bytes.Buffer
		if err := write(&b, p); err != nil {
			t.Errorf("%s: %s: %v", name, format, err)
		}
		docs[format] = b.Bytes()
		if !utf8.Valid(docs[format]) || strings.ContainsFunc(b.String(), func(r rune) bool { return !allowed(r) }) {
			t.Errorf("%s: %s holds what it may not: %q", name, format, docs[format])
		}
	}
	var a parsedAtom
	if err := xml.Unmarshal(docs["atom"], &a); err != nil || len(a.Entries) != 1 || a.Entries[0].ID != "urn:x:2" {
		t.Errorf("%s: Atom: %v\n%s", name, err, docs["atom"])
	}
	var r parsedRSS
	if err := xml.Unmarshal(docs["rss"], &r); err != nil || len(r.Items) != 1 || r.Items[0].GUID != "urn:x:2" {
		t.Errorf("%s: RSS: %v\n%s", name, err, docs["rss"])
	}
	var j jsonFeed
	if err := json.Unmarshal(docs["json"], &j); err != nil || len(j.Items) != 1 || j.Items[0].ID != "urn:x:2" {
		t.Errorf("%s: JSON: %v\n%s", name, err, docs["json"])
	}
	elements := map[string]int{}
	for z := html.NewTokenizer(bytes.NewReader(docs["html"])); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			if !errors.Is(z.Err(), io.EOF) {
				t.Errorf("%s: HTML: %v", name, z.Err())
			}
			break
		}
		token := z.Token()
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		elements[token.Data]++
		for _, attr := range token.Attr {
			if strings.HasPrefix(attr.Key, "on") || attr.Key == "href" && !strings.HasPrefix(attr.Val, "http") {
				t.Errorf("%s: HTML holds %s", name, token)
			}
		}
	}
	if elements["article"] != 1 || elements["script"]+elements["img"] > 0 || elements["style"] != 1 {
		t.Errorf("%s: HTML holds the elements %v", name, elements)
	}
	return docs
}

// A megabyte in a field that is shown in a line, and much in all, makes no
// document of megabytes.
func TestLongFields(t *testing.T) {
	for name, s := range map[string]string{
		"words": "word ", "one word": "x", "wide": "港", "markup": "<b>&",
	} {
		p := filled(strings.Repeat(s, 5000), false)
		item := &p.Entries[0].Item
		item.Title.Value = strings.Repeat(s, 1<<20/len(s))
		item.Authors[0].Name, item.Categories[0].Term, p.Entries[0].Feed.Title = item.Title.Value, item.Title.Value, item.Title.Value
		item.Summary, item.Content = storage.Text{}, storage.Text{} // texts stay whole
		for i := range item.Media {
			item.Media[i].Description = storage.Text{}
		}
		for format, doc := range checkDocuments(t, name, p) {
			if len(doc) > 400_000 {
				t.Errorf("%s: %s has %d bytes", name, format, len(doc))
			}
		}
	}
}
