package clean

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const page = "https://site.example/dir/page.html"

func TestHTML(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", " just text ", "just text"},
		{"entities", "a &amp; b &nbsp;&eacute; &lt; 1 > 0 & x", "a &amp; b \u00a0é &lt; 1 &gt; 0 &amp; x"},
		{"quotes", `<p>"it's"</p>`, `<p>"it's"</p>`},
		{"void elements", "a<br>b<hr>c", "a<br/>b<hr/>c"},
		{"paragraphs without ends", "<p>a<p>b<ul><li>c<li>d</ul>", "<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul>"},
		{"nested lists", "<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"},
		{"definitions", "<dl><dt>a<dd>b<dt>c<dd>d</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd></dl>"},
		{"table", "<table><thead><tr><th>a<tbody><tr><td colspan=2>b<td>c</table>d",
			`<table><thead><tr><th>a</th></tr></thead><tbody><tr><td colspan="2">b</td><td>c</td></tr></tbody></table>d`},
		{"cells without a table", "<td>a</td><tr>b</tr>", "ab"},
		{"crossed", "<b><i>x</b>y</i>z", "<b><i>x</i></b><i>y</i>z"},
		{"block in a link", `<p>a <a href="/x">b<div>c</div>d</a></p>e`,
			`<p>a <a href="https://site.example/x">b</a></p><div><a href="https://site.example/x">c</a></div><a href="https://site.example/x">d</a>e`},
		{"link in a link", `<a href="/1">a<a href="/2">b</a>c`, `<a href="https://site.example/1">a</a><a href="https://site.example/2">b</a>c`},
		{"formats end with a cell", "<table><tr><td><b>a<td>b</table>c", "<table><tr><td><b>a</b></td><td>b</td></tr></table>c"},
		{"relative links", `<a href="../a?b#c">x</a> <a href="#top">y</a> <img src="//cdn.example/i.png">`,
			`<a href="https://site.example/a?b#c">x</a> <a href="https://site.example/dir/page.html#top">y</a> <img src="https://cdn.example/i.png" alt=""/>`},
		{"trackers", `<a href="https://x.example/?utm_source=a&amp;id=1&amp;fbclid=2">x</a>`, `<a href="https://x.example/?id=1">x</a>`},
		{"mail", `<a href="mailto:jo@x.example">x</a>`, `<a href="mailto:jo@x.example">x</a>`},
		{"picture", `<img src=a.png alt='"x" & y' width=10px height=50% srcset="a.png 1x, javascript:x 2x, b.png 640w, data:x 3x" onerror=x style="x" class=y>`,
			`<img src="https://site.example/dir/a.png" srcset="https://site.example/dir/a.png 1x, https://site.example/dir/b.png 640w" alt="&#34;x&#34; &amp; y" width="10"/>`},
		{"lazy picture", `<img src="data:image/gif;base64,R0lGOD" data-src="/real.jpg">`, `<img src="https://site.example/real.jpg" alt=""/>`},
		{"pixels", `a<img src="/p.gif" width="1" height="1"><img src="/q.gif" height=0><img src="https://pixel.wp.com/b.gif?x=1"><img src=/r.gif style="display: none">b`, "ab"},
		{"figure", `<figure><img src="/a.png" alt="a"><figcaption>b</figcaption></figure>`,
			`<figure><img src="https://site.example/a.png" alt="a"/><figcaption>b</figcaption></figure>`},
		{"media", `<video poster="p.jpg" autoplay><source src="v.mp4" type="video/mp4"><source src="blob:x">old browser</video><audio src=/a.mp3></audio>`,
			`<video poster="https://site.example/dir/p.jpg" controls="controls"><source src="https://site.example/dir/v.mp4" type="video/mp4"/>old browser</video><audio src="https://site.example/a.mp3" controls="controls"></audio>`},
		{"ruby", "<ruby>漢<rp>(<rt>kan<rp>)</ruby>", "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>"},
		{"renamed", "<center>a <tt>b</tt> <strike>c</strike></center>", "<div>a <code>b</code> <s>c</s></div>"},
		{"unknown", "<font color=red>a</font><blink>b</blink><o:p>c</o:p><form>d<input><button>e</button></form>", "abcd"},
		{"mathematics", `<math><msup><mi>x</mi><mn>2</mn></msup><annotation>x^2</annotation></math>`,
			`<math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mi>x</mi><mn>2</mn></msup></math>`},
		{"languages", `<p lang="de" dir="rtl" class="x">a</p><p lang="<x>">b</p>`, `<p lang="de" dir="rtl">a</p><p>b</p>`},
		{"preformatted", "<pre>a\n  b &lt; c\n</pre>", "<pre>a\n  b &lt; c\n</pre>"},
		{"escaped twice", `&lt;p&gt;a &lt;a href="/x"&gt;b&lt;/a&gt; &amp;amp; c&lt;/p&gt;`, `<p>a <a href="https://site.example/x">b</a> &amp; c</p>`},
		{"about HTML", "&lt;p&gt; starts a paragraph", "&lt;p&gt; starts a paragraph"},
		{"about HTML, in HTML", "<p>&lt;b&gt;x&lt;/b&gt; is bold</p>", "<p>&lt;b&gt;x&lt;/b&gt; is bold</p>"},
		{"characters XML forbids", "<p>a\x00b\x08c\x1Bd&#1;e\uFFFEf\xFFg</p>", "<p>abcdefg</p>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := HTML(tt.in, page)
			if got != tt.want {
				t.Errorf("HTML(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			check(t, tt.in, got)
		})
	}
}

// TestHostile reads fragments that try to run a script; none may leave anything
// that could.
func TestHostile(t *testing.T) {
	for _, in := range []string{
		`<script>alert(1)</script>`, `<SCRIPT SRC=//evil.example/x.js></SCRIPT>`, `<scr<script>ipt>alert(1)</scr</script>ipt>`,
		`<script/x>alert(1)</script>`, `<script>alert(1)`, `<<script>alert(1)//<</script>`, `<img src=x onerror=alert(1)>`,
		`<img src="x" onerror="alert(1)"`, `<img """><script>alert(1)</script>">`, `<img src=javascript:alert(1)>`, `<img/src="x"/onerror=alert(1)>`,
		`<a href="javascript:alert(1)">x</a>`, `<a href="JaVaScRiPt:alert(1)">x</a>`, "<a href=\"java\tscript:alert(1)\">x</a>", "<a href=\" \x01javascript:alert(1)\">x</a>",
		`<a href="java&#10;script:alert(1)">x</a>`, `<a href="&#106;avascript:alert(1)">x</a>`, `<a href="javascript&colon;alert(1)">x</a>`,
		`<a href="vbscript:msgbox(1)">x</a>`, `<a href="data:text/html,<script>alert(1)</script>">x</a>`, `<a href="//javascript:alert(1)">x</a>`,
		`<a href="https://x.example/" onclick="alert(1)" target=_blank style="x:expression(alert(1))">x</a>`,
		`<iframe src="https://evil.example/"></iframe>`, `<iframe srcdoc="<script>alert(1)</script>">`, `<object data="x.swf"></object>`, `<embed src="x.swf">`,
		`<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`, `<svg><style><img src=x onerror=alert(1)></style></svg>`, `<svg/onload=alert(1)//`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
		`<math href="javascript:alert(1)">x</math>`, `<math><maction actiontype="statusline#https://x" xlink:href="javascript:alert(1)">x</maction></math>`,
		`<form action="javascript:alert(1)"><input type=submit></form>`, `<button formaction="javascript:alert(1)">x</button>`, `<isindex action=javascript:alert(1)>`,
		`<body onload=alert(1)>`, `<meta http-equiv="refresh" content="0;url=javascript:alert(1)">`, `<link rel=stylesheet href="javascript:alert(1)">`, `<base href="javascript:alert(1)//">`,
		`<style>@import 'javascript:alert(1)';</style>`, `<div style="background:url(javascript:alert(1))">x</div>`, `<table background="javascript:alert(1)"><tr><td>x</table>`,
		`<video src="javascript:alert(1)" onerror=alert(1)><source onerror=alert(1) src=x></video>`, `<audio src=x onloadstart=alert(1)>`,
		`<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>`, `<template><script>alert(1)</script></template>`, `<textarea><script>alert(1)</script></textarea>`,
		`<xmp><img src=x onerror=alert(1)></xmp>`, `<plaintext><script>alert(1)`, `<title><img src=x onerror=alert(1)></title>`, `<noembed><img src=x onerror=alert(1)></noembed>`,
		`<!--><script>alert(1)</script>-->`, `<!--[if IE]><script>alert(1)</script><![endif]-->`, `<![CDATA[<script>alert(1)</script>]]>`, `<?xml-stylesheet href="javascript:alert(1)"?>`,
		`<p title='"><img src=x onerror=alert(1)>'>x</p>`, `<abbr title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">x</abbr>`, `<img alt="<script>alert(1)</script>" src=/a.png>`,
		`<img srcset="javascript:alert(1) 1x, x onerror=alert(1) 2x" src=/a.png>`, "<a href=`javascript:alert(1)`>x</a>", `<a xlink:href="javascript:alert(1)">x</a>`,
		`&lt;script&gt;alert(1)&lt;/script&gt;`, `&lt;p&gt;&lt;img src=x onerror=alert(1)&gt;&lt;/p&gt;`, `%3Cscript%3Ealert(1)%3C/script%3E`,
		"<img src=x\x00onerror=alert(1)>", "<\x00script>alert(1)</script>", "<a\x0bhref=javascript:alert(1)>x</a>", `<details open ontoggle=alert(1)>x</details>`, `<x onclick=alert(1)>x</x>`,
		`<blockquote cite="javascript:alert(1)">x</blockquote>`, `<q cite='data:x'>x</q>`, `<time datetime='"onclick=alert(1) x="'>x</time>`,
	} {
		check(t, in, HTML(in, page))
	}
}

// check fails unless out, made of in, is well-formed XML of the allowed elements
// and attributes, with addresses of allowed schemes only, and its own fixed
// point.
func check(t interface{ Errorf(string, ...any) }, in, out string) {
	if again := HTML(out, page); again != out {
		t.Errorf("no fixed point: %q\ngives %q\n then %q", in, out, again)
	}
	if passed := gate(out); passed != out {
		t.Errorf("%q\n gives %q\nbut the gate lets only pass %q", in, out, passed)
	}
	if len(out) > 2*maxOutput {
		t.Errorf("%d bytes", len(out))
	}
	d := xml.NewDecoder(strings.NewReader("<root>" + out + "</root>"))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("%q gives %q, which is not well-formed: %v", in, out, err)
			return
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local != "root" {
				checkElement(t, in, e)
			}
		case xml.EndElement, xml.CharData:
		default:
			t.Errorf("%q gives %q with a %T", in, out, token)
		}
	}
}

func checkElement(t interface{ Errorf(string, ...any) }, in string, e xml.StartElement) {
	allowed, ok := elements[e.Name.Local]
	if !ok || e.Name.Space != "" && e.Name.Space != "http://www.w3.org/1998/Math/MathML" {
		t.Errorf("%q gives <%s:%s>", in, e.Name.Space, e.Name.Local)
	}
	for _, a := range e.Attr {
		known := false
		for _, name := range append(append([]string{}, allowed.attrs...), everywhere...) {
			known = known || a.Name.Local == name
		}
		if !known || a.Name.Space != "" {
			t.Errorf("%q gives <%s %s=%q>", in, e.Name.Local, a.Name.Local, a.Value)
		}
		switch a.Name.Local {
		case "href", "src", "poster", "cite":
			if !strings.HasPrefix(a.Value, "https://") && !strings.HasPrefix(a.Value, "http://") && !strings.HasPrefix(a.Value, "mailto:") {
				t.Errorf("%q gives the address %q", in, a.Value)
			}
		}
	}
}

// TestMixtures puts pieces of HTML together at random.
func TestMixtures(t *testing.T) {
	pieces := []string{
		"<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<i>", "</i>", "<a href='/x?utm_source=y'>", "<a href='/y'>", "</a>", "<a>", "<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>",
		"<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<th>", "<thead>", "<tbody>", "</tbody>", "<caption>", "</caption>", "<dl>", "<dt>", "<dd>", "</dl>",
		"<ruby>", "<rt>", "<rp>", "</rt>", "</ruby>", "<img src=a>", "<img>", "<br>", "<br/>", "<hr>", "<video>", "</video>", "<source src=a>", "<math>", "</math>", "<mi/>", "<mi>", "</mi>",
		"<figure>", "<figcaption>", "</figure>", "<details>", "<summary>", "</details>", "<pre>", "</pre>", "<blockquote>", "</blockquote>", "<h1>", "</h1>", "<svg>", "</svg>", "<script>", "</script>",
		"<object>", "</object>", "<textarea>", "</textarea>", "<noscript>", "</noscript>", "<!--", "-->", "&lt;", "&gt;", "&amp;", "&lt;p&gt;", "&lt;/p&gt;", "&amp;lt;p&amp;gt;", "&lt;img src=x&gt;", "x", " ", "\n", "\"", "'", "<", ">", "&",
	}
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 40).Draw(t, "pieces"), "")
		check(t, in, HTML(in, page))
	})
}

func FuzzHTML(f *testing.F) {
	f.Add("<p>a<b>b</p>c", page)
	f.Add("&lt;p&gt;a&lt;/p&gt;", "")
	f.Add("<a href='http://[::1]:80/%zz?%'>x</a><img srcset='a 1x,b 2x' src=' /x y '>", "http://x.example/%")
	f.Add("<table><td><table><tr><a href=x><p><a href=y>", page)
	f.Fuzz(func(t *testing.T, in, base string) {
		out := HTML(in, base)
		if again := HTML(out, base); again != out {
			t.Errorf("no fixed point: %q against %q\ngives %q\n then %q", in, base, out, again)
		}
		check(t, in, out)
	})
}
