package link

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, address, want string }{
		{"nothing to do", "https://example.org/a?b=c#d", "https://example.org/a?b=c#d"},
		{"all of the query", "https://example.org/a?utm_source=rss&utm_medium=feed", "https://example.org/a"},
		{"first", "https://example.org/a?utm_source=rss&id=7", "https://example.org/a?id=7"},
		{"last", "https://example.org/a?id=7&fbclid=x", "https://example.org/a?id=7"},
		{"order and bytes stay", "https://example.org/a?z=%c3%a4&gclid=1&a=b+c&&a=B;x", "https://example.org/a?z=%c3%a4&a=b+c&&a=B;x"},
		{"video", "https://www.youtube.com/watch?v=utm_source&feature=share", "https://www.youtube.com/watch?v=utm_source&feature=share"},
		{"case of names", "https://example.org/?UTM_Source=x&hsCtaTracking=y", "https://example.org/"},
		{"encoded name", "https://example.org/?%75tm%5Fsource=x&b", "https://example.org/?b"},
		{"escaped twice", "https://example.org/?id=1&amp;utm_source=x&amp;utm_medium=y", "https://example.org/?id=1"},
		{"without a value", "https://example.org/?utm_source&b", "https://example.org/?b"},
		{"only like a tracker", "https://example.org/?utm=1&utm_=2&spam=3&xgclid=4&hs=5", "https://example.org/?utm=1&utm_=2&spam=3&xgclid=4&hs=5"},
		{"ref", "https://example.org/?ref=example.org", "https://example.org/?ref=example.org"},
		{"fragment", "https://example.org/a?utm_source=x#part-2", "https://example.org/a#part-2"},
		{"tracking fragment", "https://example.org/a#utm_source=rss&utm_medium=feed", "https://example.org/a"},
		{"xtor", "https://example.org/a?b#xtor=RSS-3", "https://example.org/a?b"},
		{"part of the fragment", "https://example.org/a#part&utm_source=x", "https://example.org/a#part"},
		{"text directive", "https://example.org/a#:~:text=some%20words", "https://example.org/a"},
		{"text directive and anchor", "https://example.org/a#part:~:text=some", "https://example.org/a#part"},
		{"anchor named as a tracker", "https://example.org/a#xtor", "https://example.org/a#xtor"},
		{"route", "https://example.org/#!/a?utm_source=x&b=1", "https://example.org/#!/a?b=1"},
		{"route without the rest", "https://example.org/#/a?utm_source=x", "https://example.org/#/a"},
		{"empty query and fragment", "https://example.org/a?#", "https://example.org/a?#"},
		{"nested", "https://example.org/?u=https://example.net/?utm_source=a&utm_medium=b", "https://example.org/?u=https://example.net/?utm_source=a"},
		{"upper case", "HTTPS://Example.org/A?utm_source=x", "HTTPS://Example.org/A"},
		{"other scheme", "mailto:a@example.org?utm_source=x", "mailto:a@example.org?utm_source=x"},
		{"relative", "/a?utm_source=x", "/a?utm_source=x"},
		{"broken", "https://exa mple.org:x/%zz?utm_source=x", "https://exa mple.org:x/%zz"},
		{"empty", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Clean(test.address); got != test.want {
				t.Errorf("Clean(%q)\n got %q\nwant %q", test.address, got, test.want)
			}
		})
	}
}

func TestCleanFor(t *testing.T) {
	own := []string{"", "https://blog.example.org/feed.xml", "www.example.net"}
	for address, want := range map[string]string{
		"https://shop.example/a?ref=blog.example.org&b=1":            "https://shop.example/a?b=1",
		"https://shop.example/a?ref=https%3A%2F%2Fexample.net%2Fx":   "https://shop.example/a",
		"https://shop.example/a?ref=EXAMPLE.net/":                    "https://shop.example/a",
		"https://shop.example/a?ref=other.example":                   "https://shop.example/a?ref=other.example",
		"https://shop.example/a?ref=":                                "https://shop.example/a?ref=",
		"https://git.example/tree?ref=main":                          "https://git.example/tree?ref=main",
		"https://shop.example/a?xref=example.net&utm_source=example": "https://shop.example/a?xref=example.net",
	} {
		if got := CleanFor(address, own...); got != want {
			t.Errorf("CleanFor(%q)\n got %q\nwant %q", address, got, want)
		}
	}
}

// Every parameter on the list goes, whatever stands around it.
func TestTrackers(t *testing.T) {
	names := []string{
		"utm_source", "mtm_campaign", "ga_x", "_ga", "_gl", "gclid", "gclsrc", "gbraid", "wbraid", "dclid", "fbclid",
		"fb_action_ids", "msclkid", "yclid", "ysclid", "twclid", "igshid", "mc_cid", "mc_eid", "mc_tc", "mkt_tok", "_hsenc",
		"_hsmi", "__hstc", "__hssc", "hsCtaTracking", "hsa_acc", "vero_id", "oly_enc_id", "rb_clickid", "s_cid", "wickedid",
		"_openstat", "otm_source", "cmpid", "campaign_id", "wt_mc", "wt_zmc", "sc_cid", "srsltid", "spm", "vn_source",
		"itm_source", "ml_subscriber", "ml_subscriber_hash", "_branch_match_id", "__twitter_impression", "tracking_source",
	}
	for _, name := range names {
		if got := Clean("https://example.org/?a=1&" + name + "=x&b=2"); got != "https://example.org/?a=1&b=2" {
			t.Errorf("%s stays: %s", name, got)
		}
	}
}

func TestDropFragment(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.org/a#b":  "https://example.org/a",
		"https://example.org/a#":   "https://example.org/a",
		"https://example.org/#!/b": "https://example.org/#!/b",
		"https://example.org/#/b":  "https://example.org/#/b",
		"https://example.org/#/":   "https://example.org/",
		"mailto:a@example.org#b":   "mailto:a@example.org#b",
		"https://example.org/a?b":  "https://example.org/a?b",
	} {
		if got := DropFragment(address); got != want {
			t.Errorf("DropFragment(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestApart(t *testing.T) {
	addresses := []string{
		"https://example.org/log#one", "https://example.org/log#two", "https://example.org/log", // one page
		"https://example.org/a#comments", "https://example.org/a#comments", "https://example.org/b#comments",
		"https://example.org/#!/x", "https://example.org/#!/y", "",
	}
	want := []bool{true, true, false, false, false, false, false, false, false}
	if got := Apart(addresses); !slices.Equal(got, want) {
		t.Errorf("Apart = %v, want %v", got, want)
	}
}

func TestKey(t *testing.T) {
	tests := []struct {
		key       string
		specific  bool
		addresses []string // all have this key
	}{
		{"example.org/a", true, []string{
			"https://example.org/a", "http://example.org/a/", "http://www.example.org:80/a", "https://m.example.org:443/a#top",
			"HTTPS://EXAMPLE.ORG./a?utm_source=x", "https://amp.example.org/a/amp/", "https://www.m.example.org/a/index.html",
			"//example.org/a", "example.org/a", "https://user:secret@example.org/./b/../a//", "https://example.org/%61",
			"https://example.org/a?", "https://example.org/a#:~:text=x", "https://example.org/a/amp/index.php",
		}},
		{"example.org/A", true, []string{"https://example.org/A"}},
		{"example.org/a?b=1&c=2", true, []string{"https://example.org/a?c=2&b=1", "https://example.org/a/?b=1&amp;c=2&fbclid=3&", "http://example.org/a?&b=1&c=2"}},
		{"example.org?q=a%20b", true, []string{"https://example.org/?q=a+b", "https://example.org?q=a%20b", "https://example.org?q=a b"}},
		{"example.org/%C3%A4%2F", true, []string{"https://example.org/ä%2f", "https://example.org/%c3%a4%2F"}},
		{"example.org/100%25", true, []string{"https://example.org/100%", "https://example.org/100%25"}},
		{"example.org#!/a", true, []string{"https://example.org/#!/a", "https://example.org/#!/a?utm_source=x"}},
		{"example.org#/a?b=1", true, []string{"https://example.org/#/a?b=1&utm_source=x"}},
		{"example.org:8080/a", true, []string{"http://example.org:8080/a", "example.org:8080/a/"}},
		{"xn--mnchen-3ya.example/a", true, []string{"https://münchen.example/a", "https://MÜNCHEN.example/a", "https://xn--mnchen-3ya.example/a", "https://mu\u0308nchen.example/a"}},
		{"[2001:db8::1]/a", true, []string{"http://[2001:DB8::1]/a", "http://[2001:db8::1]:80/a"}},
		{"m.org", false, []string{"https://m.org/", "https://www.m.org"}},
		{"example.org", false, []string{"https://example.org", "https://example.org/#top", "https://www.example.org/index.html", "https://example.org/?utm_source=x", "https://example.org/#/"}},
		{"youtube.com/watch?v=x", true, []string{"https://www.youtube.com/watch?v=x&utm_source=y"}},
		{"mailto:a@example.org", false, []string{"mailto:a@example.org"}},
		{"/a?b", false, []string{"/a?b"}},
		{"https://example.org:port/a", false, []string{"https://example.org:port/a", "https://example.org:port/a?utm_source=x"}},
		{"", false, []string{""}},
	}
	for _, test := range tests {
		for _, address := range test.addresses {
			if key, specific := Key(address); key != test.key || specific != test.specific {
				t.Errorf("Key(%q) = %q, %v; want %q, %v", address, key, specific, test.key, test.specific)
			}
		}
	}
}

// Hashes are stored: this must never change.
func TestHash(t *testing.T) {
	want := [16]byte{0x94, 0x58, 0x42, 0x07, 0xF8, 0x07, 0xE9, 0x01, 0xFA, 0x3F, 0x47, 0xEA, 0xAF, 0x3D, 0x3F, 0xF3}
	if got := Hash("example.org/a"); got != want {
		t.Errorf("Hash = %x, want %x", got, want)
	}
}

// check tests what holds for every address.
func check(t interface{ Fatalf(string, ...any) }, address string) {
	cleaned := Clean(address)
	if again := Clean(cleaned); again != cleaned {
		t.Fatalf("Clean(%.300q) = %.300q, and Clean of that is %.300q", address, cleaned, again)
	}
	if len(cleaned) > len(address) {
		t.Fatalf("Clean(%.300q) = %.300q is longer", address, cleaned)
	}
	if dropped := DropFragment(cleaned); DropFragment(dropped) != dropped {
		t.Fatalf("DropFragment(%.300q) = %.300q is not its own fixed point", cleaned, dropped)
	}
	key, specific := Key(address)
	if k, s := Key(cleaned); k != key || s != specific {
		t.Fatalf("Key(%.300q) = %.300q, %v, but Key of %.300q is %.300q, %v", address, key, specific, cleaned, k, s)
	}
	if k, s := Key(key); k != key || s != specific {
		t.Fatalf("Key(%.300q) = %.300q, %v, and Key of that is %.300q, %v", address, key, specific, k, s)
	}
	if dropped, s := Key(DropFragment(address)); specific && (dropped != key || !s) {
		t.Fatalf("Key(%.300q) = %.300q depends on a plain fragment", address, key)
	}
}

func TestAnyAddress(t *testing.T) {
	part := rapid.SampledFrom([]string{
		"http://", "https://", "HTTP://", "//", "www.", "m.", "amp.", "example", ".org", ":80", ":8080", ":x", "@", "/", "/a", "/A/", "/..", "/.", "%2e", "%2F", "%",
		"/amp", "/index.html", "?", "&", "=", "utm_source=x", "ref=y", "amp;", "b=1", "a", "#", "!", "#!/", "#/", ":~:", ";", " ", "ä", "。", "+", "[", "]", "::1",
	})
	rapid.Check(t, func(t *rapid.T) {
		check(t, strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "parts"), ""))
	})
}

func FuzzLink(f *testing.F) {
	for _, s := range []string{
		"https://www.example.org/a/../b/amp/?utm_source=x&z=1&a=%41#!/c?d", "http://[::1]:80/", "https://münchen.example./#xtor=1",
		"example.org:80?x", "http://http://x", "tel:5", "http://a.b/%2e%2E/%", "http://m.m.www.a.b#a:~:b:~:c",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		check(t, address)
		if u, err := url.Parse(address); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
			if _, err := url.Parse(Clean(address)); err != nil {
				t.Fatalf("Clean(%q) can't be parsed: %v", address, err)
			}
		}
	})
}

func TestHostileAddress(t *testing.T) {
	const size = 1 << 20
	for _, part := range []string{"/..", "/amp", "%", "&utm_source=x", "&", "#", ":~:", "m.", "www.", "ä", "?a", ":", "@", "/index.html/"} {
		long := strings.Repeat(part, size/len(part))
		check(t, "https://example.org"+long)
		check(t, "https://example.org/?"+long)
		check(t, "https://"+long)
	}
}

func BenchmarkClean(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Clean("https://www.example.org/world/2026/03/a-long-headline-of-some-words?utm_source=rss&id=12345&utm_medium=feed")
	}
}

func BenchmarkKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Key("https://www.example.org/world/2026/03/a-long-headline-of-some-words?id=12345")
	}
}
