package parse

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What a feed says that it has deleted is told, however it writes it, and makes
// no item and no author.
func TestDeleted(t *testing.T) {
	const atom = `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><title>T</title><id>urn:f</id>%s
		<entry><id>urn:1</id><title>One</title><link href="https://a.example/1"/></entry></feed>`
	for name, c := range map[string]struct{ doc, want string }{
		"none":  {fmt.Sprintf(atom, ""), ""},
		"empty": {fmt.Sprintf(atom, `<at:deleted-entry ref="" when="2024-01-01T00:00:00Z"/><at:deleted-entry/>`), ""},
		"two":   {fmt.Sprintf(atom, `<at:deleted-entry ref="urn:2" when="2024-01-01T00:00:00Z"/><at:deleted-entry ref=" urn:3 "></at:deleted-entry>`), "urn:2 urn:3"},
		"with children": {fmt.Sprintf(atom, `<at:deleted-entry ref="urn:2" when="2024-01-01T00:00:00Z"><at:by><name>Ada</name></at:by>
			<at:comment>by mistake</at:comment><link href="https://b.example/"/><author><name>Bo</name></author></at:deleted-entry>`), "urn:2"},
		"default namespace": {fmt.Sprintf(atom, `<deleted-entry xmlns="http://purl.org/atompub/tombstones/1.0" ref="urn:2"/>`), "urn:2"},
		"undeclared":        {strings.ReplaceAll(fmt.Sprintf(atom, `<at:deleted-entry ref="urn:2"/>`), ` xmlns:at="http://purl.org/atompub/tombstones/1.0"`, ""), "urn:2"},
		"another one's":     {fmt.Sprintf(atom, `<deleted-entry xmlns="http://other.example/" ref="urn:2"/>`), ""},
		"inside an entry":   {strings.Replace(fmt.Sprintf(atom, ""), "</entry>", `<at:deleted-entry ref="urn:2"/></entry>`, 1), ""},
		"RSS": {`<rss version="2.0" xmlns:at="http://purl.org/atompub/tombstones/1.0"><channel><title>T</title><at:deleted-entry ref="2"/>
			<item><guid>1</guid><title>One</title></item></channel></rss>`, "2"},
	} {
		d, err := Parse([]byte(c.doc), "application/xml", "https://a.example/feed")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := strings.Join(d.Deleted, " "); got != c.want || len(d.Items) != 1 || d.Items[0].Title.Value != "One" || len(d.Authors) > 0 {
			t.Errorf("%s: deleted %q of %d items, authors %v; want %q of one", name, got, len(d.Items), d.Authors, c.want)
		}
	}
	many := fmt.Sprintf(atom, strings.Repeat(`<at:deleted-entry ref="urn:x"/>`, maxDeleted+10))
	if d, err := Parse([]byte(many), "application/xml", "https://a.example/feed"); err != nil || len(d.Deleted) < 1000 || len(d.Deleted) > maxDeleted || slices.Contains(d.Deleted, "") {
		t.Errorf("of many, %d are told, %v", len(d.Deleted), err)
	}
}
