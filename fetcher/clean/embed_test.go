package clean

import "testing"

func TestEmbed(t *testing.T) {
	link := func(page string) string { return `<a href="` + page + `">` + page + `</a>` }
	for in, want := range map[string]string{
		`<p>see <iframe width="5" src="https://www.youtube.com/embed/AbC-1_x?rel=0" allow="x">no <b>frames</b></iframe> this</p>`: `<p>see ` + link("https://www.youtube.com/watch?v=AbC-1_x") + ` this</p>`,
		`<iframe src="//www.youtube-nocookie.com/embed/videoseries?list=PL1"></iframe>`:                                           link("https://www.youtube.com/playlist?list=PL1"),
		`<figure><iframe data-src="https://player.vimeo.com/video/123?h=1" src="about:blank"></iframe></figure>`:                  `<figure>` + link("https://vimeo.com/123") + `</figure>`,
		`<object><param name="x"><embed src="http://www.youtube.com/v/abc" type="x"></object>`:                                    link("https://www.youtube.com/watch?v=abc"),
		`<iframe src="https://open.spotify.com/embed/episode/7x"></iframe>`:                                                       link("https://open.spotify.com/episode/7x"),
		`<iframe src="https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/a/b&x=1"></iframe>`:                           link("https://soundcloud.com/a/b"),
		`<iframe src="https://embed.ted.com/"></iframe><p>x</p>`:                                                                  `<p>x</p>`,
		`<iframe src="https://evil.example/embed/x"></iframe><p>x</p>`:                                                            `<p>x</p>`,
		`<iframe src="https://www.youtube.com/embed/&quot;onload=x"></iframe><p>x</p>`:                                            `<p>x</p>`,
		`<iframe src="javascript:alert(1)"></iframe><p>x</p>`:                                                                     `<p>x</p>`,
		`<a href="https://a.example/">t<iframe src="https://vimeo.com/1"></iframe></a>`:                                           `<a href="https://a.example/">t</a>`,
	} {
		got := HTML(in, "https://base.example/")
		if got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", in, got, want)
		}
		if again := HTML(got, "https://base.example/"); again != got {
			t.Errorf("%s: then %s", got, again)
		}
	}
}
