package extract

import (
	"fmt"
	"strings"
	"testing"
)

// TestHostilePages gives pages on which a careless step takes minutes. That it
// ends is the test.
func TestHostilePages(t *testing.T) {
	var attrs strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&attrs, "a%d=1 ", i)
	}
	for name, page := range map[string]string{
		"captions":    "<div>" + strings.Repeat("<img src=/a><p class=caption>x</p>", 18_000) + "</div>" + filler,
		"pointers":    filler + strings.Repeat("<p><a href=x>Next</a></p>", 15_000),
		"stand-ins":   strings.Repeat("<img src=/a><noscript><img src=/a></noscript>", 9_000) + filler,
		"figures":     strings.Repeat("<figure><img src=/a><p>x</p><span>y</span></figure>", 9_000) + filler,
		"one figure":  "<figure><img src=/a>" + strings.Repeat("<span>y</span>", 20_000) + "</figure>" + filler,
		"depth":       strings.Repeat("<div>", 180) + "<p>" + strings.Repeat("word, and more ", 10_000),
		"names":       strings.Repeat("<p class='"+strings.Repeat("share-x ", 100)+"'>x", 4_500) + filler,
		"junk inside": strings.Repeat("<div class=share>", 150) + filler + filler,
		"attributes":  "<p " + attrs.String() + ">x</p>" + filler,
		"ld+json":     "<script type='application/ld+json'>" + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + "</script>" + filler,
		"one text":    "<div><p>" + strings.Repeat("word, and more ", 250_000),
	} {
		if a, err := Page([]byte(page), "text/html", address); err == nil && a.Content == "" {
			t.Errorf("%s: neither an article nor an error", name)
		}
	}
}
