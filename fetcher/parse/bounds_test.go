package parse

import (
	"runtime"
	"strings"
	"testing"
)

// TestBounds reads documents made to exhaust a parser. Each takes a parser that
// is quadratic in them minutes, or its stack.
func TestBounds(t *testing.T) {
	const n = 200000
	wrap := func(item string) string {
		return "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><item><title>a</title>" + item + "</item></channel></rss>"
	}
	for name, body := range map[string]string{
		"nested unknown":        wrap(strings.Repeat("<x>", n) + strings.Repeat("</x>", n)),
		"nested unclosed":       wrap(strings.Repeat("<x>", n)),
		"nested distinct":       wrap("<dc:creator>" + strings.Repeat("<a><b>", n) + "</dc:creator>"),
		"nested markup":         wrap("<description>" + strings.Repeat("<div>", n) + "</description>"),
		"nested media":          wrap(strings.Repeat("<media:group>", n)),
		"nested people":         wrap(strings.Repeat("<atom:author>", n)),
		"xhtml nested":          "<feed><entry><title>a</title><content type='xhtml'>" + strings.Repeat("<div>", n) + strings.Repeat("</div>", n) + "</content></entry></feed>",
		"fragments of one text": wrap("<dc:creator>" + strings.Repeat("<![CDATA[x]]>y&amp;", n) + "</dc:creator>"),
		"fragments by tags":     wrap("<media:description>" + strings.Repeat("x<b/>", n) + "</media:description>"),
		"ends of CDATA":         wrap("<description>" + strings.Repeat("]]&gt;", n) + "</description>"),
		"many creators":         wrap(strings.Repeat("<dc:creator>x</dc:creator>", n)),
		"many categories":       wrap(strings.Repeat("<category>x</category>", n)),
		"many attributes":       wrap("<enclosure " + strings.Repeat("a='b' ", n) + "/>"),
		"many namespaces":       wrap("<dc:creator " + strings.Repeat("xmlns:a='b' ", n) + ">x</dc:creator>"),
		"tags without end":      wrap(strings.Repeat("<a b=", n)),
		"quotes without end":    wrap(strings.Repeat(`<a b=">" <a b='`, n)),
		"declarations":          wrap(strings.Repeat("<!A[>", n)),
		"instructions":          wrap(strings.Repeat("<?a>", n)),
		"comments without end":  wrap(strings.Repeat("<!--", n)),
		"ampersands":            wrap("<description>" + strings.Repeat("&", n) + "</description>"),
		"entity bomb":           "<!DOCTYPE r [" + strings.Repeat("<!ENTITY a '&b;&b;'>", n) + "]>" + wrap("<description>&a;</description>"),
		"end tags":              wrap(strings.Repeat("</a></item2>", n)),
		"many links":            "<feed><entry><title>a</title>" + strings.Repeat("<link rel='x' href='y'/>", n) + "</entry></feed>",
		"deep JSON":             `{"version":"https://jsonfeed.org/version/1.1","x":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `,"items":[{"id":"1","title":"a"}]}`,
		"bases":                 "<feed xml:base='" + strings.Repeat("a/", n) + "'><entry><title>a</title></entry></feed>",
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			doc, err := Parse([]byte(body), "", "https://x.example/")
			runtime.ReadMemStats(&after)
			if err != nil && name != "deep JSON" {
				t.Fatal(err)
			}
			if per := (after.TotalAlloc - before.TotalAlloc) / uint64(len(body)); per > 150 {
				t.Errorf("allocates %d bytes for each byte of the document", per)
			}
			if err == nil && !doc.Truncated && (len(doc.Items) != 1 || doc.Items[0].Title.Value != "a") {
				t.Errorf("items %+.200v", doc.Items)
			}
		})
	}
}

func TestManyItems(t *testing.T) {
	body := "<rss><channel>" + strings.Repeat("<item><title>a</title></item>", maxItems+5) + "</channel></rss>"
	doc, err := Parse([]byte(body), "", "")
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Items) != maxItems || len(doc.Warnings) != 1 {
		t.Errorf("%d items, warnings %q", len(doc.Items), doc.Warnings)
	}
}

func TestLongText(t *testing.T) {
	body := "<rss><channel><item><guid>" + strings.Repeat("ü", maxPlain) + "</guid><description>" + strings.Repeat("ü", maxProse) + "</description></item></channel></rss>"
	doc, err := Parse([]byte(body), "", "")
	if err != nil {
		t.Fatal(err)
	}
	it := doc.Items[0]
	if len(it.Summary.Value) != maxProse || len(it.GUID) != maxPlain || !strings.HasSuffix(it.GUID, "ü") || len(doc.Warnings) != 1 {
		t.Errorf("summary of %d bytes, guid of %d, warnings %q", len(it.Summary.Value), len(it.GUID), doc.Warnings)
	}
}
