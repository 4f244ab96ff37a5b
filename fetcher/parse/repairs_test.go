package parse

import (
	"slices"
	"testing"
)

func TestRepairs(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"well-formed", `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>A &amp; B &#38; C</title>
<item><title><![CDATA[a & b &nbsp;]]></title><dc:creator>x</dc:creator></item></channel></rss>`, nil},
		{"JSON", `{"version": "https://jsonfeed.org/version/1.1", "title": "a & b", "items": []}`, nil},
		{"all at once", "junk <?xml version='1.1'?>\n<!DOCTYPE rss [<!ENTITY lol 'lol'>]>\n" +
			"<rss><channel><title>T & J &nbsp; &lol;\n& x</title>\n<media:thumbnail url='a?b=1&c=2'/><odd:one/><item><title>a\x01\x02</title></item></channel></rss>", []string{
			"line 1: XML 1.1 is read as XML 1.0",
			"line 2: a DOCTYPE is passed over, its entities are neither expanded nor fetched",
			"line 3: a bare & stands for itself (3 times)",
			"line 3: &nbsp; is read as HTML's",
			"line 3: &lol; is not expanded and stays as it is written",
			"line 5: a control character is left out (2 times)",
			"line 5: the prefix media is not declared, it is taken for what it usually is",
			"line 5: the prefix odd is not declared, its elements are not read",
		}},
	} {
		if got := Repairs([]byte(tt.in), ""); !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}
